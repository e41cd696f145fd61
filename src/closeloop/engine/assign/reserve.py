"""Reserve places late: lock, read turns and room, choose for the whole batch, all written with the same commit."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.org import Org
from closeloop.base.errors import Invalid
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.db.unit_of_work import Transaction
from closeloop.engine.assign.model import POLICIES, Policy
from closeloop.engine.assign.pick import Choice, Room, pick
from closeloop.events.model import ASSIGNED, CREATED, UNASSIGNED
from closeloop.expr import Env
from closeloop.records.batch import Batch, Work
from closeloop.records.effects import Effect, Notify, SetFields, Upsert, WantPlace

_LOCK = Statement(
    "SELECT pg_advisory_xact_lock(hashtextextended(k, 0)) FROM unnest(%s::text[]) AS k", "lock assignment"
)
_UUIDS = sa.ARRAY(sa.Uuid())
_EVERY = 2**40
"""A limit that nobody reaches: least loaded compares whole counts."""

Call = tuple[Statement, Params]


class AssignReserver:
    """Gives owners out under one lock an object, so that no two processes give the same place twice.

    The lock is taken once everything else of the batch is decided and is held for the one round trip that reads the
    room and the one that writes and commits. Cost: three indexed reads a policy, whatever the size of the batch; an
    open quota is counted from live records and no further than the quota.
    """

    async def reserve(self, tx: Transaction, works: Sequence[Work], batch: Batch) -> None:
        wishes = [(work, want, _policy(work, want, batch)) for work in works for want in work.wants]
        rooms = await _load(tx, batch, list({policy.key: policy for _, _, policy in wishes}.values()))
        for work, want, policy in wishes:
            room = rooms[policy.key]
            choice = pick(policy, work.row, batch.org, room, batch.env(work.actor), want.avoid)
            if choice.person is not None:
                room.give(choice.person)
            batch.apply(work, _effects(work, want, policy, choice, room, batch))
            work.wants.clear()


def _policy(work: Work, want: WantPlace, batch: Batch) -> Policy:
    env = batch.env(work.actor)
    for policy in batch.catalog.on(POLICIES, work.what.name):
        if policy.key == want.policy or (not want.policy and policy.fits(work.row, env)):
            return policy
    raise Invalid("no_policy")


def _effects(work: Work, want: WantPlace, policy: Policy, choice: Choice, room: Room, batch: Batch) -> Iterable[Effect]:
    why = {
        "assignment": {
            "policy": policy.key,
            "definition": policy.definition.id,
            "reason": want.reason,
            "note": want.note,
            "from": None if work.has(CREATED) else work.row["owner"],
            "chosen": choice.person,
            "candidates": choice.candidates,
        }
    }
    person = choice.person
    if person is None:
        values: dict[str, Any] = {"owner": None}
        if policy.pool is not None:
            values[policy.pool_field] = policy.pool
        yield SetFields(values, UNASSIGNED, why)
        if policy.alarm is not None:
            yield Notify(batch.org.with_role(policy.alarm), "nobody", "danger", {"policy": policy.label}, "nobody_many")
        return
    values = {"owner": person}
    if policy.pool is not None:
        values[policy.pool_field] = None
    yield SetFields(values, ASSIGNED, why)
    yield from _turns_taken(policy, person, room, batch.org)
    day = _today(batch)
    yield Upsert("daily", {"object": work.what.name, "person": person, "day": day, "given": room.daily[person]})


def _turns_taken(policy: Policy, person: UUID, room: Room, org: Org) -> Iterable[Effect]:
    """Keep whose turn it was; a weighted choice has moved everybody's credit."""
    moved = [one for one in policy.candidates(org) if one in room.credits] if policy.order == "weighted" else [person]
    for one in moved:
        row = {"policy": policy.key, "person": one, "turn": room.turns.get(one, 0), "credit": room.credits.get(one)}
        yield Upsert("turn", row)


def _today(batch: Batch) -> date:
    return batch.now.astimezone(batch.catalog.zone).date()


