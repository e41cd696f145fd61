"""Bring what expressions read beyond a record: the records that relations point to, and lists of children.

A row answers for the whole path: `row["customer.city"]`. What the definitions on an object read is known beforehand
and comes with the batch's load, set-based; what nobody could foresee makes the batch start again with it at hand.
"""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any, Protocol, cast
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.org import Org
from closeloop.catalog.fitted import fitted
from closeloop.catalog.model import Field, Lookup
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.catalog.ways import Way, ways_of
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.db.unit_of_work import Session
from closeloop.expr import Env

Target = tuple[str, UUID]
"""(object, id)."""
List = tuple[str, str, UUID]
"""(object of the children, their relation, id of the record that it points to)."""
Frontier = list[tuple[Way, ObjectType, Mapping[str, Any]]]

Values = Iterable[tuple[str, Any]] | Mapping[str, Any]

_OLDEST_FIRST = itemgetter("created_at", "id")


class NotLoaded(Exception):
    """Something beyond a record is asked for that hasn't been read: read it and start again."""

    def __init__(self, what: Target | List) -> None:
        super().__init__(what)
        self.what = what


class RecordRow(dict[str, Any]):
    """The values of a record by column; what lies beyond it by path, looked up when it is asked for."""

    __slots__ = ("_beyond", "_what", "is_new")

    def __init__(self, values: Values, what: ObjectType, beyond: "Beyond", *, is_new: bool) -> None:
        super().__init__(values)
        self._what = what
        self._beyond = beyond
        self.is_new = is_new
        """Whether the batch makes the record, so that no list of it is stored yet."""

    def __missing__(self, path: str) -> Any:
        return self._beyond.value(self._what, self, path)

    def copy(self) -> "RecordRow":
        """Return the record as it is now; lists and related records are those of the moment of asking."""
        return RecordRow(self, self._what, self._beyond, is_new=self.is_new)


class State(Protocol):
    """A record of the batch's own."""

    row: RecordRow


