"""Reserve places late: lock, read turns and room, choose for the whole batch, all written with the same commit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.org import Org
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.db.unit_of_work import Session, Transaction
from closeloop.engine.assign.model import Policy
from closeloop.engine.assign.pick import Choice, pick
from closeloop.engine.assign.reactor import policy_of
from closeloop.engine.assign.room import Load, Room
from closeloop.events.model import ASSIGNED, CREATED, KEPT, UNASSIGNED
from closeloop.expr import Env
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import BY_HAND
from closeloop.records.effects import Effect, Log, Notify, Patch, SetFields, Upsert, WantPlace

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
        wishes = [(work, want, policy_of(work, want, batch)) for work in works for want in work.wants]
        asked = {policy.key: policy for work, want, policy in wishes if not _is_held(work, want, batch)}
        rooms = await _load(tx, batch, list(asked.values())) if asked else {}
        for work, want, policy in wishes:
            if _is_held(work, want, batch):
                batch.apply(work, _held(work, want, policy, batch))
            else:
                room = rooms[policy.key]
                choice = pick(room, work.row, batch.env(work.actor), want.avoid)
                if choice.chosen is not None:
                    room.give(choice.chosen)
                batch.apply(work, _effects(work, want, policy, choice, room, batch))
            work.wants.clear()


def _is_held(work: Work, want: WantPlace, batch: Batch) -> bool:
    """Tell whether the object's records are assigned by hand for now: what somebody asks for is done all the same."""
    return want.reason != BY_HAND and work.what.name in batch.org.by_hand


def _why(work: Work, want: WantPlace, policy: Policy, choice: Choice, reason: str) -> dict[str, Any]:
    return {
        "assignment": {
            "policy": policy.key,
            "definition": policy.definition.id,
            "reason": reason,
            "note": want.note,
            "from": None if work.has(CREATED) else work.row["owner"],
            "chosen": choice.chosen and choice.chosen.person,
            "candidates": choice.candidates,
        }
    }


def _held(work: Work, want: WantPlace, policy: Policy, batch: Batch) -> Iterable[Effect]:
    """Leave a record where it is: with its owner, or waiting for somebody to give it to one."""
    why = _why(work, want, policy, Choice(None, []), "manual_mode")
    if work.row["owner"] is not None:
        yield Log(KEPT, why)
    elif not want.patient:
        yield from _nobody(work, policy, why, "by_hand", batch)


def _nobody(work: Work, policy: Policy, why: dict[str, Any], told: str, batch: Batch) -> Iterable[Effect]:
    """Let a record wait in the policy's pool, and tell whom the policy names."""
    values: dict[str, Any] = {"owner": None}
    if policy.pool is not None:
        values[policy.pool_field] = policy.pool
    yield SetFields(values, UNASSIGNED, why)
    record = work.row["id"]
    yield Upsert(
        "waiting",
        {"id": record, "object": work.what.name, "policy": policy.key, "since": batch.now, "until": None},
    )
    if policy.alarm is not None:
        yield Notify(batch.org.with_role(policy.alarm), told, "danger", {"policy": policy.label}, f"{told}_many")


def _effects(work: Work, want: WantPlace, policy: Policy, choice: Choice, room: Room, batch: Batch) -> Iterable[Effect]:
    why = _why(work, want, policy, choice, want.reason)
    chosen = choice.chosen
    if chosen is None:
        if not want.patient:
            yield from _nobody(work, policy, why, "nobody", batch)
        return
    if not work.has(CREATED) and work.row["owner"] is None:
        yield Patch("waiting", work.row["id"], {"until": batch.now})
    values: dict[str, Any] = {"owner": chosen.person}
    if policy.pool is not None:
        values[policy.pool_field] = None
    yield SetFields(values, ASSIGNED, why)
    # a weighted choice has moved everybody's credit
    moved = [one for one in room.candidates if one.credit is not None] if policy.order == "weighted" else [chosen]
    for one in moved:
        yield Upsert("turn", {"policy": policy.key, "person": one.person, "turn": one.turn, "credit": one.credit})
    day = _today(batch)
    yield Upsert("daily", {"object": work.what.name, "person": chosen.person, "day": day, "given": chosen.load.daily})


def _today(batch: Batch) -> date:
    return batch.now.astimezone(batch.catalog.zone).date()


