"""Take jobs up in a worker: a few at once beside its clocks, the companies in turn, each for a while."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from time import monotonic
from typing import Any

import sqlalchemy as sa
import structlog

from closeloop.base.errors import CloseloopError, Conflict, Unavailable
from closeloop.db.claims import claim_statement
from closeloop.db.errors import OutOfDate
from closeloop.db.statement import Statement, compile_statement
from closeloop.db.unit_of_work import Transaction
from closeloop.records.execute import Withdrawn
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.jobs import (
    COLUMNS,
    DONE,
    FAILED,
    LEASE,
    QUEUED,
    RUNNING,
    Job,
    JobKind,
    Problem,
    problem_of,
    told_calls,
)

AT_ONCE = 2
"""Jobs that one worker carries out side by side; of one company never more than one."""
SLICE = 10.0
"""Seconds after which a job goes to the end of the queue, so that a long one doesn't keep others waiting."""
CLAIM_WITHIN = 2.0
"""Seconds that one company's queue may take to answer: a stuck one keeps no other waiting for longer."""
MOST_ATTEMPTS = 5
"""How often a job is taken up without getting a chunk further, before it is given up."""

_log = structlog.stdlib.get_logger()


class JobRunner:
    """The jobs that a worker is at. Any number of workers may run; the queue is the table."""

    def __init__(self, kinds: Sequence[JobKind]) -> None:
        self._kinds: Mapping[str, JobKind] = {kind.name: kind for kind in kinds}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._last: str | None = None
        self._stopping = False

    async def take_up(self, companies: Sequence[CompanyRuntime]) -> bool:
        """Take up due jobs while there is room, going round the companies; returns whether any was taken up."""
        self._tasks = {key: task for key, task in self._tasks.items() if not task.done()}
        took = False
        for runtime in _after(companies, self._last):
            if len(self._tasks) >= AT_ONCE:
                break
            key = runtime.company.key
            if key in self._tasks:
                continue
            try:
                async with asyncio.timeout(CLAIM_WITHIN):
                    job = await claim(runtime)
            except (Unavailable, TimeoutError):
                _log.warning("the database can't be reached", company=key)
                continue
            except Exception:  # noqa: BLE001 - one company's fault must not keep the others' jobs waiting
                _log.exception("a company's jobs can't be taken up", company=key)
                continue
            if job is not None:
                self._tasks[key] = asyncio.create_task(self.carry_on(runtime, job))
                self._last, took = key, True
        return took

    async def wait(self, stop: asyncio.Event, most: float) -> None:
        """Wait until there may be more to take up: a job has ended, or `most` seconds have passed; or until `stop`."""
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([stopped, *self._tasks.values()], timeout=most, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()

    async def stop(self) -> None:
        """Let each job finish the chunk it is at, and give it back to the queue."""
        self._stopping = True
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def carry_on(self, runtime: CompanyRuntime, job: Job, most: float = SLICE) -> None:
        """Carry a claimed job on for `most` seconds, or to its end."""
        until = monotonic() + most
        try:
            kind = self._kinds.get(job.kind)
            if kind is None or job.attempts > MOST_ATTEMPTS:
                raise Conflict("job_given_up")
            await runtime.catch_up()
            async with aclosing(kind.chunks(runtime, job)) as chunks:
                async for _ in chunks:
                    if self._stopping or monotonic() > until:
                        await _put_back(runtime, job)
                        return
            await _end(runtime, job, DONE)
        except Withdrawn:
            _log.info("a job was called off or taken over", job=str(job.id))
        except OutOfDate:  # a table has changed under a read of ours: on with the newer catalog
            await _put_back(runtime, job)
        except Unavailable:
            _log.warning("a job waits for the database", job=str(job.id))  # another try once the lease is over
        except Exception as error:  # noqa: BLE001 - told to the one who asked for the job
            if not isinstance(error, CloseloopError):
                _log.exception("a job failed", job=str(job.id), kind=job.kind)
            await self._fail(runtime, job, problem_of(error))

    async def _fail(self, runtime: CompanyRuntime, job: Job, problem: Problem) -> None:
        try:
            await _end(runtime, job, FAILED, problem)
        except (Unavailable, Withdrawn):
            _log.warning("a failed job could not be ended", job=str(job.id))


async def claim(runtime: CompanyRuntime) -> Job | None:
    """Lease one due job of the company, the one that waits longest."""
    table, now = runtime.tables.job, runtime.clock.now()
    async with runtime.database.transaction() as tx:
        params = {"now": now, "lease": now + LEASE, "most": 1}
        rows = await tx.fetch_dicts(_claims(runtime), params)
        if not rows:
            return None
        job = Job(**rows[0])
        job.state, job.attempts = RUNNING, job.attempts + 1
        started = {"started_at": now} if rows[0]["state"] == QUEUED else {}
        change = sa.update(table).where(table.c.id == job.id)
        await tx.commit_with(
            [compile_statement(change.values(state=RUNNING, attempts=job.attempts, **started), "start job")]
        )
        return job


def _claims(runtime: CompanyRuntime) -> Statement:
    found = runtime.catalog.statements.get("claim jobs")
    if found is None:
        found = claim_statement(runtime.tables.job, "next_at", COLUMNS, "claim jobs")
        runtime.catalog.statements["claim jobs"] = found
    return found


def _after(companies: Sequence[CompanyRuntime], last: str | None) -> list[CompanyRuntime]:
    """Return the companies in turn, beginning behind the one that was served last."""
    at = next((i + 1 for i, one in enumerate(companies) if one.company.key == last), 0)
    return [*companies[at:], *companies[:at]]


async def _put_back(runtime: CompanyRuntime, job: Job) -> None:
    async with runtime.database.transaction() as tx:
        await _change(tx, runtime, job, {"next_at": runtime.clock.now(), "lease_until": None})


async def _end(runtime: CompanyRuntime, job: Job, state: str, problem: Problem | None = None) -> None:
    """End a job and tell people the sums of what it has done to their records, in one transaction."""
    now = runtime.clock.now()
    values = {"state": state, "finished_at": now, "next_at": None, "lease_until": None, "problem": problem}
    async with runtime.database.transaction() as tx:
        await _change(tx, runtime, job, values)
        await tx.commit_with(told_calls(runtime, job))


async def _change(tx: Transaction, runtime: CompanyRuntime, job: Job, values: Mapping[str, Any]) -> None:
    """Change a job that is still this worker's; raises Withdrawn for any other."""
    table = runtime.tables.job
    change = (
        sa.update(table)
        .where(table.c.id == job.id, table.c.state == RUNNING, table.c.step == job.step)
        .values(**values)
    )
    if await tx.execute(*compile_statement(change, "change job")) != 1:
        raise Withdrawn
