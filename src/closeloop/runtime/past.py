"""A company at a moment that moves: acts of people in the order of their time, and the worker's sweeps in between."""

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from closeloop.access.org import Person
from closeloop.base.clock import Clock, FrozenClock
from closeloop.base.errors import CloseloopError
from closeloop.connect.channels import CHANNELS
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.records.batch import Row
from closeloop.records.commands import Command, Submission
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.dealing import Dealer
from closeloop.runtime.files import Files
from closeloop.runtime.intake import take_in
from closeloop.runtime.worker import fire_due, sweep

TICK = 120
"""Seconds: what happens within two minutes shares a transaction, as in a company that is busy."""

FIRST_HOUR, LAST_HOUR = 8, 21
"""From when to when rules run every hour, whatever their own interval: a look costs as much as a batch."""

Call = tuple[Statement, Params]
Act = Callable[[Row | None], Awaitable[None]]
Errand = Callable[[], Awaitable[None]]

_log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class _Planned:
    """An act and the record that it is about, read anew at its moment: others may have had it meanwhile."""

    act: Act
    object: str | None
    record: UUID | None


class Past:
    """What the acts of a history stand in: they change things through the write path only, at the clock's moment."""

    def __init__(self, runtime: CompanyRuntime, clock: FrozenClock, files: Files) -> None:
        self.runtime = runtime
        self.clock = clock
        self.files = files
        self.refused: Counter[str] = Counter()
        self._planned: list[tuple[datetime, int, _Planned]] = []
        self._numbers = itertools.count()
        self._dealer = Dealer(runtime)
        self._sweep_at = clock.now()

    def now(self) -> datetime:
        return self.clock.now()

    def at(self, moment: datetime, act: Errand) -> None:
        """Plan something at a moment."""

        async def run(_: Row | None) -> None:
            await act()

        self._plan(moment, _Planned(run, None, None))

    def visit(self, moment: datetime, what: str, record: UUID, act: Act) -> None:
        """Plan something about a record, which is read when the moment has come."""
        self._plan(moment, _Planned(act, what, record))

    def _plan(self, moment: datetime, planned: _Planned) -> None:
        heapq.heappush(self._planned, (max(moment, self.now()), next(self._numbers), planned))

    async def post(self, channel: str, payload: Mapping[str, Any], key: str) -> UUID | None:
        """Let the public intake take a payload in; returns the record that it became or joined, None if refused."""
        try:
            receipt = await take_in(self.runtime, self.runtime.catalog.all(CHANNELS)[channel], payload, key)
        except CloseloopError as error:
            self._note(error, "intake")
            return None
        return receipt.record

    async def submit(self, person: Person, command: Command) -> Row | None:
        """Let a person ask for something, under their own rights; returns the record after it, None if refused."""
        outcome = await self.runtime.batcher.submit(Submission(command, self.runtime.actor_of(person)))
        if outcome.error is not None:
            self._note(outcome.error, getattr(command, "operation", type(command).__name__))
            return None
        return outcome.row

    def _note(self, error: Exception, doing: str) -> None:
        if not isinstance(error, CloseloopError):
            raise error
        self.refused[f"{doing}: {error.code}"] += 1
        _log.debug("refused", doing=doing, code=error.code, errors=[str(one) for one in error.errors])

    async def rows(self, query: sa.Select[*tuple[Any, ...]]) -> list[Row]:
        async with self.runtime.database.autocommit() as session:
            return await session.fetch_dicts(*compile_statement(query, "records of a past"))

    async def run(self, until: Clock, keep: Callable[[datetime], Call]) -> None:
        """Let time pass up to another clock's present, which goes on meanwhile.

        `keep` writes how far it has come; a statement that finds no row any more ends the course.
        """
        while True:
            due, wanted = await self._due(keep(self.now()))
            if not wanted:
                return
            moment = self._next(due)
            if moment > until.now():
                return
            self.clock.move_to(moment)
            if due is not None and due <= moment:
                await fire_due(self.runtime, self.clock)
            if moment >= self._sweep_at:
                await sweep(self.runtime, self.clock)
                await self._dealer.look()
                self._sweep_at = self._after(moment)
            await self._act()

    async def _due(self, keep: Call) -> tuple[datetime | None, bool]:
        """Return when the next clock is due, and whether the place could be kept."""
        clock = self.runtime.tables.clock
        first = sa.select(sa.func.min(clock.c.next_at)).where(clock.c.next_at.is_not(None))
        async with self.runtime.database.autocommit() as session:
            due, kept = await session.fetch_many([compile_statement(first, "next clock"), keep])
        return due.rows[0][0], kept.count == 1

    def _next(self, due: datetime | None) -> datetime:
        """Return when something happens next: an act, a clock that is due, or the hour's sweep; whole ticks apart."""
        planned = self._planned[0][0] if self._planned else self._sweep_at
        first = min(planned, self._sweep_at, due or self._sweep_at)
        ticks = max(-(-int(first.timestamp()) // TICK), int(self.now().timestamp()) // TICK + 1)
        return datetime.fromtimestamp(ticks * TICK, UTC)

    def _after(self, moment: datetime) -> datetime:
        """Return when rules run next: every hour of the day, at night once, as nobody works them then."""
        local = moment.astimezone(self.runtime.catalog.zone).replace(minute=0, second=20, microsecond=0)
        hours = 1 if FIRST_HOUR <= local.hour + 1 <= LAST_HOUR else (FIRST_HOUR - local.hour) % 24
        return (local + timedelta(hours=hours)).astimezone(UTC)

    async def _act(self) -> None:
        due: list[_Planned] = []
        while self._planned and self._planned[0][0] <= self.now():
            due.append(heapq.heappop(self._planned)[2])
        found = await self._read(due)
        await asyncio.gather(*(one.act(found.get(one.record) if one.record else None) for one in due))

    async def _read(self, due: Sequence[_Planned]) -> dict[UUID, Row]:
        found: dict[UUID, Row] = {}
        for name in sorted({one.object for one in due if one.object}):
            table = self.runtime.catalog.object(name).table
            ids = [one.record for one in due if one.object == name and one.record]
            query = sa.select(*table.columns).where(table.c.id.in_(ids), table.c.deleted_at.is_(None))
            found |= {row["id"]: row for row in await self.rows(query)}
        return found
