"""Keep computed columns up with the other records that they are made of: set-based, in the batch's transaction.

After the batch's rows have been written, each record is found whose roll-ups count one of them, or whose formulas lead
to one, now or before. These are locked in the order of ids, with what they are made of, and worked out anew; so two
batches that change what one record is made of come after one another, and the second sees what the first has
committed. Their versions don't move: nobody has edited them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
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
from closeloop.records.batch import Batch
from closeloop.records.columns import Columns
from closeloop.records.routes import (
    IDS,
    Hops,
    Route,
    hop_statement,
    lock_statement,
    route_of,
    routes_of,
    source_lock,
)

Call = tuple[Statement, Params]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """What one statement works out: an object's figures over one list, or its formulas that lead on, of one level."""

    what: ObjectType
    level: int
    figures: tuple[Figure, ...]
    formulas: tuple[str, ...]
    follows: tuple[str, ...]
    """The object's stored formulas that read one of these in the same row, directly or not, in their order."""
    routes: tuple[Route, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """What the statement sets."""
        return (*(figure.field.name for figure in self.figures), *self.formulas, *self.follows)


def groups_of(catalog: Snapshot) -> Sequence[Group]:
    """Return all groups of a company, those of lower levels first."""
    found: Sequence[Group] | None = catalog.statements.get("figures")
    if found is None:
        made = [group for what in catalog.objects.values() for group in _groups(what, catalog)]
        found = catalog.statements["figures"] = sorted(made, key=lambda group: (group.level, group.what.name))
    return found


def _groups(what: ObjectType, catalog: Snapshot) -> Iterator[Group]:
    def key(one: Figure) -> tuple[int, str, str]:
        return one.level, one.child, one.by

    for (level, child, _), members in groupby(sorted(what.figures.values(), key=key), key=key):
        figures = tuple(members)
        routes = {route_of(one, what, catalog.object(child)) for one in figures}
        yield Group(what, level, figures, (), _follows(what, {one.field.name for one in figures}), tuple(routes))
    leading = sorted((what.levels[name], name) for name in what.leading if name in what.stored)
    for level, names in groupby(leading, key=lambda one: one[0]):
        formulas = tuple(name for _, name in names)
        routes = routes_of(what, (what.formulas[name] for name in formulas), catalog)
        yield Group(what, level, (), formulas, _follows(what, set(formulas)), routes)


def _follows(what: ObjectType, reads: set[str]) -> tuple[str, ...]:
    follows: list[str] = []
    for formula, expression in what.formulas.items():
        if formula in what.stored and formula not in what.leading and not expression.paths.isdisjoint(reads):
            reads.add(formula)
            follows.append(formula)
    return tuple(follows)


class Asked:
    """Which records' computed columns a batch is about, as far as they are known, and from where more are found."""

    def __init__(self, catalog: Snapshot) -> None:
        self._groups = groups_of(catalog)
        self.records: dict[Group, set[UUID]] = {}
        self.found_from: dict[tuple[Group, Hops], set[UUID]] = {}

    def __bool__(self) -> bool:
        return bool(self.records or self.found_from)

    def note(
        self, what: ObjectType, row: Mapping[str, Any], changed: Collection[str], was: Mapping[str, Any], *, new: bool
    ) -> None:
        """Note a record that has changed in some columns, which held something else before."""
        for group in self._groups:
            for route in group.routes:
                if route.start is what and (new or not route.inputs.isdisjoint(changed)):
                    self._note(group, route.hops, row, was, new=new)

    def _note(self, group: Group, hops: Hops, row: Mapping[str, Any], was: Mapping[str, Any], *, new: bool) -> None:
        ids: set[UUID] = {row["id"]}
        if hops and hops[0].up:
            ids = {one for one in (row.get(hops[0].relation), was.get(hops[0].relation)) if one is not None}
            hops = hops[1:]
        elif hops and new:
            return  # who points to it has changed as well, in this batch
        if ids:
            self.reach(group, hops, ids)

    def reach(self, group: Group, hops: Hops, ids: set[UUID]) -> None:
        if hops:
            self.found_from.setdefault((group, hops), set()).update(ids)
        else:
            self.records.setdefault(group, set()).update(ids)

    def at(self, level: int) -> list[tuple[Group, Hops, set[UUID]]]:
        """Take what is still to be found for the groups of a level."""
        keys = [key for key in self.found_from if key[0].level == level]
        return [(*key, self.found_from.pop(key)) for key in keys]

    @property
    def next_level(self) -> int | None:
        return min((one.level for one in (*self.records, *(group for group, _ in self.found_from))), default=None)


def asked_of(batch: Batch) -> Asked:
    """Return which records' computed columns the batch's changes are about."""
    asked = Asked(batch.catalog)
    if groups_of(batch.catalog):
        for state in batch.records.values():
            if state.is_new or state.touched:
                asked.note(state.what, state.row, state.touched, state.was, new=state.is_new)
    return asked


async def roll_up(tx: Transaction, batch: Batch, before: Sequence[Call], asked: Asked) -> None:
    """Send the calls that write the rows and then work the rest out, level by level; the batch's rows show it."""
    catalog, calls = batch.catalog, list(before)
    while (level := asked.next_level) is not None:
        while found := asked.at(level):
            count = len(calls)
            for _, hops, ids in found:
                if hops[0].up is False:  # nobody may come to point to them meanwhile without having seen what is new
                    calls.append((lock_statement(catalog, hops[0].target), {"ids": sorted(ids)}))
                    count += 1
            hopped = [(hop_statement(catalog, hops[0]), {"ids": sorted(ids)}) for _, hops, ids in found]
            results = await tx.fetch_many([*calls, *hopped])
            for (group, hops, _), result in zip(found, results[count:], strict=True):
                asked.reach(group, hops[1:], {row[0] for row in result.rows})
            calls = []
        due = [
            (group, sorted(asked.records.pop(group)))
            for group in groups_of(catalog)
            if group.level == level and group in asked.records
        ]
        due = [(group, ids) for group, ids in due if ids]
        if not due:
            continue
        calls += [(lock_statement(catalog, group.what), {"ids": ids}) for group, ids in due]
        calls += [(lock, {"ids": ids}) for group, ids in due for lock in _source_locks(catalog, group)]
        updates = [figures_call(catalog, group, ids) for group, ids in due]
        results = await tx.fetch_many([*calls, *updates])
        for (group, _), result in zip(due, results[len(calls) :], strict=True):
            _receive(batch, group, result, asked)
        calls = []
    if calls:
        await tx.fetch_many(calls)


def _receive(batch: Batch, group: Group, result: Result, asked: Asked) -> None:
    for row in result.dicts():
        state = batch.records.get((group.what.name, row["id"]))
        if state is not None:
            state.row.update({name: row[name] for name in group.columns})
            group.what.complete(state.row, batch.unread)
        asked.note(group.what, row, group.columns, {}, new=False)


def _source_locks(catalog: Snapshot, group: Group) -> Sequence[Statement]:
    """Return the locks of what formulas lead to over relations.

    They keep others from changing it, not from reading it too; unless its own figures come next, for which two that
    hold such a lock would wait for each other.
    """
    key = ("source locks", group)
    found: Sequence[Statement] | None = catalog.statements.get(key)
    if found is None:
        locks: list[Statement] = []
        for route in sorted(group.routes, key=lambda one: len(one.hops)) if group.formulas else ():
            if route.hops and not route.hops[0].up:
                more = any(other.what is route.start and other.level > group.level for other in groups_of(catalog))
                locks.append(source_lock(catalog, route.hops, shared=not more))
        found = catalog.statements[key] = locks
    return found


def figures_call(catalog: Snapshot, group: Group, ids: Sequence[UUID]) -> Call:
    """Return the statement that works a group out for some records; only rows that change are written."""
    key = ("figures", group)
    found: tuple[Statement, Mapping[str, Any]] | None = catalog.statements.get(key)
    if found is None:
        found = catalog.statements[key] = _figures_statement(catalog, group)
    statement, fixed = found
    return statement, {**fixed, "ids": list(ids)}


def _figures_statement(catalog: Snapshot, group: Group) -> tuple[Statement, dict[str, Any]]:
    table = group.what.table
    env = Env(catalog.never, catalog.zone, calendar=catalog.calendar)
    made = (_measured if group.figures else _led_to)(catalog, group, env)
    new: dict[str, Element] = {name: made.c[name] for name in group.columns if name not in group.follows}
    for name in group.follows:
        formula = group.what.formulas[name]
        element = formula.sql(lambda path: new[path] if path in new else table.c[path], env)
        new[name] = fitted_sql(element, group.what.fields[name].kind)
    changed = sa.or_(*(table.c[name].is_distinct_from(element) for name, element in new.items()))
    returned = dict.fromkeys(("id", *group.columns, *_onward(catalog, group)))
    query = (
        sa.update(table)
        .values(new)
        .where(table.c.id == made.c.id, changed)
        .returning(*(table.c[name] for name in returned))
    )
    return compile_statement(query, f"figures of {table.name}")


def _onward(catalog: Snapshot, group: Group) -> list[str]:
    """Return the relations along which what is of a higher level reads these columns."""
    routes = [route for other in groups_of(catalog) if other.level > group.level for route in other.routes]
    reading = [one for one in routes if one.start is group.what and not one.inputs.isdisjoint(group.columns)]
    return sorted({one.hops[0].relation for one in reading if one.hops and one.hops[0].up})


def _measured(catalog: Snapshot, group: Group, env: Env) -> sa.Subquery:
    """Return the figures of the records `ids` over their children."""
    child, by = catalog.object(group.figures[0].child).table, group.figures[0].by
    wanted = sa.func.unnest(IDS).table_valued(sa.column("id", sa.Uuid())).render_derived("wanted")
    return (
        sa.select(wanted.c.id, *(_measure(figure, child, env) for figure in group.figures))
        .select_from(wanted.outerjoin(child, sa.and_(child.c[by] == wanted.c.id, child.c.deleted_at.is_(None))))
        .group_by(wanted.c.id)
        .subquery("measured")
    )


def _led_to(catalog: Snapshot, group: Group, env: Env) -> sa.Subquery:
    """Return the formulas of the records `ids`, read from wherever they lead."""
    here = group.what.table.alias("here")
    columns = Columns(catalog, group.what, env, here)
    made: list[Element] = [
        fitted_sql(group.what.formulas[name].sql(columns, env), group.what.fields[name].kind).label(name)
        for name in group.formulas
    ]
    query = sa.select(here.c.id, *made).select_from(columns.source).where(here.c.id == sa.any_(IDS))
    return query.subquery("measured")


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
