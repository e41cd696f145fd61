"""The only write path: a batch of commands in, one transaction, an outcome for each command out."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Protocol
from uuid import UUID

from closeloop.access.decide import Actor
from closeloop.access.org import Org
from closeloop.base.clock import Clock
from closeloop.base.errors import CloseloopError, Conflict, FieldError, Invalid, Unavailable
from closeloop.base.figures import BATCH_COMMANDS, BATCH_SECONDS, COMMANDS, EVENTS
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.connection import Result
from closeloop.db.engine import Database
from closeloop.db.errors import OutOfDate, retrying
from closeloop.db.gate import pass_gate
from closeloop.db.statement import Statement
from closeloop.db.unit_of_work import Transaction
from closeloop.events.messages import TITLES
from closeloop.records.batch import Batch, Row, Work
from closeloop.records.checks import require_checks
from closeloop.records.commands import CreateRecord, Submission
from closeloop.records.figures import parents_of, roll_up
from closeloop.records.flush import hint_call, other_calls, record_calls
from closeloop.records.load import rows_at_hand
from closeloop.records.numbers import Numbers, Short
from closeloop.records.parts import Load, Parts
from closeloop.records.related import List, NotLoaded, Target

DEPTH_LIMIT = 8
"""How many commands deep a chain of causes may go before it is taken for a loop."""

_log = logging.getLogger(__name__)


class CompanyState(Protocol):
    """What is known of a company at the moment: its catalogs and its people, and how to see them anew."""

    @property
    def revision(self) -> int: ...
    @property
    def org(self) -> Org: ...
    @property
    def database(self) -> Database: ...
    def catalog_for(self, actor: Actor) -> Snapshot: ...
    async def refresh(self) -> None: ...
    async def pin(self, definitions: Iterable[UUID]) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one submission: a record, an earlier answer, or an error."""

    what: ObjectType | None = None
    row: Row | None = None
    joined: UUID | None = None
    answer: Any = None
    error: Exception | None = None

    def record(self) -> Row:
        """Return the record; raises the error that stood in the way."""
        if self.error is not None:
            raise self.error
        if self.row is None:
            msg = "the answer is an earlier one and holds no row"
            raise RuntimeError(msg)
        return self.row


class _Stale(Exception):
    """The company's definitions or people have moved on since the catalog at hand was made."""


class _Unpinned(Exception):
    """Something runs on versions that have not been read yet."""

    def __init__(self, definitions: Iterable[UUID]) -> None:
        super().__init__("versions have to be read")
        self.definitions = frozenset(definitions)


class _Failed(Exception):
    """One command of the batch failed after the batch had begun to change: the others start again without it."""

    def __init__(self, work: Work, error: Exception) -> None:
        super().__init__(str(error))
        self.work = work
        self.error = error


