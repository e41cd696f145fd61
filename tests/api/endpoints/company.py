"""The endpoints about the company itself: signing in, people, definitions, webhooks."""

from typing import Any

from tests.api.endpoints.case import Call, Case, Not, wrong
from tests.api.endpoints.records import NO_INPUT, OWN

ALL = "whoever is signed in may know"
NAMELESS = "names nothing"
NUMBERED = "releases are numbered for each company by itself"
PASSWORD = "closeloop-demo"
SALES = {"sales1": 403}
PERSON = "/people/{person}"
DEFINITION = "/definitions/{kind}/{key}"
NOBODY = "00000000-0000-7000-8000-000000000000"


def change(key: str) -> dict[str, Any]:
    return {"changes": [{"put": {"kind": "view", "key": key, "body": _view(key)}}]}


def _view(key: str) -> dict[str, Any]:
    return {"view": key, "on": "lead", "label": "试", "columns": ["name"]}


BAD_CHANGE = {"changes": [{"put": {"kind": "spell", "key": "x"}}]}

SIGNING_IN = (
    Case("GET /healthz", refused="open", elsewhere=NAMELESS, wrong=NO_INPUT, anyone=True),
    Case("GET /readyz", refused="open", elsewhere=NAMELESS, wrong=NO_INPUT, anyone=True),
    Case("GET /metrics", refused="open", elsewhere=NAMELESS, wrong=NO_INPUT, anyone=True),
    Case("GET /api/openapi.json", refused="open", elsewhere=NAMELESS, wrong=NO_INPUT, anyone=True),
    Case(
        "POST /session",
        refused="a password is its own right",
        call=Call(json={"login": "sales8", "password": PASSWORD}),
        status=204,
        elsewhere="tests/api/test_companies.py",
        wrong=wrong("password", json={"login": "sales8"}),
        anyone=True,
    ),
    Case("DELETE /session", refused=OWN, status=204, elsewhere=OWN, wrong=NO_INPUT, alone=True),
    Case("GET /me", refused=OWN, elsewhere=OWN, wrong=NO_INPUT),
    Case(
        "PATCH /me",
        refused=OWN,
        by="sales3",
        call=Call(json={"locale": "zh-CN"}),
        elsewhere=OWN,
        wrong=wrong("locale", json={"locale": "fr"}),
    ),
    Case(
        "PUT /me/password",
        refused=OWN,
        by="sales7",
        call=Call(json={"password": PASSWORD, "new": "another word of mine"}),
        status=204,
        elsewhere=OWN,
        wrong=wrong("new", json={"password": PASSWORD, "new": "short"}),
        alone=True,
    ),
    Case(
        "PUT /me/totp",
        refused=OWN,
        by="sales6",
        call=Call(json={}),
        elsewhere=OWN,
        wrong=wrong("password", json={"off": True}),
    ),
    Case("GET /me/sessions", refused=OWN, elsewhere=OWN, wrong=wrong("cursor", query={"cursor": "x"})),
    Case("DELETE /me/sessions", refused=OWN, by="sales5", status=204, elsewhere=OWN, wrong=NO_INPUT, alone=True),
    Case("DELETE /me/sessions/{session}", refused={"sales1": 404, "director": 404}, status=204),
    Case(
        "POST /tokens",
        refused="everybody may make tokens that can do what they can",
        call=Call(json={"name": "x", "scopes": ["read"]}),
        status=201,
        elsewhere=(Not(422, "scopes", json={"name": "x", "scopes": ["object:memo:read"]}),),
        wrong=wrong("scopes", json={"name": "x", "scopes": ["anything"]}),
    ),
    Case("GET /tokens", refused=OWN, elsewhere=OWN, wrong=wrong("limit", query={"limit": "1000"})),
    Case("DELETE /tokens/{token}", refused={"sales1": 404}, status=204),
)

