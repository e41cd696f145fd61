"""Scheduled rules: by the company's wall clock, late rather than never, once for each record and time."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.company import START, Clocked, fresh_company, sales_app

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.rules.every import Every
from closeloop.engine.rules.timer import LEASE
from closeloop.records.commands import UpdateRecord
from closeloop.records.execute import Executor
from closeloop.runtime import schedules
from closeloop.runtime.install import install
from closeloop.runtime.schedules import run_schedules

BERLIN = ZoneInfo("Europe/Berlin")
NINE = Every(time(9))
RESTING = [
    Body(one.kind, one.key, {**one.body, "active": False})
    for one in sales_app()
    if one.kind == "rule" and "every" in one.body
]
"""The app's own scheduled rules, which would run beside those of a test."""


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("every", "moment", "due"),
    [
        (NINE, utc(2026, 3, 28, 7, 59), utc(2026, 3, 28, 8)),
        (NINE, utc(2026, 3, 28, 8), utc(2026, 3, 29, 7)),  # the clocks have gone forward: nine stays nine
        (Every(time(2, 30)), utc(2026, 3, 28, 12), utc(2026, 3, 29, 1, 30)),  # there is no half past two on that day
        (Every(time(2, 30)), utc(2026, 10, 24, 12), utc(2026, 10, 25, 0, 30)),  # there are two: the first
        (Every(time(2, 30)), utc(2026, 10, 25, 0, 30), utc(2026, 10, 26, 1, 30)),
        (Every(time(9), weekdays=frozenset({0, 3})), utc(2026, 3, 2, 12), utc(2026, 3, 5, 8)),
        (Every(time(9), monthday=31), utc(2026, 2, 1), utc(2026, 2, 28, 8)),
        (Every(time(), minutes=30), utc(2026, 3, 1, 10, 30), utc(2026, 3, 1, 11)),
    ],
)
def test_when_it_is_due(every: Every, moment: datetime, due: datetime):
    assert every.after(moment, BERLIN) == due


