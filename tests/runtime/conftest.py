"""A whole system of a test's own."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.runtime.system import System
from tests.runtime.waiting import eventually

from closeloop.runtime.embedded_postgres import EmbeddedPostgres

UP_WITHIN = 90


@pytest.fixture
def system(passable_folder: Callable[[], Path]) -> Iterator[System]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = passable_folder()
    home = folder / "home"
    settings = {"PORT": str(port), "CLOSELOOP_HOME": str(home), "CLOSELOOP_POOL_SIZE": "4"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CLOSELOOP_")}
    with (folder / "log").open("wb") as log:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "closeloop.cli", "run"], env={**inherited, **settings}, stdout=log, stderr=log
        )
    started = System(supervisor, EmbeddedPostgres(home), f"http://127.0.0.1:{port}", folder / "log")
    try:
        eventually(started.is_ready, UP_WITHIN)
        yield started
    finally:
        supervisor.terminate()
        try:
            supervisor.wait(10)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            supervisor.wait()
        started.database.stop()
