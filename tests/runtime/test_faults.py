"""The whole system as real processes, killed one after the other while leads come in: what was answered is there."""

import asyncio
import itertools
import signal
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from psycopg import sql
from tests.runtime.system import System
from tests.runtime.waiting import eventually

pytestmark = [pytest.mark.db, pytest.mark.embedded]

CLIENTS = 4
PAUSE = 0.12
"""Seconds between two leads of one client."""


@pytest.fixture
async def client(system: System) -> AsyncGenerator[httpx.AsyncClient]:
    headers = {"Closeloop-Intake-Key": "demo-website"}
    async with httpx.AsyncClient(base_url=f"{system.url}/api/v1", headers=headers, timeout=10) as client:
        yield client


async def post(client: httpx.AsyncClient, number: int) -> httpx.Response:
    """Post a lead until it is answered, as a client does that can't know what became of the last try."""
    payload = {"phone": f"137{number:08d}", "company": f"公司{number}"}
    while True:
        try:
            answer = await client.post("/intake/website", json=payload, headers={"Idempotency-Key": f"lead-{number}"})
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code != 503:
            return answer
        await asyncio.sleep(0.1)


async def test_killing_any_process_loses_no_lead_that_was_answered_and_makes_none_twice(
    system: System, client: httpx.AsyncClient
):
    numbers = itertools.count(1)
    answers: dict[int, httpx.Response] = {}
    over = asyncio.Event()

    async def keep_posting() -> None:
        while not over.is_set():
            number = next(numbers)
            answers[number] = await post(client, number)
            await asyncio.sleep(PAUSE)

    posting = [asyncio.create_task(keep_posting()) for _ in range(CLIENTS)]
    for name in ("web", "worker", "database", "web"):
        await asyncio.sleep(1)
        await asyncio.to_thread(system.kill, name)
    await asyncio.to_thread(eventually, system.is_ready)
    await asyncio.sleep(1)
    over.set()
    await asyncio.gather(*posting)

    assert {one.status_code for one in answers.values()} <= {201, 202}
    assert len(answers) > 30
    stored = leads(system.database.url)
    assert len(stored) == len(answers)
    for number, answer in answers.items():
        found, owner, clocks, created = stored[f"137{number:08d}"]
        assert owner is not None
        assert (clocks, created) == (3, 1)
        if answer.status_code == 201:
            assert answer.json() == {"id": str(found), "object": "lead"}


def leads(url: str) -> dict[str, tuple[UUID, UUID | None, int, int]]:
    """Return each lead's id, owner, and how many clocks and events of its making there are, by phone."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT schema_name FROM platform.company").fetchone()
        assert row is not None
        connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(row[0])))
        rows = connection.execute(
            "SELECT phone, id, owner, (SELECT count(*) FROM sys_clock c WHERE c.record = lead.id),"
            " (SELECT count(*) FROM sys_event e WHERE e.record = lead.id AND e.type = 'record.created') FROM lead"
        ).fetchall()
    assert len({phone for phone, *_ in rows}) == len(rows)
    return {phone: (found, owner, clocks, created) for phone, found, owner, clocks, created in rows}


def lives(pid: int | None) -> bool:
    """Say whether the process is there and not only waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_the_end_takes_open_streams_and_everything_else_with_it_within_five_seconds(
    system: System, client: httpx.AsyncClient
):
    await client.post("/session", json={"login": "sales1", "password": "closeloop-demo"})
    processes = [system.pid("web"), system.pid("worker"), system.database.pid()]
    async with client.stream("GET", "/stream", params={"topics": "object:lead"}) as stream:
        chunks = stream.aiter_text()
        assert "retry" in await anext(chunks)
        started = time.monotonic()
        system.supervisor.send_signal(signal.SIGTERM)
        async for _ in chunks:
            pass  # the server ends the answer as it should: an end cut short would raise
    assert await asyncio.to_thread(system.supervisor.wait, 10) == 0
    assert time.monotonic() - started < 5
    assert not system.database.running()
    assert not any(lives(pid) for pid in processes)
