"""The only write path: a batch of commands in, one transaction, an outcome for each command out."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Protocol
from uuid import UUID

from closeloop.access.org import Org
from closeloop.base.clock import Clock
from closeloop.base.errors import CloseloopError, Conflict, FieldError, Invalid, Unavailable
from closeloop.base.figures import BATCH_COMMANDS, BATCH_SECONDS, COMMANDS, EVENTS
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.connection import Result
from closeloop.db.engine import Database
from closeloop.db.errors import retrying
from closeloop.db.statement import Statement
from closeloop.db.unit_of_work import Transaction
from closeloop.events.messages import TITLES
from closeloop.records.batch import Batch, Row, Work
from closeloop.records.commands import CreateRecord, Submission
from closeloop.records.flush import Call, flush_calls, hint_call
from closeloop.records.parts import Load, Parts

DEPTH_LIMIT = 8
"""How many commands deep a chain of causes may go before it is taken for a loop."""

Excused = dict[tuple[int, ...], CloseloopError]
"""Optional commands that failed in an earlier attempt, by their path, with the reason."""

_log = logging.getLogger(__name__)


class CompanyState(Protocol):
    """What is known of a company at the moment: its catalog and its people, and how to see them anew."""

    @property
    def catalog(self) -> Snapshot: ...
    @property
    def org(self) -> Org: ...
    @property
    def database(self) -> Database: ...
    async def refresh(self) -> None: ...


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


class Beside(Protocol):
    """What shares the transaction of a batch without being one of its commands, as a job's place does."""

    def loads(self, batch: Batch) -> Iterable[Load]:
        """Return what is read and locked before the commands; its receiver may raise Withdrawn."""
        ...

    def calls(self, outcomes: Sequence[tuple[Submission, Outcome]], batch: Batch) -> Sequence[Call]:
        """Return what is written with the outcomes, which are final if the commit succeeds. Changes nothing itself."""
        ...

    def committed(self) -> None:
        """Take note that what the last `calls` returned has been committed."""
        ...


class Withdrawn(Exception):
    """The batch may not go on: what it works for has been taken over or called off. Nothing was changed."""


