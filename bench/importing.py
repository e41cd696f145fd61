"""Measure the import of leads: duplicates, score, owner, clocks and all; beside it the same rows by COPY, as a floor.

`python -m bench.importing` prints rows a second and the CPU time for a row. The floor writes what the import has left
in the tables into the same tables with the same indexes, in as many transactions, and decides nothing.
"""

import argparse
import csv
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import uvloop
from bench import cpu
from bench.intake import WrongResult
from bench.leads import lead
from bench.verify import lift_quotas
from psycopg import sql

from closeloop.base.clock import SystemClock
from closeloop.base.collector import rarely_collect
from closeloop.base.settings import Settings
from closeloop.connect.mapping import Column
from closeloop.connect.store import open_store
from closeloop.db.engine import Database
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.embedded_postgres import EmbeddedPostgres
from closeloop.runtime.files import Files
from closeloop.runtime.host import Host
from closeloop.runtime.hub import Hub
from closeloop.runtime.importing import CHUNK, ImportJob
from closeloop.runtime.install import prepare
from closeloop.runtime.job_runner import JobRunner, claim
from closeloop.runtime.jobs import start_job

AGAIN = 20
"""Every so many-th row is one that came before: 5 % duplicates."""
TABLES = ("lead", "sys_event", "sys_stage_stay", "sys_clock", "sys_notice", "sys_job_error")


@dataclass(frozen=True, slots=True)
class Figure:
    """What one way of writing the rows took: seconds on the clock, and of CPU of Python and of the database."""

    seconds: float
    python: float
    database: float

    def line(self, name: str, rows: int) -> str:
        each = f"{self.python / rows * 1000:.3f} ms Python, {self.database / rows * 1000:.3f} ms database"
        return f"{name:8}{rows / self.seconds:8.0f} rows/s{self.seconds:8.1f} s   CPU a row: {each}"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    rows: int = parser.parse_args().rows
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="closeloop-bench-"))
        home.chmod(0o711)
        stack.callback(shutil.rmtree, home)
        postgres = EmbeddedPostgres(home)
        url = postgres.start()
        stack.callback(postgres.stop)
        imported, schema = uvloop.run(measure(Settings(home=home, demo=True), url, postgres, rows))
        print(imported.line("import", rows))
        floor = copied(url, schema, postgres, -(-rows // CHUNK))
        print(floor.line("COPY", rows))
        print(f"import / floor: {floor.seconds / imported.seconds:.2f} of its rows a second")


async def measure(settings: Settings, url: str, postgres: EmbeddedPostgres, rows: int) -> tuple[Figure, str]:
    """Import made-up leads as one job, and see that each is there once with owner, score and clocks."""
    await prepare(settings, url)
    database = Database(url, min_size=1, max_size=4, application_name="bench")
    await database.open()
    try:
        lift_quotas(url)
        (runtime,) = await Host(database, Hub(url), SystemClock()).companies()
        rarely_collect()  # as a worker does
        files = Files(open_store(settings), 1 << 30)
        await start(runtime, files, rows)
        job = await claim(runtime)
        assert job is not None
        main = postgres.pid()
        assert main is not None
        began, python, server = time.perf_counter(), time.process_time(), cpu.of_cluster(main)
        await JobRunner((ImportJob(files),)).carry_on(runtime, job, most=3600)
        figure = Figure(time.perf_counter() - began, time.process_time() - python, cpu.of_cluster(main) - server)
        verify(url, runtime, job.cursor["counts"], rows)
        return figure, runtime.company.schema
    finally:
        await database.close()


async def start(runtime: CompanyRuntime, files: Files, rows: int) -> None:
    """Put the import of a file into the queue, as the API would."""
    header = list(lead(0))
    admin = next(one for one in runtime.org.people.values() if one.login == "admin")
    text = BytesIO(table(rows, header))
    stored = await files.keep(runtime, admin.id, "leads.csv", text)
    params: dict[str, Any] = {
        "object": "lead",
        "file": str(stored.id),
        "header": header,
        "layout": {"kind": "csv", "encoding": "utf-8", "separator": ","},
        "columns": [Column(name, name).out() for name in header],
        "mode": "create",
        "key": None,
        "duplicates": "join",
        "empty": "keep",
    }
    await start_job(runtime, "import", runtime.actor_of(admin), params, total=rows)


def table(rows: int, header: list[str]) -> bytes:
    """Return the file: every AGAIN-th row is an earlier lead once more."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(lead(number // 2 if number % AGAIN == AGAIN - 1 else number) for number in range(rows))
        file.seek(0)
        return file.read().encode()


def verify(url: str, runtime: CompanyRuntime, counts: dict[str, int], rows: int) -> None:
    """See that the tables hold what the file says."""
    different = {number // 2 if number % AGAIN == AGAIN - 1 else number for number in range(rows)}
    query = sql.SQL(
        "SELECT count(*), count(DISTINCT phone), count(score), count(owner),"
        " (SELECT count(*) FROM {schema}.sys_clock), (SELECT count(*) FROM {schema}.sys_stage_stay)"
        " FROM {schema}.lead"
    )
    with psycopg.connect(url) as connection:
        found = connection.execute(query.format(schema=sql.Identifier(runtime.company.schema))).fetchone()
    assert found is not None
    leads, phones, scores, owners, clocks, stays = found
    wanted = len(different)
    if not leads == phones == scores == owners == stays == wanted or clocks == 0:
        raise WrongResult(f"{found} where {wanted} leads should be")
    if counts != {"created": wanted, "joined": rows - wanted}:
        raise WrongResult(f"{counts} where {wanted} of {rows} rows are new")


def copied(url: str, schema: str, postgres: EmbeddedPostgres, parts: int) -> Figure:
    """Take the rows out of the tables, empty them, and write the same rows again by COPY in as many transactions."""
    main = postgres.pid()
    assert main is not None
    with psycopg.connect(url, autocommit=True) as connection:
        lines: dict[str, list[bytes]] = {}
        for name in TABLES:
            place = sql.Identifier(schema, name)
            out = sql.SQL("COPY (SELECT * FROM {} ORDER BY 1) TO STDOUT").format(place)
            with connection.cursor().copy(out) as copy:
                lines[name] = [bytes(line) for line in copy]
        places = sql.SQL(", ").join(sql.Identifier(schema, name) for name in TABLES)
        connection.execute(sql.SQL("TRUNCATE {}").format(places))
        began, python, server = time.perf_counter(), time.process_time(), cpu.of_cluster(main)
        for part in range(parts):
            with connection.transaction():
                for name, every in lines.items():
                    some = every[len(every) * part // parts : len(every) * (part + 1) // parts]
                    place = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(schema, name))
                    with connection.cursor().copy(place) as copy:
                        copy.write(b"".join(some))
        return Figure(time.perf_counter() - began, time.process_time() - python, cpu.of_cluster(main) - server)


if __name__ == "__main__":
    try:
        main()
    except WrongResult as error:
        sys.exit(f"wrong result: {error}")