class Executor:
    """Carries out batches of one company."""

    def __init__(self, company: CompanyState, parts: Parts, clock: Clock) -> None:
        self._company = company
        self._parts = parts
        self._clock = clock

    async def run(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Carry out submissions as `_run` does, and count what became of them."""
        started = perf_counter()
        outcomes = await self._run(submissions)
        BATCH_SECONDS.observe(perf_counter() - started)
        BATCH_COMMANDS.observe(len(submissions))
        for submission, outcome in zip(submissions, outcomes, strict=True):
            COMMANDS.labels(type(submission.command).__name__, _became(outcome)).inc()
        return outcomes

    async def _run(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Carry out all submissions that can be, in order and in one transaction; the rest is told one by one.

        A command that fails takes nothing with it. If the database refuses the whole batch, it is cut in halves
        until the commands that it refuses stand alone. Submissions of people who work with different releases are
        batches of their own. Raises only Unavailable: nothing was changed then.
        """
        groups: dict[int, list[int]] = {}
        for i, submission in enumerate(submissions):
            groups.setdefault(self._company.catalog_for(submission.actor).release, []).append(i)
        if len(groups) < 2:
            return await self._alike(submissions)
        outcomes: dict[int, Outcome] = {}
        for places in groups.values():
            outcomes.update(zip(places, await self._part([submissions[i] for i in places]), strict=True))
        return [outcomes[i] for i in range(len(submissions))]

    async def _alike(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Carry out submissions of people who work with the same release."""
        failed: dict[int, Exception] = {}
        again = False
        while True:
            todo = {i: s for i, s in enumerate(submissions) if i not in failed}
            if not todo:
                return [Outcome(error=failed[i]) for i in range(len(submissions))]
            catalog = self._company.catalog_for(next(iter(todo.values())).actor)
            numbers = Numbers(catalog, self._clock.now())
            numbers.want(one.command for one in todo.values())
            try:
                done = await self._fitting(todo, numbers)
            except _Stale:
                await self._company.refresh()
                return await self._run(submissions)
            except _Unpinned as signal:
                await self._company.pin(signal.definitions)
                continue
            except _Failed as signal:
                root = signal.work.root or signal.work
                failed[next(i for i, s in todo.items() if s is root.submission)] = signal.error
                continue
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - told to whoever asked
                if len(submissions) == 1:
                    if not again and _met_its_twin(submissions[0], error):
                        again = True  # the other one has been committed: its answer is found now
                        continue
                    if not isinstance(error, CloseloopError):
                        _log.exception("a command was refused by the database")
                    return [Outcome(error=_at_field(error, catalog))]
                half = len(submissions) // 2
                return await self._part(submissions[:half]) + await self._part(submissions[half:])
            return [done[i] if i in done else Outcome(error=failed[i]) for i in range(len(submissions))]

    async def _part(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Carry out a part of a batch: what is unavailable to it must not hide what another part has committed."""
        try:
            return await self._run(submissions)
        except Unavailable as error:
            return [Outcome(error=error)] * len(submissions)

    async def _fitting(self, submissions: dict[int, Submission], numbers: Numbers) -> dict[int, Outcome]:
        """Attempt it; a statement that fits the tables no more is told as _Stale where there is a newer catalog."""
        revision = self._company.revision
        try:
            return await retrying(lambda: self._numbered(submissions, numbers))
        except OutOfDate as error:
            await self._company.refresh()
            if self._company.revision == revision:
                raise error.__cause__ or error from None
            raise _Stale from error

    async def _numbered(self, submissions: dict[int, Submission], numbers: Numbers) -> dict[int, Outcome]:
        """Carry the submissions out with the numbers that they need, reserved before the transaction begins."""
        beyond: set[Target | List] = set()
        while True:
            await numbers.reserve(self._company.database)
            try:
                return await self._attempt(submissions, numbers, beyond)
            except Short as short:
                numbers.want_another(short)
            except NotLoaded as lost:
                beyond.add(lost.what)

    async def _attempt(
        self, submissions: dict[int, Submission], numbers: Numbers, beyond: set[Target | List]
    ) -> dict[int, Outcome]:
        batch = Batch(numbers.catalog, self._company.org, self._clock, numbers, beyond)
        revision = self._company.revision
        works = {i: Work(s, s.command, s.actor) for i, s in submissions.items()}
        done: dict[int, Outcome] = {}
        every: list[Work] = []
        async with self._company.database.transaction() as tx:
            round_ = list(works.values())
            seen: int | None = revision
            while round_:
                await self._load(tx, round_, batch, seen)
                seen = None
                round_ = [work for work in round_ if work.answer is None]
                round_ = self._check(round_, works, done, batch)
                for work in round_:
                    self._guarded(work, batch, self._decide)
                if any(work.wants for work in round_):
                    await self._parts.reserver.reserve(tx, round_, batch)
                for work in round_:
                    self._guarded(work, batch, self._follow)
                every += round_
                round_ = [work for one in round_ for work in _caused(one)]
            calls = record_calls(batch)
            parents = parents_of(batch)
            if parents:  # the answers that are kept below show the figures
                await roll_up(tx, batch, calls, parents)
                calls = []
            for i, work in works.items():
                if i not in done and work.answer is None and work.state is not None:
                    self._guarded(work, batch, self._close)
            events: list[Mapping[str, Any]] = [event.row() for work in every for event in work.events]
            calls += other_calls(batch, events)
            if calls or parents:
                hint = hint_call(batch, events)
                await tx.commit_with([*calls, hint] if hint else calls)
        _count(event["type"] for event in events)
        return {i: done[i] if i in done else _outcome(work) for i, work in works.items()}

    async def _load(self, tx: Transaction, works: Sequence[Work], batch: Batch, revision: int | None) -> None:
        """Load what the works need; with a revision first see that the catalog at hand is of it."""
        loads = [load for loader in self._parts.loaders for load in loader.loads(works, batch)]
        if revision is not None:
            loads[:0] = self._freshness(batch, revision)
        results = await tx.fetch_many([(load.statement, load.params) for load in loads]) if loads else []
        for load, result in zip(loads, results, strict=True):
            load.receive(result)
        if batch.unknown:
            raise _Unpinned(batch.unknown)
        await batch.beyond.read(tx, rows_at_hand(works, batch, self._parts.handlers))

    def _freshness(self, batch: Batch, revision: int) -> list[Load]:
        """See within the transaction that the catalog and the people at hand are the present ones, and will be.

        The gate comes first and by itself: a statement that had to wait for it would see what was before.
        """
        state = batch.catalog.system.state
        key = "freshness"
        statement = batch.catalog.statements.get(key)
        if statement is None:
            text = f'SELECT revision, org FROM "{state.schema}"."{state.name}" WHERE id = 1'  # noqa: S608 - our own name
            statement = batch.catalog.statements[key] = Statement(text, key)

        def receive(result: Result) -> None:
            if result.rows[0] != (revision, batch.org.version):
                raise _Stale

        gate, params = pass_gate(batch.catalog.company.schema)
        return [Load(gate, params, lambda result: None), Load(statement, (), receive)]  # noqa: ARG005 - its shape

    def _check(self, round_: list[Work], works: dict[int, Work], done: dict[int, Outcome], batch: Batch) -> list[Work]:
        """Run the checks that change nothing; a caller's command that fails here leaves the batch as it is."""
        good: list[Work] = []
        for work in round_:
            try:
                if work.depth > DEPTH_LIMIT:
                    raise Invalid("too_deep", limit=DEPTH_LIMIT)
                self._parts.handlers[type(work.command)].check(work, batch)
            except (Short, NotLoaded):
                raise
            except Exception as error:
                index = next((i for i, one in works.items() if one is work), None)
                if index is None:
                    raise _Failed(work, error) from error
                if not isinstance(error, CloseloopError):
                    _log.exception("a command failed")
                done[index] = Outcome(error=error)
            else:
                good.append(work)
        return good

    def _guarded(self, work: Work, batch: Batch, step: Any) -> None:
        try:
            step(work, batch)
        except NotLoaded:
            raise
        except Exception as error:
            if not isinstance(error, CloseloopError):
                _log.exception("a command failed")
            raise _Failed(work, error) from error

    def _decide(self, work: Work, batch: Batch) -> None:
        handler = self._parts.handlers[type(work.command)]
        batch.apply(work, handler.start(work, batch))
        for decider in self._parts.deciders:
            batch.apply(work, decider.react(work, batch))
        require_checks(work, batch)
        if work.state is not None and isinstance(work.command, CreateRecord) and work.joined is None:
            batch.records[work.what.name, work.row["id"]] = work.state

    def _follow(self, work: Work, batch: Batch) -> None:
        for follower in self._parts.followers:
            batch.apply(work, follower.react(work, batch))

    def _close(self, work: Work, batch: Batch) -> None:
        for closer in self._parts.closers:
            batch.apply(work, closer.react(work, batch))


def _became(outcome: Outcome) -> str:
    if outcome.error is not None:
        return outcome.error.code if isinstance(outcome.error, CloseloopError) else "internal"
    return "joined" if outcome.joined is not None else "done"


def _count(types: Iterable[str]) -> None:
    """Count written events: those of the kernel by type, a company's own operations together."""
    for name, times in Counter(types).items():
        EVENTS.labels(name if name in TITLES else "operation").inc(times)


def _outcome(work: Work) -> Outcome:
    if isinstance(work.answer, Exception):
        return Outcome(error=work.answer)
    if work.answer is not None:
        return Outcome(answer=work.answer)
    return Outcome(what=work.what, row=work.row, joined=work.joined)


def _at_field(error: Exception, catalog: Snapshot) -> Exception:
    """Tell a value that must be unique and is taken at its field."""
    if isinstance(error, Conflict) and error.code == "taken":
        for what in catalog.objects.values():
            field = what.taken_by.get(error.params.get("constraint", ""))
            if field is not None:
                return Conflict("taken", errors=[FieldError(field, "taken")])
    return error


def _met_its_twin(submission: Submission, error: Exception) -> bool:
    """Tell whether the same write came in twice at once, and the other one was first to take the key."""
    keyed = submission.once is not None or (submission.inbound is not None and submission.inbound.key is not None)
    return keyed and isinstance(error, Conflict) and error.code == "taken"


def _caused(work: Work) -> list[Work]:
    """Return the works that a work set off: under the rights of the definition that asked for them."""
    if not work.then:
        return []
    actor = replace(work.actor, elevated=True)
    cause = work.events[-1].id if work.events else work.cause
    return [Work(work.submission, command, actor, work.depth + 1, cause, work.root or work) for command in work.then]
