"""Read the log: a record's timeline, newest first, and the last of its decisions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.db.statement import compile_statement
from closeloop.db.system_tables import SystemTables
from closeloop.db.unit_of_work import Session
from closeloop.events.model import ASSIGNED, UNASSIGNED

_COLUMNS = ("id", "at", "type", "record_version", "actor", "actor_kind", "cause", "depth", "changes", "why")


async def timeline(
    session: Session, tables: SystemTables, record: UUID, *, before: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Return events of a record, newest first, those before the event `before` if it is given."""
    event = tables.event
    query = sa.select(*(event.c[name] for name in _COLUMNS)).where(event.c.record == record)
    if before is not None:
        query = query.where(event.c.id < before)
    return await session.fetch_dicts(*compile_statement(query.order_by(event.c.id.desc()).limit(limit), "timeline"))


async def transfers(
    session: Session, tables: SystemTables, record: UUID, *, before: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Return the events by which a record got another owner or none, newest first, those before the event `before`."""
    event = tables.event
    query = sa.select(*(event.c[name] for name in _COLUMNS)).where(
        event.c.record == record, event.c.type.in_([ASSIGNED, UNASSIGNED])
    )
    if before is not None:
        query = query.where(event.c.id < before)
    return await session.fetch_dicts(*compile_statement(query.order_by(event.c.id.desc()).limit(limit), "transfers"))


async def last_decisions(
    session: Session, tables: SystemTables, record: UUID, kinds: Sequence[Sequence[str]]
) -> list[dict[str, Any] | None]:
    """Return for each group of event types the record's last event of one of them that holds a reason."""
    event = tables.event
    calls = [
        compile_statement(
            sa.select(*(event.c[name] for name in _COLUMNS))
            .where(event.c.record == record, event.c.type.in_(list(types)), event.c.why.is_not(None))
            .order_by(event.c.id.desc())
            .limit(1),
            "last decision",
        )
        for types in kinds
    ]
    return [next(iter(result.dicts()), None) for result in await session.fetch_many(calls)]
