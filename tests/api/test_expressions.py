"""An expression that is being written is checked over what the writer sees, in the writer's language."""

from typing import Any

import pytest
from tests.support.company import Clocked, fresh_company, sales_app
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.expr import FUNCTIONS

pytestmark = pytest.mark.db


async def check(api: Api, login: str, expression: str, **more: Any) -> dict[str, Any]:
    client = await api.signed_in(login)
    answer = await client.post("/expressions/check", json={"object": "lead", "expression": expression, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_right_one_is_told_with_type_cost_and_what_it_reads(api: Api):
    told = await check(api, "sales1", "来源 == 'website' and days(now() - created_at) > 3", expect="bool")
    assert told == {
        "ok": True,
        "errors": [],
        "type": "bool",
        "cost": 10,
        "reads": ["created_at", "source"],
        "uses_now": True,
    }


async def test_a_wrong_one_is_told_with_its_place_in_the_reader_s_language(api: Api):
    client = await api.signed_in("sales1")
    body = {"object": "lead", "expression": "soure == 'website'"}
    english = (await client.post("/expressions/check", json=body)).json()
    chinese = (await client.post("/expressions/check", json=body, headers={"Accept-Language": "zh-CN"})).json()
    assert english == {
        "ok": False,
        "errors": [
            {
                "reason": "unknown_name",
                "at": 0,
                "length": 5,
                "message": "There is no field “soure”. Did you mean “source”?",
                "suggestion": "source",
            }
        ],
    }
    assert chinese["errors"][0]["message"] == "没有名为“soure”的字段，是否想写“source”？"
    (wrong,) = (await check(api, "sales1", "page_seconds", expect="bool"))["errors"]
    assert wrong["reason"] == "result_type"


async def test_roots_stand_beside_the_record(api: Api):
    roots = {"before": "lead", "candidate": "candidate"}
    told = await check(api, "sales1", "before.stage != stage and candidate.city == owner.city", roots=roots)
    assert told["reads"] == ["before.stage", "candidate.city", "owner.city", "stage"]
    assert not (await check(api, "sales1", "before.stage != stage"))["ok"]


@pytest.mark.parametrize(
    ("expression", "at", "expected"),
    [
        ("sour", 4, {("source", "field", "text")}),
        ("source == 'a' and owner.na", 26, {("name", "field", "text")}),
        ("own", 3, {("owner", "relation", "id:person")}),
        ("1 + start_", 10, {("start_of", "function", None)}),
        ("1 + dist", 8, {("distance", "function", None)}),
        ("nothing.x", 9, set()),
        ("1 + )", 5, None),
    ],
)
async def test_it_says_what_may_be_written_next(api: Api, expression: str, at: int, expected: set[Any] | None):
    told = (await check(api, "sales1", expression, complete_at=at))["completions"]
    found = {(one["name"], one["kind"], one["type"]) for one in told}
    if expected is None:
        assert "field" in {kind for _, kind, _ in found}
    else:
        assert found >= expected
        assert bool(found) == bool(expected)


async def test_a_root_that_is_no_record_is_told_by_the_types_of_its_names(api: Api):
    roots = {
        "changed": {"score": "bool"},
        "clock": {"due_at": "datetime"},
        "input": {"needs": "list:text", "whom": "id:person"},
    }
    told = await check(
        api, "sales1", "changed.score and clock.due_at < now() and 'x' in input.needs and input.whom == owner",
        roots=roots, expect="bool",
    )  # fmt: skip
    assert told["ok"], told["errors"]
    assert not (await check(api, "sales1", "changed.score > 1", roots=roots))["ok"]
    next_up = (await check(api, "sales1", "input.", roots=roots, complete_at=6))["completions"]
    assert {one["name"] for one in next_up} >= {"needs", "whom"}


@pytest.mark.parametrize("type_", ["spell", "number:lead", "list", "list:" * 19 + "text:x", "x" * 200])
async def test_a_type_that_is_none_is_told_at_its_place(api: Api, type_: str):
    client = await api.signed_in("sales1")
    body = {"object": "lead", "expression": "1", "roots": {"input": {"a": type_}}}
    answer = await client.post("/expressions/check", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("roots.input")


async def test_functions_are_listed_in_the_reader_s_language(api: Api):
    client = await api.signed_in("finance1")
    english = (await client.get("/expressions/functions")).json()["items"]
    chinese = (await client.get("/expressions/functions", headers={"Accept-Language": "zh-CN"})).json()["items"]
    assert [one["name"] for one in english] == list(FUNCTIONS)
    assert english[0] == {
        "name": "coalesce",
        "signature": "coalesce(a, b, …)",
        "doc": "The first value that is not null",
    }
    assert chinese[0]["doc"] == "第一个不为空的值"


async def test_who_has_not_signed_in_is_told_nothing(api: Api):
    body = {"object": "lead", "expression": "1"}
    assert (await api.anyone().post("/expressions/check", json=body)).status_code == 401
    assert (await api.anyone().get("/expressions/functions")).status_code == 401


async def test_an_object_that_one_may_not_read_is_not_there(api: Api):
    client = await api.signed_in("finance1")
    for body in ({"object": "lead", "expression": "1"}, {"object": "nothing", "expression": "1"}):
        assert (await client.post("/expressions/check", json=body)).status_code == 404
    client = await api.signed_in("sales1")
    body = {"object": "lead", "expression": "1", "roots": {"other": "nothing"}}
    assert (await client.post("/expressions/check", json=body)).status_code == 404


async def test_a_session_of_another_company_opens_nothing_here(api: Api, own_company: Clocked):
    client = await api.sign_in("sales1")
    elsewhere = {"Closeloop-Company": own_company.company.key}
    answer = await client.post("/expressions/check", json={"object": "lead", "expression": "1"}, headers=elsewhere)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"object": "lead"},
        {"object": "lead", "expression": 1},
        {"object": "lead", "expression": "1", "more": True},
        {"object": "lead", "expression": "1", "expect": "file"},
        {"object": "lead", "expression": "1", "complete_at": -1},
    ],
)
async def test_a_body_of_another_shape_is_refused(api: Api, body: dict[str, Any]):
    assert (await (await api.signed_in("sales1")).post("/expressions/check", json=body)).status_code == 422


