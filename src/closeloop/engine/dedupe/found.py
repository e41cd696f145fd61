"""What a duplicate rule finds for somebody who asks: which records, whose they are, and their titles where seen."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from closeloop.catalog.object_type import Duplicate
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.db.unit_of_work import Row, Session
from closeloop.records.query import Reader


@dataclass(frozen=True, slots=True)
class Found:
    """A living record that counts as the same; `label` is its title, if the reader may see both."""

    record: UUID
    object: str
    label: str | None
    owner: UUID | None
    readable: bool


async def found_by(
    session: Session, catalog: Snapshot, reader: Reader, rule: Duplicate, normal: str, most: int
) -> list[Found]:
    """Return what a rule finds under a normal form, the oldest first, at most `most`: one indexed statement."""
    rows = await session.fetch(*found_call(catalog, reader, rule, normal, most))
    return [as_found(rule, catalog, row) for row in rows]


def as_found(rule: Duplicate, catalog: Snapshot, row: Row) -> Found:
    """Read a row of `found_call`."""
    record, label, owner, seen = row
    return Found(record, _shown(rule, catalog).name, label, owner, seen)


def _shown(rule: Duplicate, catalog: Snapshot) -> ObjectType:
    """Return the object whose records a rule leads to."""
    there = catalog.object(rule.object)
    return there if rule.to is None else catalog.object(there.fields[rule.to].object or "")


def found_call(catalog: Snapshot, reader: Reader, rule: Duplicate, normal: str, most: int) -> tuple[Statement, Params]:
    """Return the statement of `found_by`, for whoever asks several rules in one round trip."""
    there = catalog.object(rule.object)
    columns = reader.columns(there)
    same = [there.table.c[rule.column] == normal, there.table.c.deleted_at.is_(None)]
    if rule.when is not None:
        same.append(rule.when.sql(columns, reader.env))
    shown = _shown(rule, catalog)
    if rule.to is not None:
        ids = sa.select(there.table.c[rule.to]).select_from(columns.source).where(*same)
        columns = reader.columns(shown)
        same = [shown.table.c.id.in_(ids), shown.table.c.deleted_at.is_(None)]
    readable = reader.within(shown, columns)
    title = columns(shown.title) if shown.title in reader.sight(shown).fields else sa.null()
    query = (
        sa.select(
            shown.table.c.id,
            sa.case((readable.element, title), else_=sa.null()),
            shown.table.c.owner,
            sa.func.coalesce(readable.element, sa.false()),
        )
        .select_from(columns.source)
        .where(*same)
        .order_by(shown.table.c.id)
        .limit(most)
    )
    statement, params = compile_statement(query, f"duplicates of {shown.name}")
    return statement, {**params, **readable.params(statement.names)}
