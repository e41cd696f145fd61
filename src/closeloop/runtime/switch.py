"""Switch automatic assignment of an object off and on: one row, seen by every process with its next batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from closeloop.access import audit
from closeloop.access.decide import Actor
from closeloop.access.sign_in import org_moves_on
from closeloop.base.ids import new_id
from closeloop.db.connection import Call
from closeloop.db.statement import compile_statement, upsert_rows
from closeloop.engine.assign.model import POLICIES
from closeloop.records.flush import dump, notice_calls
from closeloop.records.notices import Told, notice_row
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


async def waiting_of(runtime: CompanyRuntime, object_name: str, limit: int) -> list[tuple[UUID, str, datetime]]:
    """Return (record, policy, since) of records that wait for an owner, those that wait longest first: by an index."""
    waiting = runtime.tables.waiting
    query = (
        sa.select(waiting.c.id, waiting.c.policy, waiting.c.since)
        .where(waiting.c.object == object_name, waiting.c.until.is_(None))
        .order_by(waiting.c.since, waiting.c.id)
        .limit(limit)
    )
    async with runtime.database.autocommit() as session:
        return [(row[0], row[1], row[2]) for row in await session.fetch(*compile_statement(query, "who waits"))]


async def switch_dealing(
    runtime: CompanyRuntime, actor: Actor, object_name: str, *, automatic: bool, note: str | None
) -> None:
    """Switch, note it in the trail and tell whom the policies alarm; what is so already changes nothing."""
    tables, now = runtime.tables, runtime.clock.now()
    if automatic == (object_name not in runtime.org.by_hand):
        return
    data = {"object": object_name, "automatic": automatic, "note": note}
    calls: list[Call] = [
        audit.audit_call(tables, runtime.clock, audit.DEALING_CHANGED, actor=actor.id, data=data),
        org_moves_on(tables),
    ]
    if automatic:
        gone = sa.delete(tables.by_hand).where(tables.by_hand.c.object == object_name)
        calls.append(compile_statement(gone, "assigned automatically"))
    else:
        row = {"object": object_name, "at": now, "by": actor.id, "note": note}
        calls.append((upsert_rows(tables.by_hand, ["object"], list(row)), [dump([row])]))
    params = {"by": actor.person.name if actor.person else None, "note": note}
    told = Told("dealing_on" if automatic else "dealing_off", "warning", params, object_name)
    calls += alarm_calls(runtime, object_name, [told], but=actor.id)
    async with runtime.database.transaction() as tx:
        await tx.commit_with(calls)
    await runtime.refresh()


def alarmed(runtime: CompanyRuntime, object_name: str) -> Sequence[UUID]:
    """Return the people whom the object's policies alarm when nobody fits."""
    roles = dict.fromkeys(one.alarm for one in runtime.catalog.on(POLICIES, object_name) if one.alarm)
    return list(dict.fromkeys(person for role in roles for person in runtime.org.with_role(role)))


def alarm_calls(runtime: CompanyRuntime, object_name: str, told: Sequence[Told], but: UUID | None = None) -> list[Call]:
    """Return the statements that tell those whom the policies alarm, except `but`."""
    now, org, catalog = runtime.clock.now(), runtime.org, runtime.catalog
    rows = [
        notice_row(new_id(runtime.clock), person, one, now, org, catalog)
        for one in told
        for person in alarmed(runtime, object_name)
        if person != but
    ]
    return notice_calls(catalog, rows)