@given(
    st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: utc(2025, 1, 1) + timedelta(minutes=minutes)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_it_is_due_once_each_day_of_the_zone(moment: datetime, at: time):
    every = Every(at)
    due = every.after(moment, BERLIN)
    following = every.after(due, BERLIN)
    assert moment < due <= moment + timedelta(hours=26)
    assert following.astimezone(BERLIN).date() - due.astimezone(BERLIN).date() == timedelta(days=1)


def nudge(**keys: Any) -> Body:
    body = {"rule": "nudge", "on": "lead", "label": "nudge", "every": {"daily": "11:00"}, "for": "city == 'here'"}
    return Body("rule", "nudge", {**body, "do": [{"set": {"downloads": "coalesce(downloads, 0) + 1"}}], **keys})


async def run_all(company: Clocked) -> None:
    while await run_schedules(company):
        pass


async def downloads(company: Clocked) -> list[int | None]:
    table = company.catalog.object("lead").table
    return [row["downloads"] for row in await company.rows(table.select().order_by(table.c.id))]


@pytest.mark.db
async def test_it_runs_at_its_time_for_all_that_it_is_for(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(schedules, "PAGE", 2)
    monkeypatch.setattr(schedules, "PAGES", 1)
    async with fresh_company(database, *RESTING, nudge()) as company:
        for city in ("here", "here", "away", "here", "here", "here"):
            await company.lead(city=city)
        await run_all(company)  # makes the schedule
        (row,) = await company.system_rows("schedule")
        assert row["next_at"] == START + timedelta(hours=1)  # START is ten in Shanghai
        await run_all(company)
        assert await downloads(company) == [None] * 6
        company.clock.move(timedelta(hours=1))
        await run_all(company)
        assert await downloads(company) == [1, 1, None, 1, 1, 1]
        (row,) = await company.system_rows("schedule")
        assert (row["next_at"], row["last_done"], row["cursor"]) == (START + timedelta(hours=25), 5, None)
        events = [one["why"]["rule"] for one in await company.system_rows("event", type="rule.run")]
        assert len(events) == 5
        assert {one["rule"] for one in events} == {"nudge"}


@pytest.mark.db
async def test_what_was_missed_is_done_once(database: Database):
    async with fresh_company(database, *RESTING, nudge()) as company:
        await company.lead(city="here")
        await run_all(company)
        company.clock.move(timedelta(days=5))
        await run_all(company)
        await run_all(company)
        assert await downloads(company) == [1]
        (row,) = await company.system_rows("schedule")
        assert row["next_at"] > company.clock.now()


@pytest.mark.db
async def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_does_nothing_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(schedules, "PAGE", 2)
    async with fresh_company(database, *RESTING, nudge()) as company:
        for _ in range(5):
            await company.lead(city="here")
        await run_all(company)
        company.clock.move(timedelta(hours=1))
        real, pages = Executor.run, 0

        async def dies(self: Executor, submissions: Any) -> Any:
            nonlocal pages
            outcomes = await real(self, submissions)
            pages += 1
            if pages == 2:
                raise KeyboardInterrupt  # after the commit, before the page is noted
            return outcomes

        monkeypatch.setattr(Executor, "run", dies)
        with pytest.raises(KeyboardInterrupt):
            await run_schedules(company)
        monkeypatch.setattr(Executor, "run", real)
        other = await company.another_process()
        await run_all(other)
        assert await downloads(company) == [1, 1, 1, 1, None]
        company.clock.move(LEASE)
        await run_all(other)
        assert await downloads(company) == [1] * 5


@pytest.mark.db
async def test_a_record_that_fails_is_noted_and_the_others_are_done(database: Database):
    do = [{"set": {"downloads": "coalesce(downloads, 0) + 1"}}, {"move": "qualified"}]
    async with fresh_company(database, *RESTING, nudge(do=do)) as company:
        good, bad = await company.lead(city="here", needs=["price"]), await company.lead(city="here")
        await run_all(company)
        company.clock.move(timedelta(hours=1))
        await run_all(company)
        assert await downloads(company) == [1, None]
        assert (await company.record("lead", good["id"]))["stage"] == "qualified"
        (failed,) = await company.system_rows("event", record=bad["id"], type="rule.failed")
        assert failed["why"]["failed"]["code"] == "gate_unmet"


@pytest.mark.db
async def test_a_record_that_no_longer_fits_when_its_turn_comes_is_left_alone(database: Database):
    async with fresh_company(database, *RESTING, nudge(when="note == null", once=True)) as company:
        lead, noted = await company.lead(city="here"), await company.lead(city="here", note="x")
        await run_all(company)
        for _ in range(2):
            company.clock.move(timedelta(days=1))
            await run_all(company)
        assert await downloads(company) == [1, None]
        assert [one["record"] for one in await company.system_rows("rule_run")] == [lead["id"]]
        await company.run(UpdateRecord("lead", noted["id"], values={"note": None}))
        company.clock.move(timedelta(days=1))
        await run_all(company)
        assert await downloads(company) == [1, 1]


@pytest.mark.db
async def test_schedules_follow_the_release(database: Database):
    async with fresh_company(database, *RESTING, nudge()) as company:
        await run_all(company)
        (before,) = await company.system_rows("schedule")
        later = nudge(every={"daily": "18:00"})
        other = Body("rule", "other", {**nudge().body, "rule": "other", "every": {"minutes": 5}})
        await install(database, company.clock, company.company, [later, other], app="sales")
        await run_all(company)  # sees the release and keeps in step, though nobody asked anything of this process
        rows = {row["rule"]: row for row in await company.system_rows("schedule")}
        assert rows["nudge"]["id"] == before["id"]
        assert rows["nudge"]["next_at"] == START + timedelta(hours=8)
        assert rows["other"]["next_at"] == START + timedelta(minutes=5)
        await install(database, company.clock, company.company, [nudge(active=False)], app="sales")
        await run_all(company)
        assert [row["rule"] for row in await company.system_rows("schedule")] == ["other"]


@pytest.mark.db
async def test_two_workers_at_once_make_one_schedule_and_run_it_once(database: Database):
    async with fresh_company(database, *RESTING, nudge()) as company:
        for _ in range(5):
            await company.lead(city="here")
        other = await company.another_process()
        await asyncio.gather(run_all(company), run_all(other))
        assert len(await company.system_rows("schedule")) == 1
        company.clock.move(timedelta(hours=1))
        await asyncio.gather(run_all(company), run_all(other), run_all(company), run_all(other))
        assert await downloads(company) == [1] * 5
