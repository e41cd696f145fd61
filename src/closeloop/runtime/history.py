"""Give a new demo company its past: an app's story, done through the write path under a clock that moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
import structlog

from closeloop.base.clock import Clock, FrozenClock, SystemClock
from closeloop.base.settings import Settings
from closeloop.catalog.companies import load_companies
from closeloop.connect.store import open_store
from closeloop.db.engine import Database
from closeloop.db.locks import WRITING_HISTORY, alone
from closeloop.db.statement import compile_statement
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.demo import Begin, Say
from closeloop.runtime.files import Files
from closeloop.runtime.install import HISTORY
from closeloop.runtime.jobs import DONE, RUNNING
from closeloop.runtime.past import Call, Past

Tell = Callable[[int, int], None]
"""Told after each day: how many of how many."""

_log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A history that is to be written: which app tells it, when it began, up to when it is there, of how many days."""

    app: str
    began: datetime
    at: datetime
    total: int


def teller(say: Say) -> Tell:
    """Say in words how much is written, at every tenth part."""

    def tell(done: int, total: int) -> None:
        if done == total:
            say("The demo company has its past.")
        elif done % max(1, total // 10) == 0:
            say(f"The demo company's past is being written: {done * 100 // total} %. Look around meanwhile.")

    return tell


async def fill(settings: Settings, url: str, begins: Mapping[str, Begin], tell: Tell) -> None:
    """Write the history of each company that still waits for one, up to the present moment; `begins` is by app.

    It must be through before a worker looks at the company: every clock of the past is due for a worker. A process
    that dies in between leaves the company at a day of its past; the next goes on from there.
    """
    # what a power cut would lose of a made-up past is written again
    database = Database(url, min_size=1, max_size=5, application_name="closeloop-history", flush=False)
    await database.open()
    try:
        async with database.autocommit() as session:
            companies = await load_companies(session)
        histories = Histories(Files(open_store(settings), settings.file_limit), begins, tell, SystemClock())
        for company in companies:
            clock = FrozenClock(SystemClock().now())
            await histories.write(CompanyRuntime(company, database, clock), clock)
    finally:
        await database.close()


class Histories:
    """Writes what is asked for of companies' pasts, up to the present of `until`."""

    def __init__(self, files: Files, begins: Mapping[str, Begin], tell: Tell, until: Clock) -> None:
        self._files = files
        self._begins = begins
        self._tell = tell
        self._until = until

    async def write(self, runtime: CompanyRuntime, clock: FrozenClock) -> Past | None:
        """Live on from where a company's history stands; None if there is nothing to write.

        If another process is writing it, wait until that is through or has died, and do what is left.
        """
        if await _waiting(runtime) is None:
            return None
        name = runtime.company.schema
        async with runtime.database.autocommit() as session, alone(session, name, WRITING_HISTORY):
            asked = await _waiting(runtime)
            if asked is None:
                return None
            if asked.app not in self._begins:
                _log.warning("no app tells this history", company=runtime.company.key, app=asked.app)
                return None
            return await self._live(runtime, clock, asked)

    async def _live(self, runtime: CompanyRuntime, clock: FrozenClock, asked: _Asked) -> Past:
        began, total = asked.began, asked.total
        clock.move_to(asked.at)
        await runtime.refresh()
        story = self._begins[asked.app](runtime, clock, self._files, began)
        past = story.past
        if asked.at > began:
            await story.take_up()

        async def begin_day() -> None:
            today = clock.now().astimezone(runtime.catalog.zone)
            story.plan(today.date())
            past.at(datetime.combine(today.date() + timedelta(days=1), time(), today.tzinfo), begin_day)
            self._tell((clock.now() - began).days, total)

        await begin_day()
        await past.run(self._until, _keeping(runtime, began))
        clock.move_to(self._until.now())
        await _end(runtime, clock.now())
        self._tell(total, total)
        _log.info("history written", company=runtime.company.key, refused=dict(past.refused))
        return past


async def _waiting(runtime: CompanyRuntime) -> _Asked | None:
    job = runtime.tables.job
    query = sa.select(job.c.params, job.c.created_at, job.c.cursor, job.c.total)
    async with runtime.database.autocommit() as session:
        row = await session.fetch_one(*compile_statement(query.where(*_open(job)), "history to write"))
    if row is None:
        return None
    params, began, cursor, total = row
    return _Asked(params.get("app", ""), began, datetime.fromisoformat(cursor["at"]) if cursor else began, total)


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
