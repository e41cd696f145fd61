"""The endpoints about records, files and long work."""

from tests.api.endpoints.case import PICTURE, Call, Case, Not, wrong

OWN = "everybody has only their own"
NO_INPUT = "takes nothing"
RECORD = "/objects/{object_name}/records/{record}"
STRANGERS = {"sales2": 404, "support1": 404}
"""Somebody whose scope doesn't hold the lead of sales1, and somebody without any right on leads."""
WITHOUT = {"support1": 404}

RECORDS = (
    Case(
        "GET /objects/{object_name}/records",
        refused=WITHOUT,
        call=Call(query={"filter": "phone != ''", "count": "true", "limit": "500"}),
        wrong=wrong("limit", query={"limit": "501"}),
    ),
    Case(
        "POST /objects/{object_name}/records",
        refused={"support1": 403, "watcher": 403},
        call=Call(json={"phone": "{phone}", "name": "王伟"}),
        status=201,
        elsewhere=(Not(422, "owner", json={"phone": "{phone}", "owner": "{their_person}"}),),
        wrong=wrong("phone", json={"phone": "no number"}),
    ),
    Case(
        "GET /objects/{object_name}/views",
        refused=WITHOUT,
        call=Call(query={"count": "true"}),
        wrong=wrong("count", query={"count": "maybe"}),
    ),
    Case(f"GET {RECORD}", refused=STRANGERS, call=Call(query={"include": "clocks"})),
    Case(
        f"PATCH {RECORD}",
        refused={**STRANGERS, "watcher": 403},
        call=Call(json={"city": "上海"}),
        elsewhere=(Not(422, "owner", json={"owner": "{their_person}"}),),
        wrong=wrong("budget", json={"budget": "many"}),
    ),
    Case(f"DELETE {RECORD}", refused={**STRANGERS, "sales1": 403}, status=204),
    Case(
        f"POST {RECORD}/transition",
        refused={**STRANGERS, "watcher": 403},
        call=Call(json={"to": "contacted"}),
        wrong=wrong("to", json={"to": "nowhere"}),
    ),
    Case(
        f"POST {RECORD}/do/{{operation}}",
        refused={**STRANGERS, "watcher": 403},
        call=Call(json={"values": {"kind": "call", "outcome": "interested"}}),
        wrong=wrong("outcome", json={"values": {"kind": "call"}}),
    ),
    Case(
        f"POST {RECORD}/assign",
        refused={**STRANGERS, "sales1": 403},
        call=Call(json={"person": "{person}"}),
        elsewhere=(Not(422, "person", json={"person": "{their_person}"}),),
        wrong=wrong("person", json={"person": "nobody"}),
    ),
    Case(
        f"GET {RECORD}/timeline",
        refused=STRANGERS,
        call=Call(query={"limit": "5"}),
        wrong=wrong("cursor", query={"cursor": "nonsense"}),
    ),
    Case(
        f"GET {RECORD}/transfers",
        refused=STRANGERS,
        call=Call(query={"limit": "5"}),
        wrong=wrong("cursor", query={"cursor": "nonsense"}),
    ),
    Case(f"GET {RECORD}/explain", refused=STRANGERS),
    Case(
        f"GET {RECORD}/playbook",
        refused={**STRANGERS, "watcher": 403},
        by="sales1",
        call=Call(query={"operation": "touch"}),
        elsewhere=(Not(404, query={"operation": "stamp"}),),
        wrong=wrong("operation", query={"operation": "o" * 101}),
    ),
    Case(
        "GET /playbooks/{playbook}/use",
        refused=WITHOUT,
        call=Call(query={"from": "2026-01-01T00:00:00Z", "limit": "5"}),
        wrong=wrong("from", query={"from": "2026-01-01T00:00:00"}),
    ),
    Case(
        f"GET {RECORD}/access",
        refused=STRANGERS,
        elsewhere=(Not(404, query={"person": "{their_person}"}),),
        wrong=wrong("person", query={"person": "me"}),
    ),
    Case(
        f"GET {RECORD}/duplicates",
        refused=STRANGERS,
        call=Call(query={"limit": "5"}),
        wrong=wrong("limit", query={"limit": "0"}),
    ),
    Case(
        f"POST {RECORD}/merge",
        refused={**STRANGERS, "watcher": 403, "sales1": 403},
        call=Call(json={"other": "{other}"}),
        elsewhere=(Not(404, json={"other": "{their_record}"}),),
        wrong=wrong("other", json={"other": "nobody"}),
    ),
    Case(
        "POST /objects/{object_name}/aggregate",
        refused=WITHOUT,
        call=Call(json={"group_by": ["source"], "measures": [{"fn": "count"}]}),
        wrong=wrong("measures[0].field", json={"measures": [{"fn": "sum", "field": 5}]}),
    ),
    Case("GET /assignment/{object_name}", refused={**WITHOUT, "sales2": 403}, wrong=NO_INPUT),
    Case(
        "PUT /assignment/{object_name}",
        refused={**WITHOUT, "sales2": 403, "manager1": 403},
        call=Call(json={"automatic": True}),
        wrong=wrong("automatic", json={"automatic": "no"}),
    ),
    Case("GET /assignment/{object_name}/watch", refused={**WITHOUT, "sales2": 403}, wrong=NO_INPUT),
    Case("GET /assignment/{object_name}/watch/{person}", refused={**WITHOUT, "sales2": 403}),
    Case(
        "POST /objects/{object_name}/bulk",
        refused=WITHOUT,
        call=Call(json={"ids": ["{record}"], "change": {"city": "X"}}),
        wrong=wrong("ids", json={"ids": ["no id"], "change": {"city": "X"}}),
    ),
    Case(
        "POST /objects/{object_name}/import",
        refused={"support1": 404, "watcher": 403},
        call=Call(file="phone,name\n13900000000,王伟\n".encode(), query={"dry_run": "true"}),
        elsewhere=(Not(404, form={"file_id": "{their_file}"}),),
        wrong=wrong("options.mode", form={"options": '{"mode": "backwards"}'}),
    ),
    Case(
        "GET /objects/{object_name}/export",
        refused=WITHOUT,
        call=Call(query={"format": "csv", "fields": "phone"}),
        wrong=wrong("format", query={"format": "pdf"}),
    ),
    Case(
        "GET /clocks",
        refused=WITHOUT,
        call=Call(query={"object": "lead", "record": "{record}"}),
        elsewhere=(Not(404, query={"object": "memo"}),),
        wrong=wrong("state", query={"object": "lead", "state": "late"}),
    ),
    Case("GET /boards/{board}", refused=WITHOUT, wrong=wrong("limit", query={"limit": "0"})),
    Case("GET /boards/{board}/lanes/{lane}", refused=WITHOUT, wrong=wrong("page", query={"page": "first"})),
    Case("GET /desk", refused=OWN, elsewhere=OWN, wrong=wrong("limit", query={"limit": "101"})),
    Case(
        "POST /files",
        refused="whoever is signed in may keep a file, which only they can read",
        call=Call(file=PICTURE),
        status=201,
        elsewhere="names nothing",
        wrong=wrong("file", form={"note": "x"}),
    ),
    Case("GET /files/{file}", refused={"sales1": 404}),
    Case(
        "GET /files/{file}/thumbnail",
        refused={"sales1": 404},
        call=Call(query={"size": "64"}),
        wrong=wrong("size", query={"size": "65"}),
    ),
    Case("GET /jobs", refused=OWN, elsewhere=OWN, wrong=wrong("cursor", query={"cursor": "nonsense"})),
    Case("GET /jobs/{job}", refused={"sales1": 404}),
    Case("DELETE /jobs/{job}", refused={"sales1": 404}),
    Case("GET /jobs/{job}/errors", refused={"sales1": 404}),
    Case("GET /notifications", refused=OWN, elsewhere=OWN, wrong=wrong("limit", query={"limit": "0"})),
    Case(
        "POST /notifications/read",
        refused=OWN,
        by="sales1",
        call=Call(json={"ids": ["{notice}"]}),
        elsewhere=OWN,
        wrong=wrong("ids", json={"ids": ["no id"]}),
    ),
    Case(
        "POST /expressions/check",
        refused=WITHOUT,
        call=Call(json={"object": "lead", "expression": "score > 5"}),
        elsewhere=(Not(404, json={"object": "memo", "expression": "true"}),),
        wrong=wrong("expression", json={"object": "lead"}),
    ),
    Case("GET /expressions/functions", refused=OWN, elsewhere="names nothing", wrong=NO_INPUT),
    Case(
        "GET /stream",
        refused=WITHOUT,
        call=Call(query={"topics": "object:lead"}),
        elsewhere=(Not(404, query={"topics": "object:memo"}),),
        wrong=wrong("topics", query={"topics": "o" * 1001}),
    ),
)