class Beyond:
    """What a batch has read beyond its records, seen through what it has changed itself."""

    def __init__(
        self, catalog: Snapshot, org: Org, env: Env, own: Mapping[Target, State], wanted: Iterable[Target | List]
    ) -> None:
        """`own` are the batch's records, which count for more than what was read."""
        self._catalog = catalog
        self._org = org
        self._env = env
        self._own = own
        self._wanted = set(wanted)
        self._records: dict[Target, RecordRow | None] = {}
        self._lists: dict[List, list[RecordRow]] = {}

    def row(self, what: ObjectType, values: Values, *, is_new: bool = False) -> RecordRow:
        return RecordRow(values, what, self, is_new=is_new)

    def value(self, what: ObjectType, row: RecordRow, path: str) -> Any:
        """Return what a path leads to from a row; raises NotLoaded."""
        head, _, rest = path.partition(".")
        field = what.fields.get(head)
        if field is None:
            raise KeyError(path)
        if not rest:
            return self._computed(what, row, field)
        target = row[head]
        if target is None:
            return None
        if field.kind == "person":
            person = self._org.people.get(target)
            value: Any = None if person is None else getattr(person, rest)
            return list(cast("tuple[Any, ...]", value)) if isinstance(value, tuple) else value
        found = self._record((field.object or "", target))
        return None if found is None else found[rest]

    def _computed(self, what: ObjectType, row: RecordRow, field: Field) -> Any:
        if field.type == "children":
            return self._children(field, row)
        if isinstance(field.computed, Lookup):
            return row[f"{field.computed.via}.{field.computed.field}"]
        formula = what.formulas.get(field.name)
        if formula is None:
            raise KeyError(field.name)
        return fitted(formula.evaluate(row, self._env), field.kind)

    def _record(self, target: Target) -> RecordRow | None:
        own = self._own.get(target)
        if own is not None:
            return None if own.row["deleted_at"] is not None else own.row
        if target not in self._records:
            raise NotLoaded(target)
        return self._records[target]

    def _children(self, field: Field, row: RecordRow) -> list[RecordRow]:
        name, by, parent = field.object or "", field.by or "", row["id"]
        if (name, by, parent) not in self._lists and not row.is_new:
            raise NotLoaded((name, by, parent))
        found = {kid["id"]: kid for kid in self._lists.get((name, by, parent), ())}
        for (object_name, record), state in self._own.items():
            if object_name != name:
                continue
            if state.row[by] == parent and state.row["deleted_at"] is None:
                found[record] = state.row
            else:
                found.pop(record, None)
        return sorted(found.values(), key=_OLDEST_FIRST)

    async def read(self, session: Session, rows: Iterable[tuple[ObjectType, Mapping[str, Any]]]) -> None:
        """Read what the definitions lead to from the rows, one round trip for each step of the longest way."""
        ways = ways_of(self._catalog)
        frontier: Frontier = [(ways[what.name], what, row) for what, row in rows if what.name in ways] if ways else []
        while True:
            asked = self._missing(frontier)
            calls = [(_statement(self._catalog, what, by), {"ids": list(ids)}) for (what, by), ids in asked.items()]
            if calls:
                for ((what, by), ids), result in zip(asked.items(), await session.fetch_many(calls), strict=True):
                    self._take(what, by, ids, result)
            frontier = self._onward(frontier)
            if not frontier:
                return

    def _missing(self, frontier: Frontier) -> Mapping[tuple[ObjectType, str | None], set[UUID]]:
        """Return the ids to ask for, by object, and for lists by the children's relation."""
        asked: dict[tuple[ObjectType, str | None], set[UUID]] = {}

        def ask(name: str, by: str | None, record: Any) -> None:
            known = (name, record) in self._records if by is None else (name, by, record) in self._lists
            if isinstance(record, UUID) and not known:
                asked.setdefault((self._catalog.object(name), by), set()).add(record)

        for one in self._wanted:
            ask(one[0], one[1] if len(one) == 3 else None, one[-1])
        for way, what, row in frontier:
            for name in way.relations:
                target = (what.fields[name].object or "", row.get(name))
                if target not in self._own:
                    ask(target[0], None, target[1])
            for name in way.lists:
                field = what.fields[name]
                ask(field.object or "", field.by, row.get("id"))
        return asked

    def _onward(self, frontier: Frontier) -> Frontier:
        """Return the rows that the reading has come to, each with the way on."""
        beyond: Frontier = []
        for way, what, row in frontier:
            for name, further in way.relations.items():
                target: tuple[str, Any] = (what.fields[name].object or "", row.get(name))
                own = self._own.get(target)
                found = self._records.get(target) if own is None else own.row
                if further and found is not None:
                    beyond.append((further, self._catalog.object(target[0]), found))
            for name, further in way.lists.items():
                field = what.fields[name]
                key: tuple[str, str, Any] = (field.object or "", field.by or "", row.get("id"))
                if further:
                    child = self._catalog.object(key[0])
                    beyond += [(further, child, kid) for kid in self._lists.get(key, ())]
        return beyond

    def _take(self, what: ObjectType, by: str | None, asked: Iterable[UUID], result: Result) -> None:
        """Take what a statement gave; what it didn't give isn't there."""
        rows = [self.row(what, zip(what.columns, values, strict=True)) for values in result.rows]
        if by is None:
            self._records.update({(what.name, one): None for one in asked})
            self._records.update({(what.name, row["id"]): row for row in rows})
            return
        for one in asked:
            self._lists[what.name, by, one] = []
        for row in rows:
            self._lists[what.name, by, row[by]].append(row)


def _statement(catalog: Snapshot, what: ObjectType, by: str | None) -> Statement:
    key = ("beyond", what.name, by)
    found: Statement | None = catalog.statements.get(key)
    if found is None:
        table = what.table
        among = table.c[by or "id"] == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid())))
        query = sa.select(*table.columns).where(among, table.c.deleted_at.is_(None))
        found, _ = compile_statement(query, f"beyond {what.name}")
        catalog.statements[key] = found
    return found
