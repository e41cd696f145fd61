"""How the fields and paths of an object become SQL in a read, with the joins that they need."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by, array

from closeloop.catalog.fitted import fitted_sql
from closeloop.catalog.model import Lookup
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.expr import Env, Expression

Guard = Callable[[ObjectType, sa.FromClause], sa.ColumnElement[bool] | None]
"""Gives the condition under which a related record may be seen, by its object and its table; None is always."""


class Columns:
    """The columns of one query; every filter, order, group and measure gets its elements here.

    A path is the name of a field, or relations and a field joined by dots: `customer.city` is the city of the record
    that `customer` points to, empty where there is none or it lies in the trash. Whatever the number of paths, a
    relation is joined once, and so is a person. A lookup is such a path; a formula that isn't stored is written out.
    """

    def __init__(
        self, catalog: Snapshot, what: ObjectType, env: Env, table: sa.FromClause | None = None, mark: str = "j"
    ) -> None:
        """Begin with the object's table, or with `table`, its alias; the names of what is joined begin with `mark`."""
        own = what.table if table is None else table
        self._catalog = catalog
        self._env = env
        self._mark = mark
        self._places: dict[str, tuple[ObjectType, sa.FromClause]] = {"": (what, own)}
        self._people: dict[str, sa.FromClause] = {}
        self._source: sa.FromClause = own
        self._lists = 0
        self._guard: Guard | None = None
        self._root = self

    def guarded(self, guard: Guard) -> "Columns":
        """Return the columns of the same query for somebody's own expression: to it a record out of reach isn't there.

        What lookups and formulas lead to is another matter: they are the field's, whoever sees it.
        """
        what, own = self._places[""]
        columns = Columns(self._catalog, what, self._env, own, f"{self._mark}s")
        columns._guard, columns._root = guard, self
        return columns

    def __call__(self, path: str) -> sa.ColumnElement[Any]:
        """Return the element of a path."""
        way, _, name = path.rpartition(".")
        if way and self._leads_to_person(way):
            return self._of_person(way, name)
        what, table = self._place(way)
        field = what.fields.get(name)
        if field is None or not field.live:
            return table.c[name]
        if self._root is not self:
            value = self._root(path)
            return sa.case((table.c.id.is_not(None), value)) if way else value
        before = f"{way}." if way else ""
        if isinstance(field.computed, Lookup):
            return self(f"{before}{field.computed.via}.{field.computed.field}")
        return fitted_sql(what.formulas[name].sql(_Behind(self, before), self._env), field.kind)

    def children(self, path: str) -> "ChildColumns":
        """Return the list of children at the end of a path."""
        way, _, name = path.rpartition(".")
        what, table = self._place(way)
        field = what.fields[name]
        child = self._catalog.object(field.object or "")
        self._lists += 1
        mark = f"{self._mark}{self._lists}c"
        kid = child.table.alias(mark)
        here = sa.and_(kid.c[field.by or ""] == table.c.id, kid.c.deleted_at.is_(None), *self._seen(child, kid))
        columns = Columns(self._catalog, child, self._env, kid, mark)
        return ChildColumns(columns, kid, here, columns if self._guard is None else columns.guarded(self._guard))

    def leads_to_owned(self, relation: str, condition: Expression) -> sa.ColumnElement[bool]:
        """Return whether a relation leads to a record for whose owner a condition about nothing else holds.

        Those records are found first, by the index on their owner; then the index on the relation finds what leads to
        them.
        """
        target = self._catalog.object(self._places[""][0].fields[relation].object or "").table.alias()
        owned = condition.sql(lambda _: target.c.owner, self._env)
        found = sa.select(target.c.id).where(target.c.deleted_at.is_(None), owned)
        return self(relation) == sa.any_(sa.func.array(found.scalar_subquery()))

    def _seen(self, what: ObjectType, table: sa.FromClause) -> list[sa.ColumnElement[bool]]:
        condition = None if self._guard is None else self._guard(what, table)
        return [] if condition is None else [condition]

    def join(self, table: sa.FromClause, here: sa.ColumnElement[bool]) -> None:
        """Join another table to the query."""
        if self._root is self:
            self._source = self._source.outerjoin(table, here)
        else:
            self._root.join(table, here)

    @property
    def source(self) -> sa.FromClause:
        """The object's table with all that was joined so far; to be asked when the rest of the query is made."""
        return self._source

    @property
    def tables(self) -> list[sa.FromClause]:
        """The object's table and those that were joined, one by one."""
        return [table for _, table in self._places.values()] + list(self._people.values())

    def _leads_to_person(self, way: str) -> bool:
        before, _, name = way.rpartition(".")
        what, _ = self._place(before)
        return what.fields[name].kind == "person"

    def _of_person(self, way: str, name: str) -> sa.ColumnElement[Any]:
        person = self._people.get(way)
        if person is None:
            person = self._catalog.system.person.alias(f"{self._mark}{len(self._people)}p")
            owner = self(way)
            self._people[way] = person
            self.join(person, person.c.id == owner)
        if name == "departments":
            member = self._catalog.system.membership
            return _listed(person, member, member.c.department, sa.not_(member.c.main), member.c.department)
        if name == "roles":
            grant = self._catalog.system.grant
            return _listed(person, grant, grant.c.role, grant.c.role)
        return person.c[name]

    def _place(self, way: str) -> tuple[ObjectType, sa.FromClause]:
        """Return the object and the table that the relations of a way lead to."""
        found = self._places.get(way)
        if found is None:
            before, _, relation = way.rpartition(".")
            what, _ = self._place(before)
            target = self._catalog.object(what.fields[relation].object or "")
            points_to = self(way)
            joined = target.table.alias(f"{self._mark}{len(self._places)}")
            here = sa.and_(joined.c.id == points_to, joined.c.deleted_at.is_(None), *self._seen(target, joined))
            self.join(joined, here)
            found = self._places[way] = (target, joined)
        return found


