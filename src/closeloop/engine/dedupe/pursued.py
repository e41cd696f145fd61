"""Customers that several people pursue: open records that count as the same, or lead to the same one, by owner."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.decide import Actor, Predicate
from closeloop.access.sight import sight_of
from closeloop.catalog.model import Label
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.db.unit_of_work import Row, Session
from closeloop.events.log import WORK, of_kind
from closeloop.events.model import KEPT
from closeloop.records.columns import Columns
from closeloop.records.query import Reader

MOST_SHOWN = 20
"""Records of one group in an answer."""
_CACHED = ("dedupe", "pursued")


@dataclass(frozen=True, slots=True)
class Place:
    """Where records of an object say whose they are of: a column, and the field that one must see to know of it."""

    object: str
    column: str
    field: str


@dataclass(frozen=True, slots=True)
class Tie:
    """One way in which records are of the same customer, over all objects that it joins."""

    key: str
    label: Label
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Pursuit:
    """A record that somebody pursues; `since` is when its owner got it, `worked_at` the last of its operations."""

    object: str
    record: UUID
    version: int
    label: str | None
    owner: UUID
    stage: str | None
    since: datetime
    worked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one customer: how many people have how many of them, and the oldest of these."""

    people: int
    count: int
    pursuits: tuple[Pursuit, ...]


def ties_of(catalog: Snapshot) -> tuple[Tie, ...]:
    """Return the ties of a release: fields that duplicate rules compare, and records that others lead to.

    Those by which records are called come first, then those that lead to one record, then the others.
    """
    found = catalog.statements.get(_CACHED)
    if found is None:
        objects = sorted(catalog.objects.values(), key=lambda what: (what.position, what.name))
        alike = list(_alike(objects))
        named = [tie for tie in alike if any(catalog.objects[p.object].title == p.field for p in tie.places)]
        led = list(_led(objects))
        found = catalog.statements[_CACHED] = (*named, *led, *(tie for tie in alike if tie not in named))
    return found


def _alike(objects: Sequence[ObjectType]) -> Iterable[Tie]:
    """Yield the fields that rules compare with each other, each set of them once."""
    groups: dict[Place, list[Place]] = {}
    for what in objects:
        for column, field in what.normed.items():
            place = Place(what.name, column, field.name)
            groups[place] = [place]
    for what in objects:
        for rule in what.duplicates:
            here = groups.get(Place(what.name, f"sys_norm_{rule.field.name}", rule.field.name))
            there = groups.get(Place(rule.object, rule.column, rule.against))
            if here is not None and there is not None and here is not there:
                here += there
                groups.update(dict.fromkeys(there, here))
    by_name = {what.name: what for what in objects}
    order = list(groups)
    for first in order:
        places = sorted(groups[first], key=order.index)
        if places[0] == first:
            label = by_name[first.object].fields[first.field].label
            yield Tie(f"{first.object}.{first.field}", label, tuple(places))


def _led(objects: Sequence[ObjectType]) -> Iterable[Tie]:
    """Yield the objects told apart by rules that records with stages lead to: such a record is one's pursuit of it.

    What stands for another record in a rule (a contact for its customer) is not what anybody pursues.
    """
    stand_ins = {rule.object for what in objects for rule in what.duplicates if rule.to is not None}
    for target in objects:
        leading = [
            Place(what.name, field.name, field.name)
            for what in objects
            if what.stage_field is not None and what is not target
            for field in what.stored.values()
            if field.kind == "relation" and field.object == target.name
        ]
        if target.normed and leading and target.name not in stand_ins:
            yield Tie(target.name, target.label, (Place(target.name, "id", "id"), *leading))


def ties_seen(catalog: Snapshot, actor: Actor) -> list[Tie]:
    """Return the ties that an actor may know of, each with the places of which they may read records."""
    seen: list[Tie] = []
    for tie in ties_of(catalog):
        places = tuple(
            place
            for place in tie.places
            if actor.reach(place.object, "read")
            and place.field in sight_of(catalog, catalog.objects[place.object], actor).fields
        )
        if places:
            seen.append(Tie(tie.key, tie.label, places))
    return seen


