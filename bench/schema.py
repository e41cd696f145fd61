"""Measure how long writers wait while fields of a large object come, change and go: python -m bench.schema [ROWS].

Needs a PostgreSQL of its own: the embedded one is started in a folder that is thrown away.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from closeloop.base.clock import SystemClock
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.records.commands import CreateRecord, Submission, UpdateRecord
from closeloop.runtime.app_files import APPS, read_definitions, read_yaml
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.embedded_postgres import EmbeddedPostgres
from closeloop.runtime.install import create_company
from closeloop.runtime.publish import order_of, publish
from closeloop.schema.platform.migrate import migrate

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
DEMO = APPS / "sales" / "demo"
WRITERS = 4
READERS = 1


def memo(**fields: dict[str, Any]) -> Body:
    """Return the object that is measured, with further fields."""
    own = {"title": {"type": "text", "label": "标题"}, "worth": {"type": "text", "label": "值"}, **fields}
    return Body("object", "memo", {"object": "memo", "label": "便签", "title": "title", "fields": own})


class Load:
    """Writers of single records and a reader of the whole table; notes how long each write took."""

    def __init__(self, runtime: CompanyRuntime) -> None:
        self.waits: list[float] = []
        self.failed = 0
        self._runtime = runtime
        self._over = asyncio.Event()

    async def write(self) -> None:
        actor = self._runtime.system()
        record = None
        while not self._over.is_set():
            start = time.perf_counter()
            command = CreateRecord("memo", {"title": "new", "worth": "5"})
            if record is not None:
                command = UpdateRecord("memo", record, values={"title": str(start)})
            outcome = (await self._runtime.executor.run([Submission(command, actor)]))[0]
            self.waits.append(time.perf_counter() - start)
            self.failed += outcome.error is not None
            record = outcome.record()["id"] if record is None and outcome.error is None else None
            await asyncio.sleep(0.01)

    async def read(self) -> None:
        table = f'"{self._runtime.company.schema}".memo'
        whole = Statement(f"SELECT count(title) FROM {table}", "whole table", prepared=False)
        while not self._over.is_set():
            async with self._runtime.database.autocommit() as session:
                await session.fetch(whole)

    async def beside(self, work: Callable[[], Awaitable[Any]]) -> float:
        """Do the work under the load; returns how long it took."""
        tasks = [asyncio.create_task(self.write()) for _ in range(WRITERS)]
        tasks += [asyncio.create_task(self.read()) for _ in range(READERS)]
        await asyncio.sleep(1)
        start = time.perf_counter()
        await work()
        took = time.perf_counter() - start
        await asyncio.sleep(0.5)
        self._over.set()
        await asyncio.gather(*tasks)
        return took


async def run(url: str) -> None:
    """Fill a table, and change it under load, step by step."""
    await migrate(url)
    database = Database(url, min_size=2, max_size=WRITERS + READERS + 4, application_name="bench")
    await database.open()
    clock = SystemClock()
    bodies = [*read_definitions(APPS / "sales"), *read_definitions(DEMO), memo()]
    company = await create_company(database, clock, read_yaml(DEMO / "company.yaml"), bodies, "sales")
    async with database.autocommit() as session:
        fill = (
            f'INSERT INTO "{company.schema}".memo (id, version, created_at, updated_at, title, worth)'
            " SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, %s, %s, 'memo ' || n, n::text"
            " FROM generate_series(1, %s) n"
        )
        await session.execute(Statement(fill, "fill"), [clock.now(), clock.now(), ROWS])
    print(f"{ROWS} rows, {WRITERS} writers, {READERS} reader of the whole table at a time")
    print(f"{'':24}{'took':>10}{'median write':>15}{'longest write':>15}{'failed':>8}")
    number = {"type": "decimal", "label": "值"}
    steps: list[tuple[str, Body]] = [
        ("a field is added", memo(more={"type": "text", "label": "新"})),
        (
            "an indexed one is added",
            memo(more={"type": "text", "label": "新"}, of={"type": "relation", "object": "lead"}),
        ),
        ("text becomes a number", memo(worth=number, more={"type": "text", "label": "新"})),
        ("a field is removed", memo(worth=number)),
        ("a field comes back", memo(worth=number, more={"type": "text", "label": "新"})),
    ]
    for label, body in steps:
        runtime = CompanyRuntime(company, database, clock)
        await runtime.refresh()
        load = Load(runtime)

        async def change(body: Body = body) -> None:
            await publish(database, clock, company, order_of([body]), accept_loss=True)

        took = await load.beside(change)
        middle, longest = statistics.median(load.waits) * 1000, max(load.waits) * 1000
        print(f"{label:24}{took:>8.2f} s{middle:>12.1f} ms{longest:>12.0f} ms{load.failed:>8}")
    await database.close()


def main() -> None:
    """Measure on a server that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="closeloop-bench-") as folder:
        Path(folder).chmod(0o711)
        server = EmbeddedPostgres(Path(folder))
        try:
            asyncio.run(run(server.start()))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
