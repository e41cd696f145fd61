"""Many companies in one process: each is found by its own name, and a broken one is broken by itself."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.support.company import Clocked, fresh_company
from tests.support.jobs import memory_files

from closeloop.base.errors import Conflict, Invalid, Unavailable
from closeloop.base.settings import Settings
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.runtime import worker
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.host import FRESH, TRY_AGAIN, Host
from closeloop.runtime.hub import Hub
from closeloop.runtime.job_runner import JobRunner
from closeloop.runtime.new_company import NewCompany, make_company
from closeloop.runtime.worker import Outlets, work
from closeloop.schema.platform.tables import company as registry

pytestmark = pytest.mark.db


@pytest.fixture
async def other(database: Database) -> AsyncGenerator[Clocked]:
    async with fresh_company(database) as runtime:
        yield runtime


@pytest.fixture
def host(database: Database, own_company: Clocked) -> Host:
    return Host(database, Hub("postgresql://"), own_company.clock)


async def give_host(company: Clocked, name: str) -> None:
    await company.change(sa.update(registry).where(registry.c.id == company.company.id).values(host=name))


async def run(database: Database, sql: str) -> None:
    async with database.autocommit() as session:
        await session.execute(Statement(sql, "test", prepared=False))


async def test_a_company_is_found_by_host_name_then_by_header(host: Host, own_company: Clocked, other: Clocked):
    await give_host(other, "other.example")
    mine, theirs = own_company.company.key, other.company.key
    found = [await host.find(*asked) for asked in (("other.example", mine), ("elsewhere", mine), ("elsewhere", theirs))]
    assert [one and one.company.key for one in found] == [theirs, mine, theirs]
    assert await host.find("elsewhere", "nowhere") is None
    assert await host.find("elsewhere", None) is None


async def test_a_company_that_moves_to_another_host_name_is_found_there(host: Host, own_company: Clocked):
    await give_host(own_company, "old.example")
    before = await host.find("old.example", None)
    await give_host(own_company, "new.example")
    found = await host.find("new.example", None)
    assert before is not None
    assert found is not None
    assert found.company.id == before.company.id


async def test_a_company_that_cannot_be_loaded_is_unavailable_by_itself(
    host: Host, own_company: Clocked, other: Clocked, database: Database
):
    schema = other.company.schema
    await run(database, f"ALTER TABLE {schema}.sys_definition RENAME TO sys_gone")
    served = await host.companies()
    assert own_company.company.key in [one.company.key for one in served]
    assert other.company.key not in [one.company.key for one in served]
    with pytest.raises(Unavailable, match="company_unavailable"):
        await host.find("elsewhere", other.company.key)
    await run(database, f"ALTER TABLE {schema}.sys_gone RENAME TO sys_definition")
    with pytest.raises(Unavailable):  # it is not tried again at once
        await host.find("elsewhere", other.company.key)
    own_company.clock.move(TRY_AGAIN)
    found = await host.find("elsewhere", other.company.key)
    assert found is not None


@pytest.mark.parametrize("fault", ["stuck", "broken"])
async def test_a_company_that_is_stuck_or_broken_does_not_stop_anothers_clocks(
    fault: str, host: Host, own_company: Clocked, other: Clocked, database: Database
):
    """Stuck: somebody holds a lock on its clocks. Broken: its table of clocks is gone."""
    await own_company.lead(source="website")
    own_company.clock.move(timedelta(minutes=26))
    schema = other.company.schema
    stop = asyncio.Event()
    async with database.transaction() as tx:
        change = f"LOCK TABLE {schema}.sys_clock" if fault == "stuck" else f"ALTER TABLE {schema}.sys_clock RENAME TO x"
        await tx.fetch_many([(Statement(change, "test", prepared=False), ())])
        if fault == "broken":
            await tx.commit_with([])
        working = asyncio.create_task(work(host, stop, JobRunner(()), memory_files(), Outlets.of(Settings())))
        try:
            async with asyncio.timeout(20):
                while not await own_company.system_rows("notice", type="clock_near"):  # noqa: ASYNC110 - the worker shares our loop
                    await asyncio.sleep(0.05)
        finally:
            stop.set()
            await working


@pytest.mark.parametrize("fault", ["mending takes long", "a look fails"])
async def test_what_takes_long_or_fails_in_a_company_keeps_nothing_else_of_it_from_being_done(
    fault: str, host: Host, own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    stop, mending = asyncio.Event(), asyncio.Event()

    async def builds_an_index(runtime: CompanyRuntime) -> int:
        mending.set()
        await stop.wait()
        return 0

    async def fails(runtime: CompanyRuntime) -> bool:
        raise ValueError

    monkeypatch.setattr(worker, "mend_due", builds_an_index)
    if fault == "a look fails":
        monkeypatch.setattr(worker, "run_schedules", fails)
    working = asyncio.create_task(work(host, stop, JobRunner(()), memory_files(), Outlets.of(Settings())))
    try:
        async with asyncio.timeout(20):
            await mending.wait()
            await own_company.lead(source="website")
            own_company.clock.move(timedelta(minutes=26))
            while not await own_company.system_rows("notice", type="clock_near"):  # noqa: ASYNC110 - the worker shares our loop
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await working


async def test_many_that_look_at_once_load_a_company_once(
    host: Host, own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    loaded: list[str] = []
    refresh = CompanyRuntime.refresh

    async def counted(runtime: CompanyRuntime) -> None:
        loaded.append(runtime.company.key)
        await refresh(runtime)

    monkeypatch.setattr(CompanyRuntime, "refresh", counted)
    found = await asyncio.gather(*(host.find("elsewhere", own_company.company.key) for _ in range(8)))
    assert loaded.count(own_company.company.key) == 1
    assert len({id(one) for one in found}) == 1


async def test_a_new_company_serves_its_administrator_and_is_found_without_a_restart(
    host: Host, database: Database, own_company: Clocked
):
    await host.companies()
    own_company.clock.move(FRESH)
    asked = NewCompany("acme-tools", "Acme", admin="boss", app="blank", host="acme.example", locale="en-US")
    company, password = await make_company(database, own_company.clock, asked)
    try:
        found = await host.find("acme.example", None)
        assert found is not None
        (boss,) = found.org.people.values()
        assert found.actor_of(boss).everything
        assert found.catalog.objects == {}
        assert len(password) >= 16
        with pytest.raises(Conflict, match="taken"):
            await make_company(database, own_company.clock, asked)
    finally:
        await run(database, f"DELETE FROM platform.company WHERE id = '{company.id}'")
        await run(database, f"DROP SCHEMA {company.schema} CASCADE")


async def test_a_company_with_wrong_values_is_refused_at_each_of_them(database: Database, own_company: Clocked):
    wrong = NewCompany("A", " ", "", "games", "not a host", "Mars/Base", "yuan", "fr-FR")
    with pytest.raises(Invalid) as refused:
        await make_company(database, own_company.clock, wrong)
    assert [error.field for error in refused.value.errors] == [
        "key", "name", "host", "admin", "app", "time_zone", "currency", "locale",
    ]  # fmt: skip
