"""Who gets a record: turns that stay even and quotas that hold, however many take leads in at once."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.company import Clocked, a_phone, fresh_company, sales_app

from closeloop.access.org import Org, Person
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.assign.model import POLICIES, Policy
from closeloop.engine.assign.pick import pick
from closeloop.engine.assign.room import Load, Room
from closeloop.engine.operations.handler import RunOperation
from closeloop.expr import Env
from closeloop.records.commands import AssignRecord, DeleteRecord, MoveRecord

pytestmark = pytest.mark.db

SALES = [f"sales{n}" for n in range(1, 9)]


def policy_with(**changes: Any) -> Body:
    """Return the sales app's policy with some of its keys replaced."""
    body: Mapping[str, Any] = next(one.body for one in sales_app() if one.kind == "assignment")
    return Body("assignment", "online", {**body, **changes})


async def owners(company: Clocked) -> list[str | None]:
    """Return who was given the leads, in the order of the leads."""
    events = await company.system_rows("event", type="record.assigned")
    return [company.login_of(UUID(event["changes"]["owner"][1])) for event in events]


async def intakes(company: Clocked, count: int, processes: int = 2) -> None:
    """Take leads in through several processes at once."""
    workers = [company, *[await company.another_process() for _ in range(processes - 1)]]
    await asyncio.gather(*(workers[n % processes].take_in({"phone": a_phone()}) for n in range(count)))


async def test_turns_differ_by_at_most_one_with_two_processes_at_once(own_company: Clocked):
    await intakes(own_company, 61)
    counts = Counter(await owners(own_company))
    assert set(counts) == set(SALES)
    assert sum(counts.values()) == 61
    assert max(counts.values()) - min(counts.values()) <= 1


async def test_daily_quotas_hold_with_two_processes_at_once_and_the_rest_goes_to_the_pool(own_company: Clocked):
    for n, login in enumerate(SALES):
        await own_company.change_person(login, quota_daily=n)
    await intakes(own_company, 64)
    counts = Counter(await owners(own_company))
    assert counts == {login: n for n, login in enumerate(SALES) if n}
    left = await own_company.system_rows("event", type="record.unassigned")
    assert len(left) == 64 - 28
    lead = await own_company.record("lead", left[0]["record"])
    assert (lead["owner"], lead["pool"]) == (None, "public")
    alarms = await own_company.system_rows("notice", type="nobody")
    assert {own_company.login_of(one["person"]) for one in alarms} == {"manager1"}
    reasons = {one["reason"] for one in left[-1]["why"]["assignment"]["candidates"]}
    assert reasons == {"no_room_daily"}
    own_company.clock.move(timedelta(hours=15))  # 01:00 in Shanghai: another day, though the same one in UTC
    await own_company.lead()
    assert len(await owners(own_company)) == 29


async def test_open_quotas_hold_with_two_processes_at_once_and_what_ends_makes_room(own_company: Clocked):
    for n, login in enumerate(SALES):
        await own_company.change_person(login, quota_open=n % 4)
    await intakes(own_company, 64)
    assert Counter(await owners(own_company)) == {login: n % 4 for n, login in enumerate(SALES) if n % 4}
    given_to: dict[str | None, list[UUID]] = {}
    for event in await own_company.system_rows("event", type="record.assigned"):
        given_to.setdefault(own_company.login_of(UUID(event["changes"]["owner"][1])), []).append(event["record"])
    await own_company.run(
        MoveRecord("lead", given_to["sales2"][0], to="discarded", values={"discard_reason": "fake"}),
        DeleteRecord("lead", given_to["sales4"][0]),
        AssignRecord("lead", given_to["sales8"][0], person=own_company.id_of("admin")),
    )
    await intakes(own_company, 8)
    assert sorted(login or "" for login in (await owners(own_company))[-3:]) == ["sales2", "sales4", "sales8"]


async def test_quotas_and_turns_hold_within_one_batch_as_well(own_company: Clocked):
    await own_company.change_person("sales3", quota_daily=2)
    await intakes(own_company, 40, processes=1)
    counts = Counter(await owners(own_company))
    assert counts.pop("sales3") == 2
    assert max(counts.values()) - min(counts.values()) <= 1


async def test_who_has_left_gets_nothing_and_who_comes_back_gets_one_like_everybody(own_company: Clocked):
    await own_company.change_person("sales1", active=False)
    await intakes(own_company, 14)
    counts = Counter(await owners(own_company))
    assert counts == dict.fromkeys(SALES[1:], 2)
    await own_company.change_person("sales1", active=True)
    await intakes(own_company, 8)
    assert Counter((await owners(own_company))[14:]) == dict.fromkeys(SALES, 1)


