"""What nobody could take waits, and is dealt once there is room: the oldest first, each once."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.engine.test_assign import SALES, intakes, policy_with
from tests.engine.test_assign_orders import by_hand
from tests.support.company import Clocked, fresh_company
from tests.support.definitions import changed, release

from closeloop.db.engine import Database
from closeloop.records.commands import AssignRecord, DeleteRecord, MoveRecord, UpdateRecord
from closeloop.runtime.dealing import EVERY, Dealer

pytestmark = pytest.mark.db


async def nobody_has_room(company: Clocked, **values: Any) -> None:
    for login in SALES:
        await company.change_person(login, **(values or {"quota_open": 0}))


async def dealt(company: Clocked) -> list[tuple[UUID, str | None]]:
    """Let a worker look, and return what has been dealt because room had freed: which lead, to whom."""
    dealer = Dealer(company)
    while await dealer.look():
        pass
    events = await company.system_rows("event", type="record.assigned")
    return [
        (event["record"], company.login_of(UUID(event["changes"]["owner"][1])))
        for event in events
        if event["why"]["assignment"]["reason"] == "room_freed"
    ]


async def waiting(company: Clocked) -> set[UUID]:
    return {row["id"] for row in await company.system_rows("waiting") if row["until"] is None}


async def test_the_oldest_are_dealt_first_and_as_many_as_there_is_room_for(own_company: Clocked):
    await nobody_has_room(own_company)
    leads: list[UUID] = []
    for _ in range(5):
        leads.append((await own_company.lead())["id"])
        own_company.clock.move(timedelta(minutes=1))
    assert await dealt(own_company) == []
    assert await waiting(own_company) == set(leads)
    await own_company.change_person("sales3", quota_open=2)
    assert await dealt(own_company) == [(leads[0], "sales3"), (leads[1], "sales3")]
    first = await own_company.record("lead", leads[0])
    assert (first["pool"], first["owner"]) == (None, own_company.id_of("sales3"))
    assert await waiting(own_company) == set(leads[2:])
    assert len(await own_company.system_rows("event", type="record.unassigned")) == 5  # in vain is in silence
    assert len(await own_company.system_rows("notice", type="nobody")) == 5


@pytest.mark.parametrize("freed", ["discard", "delete", "reassign"])
async def test_what_ends_or_goes_to_somebody_else_frees_room(own_company: Clocked, freed: str):
    await nobody_has_room(own_company)
    await own_company.change_person("sales3", quota_open=1)
    (held, waits) = [(await own_company.lead())["id"] for _ in range(2)]
    assert await dealt(own_company) == []
    command = {
        "discard": MoveRecord("lead", held, to="discarded", values={"discard_reason": "fake"}),
        "delete": DeleteRecord("lead", held),
        "reassign": AssignRecord("lead", held, person=own_company.id_of("manager1")),
    }[freed]
    await own_company.run(command)
    assert await dealt(own_company) == [(waits, "sales3")]


async def test_a_new_day_frees_daily_quotas(own_company: Clocked):
    await nobody_has_room(own_company, quota_daily=0)
    await own_company.change_person("sales1", quota_daily=1)
    leads = [(await own_company.lead())["id"] for _ in range(3)]
    assert await dealt(own_company) == []
    own_company.clock.move_to(datetime(2026, 3, 4, 16, 0, tzinfo=UTC))  # midnight in Shanghai
    assert await dealt(own_company) == [(leads[1], "sales1")]


async def test_who_comes_on_duty_or_back_from_leave_frees_room(database: Database):
    async with fresh_company(database, policy_with(duty="on_duty")) as company:
        now = company.clock.now()
        await nobody_has_room(company, on_duty=False)
        lead = await company.lead()
        assert await dealt(company) == []
        row = {"id": UUID(int=1), "person": company.id_of("sales2"), "starts_at": now, "created_at": now}
        ends = now + timedelta(hours=1)
        await company.change(company.tables.leave.insert().values(**row, ends_at=ends))
        await company.change_person("sales2", on_duty=True)
        assert await dealt(company) == []
        company.clock.move_to(ends)
        assert await dealt(company) == [(lead["id"], "sales2")]


async def test_a_changed_definition_frees_room(own_company: Clocked):
    await nobody_has_room(own_company)
    lead = await own_company.lead()
    await release(own_company, changed("assignment", "online", to={"role": "manager"}))
    assert await dealt(own_company) == [(lead["id"], "manager1")]


async def test_two_workers_deal_each_once(own_company: Clocked):
    await nobody_has_room(own_company)
    await intakes(own_company, 130)
    other = await own_company.another_process()
    await own_company.change_person("sales1", quota_open=70)
    await own_company.change_person("sales2", quota_open=70)
    await other.refresh()
    await asyncio.gather(dealt(own_company), dealt(other))
    given = await dealt(own_company)
    assert len({record for record, _ in given}) == len(given) == 130
    assert Counter(login for _, login in given) == {"sales1": 65, "sales2": 65}
    assert await waiting(own_company) == set()


async def test_what_somebody_has_taken_and_given_back_is_not_dealt(own_company: Clocked):
    await nobody_has_room(own_company)
    lead, gone, over = [(await own_company.lead())["id"] for _ in range(3)]
    await own_company.run(AssignRecord("lead", lead, person=own_company.id_of("sales5")), by="admin")
    assert (await own_company.record("lead", lead))["pool"] is None  # out of the pool it was put into
    table = own_company.catalog.object("lead").table
    await own_company.change(table.update().where(table.c.id == lead).values(owner=None, pool="public"))
    await own_company.run(DeleteRecord("lead", gone))
    await own_company.run(MoveRecord("lead", over, to="discarded", values={"discard_reason": "fake"}))
    await nobody_has_room(own_company, quota_open=None)
    assert await dealt(own_company) == []
    assert await waiting(own_company) == set()


async def test_a_record_that_only_some_may_have_lets_the_others_behind_it_pass(database: Database):
    near = by_hand(
        "near", 1, when="province != null", to={"role": "sales", "where": "province in candidate.territories"}
    )
    async with fresh_company(database, near) as company:
        await nobody_has_room(company)
        far = [(await company.lead(province="西藏"))["id"] for _ in range(120)]
        plain = (await company.lead())["id"]
        await nobody_has_room(company, quota_open=None)
        assert [record for record, _ in await dealt(company)] == [plain]
        dealer = Dealer(company)
        assert not await dealer.look()
        await company.run(UpdateRecord("lead", far[5], values={"province": "江苏"}))
        await company.change_person("sales4", attributes={"territories": ["江苏"]})
        company.clock.move(EVERY)
        assert not await dealer.look()
        assert (await company.record("lead", far[5]))["owner"] == company.id_of("sales4")


async def test_a_worker_that_has_asked_in_vain_asks_again_only_for_a_reason(own_company: Clocked):
    await nobody_has_room(own_company)
    lead = await own_company.lead()
    await own_company.run(UpdateRecord("lead", lead["id"], values={"source": "manual"}))  # no policy is for it
    await own_company.change_person("sales1", quota_open=1)
    dealer = Dealer(own_company)
    runs: list[int] = []
    run = own_company.executor.run

    async def counted(*asked: Any) -> Any:
        runs.append(len(asked[0]))
        return await run(*asked)

    own_company.executor.run = counted  # pyright: ignore[reportAttributeAccessIssue]
    for _ in range(10):
        await dealer.look()
        own_company.clock.move(EVERY)
    assert runs == [1]
    own_company.clock.move(timedelta(minutes=1))
    await dealer.look()
    assert runs == [1, 1]
