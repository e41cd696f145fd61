"""Give a new demo company its past: three months of work, done through the write path under a clock that moves."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

import sqlalchemy as sa
import structlog

from closeloop.base.clock import Clock, FrozenClock, SystemClock
from closeloop.base.settings import Settings
from closeloop.catalog.companies import load_companies
from closeloop.connect.store import open_store
from closeloop.db.engine import Database
from closeloop.db.statement import compile_statement
from closeloop.demo.days import SEED, Days
from closeloop.demo.deals import Deals
from closeloop.demo.selling import Selling
from closeloop.demo.world import World
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.files import Files
from closeloop.runtime.install import HISTORY

Tell = Callable[[int, int], None]
"""Told after each day: how many of how many."""

_log = structlog.stdlib.get_logger()


async def fill(settings: Settings, url: str, tell: Tell) -> None:
    """Write the history of each company that still waits for one, up to the present moment.

    It must be through before a worker looks at the company: every clock of the past is due for a worker. A process
    that dies in between leaves the company at a day of its past; the next goes on from there.
    """
    database = Database(url, min_size=1, max_size=4, application_name="closeloop-history")
    await database.open()
    try:
        async with database.autocommit() as session:
            companies = await load_companies(session)
        for company in companies:
            clock = FrozenClock(SystemClock().now())
            runtime = CompanyRuntime(company, database, clock)
            if await _waiting(runtime) is not None:
                await live_through(runtime, clock, Files(open_store(settings), settings.file_limit), tell)
    finally:
        await database.close()


async def _waiting(runtime: CompanyRuntime) -> tuple[datetime, int, int] | None:
    """Return when the history began, how many days of it are written and how many there are to be."""
    job = runtime.tables.job
    query = sa.select(job.c.created_at, job.c.progress, job.c.total).where(
        job.c.kind == HISTORY, job.c.state == "running"
    )
    async with runtime.database.autocommit() as session:
        row = await session.fetch_one(*compile_statement(query, "history to write"))
    return row if row is None else (row[0], row[1], row[2])


async def live_through(
    runtime: CompanyRuntime, clock: FrozenClock, files: Files, tell: Tell, until: Clock | None = None
) -> World | None:
    """Live from where the history stands to the present of `until`; None if there is nothing to write."""
    asked = await _waiting(runtime)
    if asked is None:
        return None
    began, done, total = asked
    clock.move_to(began + timedelta(days=done))
    await runtime.refresh()
    world = World(runtime, clock, files, Random(f"{SEED}:{done}"))  # noqa: S311 - not for secrets
    deals = Deals(world)
    selling = Selling(world, deals)
    days = Days(world, selling, deals, began.astimezone(runtime.catalog.zone).date())
    if done:
        await days.take_up()

    async def begin_day() -> None:
        today = clock.now().astimezone(runtime.catalog.zone)
        days.plan(today.date())
        world.at(datetime.combine(today.date() + timedelta(days=1), time(), today.tzinfo), begin_day)
        number = (clock.now() - began).days
        if not await _moved(runtime, number, "running"):
            world.stop()
        tell(number, total)

    await begin_day()
    await world.run(until or SystemClock())
    clock.move_to((until or SystemClock()).now())
    await _moved(runtime, total, "done", finished_at=clock.now())
    tell(total, total)
    _log.info("history written", company=runtime.company.key, refused=dict(world.refused))
    return world


async def _moved(runtime: CompanyRuntime, days: int, state: str, **more: datetime) -> bool:
    """Keep how far the history has come; returns whether it is still wanted: its administrator may call it off."""
    job = runtime.tables.job
    change = sa.update(job).where(job.c.kind == HISTORY, job.c.state == "running")
    values = {"progress": days, "step": job.c.step + 1, "state": state, **more}
    async with runtime.database.autocommit() as session:
        return await session.execute(*compile_statement(change.values(**values), "history moved on")) == 1