async def test_the_least_loaded_is_asked_first(database: Database):
    async with fresh_company(database, policy_with(order="least_loaded")) as company:
        for _ in range(3):
            lead = await company.lead()
            await company.run(AssignRecord("lead", lead["id"], person=company.id_of("sales1")))
        await intakes(company, 21)
        table = company.catalog.object("lead").table
        held = Counter(company.login_of(row["owner"]) for row in await company.rows(table.select()))
        assert held == dict.fromkeys(SALES, 3)


async def test_whom_the_policy_prefers_comes_before_the_others_while_there_is_room(database: Database):
    policy = policy_with(prefer="candidate.city == record.city")
    async with fresh_company(database, policy) as company:
        await company.change_person("sales5", quota_daily=1)
        first = await company.lead(city="南京")
        second = await company.lead(city="南京")
        third = await company.lead(city="拉萨")
        logins = [company.login_of(lead["owner"]) for lead in (first, second, third)]
        assert logins[0] == "sales5"
        assert "sales5" not in logins[1:]
        (event,) = await company.system_rows("event", type="record.assigned", record=first["id"])
        assert {one["reason"] for one in event["why"]["assignment"]["candidates"]} == {"preferred", "not_preferred"}


async def test_a_policy_for_those_on_duty_passes_over_the_others(database: Database):
    async with fresh_company(database, policy_with(duty="on_duty")) as company:
        for login in SALES[1:]:
            await company.change_person(login, on_duty=False)
        assert {company.login_of((await company.lead())["owner"]) for _ in range(3)} == {"sales1"}


async def test_a_lead_that_no_policy_is_for_stays_with_nobody(own_company: Clocked):
    lead = await own_company.lead(source="manual")
    assert lead["owner"] is None
    outcome = (await own_company.run(AssignRecord("lead", lead["id"]), by="admin"))[0]
    assert getattr(outcome.error, "code", None) == "no_policy"


async def test_giving_by_hand_tells_both_and_takes_no_turn(own_company: Clocked):
    lead = await own_company.lead()
    turns = await own_company.system_rows("turn")
    (outcome,) = await own_company.run(
        AssignRecord("lead", lead["id"], person=own_company.id_of("sales5")), by="manager1"
    )
    assert outcome.record()["owner"] == own_company.id_of("sales5")
    assert await own_company.system_rows("turn") == turns
    told = [(one["type"], own_company.login_of(one["person"])) for one in await own_company.system_rows("notice")]
    assert told[-2:] == [("assigned", "sales5"), ("taken_over", own_company.login_of(lead["owner"]))]


@given(
    quotas=st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=1, max_size=6),
    leads=st.integers(1, 20),
    active=st.lists(st.booleans(), min_size=6, max_size=6),
)
async def test_whatever_the_quotas_turns_are_as_even_as_they_allow(
    company: Clocked, quotas: list[int | None], leads: int, active: list[bool]
):
    policy: Policy = company.catalog.all(POLICIES)["online"]
    people = [
        Person(UUID(int=n + 1), f"p{n}", "", active[n], True, None, quota, None, "zh-CN", ("sales",), ())
        for n, quota in enumerate(quotas)
    ]
    env = Env(company.clock.now(), company.catalog.zone, None, (), ())
    loads = {person.id: Load() for person in people}
    room = Room(policy, Org(1, people, []), env, loads)
    for _ in range(leads):
        choice = pick(room, {}, env)
        if choice.chosen is not None:
            room.give(choice.chosen)
    limits = [quota if quota is not None else leads for quota in quotas]
    given_to = {person: load.daily for person, load in loads.items()}
    fit = [person.id for person in people if person.active]
    room_left = {p.id: limits[n] - given_to[p.id] for n, p in enumerate(people) if p.active}
    assert all(left >= 0 for left in room_left.values())
    assert {person for person, number in given_to.items() if number} <= set(fit)
    assert sum(given_to.values()) == min(leads, sum(limits[n] for n, p in enumerate(people) if p.active))
    for one in fit:
        for other in fit:
            if room_left[one] > 0:  # who still has room is never more than one behind
                assert given_to[other] - given_to[one] <= 1


async def test_an_operation_by_the_owner_keeps_the_owner(own_company: Clocked):
    lead = await own_company.lead()
    owner = own_company.login_of(lead["owner"])
    command = RunOperation("lead", lead["id"], operation="tag_needs", values={"needs": ["price"]})
    (outcome,) = await own_company.run(command, by=owner)
    assert outcome.record()["owner"] == lead["owner"]
