"""What a duplicate rule finds for somebody who asks: which records, whose they are, and their titles where seen."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from closeloop.catalog.object_type import Duplicate
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.statement import compile_statement
from closeloop.db.unit_of_work import Session
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
    there = catalog.object(rule.object)
    columns = reader.columns(there)
    same = [there.table.c[rule.column] == normal, there.table.c.deleted_at.is_(None)]
    if rule.when is not None:
        same.append(rule.when.sql(columns, reader.env))
    shown = there
    if rule.to is not None:
        led = there.fields[rule.to].object or ""
        ids = sa.select(there.table.c[rule.to]).select_from(columns.source).where(*same)
        shown = catalog.object(led)
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
    rows = await session.fetch(statement, {**params, **readable.params(statement.names)})
    return [Found(record, shown.name, label, owner, seen) for record, label, owner, seen in rows]
