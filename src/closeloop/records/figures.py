"""Keep roll-ups up with their children: set-based, in the batch's transaction, under the parents' locks.

After the batch's rows have been written, each parent that one of them belongs to, or belonged to, is locked in the
order of ids and worked out anew from all its children; so two batches that change children of one parent come after
one another, and the second sees what the first has committed. A parent's version doesn't move: nobody has edited it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from closeloop.catalog.dependencies import Figure
from closeloop.catalog.fitted import fitted_sql
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.db.unit_of_work import Transaction
from closeloop.expr import Env
from closeloop.expr.numbers import Element
from closeloop.records.batch import Batch, RecordState

Call = tuple[Statement, Params]
_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The figures of one object over one list of children and of one level: one statement works them all out."""

    parent: ObjectType
    child: ObjectType
    by: str
    level: int
    figures: tuple[Figure, ...]
    follows: tuple[str, ...]
    """The parent's stored formulas that read one of the figures, directly or not, in their order."""
    inputs: frozenset[str]
    onward: tuple[str, ...]
    """The parent's relations along which figures of a higher level read these."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What the statement sets."""
        return (*(figure.field.name for figure in self.figures), *self.follows)


def groups_of(catalog: Snapshot) -> Sequence[Group]:
    """Return all groups of a company, those of lower levels first."""
    found: Sequence[Group] | None = catalog.statements.get("figures")
    if found is None:
        found = catalog.statements["figures"] = _groups(catalog)
    return found


def _groups(catalog: Snapshot) -> Sequence[Group]:
    every = [(figure.level, name, figure) for name, what in catalog.objects.items() for figure in what.figures.values()]
    every.sort(key=lambda one: (one[0], one[1], one[2].child, one[2].by, one[2].field.name))
    groups: list[Group] = []
    for (level, name, child, by), members in groupby(every, key=lambda one: (one[0], one[1], one[2].child, one[2].by)):
        parent = catalog.object(name)
        figures = tuple(figure for _, _, figure in members)
        reads = {figure.field.name for figure in figures}
        follows: list[str] = []
        for formula, expression in parent.formulas.items():
            if formula in parent.stored and not expression.paths.isdisjoint(reads):
                reads.add(formula)
                follows.append(formula)
        onward = {figure.by for _, _, figure in every if figure.child == name and not figure.inputs.isdisjoint(reads)}
        inputs = frozenset[str]().union(*(figure.inputs for figure in figures))
        groups.append(
            Group(parent, catalog.object(child), by, level, figures, tuple(follows), inputs, tuple(sorted(onward)))
        )
    return groups


def parents_of(batch: Batch) -> dict[Group, set[UUID]]:
    """Return which parents' figures the batch's changes are about: where a child is, and where it was."""
    asked: dict[Group, set[UUID]] = {}
    for group in groups_of(batch.catalog):
        for state in batch.records.values():
            if state.what.name == group.child.name and (state.is_new or not group.inputs.isdisjoint(state.touched)):
                asked.setdefault(group, set()).update(_parents(state, group.by))
    return {group: ids for group, ids in asked.items() if ids}


def _parents(state: RecordState, by: str) -> Iterable[UUID]:
    return {one for one in (state.row.get(by), state.was.get(by)) if one is not None}


async def roll_up(tx: Transaction, batch: Batch, before: Sequence[Call], asked: dict[Group, set[UUID]]) -> None:
    """Send the calls that write the rows and then work the figures out, level by level; the batch's rows show them."""
    calls = list(before)
    for _, level in groupby(groups_of(batch.catalog), key=lambda group: group.level):
        due = [(group, sorted(asked[group])) for group in level if group in asked]
        if not due:
            continue
        locks = [(_lock(batch.catalog, group.parent), {"ids": ids}) for group, ids in due]
        updates = [figures_call(batch.catalog, group, ids) for group, ids in due]
        results = await tx.fetch_many([*calls, *locks, *updates])
        for (group, _), result in zip(due, results[len(calls) + len(locks) :], strict=True):
            _receive(batch, group, result, asked)
        calls = []