async def test_a_hidden_field_is_no_name_and_no_suggestion(migrated_url: str, database: Database):
    role = {
        "role": "sales",
        "label": "Sales",
        "objects": {"lead": {"read": "own", "fields": {"budget": "hidden"}}},
    }
    async with fresh_company(database, Body("role", "sales", role)) as company, serve(migrated_url, company) as api:
        (wrong,) = (await check(api, "sales1", "budget > 1"))["errors"]
        assert wrong["reason"] == "unknown_name"
        assert wrong["suggestion"] != "budget"
        told = await check(api, "sales1", "budg", complete_at=4)
        assert told["completions"] == []
        assert (await check(api, "admin", "budget > 1"))["ok"]


def drafted(**fields: Any) -> dict[str, Any]:
    """Return the leads' definition with more fields."""
    body = next(one.body for one in sales_app() if (one.kind, one.key) == ("object", "lead"))
    return {**body, "fields": {**body["fields"], **fields}}


async def test_fields_of_a_draft_are_known_where_drafts_count(api: Api):
    admin = await api.signed_in("admin")
    body = drafted(region={"type": "text", "label": "大区"}, twice={"type": "formula", "value": "page_seconds * 2"})
    answer = await admin.put("/definitions/object/lead", json={"body": body})
    assert answer.status_code == 200, answer.text
    text = "大区 == 'x' and twice > 3 and customer.name != null"
    told = await check(api, "admin", text, drafts=True, complete_at=1)
    assert (told["ok"], told["reads"]) == (True, ["customer.name", "region", "twice"])
    assert ("大区", "field") in {(one["name"], one["kind"]) for one in told["completions"]}
    beyond = {"object": "touch", "expression": "lead.region == before.region", "roots": {"before": "lead"}}
    assert (await admin.post("/expressions/check", json={**beyond, "drafts": True})).json()["ok"]
    assert not (await admin.post("/expressions/check", json=beyond)).json()["ok"]
    assert not (await check(api, "admin", text))["ok"]
    assert not (await check(api, "sales1", text, drafts=True))["ok"]
    assert (await admin.delete("/definitions/object/lead/draft")).status_code == 204


async def test_what_is_being_written_goes_before_its_draft(api: Api):
    body = drafted(area={"type": "decimal", "label": "面积"}, begun={"type": "formula", "value": ""})
    told = await check(api, "admin", "area > 3 and 来源 == 'website'", drafts=True, definition=body)
    assert told["ok"], told["errors"]
    assert not (await check(api, "admin", "begun > 3", drafts=True, definition=body))["ok"]
    assert not (await check(api, "admin", "area > 3", drafts=True))["ok"]
    assert not (await check(api, "sales1", "area > 3", drafts=True, definition=body))["ok"]
    place = {"object": "place", "label": "门店", "fields": {"name": {"type": "text", "label": "名称"}}}
    told = await check(api, "admin", "名称 == 'x'", object="place", drafts=True, definition=place)
    assert told["reads"] == ["name"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"object": 5}, {"object": "lead"}, {"object": "lead", "fields": []},
        {"object": "lead", "fields": {"a": 1, "b": {"type": "relation"}, "c": {"type": "rollup", "of": "b"}}},
        {"object": "lead", "fields": {"a": {"type": "formula", "value": "a"}, "b": {"type": "lookup", "via": "x"}}},
        {"object": "lead", "fields": {"a": {"type": "choice", "options": 3}, "b": {"type": "stage"}}, "checks": [1]},
    ],
)  # fmt: skip
async def test_a_body_that_is_not_finished_does_no_harm(api: Api, body: dict[str, Any]):
    told = await check(api, "admin", "version > 0 and a == not_a_name", drafts=True, definition=body)
    assert not told["ok"]
