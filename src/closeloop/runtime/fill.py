"""Work out columns anew that a release has brought or changed, in the rows from before it, while people go on working.

What is to be done stands in `sys_fill`, written with the release, and each chunk moves it on in its own transaction;
so whoever comes by after a kill goes on where it ended.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from closeloop.base.clock import Clock
from closeloop.base.errors import Conflict
from closeloop.base.ids import new_id
from closeloop.catalog.object_type import ORDER, SEARCH, ObjectType
from closeloop.catalog.recipes import outdated
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Call
from closeloop.db.engine import Database
from closeloop.db.gate import pass_gate
from closeloop.db.statement import compile_statement, insert_rows, patch_rows
from closeloop.db.unit_of_work import Transaction
from closeloop.expr import Env
from closeloop.records.figures import figures_call, groups_of
from closeloop.records.flush import dump
from closeloop.schema.changes import AddColumn
from closeloop.schema.plan import Plan

AT_ONCE = 1000
"""Rows of one transaction: a writer of one of them waits for no more than that."""
_TRIES = 5


def fill_calls(before: Snapshot, after: Snapshot, clock: Clock, plan: Plan) -> list[Call]:
    """Return the statements that note what a release leaves to be worked out; the first one finds no rows.

    So is what a newer kernel keeps beside a record's fields: columns that the plan adds although no definition changed.
    """
    if not before.objects:
        return []
    steps = outdated(before, after)
    noted = {(name, column) for _, name, columns in steps for column in columns}
    steps += [
        (0, change.table, (change.column.name,))
        for change in plan.changes
        if isinstance(change, AddColumn)
        and change.column.name in (ORDER, SEARCH)
        and change.table in before.objects
        and (change.table, change.column.name) not in noted
    ]
    rows = [
        {"id": new_id(clock), "level": level, "object": name, "columns": list(columns), "after": None}
        for level, name, columns in steps
    ]
    return [(insert_rows(after.system.fill, list(rows[0])), [orjson.dumps(rows).decode()])] if rows else []


def forms_calls(catalog: Snapshot, clock: Clock) -> list[Call]:
    """Return the statements that note that normal forms and search tokens are to be made anew, by today's rules."""
    forms = [(0, name, [*what.normed, *what.distinct]) for name, what in catalog.objects.items()]
    tokens = [(what.levels.get(SEARCH, 0), name, [SEARCH]) for name, what in catalog.objects.items() if what.search]
    rows = [
        {"id": new_id(clock), "level": level, "object": name, "columns": columns, "after": None}
        for level, name, columns in (*forms, *tokens)
        if columns
    ]
    return [(insert_rows(catalog.system.fill, list(rows[0])), [orjson.dumps(rows).decode()])] if rows else []


async def fill(database: Database, catalog: Snapshot) -> None:
    """Work out all that is noted, chunk by chunk, until nothing is left or there is a newer release.

    Who publishes that one goes on with it.
    """
    tries = 0
    while True:
        try:
            async with database.transaction() as tx:
                if not await _chunk(tx, catalog):
                    return
            tries = 0
        except Conflict:  # somebody has just taken a value that must be unique
            tries += 1
            if tries == _TRIES:
                raise


async def _chunk(tx: Transaction, catalog: Snapshot) -> bool:
    """Do one chunk of the first step; tell whether there may be more."""
    state, fill_ = catalog.system.state, catalog.system.fill
    first = (
        sa.select(fill_.c.id, fill_.c.object, fill_.c.level, fill_.c.columns, fill_.c.after)
        .order_by(fill_.c.level, fill_.c.object, fill_.c.id)
        .limit(1)
        .with_for_update()
    )
    release = compile_statement(sa.select(state.c.release).where(state.c.id == 1), "release")
    _, present, steps = await tx.fetch_many(
        [pass_gate(catalog.company.schema), release, compile_statement(first, "first fill")]
    )
    if present.rows[0][0] != catalog.release or not steps.rows:
        return False
    step, name, level, columns, after = steps.rows[0]
    what = catalog.objects.get(name)
    ids = [] if what is None else await _some(tx, what, after)
    if what is None or not ids:
        await tx.execute(*compile_statement(sa.delete(fill_).where(fill_.c.id == step), "filled"))
        return True
    await _fill_rows(tx, catalog, what, level, [column for column in columns if column in what.columns], ids)
    moved = sa.update(fill_).where(fill_.c.id == step).values(after=ids[-1])
    await tx.execute(*compile_statement(moved, "fill goes on"))
    return True


async def _some(tx: Transaction, what: ObjectType, after: UUID | None) -> list[UUID]:
    """Lock the next rows by id."""
    table = what.table
    query = sa.select(table.c.id).order_by(table.c.id).limit(AT_ONCE).with_for_update(key_share=True)
    if after is not None:
        query = query.where(table.c.id > after)
    return [row[0] for row in await tx.fetch(*compile_statement(query, f"fill {what.name}"))]


async def _fill_rows(
    tx: Transaction, catalog: Snapshot, what: ObjectType, level: int, columns: Sequence[str], ids: list[UUID]
) -> None:
    table = what.table
    calls: list[Call] = [
        figures_call(catalog, group, ids)
        for group in groups_of(catalog)
        if group.what is what and group.level == level and not set(columns).isdisjoint(group.columns)
    ]
    own = [column for column in columns if column not in what.figures and column not in what.leading]
    wanted = sa.bindparam("ids", ids, ARRAY(sa.Uuid()))
    query = sa.select(*table.columns).where(table.c.id == sa.any_(wanted)).order_by(table.c.id)
    *_, result = await tx.fetch_many([*calls, compile_statement(query, f"fill {what.name}")])
    if not own:
        return
    env = Env(catalog.never, catalog.zone, calendar=catalog.calendar)
    rows = result.dicts()
    made = [what.work_out(row, own, env) for row in rows]
    for column in what.distinct.keys() & set(own):
        await _leave_to_the_first(tx, table, column, rows, made)
    changes = [
        {"id": row["id"], **values}
        for row, values in zip(rows, made, strict=True)
        if any(row[column] != values[column] for column in own)
    ]
    if changes:
        await tx.execute(patch_rows(table, own), [dump(changes)])


async def _leave_to_the_first(
    tx: Transaction, table: sa.Table, column: str, rows: Sequence[Mapping[str, Any]], made: Sequence[dict[str, Any]]
) -> None:
    """Of living records with the same value in a field that has become unique, the first alone is known by it.

    The others keep their value; they can't be given one that is taken, and nobody else can.
    """
    forms = [values[column] for values in made if values[column] is not None]
    ids = [row["id"] for row in rows]
    query = sa.select(table.c[column]).where(
        table.c[column] == sa.any_(sa.literal(forms, ARRAY(sa.Text()))),
        table.c.deleted_at.is_(None),
        table.c.id != sa.all_(sa.literal(ids, ARRAY(sa.Uuid()))),
    )
    taken = {row[0] for row in await tx.fetch(*compile_statement(query, "values taken"))}
    for row, values in zip(rows, made, strict=True):
        if row["deleted_at"] is None and values[column] is not None:
            if values[column] in taken:
                values[column] = None
            else:
                taken.add(values[column])
