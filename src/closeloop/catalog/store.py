"""Read what is in force: the present release, the pilots beside it, and the conversions under way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.catalog.model import Definition
from closeloop.db.connection import Call
from closeloop.db.statement import compile_statement
from closeloop.db.system_tables import SystemTables, system_tables
from closeloop.db.unit_of_work import Session

Place = tuple[str, str]
"""What names a definition: its kind and its key."""


@dataclass(frozen=True, slots=True)
class Body:
    """A definition as an app or a designer gives it: what it is, and its content."""

    kind: str
    key: str
    body: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """The content's hash; the order of keys counts, since the order of fields and stages does."""
        return sha256(orjson.dumps(self.body)).hexdigest()


@dataclass(frozen=True, slots=True)
class Group:
    """Who tries a release before the others: people, and everybody in departments and those below."""

    people: frozenset[UUID] = frozenset()
    departments: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Pilot:
    """A release for a group: the definitions in which it differs from the present one."""

    number: int
    group: Group
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Conversion:
    """A field that becomes another type: until it has, each write fills a second column. `body` is the new field's.

    Once it is `filled`, the rows from before have their values too, and a release may put it in the field's place.
    """

    object: str
    field: str
    body: Mapping[str, Any]
    filled: bool


@dataclass(frozen=True, slots=True)
class Present:
    """What a company's people work with. `revision` moves with every change of it; 0 and nothing before the first."""

    release: int = 0
    revision: int = 0
    definitions: Sequence[Definition] = ()
    pilots: Sequence[Pilot] = ()
    """The newest first: who is in two groups gets the newer release."""
    conversions: Sequence[Conversion] = ()
    by_place: Mapping[Place, Definition] = field(default_factory=dict[Place, Definition])

    def with_pilot(self, pilot: Pilot) -> list[Definition]:
        """Return the definitions that a pilot's people work with."""
        return list({**self.by_place, **by_place(pilot.definitions)}.values())


def by_place(definitions: Iterable[Definition]) -> dict[Place, Definition]:
    """Return definitions by what names them."""
    return {(one.kind, one.key): one for one in definitions}


async def load_present(
    session: Session, tables: SystemTables, known: Mapping[UUID, Definition] | None = None
) -> Present:
    """Read what is in force; the bodies of `known` definitions stay where they are.

    The revision is read first: what changes during the reading is then seen as a newer revision.
    """
    numbers, items, pilots, conversions = await session.fetch_many(_in_force(str(tables.state.schema)))
    number, revision = numbers.rows[0] if numbers.rows else (0, 0)
    there = dict(known or {})
    there.update(await load_versions(session, tables, {one for _, one in items.rows} - there.keys()))
    of: dict[int, list[Definition]] = {}
    for one, definition in items.rows:
        of.setdefault(one, []).append(there[definition])
    definitions = of.get(number, [])
    return Present(
        number,
        revision,
        definitions,
        [
            Pilot(one, Group(frozenset(people), frozenset(departments)), tuple(of.get(one, ())))
            for one, people, departments in pilots.rows
        ],
        [Conversion(*row) for row in conversions.rows],
        by_place(definitions),
    )


@lru_cache(maxsize=1000)
def _in_force(schema: str) -> Sequence[Call]:
    """Return the statements that read what is in force, compiled once: every job and every worker asks."""
    tables = system_tables(schema)
    state, item, release, alteration = tables.state, tables.release_item, tables.release, tables.alteration
    is_live_pilot = sa.and_(release.c.people.is_not(None), release.c.ended_at.is_(None))
    in_force = sa.union_all(sa.select(state.c.release), sa.select(release.c.number).where(is_live_pilot))
    queries = (
        sa.select(state.c.release, state.c.revision).where(state.c.id == 1),
        sa.select(item.c.release, item.c.definition).where(item.c.release.in_(in_force)),
        sa.select(release.c.number, release.c.people, release.c.departments)
        .where(is_live_pilot)
        .order_by(release.c.number.desc()),
        sa.select(alteration.c.object, alteration.c.field, alteration.c.body, alteration.c.filled)
        .where(alteration.c.object.is_not(None))
        .order_by(alteration.c.object, alteration.c.field),
    )
    return [compile_statement(query, "what is in force") for query in queries]


async def load_versions(session: Session, tables: SystemTables, ids: Iterable[UUID]) -> dict[UUID, Definition]:
    """Return versions by their ids, whether a release holds them or not."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    definition = tables.definition
    query = sa.select(
        definition.c.id, definition.c.kind, definition.c.key, definition.c.version, definition.c.body, definition.c.app
    ).where(definition.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))))
    statement, _ = compile_statement(query, "versions")
    return {row[0]: Definition(*row) for row in await session.fetch(statement, {"ids": wanted})}
