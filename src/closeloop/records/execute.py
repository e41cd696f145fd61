"""The only write path: a batch of commands in, one transaction, an outcome for each command out."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol
from uuid import UUID

from closeloop.access.decide import Actor
from closeloop.access.org import Org
from closeloop.base.clock import Clock
from closeloop.base.errors import CloseloopError, Invalid, Unavailable
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
from closeloop.records.causes import caused
from closeloop.records.checks import require_checks
from closeloop.records.commands import CreateRecord, Submission
from closeloop.records.failures import Excused, Failed, Trouble, at_field, chain_of, met_its_twin
from closeloop.records.figures import asked_of, roll_up
from closeloop.records.flush import Call, hint_call, other_calls, record_calls
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
    def catalog(self) -> Snapshot: ...
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


@dataclass(slots=True)
class _Asked:
    """What one attempt has to do: those of the submissions that have not failed, and what stands beside them."""

    submissions: Sequence[Submission]
    todo: Mapping[int, Submission]
    failed: Mapping[int, Exception]
    excused: Excused
    beside: Beside | None
    numbers: Numbers
    revision: int
    """That of the catalog of `numbers`, taken at one moment: by the time of an attempt there may be a newer one."""
    beyond: set[Target | List] = field(default_factory=set[Target | List])

    def outcomes(self, done: Mapping[int, Outcome]) -> list[tuple[Submission, Outcome]]:
        """Return every submission with what became of it."""
        told = [done[i] if i in done else Outcome(error=self.failed[i]) for i in range(len(self.submissions))]
        return list(zip(self.submissions, told, strict=True))


class _Stale(Exception):
    """The company's definitions or people have moved on since the catalog at hand was made."""


