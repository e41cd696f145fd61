"""The schedule of each rule that has one: a row that says when it is due next, and how far a run has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from closeloop.base.clock import Clock
from closeloop.base.ids import new_id
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.claims import claim_statement
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.db.unit_of_work import Session
from closeloop.engine.rules.model import RULES, Rule

LEASE = timedelta(seconds=60)
"""How long a claim keeps other workers away from a run; each page of records renews it."""
_MOST = 20


@dataclass(frozen=True, slots=True)
class Due:
    """A rule that is due: since when, and behind which record its run goes on."""

    id: UUID
    rule: str
    at: datetime
    cursor: str | None
    done: int


async def claim_schedules(session: Session, catalog: Snapshot, now: datetime) -> tuple[list[Due], int, int]:
    """Lease the rules that are due; with them come the present revision of the definitions and of the organisation."""
    claim = catalog.statements.get("claim schedules")
    if claim is None:
        columns = ("id", "rule", "next_at", "cursor", "done")
        claim = claim_statement(catalog.system.schedule, "next_at", columns, "claim schedules")
        catalog.statements["claim schedules"] = claim
    state = catalog.system.state
    present = catalog.once("present", lambda: sa.select(state.c.revision, state.c.org).where(state.c.id == 1))
    due, at = await session.fetch_many([(claim, {"now": now, "lease": now + LEASE, "most": _MOST}), present])
    return [Due(*row) for row in due.rows], *at.rows[0]


async def keep_in_step(session: Session, catalog: Snapshot, clock: Clock) -> None:
    """Make the rows what the release says: new rules get one, those that are gone lose it, changed ones start anew."""
    schedule = catalog.system.schedule
    query = sa.select(schedule.c.rule, schedule.c.definition)
    present = dict(await session.fetch(*compile_statement(query, "schedules")))
    wanted = {key: rule for key, rule in catalog.all(RULES).items() if rule.active and rule.every is not None}
    calls: list[tuple[Statement, Params]] = []
    gone = sorted(present.keys() - wanted.keys())
    if gone:
        calls.append(compile_statement(sa.delete(schedule).where(schedule.c.rule.in_(gone)), "schedules gone"))
    new = [rule for rule in wanted.values() if present.get(rule.key) != rule.definition.id]
    calls += [_start(catalog, rule, clock) for rule in new]
    if calls:
        await session.fetch_many(calls)


def _start(catalog: Snapshot, rule: Rule, clock: Clock) -> tuple[Statement, Params]:
    schedule = catalog.system.schedule
    values = {
        "definition": rule.definition.id,
        "next_at": next_time(rule, clock.now(), catalog),
        "lease_until": None,
        "cursor": None,
        "done": 0,
    }
    row = insert(schedule).values(id=new_id(clock), rule=rule.key, **values)
    again = row.on_conflict_do_update(index_elements=["rule"], set_={name: row.excluded[name] for name in values})
    return compile_statement(again, "start a schedule")


def next_time(rule: Rule, now: datetime, catalog: Snapshot) -> datetime | None:
    """Return when a rule is due after now: what was missed meanwhile is done once, not once for each time."""
    return rule.every.after(now, catalog.zone) if rule.every is not None else None


async def note(session: Session, catalog: Snapshot, due: Due, **values: object) -> None:
    """Write how far a run has come, unless it has been taken up and ended by another worker."""
    schedule = catalog.system.schedule
    same = (schedule.c.id == due.id, schedule.c.next_at == due.at)
    await session.execute(*compile_statement(sa.update(schedule).where(*same).values(**values), "note a schedule"))
