"""Measure intake over HTTP: the product, and beside it in the same run a floor written by hand for the same rows."""

import asyncio
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psycopg
from bench import cpu
from bench.client import Order, Report
from bench.figures import Figures, as_json, figures, table
from bench.verify import connect, faults, kept_payloads, lift_quotas, shape
from sqlalchemy import make_url

from closeloop.base.settings import Settings
from closeloop.runtime.embedded_postgres import EmbeddedPostgres
from closeloop.runtime.install import prepare

ROOT = Path(__file__).parents[1]
SEVERAL = 32
STARTS_WITHIN = 60


class WrongResult(Exception):
    """What was answered and what the database holds differ: the figures are worth nothing."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is posted: rounds, and the leads of a round with several connections and with one."""

    rounds: int
    several: int
    one: int


@dataclass
class Target:
    """A server under measurement, the numbers of the leads that it was posted, and its figures by connections."""

    name: str
    url: str
    module: list[str]
    path: str
    headers: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)
    port: int = field(init=False)
    posted: int = 0
    rounds: dict[int, list[Figures]] = field(default_factory=lambda: {1: [], SEVERAL: []})


class Client:
    """The process that posts."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def post(self, target: Target, count: int, connections: int) -> Report:
        order = Order(target.port, target.path, target.headers, target.posted, count, connections)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(orjson.dumps(asdict(order)) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise WrongResult(f"{target.name} hung up on the client")
        report = Report(**orjson.loads(line))
        target.posted += count
        if report.refused:
            raise WrongResult(f"{target.name} refused leads (number: status): {report.refused}")
        return report


def measure(size: Size) -> dict[str, Any]:
    """Run everything in a home that is thrown away, print the table and return it as data; raises WrongResult."""
    settings = Settings(demo=True, ddl_url=None)  # whatever the environment says of another installation
    with ExitStack() as stack:
        postgres = stack.enter_context(temporary_database())
        targets = _targets(postgres.url)
        for target in targets:
            asyncio.run(prepare(settings, target.url))
            lift_quotas(target.url)
            stack.enter_context(_serving(target))
        client = Client(stack.enter_context(_process(["bench.client"], {}, subprocess.PIPE)))
        load = os.getloadavg()[0]
        for target in targets:
            client.post(target, max(size.several // 8, SEVERAL), SEVERAL)  # the warm-up
        _compare(targets)
        for number in range(size.rounds):
            for target in targets:
                for connections, leads in ((1, size.one), (SEVERAL, size.several)):
                    target.rounds[connections].append(_round(client, target, postgres, leads, connections))
                _verify(target)
            print(f"round {number + 1} of {size.rounds}: every answered lead is there", file=sys.stderr)
    return _report(size, targets, load)


def _targets(url: str) -> list[Target]:
    """Describe the two servers; each has a database of its own in the same cluster, made in the same way."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE floor")
    floor_url = make_url(url).set(database="floor").render_as_string(hide_password=False)
    key = {"Closeloop-Intake-Key": "demo-website"}
    return [
        Target("product", url, ["closeloop.cli", "web"], "/api/v1/intake/website", key),
        Target("floor", floor_url, ["bench.floor"], "/intake", key),
    ]


def _round(client: Client, target: Target, postgres: EmbeddedPostgres, leads: int, connections: int) -> Figures:
    main = postgres.pid()
    assert main is not None
    server, database = cpu.of_process(target.process.pid), cpu.of_cluster(main)
    report = client.post(target, leads, connections)
    server, database = cpu.of_process(target.process.pid) - server, cpu.of_cluster(main) - database
    return figures(report.seconds, report.times, server, database, report.cpu)


def _verify(target: Target) -> None:
    """See that all leads ever posted are there; the floor's too, or it would not be one."""
    with connect(target.url) as connection:
        wrong = faults(connection, range(target.posted))
        if wrong:
            raise WrongResult(f"{target.name}: {len(wrong)} leads are not as answered: {wrong[:10]}")
        kept = kept_payloads(connection)
        if kept != target.posted:
            raise WrongResult(f"{target.name}: {kept} payloads are kept of {target.posted}")


def _compare(targets: list[Target]) -> None:
    shapes = []
    for target in targets:
        with connect(target.url) as connection:
            shapes.append(shape(connection, 0))
    if shapes[0] != shapes[1]:
        ours, theirs = (list((one - other).elements()) for one, other in (shapes, shapes[::-1]))
        raise WrongResult(f"the floor writes other rows: only ours {ours}; only the floor's {theirs}")


def _report(size: Size, targets: list[Target], load: float) -> dict[str, Any]:
    print(f"Intake over HTTP, median (least .. most) of {size.rounds} rounds; load average at the start {load:.1f}")
    for connections, leads in ((1, size.one), (SEVERAL, size.several)):
        product, floor = (target.rounds[connections] for target in targets)
        print(f"\nc={connections}, {leads:,} leads a round\n{table(product, floor)}")
    return {
        "size": asdict(size),
        "load_average": load,
        "cpus": os.cpu_count(),
        "python": sys.version.split()[0],
        "connections": {
            str(connections): {target.name: as_json(target.rounds[connections]) for target in targets}
            for connections in (1, SEVERAL)
        },
    }


# Processes


@contextmanager
def temporary_database() -> Iterator[EmbeddedPostgres]:
    """Run a database in a home that is thrown away."""
    home = Path(tempfile.mkdtemp(prefix="closeloop-bench-"))
    home.chmod(0o711)  # as root the database runs as another user, who must get in
    postgres = EmbeddedPostgres(home)
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.stop()
        shutil.rmtree(home)


@contextmanager
def _serving(target: Target) -> Iterator[None]:
    """Start the target's server on a free port and wait until it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        target.port = free.getsockname()[1]
    environment = {"CLOSELOOP_DATABASE_URL": target.url, "PORT": str(target.port)}
    with _process(target.module, environment, None) as target.process:
        deadline = time.monotonic() + STARTS_WITHIN
        while not _answers(target.port):
            if target.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{target.name} did not start")
            time.sleep(0.1)
        yield


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def _process(module: list[str], environment: dict[str, str], pipe: int | None) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module; a signal from the terminal reaches only ourselves, who end the others in their order."""
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=pipe,
        stdout=pipe,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=10)
