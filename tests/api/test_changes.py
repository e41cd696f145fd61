"""Changes of objects and fields over HTTP: what they would do, doing it, and the trash."""

from typing import Any

import httpx
import pytest
from tests.support.definitions import note_object
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api

pytestmark = pytest.mark.db

TEXT = {"type": "text", "label": "值"}
NUMBER = {"type": "decimal", "label": "值"}


def put(name: str, **fields: dict[str, Any]) -> dict[str, Any]:
    return {"put": {"kind": "object", "key": name, "body": note_object(name, **fields).body}}


async def ask(api: Api, what: str, *changes: Any, **rest: Any) -> httpx.Response:
    admin = await api.signed_in("admin")
    return await admin.post(f"/catalog/{what}", json={"changes": list(changes), **rest})


async def apply(api: Api, *changes: Any, **rest: Any) -> dict[str, Any]:
    answer = await ask(api, "apply", *changes, **rest)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def record(api: Api, name: str, **values: Any) -> str:
    admin = await api.signed_in("admin")
    answer = await admin.post(f"/objects/{name}/records", json={"title": "t", **values})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def read(api: Api, name: str, one: str) -> dict[str, Any]:
    return (await (await api.signed_in("admin")).get(f"/objects/{name}/records/{one}")).json()


async def test_a_plan_says_what_would_be_done_and_does_nothing(api: Api):
    planned = (await ask(api, "plan", put("planned", worth=TEXT))).json()
    assert planned["definitions"] == [{"kind": "object", "key": "planned", "version": 1}]
    assert planned["schema"][0] == {
        "change": "CreateTable", "table": "planned", "name": None, "lock": "none", "late": False, "reversible": True,
    }  # fmt: skip
    assert (planned["problems"], planned["conversions"]) == ([], [])
    admin = await api.signed_in("admin")
    problem(await admin.get("/objects/planned/records"), 404, "unknown_object")


async def test_an_object_made_over_http_can_be_used_at_once(api: Api):
    done = await apply(api, put("at_once", worth=NUMBER), note="a new object")
    admin = await api.signed_in("admin")
    assert (await admin.get("/catalog")).json()["version"] == done["release"]
    one = await record(api, "at_once", worth="2.50")
    assert (await read(api, "at_once", one))["worth"] == "2.5"
    newest = (await admin.get("/releases")).json()["items"][0]
    assert (newest["release"], newest["note"], newest["present"]) == (done["release"], "a new object", True)


async def test_a_plan_tells_the_problems_of_definitions_in_words(api: Api):
    answer = await ask(api, "plan", put("faulty", worth={"type": "txt", "label": "值"}))
    (found,) = answer.json()["problems"]
    assert (found["field"], found["code"]) == ("object/faulty: fields.worth.type", "not_one_of")
    assert found["message"] not in ("", found["code"])
    refused = await ask(api, "apply", put("faulty", worth={"type": "txt", "label": "值"}))
    assert wrong_fields(refused, "bad_definition") == {"object/faulty: fields.worth.type": "not_one_of"}


async def test_values_that_do_not_fit_are_shown_first_and_left_behind_only_when_accepted(api: Api):
    await apply(api, put("fitting", worth=TEXT))
    bad = await record(api, "fitting", worth="much")
    planned = (await ask(api, "plan", put("fitting", worth=NUMBER))).json()
    assert planned["conversions"] == [
        {
            "object": "fitting", "field": "worth", "from": "text", "to": "decimal", "values": 1, "lost": 1,
            "examples": [{"id": bad, "value": "much"}],
        }
    ]  # fmt: skip
    refused = await ask(api, "apply", put("fitting", worth=NUMBER))
    assert wrong_fields(refused, "values_lost") == {"fitting.worth": "values_lost"}
    assert refused.json()["conversions"] == planned["conversions"]
    await apply(api, put("fitting", worth=NUMBER), accept_loss=True)
    assert (await read(api, "fitting", bad))["worth"] is None


async def test_what_went_is_listed_and_comes_back_with_its_values(api: Api):
    await apply(api, put("returning", worth=TEXT, other=TEXT))
    one = await record(api, "returning", worth="dear")
    await apply(api, put("returning", other=TEXT))
    admin = await api.signed_in("admin")
    trash = (await admin.get("/trash")).json()["items"]
    gone = next(found for found in trash if found["object"] == "returning")
    assert (gone["field"], gone["type"], gone["label"], gone["by"]["label"] != "") == ("worth", "text", "值", True)
    assert gone["was"] == TEXT
    assert "worth" not in await read(api, "returning", one)
    of_one = (await admin.get("/trash", params={"object": "returning"})).json()["items"]
    assert [(found["object"], found["field"]) for found in of_one] == [("returning", "worth")]
    await apply(api, {"restore": {"object": "returning", "field": "worth"}})
    assert (await read(api, "returning", one))["worth"] == "dear"
    await apply(api, {"remove": {"kind": "object", "key": "returning"}})
    problem(await admin.get(f"/objects/returning/records/{one}"), 404, "unknown_object")
    await apply(api, {"restore": {"object": "returning"}})
    assert (await read(api, "returning", one))["worth"] == "dear"
    missing = await ask(api, "apply", {"restore": {"object": "returning", "field": "worth"}})
    problem(missing, 404, "not_in_trash")


async def test_a_field_that_something_names_goes_only_with_it(api: Api):
    view = {"view": "named_all", "on": "named", "label": "全部", "columns": ["worth"]}
    await apply(api, put("named", worth=TEXT), {"put": {"kind": "view", "key": "named_all", "body": view}})
    refused = await ask(api, "apply", put("named"))
    assert wrong_fields(refused, "bad_definition") == {"view/named_all: columns": "unknown_field"}
    await apply(api, put("named"), {"remove": {"kind": "view", "key": "named_all"}})


async def test_changes_made_from_an_older_release_are_told(api: Api):
    release = (await apply(api, put("older")))["release"]
    await apply(api, put("older", worth=TEXT), release=release)
    answer = await ask(api, "apply", put("older"), release=release)
    assert problem(answer, 409, "release_moved_on")["current"]["release"] > release


async def test_the_same_again_is_no_new_release(api: Api):
    release = (await apply(api, put("again")))["release"]
    assert await apply(api, put("again")) == {"release": release, "definitions": [], "schema": []}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ([], "changes", "required"),
        ("x", "changes", "not_a_list"),
        ([{}], "changes[0]", "not_one_of"),
        ([{"move": {}}], "changes[0]", "not_one_of"),
        ([{"put": 1}], "changes[0]", "not_one_of"),
        ([{"put": {"kind": "object", "key": "x"}}], "changes[0].put.body", "not_a_mapping"),
        ([{"put": {"kind": "object", "key": "x", "body": {}, "y": 1}}], "changes[0].put.y", "unknown_parameter"),
        ([{"remove": {"kind": "object"}}], "changes[0].remove.key", "required"),
        ([{"rename": {"object": "lead", "to": "x"}}], "changes[0].rename", "immutable_name"),
        ([{"restore": {}}], "changes[0].restore.object", "required"),
    ],
)
async def test_what_is_no_change_is_told_at_its_place(api: Api, changes: Any, field: str, code: str):
    admin = await api.signed_in("admin")
    for what in ("plan", "apply"):
        answer = await admin.post(f"/catalog/{what}", json={"changes": changes})
        assert wrong_fields(answer) == {field: code}
