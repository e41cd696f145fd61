"""The worker: clocks and rules that are due, deliveries, payloads that were kept, jobs; any number of it may run."""

import asyncio
import signal
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog

from closeloop.access.secrets import SecretBox
from closeloop.base.clock import Clock, SystemClock
from closeloop.base.collector import rarely_collect
from closeloop.base.errors import CloseloopError, Unavailable
from closeloop.base.figures import SWEEP_FAILURES, SWEEP_SECONDS
from closeloop.base.settings import Settings
from closeloop.catalog.model import Company
from closeloop.connect.adapters.email import Mail
from closeloop.connect.outbound import Outbound
from closeloop.connect.store import open_store
from closeloop.db.engine import Database
from closeloop.engine.clocks.timer import CLAIMED_AT_ONCE, claim_due
from closeloop.records.commands import Submission
from closeloop.runtime.backlog import Backlog
from closeloop.runtime.bulk import BulkJob
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.dealing import Dealer
from closeloop.runtime.files import Files
from closeloop.runtime.host import Host
from closeloop.runtime.hub import Hub
from closeloop.runtime.importing import ImportJob
from closeloop.runtime.intake import retry_kept
from closeloop.runtime.job_runner import JobRunner
from closeloop.runtime.mend import mend_due
from closeloop.runtime.publishing import PublishJob
from closeloop.runtime.pushes import push
from closeloop.runtime.retention import Retention
from closeloop.runtime.schedules import run_schedules
from closeloop.runtime.watch import Watcher

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
    rarely_collect()
    files = Files(open_store(settings), settings.file_limit)
    try:
        runner = JobRunner((BulkJob(), ImportJob(files), PublishJob()))
        host = Host(database, Hub(url), SystemClock())
        await work(host, stop, runner, files, Outlets.of(settings))
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class Outlets:
    """How things go out: what opens the secrets they are signed with, whether webhooks may call this machine and
    private networks, which server takes mail, and the address that links lead to, unless a company has a host name of
    its own."""

    secrets: SecretBox
    private: bool
    mail: Mail | None
    address: str

    @classmethod
    def of(cls, settings: Settings) -> "Outlets":
        address = settings.public_url or settings.local_url
        return cls(SecretBox.of(settings), settings.webhook_private, Mail.of(settings), address)

    def address_of(self, company: Company) -> str:
        """Return where the people of a company reach it."""
        if company.host is None:
            return self.address.rstrip("/")
        parts = urlsplit(self.address)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{company.host}{port}"


async def work(host: Host, stop: asyncio.Event, jobs: JobRunner, files: Files, outlets: Outlets) -> None:
    """Sweep every company until told to stop, each in a task of its own: one that is slow or broken delays no other.

    Jobs are taken up in a task beside them.
    """
    tasks: dict[CompanyRuntime, asyncio.Task[None]] = {}
    backlog, retention = Backlog(), Retention()
    taking_up = asyncio.create_task(_keep_taking_up(jobs, tasks.keys(), stop))
    while not stop.is_set():
        try:
            companies = await host.companies()
        except CloseloopError:
            _log.warning("the companies can't be read at the moment")
            companies = list(tasks)
        for runtime in companies:
            if runtime not in tasks:
                outbound = Outbound(runtime, runtime.clock, outlets.secrets, private=outlets.private, mail=outlets.mail)
                sweeping = _keep_sweeping(runtime, stop, files, outbound, backlog, retention, outlets)
                tasks[runtime] = asyncio.create_task(sweeping)
        for gone in tasks.keys() - set(companies):
            tasks.pop(gone).cancel()
            backlog.forget(gone.company.key)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)
    ending = [*tasks.values(), asyncio.create_task(jobs.stop()), taking_up]
    _, cut_off = await asyncio.wait(ending, timeout=END_WITHIN)
    for task in cut_off:
        task.cancel()


async def _keep_taking_up(jobs: JobRunner, companies: Collection[CompanyRuntime], stop: asyncio.Event) -> None:
    while not stop.is_set():
        if not await jobs.take_up(list(companies)):
            await jobs.wait(stop, EVERY)


async def _keep_sweeping(
    runtime: CompanyRuntime,
    stop: asyncio.Event,
    files: Files,
    outbound: Outbound,
    backlog: Backlog,
    retention: Retention,
    outlets: Outlets,
) -> None:
    try:
        await _sweep_until(runtime, stop, files, outbound, backlog, retention, outlets)
    finally:
        await outbound.close()


async def _sweep_until(
    runtime: CompanyRuntime,
    stop: asyncio.Event,
    files: Files,
    outbound: Outbound,
    backlog: Backlog,
    retention: Retention,
    outlets: Outlets,
) -> None:
    dealer, watcher = Dealer(runtime), Watcher(runtime)
    while not stop.is_set():
        busy = False
        try:
            with SWEEP_SECONDS.time():
                busy = await sweep(runtime, runtime.clock)
            busy = await dealer.look() or busy
            await watcher.look()
            busy = await files.expire(runtime) > 0 or busy
            address = outlets.address_of(runtime.company)
            busy = await push(runtime, address, mails=outlets.mail is not None) or busy
            busy = await outbound.look() or busy
            busy = await retention.look(runtime) or busy
            await backlog.look(runtime)
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
    """Do what is due of one company: clocks, scheduled rules, kept payloads, changes that were cut off.

    Returns whether more is waiting.
    """
    fired = await fire_due(runtime, clock)
    scheduled = await run_schedules(runtime)
    kept = await retry_kept(runtime)
    await mend_due(runtime)
    return fired == CLAIMED_AT_ONCE or scheduled or kept > 0


async def fire_due(runtime: CompanyRuntime, clock: Clock) -> int:
    """Fire the clocks whose time has come, as many as are claimed at once; returns how many that were."""
    due = await claim_due(runtime.database, runtime.catalog, clock.now())
    if due:
        outcomes = await runtime.executor.run([Submission(command, runtime.system()) for command in due])
        for command, outcome in zip(due, outcomes, strict=True):
            if outcome.error is not None:
                _log.warning("a clock could not fire", clock=str(command.clock), error=str(outcome.error))
    return len(due)
