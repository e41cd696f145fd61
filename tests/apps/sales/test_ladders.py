"""The ladders of lead response as the sales app ships them: what is due when, who is told, who takes over."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.catalog.test_snapshot import problems
from tests.support.company import START, Clocked, fresh_company

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.steps.commands import RunOperation
from closeloop.records.batch import Row
from closeloop.records.commands import AssignRecord, UpdateRecord
from closeloop.runtime.worker import sweep

pytestmark = pytest.mark.db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GRADE_A = {
    "company": "C", "name": "N", "industry": "I", "city": "X", "page_seconds": 500, "downloads": 3,
    "registered_capital": 9_000_000,
}  # fmt: skip


async def sweep_all(company: Clocked) -> None:
    while await sweep(company, company.clock):
        pass


async def clocks(company: Clocked, lead: Row) -> dict[str, Row]:
    return {one["policy"]: one for one in await company.system_rows("clock", record=lead["id"])}


async def told(company: Clocked, lead: Row, kind: str, policy: str) -> list[str | None]:
    label = company.catalog.definition("clock", policy)
    assert label is not None
    notices = await company.system_rows("notice", record=lead["id"], type=kind)
    return [company.login_of(one["person"]) for one in notices if one["params"]["clock"] == label.body["label"]]


async def test_an_online_lead_runs_its_ladders_side_by_side(own_company: Clocked):
    lead = await own_company.lead(**GRADE_A)
    due = {policy: one["due_at"] - START for policy, one in (await clocks(own_company, lead)).items()}
    assert due == {
        "first_touch": 30 * MINUTE,
        "need_tags": 120 * MINUTE,
        "solution_talk": 120 * MINUTE,
        "untouched": 24 * HOUR,
    }


async def test_off_hours_the_minutes_wait_and_the_day_does_not(own_company: Clocked):
    night = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)  # Friday, 22:00 in Shanghai
    own_company.clock.move_to(night)
    lead = await own_company.lead()
    found = await clocks(own_company, lead)
    monday = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
    assert found["first_touch"]["state"] == "running"
    assert found["first_touch"]["due_at"] == monday + 30 * MINUTE
    assert found["untouched"]["due_at"] == night + 24 * HOUR


async def test_red_after_a_day_and_the_manager_takes_over_after_two(own_company: Clocked):
    lead = await own_company.lead()
    owner = own_company.login_of(lead["owner"])
    table = own_company.tables.clock
    await own_company.change(sa.delete(table).where(table.c.policy != "untouched"))
    own_company.clock.move(24 * HOUR)
    await sweep_all(own_company)
    assert (await clocks(own_company, lead))["untouched"]["state"] == "breached"
    assert await told(own_company, lead, "clock_late", "untouched") == [owner]
    assert await told(own_company, lead, "escalated", "untouched") == ["manager1"]
    assert (await own_company.record("lead", lead["id"]))["owner"] == lead["owner"]
    own_company.clock.move(24 * HOUR)
    await sweep_all(own_company)
    assert own_company.login_of((await own_company.record("lead", lead["id"]))["owner"]) == "manager1"
    assigned = (await own_company.system_rows("event", record=lead["id"], type="record.assigned"))[-1]
    assert assigned["why"]["assignment"]["reason"] == "clock"


async def test_fair_lists_and_imports_have_a_day_and_then_the_manager(own_company: Clocked):
    lead = await own_company.lead(source="expo")
    assert {policy: one["due_at"] - START for policy, one in (await clocks(own_company, lead)).items()} == {
        "batch_script": 24 * HOUR
    }
    own_company.clock.move(48 * HOUR)
    await sweep_all(own_company)
    assert await told(own_company, lead, "escalated", "batch_script") == ["manager1"]
    assert own_company.login_of((await own_company.record("lead", lead["id"]))["owner"]) == "manager1"


async def test_a_lead_that_nobody_got_is_late_until_somebody_has_it(own_company: Clocked):
    for n in range(1, 9):
        await own_company.change_person(f"sales{n}", quota_daily=0)
    lead = await own_company.lead()
    assert lead["owner"] is None
    assert (await clocks(own_company, lead))["assigned"]["due_at"] == START + 5 * MINUTE
    own_company.clock.move(5 * MINUTE)
    await sweep_all(own_company)
    assert await told(own_company, lead, "clock_late", "assigned") == ["manager1"]
    await own_company.run(AssignRecord("lead", lead["id"], person=own_company.id_of("sales1")))
    found = (await clocks(own_company, lead))["assigned"]
    assert (found["state"], found["met_at"]) == ("breached", own_company.clock.now())


async def test_in_the_pool_nobody_owes_the_need_tags(own_company: Clocked):
    lead = await own_company.lead()
    release = RunOperation("lead", lead["id"], operation="release", values={"reason": "no_time"})
    await own_company.run(release)
    own_company.clock.move(2 * HOUR)
    await sweep_all(own_company)
    assert (await clocks(own_company, lead))["need_tags"]["state"] == "cancelled"
    assert await told(own_company, lead, "clock_late", "need_tags") == []


async def test_a_lead_that_rises_to_a_is_due_a_solution_talk(own_company: Clocked):
    lead = await own_company.lead()
    assert "solution_talk" not in await clocks(own_company, lead)
    own_company.clock.move(10 * MINUTE)
    await own_company.run(UpdateRecord("lead", lead["id"], values={**GRADE_A, "page_seconds": None}))
    assert (await own_company.record("lead", lead["id"]))["grade"] == "B"
    await own_company.run(UpdateRecord("lead", lead["id"], values={"page_seconds": 500}))
    assert (await clocks(own_company, lead))["solution_talk"]["started_at"] == own_company.clock.now()


async def test_the_first_who_is_found_gets_it(database: Database):
    late = Body(
        "clock", "reply",
        {"clock": "reply", "on": "lead", "label": "reply", "met": "note != null", "target": "1h",
         "rungs": [{"at": "0m", "do": [{"assign": ["superior", "person:director"]}]}]},
    )  # fmt: skip
    async with fresh_company(database, late) as company:
        mine, nobodys = await company.lead(), await company.lead()
        table = company.catalog.object("lead").table
        await company.change(sa.update(table).where(table.c.id == nobodys["id"]).values(owner=None))
        company.clock.move(HOUR)
        await sweep_all(company)
        assert company.login_of((await company.record("lead", mine["id"]))["owner"]) == "manager1"
        assert company.login_of((await company.record("lead", nobodys["id"]))["owner"]) == "director"


def test_whom_to_assign_to_must_be_known():
    wrong = Body("rule", "give", {"rule": "give", "on": "lead", "after": "created", "do": [{"assign": "role:nobody"}]})
    assert problems(wrong) == {"rule/give: do[0].assign": "unknown_role"}
    wrong = Body("rule", "give", {"rule": "give", "on": "lead", "after": "created", "do": [{"assign": ["company"]}]})
    assert problems(wrong) == {"rule/give: do[0].assign": "unknown_role"}
