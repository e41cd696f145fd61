"""Measure how soon a job starts and how many a second are carried out; beside it the same rows by a hand-written loop.

`python -m bench.jobs` starts real workers. A job here is the smallest: a bulk deletion of one record that is not there,
so one chunk and one error. The floor claims, notes the error and ends a job in as many transactions, is woken by
NOTIFY, and checks, reads and decides nothing. All jobs are of one company. Commits don't wait for the disk, which on a
shared machine tells more of the neighbours than of either.
"""

import argparse
import asyncio
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from bench.intake import WrongResult
from psycopg import sql

from closeloop.base.clock import SystemClock
from closeloop.base.settings import Settings
from closeloop.db.engine import Database
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.embedded_postgres import EmbeddedPostgres
from closeloop.runtime.host import Host
from closeloop.runtime.hub import Hub
from closeloop.runtime.install import prepare
from closeloop.runtime.jobs import start_job

WARM = 4.0
"""Seconds that a worker is given to have read the company."""
PRODUCT = ("product", [sys.executable, "-m", "closeloop.cli", "worker"])
FLOOR = ("floor", [sys.executable, "-m", "bench.jobs", "floor"])


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", nargs="?", choices=["floor"], help=argparse.SUPPRESS)
    parser.add_argument("--starts", type=int, default=60, help="jobs that are started one by one")
    parser.add_argument("--jobs", type=int, default=600, help="jobs that wait when the workers begin")
    arguments = parser.parse_args()
    if arguments.role == "floor":
        floor(os.environ["CLOSELOOP_DATABASE_URL"])
        return
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="closeloop-bench-"))
        home.chmod(0o711)
        stack.callback(shutil.rmtree, home)
        postgres = EmbeddedPostgres(home)
        stack.callback(postgres.stop)
        url = postgres.start()
        with psycopg.connect(url, autocommit=True) as connection:
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))
        print(f"load at the start: {os.getloadavg()[0]:.1f}")
        asyncio.run(measure(Settings(home=home, demo=True, ddl_url=None), url, arguments.starts, arguments.jobs))


async def measure(settings: Settings, url: str, starts: int, jobs: int) -> None:
    """Take each figure of the product and of the floor in turn, and print them."""
    await prepare(settings, url)
    database = Database(url, min_size=1, max_size=2, application_name="bench")
    await database.open()
    try:
        (runtime,) = await Host(database, Hub(url), SystemClock()).companies()
        for name, command in (PRODUCT, FLOOR):
            with workers(command, settings.home, url, 1):
                waits = await started_one_by_one(runtime, url, starts)
            p = statistics.quantiles(waits, n=100, method="inclusive")
            print(f"{name:8} from the answer to the start: p50 {p[49] * 1000:6.1f} ms, p95 {p[94] * 1000:6.1f} ms")
        for number in (1, 2):
            for name, command in (PRODUCT, FLOOR):
                waiting = await held_back(runtime, url, jobs)
                with workers(command, settings.home, url, number):
                    rate = carried_out(runtime, url, waiting)
                print(f"{name:8} {number} worker{'s' if number > 1 else ' '} {rate:8.1f} jobs/s")
    finally:
        await database.close()


@contextmanager
def workers(command: Sequence[str], home: Path, url: str, number: int) -> Iterator[None]:
    """Run so many workers until the block ends."""
    settings = {"CLOSELOOP_HOME": str(home), "CLOSELOOP_DATABASE_URL": url, "CLOSELOOP_LOG_LEVEL": "warning"}
    running = [subprocess.Popen(command, env={**os.environ, **settings}) for _ in range(number)]
    try:
        time.sleep(WARM)
        if any(one.poll() is not None for one in running):
            raise WrongResult("a worker has ended by itself")
        yield
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()


async def put(runtime: CompanyRuntime) -> UUID:
    """Put a job into the queue, as the API does before it answers."""
    admin = next(one for one in runtime.org.people.values() if one.login == "admin")
    params = {"object": "lead", "deed": {"do": "delete"}, "ids": [str(uuid4())]}
    return await start_job(runtime, "bulk", runtime.actor_of(admin), params, total=1)


