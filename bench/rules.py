"""Measure what 100 rules add to a write, in CPU time of the writing process: python -m bench.rules."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from bench.intake import temporary_database
from bench.leads import lead

from closeloop.base.clock import SystemClock
from closeloop.base.logs import configure_logging
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.records.commands import Command, CreateRecord, Submission, UpdateRecord
from closeloop.runtime.app_files import APPS, read_definitions, read_yaml
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.install import create_company
from closeloop.schema.platform.migrate import migrate

RULES = 100
DEMO = APPS / "sales" / "demo"
ROUNDS, WRITES = 7, 200

FIELDS = (
    "page_seconds", "page_views", "downloads", "employees", "registered_capital", "budget",
    "industry", "province", "city", "company",
)  # fmt: skip
_NUMBERS = 6
"""The first fields hold numbers."""


def rules() -> list[Body]:
    """Return the rules: each reads one of ten fields, before and after; half of them look at new records as well."""
    bodies: list[Body] = []
    for number in range(RULES):
        place = number % len(FIELDS)
        name = FIELDS[place]
        limit = str(10**9 + number) if place < _NUMBERS else f"'no such {number}'"
        when = f"{name} == {limit} and before.{name} != {limit} and stage in ['new', 'contacted']"
        after = ["created", "updated"] if number % 2 else ["updated"]
        body = {"rule": f"r{number}", "on": "lead", "label": f"r{number}", "after": after, "when": when}
        bodies.append(Body("rule", f"r{number}", {**body, "do": [{"notify": "owner"}]}))
    return bodies


async def company_with(database: Database, key: str, more: list[Body]) -> CompanyRuntime:
    """Make a demo company without rules of its own, with others."""
    content = read_yaml(DEMO / "company.yaml")
    content = {**content, "company": {**content["company"], "key": key}}
    app = [body for body in (*read_definitions(APPS / "sales"), *read_definitions(DEMO)) if body.kind != "rule"]
    clock = SystemClock()
    company = await create_company(database, clock, content, [*app, *more], "sales")
    runtime = CompanyRuntime(company, database, clock)
    await runtime.refresh()
    return runtime


class Writer:
    """Writes to one company, one command a batch, and takes the CPU time that a write costs."""

    def __init__(self, company: CompanyRuntime) -> None:
        self.company = company
        self.made = 0
        self.record: UUID | None = None

    async def run(self, command: Command) -> Any:
        (outcome,) = await self.company.executor.run([Submission(command, self.company.system())])
        return outcome.record()

    async def create(self, _: int) -> None:
        self.made += 1
        self.record = (await self.run(CreateRecord("lead", lead(self.made))))["id"]

    async def unread(self, number: int) -> None:
        await self._change(note=f"note {number}")

    async def read(self, number: int) -> None:
        await self._change(city=f"city {number}")

    async def _change(self, **values: Any) -> None:
        assert self.record is not None
        await self.run(UpdateRecord("lead", self.record, values=values))


async def cost(write: Callable[[int], Awaitable[None]]) -> float:
    """Return the CPU milliseconds of a write."""
    start = time.process_time()
    for number in range(WRITES):
        await write(number)
    return (time.process_time() - start) * 1000 / WRITES


async def measure(url: str) -> None:
    """Print the cost of three kinds of write without and with the rules, in turns."""
    await migrate(url)
    database = Database(url, min_size=1, max_size=2, application_name="bench-rules")
    await database.open()
    plain = Writer(await company_with(database, "plain", []))
    ruled = Writer(await company_with(database, "ruled", rules()))
    kinds = ("create", "unread", "read")
    seen: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS + 1):  # the first warms up
        for kind in kinds:
            for name, writer in (("plain", plain), ("ruled", ruled)):
                seen.setdefault((kind, name), []).append(await cost(getattr(writer, kind)))
    await database.close()
    print(f"CPU ms a write, median of {ROUNDS} rounds of {WRITES}; {RULES} rules on the object")
    words = {
        "create": f"new record, {RULES // 2} rules looked at",
        "unread": "change that no rule reads",
        "read": f"change that {RULES // len(FIELDS)} rules read",
    }
    for kind in kinds:
        without, with_ = (statistics.median(seen[kind, name][1:]) for name in ("plain", "ruled"))
        print(f"{words[kind]:34} without {without:6.3f}   with {with_:6.3f}   added {with_ - without:6.3f}")


if __name__ == "__main__":
    configure_logging("warning", "bench")
    with temporary_database() as postgres:
        asyncio.run(measure(postgres.url))
