"""Delete what was kept for a while and has had its time: sent deliveries, old notices, ended jobs and sessions.

Records and their events are never touched: they are what the company is about. The audit trail goes only where the
company has said so.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningDelete

from closeloop.base.ids import first_id_at
from closeloop.catalog.retention import AUDIT, DAYS, RETENTION
from closeloop.connect import inbound
from closeloop.db.statement import compile_statement
from closeloop.engine.rules.model import RULES
from closeloop.events.outbox import DEAD, DONE
from closeloop.runtime.company import CompanyRuntime

EVERY = timedelta(hours=1)
AT_ONCE = 1_000
"""Rows of one statement, so that none of them holds locks for long."""

PLACES = timedelta(days=60)
"""How long the places given on a day are kept, which quotas and the watch ask for, what records once waited, and the
marks of scheduled rules, each of which only the run that set it asks for."""

SETTLED = (inbound.DONE, inbound.REFUSED)
"""States of an inbound payload of which nothing more will come."""


class Retention:
    """Looks over each company once an hour; several workers that do so delete nothing twice."""

    def __init__(self) -> None:
        self._looked: dict[str, datetime] = {}

    async def look(self, runtime: CompanyRuntime) -> bool:
        """Delete up to `AT_ONCE` rows of each thing that is over; returns whether there may be more."""
        key, now = runtime.company.key, runtime.clock.now()
        if key in self._looked and now - self._looked[key] < EVERY:
            return False
        days = next(iter(runtime.catalog.all(RETENTION).values()), DAYS)
        async with runtime.database.autocommit() as session:
            over = _over(runtime, days, now)
            found = await session.fetch_many(
                [compile_statement(one, f"retention {what}") for what, one in over.items()]
            )
        more = any(len(one.rows) == AT_ONCE for one in found)
        if not more:
            self._looked[key] = now
        return more


def _over(runtime: CompanyRuntime, days: Mapping[str, int], now: datetime) -> dict[str, ReturningDelete[Any]]:
    """Return the statements that delete what is over, by what it is.

    Ids hold the moment that they were made at, so the age of a row is a range of its primary key or of an index
    that ends with it. What hangs on a row (a job's errors) goes with it a look later, when its own id is gone.
    """

    def before(what: str) -> Any:
        return first_id_at(int((now - timedelta(days=days[what])).timestamp() * 1000))

    tables = runtime.tables
    outbox, job, error, intake, waiting = tables.outbox, tables.job, tables.job_error, tables.intake, tables.waiting
    long_ago = first_id_at(int((now - PLACES).timestamp() * 1000))
    there = sa.select(job.c.id).where(job.c.id == error.c.job).exists()
    conditions: dict[str, tuple[sa.Table, sa.ColumnElement[bool]]] = {
        "answers": (tables.answer, tables.answer.c.at < now - timedelta(days=days["answers"])),
        "deliveries": (outbox, sa.and_(outbox.c.state == DONE, outbox.c.id < before("deliveries"))),
        "dead deliveries": (outbox, sa.and_(outbox.c.state == DEAD, outbox.c.id < before("dead_deliveries"))),
        "notices": (tables.notice, tables.notice.c.id < before("notices")),
        "jobs": (job, sa.and_(job.c.finished_at.is_not(None), job.c.id < before("jobs"))),
        "errors of jobs": (error, sa.and_(error.c.job < before("jobs"), ~there)),
        "payloads": (intake, sa.and_(intake.c.state.in_(SETTLED), intake.c.id < before("payloads"))),
        "sessions": (tables.session, tables.session.c.expires_at <= now),
        "limits that hold nobody": (tables.limit, tables.limit.c.until <= now),
        "waits that are over": (waiting, sa.and_(waiting.c.until.is_not(None), waiting.c.id < long_ago)),
        "places of past days": (tables.daily, tables.daily.c.day < (now - PLACES).date()),
    }
    # a mark of a rule that runs once for a record is what keeps it from running again
    again = [rule.key for rule in runtime.catalog.all(RULES).values() if rule.every is not None and not rule.once]
    if again:
        mark = tables.rule_run
        old = sa.and_(mark.c.at < now - PLACES, mark.c.occurrence.is_not(None), mark.c.rule.in_(again))
        conditions["marks of past runs"] = (mark, old)
    if AUDIT in days:
        conditions["audit trail"] = (tables.audit, tables.audit.c.id < before(AUDIT))
    return {what: _some_of(*one) for what, one in conditions.items()}


def _some_of(table: sa.Table, condition: sa.ColumnElement[bool]) -> ReturningDelete[Any]:
    key = list(table.primary_key.columns)
    some = sa.select(*key).where(condition).limit(AT_ONCE).with_for_update(skip_locked=True)
    return sa.delete(table).where(sa.tuple_(*key).in_(some)).returning(key[0])