class _Stale(Exception):
    """The company's release or people have moved on since the catalog at hand was made."""


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

    async def run(self, submissions: Sequence[Submission], beside: Beside | None = None) -> list[Outcome]:
        """Carry out submissions as `_run` does, and count what became of them."""
        started = perf_counter()
        outcomes = await self._run(submissions, beside)
        BATCH_SECONDS.observe(perf_counter() - started)
        BATCH_COMMANDS.observe(len(submissions))
        for submission, outcome in zip(submissions, outcomes, strict=True):
            COMMANDS.labels(type(submission.command).__name__, _became(outcome)).inc()
        return outcomes

    async def _run(self, submissions: Sequence[Submission], beside: Beside | None) -> list[Outcome]:
        """Carry out all submissions that can be, in order and in one transaction; the rest is told one by one.

        A command that fails takes nothing with it. If the database refuses the whole batch, it is cut in halves
        until the commands that it refuses stand alone. Raises only Unavailable: nothing was changed then.

        What stands `beside` the batch is written in each transaction that the batch takes, with the outcomes so far
        in their order, also where no command is left. With it a cut batch that becomes unavailable half way raises,
        as what has been committed is known to it.
        """
        failed: dict[int, Exception] = {}
        excused: Excused = {}
        again = False
        while True:
            todo = {i: s for i, s in enumerate(submissions) if i not in failed}
            if not todo and beside is None:
                return [Outcome(error=failed[i]) for i in range(len(submissions))]
            try:
                done = await retrying(lambda todo=todo: self._attempt(submissions, todo, failed, excused, beside))
            except _Stale:
                await self._company.refresh()
                continue
            except _Failed as signal:
                optional = _excusable(signal.work, signal.error)
                if optional is not None:
                    excused[optional.path] = _excuse(signal)
                else:
                    failed[signal.work.path[0]] = _placed(signal.work, signal.error)
                continue
            except (Unavailable, Withdrawn):
                raise
            except Exception as error:
                if not todo:
                    raise  # what stands beside can't be written
                if len(submissions) == 1:
                    if not again and _met_its_twin(submissions[0], error):
                        again = True  # the other one has been committed: its answer is found now
                        continue
                    if not isinstance(error, CloseloopError):
                        _log.exception("a command was refused by the database")
                    failed[0] = error
                    continue
                half = len(submissions) // 2
                return await self._part(submissions[:half], beside) + await self._part(submissions[half:], beside)
            return [done[i] if i in done else Outcome(error=failed[i]) for i in range(len(submissions))]

    async def _part(self, submissions: Sequence[Submission], beside: Beside | None) -> list[Outcome]:
        """Carry out a part of a batch: what is unavailable to it must not hide what another part has committed."""
        try:
            return await self._run(submissions, beside)
        except Unavailable as error:
            if beside is not None:
                raise
            return [Outcome(error=error)] * len(submissions)

    async def _attempt(
        self,
        submissions: Sequence[Submission],
        todo: Mapping[int, Submission],
        failed: Mapping[int, Exception],
        excused: Excused,
        beside: Beside | None,
    ) -> dict[int, Outcome]:
        batch = Batch(self._company.catalog, self._company.org, self._clock)
        works = {
            i: Work(s, s.command, s.actor, path=(i,), optional=s.may_fail, failure=excused.get((i,)))
            for i, s in todo.items()
        }
        done: dict[int, Outcome] = {}
        every: list[Work] = []
        async with self._company.database.transaction() as tx:
            round_ = list(works.values())
            first = True
            while round_ or first:
                await self._load(tx, round_, batch, beside, first=first)
                first = False
                round_ = [work for work in round_ if work.answer is None]
                round_ = self._check(round_, done, batch)
                for work in round_:
                    self._guarded(work, batch, self._decide)
                if any(work.wants for work in round_):
                    await self._parts.reserver.reserve(tx, round_, batch)
                for work in round_:
                    self._guarded(work, batch, self._follow)
                every += round_
                round_ = [work for one in round_ for work in _caused(one, excused)]
            for i, work in works.items():
                if i not in done and work.answer is None and work.state is not None:
                    self._guarded(work, batch, self._close)
            events: list[Mapping[str, Any]] = [event.row() for work in every for event in work.events]
            done.update((i, _outcome(work)) for i, work in works.items() if i not in done)
            calls = flush_calls(batch, events)
            if beside is not None:
                outcomes = [done[i] if i in done else Outcome(error=failed[i]) for i in range(len(submissions))]
                calls += beside.calls(list(zip(submissions, outcomes, strict=True)), batch)
            if calls:
                hint = hint_call(batch, events)
                await tx.commit_with([*calls, hint] if hint else calls)
        _count(event["type"] for event in events)
        if beside is not None:
            beside.committed()
        return done

    async def _load(
        self, tx: Transaction, works: Sequence[Work], batch: Batch, beside: Beside | None, *, first: bool
    ) -> None:
        loads = [load for loader in self._parts.loaders for load in loader.loads(works, batch)]
        if first and beside is not None:
            loads = [*beside.loads(batch), *loads]
        if first:
            loads.insert(0, self._freshness(batch))
        results = await tx.fetch_many([(load.statement, load.params) for load in loads]) if loads else []
        for load, result in zip(loads, results, strict=True):
            load.receive(result)

    def _freshness(self, batch: Batch) -> Load:
        """See within the transaction that the catalog and the people at hand are still the present ones."""
        state = batch.catalog.system.state
        key = "freshness"
        statement = batch.catalog.statements.get(key)
        if statement is None:
            text = f'SELECT release, org FROM "{state.schema}"."{state.name}" WHERE id = 1'  # noqa: S608 - our own name
            statement = batch.catalog.statements[key] = Statement(text, key)

        def receive(result: Result) -> None:
            if result.rows[0] != (batch.catalog.release, batch.org.version):
                raise _Stale

        return Load(statement, (), receive)

    def _check(self, round_: list[Work], done: dict[int, Outcome], batch: Batch) -> list[Work]:
        """Run the checks that change nothing; a caller's command that fails here leaves the batch as it is."""
        good: list[Work] = []
        for work in round_:
            try:
                if work.depth > DEPTH_LIMIT:
                    raise Invalid("too_deep", limit=DEPTH_LIMIT, chain=_chain(work))
                self._parts.handlers[type(work.command)].check(work, batch)
            except Exception as error:
                if work.parent is not None:
                    raise _Failed(work, error) from error
                if not isinstance(error, CloseloopError):
                    _log.exception("a command failed")
                done[work.path[0]] = Outcome(error=error)
            else:
                good.append(work)
        return good

    def _guarded(self, work: Work, batch: Batch, step: Any) -> None:
        try:
            step(work, batch)
        except Exception as error:
            if not isinstance(error, CloseloopError):
                _log.exception("a command failed")
            raise _Failed(work, error) from error

    def _decide(self, work: Work, batch: Batch) -> None:
        handler = self._parts.handlers[type(work.command)]
        batch.apply(work, handler.start(work, batch))
        for decider in self._parts.deciders:
            batch.apply(work, decider.react(work, batch))
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


def _met_its_twin(submission: Submission, error: Exception) -> bool:
    """Tell whether the same write came in twice at once, and the other one was first to take the key."""
    keyed = submission.once is not None or (submission.inbound is not None and submission.inbound.key is not None)
    return keyed and isinstance(error, Conflict) and error.code == "taken"


def _caused(work: Work, excused: Excused) -> list[Work]:
    """Return the works that a work set off: under the rights of the definition that asked for them."""
    if not work.then:
        return []
    actor = replace(work.actor, elevated=True)
    cause = work.events[-1].id if work.events else work.cause
    works: list[Work] = []
    for number, then in enumerate(work.then):
        path = (*work.path, number)
        one = Work(work.submission, then.command, actor, work.depth + 1, then.cause or cause, work, path)
        one.asked_by, one.optional, one.failure = then.asked_by, then.optional, excused.get(path)
        works.append(one)
    return works


def _excusable(work: Work, error: Exception) -> Work | None:
    """Return the optional work that a failure is laid to: the nearest, or for a loop the one that began it."""
    optional = [one for one in work.lineage() if one.optional and one.failure is None]
    looped = isinstance(error, CloseloopError) and error.code == "too_deep"
    return (optional[-1] if looped else optional[0]) if optional else None


def _excuse(signal: _Failed) -> CloseloopError:
    error = _placed(signal.work, signal.error)
    return error if isinstance(error, CloseloopError) else CloseloopError()


def _placed(work: Work, error: Exception) -> Exception:
    """Name in an error about fields of a caused command the place in the definition that asked for it."""
    if not isinstance(error, CloseloopError) or ":" not in work.asked_by:
        return error
    fields = [FieldError(f"{work.asked_by}.{one.field}", one.code, one.params) for one in error.errors]
    return type(error)(error.code, errors=fields, data=error.data, **error.params)


def _chain(work: Work) -> str:
    """Name the definitions that set each other off, in their order."""
    names = [one.asked_by.partition(":")[0] for one in work.lineage() if one.asked_by]
    return " → ".join(reversed(names))
