"""Why somebody is given nothing: the causes in the order in which one would look, out of what decisions have kept."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.access import audit
from closeloop.access.duty import away
from closeloop.access.org import Person
from closeloop.base.ids import first_id_at
from closeloop.catalog.snapshot import ObjectType
from closeloop.connect.channels import CHANNELS
from closeloop.connect.inbound import REFUSED
from closeloop.db.connection import Result
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.engine.assign.model import POLICIES, Policy, watch_of
from closeloop.engine.assign.reserve import rooms_now
from closeloop.events.model import ASSIGNED, UNASSIGNED
from closeloop.runtime.company import CompanyRuntime

SAMPLE = 100
"""Records, the newest, whose decisions are looked at."""
SHOWN = 5
_MOST_INTAKES = 10_000
_ABOUT_PERSON = (
    audit.PERSON_MADE, audit.PERSON_CHANGED, audit.PERSON_LEFT, audit.PERSON_BACK, audit.DUTY_CHANGED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """One possible cause: whether it holds, what was found as a code, and what the code's text needs."""

    key: str
    holds: bool
    code: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    records: Sequence[UUID] = ()
    """Records that show it."""


@dataclass(frozen=True, slots=True)
class _Decision:
    record: UUID
    policy: str
    reason: str | None
    """Why the person was chosen or passed over; None where the policy didn't ask the person."""


async def causes_of(runtime: CompanyRuntime, what: ObjectType, person: Person) -> list[Cause]:
    """Return all causes in order: rule, people, room, filters, connector, last change.

    Cost: two round trips, whatever the number of people: the decisions over the newest records, each by index; the
    person's room; the newest payloads of the object's channels within the days watched; three reads of one row each.
    """
    catalog, org, now = runtime.catalog, runtime.org, runtime.clock.now()
    policies: Sequence[Policy] = catalog.on(POLICIES, what.name)
    since = now - timedelta(days=watch_of(policies).days)
    channels = [one.key for one in catalog.all(CHANNELS).values() if one.object == what.name]
    async with runtime.database.autocommit() as session:
        decided, taken, released, about, switched = await session.fetch_many(
            [
                _decisions(runtime, what),
                _intakes(runtime, channels, since),
                *_changes(runtime, what, person.id),
            ]
        )
        rooms = await rooms_now(session, catalog, org, now, policies)
    decisions = _read(decided, person.id)
    mine = [policy for policy in policies if person.id in policy.candidates(org)]
    standings = {key: one.standing() for key, room in rooms.items() if (one := room.of(person.id)) is not None}
    return [
        _rule(what.name in org.by_hand, policies, mine, decisions),
        _people(person, policies, mine, standings, away(person, now, catalog.is_open)),
        _room(standings),
        _filters(decisions),
        _connector(taken, channels),
        _change([released, about, switched], since),
    ]


def _rule(by_hand: bool, policies: Sequence[Policy], mine: Sequence[Policy], decisions: Sequence[_Decision]) -> Cause:
    """Ask whether a policy includes the person, and whether such policies have been the ones to decide."""
    if by_hand:
        return Cause("rule", True, "by_hand")
    if not policies:
        return Cause("rule", True, "no_policies")
    if not mine:
        return Cause("rule", True, "in_no_policy", {"policies": [one.key for one in policies]})
    keys = {one.key for one in mine}
    others = [one for one in decisions if one.policy not in keys]
    params = {"policies": sorted(keys), "decisions": len(decisions), "others": len(others)}
    code = "others_decide" if decisions and len(others) == len(decisions) else "in_policies"
    return Cause("rule", code == "others_decide", code, params, [one.record for one in others[:SHOWN]])


def _people(
    person: Person,
    policies: Sequence[Policy],
    mine: Sequence[Policy],
    standings: Mapping[str, str],
    reason: str | None,
) -> Cause:
    """Ask whether the person is there, is on duty where that counts, has the role and a share."""
    if reason is not None and (reason == "inactive" or not mine or any(one.on_duty for one in mine)):
        return Cause("people", True, reason)
    asked = sorted({one.role for one in policies if one.role is not None} - set(person.roles))
    if not mine and asked:
        return Cause("people", True, "no_role", {"roles": asked})
    if mine and all(standing == "no_weight" for standing in standings.values()):
        return Cause("people", True, "no_weight")
    return Cause("people", False, "on_duty")


def _room(standings: Mapping[str, str]) -> Cause:
    full = sorted({one for one in standings.values() if one in ("no_room_open", "no_room_daily")})
    holds = bool(full) and all(one in ("no_room_open", "no_room_daily") for one in standings.values())
    return Cause("room", holds, full[0] if full else "has_room")


