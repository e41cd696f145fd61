"""Run every check there is, tell how long each took, and fail if one of them failed."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import debian_postgres
from trial import trial

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
WEB = ROOT / "web"
SERVER_LOG = ROOT / ".build" / "browser-tests-server.log"
SERVER_UP_WITHIN = 90

ENVIRONMENT = {
    **os.environ,
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
}

DEBIAN_PACKAGES = {
    "chromium": Path("/usr/bin/chromium"),
    "fonts-noto-cjk": Path("/usr/share/fonts/opentype/noto"),
    debian_postgres.PACKAGE: debian_postgres.PROGRAMS / "postgres",
}


@dataclass(frozen=True)
class Step:
    """One check; `run` returns an exit status."""

    name: str
    run: Callable[[], int]


def main() -> None:
    """Run the steps that the command line asks for: `check` or `all`."""
    steps = CHECKS if sys.argv[1:] == ["check"] else [*CHECKS, *TESTS]
    results: list[tuple[str, int, float]] = []
    for step in steps:
        print(f"\n=== {step.name}", flush=True)
        started = time.monotonic()
        status = step.run()
        results.append((step.name, status, time.monotonic() - started))
    print("\n=== how long each step took")
    for name, status, seconds in results:
        print(f"{seconds:7.1f} s  {'ok    ' if status == 0 else 'FAILED'}  {name}")
    sys.exit(any(status for _, status, _ in results))


def call(*command: str, cwd: Path = ROOT, **settings: str) -> int:
    """Run a program of the environment and return its exit status."""
    return subprocess.run(command, cwd=cwd, env={**ENVIRONMENT, **settings}, check=False).returncode


def program(*command: str) -> Step:
    """Make a step of a Python tool."""
    return Step(" ".join(command), lambda: call(*command))


def npm(script: str) -> Step:
    """Make a step of a script of the web client."""
    return Step(f"npm run {script}", lambda: call("npm", "run", "--silent", script, cwd=WEB))


def build_web() -> int:
    """Build the web client as `make run` does."""
    return call(sys.executable, "scripts/build.py", "web")


def install_system_packages() -> int:
    """Install Debian's browser, Chinese font and PostgreSQL, or say what is missing."""
    missing = [name for name, path in DEBIAN_PACKAGES.items() if not path.exists()]
    if not missing:
        return 0
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    if os.geteuid() or not shutil.which("apt-get"):
        print(f"The tests need {' and '.join(missing)}. As root: {' '.join(install)}", file=sys.stderr)
        return 1
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    return call("apt-get", "update", "-qq", **quiet) or call(*install, **quiet)


def older_database_tests() -> int:
    """Run the database tests again on the oldest PostgreSQL that we promise."""
    with debian_postgres.server() as url:
        return call("pytest", "-n", "2", "-q", "-m", "db and not embedded", *ONE_ORDER, CLOSELOOP_TEST_DATABASE_URL=url)


def browser_tests() -> int:
    """Run Playwright against a server of its own with the demo company."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    with SERVER_LOG.open("w") as log, trial({"PORT": port}, log) as server:
        deadline = time.monotonic() + SERVER_UP_WITHIN
        while not answers(f"{url}/readyz"):
            if server.poll() is not None or time.monotonic() > deadline:
                print(f"The server did not come up:\n{SERVER_LOG.read_text()}", file=sys.stderr)
                return 1
            time.sleep(0.2)
        return call("npm", "run", "--silent", "e2e", cwd=WEB, CLOSELOOP_E2E_URL=url)


def answers(url: str) -> bool:
    """Say whether a GET of `url` succeeds."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (URLError, OSError):
        return False


CHECKS = [
    program("ruff", "format", "--check", "."),
    program("ruff", "check", "."),
    program("pyright"),
    program("lint-imports"),
    npm("typecheck"),
    npm("lint"),
]
ONE_ORDER = ["--randomly-seed=20261122"] if os.environ.get("CI") else []
"""A new order each time finds what depends on it, but a change must not be refused by the luck of a draw."""

TESTS = [
    program("pytest", "-n", "2", "--durations=10", *ONE_ORDER),
    Step("system packages", install_system_packages),
    Step("the database tests on Debian's PostgreSQL 15", older_database_tests),
    npm("test"),
    Step("build the web client", build_web),
    npm("size"),
    Step("npm run e2e, beside a server with the demo company", browser_tests),
]

if __name__ == "__main__":
    main()
