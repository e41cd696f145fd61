"""Read the log: a record's timeline, newest first, and the last of its decisions."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.db.statement import compile_statement
from closeloop.db.system_tables import SystemTables
from closeloop.db.unit_of_work import Session
from closeloop.events.messages import TITLES
from closeloop.events.model import ASSIGNED, GIVEN_BACK, KEPT, MOVED, UNASSIGNED

_COLUMNS = ("id", "record", "at", "type", "record_version", "actor", "actor_kind", "cause", "depth", "changes", "why")


KINDS: Mapping[str, Sequence[str]] = {
    "owner": (ASSIGNED, UNASSIGNED, GIVEN_BACK, KEPT),
    "stage": (MOVED,),
    "clock": [name for name in TITLES if name.startswith("clock.")],
}
"""What a timeline can be narrowed to, by the types of its events; `work` are the company's own operations."""
WORK, OTHER = "work", "other"


def of_kind(column: sa.Column[Any], kind: str) -> sa.ColumnElement[bool]:
    """Return the condition on an event's type of what a timeline can be narrowed to."""
    if kind == WORK:
        return column != sa.all_(sa.literal(list(TITLES), sa.ARRAY(sa.Text())))
    if kind == OTHER:
        named = {name for names in KINDS.values() for name in names}
        return column.in_([name for name in TITLES if name not in named])
    return column.in_(KINDS[kind])


async def timeline(
    session: Session, tables: SystemTables, record: UUID, *, before: UUID | None, limit: int, kind: str | None = None
) -> list[dict[str, Any]]:
    """Return events of a record and of those that went into it, newest first, those before the event `before`."""
    event = tables.event
    records = sa.literal([record, *await merged_into(session, tables, record)], sa.ARRAY(sa.Uuid()))
    query = sa.select(*(event.c[name] for name in _COLUMNS)).where(event.c.record == sa.any_(records))
    if kind is not None:
        query = query.where(of_kind(event.c.type, kind))
    if before is not None:
        query = query.where(event.c.id < before)
    return await session.fetch_dicts(*compile_statement(query.order_by(event.c.id.desc()).limit(limit), "timeline"))


async def merged_into(session: Session, tables: SystemTables, record: UUID) -> list[UUID]:
    """Return the records that went into one, and into those: whatever was merged before it was merged itself."""
    merged = tables.merged
    gone = sa.select(merged.c.record).where(merged.c.into == record).cte("gone", recursive=True)
    gone = gone.union(sa.select(merged.c.record).where(merged.c.into == gone.c.record))
    return [row[0] for row in await session.fetch(*compile_statement(sa.select(gone.c.record), "merged into"))]


async def survivor_of(session: Session, tables: SystemTables, record: UUID) -> UUID | None:
    """Return the record that one went into in the end; None if it went into none."""
    merged = tables.merged
    last = sa.select(merged.c.into, sa.literal_column("1", sa.Integer).label("step")).where(merged.c.record == record)
    way = last.cte("way", recursive=True)
    way = way.union_all(sa.select(merged.c.into, way.c.step + 1).where(merged.c.record == way.c["into"]))
    query = sa.select(way.c["into"]).order_by(way.c.step.desc()).limit(1)
    row = await session.fetch_one(*compile_statement(query, "merged away"))
    return None if row is None else row[0]


async def transfers(
    session: Session, tables: SystemTables, record: UUID, *, before: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Return the events by which a record got another owner or none, newest first, those before the event `before`."""
    event = tables.event
    query = sa.select(*(event.c[name] for name in _COLUMNS)).where(
        event.c.record == record, event.c.why.has_key("assignment"), event.c.type != KEPT
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
