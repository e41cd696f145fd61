"""The ways back from a changed record to those whose computed columns read it, and the statements that go them."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from closeloop.catalog.dependencies import Figure
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.statement import Statement, compile_statement
from closeloop.expr import Expression

IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))


@dataclass(frozen=True, slots=True)
class Hop:
    """One step back over a relation: up from children to the records that they belong to, or down to those that point.

    `holder` is the object that has the relation, `target` the one that it points to.
    """

    holder: ObjectType
    relation: str
    target: ObjectType
    up: bool


Hops = tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """Which columns of which records matter, and the way from there to the records that are made of them."""

    start: ObjectType
    inputs: frozenset[str]
    hops: Hops
    """Nothing where a record is made of its own columns."""


def route_of(figure: Figure, parent: ObjectType, child: ObjectType) -> Route:
    """Return the route of a figure: from its children to their parent."""
    return Route(child, figure.inputs, (Hop(child, figure.by, parent, up=True),))


def routes_of(what: ObjectType, formulas: Iterable[Expression], catalog: Snapshot) -> tuple[Route, ...]:
    """Return the routes of an object's formulas: from the record itself and from each place that they lead to."""
    found: dict[Hops, tuple[ObjectType, set[str]]] = {(): (what, {"deleted_at"})}  # a restored record may be stale
    for formula in formulas:
        for path in formula.reads:
            _follow(what, path, (), found, catalog)
    return tuple(Route(start, frozenset(inputs), hops) for hops, (start, inputs) in found.items())


def _follow(
    what: ObjectType, path: str, back: Hops, found: dict[Hops, tuple[ObjectType, set[str]]], catalog: Snapshot
) -> None:
    head, _, rest = path.partition(".")
    field = what.fields[head]
    inputs = found[back][1]
    if field.type == "children":
        beyond, by = catalog.object(field.object or ""), field.by or ""
        way = (Hop(beyond, by, what, up=True), *back)
        found.setdefault(way, (beyond, {by, "deleted_at", "created_at"}))
    else:
        inputs.add(head)
        if not rest:
            return
        beyond = catalog.object(field.object or "")
        way = (Hop(what, head, beyond, up=False), *back)
        found.setdefault(way, (beyond, {"deleted_at"}))
    if rest:
        _follow(beyond, rest, way, found, catalog)


def hop_statement(catalog: Snapshot, hop: Hop) -> Statement:
    """Return the statement that goes one step back from `ids`: living records only, each once."""
    key = ("hop", hop)
    found: Statement | None = catalog.statements.get(key)
    if found is None:
        table = hop.holder.table
        relation = table.c[hop.relation]
        given, wanted = (table.c.id, relation) if hop.up else (relation, table.c.id)
        query = sa.select(wanted).where(given == sa.any_(IDS), table.c.deleted_at.is_(None), wanted.is_not(None))
        found, _ = compile_statement(query.distinct(), f"back over {hop.holder.name}.{hop.relation}")
        catalog.statements[key] = found
    return found


def lock_statement(catalog: Snapshot, what: ObjectType) -> Statement:
    """Return the statement that locks the records `ids` in their order, as whoever changes them does."""
    key = ("lock for figures", what.name)
    found: Statement | None = catalog.statements.get(key)
    if found is None:
        table = what.table
        query = sa.select(table.c.id).where(table.c.id == sa.any_(IDS)).order_by(table.c.id)
        found, _ = compile_statement(query.with_for_update(key_share=True), f"lock {what.name}")
        catalog.statements[key] = found
    return found


def source_lock(catalog: Snapshot, hops: Hops, *, shared: bool) -> Statement:
    """Return the statement that locks what the records `ids` read at the end of a way, hops being the way back from it.

    The last step out, the first one back, is a relation.
    """
    key = ("lock sources", hops, shared)
    found: Statement | None = catalog.statements.get(key)
    if found is None:
        last, *before = hops
        origin = before[-1] if before else last
        here = (origin.target if origin.up else origin.holder).table.alias("s0")
        source: sa.FromClause = here
        begin = here.c.id == sa.any_(IDS)
        for place, hop in enumerate(reversed(before), 1):
            then = (hop.holder if hop.up else hop.target).table.alias(f"s{place}")
            on = then.c[hop.relation] == here.c.id if hop.up else then.c.id == here.c[hop.relation]
            source, here = source.join(then, sa.and_(on, then.c.deleted_at.is_(None))), then
        read = sa.select(here.c[last.relation]).select_from(source).where(begin)
        table = last.target.table
        query = sa.select(table.c.id).where(table.c.id.in_(read)).order_by(table.c.id)
        locked = query.with_for_update(read=shared, key_share=not shared)
        found, _ = compile_statement(locked, f"lock what is read of {last.target.name}")
        catalog.statements[key] = found
    return found
