"""Touches on customers, contacts and opportunities: logged in one go, counted, and what is agreed is a to-do."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.support.company import Clocked, a_phone
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.records.commands import AssignRecord
from closeloop.runtime.schedules import run_schedules

pytestmark = pytest.mark.http

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPOKEN = {"kind": "visit", "outcome": "interested", "summary": "看了现场"}


@pytest.fixture
async def own_api(own_company: Clocked, migrated_url: str) -> AsyncGenerator[Api]:
    """Return the API of a company whose clock the test moves."""
    async with serve(migrated_url, own_company) as served:
        yield served


async def made(client: httpx.AsyncClient, what: str, **values: Any) -> dict[str, Any]:
    answer = await client.post(f"/objects/{what}/records", json=values)
    assert answer.status_code == 201, answer.text
    return {**answer.json(), "object": what}


async def a_deal(client: httpx.AsyncClient, name: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return a customer, a contact of theirs and an opportunity with them."""
    customer = await made(client, "customer", name=name)
    contact = await made(client, "contact", name=f"{name}的人", customer=customer["id"], phone=a_phone())
    deal = await made(client, "opportunity", name=f"{name}一期", customer=customer["id"], contact=contact["id"])
    return customer, contact, deal


async def touch(client: httpx.AsyncClient, record: dict[str, Any], **values: Any) -> httpx.Response:
    what = record["object"]
    path = f"/objects/{what}/records/{record['id']}/do/touch_{what}"
    return await client.post(path, json={"values": {**SPOKEN, **values}})


async def now(client: httpx.AsyncClient, record: dict[str, Any]) -> dict[str, Any]:
    return (await client.get(f"/objects/{record['object']}/records/{record['id']}")).json()


