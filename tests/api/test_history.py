"""Why is it so: a record's timeline and explanation over HTTP."""

from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from tests.support.company import Clocked, fresh_company, sales_app
from tests.support.definitions import changed, release, shipped
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.api.deps import Caller
from closeloop.api.history import explain
from closeloop.catalog.store import Body
from closeloop.db.engine import Database

pytestmark = pytest.mark.db


async def test_each_event_is_of_one_kind_and_a_kind_is_paged_like_the_whole(api: Api):
    lead = await api.lead_of("sales1", company="分类")
    client = await api.signed_in("sales1")
    place = f"/objects/lead/records/{lead['id']}"
    await client.post(f"{place}/do/touch", json={"values": {"kind": "call", "outcome": "interested"}})
    whole = [one["id"] for one in (await client.get(f"{place}/timeline", params={"limit": 200})).json()["items"]]
    found: list[str] = []
    for kind in ("work", "owner", "stage", "clock", "other"):
        cursor = ""
        while cursor is not None:
            asked = {"kind": kind, "limit": 2, "cursor": cursor}
            page = (await client.get(f"{place}/timeline", params=asked)).json()
            found += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
    assert sorted(found, reverse=True) == whole
    (touch,) = (await client.get(f"{place}/timeline", params={"kind": "work"})).json()["items"]
    assert touch["type"] == "lead.touch"
    assert wrong_fields(await client.get(f"{place}/timeline", params={"kind": "gossip"})) == {"kind": "not_an_option"}


async def test_records_that_a_change_points_to_are_told_by_their_titles(api: Api):
    lead = await api.lead_of("sales1", company="指向")
    client = await api.signed_in("sales1")
    place = f"/objects/lead/records/{lead['id']}"
    done = await client.post(f"{place}/do/convert", json={"values": {"customer_name": f"指向{lead['id']}"}})
    assert done.status_code == 200, done.text
    items = (await client.get(f"{place}/timeline")).json()["items"]
    (change,) = [one["changes"]["customer"] for one in items if "customer" in one["changes"]]
    assert change == [None, {"id": done.json()["customer"]["id"], "label": f"指向{lead['id']}"}]


async def test_it_is_told_since_when_a_record_stands_in_its_stage(api: Api):
    lead = await api.lead_of("sales1")
    client = await api.signed_in("sales1")
    place = f"/objects/lead/records/{lead['id']}"
    assert (await client.get(f"{place}/explain")).json()["stage_since"] == lead["created_at"]
    customer = (await client.post("/objects/customer/records", json={"name": f"无阶段{lead['id']}"})).json()
    told = await client.get(f"/objects/customer/records/{customer['id']}/explain")
    assert told.json()["stage_since"] is None


async def test_versions_that_are_gone_are_read_over_the_connection_at_hand(own_company: Clocked, migrated_url: str):
    lead = await own_company.lead()
    first, *others = shipped("pipeline", "lead")["stages"]
    stages = [{**first, "label": "全新"}, *others]
    calendar = changed("calendar", "duty_hours", label="改过")
    await release(own_company, changed("pipeline", "lead", stages=stages), calendar)
    database = Database(migrated_url, min_size=1, max_size=1, application_name="one connection")
    await database.open()
    try:
        other = Clocked(own_company.company, database, own_company.clock)
        await other.refresh()
        who = other.org.people[other.id_of(other.login_of(lead["owner"]) or "")]
        caller = Caller(other, UUID(int=0), other.actor_of(who), "zh-CN")
        answer = orjson.loads((await explain("lead", lead["id"], caller)).body)
    finally:
        await database.close()
    assert answer["stage_since"]
    assert answer["clocks"]


async def test_the_timeline_tells_everything_newest_first_and_page_by_page(api: Api):
    lead = await api.lead_of("sales1", company="时间轴")
    client = await api.signed_in("sales1")
    place = f"/objects/lead/records/{lead['id']}"
    body = {"values": {"kind": "call", "outcome": "interested"}}
    await client.post(f"{place}/do/touch", json=body)
    items = (await client.get(f"{place}/timeline")).json()["items"]
    types = [one["type"] for one in reversed(items)]
    assert types[:3] == ["record.created", "record.scored", "record.assigned"]
    assert types[-5:] == ["lead.touch", "record.updated", "clock.met", "clock.met", "record.moved"]
    by_type = {one["type"]: one for one in items}
    assert by_type["record.created"]["actor"] is None
    assert by_type["record.created"]["actor_kind"] == "channel"
    assert by_type["record.created"]["changes"]["company"] == [None, "时间轴"]
    assert by_type["lead.touch"]["actor"]["label"] == "林晓"
    assert by_type["lead.touch"]["label"] == "Log a touch"
    met = [one["why"]["clock"] for one in items if one["type"] == "clock.met"]
    assert {(one["policy"], one["label"]) for one in met} == {
        ("first_touch", "First touch"), ("untouched", "Untouched for 24 h"),
    }  # fmt: skip
    assert by_type["record.moved"]["changes"] == {"stage": ["new", "contacted"]}
    assert by_type["record.moved"]["cause"] in {one["id"] for one in items}
    assert items[-3]["changes"]["owner"][1] == items[-3]["why"]["assignment"]["chosen"]
    pages: list[str] = []
    cursor = None
    while True:
        page = (
            await client.get(f"{place}/timeline", params={"limit": 3, **({"cursor": cursor} if cursor else {})})
        ).json()
        pages += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert pages == [one["id"] for one in items]


