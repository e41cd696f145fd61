"""Keep definitions as immutable versions and releases as sets of them; read the present release."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.base.clock import Clock
from closeloop.base.ids import new_id
from closeloop.catalog.model import Definition
from closeloop.db.statement import Params, Statement, compile_statement, insert_rows
from closeloop.db.system_tables import SystemTables
from closeloop.db.unit_of_work import Session


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


async def load_release(session: Session, tables: SystemTables) -> tuple[int, list[Definition]]:
    """Return the number of the present release and its definitions; 0 and none before the first."""
    state, item, definition = tables.state, tables.release_item, tables.definition
    current = sa.select(state.c.release).where(state.c.id == 1).scalar_subquery()
    query = (
        sa.select(definition.c.id, definition.c.kind, definition.c.key, definition.c.version, definition.c.body)
        .join(item, item.c.definition == definition.c.id)
        .where(item.c.release == current)
    )
    number, rows = await session.fetch_many(
        [
            compile_statement(sa.select(state.c.release).where(state.c.id == 1), "release"),
            compile_statement(query, "definitions"),
        ]
    )
    return (number.rows[0][0] if number.rows else 0), [Definition(*row) for row in rows.rows]


def next_release(
    present: Iterable[Definition], bodies: Iterable[Body], clock: Clock
) -> tuple[list[Definition], list[Definition]]:
    """Return all definitions of the next release, and those among them that are new versions.

    Pure: a body whose content is that of the present version makes no new one.
    """
    at: dict[tuple[str, str], Definition] = {(one.kind, one.key): one for one in present}
    fresh: list[Definition] = []
    for body in bodies:
        there = at.get((body.kind, body.key))
        if there is not None and Body(there.kind, there.key, there.body).hash == body.hash:
            continue
        version = there.version + 1 if there else 1
        made = Definition(new_id(clock), body.kind, body.key, version, body.body)
        at[body.kind, body.key] = made
        fresh.append(made)
    return list(at.values()), fresh


def release_calls(
    tables: SystemTables,
    number: int,
    definitions: Iterable[Definition],
    fresh: Iterable[Definition],
    *,
    now: datetime,
    by: UUID | None,
    app: str | None,
    note: str,
) -> list[tuple[Statement, Params]]:
    """Return the statements that store new versions and make release `number` the present one."""
    made = [
        {
            "id": one.id,
            "kind": one.kind,
            "key": one.key,
            "version": one.version,
            "hash": Body(one.kind, one.key, one.body).hash,
            "body": one.body,
            "app": app,
            "created_at": now,
            "created_by": by,
        }
        for one in fresh
    ]
    items = [{"release": number, "kind": one.kind, "key": one.key, "definition": one.id} for one in definitions]
    release = [{"number": number, "created_at": now, "note": note}]
    calls: list[tuple[Statement, Params]] = []
    for table, rows in ((tables.definition, made), (tables.release, release), (tables.release_item, items)):
        if rows:
            calls.append((insert_rows(table, list(rows[0])), [orjson.dumps(rows).decode()]))
    state = tables.state
    calls.append(compile_statement(sa.update(state).where(state.c.id == 1).values(release=number), "new release"))
    return calls
