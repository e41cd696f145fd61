"""Alarms about how records are spread: each at most once a day, to those whom the policies alarm."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from closeloop.db.statement import compile_statement
from closeloop.engine.assign.figures import Spread, spread_of
from closeloop.engine.assign.model import POLICIES
from closeloop.records.notices import Told
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.switch import alarm_calls

EVERY = timedelta(minutes=5)
NAMED = 10
"""People whom an alarm names; of more the rest is counted."""

Alarm = tuple[str, dict[str, Any]]
"""The kind of an alarm, which is its notice's type, and what its text needs."""


class Watcher:
    """One worker's looks at the spread of a company's records; any number of workers give each alarm once a day."""

    def __init__(self, runtime: CompanyRuntime) -> None:
        self._runtime = runtime
        self._next: datetime | None = None

    async def look(self) -> None:
        """Give the alarms that are due. Cost: the reads of one spread an object every five minutes."""
        runtime, now = self._runtime, self._runtime.clock.now()
        if self._next is not None and now < self._next:
            return
        self._next = now + EVERY
        names = {one.object for one in runtime.catalog.all(POLICIES).values() if one.watch is not None}
        for name in sorted(names):
            async with runtime.database.autocommit() as session:
                spread = await spread_of(session, runtime.catalog, runtime.org, now, name)
            found = dict(alarms_of(spread, runtime))
            if found:
                await self._give(name, spread, found)

    async def _give(self, name: str, spread: Spread, found: dict[str, dict[str, Any]]) -> None:
        runtime, alarm = self._runtime, self._runtime.tables.alarm
        rows = [{"object": name, "kind": kind, "day": spread.today} for kind in found]
        note = insert(alarm).values(rows).on_conflict_do_nothing().returning(alarm.c.kind)
        old = sa.delete(alarm).where(alarm.c.object == name, alarm.c.day < spread.today)
        async with runtime.database.transaction() as tx:
            noted, _ = await tx.fetch_many([compile_statement(note, "alarm"), compile_statement(old, "old alarms")])
            told = [Told(kind, "warning", found[kind], name) for (kind,) in noted.rows]
            await tx.commit_with(alarm_calls(runtime, name, told))


def alarms_of(spread: Spread, runtime: CompanyRuntime) -> Iterator[Alarm]:
    """Yield the alarms that a spread gives: what waits, who holds too much, who gets nothing, how a day differs."""
    watch = spread.watch
    if watch.waiting is not None and spread.waiting > watch.waiting:
        yield "watch_waiting", {"count": spread.waiting, "limit": watch.waiting}
    if watch.per_person is not None:
        full = [one for one in spread.shares if one.open > (watch.per_person or 0)]
        if full:
            yield "watch_full", {"people": _names(full, runtime), "limit": watch.per_person}
    idle = [one for one in spread.shares if one.waits]
    if idle:
        yield "watch_idle", {"people": _names(idle, runtime), "days": watch.days}
    swing = spread.swing()
    if watch.swing is not None and swing is not None and abs(swing[1] - swing[2]) > float(watch.swing) * swing[2]:
        yield "watch_swing", {"day": swing[0], "count": swing[1], "mean": round(swing[2], 1)}


def _names(shares: Any, runtime: CompanyRuntime) -> list[str]:
    names = [runtime.org.people[one.person].name for one in shares]
    more = [f"+{len(names) - NAMED}"] if len(names) > NAMED else []
    return names[:NAMED] + more