async def _load(tx: Transaction, batch: Batch, policies: Sequence[Policy]) -> dict[str, Room]:
    """Take the locks, then read in a fresh snapshot: all in one round trip."""
    catalog = batch.catalog
    objects = sorted({policy.object for policy in policies})
    calls: list[Call] = [(_LOCK, [[f"{catalog.company.schema}.{name}" for name in objects]])]
    receivers: list[Callable[[Result], None]] = []
    rooms: dict[str, Room] = {}
    for name in objects:
        shared = Room()
        asked = [policy for policy in policies if policy.object == name]
        for policy in asked:
            rooms[policy.key] = Room(open=shared.open, daily=shared.daily)
            calls.append((_turns(catalog), {"policy": policy.key}))
            receivers.append(partial(_take_turns, rooms[policy.key]))
        people = sorted({one for policy in asked for one in policy.candidates(batch.org)})
        calls.append((_given(catalog), {"object": name, "people": people, "day": _today(batch)}))
        receivers.append(partial(_take_counts, shared.daily))
        limits = _limits(asked, batch)
        if limits:
            calls.append(_open(catalog.object(name), limits, batch))
            receivers.append(partial(_take_counts, shared.open))
    results = await tx.fetch_many(calls)
    for receiver, result in zip(receivers, results[1:], strict=True):
        receiver(result)
    return rooms


def _take_turns(room: Room, result: Result) -> None:
    for person, turn, credit in result.rows:
        room.turns[person] = turn
        if credit is not None:
            room.credits[person] = credit


def _take_counts(counts: dict[UUID, int], result: Result) -> None:
    counts.update(dict(result.rows))


def _limits(policies: Sequence[Policy], batch: Batch) -> dict[UUID, int]:
    """Return up to how many open records of each candidate must be counted."""
    env = Env(now=batch.now, tz=batch.catalog.zone, me=None, my_departments=(), my_subtree=())
    limits: dict[UUID, int] = {}
    for policy in policies:
        for one in policy.candidates(batch.org):
            most = None
            if policy.order == "least_loaded":
                most = _EVERY
            elif policy.open is not None:
                most = policy.limit(policy.open, policy.facts(one, batch.org), env)
            if most is not None:
                limits[one] = max(limits.get(one, 0), most)
    return limits


def _open(what: ObjectType, limits: dict[UUID, int], batch: Batch) -> Call:
    """Count the open records of each person, no further than that person's limit."""
    key = ("open", what.name)
    statement = batch.catalog.statements.get(key)
    pipeline = batch.catalog.pipeline_of(what)
    if statement is None:
        table = what.table
        asked = (
            sa.func.unnest(sa.bindparam("people", type_=_UUIDS), sa.bindparam("most", type_=sa.ARRAY(sa.BigInteger())))
            .table_valued(sa.column("person", sa.Uuid()), sa.column("most", sa.BigInteger()))
            .render_derived(name="asked")
        )
        is_open = sa.true()
        if what.stage_field is not None:
            is_open = table.c[what.stage_field.name] == sa.any_(sa.bindparam("stages", type_=sa.ARRAY(sa.Text())))
        some = (
            sa.select(table.c.id)
            .where(table.c.owner == asked.c.person, table.c.deleted_at.is_(None), is_open)
            .limit(asked.c.most)
            .correlate(asked)
            .subquery()
        )
        count = sa.select(sa.func.count()).select_from(some).correlate(asked).scalar_subquery()
        statement, _ = compile_statement(sa.select(asked.c.person, count), f"open {what.name}")
        batch.catalog.statements[key] = statement
    stages = [stage.key for stage in pipeline.stages if stage.outcome is None] if pipeline else []
    return statement, {"people": list(limits), "most": list(limits.values()), "stages": stages}


def _turns(catalog: Snapshot) -> Statement:
    found = catalog.statements.get("turns")
    if found is None:
        turn = catalog.system.turn
        query = sa.select(turn.c.person, turn.c.turn, turn.c.credit).where(
            turn.c.policy == sa.bindparam("policy", type_=sa.Text())
        )
        found, _ = compile_statement(query, "turns")
        catalog.statements["turns"] = found
    return found


def _given(catalog: Snapshot) -> Statement:
    found = catalog.statements.get("given")
    if found is None:
        daily = catalog.system.daily
        query = sa.select(daily.c.person, daily.c.given).where(
            daily.c.object == sa.bindparam("object", type_=sa.Text()),
            daily.c.person == sa.any_(sa.bindparam("people", type_=_UUIDS)),
            daily.c.day == sa.bindparam("day", type_=sa.Date()),
        )
        found, _ = compile_statement(query, "given today")
        catalog.statements["given"] = found
    return found