PEOPLE = (
    Case(
        "GET /audit",
        refused=SALES,
        elsewhere="a list of the company's own",
        wrong=wrong("person", query={"person": "me"}),
    ),
    Case(
        "GET /people", refused=ALL, elsewhere="a list of the company's own", wrong=wrong("limit", query={"limit": "0"})
    ),
    Case("GET /people/attributes", refused=SALES, elsewhere="a list of the company's own", wrong=NO_INPUT),
    Case(
        "POST /people",
        refused=SALES,
        call=Call(json={"login": "{login}", "name": "新人"}),
        status=201,
        elsewhere=(
            Not(422, "departments", json={"login": "{login}", "name": "x", "departments": ["{their_department}"]}),
        ),
        wrong=wrong("login", json={"name": "x"}),
    ),
    Case(f"GET {PERSON}", refused=ALL),
    Case(f"PATCH {PERSON}", refused=SALES, call=Call(json={"city": "上海"}), wrong=wrong("name", json={"name": ""})),
    Case(f"GET {PERSON}/duty", refused=SALES),
    Case(
        f"PUT {PERSON}/duty",
        refused=SALES,
        call=Call(json={"on_duty": False}),
        wrong=wrong("on_duty", json={"on_duty": "no"}),
    ),
    Case(f"POST {PERSON}/password", refused=SALES),
    Case(f"DELETE {PERSON}/totp", refused=SALES, status=204),
    Case(f"DELETE {PERSON}/sessions", refused=SALES, status=204),
    Case(
        f"POST {PERSON}/deactivate",
        refused=SALES,
        elsewhere=(Not(422, "to", json={"to": "{their_person}"}),),
        wrong=wrong("to", json={"to": "nobody"}),
    ),
    Case(f"POST {PERSON}/reactivate", refused=SALES),
    Case(f"GET {PERSON}/holdings", refused=SALES),
    Case(
        f"POST {PERSON}/hand_over",
        refused=SALES,
        call=Call(json={"to": "{colleague}"}),
        elsewhere=(Not(422, "to", json={"to": "{their_person}"}),),
        wrong=wrong("objects", json={"to": "{colleague}", "objects": "lead"}),
    ),
    Case("GET /departments", refused=ALL, elsewhere="a list of the company's own", wrong=NO_INPUT),
    Case(
        "POST /departments",
        refused=SALES,
        call=Call(json={"key": "{login}", "name": "新部门"}),
        status=201,
        elsewhere=(Not(422, "parent", json={"key": "x", "name": "x", "parent": "{their_department}"}),),
        wrong=wrong("name", json={"key": "x"}),
    ),
    Case(
        "PATCH /departments/{department}",
        refused=SALES,
        call=Call(json={"name": "别名"}),
        elsewhere=(Not(422, "head", json={"head": "{their_person}"}),),
        wrong=wrong("head", json={"head": NOBODY}),
    ),
    Case("DELETE /departments/{department}", refused=SALES, status=204),
    Case("GET /roles", refused=ALL, elsewhere="a list of the company's own", wrong=NO_INPUT),
)

