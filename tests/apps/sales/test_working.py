"""Work a lead: discard with a second look, give back, claim under limits, return when idle, convert."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.support.company import Clocked, a_phone
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.engine.steps.commands import RunOperation
from closeloop.records.commands import CreateRecord
from closeloop.runtime.schedules import run_schedules

pytestmark = pytest.mark.http

HOT = {
    "source": "referral", "page_seconds": 500, "downloads": 2, "registered_capital": "9000000", "company": "重点线索",
    "name": "孙总", "industry": "机械", "city": "苏州",
}  # fmt: skip
"""What makes a lead of grade A."""


@pytest.fixture
async def own_api(own_company: Clocked, migrated_url: str) -> AsyncGenerator[Api]:
    """Return the API of a company whose clock the test moves."""
    async with serve(migrated_url, own_company) as served:
        yield served


def at(lead: dict[str, Any]) -> str:
    return f"/objects/lead/records/{lead['id']}"


async def do(client: httpx.AsyncClient, lead: dict[str, Any], operation: str, **values: Any) -> httpx.Response:
    return await client.post(f"{at(lead)}/do/{operation}", json={"values": values})


async def pooled(api: Api, **values: Any) -> dict[str, Any]:
    """Return a lead that lies in the public pool and that nobody of the tests has owned before."""
    lead = await api.lead_of("sales8", **values)
    answer = await do(await api.signed_in("sales8"), lead, "release", reason="no_time")
    assert answer.status_code == 200, answer.text
    return lead


async def told(client: httpx.AsyncClient, lead: dict[str, Any]) -> list[str]:
    items = (await client.get("/notifications")).json()["items"]
    return [one["title"] for one in items if one["record"] == lead["id"] and one["type"] == "rule"]


async def test_grade_c_is_discarded_at_once_with_a_reason_and_can_be_taken_up_again(api: Api):
    lead = await api.lead_of("sales1")
    client = await api.signed_in("sales1")
    assert wrong_fields(await do(client, lead, "discard")) == {"reason": "required"}
    gone = (await do(client, lead, "discard", reason="no_need", note="已外包")).json()
    assert (gone["stage"], gone["discard_reason"], gone["discard_note"]) == ("discarded", "no_need", "已外包")
    problem(await do(client, lead, "discard", reason="fake"), 422, "operation_unmet")
    problem(await client.delete(at(lead)), 403, "forbidden")
    back = (await do(client, lead, "restore")).json()
    assert (back["stage"], back["discard_reason"]) == ("new", None)
    problem(await do(client, lead, "restore"), 403, "operation_not_now")


async def test_grades_a_and_b_need_a_second_look(api: Api):
    client, manager = await api.signed_in("sales2"), await api.signed_in("manager1")
    lead = await api.lead_of("sales2", **HOT)
    assert lead["grade"] == "A"
    forced = {"to": "discarded", "values": {"discard_reason": "fake"}}
    assert len(problem(await client.post(f"{at(lead)}/transition", json=forced), 422, "gate_unmet")["unmet"]) == 1
    forced["values"] = {"discard_reason": "fake", "discard_seen_by": lead["owner"]["id"]}
    assert wrong_fields(await client.post(f"{at(lead)}/transition", json=forced)) == {"discard_seen_by": "readonly"}
    asked = (await do(client, lead, "discard", reason="rival")).json()
    assert (asked["stage"], asked["discard_asked_by"]["label"]) == ("new", "陈思齐")
    assert await told(manager, lead) == ["Asks to discard a lead of grade A: 重点线索"]
    problem(await do(client, lead, "confirm_discard"), 403, "forbidden")
    assert wrong_fields(await do(manager, lead, "deny_discard")) == {"note": "required"}
    kept = (await do(manager, lead, "deny_discard", note="再联系一次")).json()
    assert (kept["stage"], kept["discard_asked_by"], kept["discard_reason"]) == ("new", None, None)
    problem(await do(manager, lead, "confirm_discard"), 403, "operation_not_now")
    await do(client, lead, "discard", reason="rival")
    listed = await manager.get("/objects/lead/records", params={"view": "lead_second_look"})
    assert [one["id"] for one in listed.json()["items"]] == [lead["id"]]
    gone = (await do(manager, lead, "confirm_discard")).json()
    assert (gone["stage"], gone["discard_seen_by"]["label"], gone["discard_reason"]) == ("discarded", "沈知远", "rival")
    assert len(await told(client, lead)) == 2
    back = (await do(client, lead, "restore")).json()
    assert (back["stage"], back["discard_seen_by"]) == ("new", None)
    by_manager = (await do(manager, lead, "discard", reason="fake")).json()
    assert (by_manager["stage"], by_manager["discard_seen_by"]["label"]) == ("discarded", "沈知远")


async def test_what_is_given_back_everybody_sees_and_one_claims(api: Api):
    lead = await api.lead_of("sales3", company="退回的")
    former, other = await api.signed_in("sales3"), await api.signed_in("sales4")
    assert (await other.get(at(lead))).status_code == 404
    problem(await do(other, lead, "claim"), 404, "not_found")
    assert wrong_fields(await do(former, lead, "release", reason="because")) == {"reason": "not_an_option"}
    released = await do(former, lead, "release", reason="no_time")
    assert (released.json()["owner"], released.json()["pool"]) == (None, "public")
    assert released.json()["released_by"]["label"] == "周明轩"
    seen = await other.get("/objects/lead/records", params={"view": "lead_public", "limit": 500})
    assert lead["id"] in [one["id"] for one in seen.json()["items"]]
    problem(await do(other, lead, "touch", kind="call", outcome="interested"), 403, "forbidden")
    problem(await other.patch(at(lead), json={"note": "mine"}), 403, "forbidden")
    barred = problem(await do(former, lead, "claim"), 422, "operation_unmet")
    assert barred["unmet"][0]["label"] == "Not within 7 days of giving it back yourself"
    claimed = (await do(other, lead, "claim")).json()
    assert (claimed["owner"]["label"], claimed["pool"], claimed["days_left"]) == ("吴桐", None, 15)
    problem(await do(former, lead, "claim"), 404, "not_found")
    problem(await do(other, lead, "claim"), 403, "forbidden")
    trail = [one["type"] for one in (await other.get(f"{at(lead)}/timeline")).json()["items"]]
    assert {"record.given_back", "lead.release", "lead.claim", "record.assigned"} <= set(trail)
    why = (await other.get(f"{at(lead)}/explain")).json()
    assert why["assignment"]["chosen"]["label"] == "吴桐"


async def test_the_bar_ends_and_the_limit_of_a_day_begins_anew(own_api: Api, own_company: Clocked):
    lead = await own_api.lead_of("sales3")
    client = await own_api.signed_in("sales3")
    await do(client, lead, "release", reason="no_time")
    own_company.clock.move(timedelta(days=7, seconds=1))
    assert (await do(client, lead, "claim")).status_code == 200
    leads = [await pooled(own_api) for _ in range(22)]
    answers = [await do(client, one, "claim") for one in leads[:20]]
    assert [one.status_code for one in answers] == [200] * 19 + [422]
    unmet = problem(answers[-1], 422, "operation_unmet")["unmet"]
    assert [(one["kind"], one["detail"]) for one in unmet] == [("limit", "20")]
    own_company.clock.move(timedelta(days=1))
    assert (await do(client, leads[-1], "claim")).status_code == 200


async def test_nobody_claims_beyond_the_open_quota_however_many_at_once(own_api: Api, own_company: Clocked):
    await own_company.change_person("sales5", quota_open=5)
    leads = [await pooled(own_api) for _ in range(12)]
    other = await own_company.another_process()
    client = await own_api.signed_in("sales5")
    held = await client.get("/objects/lead/records", params={"filter": "owner == me", "count": True})
    room = 5 - held.json()["total"]

    async def claim(process: Clocked, lead: dict[str, Any]) -> bool:
        (outcome,) = await process.run(RunOperation("lead", UUID(lead["id"]), operation="claim"), by="sales5")
        return outcome.error is None

    done = await asyncio.gather(*(claim(p, lead) for p, lead in zip((own_company, other) * 6, leads, strict=True)))
    assert sum(done) == room
    held = await client.get("/objects/lead/records", params={"filter": "owner == me", "count": True})
    assert held.json()["total"] == 5


async def test_one_lead_is_claimed_by_one_of_all_who_want_it(api: Api):
    for _ in range(3):
        lead = await pooled(api)
        clients = [await api.signed_in(f"sales{n}") for n in range(1, 8)]
        answers = await asyncio.gather(*(do(client, lead, "claim") for client in clients))
        assert [one.status_code for one in answers].count(200) == 1
        assert {one.status_code for one in answers} <= {200, 403, 404, 409}
        winner = next(n for n, one in enumerate(answers, 1) if one.status_code == 200)
        now = (await (await api.signed_in("admin")).get(at(lead))).json()
        me = (await (await api.signed_in(f"sales{winner}")).get("/me")).json()
        assert now["owner"]["id"] == me["person"]["id"]


async def test_what_lies_idle_goes_back_and_a_touch_keeps_it(own_api: Api, own_company: Clocked):
    idle, kept = await own_api.lead_of("sales1", company="闲置"), await own_api.lead_of("sales1")
    client = await own_api.signed_in("sales1")
    assert (idle["days_left"], kept["days_left"]) == (15, 15)
    await run_schedules(own_company)  # makes the schedules
    own_company.clock.move(timedelta(days=13, hours=12))
    assert (await client.get(at(idle))).json()["days_left"] == 2
    assert (await do(client, kept, "touch", kind="call", outcome="interested")).json()["days_left"] == 15
    while await run_schedules(own_company):
        pass
    assert await told(client, idle) == ["Soon back in the pool: 闲置"]
    own_company.clock.move(timedelta(days=2))
    while await run_schedules(own_company):
        pass
    client = await own_api.sign_in("sales1")  # no session lasts so long
    now = (await client.get(at(idle))).json()
    assert (now["owner"], now["pool"], now["release_reason"]) == (None, "public", "idle")
    assert (now["released_by"]["label"], now["days_left"]) == ("林晓", None)
    assert await told(client, idle) == ["Back in the pool: 闲置", "Soon back in the pool: 闲置"]
    assert (await client.get(at(kept))).json()["owner"]["label"] == "林晓"


async def test_a_new_owner_has_the_whole_time(own_api: Api, own_company: Clocked):
    lead = await own_api.lead_of("sales1")
    own_company.clock.move(timedelta(days=14))
    client, manager = await own_api.signed_in("sales2"), await own_api.signed_in("manager1")
    me = (await client.get("/me")).json()["person"]["id"]
    answer = await manager.post(f"{at(lead)}/assign", json={"person": me})
    assert answer.status_code == 200, answer.text
    assert (await client.get(at(lead))).json()["days_left"] == 15


async def test_conversion_makes_customer_contact_and_opportunity_with_links(api: Api):
    phone = a_phone()
    lead = await api.lead_of("sales6", company="转化机电有限公司", name="周总", phone=phone, budget="80000")
    client = await api.signed_in("sales6")
    await do(client, lead, "touch", kind="visit", outcome="interested")
    await do(client, lead, "tag_needs", needs=["trial"])
    problem(await do(await api.signed_in("sales7"), lead, "convert"), 404, "not_found")
    assert wrong_fields(await do(client, lead, "convert", amount="much")) == {"amount": "not_number"}
    answer = await do(client, lead, "convert", opportunity_name="一期产线", expected_close="2026-06-30")
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert done["stage"] == "converted"
    assert done["customer"]["label"] == "转化机电有限公司"
    deal = (await client.get(f"/objects/opportunity/records/{done['opportunity']['id']}")).json()
    assert (deal["name"], deal["amount"], deal["expected_close"], deal["needs"]) == (
        "一期产线", "80000", "2026-06-30", ["trial"],
    )  # fmt: skip
    assert (deal["customer"]["id"], deal["contact"]["label"]) == (done["customer"]["id"], "周总")
    assert deal["owner"]["label"] == "何雨彤"
    contact = (await client.get(f"/objects/contact/records/{done['contact']['id']}")).json()
    assert (contact["phone"], contact["customer"]["id"]) == (phone, done["customer"]["id"])
    touches = await client.get("/objects/touch/records", params={"filter": f"lead == '{lead['id']}'"})
    assert len(touches.json()["items"]) == 1
    problem(await do(client, lead, "convert"), 403, "operation_not_now")
    again = await api.post_lead(phone=phone, company="转化机电")
    assert (again.json()["object"], again.json()["id"]) == ("customer", done["customer"]["id"])


async def test_a_customer_that_is_there_is_used_not_made_twice(api: Api):
    one = await api.lead_of("sales6", company="双线机电有限公司", name="甲", email=f"a{a_phone()}@x.example")
    two = await api.lead_of("sales6", company="双线机电（集团）", name="乙", email=f"b{a_phone()}@x.example")
    client = await api.signed_in("sales6")
    first, second = (await do(client, one, "convert")).json(), (await do(client, two, "convert")).json()
    assert first["customer"] == second["customer"]
    assert first["contact"]["id"] != second["contact"]["id"]
    assert first["opportunity"]["id"] != second["opportunity"]["id"]


async def test_a_lead_of_two_persons_becomes_two_contacts_of_one_customer_at_once(company: Clocked):
    made = await company.run(
        *(
            CreateRecord("lead", {"company": "并发机电", "phone": a_phone(), "owner": company.id_of("sales1")})
            for _ in range(4)
        )
    )
    other = await company.another_process()
    ids = [one.record()["id"] for one in made]
    runs = [RunOperation("lead", one, operation="convert") for one in ids]
    outcomes = await asyncio.gather(*(p.run(run) for p, run in zip((company, other) * 2, runs, strict=True)))
    assert [one.error for (one,) in outcomes] == [None] * 4
    assert len({one.record()["customer"] for (one,) in outcomes}) == 1