async def open_todos(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    (desk,) = (await client.get("/desk")).json()["todos"]
    return desk["items"]


async def settle(company: Clocked) -> None:
    while await run_schedules(company):
        pass


async def test_a_touch_counts_where_it_belongs(own_api: Api, own_company: Clocked):
    client = await own_api.signed_in("sales1")
    customer, contact, deal = await a_deal(client, "朗坤")
    for number, record in enumerate((customer, contact, deal)):
        own_company.clock.move(number * HOUR)
        answer = await touch(client, record)
        assert answer.status_code == 200, answer.text
        assert answer.json()["touch_count"] >= 1
    moment = own_company.clock.now().isoformat().replace("+00:00", "Z")
    counts = {one["object"]: (await now(client, one))["touch_count"] for one in (customer, contact, deal)}
    assert counts == {"customer": 3, "contact": 2, "opportunity": 1}, (
        "a customer's are those of its people and deals too"
    )
    assert {(await now(client, one))["last_touch_at"] for one in (customer, contact, deal)} == {moment}
    listed = await client.get("/objects/touch/records", params={"filter": f"customer == '{customer['id']}'"})
    assert [one["summary"] for one in listed.json()["items"]] == ["看了现场"] * 3
    story = (await client.get(f"/objects/opportunity/records/{deal['id']}/timeline", params={"kind": "work"})).json()
    assert [one["label"] for one in story["items"]] == ["Log a touch"]
    figures = {one["key"]: one["value"] for one in (await client.get("/desk")).json()["figures"]}
    assert figures["touches"] == 3


@pytest.mark.parametrize("what", [0, 1, 2])
async def test_what_is_agreed_is_a_to_do_until_it_is_kept_or_agreed_anew(own_api: Api, own_company: Clocked, what: int):
    client, company = await own_api.signed_in("sales2"), own_company
    await settle(company)
    record = (await a_deal(client, "启瓴"))[what]
    name, agreed = record["object"], company.clock.now() + DAY
    await touch(client, record, next_contact_at=agreed.isoformat())
    (todo,) = await open_todos(client)
    assert (todo["title"], todo["reason"], todo[name]["id"]) == (record["name"], "next_contact", record["id"])
    assert todo["due_at"] == (await now(client, record))["next_contact_at"]
    await client.patch(f"/objects/todo/records/{todo['id']}", json={"due_at": (agreed + HOUR).isoformat()})
    await touch(client, record)  # in between: what was agreed still stands, also where its owner does it later
    company.clock.move(HOUR)
    await settle(company)
    assert [one["id"] for one in await open_todos(client)] == [todo["id"]]
    await touch(client, record, next_contact_at=(agreed + DAY).isoformat())
    company.clock.move(HOUR)
    await settle(company)
    (later,) = await open_todos(client)
    assert later["due_at"] == (await now(client, record))["next_contact_at"]
    company.clock.move(3 * DAY)
    await touch(client, record)
    assert (await now(client, record))["next_contact_at"] is None
    company.clock.move(HOUR)
    await settle(company)
    assert await open_todos(client) == []


async def test_a_next_contact_written_by_hand_is_a_to_do_too_and_goes_with_the_record(
    own_api: Api, own_company: Clocked
):
    company, client = own_company, await own_api.signed_in("sales3")
    await settle(company)
    moment = (company.clock.now() + DAY).isoformat()
    customer = await made(client, "customer", name="凌岳", next_contact_at=moment)
    assert [one["title"] for one in await open_todos(client)] == ["凌岳"]
    await company.run(AssignRecord("customer", UUID(customer["id"]), person=company.id_of("sales4")))
    company.clock.move(HOUR)
    await settle(company)
    assert await open_todos(client) == []
    assert [one["title"] for one in await open_todos(await own_api.signed_in("sales4"))] == ["凌岳"]


async def test_who_takes_a_record_over_sees_what_was_done_for_it(own_api: Api, own_company: Clocked):
    former, next_one = await own_api.signed_in("sales1"), await own_api.signed_in("sales5")
    manager, director = await own_api.signed_in("manager1"), await own_api.signed_in("director")
    customer, contact, deal = await a_deal(former, "接手")
    lead = {**await own_api.lead_of("sales1"), "object": "lead"}
    records = [lead, customer, contact, deal]
    for record in records[1:]:
        assert (await touch(former, record)).status_code == 200
    for client in (former, director):
        path = f"/objects/lead/records/{lead['id']}/do/touch"
        assert (await client.post(path, json={"values": SPOKEN})).status_code == 200

    async def seen(client: httpx.AsyncClient) -> list[int]:
        answers = [
            await client.get(
                "/objects/touch/records", params={"filter": f"{one['object']} == '{one['id']}'", "count": "true"}
            )
            for one in records
        ]
        assert all(one.json()["total"] == len(one.json()["items"]) for one in answers)
        return [len(one.json()["items"]) for one in answers]

    counts = [2, *[(await now(former, record))["touch_count"] for record in records[1:]]]
    assert await seen(former) == await seen(manager) == counts == [2, 3, 2, 1]
    assert await seen(next_one) == [0, 0, 0, 0]
    for record in records:
        given = AssignRecord(record["object"], UUID(record["id"]), person=own_company.id_of("sales5"))
        assert (await own_company.run(given))[0].error is None
    assert await seen(next_one) == await seen(manager) == counts
    figures = {one["key"]: one["value"] for one in (await next_one.get("/desk")).json()["figures"]}
    assert figures["touches"] == 0, "what others did for it isn't one's own day's work"
    touches = (await next_one.get("/objects/touch/records")).json()["items"]
    problem(await next_one.patch(f"/objects/touch/records/{touches[0]['id']}", json={"summary": "x"}), 403, "forbidden")


async def test_who_may_log_a_touch_and_what_it_asks(api: Api):
    client = await api.signed_in("sales1")
    customer, _, deal = await a_deal(client, "合辰")
    for record in (customer, deal):
        problem(await touch(await api.signed_in("sales5"), record), 404, "not_found")
        problem(await touch(await api.signed_in("finance1"), record), 403, "forbidden")
        assert (await touch(await api.signed_in("manager1"), record)).status_code == 200
        assert wrong_fields(await touch(client, record, kind="fax")) == {"kind": "not_an_option"}
        assert wrong_fields(await touch(client, record, outcome=None)) == {"outcome": "required"}
    nothing = await client.post("/objects/touch/records", json={"kind": "call"})
    assert nothing.status_code == 422
    assert [one["field"] for one in nothing.json()["errors"]] == ["lead"]


async def test_what_was_not_followed_up_for_a_week_is_a_view(own_api: Api, own_company: Clocked):
    client = await own_api.signed_in("sales6")
    customer, _, deal = await a_deal(client, "久岳")

    async def idle(what: str) -> int:
        params = {"view": f"{what}_idle", "count": "true"}
        return (await client.get(f"/objects/{what}/records", params=params)).json()["total"]

    assert (await idle("customer"), await idle("opportunity")) == (0, 0)
    own_company.clock.move(8 * DAY)
    assert (await idle("customer"), await idle("opportunity")) == (1, 1)
    await touch(client, customer)
    assert (await idle("customer"), await idle("opportunity")) == (0, 1)
    await touch(client, deal)
    assert await idle("opportunity") == 0
