"""Two web processes take leads in from 64 clients at once: quotas hold, and turns are even to one record."""

import asyncio
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import httpx
import pytest
import sqlalchemy as sa
from tests.engine.test_assign import SALES, policy_with
from tests.runtime.waiting import eventually
from tests.support.company import Clocked, a_phone, fresh_company
from tests.support.web import INTAKE_KEY

from closeloop.db.engine import Database

pytestmark = pytest.mark.db

CLIENTS = 64
LEADS = 320


@contextmanager
def web_process(url: str, home: Path) -> Iterator[str]:
    """Run one real web process; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "CLOSELOOP_DATABASE_URL": url,
        "CLOSELOOP_HOST": "127.0.0.1",
        "CLOSELOOP_PORT": str(port),
        "CLOSELOOP_HOME": str(home),
        "CLOSELOOP_POOL_SIZE": "8",
    }
    process = subprocess.Popen([sys.executable, "-m", "closeloop.cli", "web"], env=env)
    address = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _answers(address) or process.poll() is not None, 60)
        assert process.poll() is None, "the web process has ended"
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/healthz", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


async def post_all(addresses: list[str], company: str, count: int) -> Counter[int]:
    """Post leads from CLIENTS clients at once, to the processes in turns; returns how each was answered."""
    waiting = iter(range(count))
    answers: Counter[int] = Counter()

    async def client(number: int) -> None:
        headers = {"Closeloop-Company": company, "Closeloop-Intake-Key": INTAKE_KEY}
        async with httpx.AsyncClient(base_url=addresses[number % len(addresses)], headers=headers, timeout=60) as http:
            for _ in waiting:
                answer = await http.post("/api/v1/intake/website", json={"phone": a_phone()})
                answers[answer.status_code] += 1

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return answers


@pytest.mark.parametrize("quota", ["quota_daily", "quota_open"])
async def test_no_quota_is_exceeded_and_turns_are_even_with_64_clients_on_two_processes(
    database: Database, migrated_url: str, passable_folder: Callable[[], Path], quota: str
):
    async with fresh_company(database, policy_with()) as company:
        for login, most in (("sales1", 0), ("sales2", 3), ("sales3", 17)):
            await company.change_person(login, **{quota: most})
        with ExitStack() as stack:
            addresses = [stack.enter_context(web_process(migrated_url, passable_folder())) for _ in range(2)]
            # a process that has just begun reads the company with its first request; a storm that meets it cold may
            # wait longer for a connection than it is given on a machine that is busy with tests
            for address in addresses:
                assert await post_all([address], company.company.key, 1) == {201: 1}
            rest = LEADS - len(addresses)
            assert await post_all(addresses, company.company.key, rest) == {201: rest}
            counts = await held(company)
            assert sum(counts.values()) == LEADS
            assert (counts["sales1"], counts["sales2"], counts["sales3"]) == (0, 3, 17)
            free = [counts[login] for login in SALES[3:]]
            assert max(free) - min(free) <= 1, counts
            # and when nobody has room any more, the rest waits, every single one of them
            for login in SALES[3:]:
                await company.change_person(login, **{quota: counts[login] + 4})
            assert await post_all(addresses, company.company.key, 64) == {201: 64}
            counts = await held(company)
            assert [counts[login] for login in SALES[3:]] == [one + 4 for one in free]
            assert counts[None] == 64 - 4 * len(free)
        for event in await company.system_rows("event", type="record.assigned"):
            assert len(event["why"]["assignment"]["candidates"]) == len(SALES)


async def held(company: Clocked) -> Counter[str | None]:
    """Return how many leads each person holds, and nobody."""
    table = company.catalog.object("lead").table
    query: Any = sa.select(table.c.owner, sa.func.count().label("n")).group_by(table.c.owner)
    rows = await company.rows(query)
    return Counter({company.login_of(row["owner"]): row["n"] for row in rows})
