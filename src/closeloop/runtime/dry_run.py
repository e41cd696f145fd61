"""Say what a draft would have done with past records, beside what the present version would: nothing is written.

Of the newest records that the asker may read the log is walked back, so each is seen as it was after every event. What
lies beyond a record (its relations, its lists) is taken as it is today, and what steps would have changed is not
followed up.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.decide import Actor
from closeloop.catalog.expressions import row_for
from closeloop.catalog.field_types import Coercion, type_for
from closeloop.catalog.releases import next_release
from closeloop.catalog.snapshot import Kind, ObjectType, Snapshot
from closeloop.catalog.store import Body
from closeloop.db.statement import compile_statement
from closeloop.db.unit_of_work import Transaction
from closeloop.engine.assign.model import POLICIES
from closeloop.engine.rules.model import RULES, Rule
from closeloop.engine.scoring.model import SCORECARDS
from closeloop.events.model import ASSIGNED, UNASSIGNED, Event
from closeloop.expr import Env
from closeloop.records.query import Query, Reader
from closeloop.records.related import Beyond, List, NotLoaded, RecordRow, Target
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.kernel import KINDS

MOST = 500
"""Records of one dry run."""
MOST_EVENTS = 20_000
"""Events that are walked through; of records whose log goes beyond that nothing is said."""
EXAMPLES = 20
"""Records that are named where the verdicts differ."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a record, and the record before and after it."""

    event: Event
    before: RecordRow
    after: RecordRow


@dataclass(frozen=True, slots=True)
class Past:
    """What happened to one record, oldest first; `now` is the record as it is."""

    now: RecordRow
    moments: Sequence[Moment]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What was looked at, how often each pair of verdicts (present, draft) came up, and records where they differ."""

    object: str
    looked: int
    verdicts: Sequence[tuple[str | None, str | None, int]]
    examples: Sequence[tuple[UUID, str | None, str | None]]


Verdict = Callable[[Past, str, Snapshot, Actor], str | None]
"""What the definition with a key in a catalog says of a record's past."""


async def dry_run(runtime: CompanyRuntime, actor: Actor, draft: Body, last: int) -> DryRun:
    """Judge the newest `last` records twice, by a draft of one of the kinds of `JUDGES`; raises Invalid for a bad one.

    Cost: four statements (a page by creation, the rows, their events, what lies beyond), each on an index; linear in
    the events of the records. What is compiled and judged is so in a thread: a web process goes on answering.
    """
    kind, verdict = JUDGES[draft.kind]
    present = runtime.catalog
    definitions, _ = next_release([one for of in present.definitions.values() for one in of], [draft], runtime.clock)
    compiling = partial(Snapshot, present.company, present.release, definitions, KINDS, present.conversions)
    tried = await asyncio.to_thread(compiling, before=present)
    name: str = tried.all(kind)[draft.key].object
    env = actor.env(runtime.clock.now(), present)
    async with runtime.database.autocommit() as session:
        reader = Reader(present, actor, env)
        page = await reader.page(session, Query(name, sort="-created_at", limit=last))
    wanted: set[Target | List] = set()
    ids, system = [row["id"] for row in page.rows], runtime.system()

    def judged(pasts: Sequence[Past]) -> list[tuple[UUID, str | None, str | None]]:
        both = ((past, [verdict(past, draft.key, catalog, system) for catalog in (present, tried)]) for past in pasts)
        return [(past.now["id"], before, after) for past, (before, after) in both]

    while True:
        async with runtime.database.transaction() as tx:
            pasts = await _pasts(tx, runtime, tried, name, ids, wanted)
        try:
            pairs = await asyncio.to_thread(judged, pasts)
        except NotLoaded as lost:
            wanted.add(lost.what)
            continue
        counted = Counter((before, after) for _, before, after in pairs)
        return DryRun(
            name,
            len(pairs),
            [(*pair, count) for pair, count in counted.most_common()],
            [one for one in pairs if one[1] != one[2]][:EXAMPLES],
        )