async def test_the_explanation_shows_the_inputs_of_every_decision(api: Api):
    lead = await api.lead(source="expo", page_seconds=181, company="说明", name="甲")
    admin = await api.signed_in("admin")
    told = (await admin.get(f"/objects/lead/records/{lead['id']}/explain")).json()
    assert told["score"]["total"] == lead["score"]
    assert told["score"]["grade"] == lead["grade"]
    assert sum(factor["points"] for factor in told["score"]["factors"]) == lead["score"]
    points = {factor["key"]: factor for factor in told["score"]["factors"]}
    assert points["source"]["points"] == 15
    assert points["source"]["reason"] == "Source Trade fair"
    assert points["dwell"]["points"] == 20
    assert "181" in points["dwell"]["reason"]
    assert told["assignment"]["chosen"] == lead["owner"]
    assert told["assignment"]["policy"] == "online"
    candidates = {one["person"]["label"]: one for one in told["assignment"]["candidates"]}
    assert len(candidates) == 8
    assert candidates[lead["owner"]["label"]]["code"] == "chosen"
    assert all(one["reason"] for one in candidates.values())
    gates = {gate["to"]: gate for gate in told["gates"]}
    assert gates["contacted"]["met"]
    assert [one["field"] for one in gates["qualified"]["unmet"]] == ["needs"]
    assert [clock["policy"] for clock in told["clocks"]] == ["batch_script"]
    assert told["clocks"][0]["reckoning"]["lines"][0] == "Target 1 d, by the wall clock"


async def test_why_is_told_in_the_readers_language(api: Api):
    lead = await api.lead(source="website")
    admin = await api.signed_in("admin")
    path = f"/objects/lead/records/{lead['id']}/explain"
    told = (await admin.get(path, headers={"Accept-Language": "zh-CN"})).json()
    assert told["score"]["factors"][0]["reason"] == "来源 官网表单"
    assert {clock["label"] for clock in told["clocks"]} == {"首次触达", "需求标签", "24 小时未触达"}


async def test_who_may_not_read_the_record_learns_nothing(api: Api):
    lead = await api.lead_of("sales1")
    other = await api.signed_in("sales2")
    for path in ("timeline", "explain"):
        problem(await other.get(f"/objects/lead/records/{lead['id']}/{path}"), 404, "not_found")


async def test_wrong_input_is_named(api: Api):
    lead = await api.lead_of("sales1")
    client = await api.signed_in("sales1")
    path = f"/objects/lead/records/{lead['id']}/timeline"
    assert wrong_fields(await client.get(path, params={"cursor": "x"})) == {"cursor": "bad_cursor"}
    assert list(wrong_fields(await client.get(path, params={"limit": 201}))) == ["limit"]
    problem(await client.get(path.replace("lead/", "touch/")), 404, "not_found")


async def test_a_rules_run_stands_on_the_timeline_by_name_without_what_is_hidden(migrated_url: str, database: Database):
    rule = {
        "rule": "copy", "on": "lead", "label": {"zh-CN": "x", "en-US": "Copy the city"}, "after": "updated",
        "when": "changed.city", "do": [{"set": {"province": "city", "budget": "100"}}],
    }  # fmt: skip
    broken = {**rule, "rule": "broken", "do": [{"set": {"employees": "budget / 3"}}], "when": "changed.industry"}
    roles = {body.key: body.body for body in sales_app() if body.kind == "role"}
    objects = roles["sales"]["objects"]
    lead = {**objects["lead"], "fields": {"budget": "hidden", "employees": "hidden"}}
    sales = Body("role", "sales", {**roles["sales"], "objects": {**objects, "lead": lead}})
    bodies = (Body("rule", "copy", rule), Body("rule", "broken", broken), sales)
    async with fresh_company(database, *bodies) as company, serve(migrated_url, company) as api:
        made = await api.lead_of("sales1")
        place = f"/objects/lead/records/{made['id']}"
        admin, client = await api.signed_in("admin"), await api.signed_in("sales1")
        for values in ({"city": "y"}, {"industry": "z"}):
            assert (await admin.patch(place, json=values)).status_code == 200

        async def told(who: httpx.AsyncClient) -> dict[str, Any]:
            items = (await who.get(f"{place}/timeline")).json()["items"]
            return {one["type"]: one for one in items if one["type"].startswith("rule.")}

        seen, partly = await told(admin), await told(client)
        assert seen["rule.run"]["label"] == "Rule · Copy the city"
        assert [one["field"] for one in seen["rule.run"]["why"]["rule"]["did"]] == ["province", "budget"]
        assert [one["field"] for one in partly["rule.run"]["why"]["rule"]["did"]] == ["province", None]
        (wrong,) = seen["rule.failed"]["why"]["failed"]["errors"]
        assert wrong == {"at": "rule/broken: do[0].set", "field": "employees", "code": "not_integer"}
        assert [one["field"] for one in partly["rule.failed"]["why"]["failed"]["errors"]] == [None]
