"""The worker: clocks and rules that are due, deliveries, payloads that were kept, jobs; any number of it may run."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog

from closeloop.access.secrets import SecretBox
from closeloop.base.clock import Clock, SystemClock
from closeloop.base.collector import rarely_collect
from closeloop.base.errors import CloseloopError, Unavailable, codes_of
from closeloop.base.figures import SWEEP_FAILURES, SWEEP_SECONDS
from closeloop.base.settings import Settings
from closeloop.catalog.model import Company
from closeloop.connect.adapters.email import Mail
from closeloop.connect.outbound import Outbound
from closeloop.connect.store import open_store
from closeloop.db.engine import Database
from closeloop.db.errors import OutOfDate
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

Looks = Mapping[str, Callable[[], Awaitable[object]]]
"""What is looked at in a company, by name; each tells whether more is waiting."""

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


@dataclass(frozen=True, slots=True)
class Rounds:
    """What the sweeps of all companies have in common."""

    stop: asyncio.Event
    files: Files
    outlets: Outlets
    backlog: Backlog
    retention: Retention


async def work(host: Host, stop: asyncio.Event, jobs: JobRunner, files: Files, outlets: Outlets) -> None:
    """Sweep every company until told to stop, each in a task of its own: one that is slow or broken delays no other.

    Jobs are taken up in a task beside them.
    """
    tasks: dict[CompanyRuntime, asyncio.Task[None]] = {}
    rounds = Rounds(stop, files, outlets, Backlog(), Retention())
    taking_up = asyncio.create_task(_keep_taking_up(jobs, tasks.keys(), stop))
    while not stop.is_set():
        try:
            companies = await host.companies()
        except CloseloopError:
            _log.warning("the companies can't be read at the moment")
            companies = list(tasks)
        for runtime in companies:
            if runtime not in tasks:
                tasks[runtime] = asyncio.create_task(_keep(runtime, rounds))
        for gone in tasks.keys() - set(companies):
            tasks.pop(gone).cancel()
            rounds.backlog.forget(gone.company.key)
        await _pause(stop)
    ending = [*tasks.values(), asyncio.create_task(jobs.stop()), taking_up]
    _, cut_off = await asyncio.wait(ending, timeout=END_WITHIN)
    for task in cut_off:
        task.cancel()


async def _pause(stop: asyncio.Event) -> None:
    """Wait until it is time for the next look, or to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), EVERY)


async def _keep_taking_up(jobs: JobRunner, companies: Collection[CompanyRuntime], stop: asyncio.Event) -> None:
    while not stop.is_set():
        if not await jobs.take_up(list(companies)):
            await jobs.wait(stop, EVERY)


async def _keep(runtime: CompanyRuntime, rounds: Rounds) -> None:
    """Sweep a company until told to stop; its tables are mended beside that, which may take as long as it likes."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_keep_sweeping(runtime, rounds))
        group.create_task(_keep_mending(runtime, rounds.stop))


async def _keep_mending(runtime: CompanyRuntime, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await _round(runtime, {"mend": lambda: mend_due(runtime)})
        await _pause(stop)


async def _keep_sweeping(runtime: CompanyRuntime, rounds: Rounds) -> None:
    outlets = rounds.outlets
    outbound = Outbound(runtime, runtime.clock, outlets.secrets, private=outlets.private, mail=outlets.mail)
    address, mails = outlets.address_of(runtime.company), outlets.mail is not None
    looks: Looks = {
        "clocks": lambda: fire_some(runtime, runtime.clock),
        "schedules": lambda: run_schedules(runtime),
        "kept payloads": lambda: retry_kept(runtime),
        "dealing": Dealer(runtime).look,
        "watch": Watcher(runtime).look,
        "files": lambda: rounds.files.expire(runtime),
        "pushes": lambda: push(runtime, address, mails=mails),
        "deliveries": outbound.look,
        "retention": lambda: rounds.retention.look(runtime),
        "backlog": lambda: rounds.backlog.look(runtime),
    }
    try:
        while not rounds.stop.is_set():
            with SWEEP_SECONDS.time():
                more = await _round(runtime, looks)
            if not more:
                await _pause(rounds.stop)
    finally:
        await outbound.close()


async def _round(runtime: CompanyRuntime, looks: Looks) -> bool:
    """Take each look at a company; returns whether more is waiting. One that fails comes again and stops no other."""
    more = False
    for name, look in looks.items():
        try:
            more = bool(await look()) or more
        except Unavailable as error:
            SWEEP_FAILURES.inc()
            _log.warning("the database can't be reached", company=runtime.company.key, look=name)
            if not isinstance(error, OutOfDate):
                return False  # the others would only wait for it too
        except Exception:  # noqa: BLE001 - one fault must not keep all else of the company from being done
            SWEEP_FAILURES.inc()
            _log.exception("a look at a company failed", company=runtime.company.key, look=name)
    return more


async def sweep(runtime: CompanyRuntime, clock: Clock) -> bool:
    """Do what is due of one company at a moment: clocks, scheduled rules, kept payloads; returns whether more waits."""
    more = await fire_some(runtime, clock)
    scheduled = await run_schedules(runtime)
    return await retry_kept(runtime) > 0 or scheduled or more


async def fire_some(runtime: CompanyRuntime, clock: Clock) -> bool:
    """Fire clocks whose time has come; returns whether there may be more of them."""
    return await fire_due(runtime, clock) == CLAIMED_AT_ONCE


async def fire_due(runtime: CompanyRuntime, clock: Clock) -> int:
    """Fire the clocks whose time has come, as many as are claimed at once; returns how many that were."""
    due = await claim_due(runtime.database, runtime.catalog, clock.now())
    if due:
        outcomes = await runtime.executor.run([Submission(command, runtime.system()) for command in due])
        for command, outcome in zip(due, outcomes, strict=True):
            if outcome.error is not None:
                _log.warning("a clock could not fire", clock=str(command.clock), error=codes_of(outcome.error))
    return len(due)
