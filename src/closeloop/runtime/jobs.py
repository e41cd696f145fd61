"""Jobs: long work in chunks, each of which commits the job's place together with what it has done."""

from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.access.decide import Actor
from closeloop.base.errors import CloseloopError, Conflict, NotFound
from closeloop.base.ids import new_id
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Params, Statement, compile_statement, insert_rows, patch_rows
from closeloop.db.unit_of_work import Transaction
from closeloop.records.batch import Batch
from closeloop.records.commands import CreateRecord, DeleteRecord, Submission
from closeloop.records.execute import Outcome, Withdrawn
from closeloop.records.flush import dump, job_hint, notice_calls
from closeloop.records.notices import Told, notice_row
from closeloop.records.parts import Load
from closeloop.runtime.company import CompanyRuntime

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
LEASE = timedelta(seconds=30)
"""How long a job waits whose worker has died."""

Call = tuple[Statement, Params]
Problem = dict[str, Any]


@dataclass(slots=True)
class Job:
    """One job as a worker holds it. `cursor` is the kind's own: where to go on, and what has been counted."""

    id: UUID
    kind: str
    state: str
    person: UUID | None
    created_at: datetime
    step: int
    progress: int
    total: int | None
    errors: int
    attempts: int
    params: Mapping[str, Any]
    cursor: dict[str, Any]


COLUMNS = tuple(Job.__dataclass_fields__)


class JobKind(Protocol):
    """A kind of job. `chunks` gives control back after each chunk that it has committed; it may be left there."""

    @property
    def name(self) -> str: ...
    def chunks(self, runtime: CompanyRuntime, job: Job) -> AsyncGenerator[None]: ...


@dataclass(slots=True)
class Item:
    """One row or record of a chunk: its number, the place behind it, and what is asked of the write path for it."""

    row: int
    behind: Any
    submissions: Sequence[Submission] = ()
    error: Exception | None = None
    record: UUID | None = None
    source: Sequence[str] | None = None
    """The row as it came, for the list of errors."""


@dataclass(slots=True)
class _State:
    step: int
    progress: int
    errors: int
    cursor: dict[str, Any]
    done: int


@dataclass
class Place:
    """A job's place beside the batch of a chunk: it moves on over the items whose outcomes the transaction holds.

    The job's row is locked first and must be where this worker left it, so of two workers that believe to have a job
    one does nothing, and a job that was called off goes no further.
    """

    runtime: CompanyRuntime
    job: Job
    items: Sequence[Item]
    benign: frozenset[str] = frozenset()
    """Codes of errors that are counted and not told, such as `duplicate` where duplicates are to be skipped."""
    _known: dict[int, Outcome] = field(default_factory=dict[int, Outcome])
    _done: int = 0
    _next: _State | None = None
    _fresh: dict[int, Outcome] = field(default_factory=dict[int, Outcome])

    def loads(self, batch: Batch) -> Iterable[Load]:
        def receive(result: Result) -> None:
            if not result.rows or result.rows[0] != (self.job.step, RUNNING):
                raise Withdrawn

        yield Load(_lock(batch.catalog), {"id": self.job.id}, receive)

    def calls(self, outcomes: Sequence[tuple[Submission, Outcome]], batch: Batch) -> Sequence[Call]:
        self._fresh = {id(submission): outcome for submission, outcome in outcomes}
        known = {**self._known, **self._fresh}
        counts: Counter[str] = Counter(self.job.cursor.get("counts", {}))
        errors: list[dict[str, Any]] = []
        at = self._done
        cursor = dict(self.job.cursor)
        while at < len(self.items) and all(id(one) in known for one in self.items[at].submissions):
            item = self.items[at]
            error = item.error or next((e for one in item.submissions if (e := known[id(one)].error)), None)
            if error is not None and getattr(error, "code", None) in self.benign:
                counts["skipped"] += 1
            elif error is not None:
                counts["failed"] += 1
                errors.append(self._error(item, error))
            else:
                counts[_became(item, known)] += 1
            cursor["at"] = item.behind
            at += 1
        cursor["counts"] = dict(counts)
        cursor["told"] = _summed(self.job.cursor.get("told", []), batch.gathered)
        job = self.job
        state = _State(job.step + 1, job.progress + at - self._done, job.errors + len(errors), cursor, at)
        self._next = state
        return [
            *save_calls(batch.catalog, job, state.step, state.progress, state.errors, cursor, batch.now),
            *([_error_call(batch.catalog, errors)] if errors else []),
        ]

    def committed(self) -> None:
        state = self._next
        if state is None:
            return
        self._known.update(self._fresh)
        self._done, job = state.done, self.job
        job.step, job.progress, job.errors, job.cursor = state.step, state.progress, state.errors, state.cursor

    def _error(self, item: Item, error: Exception) -> dict[str, Any]:
        return {
            "job": self.job.id,
            "row": item.row,
            "record": item.record,
            "problem": problem_of(error),
            "source": item.source,
        }


