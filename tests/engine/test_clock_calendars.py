"""Clocks on calendars: due in working time, held by steps and by hand, and the due time says how it came about."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.test_snapshot import problems, snapshot
from tests.support.company import Clocked, fresh_company
from tests.support.definitions import release
from tests.support.problems import problem
from tests.support.web import Api

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.clocks.model import CLOCKS
from closeloop.engine.clocks.reckon import reckoning
from closeloop.engine.clocks.timer import LEASE, claim_due
from closeloop.engine.steps.commands import HoldClock
from closeloop.records.batch import Row
from closeloop.runtime.worker import sweep

pytestmark = pytest.mark.db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HOURS = ["09:00-12:00", "13:30-18:00"]
EVE = datetime(2026, 9, 30, 9, 50, tzinfo=UTC)
"""17:50 in Shanghai, ten minutes before seven days off."""
BACK = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
"""09:00 on the first working day after them."""


def calendar(**keys: Any) -> Body:
    return Body(
        "calendar", "shop", {"calendar": "shop", "label": {"zh-CN": "营业", "en-US": "Shop"}, "hours": HOURS, **keys}
    )


def clock(**keys: Any) -> Body:
    rungs = [
        {"at": "-5m", "do": [{"notify": "owner"}]},
        {"at": "0m", "do": [{"notify": "director"}]},
        {"at": "24h", "calendar": "wall_clock", "do": [{"set": {"campaign": "'late'"}}]},
    ]
    return Body(
        "clock", "reply",
        {"clock": "reply", "on": "lead", "label": {"zh-CN": "回复", "en-US": "Reply"}, "met": "note != null",
         "target": "30m", "calendar": "shop", "rungs": rungs, **keys},
    )  # fmt: skip


async def reply(company: Clocked, lead: Row) -> Row:
    (found,) = await company.system_rows("clock", record=lead["id"], policy="reply")
    return found


async def sweep_all(company: Clocked) -> None:
    while await sweep(company, company.clock):
        pass


async def events_of(company: Clocked, lead: Row) -> list[str]:
    events = await company.system_rows("event", record=lead["id"])
    return [one["type"] for one in events if (one["why"] or {}).get("clock", {}).get("policy") == "reply"]


async def hold(company: Clocked, lead: Row, doing: str) -> None:
    (outcome,) = await company.run(HoldClock("lead", lead["id"], policy="reply", doing=doing))
    assert outcome.error is None


async def test_a_breach_over_the_holidays_comes_by_itself_once(database: Database):
    async with fresh_company(database, calendar(), clock()) as company:
        company.clock.move_to(EVE)
        lead = await company.lead()
        row = await reply(company, lead)
        due = BACK + 20 * MINUTE
        assert (row["state"], row["due_at"], row["next_at"]) == ("running", due, due - 5 * MINUTE)
        assert row["steps"][-1]["due_at"] == (due + 24 * HOUR).isoformat()
        company.clock.move_to(due - 6 * MINUTE)
        await sweep_all(company)
        assert await events_of(company, lead) == []
        other = await company.another_process()
        company.clock.move_to(due)
        await claim_due(company.database, company.catalog, company.clock.now())  # a worker that is killed now
        await asyncio.gather(sweep_all(company), sweep_all(other))
        assert await events_of(company, lead) == []
        company.clock.move(LEASE)
        await asyncio.gather(sweep_all(company), sweep_all(other), sweep_all(company))
        assert await events_of(company, lead) == ["clock.fired", "clock.breached", "clock.fired"]
        company.clock.move(24 * HOUR)
        await asyncio.gather(sweep_all(company), sweep_all(other))
        assert (await events_of(company, lead))[3:] == ["clock.fired"]
        assert (await company.record("lead", lead["id"]))["campaign"] == "late"
        told = Counter(one["type"] for one in await company.system_rows("notice", record=lead["id"]))
        assert told["clock_near"] >= 1


async def test_warnings_go_back_into_the_hours_before(database: Database):
    async with fresh_company(database, calendar(), clock(target="2h")) as company:
        company.clock.move_to(
            EVE - 2 * HOUR + 13 * MINUTE
        )  # 16:03; two hours are over at 09:03, five minutes before at 17:58
        lead = await company.lead()
        row = await reply(company, lead)
        assert (row["due_at"], row["next_at"]) == (BACK + 3 * MINUTE, EVE + 8 * MINUTE)


async def test_a_pause_over_the_holidays_costs_nothing(database: Database):
    async with fresh_company(database, calendar(), clock(target="2h")) as company:
        company.clock.move_to(EVE - HOUR)
        lead = await company.lead()
        company.clock.move_to(EVE)
        await hold(company, lead, "pause")
        company.clock.move_to(BACK + 48 * HOUR + 30 * MINUTE)  # 09:30 on Saturday the 10th, which is made up
        await sweep_all(company)
        await hold(company, lead, "resume")
        row = await reply(company, lead)
        due = BACK + 48 * HOUR + 90 * MINUTE
        assert (row["state"], row["due_at"], row["next_at"]) == ("running", due, due - 5 * MINUTE)
        told = reckoning(row, company.catalog, "en-US")
        assert sum(one["seconds"] for one in told["counted"]) == 7200
        assert told["skipped"] == []
        assert told["pauses"] == [{"from": EVE, "to": BACK + 48 * HOUR + 30 * MINUTE}]
        company.clock.move_to(due)
        await sweep_all(company)
        assert await events_of(company, lead) == [
            "clock.paused", "clock.resumed", "clock.fired", "clock.breached", "clock.fired"
        ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 20_000)), max_size=4), st.integers(1, 2000))
def test_pausing_never_changes_how_much_is_worked(pauses: list[tuple[int, int]], target: int):
    """What counts while a clock runs comes to its target, however often and whenever it was held."""
    time = snapshot(calendar()).working_time("shop")
    now, due, worked = EVE, time.add(EVE, target * MINUTE), timedelta(0)
    for running, away in pauses:
        if now + running * MINUTE >= due:
            break
        worked += time.between(now, now + running * MINUTE)
        left = time.between(now + running * MINUTE, due)
        now += (running + away) * MINUTE
        due = time.add(now, left)
    assert worked + time.between(now, due) == target * MINUTE


async def test_a_running_clock_keeps_the_calendar_that_it_began_with(database: Database):
    async with fresh_company(database, calendar(), clock(target="2h")) as company:
        company.clock.move_to(EVE - HOUR)
        lead = await company.lead()
        before = await reply(company, lead)
        await hold(company, lead, "pause")
        await release(company, calendar(hours=["00:00-24:00"]))
        assert company.catalog.all(CLOCKS)["reply"].calendar == "shop"
        other = await company.another_process()
        company.clock.move_to(EVE)
        (outcome,) = await other.run(HoldClock("lead", lead["id"], policy="reply", doing="resume"))
        assert outcome.error is None
        row = await reply(company, lead)
        assert row["due_at"] == before["due_at"] + HOUR == BACK + 110 * MINUTE
        newer = await company.lead()
        assert (await reply(company, newer))["due_at"] == company.clock.now() + 2 * HOUR


def test_the_arithmetic_is_told_in_both_languages():
    catalog = snapshot(calendar(), clock(met="name != null", rungs=[]))
    policy = catalog.all(CLOCKS)["reply"]
    row = policy.started(EVE, catalog) | {"object": "lead"}
    chinese, english = (reckoning(row, catalog, locale) for locale in ("zh-CN", "en-US"))
    assert chinese["lines"] == [
        "目标 30 分钟，按“营业”计（Asia/Shanghai）",
        "9月30日 周三 17:50–18:00 计 10 分钟",
        "10月1日 周四–10月7日 周三 国庆节放假，不计",
        "10月8日 周四 09:00–09:20 计 20 分钟",
        "到期 10月8日 周四 09:20",
    ]
    assert english["lines"] == [
        "Target 30 min, counted by “Shop” (Asia/Shanghai)",
        "Wed 2026-09-30 17:50–18:00: 10 min",
        "Thu 2026-10-01–Wed 2026-10-07 does not count: National Day",
        "Thu 2026-10-08 09:00–09:20: 20 min",
        "Due Thu 2026-10-08 09:20",
    ]
    assert [one["seconds"] for one in chinese["counted"]] == [600, 1200]
    assert {one["why"] for one in chinese["skipped"]} == {"public_holiday"}
    row = policy.started(datetime(2031, 1, 3, 9, 50, tzinfo=UTC), catalog)
    assert "2031 年的节假日安排尚未公布，按每周工作日计" in reckoning(row, catalog, "zh-CN")["lines"]


@pytest.mark.parametrize(
    ("keys", "place", "code"),
    [
        ({"calendar": "nowhere"}, "clock/reply: calendar", "unknown_calendar"),
        ({"rungs": [{"at": "0m", "calendar": "x", "do": []}]}, "clock/reply: rungs[0].calendar", "unknown_calendar"),
        ({"target": "99999999d"}, "clock/reply: target", "span_too_long"),
    ],
)
def test_a_wrong_clock_is_told_at_its_place(keys: dict[str, Any], place: str, code: str):
    assert problems(calendar(), clock(met="name != null", **{"rungs": [], **keys}))[place] == code


async def clock_over_http(api: Api, login: str, lead: Row) -> Row:
    client = await api.signed_in(login)
    answer = await client.get("/clocks", params={"object": "lead", "record": lead["id"]})
    return next(one for one in answer.json()["items"] if one["policy"] == "first_touch")


async def test_who_may_holds_a_clock_by_hand(api: Api, company: Clocked):
    lead = await api.lead_of("sales1")
    path = f"/objects/lead/records/{lead['id']}/clocks/first_touch"
    manager = await api.signed_in("manager1")
    answer = await manager.post(f"{path}/pause", json={"note": "waiting for the fair"})
    assert answer.status_code == 200, answer.text
    found = await clock_over_http(api, "sales1", lead)
    assert (found["state"], found["reckoning"]["calendar"], found["reckoning"]["left"]) == (
        "paused",
        "duty_hours",
        1800,
    )
    assert found["reckoning"]["lines"][-1].startswith("Paused since Wed 2026-03-04 10:00; 30 min left")
    problem(await manager.post(f"{path}/pause", json={}), 409, "clock_not_running")
    assert (await manager.post(f"{path}/resume", json={})).status_code == 200
    problem(await manager.post(f"{path}/resume", json={}), 409, "clock_not_paused")
    found = await clock_over_http(api, "sales1", lead)
    assert (found["state"], found["due_at"]) == ("running", "2026-03-04T02:30:00Z")
    assert [(one["at"], one["calendar"]) for one in found["rungs"]] == [
        ("-5m", "duty_hours"), ("0m", "duty_hours"), ("24h", "wall_clock")
    ]  # fmt: skip
    paused = [
        one for one in await company.system_rows("event", type="clock.paused") if str(one["record"]) == lead["id"]
    ]
    assert [(one["why"]["clock"]["note"], company.login_of(one["actor"])) for one in paused] == [
        ("waiting for the fair", "manager1")
    ]


async def test_who_may_not_holds_none(api: Api):
    lead = await api.lead_of("sales1")
    path = f"/objects/lead/records/{lead['id']}/clocks"
    for login, status in (("sales1", 403), ("sales2", 404), ("finance1", 404)):
        client = await api.signed_in(login)
        assert (await client.post(f"{path}/first_touch/pause", json={})).status_code == status
    admin = await api.signed_in("admin")
    problem(await admin.post(f"{path}/nothing/pause", json={}), 404, "unknown_clock")
    assert (await admin.post(f"{path}/first_touch/stop", json={})).status_code == 422
    for body in ({"why": "x"}, {"note": 5}, {"note": "x" * 501}):
        problem(await admin.post(f"{path}/first_touch/pause", json=body), 422, "invalid")
    stale = await admin.post(f"{path}/first_touch/pause", json={"version": lead["version"] + 1})
    problem(stale, 409, "version_conflict")
    assert (await api.anyone().post(f"{path}/first_touch/pause", json={})).status_code == 401
