"""`closeloop run` tells at once why it can't start, before it has started anything."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.http


def run(home: Path, port: int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "closeloop.cli", "run"],
        env={**os.environ, "CLOSELOOP_HOME": str(home), "PORT": str(port)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_named(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(tmp_path, port)
    assert done.returncode == 1
    assert f"Can't listen on 127.0.0.1:{port}" in done.stderr
    assert not (tmp_path / "postgres").exists()


def test_a_home_that_another_supervisor_holds_is_left_alone(tmp_path: Path):
    with (tmp_path / "run.lock").open("w") as held:
        held.write("4711")
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)
        done = run(tmp_path, 1)
    assert done.returncode == 1
    assert f"already runs in {tmp_path} (process 4711)" in done.stderr
    assert not (tmp_path / "postgres").exists()