async def run_items(
    runtime: CompanyRuntime, job: Job, items: Sequence[Item], benign: frozenset[str] = frozenset()
) -> None:
    """Carry a chunk's items out and move the job on, in as few transactions as the database lets it.

    Raises Withdrawn where the job is no longer this worker's; Unavailable where the chunk is to be tried again.
    """
    submissions = [one for item in items for one in item.submissions]
    await runtime.executor.run(submissions, Place(runtime, job, items, benign))


def _became(item: Item, known: Mapping[int, Outcome]) -> str:
    outcome = known[id(item.submissions[0])] if item.submissions else None
    if outcome is None:
        return "unchanged"
    if outcome.joined is not None:
        return "joined"
    match item.submissions[0].command:
        case CreateRecord():
            return "created"
        case DeleteRecord():
            return "deleted"
        case _:
            return "updated"


def _summed(before: Sequence[Sequence[Any]], more: Mapping[tuple[str, UUID], int]) -> list[list[Any]]:
    """Add counts of notices; a list of [type, person, count], since a JSON key can't be a pair."""
    sums: Counter[tuple[str, str]] = Counter({(kind, person): count for kind, person, count in before})
    sums.update({(kind, str(person)): count for (kind, person), count in more.items()})
    return [[kind, person, count] for (kind, person), count in sums.items()]


def problem_of(error: Exception) -> Problem:
    """Return an error as it is kept: its code and what its texts need; a fault of ours tells nothing of itself."""
    if not isinstance(error, CloseloopError):
        return {"code": "internal"}
    fields = [{"field": e.field, "code": e.code, "params": _plain(e.params)} for e in error.errors]
    return {"code": error.code, "params": _plain(error.params), **({"errors": fields} if fields else {})}


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    kept = (str, int, float, list, dict)
    return {name: value if isinstance(value, kept) else str(value) for name, value in params.items()}


async def hold_job(tx: Transaction, catalog: Snapshot, job: Job) -> None:
    """Lock a job's row for a transaction that moves it on; raises Withdrawn where it is no longer this worker's."""
    rows = await tx.fetch(_lock(catalog), {"id": job.id})
    if not rows or rows[0] != (job.step, RUNNING):
        raise Withdrawn


def _lock(catalog: Snapshot) -> Statement:
    found = catalog.statements.get("lock job")
    if found is None:
        job = catalog.system.job
        query = (
            sa.select(job.c.step, job.c.state)
            .where(job.c.id == sa.bindparam("id", type_=sa.Uuid()))
            .with_for_update(key_share=True)
        )
        found, _ = compile_statement(query, "lock job")
        catalog.statements["lock job"] = found
    return found


def save_calls(
    catalog: Snapshot, job: Job, step: int, progress: int, errors: int, cursor: Mapping[str, Any], now: datetime
) -> list[Call]:
    """Return the statements that keep a job's place and lease, and the hint that it has moved."""
    row = {
        "id": job.id,
        "step": step,
        "progress": progress,
        "total": job.total,
        "errors": errors,
        "cursor": cursor,
        "attempts": 0,
        "lease_until": now + LEASE,
    }
    statement = catalog.statements.get("save job")
    if statement is None:
        statement = catalog.statements["save job"] = patch_rows(catalog.system.job, list(row)[1:])
    calls: list[Call] = [(statement, [dump([row])])]
    if job.person is not None:
        calls.append(job_hint(catalog, job.person))
    return calls


