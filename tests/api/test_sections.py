"""Sections of an object's form: what the catalog tells of them, how they are published, compared and taken back."""

from typing import Any

import pytest
from tests.support.company import fresh_company
from tests.support.definitions import note_object
from tests.support.problems import wrong_fields
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database

pytestmark = pytest.mark.db

MONEY = {"label": {"zh-CN": "金额", "en-US": "Amounts"}}
PLACES = {"label": {"zh-CN": "地点", "en-US": "Places"}}


def memo(name: str, sections: dict[str, Any] | None, **places: str) -> dict[str, Any]:
    """Return an object with the fields `worth` and `town`; each stands in the section that is named for it."""
    fields = {
        key: {"type": "text", "label": key, **({"section": places[key]} if key in places else {})}
        for key in ("worth", "town")
    }
    body = dict(note_object(name, **fields).body)
    return body if sections is None else {**body, "sections": sections}


async def plan(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    admin = await api.signed_in("admin")
    change = {"put": {"kind": "object", "key": body["object"], "body": body}}
    return (await admin.post("/catalog/plan", json={"changes": [change]})).json()


async def keep(api: Api, body: dict[str, Any]) -> Any:
    admin = await api.signed_in("admin")
    headers = {"Accept-Language": "en-US"}
    return await admin.put(f"/definitions/object/{body['object']}", json={"body": body}, headers=headers)


async def publish(api: Api, name: str) -> None:
    admin = await api.signed_in("admin")
    items = [{"kind": "object", "key": name}]
    answer = await admin.post("/definitions/publish", json={"items": items})
    assert answer.status_code == 200, answer.text


async def seen(api: Api, name: str, login: str = "admin") -> tuple[list[Any], dict[str, str | None]]:
    """Return the sections that somebody sees of an object, and the section of each field that has one."""
    catalog = (await (await api.signed_in(login)).get("/catalog")).json()
    what = next(one for one in catalog["objects"] if one["name"] == name)
    placed = {field["name"]: field["section"] for field in what["fields"] if "section" in field}
    return [(one["key"], one["label"]) for one in what["sections"]], placed


async def test_sections_are_published_compared_and_taken_back(api: Api):
    await keep(api, memo("sectioned", None))
    await publish(api, "sectioned")
    assert await seen(api, "sectioned") == ([], {})
    await keep(api, memo("sectioned", {"places": PLACES, "money": MONEY}, worth="money", town="places"))
    admin = await api.signed_in("admin")
    differences = (await admin.get("/definitions/object/sectioned/diff")).json()["items"]
    assert {"place": "fields.worth.section", "from": None, "to": "money"} in differences
    assert {"place": "sections", "from": None, "to": {"places": PLACES, "money": MONEY}} in differences
    await publish(api, "sectioned")
    placed = {"worth": "money", "town": "places"}
    assert await seen(api, "sectioned") == ([("places", "Places"), ("money", "Amounts")], placed)
    await keep(api, memo("sectioned", {"money": MONEY, "places": PLACES}, worth="money", town="places"))
    differences = (await admin.get("/definitions/object/sectioned/diff")).json()["items"]
    assert differences == [{"place": "sections", "from": ["places", "money"], "to": ["money", "places"]}]
    await publish(api, "sectioned")
    assert (await seen(api, "sectioned"))[0] == [("money", "Amounts"), ("places", "Places")]
    back = await admin.post("/definitions/rollback", json={"kind": "object", "key": "sectioned", "version": 1})
    assert back.status_code == 200, back.text
    assert await seen(api, "sectioned") == ([], {})


async def test_to_change_sections_changes_no_table(api: Api):
    await keep(api, memo("steady", {"money": MONEY}, worth="money"))
    await publish(api, "steady")
    planned = await plan(api, memo("steady", {"places": PLACES}, worth="places", town="places"))
    assert planned["definitions"] == [{"kind": "object", "key": "steady", "version": 2}]
    assert (planned["schema"], planned["conversions"], planned["problems"]) == ([], [], [])


async def test_a_section_that_is_not_there_is_told_with_those_that_are(api: Api):
    answer = await keep(api, memo("lost", {"places": PLACES, "money": MONEY}, worth="mony"))
    assert wrong_fields(answer, "bad_definition") == {"fields.worth.section": "unknown_section"}
    assert answer.json()["errors"][0]["message"] == "there is no section “mony”; there are: places, money"
    answer = await keep(api, memo("lost", None, worth="money"))
    assert answer.json()["errors"][0]["message"] == "there is no section “money”; there are: –"


async def test_a_section_of_which_one_sees_no_field_is_not_told(database: Database, migrated_url: str):
    grant = {"told": {"read": "all", "fields": {"worth": "hidden"}}}
    role = Body("role", "support", {"role": "support", "label": "技术支持", "objects": grant})
    body = memo("told", {"empty": {"label": "空"}, "places": PLACES, "money": MONEY}, worth="money", town="places")
    told = Body("object", "told", body)
    async with fresh_company(database, role, told) as company, serve(migrated_url, company) as api:
        assert [key for key, _ in (await seen(api, "told"))[0]] == ["places", "money"]
        assert await seen(api, "told", "support1") == ([("places", "Places")], {"town": "places"})
