"""The supervisor's promises, kept by real processes: what dies comes back, and only data outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from tests.runtime.waiting import eventually

from closeloop.runtime.embedded_postgres import EmbeddedPostgres
from closeloop.runtime.supervisor import FIRST_WAIT, LONGEST_WAIT, STEADY_AFTER, Backoff

PROGRAM = Path(__file__).with_name("supervised.py")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def home(passable_folder: Callable[[], Path]) -> Path:
    return passable_folder()


@pytest.fixture
def database(home: Path) -> Iterator[EmbeddedPostgres]:
    """Return the server that the tests share; the supervisor starts it."""
    database = EmbeddedPostgres(home)
    yield database
    database.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(folder), *options],
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def bring_up(folder: Path) -> None:
    eventually(lambda: pid(folder, "quick") is not None and pid(folder, "stubborn") is not None)
    (folder / "announced").unlink(missing_ok=True)
    (folder / "ready").touch()
    eventually((folder / "announced").exists)


def pid(folder: Path, name: str) -> int | None:
    file = folder / f"{name}.pid"
    return int(file.read_text()) if file.exists() else None


def lives(number: int | None) -> bool:
    """Say whether the process is there and not only waiting to be collected."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_announces_the_system_when_that_is_ready_and_not_before(start: Start, folder: Path):
    start("stubborn")
    eventually(lambda: pid(folder, "quick") is not None and pid(folder, "stubborn") is not None)
    assert not (folder / "announced").exists()
    bring_up(folder)


def test_a_killed_process_comes_back_and_the_others_stay(start: Start, folder: Path):
    start("stubborn")
    bring_up(folder)
    quick, stubborn = pid(folder, "quick"), pid(folder, "stubborn")
    assert quick
    os.kill(quick, signal.SIGKILL)
    eventually(lambda: pid(folder, "quick") != quick and lives(pid(folder, "quick")))
    assert pid(folder, "stubborn") == stubborn
    assert lives(stubborn)


@pytest.mark.db
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_end_takes_everything_with_it_within_five_seconds(
    start: Start, folder: Path, database: EmbeddedPostgres, home: Path, number: int
):
    process = start("stubborn", str(home))
    bring_up(folder)
    assert database.running()
    started = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == 0
    assert time.monotonic() - started < 5
    assert not database.running()
    assert not lives(pid(folder, "quick"))
    assert not lives(pid(folder, "stubborn"))


@pytest.mark.db
def test_a_killed_database_comes_back_with_its_data(start: Start, folder: Path, database: EmbeddedPostgres, home: Path):
    start("stubborn", str(home))
    bring_up(folder)
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    killed = database.pid()
    assert killed
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: database.pid() not in {None, killed})
    with psycopg.connect(database.start()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


@pytest.mark.db
def test_a_killed_supervisor_takes_its_processes_along_and_the_next_adopts_the_database(
    start: Start, folder: Path, database: EmbeddedPostgres, home: Path
):
    process = start("stubborn", str(home))
    bring_up(folder)
    quick, stubborn = pid(folder, "quick"), pid(folder, "stubborn")
    left = database.pid()
    process.kill()
    process.wait()
    eventually(lambda: not lives(quick) and not lives(stubborn))
    assert database.pid() == left
    start("stubborn", str(home))
    bring_up(folder)
    assert database.pid() == left


def test_a_process_that_ends_before_it_was_up_ends_the_start(start: Start, folder: Path):
    process = start("broken")
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "broken ended with status 3 before it was up" in errors
    assert not lives(pid(folder, "quick"))


def test_the_wait_grows_with_failures_in_a_row_and_is_forgotten_after_a_steady_while():
    backoff = Backoff()
    waits: list[float] = []
    now = 100.0
    for _ in range(10):
        backoff.started(now)
        backoff.failed(now)
        waits.append(round(backoff.retry_at - now, 6))
        now = backoff.retry_at
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    backoff.started(now)
    backoff.failed(now + STEADY_AFTER + 1)
    assert round(backoff.retry_at - now - STEADY_AFTER - 1, 6) == FIRST_WAIT
