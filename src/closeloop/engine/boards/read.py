"""Read a board: how many of each lane's records stand under which light, and which of them stand worst."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.decide import Actor
from closeloop.access.org import Org
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.db.unit_of_work import Session
from closeloop.engine.boards.model import Board
from closeloop.expr import Env
from closeloop.records.handlers import may_give
from closeloop.records.paging import ordering, sort_keys
from closeloop.records.query import Reader

ClockColor = Callable[[sa.FromClause, datetime], sa.ColumnElement[str]]
"""Gives the colour of a waiting clock at a moment."""

Lane = UUID | None
"""Whose lane it is; None is the lane of records that belong to nobody."""


@dataclass(frozen=True, slots=True)
class Count:
    """What stands in a lane: how many records, how many under each light, and for how many each figure holds."""

    all: int
    lights: tuple[int, ...]
    measures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One record in its lane; `light` is the place of the board's light that is on."""

    record: UUID
    lane: Lane
    light: int


class BoardReader:
    """Reads one board for one actor at one moment, under the conditions of every list."""

    def __init__(self, catalog: Snapshot, board: Board, actor: Actor, env: Env, color: ClockColor) -> None:
        self.reader = Reader(catalog, actor, env)
        self.what: ObjectType = catalog.object(board.object)
        self._catalog = catalog
        self._board = board
        self._env = env
        self._color = color

    async def counts(self, session: Session, lanes: Sequence[Lane] | None = None) -> dict[Lane, Count]:
        """Return what stands in each lane that isn't empty, or in those of `lanes`.

        Cost: one statement over the records that the board's filter and the reader's scope leave.
        """
        board = self._board
        judged, finish = self._judged(lanes)
        light = judged.c.light
        query = (
            sa.select(
                judged.c.lane,
                sa.func.count(),
                *(sa.func.count().filter(light == i) for i in range(len(board.lights))),
                *(sa.func.count().filter(judged.c[f"m{i}"]) for i in range(len(board.measures))),
            )
            .where(light.is_not(None))
            .group_by(judged.c.lane)
        )
        middle = 2 + len(board.lights)
        rows = await session.fetch(*finish(query, f"lanes of {board.key}"))
        return {row[0]: Count(row[1], tuple(row[2:middle]), tuple(row[middle:])) for row in rows}

    async def cards(self, session: Session, lanes: Sequence[Lane], limit: int, skipped: int = 0) -> list[Card]:
        """Return the worst `limit` records of each lane behind the first `skipped`: by light, then by the board's sort.

        Cost: one statement, whatever the number of lanes.
        """
        judged, finish = self._judged(lanes)
        place = sa.func.row_number().over(
            partition_by=judged.c.lane, order_by=[judged.c.light, *_ordered(judged, self._keys())]
        )
        placed = (
            sa.select(judged.c.id, judged.c.lane, judged.c.light, place.label("place"))
            .where(judged.c.light.is_not(None))
            .subquery("placed")
        )
        query = (
            sa.select(placed.c.id, placed.c.lane, placed.c.light)
            .where(placed.c.place > skipped, placed.c.place <= skipped + limit)
            .order_by(placed.c.lane, placed.c.place)
        )
        return [Card(*row) for row in await session.fetch(*finish(query, f"cards of {self._board.key}"))]

    def _keys(self) -> Sequence[Any]:
        return sort_keys(self.reader.sight(self.what), self._board.sort)

    def _judged(
        self, lanes: Sequence[Lane] | None
    ) -> tuple[sa.Subquery, Callable[[sa.SelectBase, str], tuple[Statement, Params]]]:
        """Return the records that one may read with their lane and light, and what makes a statement of a query."""
        what, board, env = self.what, self._board, self._env
        columns, sight = self.reader.columns(what), self.reader.sight(what)
        readable = self.reader.within(what, columns)
        clocks = {one.clock: self._catalog.system.clock.alias() for one in board.lights if one.clock}

        def condition(source: str) -> sa.ColumnElement[bool]:
            return sight.filter(source).sql(columns, env)

        cases: list[tuple[sa.ColumnElement[bool], Any]] = []
        rest: Any = sa.null()
        for i, light in enumerate(board.lights):
            place = sa.literal_column(str(i), sa.Integer())
            if light.when is not None:
                cases.append((condition(light.when), place))
            elif light.clock is not None:
                clock = clocks[light.clock]
                is_on = sa.and_(clock.c.id.is_not(None), self._color(clock, env.now) == light.color)
                cases.append((is_on, place))
            else:
                rest = place
        lane = columns(board.group)
        where = [what.table.c.deleted_at.is_(None), readable.element]
        if board.filter:
            where.append(condition(board.filter))
        if lanes is not None:
            people = [one for one in lanes if one is not None]
            some = lane == sa.any_(sa.literal(people, sa.ARRAY(sa.Uuid())))
            where.append(sa.or_(some, lane.is_(None)) if None in lanes else some)
        selected = [
            what.table.c.id,
            lane.label("lane"),
            (sa.case(*cases, else_=rest) if cases else rest).label("light"),
            *(condition(one.when).label(f"m{i}") for i, one in enumerate(board.measures)),
            *(columns(key.field.name).label(f"k{i}") for i, key in enumerate(self._keys())),
        ]
        source = columns.source  # asked last: by now every relation that is named has been joined
        for policy, clock in clocks.items():
            # at most one clock of a policy waits for a record
            mine = sa.and_(clock.c.record == what.table.c.id, clock.c.policy == policy, clock.c.ended_at.is_(None))
            source = source.outerjoin(clock, mine)
        judged = sa.select(*selected).select_from(source).where(*where).subquery("judged")

        def finish(query: sa.SelectBase, name: str) -> tuple[Statement, Params]:
            statement, params = compile_statement(query, name)
            return statement, {**params, **readable.params(statement.names)}

        return judged, finish


def _ordered(judged: sa.Subquery, keys: Sequence[Any]) -> list[sa.ColumnElement[Any]]:
    """Return the board's sort over what `judged` has of it."""
    by_name = {key.field.name: judged.c[f"k{i}"] for i, key in enumerate(keys)}
    return ordering(lambda name: by_name[name], keys)


def lanes_of(board: Board, actor: Actor, org: Org, counts: Mapping[Lane, Count]) -> list[Lane]:
    """Return the board's lanes: nobody's first, then those that stand worst; by name where they stand alike.

    People of the board's roles have a lane even when it is empty, as far as the actor may read what would stand there.
    """
    scope = actor.reach(board.object, "read").scope
    seen = None if scope == "all" else set(actor.owners(scope))
    wanted = set(board.roles)
    empty = (
        person.id
        for person in org.people.values()
        if person.active and wanted.intersection(person.roles) and (seen is None or person.id in seen)
    )
    lanes = dict.fromkeys([*counts, *empty])

    def rank(lane: Lane) -> tuple[bool, list[int], str, str]:
        count, person = counts.get(lane), org.people.get(lane) if lane else None
        worst = [-number for number in count.lights] if count else [0] * len(board.lights)
        return lane is not None, worst, person.name if person else "", str(lane)

    return sorted(lanes, key=rank)


def may_take(board: Board, actor: Actor, org: Org, lane: Lane) -> bool:
    """Tell whether the actor may give a record to the lane's person, as the write path will decide it."""
    person = org.people.get(lane) if lane else None
    if board.group != "owner" or person is None or not person.active:
        return False
    return bool(actor.reach(board.object, "assign")) and may_give(actor, board.object, person.id)
