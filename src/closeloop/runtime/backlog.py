"""Count what is due and not yet done, over all companies, for whoever watches the installation."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from closeloop.base.figures import WAITING
from closeloop.db.statement import compile_statement
from closeloop.db.system_tables import SystemTables
from closeloop.events.outbox import DEAD
from closeloop.runtime.company import CompanyRuntime

EVERY = timedelta(seconds=15)
_MOST = 10_000
"""Counted so far in each company: an alarm needs no more."""


class Backlog:
    """What waits in each company, as it was when it was last looked at."""

    def __init__(self) -> None:
        self._looked: dict[str, datetime] = {}
        self._waiting: dict[str, dict[str, int]] = {}
        self._told: set[str] = set()
        """What has been told of: it is told to be none once the last company is served no more."""

    async def look(self, runtime: CompanyRuntime) -> None:
        """Count a company's backlog if that is long enough ago: five counts, each over an index of what is due."""
        key, now = runtime.company.key, runtime.clock.now()
        if key in self._looked and now - self._looked[key] < EVERY:
            return
        self._looked[key] = now
        conditions = _conditions(runtime.tables, now)
        async with runtime.database.autocommit() as session:
            found = await session.fetch_many(
                [
                    compile_statement(sa.select(sa.func.count()).select_from(_some(one)), f"waiting {what}")
                    for what, one in conditions.items()
                ]
            )
        self._waiting[key] = {what: result.rows[0][0] for what, result in zip(conditions, found, strict=True)}
        self._tell()

    def forget(self, key: str) -> None:
        """Leave out a company that is served no more."""
        self._waiting.pop(key, None)
        self._looked.pop(key, None)
        self._tell()

    def _tell(self) -> None:
        self._told |= {what for one in self._waiting.values() for what in one}
        for what in self._told:
            WAITING.labels(what).set(sum(one[what] for one in self._waiting.values()))


def _conditions(tables: SystemTables, now: datetime) -> dict[str, sa.ColumnElement[bool]]:
    due = {"clocks": tables.clock.c.next_at, "jobs": tables.job.c.next_at, "deliveries": tables.outbox.c.next_at}
    return {
        **{what: column <= now for what, column in due.items()},
        "intakes": tables.intake.c.retry_at.is_not(None),
        "dead deliveries": tables.outbox.c.state == DEAD,
    }


def _some(condition: sa.ColumnElement[bool]) -> sa.Subquery:
    return sa.select(sa.literal_column("1", sa.Integer)).where(condition).limit(_MOST).subquery()