class PursuedReader:
    """Reads one tie's groups for one reader."""

    def __init__(self, catalog: Snapshot, reader: Reader, tie: Tie) -> None:
        """`tie` is one of `ties_seen`."""
        self._catalog = catalog
        self._reader = reader
        self._tie = tie
        self._predicates: list[Predicate] = []

    async def page(self, session: Session, limit: int, page: int) -> tuple[list[Group], bool]:
        """Return a page of groups, those of most people first, then the newest, and whether there are more.

        Cost: one statement. It reads the open records that one may read once, to group them, and by index those of
        the page with two events of each.
        """
        rows = await session.fetch(*self._call(limit, page))
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(row[0], []).append(row[1:])
        found = [Group(rows[0][0], rows[0][1], tuple(Pursuit(*row[2:]) for row in rows)) for rows in groups.values()]
        return found[:limit], len(found) > limit

    def _call(self, limit: int, page: int) -> tuple[Statement, Params]:
        chosen = self._chosen(limit, page)
        members = sa.union_all(*(self._members(place, chosen) for place in self._tie.places)).subquery("members")
        m = members.c
        total = sa.func.count().over(partition_by=m.form)
        nth = sa.func.row_number().over(partition_by=m.form, order_by=(m.created_at, m.id))
        placed = sa.select(*m, total.label("total"), nth.label("nth")).subquery("placed")
        p, event = placed.c, self._catalog.system.event
        got = self._last(p.id, event.c.why.has_key("assignment"), event.c.type != KEPT)
        query = (
            sa.select(
                *(p.form, p.people, p.total, p.object, p.id, p.version, p.label, p.owner, p.stage),
                sa.func.coalesce(got, p.created_at),
                self._last(p.id, of_kind(event.c.type, WORK)),
            )
            .where(p.nth <= MOST_SHOWN)
            .order_by(p.people.desc(), p.newest.desc(), p.form, p.nth)
        )
        statement, params = compile_statement(query, f"pursued by {self._tie.key}")
        for predicate in self._predicates:
            params = {**params, **predicate.params(statement.names)}
        return statement, params

    def _last(self, record: sa.ColumnElement[UUID], *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
        """Return the moment of a record's last event of some sort."""
        event = self._catalog.system.event
        last = sa.select(event.c.at).where(event.c.record == record, *conditions)
        return last.order_by(event.c.id.desc()).limit(1).scalar_subquery()

    def _chosen(self, limit: int, page: int) -> sa.CTE:
        """Return the groups of a page. Owners are counted in two steps, since both are hashed and neither sorts."""
        forms: list[sa.Select[*tuple[Any, ...]]] = []
        for place in self._tie.places:
            what, columns, conditions = self._open(place)
            form = sa.cast(what.table.c[place.column], sa.Text()).label("form")
            shown = (form, what.table.c.owner, what.table.c.created_at)
            forms.append(sa.select(*shown).select_from(columns.source).where(*conditions))
        every = sa.union_all(*forms).subquery("every")
        one = sa.select(every.c.form, every.c.owner, sa.func.max(every.c.created_at).label("newest"))
        held = one.group_by(every.c.form, every.c.owner).subquery("held")
        people, newest = sa.func.count().label("people"), sa.func.max(held.c.newest).label("newest")
        return (
            sa.select(held.c.form, people, newest)
            .group_by(held.c.form)
            .having(sa.func.count() > 1)
            .order_by(people.desc(), newest.desc(), held.c.form)
            .limit(limit + 1)
            .offset((page - 1) * limit)
            .cte("chosen")
        )

    def _members(self, place: Place, chosen: sa.CTE) -> sa.Select[*tuple[Any, ...]]:
        """Return the records of chosen groups that stand in a place."""
        what, columns, conditions = self._open(place)
        table, sight = what.table, self._reader.sight(what)
        column = table.c[place.column]
        text = isinstance(column.type, sa.Text)
        same = column == (chosen.c.form if text else sa.cast(chosen.c.form, sa.Uuid()))
        stage = what.stage_field.name if what.stage_field else None
        title = sa.cast(columns(what.title), sa.Text()) if what.title in sight.fields else _nothing()
        shown: list[sa.ColumnElement[Any]] = [
            sa.literal(what.name, sa.Text()).label("object"),
            *(table.c.id, table.c.version, title.label("label"), table.c.owner),
            (table.c[stage] if stage and stage in sight.fields else _nothing()).label("stage"),
            table.c.created_at,
        ]
        source = columns.source.join(chosen, same)
        return sa.select(chosen.c.form, chosen.c.people, chosen.c.newest, *shown).select_from(source).where(*conditions)

    def _open(self, place: Place) -> tuple[ObjectType, Columns, Sequence[sa.ColumnElement[bool]]]:
        """Return an object with the columns of a query and the condition on records that somebody pursues."""
        what = self._catalog.object(place.object)
        # every mention of an object has parameters and joins of its own
        columns = Columns(self._catalog, what, self._reader.env, mark=f"w{len(self._predicates)}")
        readable = self._reader.within(what, columns, f"pursued{len(self._predicates)}")
        self._predicates.append(readable)
        table = what.table
        conditions = [
            table.c.deleted_at.is_(None),
            table.c.owner.is_not(None),
            table.c[place.column].is_not(None),
            readable.element,
        ]
        if what.stage_field is not None:
            pipeline = self._catalog.pipeline_of(what)
            ended = [stage.key for stage in pipeline.stages if stage.outcome] if pipeline else []
            conditions.append(table.c[what.stage_field.name] != sa.all_(sa.literal(ended, sa.ARRAY(sa.Text()))))
        return what, columns, conditions


def _nothing() -> sa.ColumnElement[Any]:
    return sa.cast(sa.null(), sa.Text())
