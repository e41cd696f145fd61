"""How the fields and paths of an object become SQL in a read, with the joins that they need."""

from typing import Any

import sqlalchemy as sa

from closeloop.catalog.fitted import fitted_sql
from closeloop.catalog.model import Lookup
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.expr import Env


class Columns:
    """The columns of one query; every filter, order, group and measure gets its elements here.

    A path is the name of a field, or relations and a field joined by dots: `customer.city` is the city of the record
    that `customer` points to, empty where there is none or it lies in the trash. Whatever the number of paths, a
    relation is joined once. A lookup is such a path; a formula that isn't stored is written out.
    """

    def __init__(self, catalog: Snapshot, what: ObjectType, env: Env) -> None:
        self._catalog = catalog
        self._env = env
        self._places: dict[str, tuple[ObjectType, sa.FromClause]] = {"": (what, what.table)}
        self._source: sa.FromClause = what.table

    def __call__(self, path: str) -> sa.ColumnElement[Any]:
        """Return the element of a path."""
        way, _, name = path.rpartition(".")
        what, table = self._place(way)
        field = what.fields.get(name)
        if field is None or not field.live:
            return table.c[name]
        before = f"{way}." if way else ""
        if isinstance(field.computed, Lookup):
            return self(f"{before}{field.computed.via}.{field.computed.field}")
        element = what.formulas[name].sql(lambda inner: self(before + inner), self._env)
        return fitted_sql(element, field.kind)

    @property
    def source(self) -> sa.FromClause:
        """The object's table with all that was joined so far; to be asked when the rest of the query is made."""
        return self._source

    def _place(self, way: str) -> tuple[ObjectType, sa.FromClause]:
        """Return the object and the table that the relations of a way lead to."""
        found = self._places.get(way)
        if found is None:
            before, _, relation = way.rpartition(".")
            what, table = self._place(before)
            target = self._catalog.object(what.fields[relation].object or "")
            joined = target.table.alias(f"j{len(self._places)}")
            here = sa.and_(joined.c.id == table.c[relation], joined.c.deleted_at.is_(None))
            self._source = self._source.outerjoin(joined, here)
            found = self._places[way] = (target, joined)
        return found