def _filters(decisions: Sequence[_Decision]) -> Cause:
    """Ask whether the person was asked and passed over since the records weren't for the person."""
    asked = [one for one in decisions if one.reason is not None]
    counts = Counter(one.reason for one in asked)
    passed = [one for one in asked if one.reason in ("not_for_record", "not_preferred")]
    chosen = counts["chosen"] + counts["preferred"]
    holds = bool(passed) and not chosen and 2 * len(passed) > len(asked)
    params = {"decisions": len(asked), "passed": len(passed), "chosen": chosen}
    return Cause("filters", holds, "passed_over" if holds else "asked", params, [one.record for one in passed[:SHOWN]])


def _connector(taken: Result, channels: Sequence[str]) -> Cause:
    """Ask whether payloads come in at all: a channel may be silent, or refuse all that comes."""
    found = {
        key: {"channel": key, "last_at": last, "in": number, "refused": no} for key, last, number, no in taken.rows
    }
    silent = [key for key in channels if key not in found]
    refusing = [key for key, one in found.items() if one["refused"] == one["in"]]
    code = "refusing" if refusing else "silent" if silent else "flowing"
    params = {
        "channels": [found.get(key, {"channel": key, "last_at": None, "in": 0, "refused": 0}) for key in channels]
    }
    return Cause("connector", bool(refusing or silent), code, {**params, "names": refusing or silent or list(channels)})


def _change(results: Sequence[Result], since: datetime) -> Cause:
    """Return the latest change of a policy, of the person or of the switch."""
    last = max((row for result in results for row in result.rows), key=lambda row: row[0], default=None)
    if last is None:
        return Cause("change", False, "no_change")
    at, kind, name, by = last
    return Cause("change", at >= since, "changed", {"at": at, "what": kind, "name": name, "by": by})


def _read(decided: Result, person: UUID) -> list[_Decision]:
    return list(_each(decided, str(person)))


def _each(decided: Result, person: str) -> Iterator[_Decision]:
    for record, why in decided.rows:
        decision: dict[str, Any] = why.get("assignment") or {}
        if decision.get("policy"):
            candidates: list[dict[str, Any]] = decision["candidates"]
            reason = next((one["reason"] for one in candidates if one["person"] == person), None)
            yield _Decision(record, decision["policy"], reason)


def _decisions(runtime: CompanyRuntime, what: ObjectType) -> tuple[Statement, Params]:
    table, event = what.table, runtime.tables.event
    newest = (
        sa.select(table.c.id)
        .where(table.c.deleted_at.is_(None))
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .limit(SAMPLE)
        .subquery()
    )
    query = (
        sa.select(event.c.record, event.c.why)
        .select_from(newest.join(event, event.c.record == newest.c.id))
        .where(event.c.type.in_([ASSIGNED, UNASSIGNED]), event.c.why.is_not(None))
        .order_by(event.c.id.desc())
        .limit(2 * SAMPLE)
    )
    return compile_statement(query, "decisions over the newest")


def _intakes(runtime: CompanyRuntime, channels: Sequence[str], since: datetime) -> tuple[Statement, Params]:
    """Count what came in by channel: ids tell the time, so the newest payloads are a range of the primary key."""
    intake = runtime.tables.intake
    newest = (
        sa.select(intake.c.channel, intake.c.at, intake.c.state)
        .where(intake.c.id >= first_id_at(int(since.timestamp() * 1000)), intake.c.channel.in_(channels))
        .order_by(intake.c.id.desc())
        .limit(_MOST_INTAKES)
        .subquery()
    )
    refused = sa.func.count(sa.case((newest.c.state == REFUSED, 1)))
    query = sa.select(newest.c.channel, sa.func.max(newest.c.at), sa.func.count(), refused)
    return compile_statement(query.group_by(newest.c.channel), "what came in")


def _changes(runtime: CompanyRuntime, what: ObjectType, person: UUID) -> list[tuple[Statement, Params]]:
    """Return the reads of the latest change of each sort: (when, what, name, by whom)."""
    definition, trail, by_hand = runtime.tables.definition, runtime.tables.audit, runtime.tables.by_hand
    keys = [one.definition.id for one in runtime.catalog.on(POLICIES, what.name)]
    policy = sa.select(definition.c.created_at, definition.c.kind, definition.c.key, definition.c.created_by)
    about = sa.select(trail.c.at, trail.c.type, sa.null(), trail.c.actor)
    switched = sa.select(by_hand.c.at, sa.literal(audit.DEALING_CHANGED), by_hand.c.note, by_hand.c.by)
    return [
        compile_statement(
            policy.where(definition.c.id.in_(keys)).order_by(definition.c.created_at.desc()).limit(1), "policy changed"
        ),
        compile_statement(
            about.where(trail.c.person == person, trail.c.type.in_(_ABOUT_PERSON)).order_by(trail.c.id.desc()).limit(1),
            "person changed",
        ),
        compile_statement(switched.where(by_hand.c.object == what.name), "switched"),
    ]
