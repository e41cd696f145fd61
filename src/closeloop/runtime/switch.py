"""Switch automatic assignment of an object off and on: one row, seen by every process with its next batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.access import audit
from closeloop.access.decide import Actor
from closeloop.access.sign_in import org_moves_on
from closeloop.base.ids import new_id
from closeloop.db.statement import Params, Statement, compile_statement, insert_rows, upsert_rows
from closeloop.engine.assign.model import POLICIES
from closeloop.records.flush import dump
from closeloop.runtime.company import CompanyRuntime

MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Dealing:
    """How an object's records are assigned at the moment, and how many wait, counted no further than MOST_COUNTED."""

    automatic: bool
    since: datetime | None
    by: UUID | None
    note: str | None
    waiting: int


async def dealing_of(runtime: CompanyRuntime, object_name: str) -> Dealing:
    """Return how an object's records are assigned: two reads by index, in one round trip."""
    by_hand, waiting = runtime.tables.by_hand, runtime.tables.waiting
    switched = sa.select(by_hand.c.at, by_hand.c.by, by_hand.c.note).where(by_hand.c.object == object_name)
    some = sa.select(waiting.c.id).where(waiting.c.object == object_name, waiting.c.until.is_(None))
    count = sa.select(sa.func.count()).select_from(some.limit(MOST_COUNTED).subquery())
    async with runtime.database.autocommit() as session:
        off, counted = await session.fetch_many(
            [compile_statement(switched, "assigned by hand"), compile_statement(count, "count waiting")]
        )
    at, by, note = off.rows[0] if off.rows else (None, None, None)
    return Dealing(not off.rows, at, by, note, counted.rows[0][0])


async def switch_dealing(
    runtime: CompanyRuntime, actor: Actor, object_name: str, *, automatic: bool, note: str | None
) -> None:
    """Switch, note it in the trail and tell whom the policies alarm; what is so already changes nothing."""
    tables, now = runtime.tables, runtime.clock.now()
    if automatic == (object_name not in runtime.org.by_hand):
        return
    data = {"object": object_name, "automatic": automatic, "note": note}
    calls: list[tuple[Statement, Params]] = [
        audit.audit_call(tables, runtime.clock, audit.DEALING_CHANGED, actor=actor.id, data=data),
        org_moves_on(tables),
    ]
    if automatic:
        gone = sa.delete(tables.by_hand).where(tables.by_hand.c.object == object_name)
        calls.append(compile_statement(gone, "assigned automatically"))
    else:
        row = {"object": object_name, "at": now, "by": actor.id, "note": note}
        calls.append((upsert_rows(tables.by_hand, ["object"], list(row)), [dump([row])]))
    calls += _told(runtime, actor, object_name, "dealing_on" if automatic else "dealing_off", note)
    async with runtime.database.transaction() as tx:
        await tx.commit_with(calls)
    await runtime.refresh()


def alarmed(runtime: CompanyRuntime, object_name: str) -> Sequence[UUID]:
    """Return the people whom the object's policies alarm when nobody fits."""
    roles = dict.fromkeys(one.alarm for one in runtime.catalog.on(POLICIES, object_name) if one.alarm)
    return list(dict.fromkeys(person for role in roles for person in runtime.org.with_role(role)))


def _told(
    runtime: CompanyRuntime, actor: Actor, object_name: str, kind: str, note: str | None
) -> list[tuple[Statement, Params]]:
    notices: list[dict[str, Any]] = [
        {
            "id": new_id(runtime.clock),
            "person": person,
            "at": runtime.clock.now(),
            "type": kind,
            "level": "warning",
            "params": {"by": actor.person.name if actor.person else None, "note": note},
            "object": object_name,
            "record": None,
            "read_at": None,
        }
        for person in alarmed(runtime, object_name)
        if person != actor.id
    ]
    if not notices:
        return []
    return [(insert_rows(runtime.tables.notice, list(notices[0])), [orjson.dumps(notices).decode()])]
