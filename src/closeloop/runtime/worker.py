"""The worker: fires clocks that are due and takes up payloads that were kept; any number of it may run."""

import asyncio
import signal
from contextlib import suppress

import structlog

from closeloop.base.clock import Clock, SystemClock
from closeloop.base.errors import CloseloopError, Unavailable
from closeloop.base.figures import SWEEP_FAILURES, SWEEP_SECONDS
from closeloop.base.settings import Settings
from closeloop.db.engine import Database
from closeloop.engine.clocks.timer import CLAIMED_AT_ONCE, claim_due
from closeloop.records.commands import Submission
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.host import Host
from closeloop.runtime.hub import Hub
from closeloop.runtime.intake import retry_kept
from closeloop.runtime.mend import mend_due

EVERY = 0.5
"""Seconds between two looks at the clocks: how late a clock fires at most while there is little to do."""

END_WITHIN = 1.5
"""Seconds that sweeps under way are given to finish when the worker stops; what is cut off is claimed again."""

_log = structlog.stdlib.get_logger()


async def run(settings: Settings, url: str) -> None:
    """Work until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    database = Database(url, min_size=1, max_size=max(2, settings.pool_size // 2), application_name="closeloop-worker")
    await database.open()
    try:
        await work(Host(database, Hub(url), SystemClock()), stop)
    finally:
        await database.close()


async def work(host: Host, stop: asyncio.Event) -> None:
    """Sweep every company until told to stop, each in a task of its own: one that is slow or broken delays no other."""
    tasks: dict[CompanyRuntime, asyncio.Task[None]] = {}
    while not stop.is_set():
        try:
            companies = await host.companies()
        except CloseloopError:
            _log.warning("the companies can't be read at the moment")
            companies = list(tasks)
        for runtime in companies:
            if runtime not in tasks:
                tasks[runtime] = asyncio.create_task(_keep_sweeping(runtime, stop))
        for gone in tasks.keys() - set(companies):
            tasks.pop(gone).cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)
    if tasks:
        _, cut_off = await asyncio.wait(tasks.values(), timeout=END_WITHIN)
        for task in cut_off:
            task.cancel()


async def _keep_sweeping(runtime: CompanyRuntime, stop: asyncio.Event) -> None:
    while not stop.is_set():
        busy = False
        try:
            with SWEEP_SECONDS.time():
                busy = await sweep(runtime, runtime.clock)
        except Unavailable:
            SWEEP_FAILURES.inc()
            _log.warning("the database can't be reached", company=runtime.company.key)
        except Exception:  # noqa: BLE001 - tried again at the next look
            SWEEP_FAILURES.inc()
            _log.exception("a company's sweep failed", company=runtime.company.key)
        if not busy:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY)


async def sweep(runtime: CompanyRuntime, clock: Clock) -> bool:
    """Fire what is due of one company, retry kept payloads, mend cut-off changes; returns whether more is waiting."""
    due = await claim_due(runtime.database, runtime.catalog, clock.now())
    if due:
        outcomes = await runtime.executor.run([Submission(command, runtime.system()) for command in due])
        for command, outcome in zip(due, outcomes, strict=True):
            if outcome.error is not None:
                _log.warning("a clock could not fire", clock=str(command.clock), error=str(outcome.error))
    kept = await retry_kept(runtime)
    await mend_due(runtime)
    return len(due) == CLAIMED_AT_ONCE or kept > 0