class _Unpinned(Exception):
    """Something runs on versions that have not been read yet."""

    def __init__(self, definitions: Iterable[UUID]) -> None:
        super().__init__("versions have to be read")
        self.definitions = frozenset(definitions)


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
        until the commands that it refuses stand alone. Submissions of people who work with different releases are
        batches of their own. Raises only Unavailable: nothing was changed then.

        What stands `beside` the batch is written in each transaction that the batch takes, with the outcomes so far
        in their order, also where no command is left. With it a cut batch that becomes unavailable half way raises,
        as what has been committed is known to it.
        """
        groups: dict[int, list[int]] = {}
        for i, submission in enumerate(submissions):
            groups.setdefault(self._company.catalog_for(submission.actor).release, []).append(i)
        if len(groups) < 2:
            return await self._alike(submissions, beside)
        outcomes: dict[int, Outcome] = {}
        for places in groups.values():
            outcomes.update(zip(places, await self._part([submissions[i] for i in places], beside), strict=True))
        return [outcomes[i] for i in range(len(submissions))]

    async def _alike(self, submissions: Sequence[Submission], beside: Beside | None) -> list[Outcome]:
        """Carry out submissions of people who work with the same release."""
        failed: dict[int, Exception] = {}
        excused: Excused = {}
        again = False
        while True:
            todo = {i: s for i, s in enumerate(submissions) if i not in failed}
            if not todo and beside is None:
                return [Outcome(error=failed[i]) for i in range(len(submissions))]
            catalog = self._company.catalog_for(submissions[0].actor) if submissions else self._company.catalog
            revision = self._company.revision
            numbers = Numbers(catalog, self._clock.now())
            numbers.want(one.command for one in todo.values())
            try:
                done = await self._fitting(_Asked(submissions, todo, failed, excused, beside, numbers, revision))
            except _Stale:
                await self._company.refresh()
                return await self._run(submissions, beside)
            except _Unpinned as signal:
                await self._company.pin(signal.definitions)
                continue
            except Failed as signal:
                signal.lay(failed, excused)
                continue
            except (Unavailable, Withdrawn):
                raise
            except Exception as error:
                if not todo:
                    raise  # what stands beside can't be written
                if len(submissions) == 1:
                    if not again and met_its_twin(submissions[0], error):
                        again = True  # the other one has been committed: its answer is found now
                        continue
                    if not isinstance(error, CloseloopError):
                        _log.exception("a command was refused by the database")
                    failed[0] = at_field(error, catalog)
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

    async def _fitting(self, asked: _Asked) -> dict[int, Outcome]:
        """Attempt it; a statement that fits the tables no more is told as _Stale where there is a newer catalog."""
        try:
            return await retrying(lambda: self._numbered(asked))
        except OutOfDate as error:
            await self._company.refresh()
            if self._company.revision == asked.revision:
                raise error.__cause__ or error from None
            raise _Stale from error

    async def _numbered(self, asked: _Asked) -> dict[int, Outcome]:
        """Carry the submissions out with the numbers that they need, reserved before the transaction begins."""
        while True:
            await asked.numbers.reserve(self._company.database)
            try:
                return await self._attempt(asked)
            except Short as short:
                asked.numbers.want_another(short)
            except NotLoaded as lost:
                asked.beyond.add(lost.what)

    async def _attempt(self, asked: _Asked) -> dict[int, Outcome]:
        batch = Batch(asked.numbers.catalog, self._company.org, self._clock, asked.numbers, asked.beyond)
        excused, beside = asked.excused, asked.beside
        works = {
            i: Work(s, s.command, s.actor, path=(i,), optional=s.may_fail, failure=excused.get((i,)))
            for i, s in asked.todo.items()
        }
        done: dict[int, Outcome] = {}
        every: list[Work] = []
        async with self._company.database.transaction() as tx:
            round_ = list(works.values())
            seen: int | None = asked.revision
            while round_ or seen is not None:
                await self._load(tx, round_, batch, beside, seen)
                seen = None
                round_ = [work for work in round_ if work.answer is None]
                trouble = Trouble(round_)
                round_ = self._check(round_, done, batch, trouble)
                for work in round_:
                    self._guarded(work, batch, self._decide, trouble)
                trouble.end()
                if any(work.wants for work in round_):
                    await self._parts.reserver.reserve(tx, round_, batch)
                for work in round_:
                    self._guarded(work, batch, self._follow, trouble)
                trouble.end()
                every += round_
                round_ = [work for one in round_ for work in caused(one, excused)]
            calls = record_calls(batch)
            asked_anew = asked_of(batch)
            computed = bool(asked_anew)
            if computed:  # the answers that are kept below show the figures
                await roll_up(tx, batch, calls, asked_anew)
                calls = []
            trouble = Trouble(list(works.values()))
            for i, work in works.items():
                if i not in done and work.answer is None and work.state is not None:
                    self._guarded(work, batch, self._close, trouble)
            trouble.end()
            events: list[Mapping[str, Any]] = [event.row() for work in every for event in work.events]
            done.update((i, _outcome(work)) for i, work in works.items() if i not in done)
            calls += other_calls(batch, events)
            if beside is not None:
                calls += beside.calls(asked.outcomes(done), batch)
            if calls or computed:
                hint = hint_call(batch, events)
                await tx.commit_with([*calls, hint] if hint else calls)
        _count(event["type"] for event in events)
        if beside is not None:
            beside.committed()
        return done

    async def _load(
        self, tx: Transaction, works: Sequence[Work], batch: Batch, beside: Beside | None, revision: int | None
    ) -> None:
        """Load what the works need; with a revision first see that the catalog at hand is of it."""
        loads = [load for loader in self._parts.loaders for load in loader.loads(works, batch)]
        if revision is not None:
            loads[:0] = [*self._freshness(batch, revision), *(beside.loads(batch) if beside is not None else ())]
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

    def _check(self, round_: list[Work], done: dict[int, Outcome], batch: Batch, trouble: Trouble) -> list[Work]:
        """Run the checks that change nothing; a caller's command that fails here leaves the batch as it is."""
        good: list[Work] = []
        for work in round_:
            if trouble.concerns(work):
                continue
            try:
                if work.depth > DEPTH_LIMIT:
                    raise Invalid("too_deep", limit=DEPTH_LIMIT, chain=chain_of(work))
                self._parts.handlers[type(work.command)].check(work, batch)
            except (Short, NotLoaded):
                raise
            except Exception as error:  # noqa: BLE001 - told to whoever asked, or laid to what may fail
                if not isinstance(error, CloseloopError):
                    _log.exception("a command failed")
                if work.parent is not None:
                    trouble.note(work, error)
                    continue
                done[work.path[0]] = Outcome(error=error)
            else:
                good.append(work)
        return good

    def _guarded(self, work: Work, batch: Batch, step: Callable[[Work, Batch], None], trouble: Trouble) -> None:
        if trouble.concerns(work):
            return
        try:
            step(work, batch)
        except NotLoaded:
            raise
        except Exception as error:  # noqa: BLE001 - laid to the command, or to what may fail for it
            if not isinstance(error, CloseloopError):
                _log.exception("a command failed")
            trouble.note(work, error)

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
