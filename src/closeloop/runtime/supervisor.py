"""Keep the processes of one installation alive: start them, start again what dies, end all of it together."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from closeloop.runtime.embedded_postgres import EmbeddedPostgresError

LOOK_EVERY = 0.1
UP_WITHIN = 60.0
END_WITHIN = 2.6
"""Web ends its open streams within 2 s; with the 2 s of a fast database stop all is over in 5."""
FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
STEADY_AFTER = 30.0

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1

log = structlog.stdlib.get_logger()


class StartError(RuntimeError):
    """The installation did not come up; the message says which part."""


class Database(Protocol):
    """A server that the supervisor keeps running."""

    def start(self) -> str: ...
    def stop(self) -> None: ...
    def running(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process to keep alive."""

    name: str
    command: Sequence[str]


@dataclass(slots=True)
class Backoff:
    """When to try again: soon after one failure, later after several in a row."""

    started_at: float = 0.0
    retry_at: float = 0.0
    _wait: float = FIRST_WAIT

    def started(self, now: float) -> None:
        self.started_at = now

    def failed(self, now: float) -> None:
        if now - self.started_at > STEADY_AFTER:
            self._wait = FIRST_WAIT
        self.retry_at = now + self._wait
        self._wait = min(self._wait * 2, LONGEST_WAIT)


@dataclass(slots=True)
class _Child:
    spec: ProcessSpec
    process: subprocess.Popen[bytes] | None = None
    backoff: Backoff = field(default_factory=Backoff)


class Supervisor:
    """Runs a database and processes until Ctrl-C or SIGTERM."""

    def __init__(
        self,
        specs: Sequence[ProcessSpec],
        *,
        database: Database | None,
        prepare: Callable[[], None],
        ready: Callable[[], bool],
        announce: Callable[[], None],
    ) -> None:
        self._children = [_Child(spec) for spec in specs]
        self._database = database
        self._database_backoff = Backoff()
        self._prepare = prepare
        self._ready = ready
        self._announce = announce

    def run(self) -> None:
        """Start the database, prepare, start the processes, announce them once ready, then keep all up."""
        for number in ENDING:
            signal.signal(number, signal.default_int_handler)
        try:
            if self._database:
                self._database.start()
                self._database_backoff.started(time.monotonic())
            self._prepare()
            self._come_up()
            self._announce()
            while True:
                time.sleep(LOOK_EVERY)
                self._keep_up()
        except KeyboardInterrupt:
            log.info("supervisor.stopping")
        finally:
            # From here on the end is under way and no further signal may cut it short.
            for number in ENDING:
                signal.signal(number, signal.SIG_IGN)
            self._end()

    def _come_up(self) -> None:
        """Start every process and wait until all is ready; one that ends before that would do so again."""
        for child in self._children:
            _start(child)
        deadline = time.monotonic() + UP_WITHIN
        while not self._ready():
            for child in self._children:
                if child.process and child.process.poll() is not None:
                    raise StartError(f"{child.spec.name} ended with status {child.process.returncode} before it was up")
            if time.monotonic() > deadline:
                raise StartError(f"not ready within {UP_WITHIN:.0f} s")
            time.sleep(LOOK_EVERY)

    def _keep_up(self) -> None:
        now = time.monotonic()
        if self._database and not self._database.running():
            self._restart_database(self._database, now)
        for child in self._children:
            if child.process and (status := child.process.poll()) is not None:
                child.process = None
                child.backoff.failed(now)
                log.error("process.died", name=child.spec.name, status=status)
            if child.process is None and now >= child.backoff.retry_at:
                _start(child)

    def _restart_database(self, database: Database, now: float) -> None:
        if now < self._database_backoff.retry_at:
            return
        self._database_backoff.failed(now)
        log.error("database.died")
        try:
            database.start()
        except EmbeddedPostgresError as error:
            log.error("database.start_failed", error=str(error))
        else:
            self._database_backoff.started(time.monotonic())
            log.info("database.started")

    def _end(self) -> None:
        processes = [child.process for child in self._children if child.process]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + END_WITHIN
        for process in processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._database:
            self._database.stop()


def _start(child: _Child) -> None:
    parent = os.getpid()

    def die_with_parent() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    child.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
        child.spec.command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # the terminal's Ctrl-C is for the supervisor, which ends all in order
        preexec_fn=die_with_parent,  # noqa: PLW1509 - the supervisor has one thread
    )
    child.backoff.started(time.monotonic())
    log.info("process.started", name=child.spec.name, pid=child.process.pid)


_libc: Any = ctypes.CDLL(None)
