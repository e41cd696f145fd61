"""Change a company's people: planned on the organisation at hand, and anew if that has moved on meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa

from closeloop.access import audit
from closeloop.access.decide import Actor
from closeloop.access.people import Administration
from closeloop.access.roles import ROLES
from closeloop.base.errors import Conflict, FieldError, Invalid
from closeloop.base.ids import new_id
from closeloop.catalog.snapshot import ObjectType
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.records.commands import HANDED_OVER, AssignRecord, Submission
from closeloop.records.flush import notice_calls
from closeloop.records.notices import Told, notice_row
from closeloop.runtime.company import CompanyRuntime

Plan = Callable[[Administration], Sequence[tuple[Statement, Params]]]

AT_ONCE = 200
"""Records handed over in one transaction."""
MOST = 1_000
"""Records handed over in one request; the rest is told, and handed over by the next."""
_TRIES = 5


async def change_org(runtime: CompanyRuntime, actor: Actor, plan: Plan) -> None:
    """Carry out what is planned, in one transaction with the organisation's next version.

    What the plan was judged by (the tree, who may grant what, the last administrator) holds when it is committed.
    """
    state = runtime.tables.state
    for _ in range(_TRIES):
        org = runtime.org
        person = org.people.get(actor.id) if actor.id else None
        asks = runtime.actor_of(person, actor.limits) if person else actor
        if person is not None and not asks.administers:
            break
        catalog = runtime.catalog
        around = Administration(runtime.tables, runtime.clock, org, catalog.all(ROLES), asks, catalog.profile)
        calls = plan(around)
        moves = sa.update(state).where(state.c.id == 1, state.c.org == org.version).values(org=org.version + 1)
        async with runtime.database.transaction() as tx:
            (moved,) = await tx.fetch_many([compile_statement(moves, "org moves on")])
            if moved.count:
                await tx.commit_with(calls)
        await runtime.refresh()
        if moved.count:
            return
    raise Conflict


@dataclass(frozen=True, slots=True)
class Holding:
    """What somebody holds of one object: how many records, how many of their clocks run, and the first of them."""

    what: ObjectType
    records: int
    clocks: int
    first: list[UUID]


async def holdings(runtime: CompanyRuntime, person: UUID, first: int) -> list[Holding]:
    """Return what a person owns, object by object: two statements each, all in one round trip."""
    clock = runtime.tables.clock
    objects = list(runtime.catalog.objects.values())
    calls: list[tuple[Statement, Params]] = []
    for what in objects:
        table = what.table
        mine = sa.and_(table.c.owner == person, table.c.deleted_at.is_(None))
        records = sa.select(sa.func.count()).select_from(table).where(mine).scalar_subquery()
        running = (
            sa.select(sa.func.count())
            .select_from(table.join(clock, clock.c.record == table.c.id))
            .where(mine, clock.c.ended_at.is_(None))
            .scalar_subquery()
        )
        calls.append(compile_statement(sa.select(records, running), f"held {what.name}"))
        some = sa.select(table.c.id).where(mine).order_by(table.c.created_at, table.c.id).limit(first)
        calls.append(compile_statement(some, f"first held {what.name}"))
    async with runtime.database.autocommit() as session:
        results = await session.fetch_many(calls)
    counts, firsts = results[::2], results[1::2]
    return [
        Holding(what, count.rows[0][0], count.rows[0][1], [row[0] for row in some.rows])
        for what, count, some in zip(objects, counts, firsts, strict=True)
        if count.rows[0][0]
    ]


async def hand_over(
    runtime: CompanyRuntime, actor: Actor, person: UUID, to: UUID, objects: Sequence[str] | None
) -> tuple[int, int]:
    """Give a person's records to somebody, through the write path in batches; returns how many, and how many are left.

    Whoever may administer people may do this, whatever records they may read: the actor is elevated, and the log names
    who it was. Raises Invalid where nobody active is to get them.
    """
    receiver = runtime.org.people.get(to)
    if receiver is None or not receiver.active or to == person:
        raise Invalid(errors=[FieldError("to", "unknown_person")])
    names = list(runtime.catalog.objects) if objects is None else list(objects)
    unknown = [
        FieldError("objects", "unknown_object", {"name": one}) for one in names if one not in runtime.catalog.objects
    ]
    if unknown:
        raise Invalid(errors=unknown)
    elevated = replace(actor, elevated=True)
    given = tried = 0
    for name in names:
        after: UUID | None = None  # one that can't be given is passed by, and told as left
        while tried < MOST:
            records = await _held(runtime, runtime.catalog.object(name), person, after, min(AT_ONCE, MOST - tried))
            if not records:
                break
            commands = [AssignRecord(name, record, person=to, reason=HANDED_OVER) for record in records]
            outcomes = await runtime.executor.run([Submission(command, elevated) for command in commands])
            given += sum(outcome.error is None for outcome in outcomes)
            tried += len(records)
            after = records[-1]
    left = sum(one.records for one in await holdings(runtime, person, 0) if one.what.name in names)
    await _tell(runtime, actor, person, to, given)
    return given, left


async def _held(runtime: CompanyRuntime, what: ObjectType, person: UUID, after: UUID | None, limit: int) -> list[UUID]:
    table = what.table
    query = sa.select(table.c.id).where(table.c.owner == person, table.c.deleted_at.is_(None))
    if after is not None:
        query = query.where(table.c.id > after)
    async with runtime.database.autocommit() as session:
        call = compile_statement(query.order_by(table.c.id).limit(limit), f"hand over {what.name}")
        return [row[0] for row in await session.fetch(*call)]


async def _tell(runtime: CompanyRuntime, actor: Actor, person: UUID, to: UUID, count: int) -> None:
    """Write the trail and one notice for all records together."""
    if not count:
        return
    tables, now = runtime.tables, runtime.clock.now()
    params = {"person": runtime.org.people[person].name, "count": count}
    told_of = Told(HANDED_OVER, "info", params)
    notice = notice_row(new_id(runtime.clock), to, told_of, now, runtime.org, runtime.catalog)
    data = {"to": to, "count": count}
    entry = audit.audit_call(tables, runtime.clock, audit.HANDED_OVER, actor=actor.id, person=person, data=data)
    told = notice_calls(runtime.catalog, [notice]) if to != actor.id else []
    async with runtime.database.transaction() as tx:
        await tx.commit_with([entry, *told])
