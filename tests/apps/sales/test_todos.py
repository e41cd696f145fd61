"""What stands under a red light in the evening is a to-do of its owner in the morning, and keeps up with its lead."""

from datetime import timedelta
from typing import Any

import pytest
from tests.support.company import START, Clocked
from tests.support.web import serve

from closeloop.engine.operations.handler import RunOperation
from closeloop.records.batch import Row
from closeloop.records.commands import AssignRecord, CreateRecord
from closeloop.runtime.schedules import run_schedules

pytestmark = pytest.mark.db

HOUR = timedelta(hours=1)


async def run_all(company: Clocked) -> None:
    while await run_schedules(company):
        pass


async def todos(company: Clocked) -> list[Row]:
    table = company.catalog.object("todo").table
    return await company.rows(table.select().order_by(table.c.id))


def touch(lead: Row, **values: Any) -> RunOperation:
    return RunOperation(
        "lead", lead["id"], operation="touch", values={"kind": "call", "outcome": "interested", **values}
    )


async def agreed(company: Clocked, hours: int) -> Row:
    """Return a lead of sales1 with whom to be in touch is agreed for so many hours on."""
    lead = await company.lead(company="约", source="expo")
    await company.run(AssignRecord("lead", lead["id"], person=company.id_of("sales1")))
    moment = (company.clock.now() + hours * HOUR).isoformat()
    (outcome,) = await company.run(touch(lead, next_contact_at=moment), by="sales1")
    assert outcome.error is None, outcome.error
    return lead


async def open_todos(company: Clocked) -> list[tuple[str, str | None, Any]]:
    company.clock.move(HOUR)
    await run_all(company)
    found = [row for row in await todos(company) if row["done_at"] is None]
    return [(row["reason"], company.login_of(row["owner"]), row["due_at"]) for row in found]


async def test_red_leads_become_tomorrows_to_dos_once(own_company: Clocked):
    company = own_company
    await run_all(company)  # makes the schedules
    idle, left, spoken = [await company.lead(company=name, source="expo") for name in ("停", "等", "谈")]
    await company.run(touch(idle), by="admin")
    company.clock.move(31 * HOUR)  # to five in the afternoon of the next day
    await company.run(touch(spoken), by="admin")
    company.clock.move(HOUR)
    await run_all(company)
    evening = START + 32 * HOUR
    found = await todos(company)
    assert {(row["title"], row["reason"], row["lead"], row["owner"]) for row in found} == {
        ("停", "idle", idle["id"], idle["owner"]),
        ("等", "first_touch", left["id"], left["owner"]),
    }
    assert {row["due_at"] for row in found} == {evening + 15 * HOUR}, "nine in the morning in Shanghai"
    company.clock.move(24 * HOUR)
    await run_all(company)
    assert [row["title"] for row in await todos(company)] == [*(row["title"] for row in found), "谈"], (
        "a lead has one open to-do, not one a day"
    )


async def test_a_touch_completes_a_to_do_and_a_new_owner_takes_it_over(own_company: Clocked, migrated_url: str):
    company = own_company
    await run_all(company)
    lead = await company.lead(company="等", source="expo")
    await company.run(AssignRecord("lead", lead["id"], person=company.id_of("sales1")))
    company.clock.move(8 * HOUR)  # six in the evening
    await run_all(company)
    (todo,) = await todos(company)
    assert company.login_of(todo["owner"]) == "sales1"
    await company.run(AssignRecord("lead", lead["id"], person=company.id_of("sales4")))
    company.clock.move(HOUR)
    await run_all(company)
    (todo,) = await todos(company)
    assert (company.login_of(todo["owner"]), todo["done_at"]) == ("sales4", None)
    async with serve(migrated_url, company) as api:
        (desk,) = (await (await api.signed_in("sales4")).get("/desk")).json()["todos"]
        assert [(item["title"], item["lead"]["label"]) for item in desk["items"]] == [("等", "等")]
    await company.run(touch(lead), by="sales4")
    company.clock.move(HOUR)
    await run_all(company)
    (todo,) = await todos(company)
    assert todo["done_at"] == company.clock.now()


@pytest.mark.parametrize("way", ["discard", "release"])
async def test_a_lead_that_nobody_has_to_work_leaves_no_to_do_behind(own_company: Clocked, way: str):
    company = own_company
    await run_all(company)
    lead = await company.lead(company="弃", source="expo")
    await company.run(AssignRecord("lead", lead["id"], person=company.id_of("sales1")))
    company.clock.move(8 * HOUR)
    await run_all(company)
    own = CreateRecord("todo", values={"title": "自己记的", "lead": lead["id"], "owner": company.id_of("sales1")})
    (outcome,) = await company.run(own, by="sales1")
    assert outcome.error is None
    reason = {"discard": "no_need", "release": "no_time"}[way]
    (outcome,) = await company.run(
        RunOperation("lead", lead["id"], operation=way, values={"reason": reason}), by="sales1"
    )
    assert outcome.error is None, outcome.error
    company.clock.move(HOUR)
    await run_all(company)
    made, mine = await todos(company)
    assert (made["title"], made["done_at"]) == ("弃", company.clock.now())
    assert (mine["title"], mine["done_at"]) == ("自己记的", None), "what people note is theirs to tick off"


async def test_what_is_agreed_with_a_lead_is_a_to_do_until_it_is_kept_or_agreed_anew(own_company: Clocked):
    company = own_company
    await run_all(company)
    lead = await agreed(company, 2)
    due = (await company.record("lead", lead["id"]))["next_contact_at"]
    assert await open_todos(company) == [("next_contact", "sales1", due)]
    await company.run(touch(lead), by="sales1")  # in between: what was agreed still stands
    assert await open_todos(company) == [("next_contact", "sales1", due)]
    later = due + 3 * HOUR
    await company.run(touch(lead, next_contact_at=later.isoformat()), by="sales1")
    assert await open_todos(company) == [("next_contact", "sales1", later)]
    await company.run(AssignRecord("lead", lead["id"], person=company.id_of("sales4")))
    assert await open_todos(company) == [("next_contact", "sales4", later)]
    company.clock.move(3 * HOUR)
    await company.run(touch(lead), by="sales4")
    assert (await company.record("lead", lead["id"]))["next_contact_at"] is None
    assert await open_todos(company) == []


@pytest.mark.parametrize(("way", "reason"), [("discard", "no_need"), ("release", "no_time")])
async def test_what_was_agreed_ends_with_the_lead(own_company: Clocked, way: str, reason: str):
    company = own_company
    await run_all(company)
    lead = await agreed(company, 30)
    assert len(await open_todos(company)) == 1
    (outcome,) = await company.run(
        RunOperation("lead", lead["id"], operation=way, values={"reason": reason}), by="sales1"
    )
    assert outcome.error is None, outcome.error
    assert await open_todos(company) == []


async def test_a_red_lead_is_tomorrows_to_do_unless_one_is_due_by_then(own_company: Clocked):
    company = own_company
    await run_all(company)
    await agreed(company, 40)  # at two in the night after the next day
    await agreed(company, 72)
    company.clock.move(31 * HOUR)  # to five in the afternoon of the next day
    found = await open_todos(company)  # an hour later the evening's rule runs
    assert [reason for reason, _, _ in found] == ["next_contact", "next_contact", "idle"]
    assert found[2][2] == START + 47 * HOUR
