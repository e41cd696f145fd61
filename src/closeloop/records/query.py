"""The only read path: filter, order and page of an object's records, always under the reader's predicate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.decide import Actor, Predicate
from closeloop.access.sight import Sight, sight_of
from closeloop.base.errors import FieldError, Invalid, NotFound
from closeloop.catalog.field_types import has_column
from closeloop.catalog.model import View
from closeloop.catalog.object_type import SEARCH
from closeloop.catalog.search import asked, runs
from closeloop.catalog.snapshot import VIEWS, ObjectType, Snapshot
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.db.unit_of_work import Row, Session
from closeloop.expr import Env, ExpressionError, Value
from closeloop.records.aggregate import Aggregate, Group, condition_of, group_columns, measure
from closeloop.records.columns import Columns
from closeloop.records.load import titles_query
from closeloop.records.paging import Key, behind, decode, encode, ordering, shape, sort_keys
from closeloop.records.within import within

MOST = 500
EXACT = 10_000
"""Counts and numbered pages go no further: beyond it a total says "at least"."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a list. `cursor` goes on where a page ended; `page` counts from 1."""

    object: str
    filter: str | None = None
    sort: str | None = None
    q: str | None = None
    limit: int = 50
    cursor: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows; `next_cursor` is None at the end."""

    rows: list[dict[str, Any]]
    next_cursor: str | None


def views_seen(catalog: Snapshot, sight: Sight) -> tuple[View, ...]:
    """Return the object's views with the columns that one sees; one that rests on a hidden field isn't offered."""
    views = catalog.on(VIEWS, sight.what.name)
    if not sight.hidden:
        return views
    seen: list[View] = []
    for view in views:
        try:
            if view.filter:
                sight.filter(view.filter)
            if view.sort:
                sort_keys(sight, view.sort)
        except (ExpressionError, Invalid):
            continue
        seen.append(replace(view, columns=tuple(name for name in view.columns if name in sight.fields)))
    return tuple(seen)


class Reader:
    """Reads one company's records for one actor at one moment."""

    def __init__(self, catalog: Snapshot, actor: Actor, env: Env) -> None:
        self._catalog = catalog
        self._actor = actor
        self._env = env
        self._guards: list[Predicate] = []

    def _guard(self, what: ObjectType, table: sa.FromClause) -> sa.ColumnElement[bool] | None:
        """Return the condition under which the actor may read a record that its own filter leads to."""
        reach = self._actor.reach(what.name, "read")
        if reach.scope == "all":
            return None
        columns = Columns(self._catalog, what, self._env, mark=f"r{len(self._guards)}")
        predicate = within(what, self._actor, "read", self._env, columns, f"reach{len(self._guards)}")
        self._guards.append(predicate)
        readable = sa.select(what.table.c.id).where(predicate.element)
        return table.c.id.in_(readable.select_from(columns.source).correlate(None))

    @property
    def env(self) -> Env:
        """What expressions know about the moment and the one who reads."""
        return self._env

    def _visible(
        self, what: ObjectType, columns: Columns, filter_: str | None, q: str | None = None
    ) -> list[sa.ColumnElement[bool]]:
        """Return the conditions of every read: alive, readable, and what was asked for."""
        conditions = [what.table.c.deleted_at.is_(None), self.within(what, columns).element]
        if filter_:
            conditions.append(self.condition(what, columns, filter_))
        if q:
            conditions += _found(self.sight(what), q)
        return conditions

    def condition(self, what: ObjectType, columns: Columns, filter_: str) -> sa.ColumnElement[bool]:
        """Return the actor's own condition, for a query that `compile` makes a statement of.

        To it a related record that the actor may not read isn't there.
        """
        return self.sight(what).filter(filter_).sql(columns.guarded(self._guard), self._env)

    def compile(self, what: ObjectType, query: sa.Select[Any], name: str) -> tuple[Statement, Params]:
        """Return a query over an object's readable records with the values that the actor's conditions need."""
        statement, params = compile_statement(query, name)
        for guard in self._guards:
            params = {**params, **guard.params(statement.names)}
        return statement, {**params, **self.within(what).params(statement.names)}

    def titles_call(self, object_name: str, records: Sequence[UUID]) -> tuple[Statement, Params] | None:
        """Return the query of (id, title) of readable records; None where the actor doesn't see the title."""
        what = self._catalog.object(object_name)
        if what.title not in self.sight(what).fields:
            return None
        columns = self.columns(what)
        return titles_query(self._catalog, columns, self.within(what, columns), records)

    def files_call(self, files: Sequence[UUID]) -> tuple[Statement, Params]:
        """Return the query of (id, name, type, size) of files that readable records hold."""
        statement = self._catalog.statements.get("names of files")
        if statement is None:
            file = self._catalog.system.file
            wanted = file.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid())))
            query = sa.select(file.c.id, file.c.name, file.c.type, file.c.size).where(wanted)
            statement, _ = compile_statement(query, "names of files")
            self._catalog.statements["names of files"] = statement
        return statement, {"ids": list(files)}

    def columns(self, what: ObjectType) -> Columns:
        """Return the columns for one query of the object."""
        return Columns(self._catalog, what, self._env)

    def within(self, what: ObjectType, columns: Columns | None = None, prefix: str = "access") -> Predicate:
        """Return the condition under which the actor may read a record; `columns` are those of its query.

        A query that names several objects gives the parameters of each a `prefix` of its own.
        """
        return within(what, self._actor, "read", self._env, columns or self.columns(what), prefix)

    def sight(self, what: ObjectType) -> Sight:
        """Return the object as the actor sees it."""
        return sight_of(self._catalog, what, self._actor)

    def require_readable(self, object_name: str) -> ObjectType:
        """Return the object; one of which the actor may read nothing at all is not there."""
        what = self._catalog.object(object_name)
        if not self._actor.reach(what.name, "read"):
            raise NotFound("unknown_object", name=object_name)
        return what

    async def page(self, session: Session, query: Query) -> Page:
        """Return a page. Cost: one indexed statement; a cursor's page costs the same however deep it lies."""
        what = self.require_readable(query.object)
        keys = sort_keys(self.sight(what), query.sort)
        if query.page is not None and (query.page < 1 or (query.page - 1) * query.limit >= EXACT):
            raise Invalid(errors=[FieldError("page", "out_of_range", {"min": 1, "max": EXACT // query.limit})])
        result = (await session.fetch_many([self._list_call(what, query, keys)]))[0]
        return self._page(what, result.rows, query.limit, keys)

    def _page(self, what: ObjectType, found: Sequence[Row], limit: int, keys: Sequence[Key]) -> Page:
        rows = [self._row(self.sight(what), row) for row in found[:limit]]
        return Page(rows, encode(keys, rows[-1]) if len(found) > limit else None)

    async def search(self, session: Session, objects: Sequence[ObjectType], q: str, limit: int) -> list[Page]:
        """Return for each of the objects, which one must be able to read, the first page of a list searched by `q`.

        Cost: an indexed statement an object, all in one round trip.
        """
        keys = [sort_keys(self.sight(what), None) for what in objects]
        calls = [
            self._list_call(what, Query(what.name, q=q, limit=limit), order)
            for what, order in zip(objects, keys, strict=True)
        ]
        results = await session.fetch_many(calls) if calls else []
        return [
            self._page(what, result.rows, limit, order)
            for what, result, order in zip(objects, results, keys, strict=True)
        ]

    def _list_call(self, what: ObjectType, query: Query, keys: Sequence[Key]) -> tuple[Statement, Params]:
        """Return the list's statement; that of a whole object's pages, the commonest, is compiled once a release."""
        page = 1 if query.cursor else query.page or 1  # a cursor says by itself where the page begins
        window = {"most": query.limit + 1, "skipped": (page - 1) * query.limit}
        readable, read = self.within(what), self.sight(what).read
        plain = not (query.filter or query.q or query.cursor or any(k.field.live for k in keys)) and len(keys) <= 2
        plain = plain and what.by_sql.isdisjoint(read)
        key = ("list", what.name, readable.key, read, shape(keys))
        known: tuple[Statement, Mapping[str, Any]] | None = self._catalog.statements.get(key) if plain else None
        if known is not None:
            return known[0], {**known[1], **window, **readable.params(known[0].names)}
        columns = self.columns(what)
        select = (
            sa.select(*map(columns, read))
            .where(*self._visible(what, columns, query.filter, query.q))
            .order_by(*ordering(columns, keys))
            .limit(sa.bindparam("most", window["most"], sa.BigInteger()))
            .offset(sa.bindparam("skipped", window["skipped"], sa.BigInteger()))
        )
        if query.cursor is not None:
            select = select.where(behind(columns, keys, decode(query.cursor, keys)))
        statement, params = self.compile(what, select.select_from(columns.source), f"list {what.name}")
        if plain:
            self._catalog.statements[key] = statement, params
        return statement, params

    async def counts(
        self, session: Session, object_name: str, filters: Sequence[str | None], q: str | None = None
    ) -> list[tuple[int, str]]:
        """Return for each filter how many records there are, and whether that is "exact" or "at_least"."""
        what = self.require_readable(object_name)
        calls: list[tuple[Statement, Params]] = []
        for filter_ in filters:
            columns = self.columns(what)
            visible = sa.select(what.table.c.id).where(*self._visible(what, columns, filter_, q))
            some = visible.select_from(columns.source).limit(EXACT + 1).subquery()
            calls.append(self.compile(what, sa.select(sa.func.count()).select_from(some), f"count {what.name}"))
        found = [result.rows[0][0] for result in await session.fetch_many(calls)] if calls else []
        return [(min(n, EXACT), "exact" if n <= EXACT else "at_least") for n in found]

    async def one(self, session: Session, object_name: str, record: UUID) -> tuple[ObjectType, dict[str, Any]]:
        """Return a record that the actor may read; raises NotFound for any other."""
        what = self.require_readable(object_name)
        found = await self.some(session, what, [record])
        if not found:
            raise NotFound
        return what, found[0]

    async def whole(self, session: Session, object_name: str, record: UUID) -> dict[str, Any]:
        """Return a readable record with its hidden fields too, for what a definition works out of them."""
        found = await self.wholes(session, self.require_readable(object_name), [record])
        if not found:
            raise NotFound
        return found[0]

    async def wholes(self, session: Session, what: ObjectType, records: Sequence[UUID]) -> list[dict[str, Any]]:
        """Return those of the records that the actor may read, each with its hidden fields too; see `whole`."""
        names = tuple(dict.fromkeys((*what.columns, *what.lookups, *what.inputs_of(what.formulas))))
        rows = [
            dict(zip(names, values, strict=True))
            for values in await session.fetch(*self._some_call(what, names, records))
        ]
        for row in rows:
            what.complete(row, self._env)
        return rows

    async def some(self, session: Session, what: ObjectType, records: Sequence[UUID]) -> list[dict[str, Any]]:
        """Return those of the records that the actor may read, each with the fields that it sees."""
        sight = self.sight(what)
        rows = await session.fetch(*self._some_call(what, sight.read, records))
        return [self._row(sight, row) for row in rows]

    def _row(self, sight: Sight, values: Sequence[Any]) -> dict[str, Any]:
        """Return a row by name with what is computed when it is read, and without what was read for that only."""
        row = dict(zip(sight.read, values, strict=True))
        if sight.what.formulas:
            sight.what.complete(row, self._env)
        return {name: row[name] for name in row if name in sight.fields} if sight.hidden else row

    async def ids_by(
        self, session: Session, what: ObjectType, name: str, values: Sequence[Value]
    ) -> list[tuple[Value, UUID]]:
        """Return which of the records that the actor may read have which of the values in a field, all at once.

        Where the object compares the field's normal forms, the values must be such. Cost: one statement, which an
        index serves if the field has one.
        """
        field = self.sight(what).fields.get(name)
        if field is None or not has_column(field):
            raise Invalid(errors=[FieldError(name, "unknown_field", {"name": name})])
        readable = self.within(what)
        key = ("ids by", what.name, readable.key, name)
        statement = self._catalog.statements.get(key)
        if statement is None:
            columns = Columns(self._catalog, what, self._env)
            norm = f"sys_norm_{name}"
            column = what.table.c[norm if norm in what.normed else name]
            wanted = sa.bindparam("wanted", type_=sa.ARRAY(column.type))
            conditions = self._visible(what, columns, None)
            query = sa.select(column, what.table.c.id).where(column == sa.any_(wanted), *conditions)
            ordered = query.select_from(columns.source).order_by(what.table.c.id)
            statement, _ = compile_statement(ordered, f"{what.name} by {name}")
            self._catalog.statements[key] = statement
        params = {"wanted": list(values), **readable.params(statement.names)}
        return [(value, record) for value, record in await session.fetch(statement, params)]

    async def readable(self, session: Session, what: ObjectType, records: Sequence[UUID]) -> list[UUID]:
        """Return the ids of those of the records that the actor may read."""
        return [row[0] for row in await session.fetch(*self._some_call(what, ("id",), records))]

    def _some_call(
        self, what: ObjectType, shown: tuple[str, ...], records: Sequence[UUID]
    ) -> tuple[Statement, dict[str, Any]]:
        """Return the query of columns of those of the records that the actor may read."""
        readable = self.within(what)
        key = ("read", what.name, readable.key, shown)
        known: tuple[Statement, Mapping[str, Any]] | None = self._catalog.statements.get(key)
        if known is None:
            table = what.table
            ids = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
            columns = self.columns(what)
            visible = self._visible(what, columns, None)
            query = sa.select(*map(columns, shown)).where(table.c.id == sa.any_(ids), *visible)
            known = compile_statement(query.select_from(columns.source), f"read {what.name}")
            if what.by_sql.isdisjoint(shown):
                self._catalog.statements[key] = known
        statement, fixed = known
        return statement, {**fixed, "ids": list(records), **readable.params(statement.names)}

    async def aggregate(self, session: Session, asked: Aggregate) -> tuple[Sequence[Group], bool]:
        """Return the groups of a page, the largest first, each with its values, and whether there are more.

        Cost: one statement over the records that the actor may read and the filter leaves.
        """
        what = self.require_readable(asked.object)
        sight, columns = self.sight(what), self.columns(what)
        if asked.page < 1 or (asked.page - 1) * asked.limit >= EXACT:
            raise Invalid(errors=[FieldError("page", "out_of_range", {"min": 1, "max": EXACT // asked.limit})])
        by, shown = group_columns(sight, columns, asked)
        values = [measure(sight, columns, i, one) for i, one in enumerate(asked.measures)]
        visible = self._visible(what, columns, asked.filter, asked.q)
        # by place: an expression written twice would have two sets of parameters
        places: list[sa.ColumnElement[Any]] = [sa.literal_column(str(i + 1)) for i in range(len(by))]
        query = (
            sa.select(*by, *shown, *values)
            .select_from(columns.source)
            .where(*visible)
            .group_by(*places)
            .order_by(sa.func.count().desc(), *places)
            .limit(asked.limit + 1)
            .offset((asked.page - 1) * asked.limit)
        )
        if asked.having:
            query = query.having(condition_of(asked, values, self._env))
        result = (await session.fetch_many([self.compile(what, query, f"aggregate {what.name}")]))[0]
        first, width = len(by), len(by) + len(shown)
        keys = first if shown else 0
        groups: list[Group] = [(row[keys:width], row[width:]) for row in result.rows[: asked.limit]]
        return groups, len(result.rows) > asked.limit


def _found(sight: Sight, words: str) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a search; words that ask for nothing find nothing, as does an object without search.

    The tokens of a record are those of all its searched fields. To whom one of them is hidden, a word must stand as
    it is in one of the others too, or finding would tell what the hidden one holds.
    """
    what, wanted = sight.what, asked(words)
    if not what.search or not wanted:
        return [sa.false()]
    column = what.table.c[SEARCH]
    found = [sa.or_(*(column.contains(sa.literal(way, sa.ARRAY(sa.Text()))) for way in ways)) for ways in wanted]
    if sight.hidden.isdisjoint(what.search):
        return found
    seen = [what.table.c[name] for name in what.search if name not in sight.hidden]
    return [*found, *(sa.or_(sa.false(), *(c.icontains(run, autoescape=True) for c in seen)) for run in runs(words))]
