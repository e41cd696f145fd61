"""Give a new demo company its past: three months of work, done through the write path under a clock that moves."""

from collections.abc import Callable, Mapping
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
from closeloop.demo.world import Call, World
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.files import Files
from closeloop.runtime.install import HISTORY
from closeloop.runtime.jobs import DONE, RUNNING

Tell = Callable[[int, int], None]
"""Told after each day: how many of how many."""

_log = structlog.stdlib.get_logger()


def teller(say: Callable[[str], None]) -> Tell:
    """Say in words how much is written, at every tenth part."""

    def tell(done: int, total: int) -> None:
        if done == total:
            say("The demo company has its three months.")
        elif done % max(1, total // 10) == 0:
            say(f"The demo company's three months are being written: {done * 100 // total} %. Look around meanwhile.")

    return tell


async def fill(settings: Settings, url: str, tell: Tell) -> None:
    """Write the history of each company that still waits for one, up to the present moment.

    It must be through before a worker looks at the company: every clock of the past is due for a worker. A process
    that dies in between leaves the company at a day of its past; the next goes on from there.
    """
    # what a power cut would lose of a made-up past is written again
    url = f"{url}{'&' if '?' in url else '?'}options=-c%20synchronous_commit%3Doff"
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


async def _waiting(runtime: CompanyRuntime) -> tuple[datetime, datetime, int] | None:
    """Return when the history began, up to when it is written and how many days there are to be; None without one."""
    job = runtime.tables.job
    query = sa.select(job.c.created_at, job.c.cursor, job.c.total)
    async with runtime.database.autocommit() as session:
        row = await session.fetch_one(*compile_statement(query.where(*_open(job)), "history to write"))
    if row is None:
        return None
    began, cursor, total = row
    return began, datetime.fromisoformat(cursor["at"]) if cursor else began, total


async def live_through(
    runtime: CompanyRuntime, clock: FrozenClock, files: Files, tell: Tell, until: Clock | None = None
) -> World | None:
    """Live from where the history stands to the present of `until`; None if there is nothing to write."""
    asked = await _waiting(runtime)
    if asked is None:
        return None
    (began, at, total), until = asked, until or SystemClock()
    clock.move_to(at)
    await runtime.refresh()
    world = World(runtime, clock, files, Random(f"{SEED}:{at.isoformat()}"))  # noqa: S311 - not for secrets
    deals = Deals(world)
    days = Days(world, Selling(world, deals), deals, began.astimezone(runtime.catalog.zone).date())
    if at > began:
        await days.take_up()

    async def begin_day() -> None:
        today = clock.now().astimezone(runtime.catalog.zone)
        days.plan(today.date())
        world.at(datetime.combine(today.date() + timedelta(days=1), time(), today.tzinfo), begin_day)
        tell((clock.now() - began).days, total)

    await begin_day()
    await world.run(until, _keeping(runtime, began))
    clock.move_to(until.now())
    await _end(runtime, clock.now())
    tell(total, total)
    _log.info("history written", company=runtime.company.key, refused=dict(world.refused))
    return world


def _open(job: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    """Tell the job of a history that is still wanted: its administrator may call it off like any other."""
    return job.c.kind == HISTORY, job.c.state == RUNNING


def _keeping(runtime: CompanyRuntime, began: datetime) -> Callable[[datetime], Call]:
    job = runtime.tables.job
    days, cursor = sa.bindparam("days", type_=sa.Integer()), sa.bindparam("cursor", type_=sa.Text())
    change = sa.update(job).where(*_open(job)).values(progress=days, cursor=sa.cast(cursor, job.c.cursor.type))
    statement, usual = compile_statement(change, "history moved on")
    assert isinstance(usual, Mapping)
    params = dict(usual)

    def keep(moment: datetime) -> Call:
        at = f'{{"at": "{moment.isoformat()}"}}'
        return statement, {**params, "days": (moment - began).days, "cursor": at}

    return keep


async def _end(runtime: CompanyRuntime, moment: datetime) -> None:
    job = runtime.tables.job
    change = sa.update(job).where(*_open(job)).values(state=DONE, progress=job.c.total, finished_at=moment)
    async with runtime.database.autocommit() as session:
        await session.execute(*compile_statement(change, "history ended"))