async def _load(tx: Transaction, batch: Batch, policies: Sequence[Policy]) -> dict[str, Room]:
    """Take the locks, then read in a fresh snapshot: all in one round trip."""
    locked = sorted({f"{batch.catalog.company.schema}.{policy.object}" for policy in policies})
    return await rooms_now(tx, batch.catalog, batch.org, batch.now, policies, [(_LOCK, [locked])])


async def rooms_now(
    session: Session,
    catalog: Snapshot,
    org: Org,
    now: datetime,
    policies: Sequence[Policy],
    before: Sequence[Call] = (),
) -> dict[str, Room]:
    """Return what each policy knows of its candidates at the moment, in one round trip that begins with `before`.

    Without the lock it is a look: by the time something is given, others may have taken the places.
    """
    env = Env(now=now, tz=catalog.zone, calendar=catalog.calendar)
    calls: list[Call] = list(before)
    receivers: list[Callable[[Result], None]] = []
    rooms: dict[str, Room] = {}
    for name in sorted({policy.object for policy in policies}):
        asked = [policy for policy in policies if policy.object == name]
        people = sorted({one for policy in asked for one in policy.candidates(org)})
        loads = {one: Load() for one in people}
        for policy in asked:
            room = rooms[policy.key] = Room(policy, org, env, loads)
            calls.append((_turns(catalog), {"policy": policy.key}))
            receivers.append(partial(_take_turns, room))
        day = now.astimezone(catalog.zone).date()
        calls.append((_given(catalog), {"object": name, "people": people, "day": day}))
        receivers.append(partial(_take_given, loads))
        limits = _limits(rooms[policy.key] for policy in asked)
        if limits:
            calls.append(_open(catalog.object(name), limits, catalog))
            receivers.append(partial(_take_open, loads))
    results = await session.fetch_many(calls)
    for receiver, result in zip(receivers, results[len(before) :], strict=True):
        receiver(result)
    return rooms


def _take_turns(room: Room, result: Result) -> None:
    for person, turn, credit in result.rows:
        room.take_turn(person, turn, credit)


def _take_given(loads: Mapping[UUID, Load], result: Result) -> None:
    for person, given in result.rows:
        loads[person].daily = given


def _take_open(loads: Mapping[UUID, Load], result: Result) -> None:
    for person, number in result.rows:
        loads[person].open = number


def _limits(rooms: Iterable[Room]) -> dict[UUID, int]:
    """Return up to how many open records of each candidate must be counted."""
    limits: dict[UUID, int] = {}
    for room in rooms:
        for one in room.candidates:
            most = _EVERY if room.policy.order == "least_loaded" else one.open
            if most is not None:
                limits[one.person] = max(limits.get(one.person, 0), most)
    return limits


def _open(what: ObjectType, limits: dict[UUID, int], catalog: Snapshot) -> Call:
    """Count the open records of each person, no further than that person's limit."""
    key = ("open", what.name)
    statement = catalog.statements.get(key)
    if statement is None:
        table = what.table
        asked = (
            sa.func.unnest(sa.bindparam("people", type_=_UUIDS), sa.bindparam("most", type_=sa.ARRAY(sa.BigInteger())))
            .table_valued(sa.column("person", sa.Uuid()), sa.column("most", sa.BigInteger()))
            .render_derived(name="asked")
        )
        is_open = open_condition(what)
        some = (
            sa.select(table.c.id)
            .where(table.c.owner == asked.c.person, table.c.deleted_at.is_(None), is_open)
            .limit(asked.c.most)
            .correlate(asked)
            .subquery()
        )
        count = sa.select(sa.func.count()).select_from(some).correlate(asked).scalar_subquery()
        statement, _ = compile_statement(sa.select(asked.c.person, count), f"open {what.name}")
        catalog.statements[key] = statement
    return statement, {"people": list(limits), "most": list(limits.values()), "stages": open_stages(what, catalog)}


def open_condition(what: ObjectType) -> sa.ColumnElement[bool]:
    """Return the condition that a record isn't over, with the parameter `stages`."""
    if what.stage_field is None:
        return sa.true()
    return what.table.c[what.stage_field.name] == sa.any_(sa.bindparam("stages", type_=sa.ARRAY(sa.Text())))


def open_stages(what: ObjectType, catalog: Snapshot) -> list[str]:
    """Return the stages in which a record isn't over."""
    pipeline = catalog.pipeline_of(what)
    return [stage.key for stage in pipeline.stages if stage.outcome is None] if pipeline else []


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
