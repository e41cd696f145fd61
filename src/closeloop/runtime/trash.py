"""Fields and objects that went: what they were called, how they come back, and when they are gone for good."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.base.clock import Clock
from closeloop.base.errors import NotFound
from closeloop.base.ids import new_id
from closeloop.catalog.model import Company, Definition, Label
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Body, Present
from closeloop.db.connection import Call
from closeloop.db.engine import Database
from closeloop.db.statement import compile_statement, insert_rows
from closeloop.db.system_tables import SystemTables, system_tables
from closeloop.db.unit_of_work import Session, Transaction
from closeloop.schema.apply import lock_schema, make_changes
from closeloop.schema.changes import AdoptColumn, AdoptTable, Change, DropColumn, DropTable, PurgeColumn, PurgeTable
from closeloop.schema.introspect import present_shape
from closeloop.schema.plan import Plan


async def restorable(
    session: Session, tables: SystemTables, before: Snapshot, after: Snapshot
) -> Mapping[tuple[str, str | None], str]:
    """Return which objects and fields that are new come out of the trash, with the name that they have there.

    A field comes back with its values if it is of the type that it was; the one that went last counts.
    """
    wanted: dict[tuple[str, str | None], str | None] = {}
    for name, what in after.objects.items():
        old = before.objects.get(name)
        if old is None:
            wanted[name, None] = None
        wanted.update({(name, f.name): f.type for f in what.stored.values() if old is None or f.name not in old.stored})
    if not wanted:
        return {}
    trash = tables.trash
    query = (
        sa.select(trash.c.object, trash.c.field, trash.c.type, trash.c.name)
        .where(trash.c.object.in_(sorted({name for name, _ in wanted})))
        .order_by(trash.c.at, trash.c.id)
    )
    rows = await session.fetch(*compile_statement(query, "what can be restored"))
    return {
        (name, field): hidden
        for name, field, kind, hidden in rows
        if (name, field) in wanted and wanted[name, field] == kind
    }


async def trash_calls(
    session: Session, tables: SystemTables, plan: Plan, before: Snapshot, clock: Clock, by: UUID | None
) -> list[Call]:
    """Return the statements that note what a plan puts into the trash and what it takes out."""
    trash = tables.trash
    rows: list[dict[str, Any]] = []
    calls: list[Call] = []
    adopted = [change.table for change in plan.changes if isinstance(change, AdoptTable)]
    earlier = await _earlier_fields(session, tables, adopted)
    for change in plan.changes:
        if isinstance(change, DropColumn | DropTable):
            what = before.objects.get(change.table)
            kind: str | None = None
            label: Label = what.label if what and isinstance(change, DropTable) else {}
            if isinstance(change, DropColumn):
                field = what.stored.get(change.column.name) if what else None
                found = earlier.get((change.table, change.column.name))
                kind, label = (field.type, field.label) if field else found or (None, {})
            rows.append(
                {
                    "id": new_id(clock),
                    "object": change.table,
                    "field": change.column.name if isinstance(change, DropColumn) else None,
                    "name": change.trash,
                    "type": kind,
                    "label": dict(label),
                    "at": clock.now(),
                    "by": by,
                }
            )
        elif isinstance(change, AdoptColumn | AdoptTable):
            hidden = change.hidden if isinstance(change, AdoptColumn) else change.trash
            gone = sa.delete(trash).where(trash.c.object == change.table, trash.c.name == hidden)
            calls.append(compile_statement(gone, "out of the trash"))
    if rows:
        calls.append((insert_rows(trash, list(rows[0])), [orjson.dumps(rows).decode()]))
    return calls


async def _earlier_fields(
    session: Session, tables: SystemTables, objects: Sequence[str]
) -> dict[tuple[str, str], tuple[str, Label]]:
    """Return type and label of the fields that objects had before they went themselves, by object and field."""
    if not objects:
        return {}
    definition = tables.definition
    query = (
        sa.select(definition.c.key, definition.c.body)
        .where(definition.c.kind == "object", definition.c.key.in_(objects))
        .order_by(definition.c.version)
    )
    found: dict[tuple[str, str], tuple[str, Label]] = {}
    for name, body in await session.fetch(*compile_statement(query, "fields that were")):
        for field, raw in body["fields"].items():
            label = raw.get("label", field)
            found[name, field] = raw.get("type", "text"), label if isinstance(label, dict) else {"zh-CN": label}
    return found


async def purge(database: Database, company: Company, before: datetime) -> list[str]:
    """Destroy what went into the trash before a moment, with its values; returns the names of what is gone."""
    tables = system_tables(company.schema)
    trash = tables.trash
    async with database.transaction() as tx:
        await lock_schema(tx, company.schema)
        query = sa.select(trash.c.id, trash.c.object, trash.c.field, trash.c.name).where(trash.c.at < before)
        rows = await tx.fetch(*compile_statement(query, "old trash"))
        if not rows:
            return []
        await make_changes(tx, company.schema, await _purges(tx, company, rows))
        await tx.execute(*compile_statement(sa.delete(trash).where(trash.c.at < before), "trash emptied"))
    return [f"{name}.{field}" if field else name for _, name, field, _ in rows]


async def _purges(tx: Transaction, company: Company, rows: list[tuple[Any, ...]]) -> list[Change]:
    """Return the changes; a column may be gone with its table, or lie in a table that is in the trash itself."""
    there = await present_shape(tx, company.schema)
    gone = {hidden for _, _, field, hidden in rows if field is None}
    every = {**there.tables, **there.hidden}
    changes: list[Change] = [PurgeTable(name) for name in sorted(gone) if name in there.hidden]
    for _, name, field, hidden in rows:
        if field is None:
            continue
        changes += [
            PurgeColumn(table.name, hidden)
            for table in every.values()
            if table.name not in gone and _was(table.name) == name and hidden in table.hidden
        ]
    return changes


def _was(table: str) -> str:
    """Return the name that a table had before it went into the trash."""
    head, _, rest = table.partition("_")
    return rest if head.startswith("trash") and head[5:].isdigit() else table


async def restored(
    session: Session, tables: SystemTables, present: Present, object_name: str, field: str | None
) -> Definition | Body:
    """Return the object as it was when it went, or as it is with the field as that was when it went."""
    trash, definition = tables.trash, tables.definition
    asked = object_name if field is None else f"{object_name}.{field}"
    is_there = trash.c.field.is_(None) if field is None else trash.c.field == field
    query = sa.select(trash.c.id).where(trash.c.object == object_name, is_there).limit(1)
    if not await session.fetch(*compile_statement(query, "in the trash")):
        raise NotFound("not_in_trash", name=asked)
    newest = (
        sa.select(definition.c.id, definition.c.kind, definition.c.key, definition.c.version, definition.c.body)
        .where(definition.c.kind == "object", definition.c.key == object_name)
        .order_by(definition.c.version.desc())
        .limit(1)
    )
    if field is not None:
        newest = newest.where(definition.c.body["fields"][field].is_not(None))
    row = await session.fetch_one(*compile_statement(newest, "what went into the trash"))
    here: Any = present.by_place.get(("object", object_name))
    if row is None or (field is not None and here is None):
        raise NotFound("not_in_trash", name=asked)
    earlier = Definition(*row)
    if field is None:
        return earlier
    fields: Any = earlier.body["fields"]
    return Body("object", object_name, {**here.body, "fields": {**here.body["fields"], field: fields[field]}})
