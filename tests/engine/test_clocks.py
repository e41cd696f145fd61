"""Clocks under a clock that the test moves: each step once, late rather than never, whoever sweeps."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from tests.support.company import START, Clocked, fresh_company

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.clocks import timer
from closeloop.engine.clocks.model import color_of
from closeloop.engine.clocks.timer import LEASE, claim_due
from closeloop.engine.operations.handler import RunOperation
from closeloop.records.batch import Row
from closeloop.records.commands import AssignRecord, DeleteRecord, MoveRecord, Submission, UpdateRecord
from closeloop.runtime.worker import sweep

pytestmark = pytest.mark.db

MINUTE = timedelta(minutes=1)


async def sweep_all(company: Clocked) -> None:
    """Sweep as a worker does: until it says that there is no more."""
    while await sweep(company, company.clock):
        pass


async def first_touch(company: Clocked, lead: Row) -> Row:
    (clock,) = await company.system_rows("clock", record=lead["id"], policy="first_touch")
    return clock


async def told(company: Clocked, *kinds: str) -> list[tuple[str, str | None]]:
    """Return the notices of some types with whom they are for, in their order."""
    rows = await company.system_rows("notice")
    return [(row["type"], company.login_of(row["person"])) for row in rows if row["type"] in kinds]


def touch(lead: Row) -> RunOperation:
    return RunOperation("lead", lead["id"], operation="touch", values={"kind": "call", "outcome": "interested"})


async def clock_events(company: Clocked, lead: Row, policy: str = "first_touch") -> list[str]:
    events = await company.system_rows("event", record=lead["id"])
    return [one["type"] for one in events if one["why"] and one["why"].get("clock", {}).get("policy") == policy]


async def test_a_lead_starts_the_clocks_that_are_for_it(own_company: Clocked):
    lead = await own_company.lead(source="ad")
    clocks = {one["policy"]: one for one in await own_company.system_rows("clock", record=lead["id"])}
    assert clocks["first_touch"]["due_at"] == START + 30 * MINUTE
    assert clocks["first_touch"]["next_at"] == START + 25 * MINUTE
    assert clocks["need_tags"]["due_at"] == START + 120 * MINUTE
    referral = await own_company.lead(source="referral")
    assert await own_company.system_rows("clock", record=referral["id"]) == []


async def test_each_rung_at_its_time_tells_whom_it_should(own_company: Clocked):
    lead = await own_company.lead()
    owner = own_company.login_of(lead["owner"])
    await own_company.change(
        sa.update(own_company.tables.clock).where(own_company.tables.clock.c.policy == "need_tags").values(next_at=None)
    )
    kinds = ("clock_near", "clock_late", "escalated")
    own_company.clock.move(25 * MINUTE - timedelta(seconds=1))
    await sweep_all(own_company)
    assert await told(own_company, *kinds) == []
    own_company.clock.move(timedelta(seconds=1))
    await sweep_all(own_company)
    assert await told(own_company, *kinds) == [("clock_near", owner)]
    assert color_of(await first_touch(own_company, lead), own_company.clock.now()) == "amber"
    own_company.clock.move(5 * MINUTE)
    await sweep_all(own_company)
    assert await told(own_company, *kinds) == [("clock_near", owner), ("clock_late", owner), ("escalated", "manager1")]
    clock = await first_touch(own_company, lead)
    assert clock["state"] == "breached"
    assert color_of(clock, own_company.clock.now()) == "red"
    own_company.clock.move(timedelta(hours=24))
    await sweep_all(own_company)
    after = await own_company.record("lead", lead["id"])
    assert after["owner"] not in (None, lead["owner"])
    assert await told(own_company, "taken_over") == [("taken_over", owner)]
    assert ("assigned", own_company.login_of(after["owner"])) in await told(own_company, "assigned")
    clock = await first_touch(own_company, lead)
    assert (clock["state"], clock["next_at"], clock["step"]) == ("breached", None, 4)
    assert await clock_events(own_company, lead) == ["clock.fired", "clock.breached", "clock.fired", "clock.fired"]
    assert all(step.get("fired_at") for step in clock["steps"])


async def test_what_a_clock_sets_off_stands_in_the_log_under_the_clock(own_company: Clocked):
    lead = await own_company.lead()
    own_company.clock.move(timedelta(hours=25))
    await sweep_all(own_company)
    events = await own_company.system_rows("event", record=lead["id"])
    assigned = [one for one in events if one["type"] == "record.assigned"][-1]
    assert (assigned["actor"], assigned["actor_kind"], assigned["depth"]) == (None, "system", 2)
    assert assigned["cause"] in {one["id"] for one in events if one["type"] == "clock.fired"}
    assert assigned["why"]["assignment"]["reason"] == "clock"


async def test_two_workers_at_once_fire_each_step_once(own_company: Clocked):
    leads = [await own_company.lead() for _ in range(12)]
    other = await own_company.another_process()
    own_company.clock.move(timedelta(hours=25))
    await asyncio.gather(*(sweep_all(one) for one in (own_company, other, own_company, other)))
    for lead in leads:
        assert await clock_events(own_company, lead) == ["clock.fired", "clock.breached", "clock.fired", "clock.fired"]
    counts = Counter(await told(own_company, "escalated"))
    assert counts == {("escalated", "manager1"): 24}  # the first touch, and the day without one


async def test_a_breach_needs_nobody_to_touch_the_record(own_company: Clocked):
    lead = await own_company.lead()
    own_company.clock.move(30 * MINUTE)
    await sweep_all(own_company)
    assert (await first_touch(own_company, lead))["state"] == "breached"
    assert "clock.breached" in await clock_events(own_company, lead)


async def test_a_worker_that_was_away_for_days_fires_late_and_once(own_company: Clocked):
    lead = await own_company.lead()
    own_company.clock.move(timedelta(days=4))
    await sweep_all(own_company)
    await sweep_all(own_company)
    assert await clock_events(own_company, lead) == ["clock.fired", "clock.breached", "clock.fired", "clock.fired"]
    assert await clock_events(own_company, lead, "need_tags") == ["clock.fired", "clock.breached", "clock.fired"]
    assert await told(own_company, "escalated") == [("escalated", "manager1")] * 2
    assert {one["next_at"] for one in await own_company.system_rows("clock")} == {None}


async def test_a_touch_in_time_meets_it(own_company: Clocked):
    lead = await own_company.lead()
    own_company.clock.move(29 * MINUTE)
    await own_company.run(touch(lead), by=own_company.login_of(lead["owner"]))
    clock = await first_touch(own_company, lead)
    assert (clock["state"], clock["met_at"], clock["next_at"]) == ("met", own_company.clock.now(), None)
    own_company.clock.move(timedelta(days=2))
    await sweep_all(own_company)
    assert await clock_events(own_company, lead) == ["clock.met"]
    assert await told(own_company, "escalated") == []
    assert color_of(clock, own_company.clock.now()) == "green"


@pytest.mark.parametrize("swept", [True, False])
async def test_a_touch_after_the_due_time_leaves_it_breached(own_company: Clocked, swept: bool):
    lead = await own_company.lead()
    own_company.clock.move(31 * MINUTE)
    if swept:
        await sweep_all(own_company)
    await own_company.run(touch(lead), by=own_company.login_of(lead["owner"]))
    clock = await first_touch(own_company, lead)
    assert (clock["state"], clock["met_at"], clock["next_at"]) == ("breached", own_company.clock.now(), None)
    assert (await clock_events(own_company, lead))[-2:] == (
        ["clock.fired", "clock.met"] if swept else ["clock.breached", "clock.met"]
    )
    owner = (await own_company.record("lead", lead["id"]))["owner"]
    own_company.clock.move(timedelta(days=2))
    await sweep_all(own_company)
    assert (await own_company.record("lead", lead["id"]))["owner"] == owner


async def test_the_state_meets_it_whoever_brings_it_about(own_company: Clocked):
    lead = await own_company.lead()
    await own_company.run(UpdateRecord("lead", lead["id"], values={"first_touch_at": START, "needs": ["price"]}))
    assert {one["state"] for one in await own_company.system_rows("clock")} == {"met"}


async def test_what_ends_the_record_cancels_its_clocks(own_company: Clocked):
    moved, deleted = await own_company.lead(), await own_company.lead()
    await own_company.run(
        MoveRecord("lead", moved["id"], to="discarded", values={"discard_reason": "fake"}),
        DeleteRecord("lead", deleted["id"]),
    )
    assert {one["state"] for one in await own_company.system_rows("clock")} == {"cancelled"}
    own_company.clock.move(timedelta(days=2))
    await sweep_all(own_company)
    assert await told(own_company, "clock_near", "clock_late", "escalated") == []


async def test_after_a_crash_between_claim_and_firing_another_worker_takes_over(own_company: Clocked):
    lead = await own_company.lead()
    own_company.clock.move(30 * MINUTE)
    claimed = await claim_due(own_company.database, own_company.catalog, own_company.clock.now())
    assert [one.record for one in claimed] == [lead["id"]]
    other = await own_company.another_process()
    await sweep_all(other)
    assert await clock_events(own_company, lead) == []
    own_company.clock.move(LEASE)
    await sweep_all(other)
    assert await clock_events(own_company, lead) == ["clock.fired", "clock.breached", "clock.fired"]
    # the first worker was only slow: what it claimed has been done
    await own_company.executor.run([Submission(command, own_company.system()) for command in claimed])
    assert await clock_events(own_company, lead) == ["clock.fired", "clock.breached", "clock.fired"]


async def test_more_than_one_claim_holds_is_fired_all_the_same(own_company: Clocked, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timer, "CLAIMED_AT_ONCE", 3)
    monkeypatch.setattr("closeloop.runtime.worker.CLAIMED_AT_ONCE", 3)
    for _ in range(8):
        await own_company.lead()
    own_company.clock.move(30 * MINUTE)
    await sweep_all(own_company)
    assert len(await told(own_company, "escalated")) == 8


async def test_one_that_cannot_fire_keeps_no_other_waiting(own_company: Clocked):
    broken, good = await own_company.lead(), await own_company.lead()
    table = own_company.catalog.object("lead").table
    await own_company.change(sa.delete(table).where(table.c.id == broken["id"]))
    own_company.clock.move(30 * MINUTE)
    await sweep_all(own_company)
    assert "clock.breached" in await clock_events(own_company, good)


def clock_with(**keys: Any) -> Body:
    return Body(
        "clock", "again",
        {"clock": "again", "on": "lead", "label": "again", "start": "assigned", "met": "first_touch_at != null",
         "target": "1h", "rungs": [{"at": "0m", "do": [{"notify": "director"}]}], **keys},
    )  # fmt: skip


@pytest.mark.parametrize(("restart", "starts"), [("never", [0]), ("reassigned", [0, 10])])
async def test_a_new_owner_starts_it_again_only_where_the_policy_says_so(
    database: Database, restart: str, starts: list[int]
):
    async with fresh_company(database, clock_with(restart=restart)) as company:
        lead = await company.lead()
        company.clock.move(10 * MINUTE)
        await company.run(assign(lead, company.id_of("sales8")))
        clocks = await company.system_rows("clock", policy="again")
        assert [one["started_at"] for one in clocks] == [START + minutes * MINUTE for minutes in starts]
        assert [one["state"] for one in clocks] == ["cancelled"] * (len(starts) - 1) + ["running"]
        company.clock.move(timedelta(hours=2))
        await sweep_all(company)
        assert await told(company, "clock_late") != []
        role_told = [one for one in await told(company, "clock_late") if one[1] == "director"]
        assert role_told == [("clock_late", "director")]


def assign(lead: Row, person: UUID) -> AssignRecord:
    return AssignRecord("lead", lead["id"], person=person)


@pytest.mark.parametrize(
    ("minutes", "met_after", "color"),
    [
        (24, None, "green"),
        (25, None, "amber"),
        (30, None, "amber"),
        (31, None, "red"),
        (99, 29, "green"),
        (99, 31, "red"),
    ],
)
def test_a_clock_has_its_colour_before_any_worker_has_seen_it(minutes: int, met_after: int | None, color: str):
    def at(offset: int) -> datetime:
        return START + offset * MINUTE

    clock = {
        "state": "running" if met_after is None else "met" if met_after <= 30 else "breached",
        "due_at": at(30),
        "met_at": None if met_after is None else at(met_after),
        "steps": [{"kind": "rung", "due_at": at(25)}, {"kind": "due", "due_at": at(30)}],
    }
    assert color_of(clock, at(minutes)) == color