async def started_one_by_one(runtime: CompanyRuntime, url: str, number: int) -> list[float]:
    """Start jobs while the worker is idle; return the seconds from the commit until each was taken up."""
    waits: list[float] = []
    table = sql.Identifier(runtime.company.schema, "sys_job")
    query = sql.SQL("SELECT started_at FROM {} WHERE id = %s AND state = 'done'").format(table)
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(number):
            await asyncio.sleep(random.uniform(0.6, 1.1))
            job = await put(runtime)
            answered = datetime.now(UTC)
            connection.execute("NOTIFY bench")
            waits.append((_taken_up(connection, query, job) - answered).total_seconds())
    return waits


def _taken_up(connection: psycopg.Connection, query: sql.Composed, job: UUID) -> datetime:
    while (row := connection.execute(query, [job]).fetchone()) is None:
        time.sleep(0.02)
    return row[0]


async def held_back(runtime: CompanyRuntime, url: str, number: int) -> list[UUID]:
    """Put jobs into the queue that nobody takes up yet."""
    jobs = [await put(runtime) for _ in range(number)]
    table = sql.Identifier(runtime.company.schema, "sys_job")
    with psycopg.connect(url, autocommit=True) as connection:
        later = sql.SQL("UPDATE {} SET next_at = created_at + interval '1 day' WHERE id = ANY(%s)").format(table)
        connection.execute(later, [jobs])
    return jobs


def carried_out(runtime: CompanyRuntime, url: str, jobs: Sequence[UUID]) -> float:
    """Give jobs free that were held back, and return how many a second were carried out."""
    job, error = (sql.Identifier(runtime.company.schema, name) for name in ("sys_job", "sys_job_error"))
    over = sql.SQL("SELECT count(*), max(finished_at) FROM {} WHERE id = ANY(%s) AND state = 'done'").format(job)
    with psycopg.connect(url, autocommit=True) as connection:
        began = datetime.now(UTC)
        connection.execute(sql.SQL("UPDATE {} SET next_at = created_at WHERE id = ANY(%s)").format(job), [jobs])
        connection.execute("NOTIFY bench")
        while True:
            count, last = connection.execute(over, [jobs]).fetchone() or (0, began)
            if count == len(jobs):
                break
            time.sleep(0.1)
        told = sql.SQL("SELECT count(*), count(DISTINCT job) FROM {} WHERE job = ANY(%s)").format(error)
        found = connection.execute(told, [jobs]).fetchone()
    if found != (len(jobs), len(jobs)):
        raise WrongResult(f"{found} errors where each of {len(jobs)} jobs has one")
    return len(jobs) / (last - began).total_seconds()


def floor(url: str) -> None:
    """Carry jobs out until killed: claim one, note its error, end it, each in a transaction of its own."""
    with psycopg.connect(url) as connection, psycopg.connect(url, autocommit=True) as listening:
        listening.execute("LISTEN bench")
        row = connection.execute("SELECT schema_name FROM platform.company").fetchone()
        assert row is not None
        job, error = sql.Identifier(row[0], "sys_job"), sql.Identifier(row[0], "sys_job_error")
        claim = sql.SQL(
            "UPDATE {job} SET state = 'running', started_at = %(now)s, attempts = 1, lease_until = %(now)s WHERE id ="
            " (SELECT id FROM {job} WHERE next_at <= %(now)s AND lease_until IS NULL ORDER BY next_at LIMIT 1"
            " FOR UPDATE SKIP LOCKED) RETURNING id"
        ).format(job=job)
        note = sql.SQL("INSERT INTO {} (job, row, problem) VALUES (%s, 1, '{{}}')").format(error)
        go_on = sql.SQL("UPDATE {} SET step = 1, progress = 1, errors = 1 WHERE id = %s").format(job)
        end = sql.SQL(
            "UPDATE {} SET state = 'done', finished_at = %s, next_at = NULL, lease_until = NULL WHERE id = %s"
        ).format(job)
        while True:
            found = connection.execute(claim, {"now": datetime.now(UTC)}).fetchone()
            connection.commit()
            if found is None:
                for _ in listening.notifies(timeout=60, stop_after=1):
                    pass
                continue
            connection.execute(note, found)
            connection.execute(go_on, found)
            connection.commit()
            connection.execute(end, [datetime.now(UTC), *found])
            connection.commit()


if __name__ == "__main__":
    try:
        main()
    except WrongResult as problem:
        sys.exit(f"wrong result: {problem}")