def _error_call(catalog: Snapshot, rows: Sequence[Mapping[str, Any]]) -> Call:
    statement = catalog.statements.get("job errors")
    if statement is None:
        statement = catalog.statements["job errors"] = insert_rows(catalog.system.job_error, list(rows[0]))
    return statement, [dump(rows)]


async def start_job(
    runtime: CompanyRuntime,
    kind: str,
    actor: Actor,
    params: Mapping[str, Any],
    *,
    total: int | None = None,
    key: str | None = None,
    also: Sequence[Call] = (),
) -> UUID:
    """Put a job into the queue and return its id; the same key again gives the first one's. `also` commits with it."""
    now = runtime.clock.now()
    job_id = new_id(runtime.clock)
    row: dict[str, Any] = {
        "id": job_id,
        "kind": kind,
        "state": QUEUED,
        "person": actor.id,
        "key": key,
        "created_at": now,
        "next_at": now,
        "attempts": 0,
        "step": 0,
        "progress": 0,
        "total": total,
        "errors": 0,
        "params": {**params, **({} if actor.limits is None else {"limits": sorted(actor.limits)})},
        "cursor": {},
    }
    statement = insert_rows(runtime.tables.job, list(row))
    try:
        async with runtime.database.transaction() as tx:
            await tx.commit_with([(statement, [dump([row])]), *also])
    except Conflict:
        job = runtime.tables.job
        query = sa.select(job.c.id, job.c.kind, job.c.params).where(job.c.person == actor.id, job.c.key == key)
        async with runtime.database.autocommit() as session:
            earlier = await session.fetch_one(*compile_statement(query, "earlier job"))
        if (
            earlier is None
            or key is None
            or (earlier[1], _asked(earlier[2])) != (kind, _asked(orjson.loads(dump(row["params"]))))
        ):
            raise Conflict("idempotency_mismatch") from None
        return earlier[0]
    return job_id


async def is_key_of_job(runtime: CompanyRuntime, person: UUID, key: str) -> bool:
    """Tell whether somebody has started a job under a key."""
    job = runtime.tables.job
    query = sa.select(job.c.id).where(job.c.person == person, job.c.key == key)
    async with runtime.database.autocommit() as session:
        return await session.fetch_one(*compile_statement(query, "job of a key")) is not None


def _asked(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked for: an upload that is repeated has another id and the same hash."""
    return {name: value for name, value in params.items() if name != "file"}


async def cancel_job(runtime: CompanyRuntime, job_id: UUID) -> None:
    """Call a job off; the chunk under way is finished, and one that is over stays as it ended."""
    table, now = runtime.tables.job, runtime.clock.now()
    columns = (table.c[name] for name in COLUMNS)
    open_ = sa.select(*columns).where(table.c.id == job_id, table.c.state.in_((QUEUED, RUNNING)))
    values = {"state": CANCELLED, "next_at": None, "lease_until": None, "finished_at": now}
    async with runtime.database.transaction() as tx:
        rows = await tx.fetch_dicts(*compile_statement(open_.with_for_update(key_share=True), "job to cancel"))
        if rows:
            change = sa.update(table).where(table.c.id == job_id).values(**values)
            await tx.commit_with([compile_statement(change, "cancel job"), *told_calls(runtime, Job(**rows[0]))])


def told_calls(runtime: CompanyRuntime, job: Job) -> list[Call]:
    """Return the statements that tell people the sums of what a job that ends has done to their records."""
    notices = [
        notice_row(
            new_id(runtime.clock),
            UUID(person),
            Told(kind, "info", {"count": count}, job.params.get("object")),
            runtime.clock.now(),
            runtime.org,
            runtime.catalog,
        )
        for kind, person, count in job.cursor.get("told", [])
        if person != str(job.person)
    ]
    hints = [job_hint(runtime.catalog, job.person)] if job.person is not None else []
    return [*notice_calls(runtime.catalog, notices), *hints]


def person_of(runtime: CompanyRuntime, job: Job) -> Actor:
    """Return the actor of a job: the person who asked for it, with the rights that the person has now.

    What a program asked for stays within the limits that its token had.
    """
    person = runtime.org.people.get(job.person) if job.person else None
    if person is None or not person.active:
        raise NotFound("unknown_person")
    limits: list[str] | None = job.params.get("limits")
    return runtime.actor_of(person, None if limits is None else frozenset(limits))