DEFINITIONS = (
    Case("GET /catalog", refused="everybody is told what they may see", elsewhere=NAMELESS, wrong=NO_INPUT),
    Case("GET /openapi.json", refused="everybody is told what they may see", elsewhere=NAMELESS, wrong=NO_INPUT),
    Case(
        "POST /catalog/plan",
        refused=SALES,
        call=Call(json=change("planned")),
        elsewhere=(
            Not(422, "changes[0].remove.key", json={"changes": [{"remove": {"kind": "object", "key": "memo"}}]}),
        ),
        wrong=wrong("changes[0].put.body", json=BAD_CHANGE),
    ),
    Case(
        "POST /catalog/apply",
        refused=SALES,
        call=Call(json=change("applied")),
        elsewhere=(
            Not(422, "changes[0].remove.key", json={"changes": [{"remove": {"kind": "object", "key": "memo"}}]}),
        ),
        wrong=wrong("changes[0].put.body", json=BAD_CHANGE),
    ),
    Case(
        "GET /trash", refused=SALES, elsewhere="a list of the company's own", wrong=wrong("limit", query={"limit": "0"})
    ),
    Case("GET /field-types", refused=ALL, elsewhere=NAMELESS, wrong=NO_INPUT),
    Case(
        "GET /names",
        refused=ALL,
        call=Call(query={"label": "预算"}),
        elsewhere=NAMELESS,
        wrong=wrong("label", query={"label": ""}),
    ),
    Case(
        "POST /calendars/days",
        refused=SALES,
        call=Call(json={"calendar": "duty_hours", "from": "2026-10-01", "until": "2026-10-31"}),
        elsewhere="a calendar's key is the company's own",
        wrong=wrong("until", json={"calendar": "duty_hours", "from": "2026-10-01", "until": "2026-09-30"}),
    ),
    Case(
        "POST /calendars/reckon",
        refused=SALES,
        call=Call(json={"calendar": "duty_hours", "start": "2026-10-01T09:00:00Z", "target": "30m"}),
        elsewhere="a calendar's key is the company's own",
        wrong=wrong("target", json={"calendar": "duty_hours", "start": "2026-10-01T09:00:00Z", "target": "soon"}),
    ),
    Case(
        "GET /definitions",
        refused="everybody is told what they may read",
        elsewhere="a list of the company's own",
        wrong=wrong("limit", query={"limit": "x"}),
    ),
    Case(
        f"GET {DEFINITION}",
        refused=SALES,
        call=Call(path={"kind": "object", "key": "lead"}),
        elsewhere=(Not(404, path={"key": "memo"}),),
        wrong="any name may be asked for",
    ),
    Case(
        f"PUT {DEFINITION}",
        refused=SALES,
        call=Call(path={"kind": "view", "key": "put"}, json={"body": _view("put")}),
        elsewhere="a name that isn't there becomes a new definition",
        wrong=wrong("columns", json={"body": {**_view("put"), "columns": ["nothing"]}}),
    ),
    Case(
        f"DELETE {DEFINITION}",
        refused=SALES,
        call=Call(path={"kind": "view", "key": "{view}"}),
        elsewhere=(Not(404, path={"key": "{their_view}"}),),
        wrong="any name may be asked for",
    ),
    Case(
        f"DELETE {DEFINITION}/draft",
        refused=SALES,
        call=Call(path={"kind": "view", "key": "{draft}"}),
        status=204,
        elsewhere=(Not(404, path={"key": "{their_draft}"}),),
        wrong="any name may be asked for",
    ),
    Case(
        f"GET {DEFINITION}/dry-run",
        refused=SALES,
        call=Call(path={"kind": "rule", "key": "{draft_rule}"}),
        elsewhere=(Not(404, path={"key": "{their_draft_rule}"}),),
        wrong=wrong("last", query={"last": "0"}),
    ),
    Case(
        f"GET {DEFINITION}/diff",
        refused=SALES,
        call=Call(path={"kind": "view", "key": "{draft}"}),
        elsewhere=(Not(404, path={"key": "{their_draft}"}),),
        wrong=wrong("from", query={"from": "x" * 21}),
    ),
    Case(
        "POST /definitions/publish",
        refused=SALES,
        call=Call(json={"items": [{"kind": "view", "key": "{draft}"}]}),
        elsewhere=(
            Not(422, None, json={"items": [{"kind": "view", "key": "{their_draft}"}]}),
            Not(
                422,
                "to.pilot.people[0]",
                json={
                    "items": [{"kind": "view", "key": "{draft}"}],
                    "to": {"pilot": {"people": ["{their_person}"], "departments": []}},
                },
            ),
        ),
        wrong=wrong("items[0].key", json={"items": [{"kind": "view"}]}),
    ),
    Case(
        "POST /definitions/rollback",
        refused=SALES,
        call=Call(json={"kind": "view", "key": "{view}", "version": 1}),
        elsewhere=(Not(404, json={"kind": "view", "key": "{their_view}", "version": 1}),),
        wrong=wrong("version", json={"kind": "view", "key": "x", "version": "first"}),
    ),
    Case(
        "GET /releases",
        refused=SALES,
        elsewhere="a list of the company's own",
        wrong=wrong("cursor", query={"cursor": "0"}),
    ),
    Case("GET /releases/{release}", refused=SALES, named=NUMBERED, wrong=wrong("release", path={"release": "x"})),
    Case("DELETE /releases/{release}", refused=SALES, named=NUMBERED, wrong=wrong("release", path={"release": "x"})),
)

WEBHOOKS = (
    Case("GET /webhooks", refused=SALES, elsewhere="a list of the company's own", wrong=NO_INPUT),
    Case("POST /webhooks/{webhook}/secret", refused=SALES, status=201, wrong="any name may be asked for"),
    Case(
        "GET /deliveries",
        refused=SALES,
        elsewhere="a list of the company's own",
        wrong=wrong("state", query={"state": "lost"}),
    ),
    Case("POST /deliveries/{delivery}/resend", refused=SALES, status=202),
)
