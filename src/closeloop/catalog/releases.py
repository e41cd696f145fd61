"""Make releases: which versions the next one holds, and the statements that store it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.base.clock import Clock
from closeloop.base.ids import new_id
from closeloop.catalog.model import Definition
from closeloop.catalog.store import Body, Group, Place, by_place
from closeloop.db.connection import Call
from closeloop.db.statement import compile_statement, insert_rows
from closeloop.db.system_tables import SystemTables
from closeloop.db.unit_of_work import Session


@dataclass(frozen=True, slots=True)
class Removal:
    """A definition that the next release shall not have."""

    kind: str
    key: str


Change = Body | Definition | Removal
"""What a release changes: new content, a version that is there, or nothing left."""


def next_release(
    present: Iterable[Definition],
    changes: Iterable[Change],
    clock: Clock,
    newest: Mapping[Place, int] | None = None,
    app: str | None = None,
) -> tuple[list[Definition], list[Definition]]:
    """Return all definitions of the next release, and those among them that are new versions.

    Pure: a body whose content is that of the present version makes no new one. `newest` tells the highest version
    that there ever was, which may be of no release.
    """
    at = by_place(present)
    fresh: list[Definition] = []
    for change in changes:
        place = (change.kind, change.key)
        there = at.get(place)
        if isinstance(change, Removal):
            at.pop(place, None)
        elif isinstance(change, Definition):
            at[place] = change
        elif there is None or hash_of(there) != change.hash:
            version = max((newest or {}).get(place, 0), there.version if there else 0) + 1
            at[place] = Definition(new_id(clock), change.kind, change.key, version, change.body, app)
            fresh.append(at[place])
    return list(at.values()), fresh


def hash_of(definition: Definition) -> str:
    """Return the hash of a version's content."""
    return Body(definition.kind, definition.key, definition.body).hash


async def newest_versions(session: Session, tables: SystemTables, places: Iterable[Place]) -> dict[Place, int]:
    """Return the highest version of each of the definitions."""
    wanted = sorted(set(places))
    definition = tables.definition
    query = (
        sa.select(definition.c.kind, definition.c.key, sa.func.max(definition.c.version))
        .where(
            definition.c.kind == sa.any_(sa.bindparam("kinds", type_=sa.ARRAY(sa.Text()))),
            definition.c.key == sa.any_(sa.bindparam("keys", type_=sa.ARRAY(sa.Text()))),
        )
        .group_by(definition.c.kind, definition.c.key)
    )
    statement, _ = compile_statement(query, "newest versions")
    params = {"kinds": sorted({kind for kind, _ in wanted}), "keys": [key for _, key in wanted]}
    return {(kind, key): version for kind, key, version in await session.fetch(statement, params)}


async def next_number(session: Session, tables: SystemTables) -> int:
    """Return the number of the next release; pilots are counted with the others."""
    query = sa.select(sa.func.coalesce(sa.func.max(tables.release.c.number), 0) + 1)
    rows = await session.fetch(*compile_statement(query, "next release"))
    return rows[0][0]


def version_calls(tables: SystemTables, fresh: Sequence[Definition], now: datetime, by: UUID | None) -> list[Call]:
    """Return the statement that stores new versions."""
    rows = [
        {
            "id": one.id,
            "kind": one.kind,
            "key": one.key,
            "version": one.version,
            "hash": hash_of(one),
            "body": one.body,
            "app": one.app,
            "created_at": now,
            "created_by": by,
        }
        for one in fresh
    ]
    return _insert(tables.definition, rows)


def release_calls(
    tables: SystemTables,
    number: int,
    definitions: Iterable[Definition],
    *,
    now: datetime,
    by: UUID | None,
    note: str,
    group: Group | None = None,
) -> list[Call]:
    """Return the statements that make a release: the present one, or beside it one for a group."""
    head = {
        "number": number,
        "created_at": now,
        "note": note,
        "created_by": by,
        "people": None if group is None else sorted(group.people),
        "departments": None if group is None else sorted(group.departments),
    }
    items = [{"release": number, "kind": one.kind, "key": one.key, "definition": one.id} for one in definitions]
    calls = [*_insert(tables.release, [head]), *_insert(tables.release_item, items)]
    if group is None:
        state = tables.state
        calls.append(
            compile_statement(sa.update(state).where(state.c.id == 1).values(release=number), "new present release")
        )
    return calls


def move_on(tables: SystemTables) -> Call:
    """Return the statement after which every process reads anew what is in force."""
    state = tables.state
    return compile_statement(
        sa.update(state).where(state.c.id == 1).values(revision=state.c.revision + 1), "definitions move on"
    )


def _insert(table: sa.Table, rows: list[dict[str, Any]]) -> list[Call]:
    if not rows:
        return []
    return [(insert_rows(table, list(rows[0])), [orjson.dumps(rows).decode()])]