class _Behind:
    """The columns of a related record, by their paths from there."""

    def __init__(self, columns: Columns, before: str) -> None:
        self._columns = columns
        self._before = before

    def __call__(self, path: str) -> sa.ColumnElement[Any]:
        return self._columns(self._before + path)

    def children(self, path: str) -> "ChildColumns":
        return self._columns.children(self._before + path)


def _listed(
    person: sa.FromClause, of: sa.Table, value: sa.Column[Any], *order: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """Return what a person belongs to as an array, in the order in which the directory has it."""
    nothing = sa.cast(array([]), sa.ARRAY(value.type))
    every = sa.func.coalesce(sa.func.array_agg(aggregate_order_by(value, *order)), nothing)
    listed = sa.select(every).select_from(of).where(of.c.person == person.c.id).correlate_except(of)
    return sa.case((person.c.id.is_not(None), listed.scalar_subquery()))


class ChildColumns:
    """The children of a record in a subquery of their own, by the index on their relation."""

    def __init__(self, columns: Columns, table: sa.FromClause, here: sa.ColumnElement[bool], seen: Columns) -> None:
        """`seen` gives the elements, of the query that `columns` holds together."""
        self._columns = columns
        self._seen = seen
        self._table = table
        self._here = here

    def __call__(self, path: str) -> sa.ColumnElement[Any]:
        return self._seen(path)

    def ask(self, question: sa.ColumnElement[Any], condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
        return self._of(question, condition).scalar_subquery()

    def exists(self, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return self._of(sa.literal_column("1"), condition).exists()

    def newest(self, value: sa.ColumnElement[Any], condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
        newest = self._of(value, condition).order_by(self._table.c.created_at.desc(), self._table.c.id.desc())
        return newest.limit(1).scalar_subquery()

    def _of(self, value: sa.ColumnElement[Any], condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
        asked = sa.select(value).select_from(self._columns.source).where(self._here, condition)
        return asked.correlate_except(*self._columns.tables, *self._seen.tables)