async def _pasts(
    tx: Transaction,
    runtime: CompanyRuntime,
    tried: Snapshot,
    name: str,
    ids: Sequence[UUID],
    wanted: set[Target | List],
) -> list[Past]:
    what = tried.object(name)
    event = runtime.tables.event
    log = (
        sa.select(*event.columns).where(event.c.record == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid()))))
    ).order_by(event.c.record, event.c.id).limit(MOST_EVENTS + 1)  # fmt: skip
    query = sa.select(*what.table.columns).where(what.table.c.id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid()))))
    found, logged = await tx.fetch_many(
        [compile_statement(query, f"dry run {name}"), compile_statement(log, "dry run events")]
    )
    unread = Env(runtime.clock.now(), tried.zone, calendar=tried.calendar)
    beyond = Beyond(tried, runtime.org, unread, {}, wanted)
    events = [_event(row) for row in logged.dicts()]
    cut_off = events[-1].record if len(events) > MOST_EVENTS else None
    by_record = {record: list(of) for record, of in groupby(events, key=lambda one: one.record)}
    present = [beyond.row(what, row) for row in found.dicts() if row["id"] in by_record and row["id"] != cut_off]
    for row in present:
        what.complete(row, unread)
    await beyond.read(tx, [(what, row) for row in present])
    return [_past(what, row, by_record[row["id"]], unread) for row in present]


def _event(row: Mapping[str, Any]) -> Event:
    values: dict[str, Any] = {**row, "changes": row["changes"] or {}}
    return Event(**values)


def _past(what: ObjectType, now: RecordRow, events: Sequence[Event], env: Env) -> Past:
    moments: list[Moment] = []
    after = now
    for event in reversed(events):
        before = after.copy()
        old = {name: _typed(what, name, pair[0]) for name, pair in event.changes.items() if name in before}
        before.update(old)
        what.complete(before, env)
        moments.append(Moment(event, before, after))
        after = before
    return Past(now, moments[::-1])


def _typed(what: ObjectType, name: str, value: Any) -> Any:
    """Return a value of the log as a row has it; what its field no longer takes stays as it was written."""
    field = what.fields.get(name)
    if field is None or value is None:
        return value
    try:
        return type_for(field).coerce(value, field)
    except Coercion:
        return value


def _grade(past: Past, key: str, catalog: Snapshot, actor: Actor) -> str | None:
    """Return the grade, or the total where there are no bands, that a scorecard gives the record as it is."""
    card = catalog.all(SCORECARDS).get(key)
    if card is None:
        return None
    total, grade, _ = card.score(past.now, actor.env(past.now["updated_at"], catalog))
    return grade if card.bands else str(total)


def _policy(past: Past, key: str, catalog: Snapshot, actor: Actor) -> str | None:
    """Return which of the object's policies decides over the record as it was before it was first given to somebody."""
    policy = catalog.all(POLICIES).get(key)
    if policy is None:
        return None
    first = next((one for one in past.moments if one.event.type in (ASSIGNED, UNASSIGNED)), None)
    row, at = (past.now, past.now["created_at"]) if first is None else (first.before, first.event.at)
    env = actor.env(at, catalog)
    return next((one.key for one in catalog.on(POLICIES, policy.object) if one.fits(row, env)), None)


def _runs(past: Past, key: str, catalog: Snapshot, actor: Actor) -> str | None:
    """Return how often a rule runs for the record; one on a schedule, whether it would now."""
    rule = catalog.all(RULES).get(key)
    if rule is None or not rule.active:
        return "0"
    if rule.every is not None:
        env = actor.env(past.now["updated_at"], catalog)
        return str(int(all(one is None or one.evaluate(past.now, env) is True for one in (rule.where, rule.when))))
    runs = sum(1 for _ in _causes(rule, past, catalog, actor))
    return str(min(runs, 1) if rule.once else runs)


def _causes(rule: Rule, past: Past, catalog: Snapshot, actor: Actor) -> Iterator[Event]:
    """Yield the events that set the rule off: at most one of each command, whose events share a version."""
    for _, group in groupby(past.moments, key=lambda one: one.event.record_version):
        moments = list(group)
        events = [one.event for one in moments]
        cause = next((found for one in rule.after if (found := one.cause(events, rule.reads)) is not None), None)
        if cause is None:
            continue
        before, after = moments[0].before, moments[-1].after
        changed = {name for one in events for name in one.changes}
        facts: Mapping[str, Mapping[str, Any]] = {
            "before": before, "changed": {name: name in changed for name in catalog.object(rule.object).fields}
        }  # fmt: skip
        if rule.when is None or rule.when.evaluate(row_for(rule.when, after, **facts), actor.env(cause.at, catalog)):
            yield cause


JUDGES: Mapping[str, tuple[Kind[Any], Verdict]] = {
    SCORECARDS.name: (SCORECARDS, _grade),
    POLICIES.name: (POLICIES, _policy),
    RULES.name: (RULES, _runs),
}
"""The kinds whose drafts can be tried on the past, and how each judges a record."""