def _receive(batch: Batch, group: Group, result: Result, asked: dict[Group, set[UUID]]) -> None:
    higher = [other for other in groups_of(batch.catalog) if other.level > group.level and other.child is group.parent]
    for row in result.dicts():
        state = batch.records.get((group.parent.name, row["id"]))
        if state is not None:
            state.row.update({name: row[name] for name in group.columns})
            group.parent.complete(state.row, batch.unread)
        for other in higher:
            parent = row.get(other.by)
            if parent is not None and not other.inputs.isdisjoint(group.columns):
                asked.setdefault(other, set()).add(parent)


def _lock(catalog: Snapshot, what: ObjectType) -> Statement:
    key = ("lock for figures", what.name)
    found: Statement | None = catalog.statements.get(key)
    if found is None:
        table = what.table
        query = sa.select(table.c.id).where(table.c.id == sa.any_(_IDS)).order_by(table.c.id)
        found, _ = compile_statement(query.with_for_update(key_share=True), f"lock {what.name}")
        catalog.statements[key] = found
    return found


def figures_call(catalog: Snapshot, group: Group, ids: Sequence[UUID]) -> Call:
    """Return the statement that works a group out for some parents; only rows that change are written."""
    key = ("figures", group)
    found: tuple[Statement, Mapping[str, Any]] | None = catalog.statements.get(key)
    if found is None:
        found = catalog.statements[key] = _figures_statement(catalog, group)
    statement, fixed = found
    return statement, {**fixed, "ids": list(ids)}


def _figures_statement(catalog: Snapshot, group: Group) -> tuple[Statement, dict[str, Any]]:
    parent, child = group.parent.table, group.child.table
    env = Env(catalog.never, catalog.zone, calendar=catalog.calendar)
    wanted = sa.func.unnest(_IDS).table_valued(sa.column("id", sa.Uuid())).render_derived("wanted")
    measured = (
        sa.select(wanted.c.id, *(_measure(figure, child, env) for figure in group.figures))
        .select_from(wanted.outerjoin(child, sa.and_(child.c[group.by] == wanted.c.id, child.c.deleted_at.is_(None))))
        .group_by(wanted.c.id)
        .subquery("measured")
    )
    new: dict[str, Element] = {figure.field.name: measured.c[figure.field.name] for figure in group.figures}
    for name in group.follows:
        formula = group.parent.formulas[name]
        element = formula.sql(lambda path: new[path] if path in new else parent.c[path], env)
        new[name] = fitted_sql(element, group.parent.fields[name].kind)
    changed = sa.or_(*(parent.c[name].is_distinct_from(element) for name, element in new.items()))
    returned = dict.fromkeys(("id", *group.columns, *group.onward))
    query = (
        sa.update(parent)
        .values(new)
        .where(parent.c.id == measured.c.id, changed)
        .returning(*(parent.c[name] for name in returned))
    )
    return compile_statement(query, f"figures of {parent.name}")


def _measure(figure: Figure, child: sa.Table, env: Env) -> Element:
    counted: Element = child.c.id.is_not(None)
    if figure.where is not None:
        counted = sa.and_(counted, figure.where.sql(lambda path: child.c[path], env))
    if figure.of is None:
        measured: Element = sa.func.count(child.c.id).filter(counted)
    else:
        column = child.c[figure.of.name]
        if figure.fn in ("first", "last"):
            order = [child.c.created_at, child.c.id]
            way = [one.desc() for one in order] if figure.fn == "last" else order
            listed = sa.func.array_agg(aggregate_order_by(column, *way), type_=sa.ARRAY(column.type))
            measured = listed.filter(sa.and_(counted, column.is_not(None)))[1]
        else:
            measured = getattr(sa.func, figure.fn)(column).filter(counted)
            if figure.fn == "sum":
                measured = sa.func.coalesce(measured, sa.literal_column("0"))
    return fitted_sql(measured, figure.field.kind).label(figure.field.name)
