"""The pool: time limits, and servers that go away and come back."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop

from closeloop.base.errors import Unavailable
from closeloop.db import engine
from closeloop.db.engine import Database
from closeloop.db.errors import is_retryable
from closeloop.db.statement import Statement
from closeloop.runtime.embedded_postgres import EmbeddedPostgres

pytestmark = pytest.mark.db

ONE = Statement("SELECT 1", "test")
PID = Statement("SELECT pg_catalog.pg_backend_pid()", "test")
KILL = Statement("SELECT pg_catalog.pg_terminate_backend(%s::integer, 5000)", "test")


async def pid(db: Database) -> int:
    async with db.autocommit() as session:
        ((number,),) = await session.fetch(PID)
    return number


async def test_a_connection_killed_while_idle_is_not_handed_out(db: Database, database_url: str) -> None:
    small = Database(database_url, min_size=1, max_size=1, application_name="idle")
    await small.open()
    async with db.autocommit() as other:
        await other.execute(KILL, [await pid(small)])
    async with small.transaction() as tx:
        assert await tx.fetch(ONE) == [(1,)]
    await small.close()


async def test_a_connection_killed_at_work_is_a_retryable_error(db: Database, database_url: str) -> None:
    small = Database(database_url, min_size=1, max_size=1, application_name="busy")
    await small.open()

    async def work() -> None:
        async with small.transaction() as tx, db.autocommit() as other:
            ((number,),) = await tx.fetch(PID)
            await other.execute(KILL, [number])
            await tx.fetch(ONE)

    with pytest.raises(Unavailable) as caught:
        await work()
    assert is_retryable(caught.value)
    assert await pid(small)
    await small.close()


async def test_waiting_for_a_connection_has_a_limit(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CHECKOUT_SECONDS", 0.05)
    small = Database(database_url, min_size=1, max_size=1, application_name="full")
    await small.open()

    async def second() -> None:
        async with small.transaction():
            pass

    async with small.transaction() as tx:
        await tx.fetch(ONE)
        with pytest.raises(Unavailable):
            await second()
    await small.close()


async def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CHECKOUT_SECONDS", 0.2)
    nowhere = Database(f"postgresql:///x?host={tmp_path}", min_size=1, max_size=1, application_name="none")
    with pytest.raises(Unavailable):
        await nowhere.open()
    await nowhere.close()


def test_the_pool_outlives_a_restart_also_on_uvloop(
    passable_folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = passable_folder()
    server = EmbeddedPostgres(home)
    url = server.start()

    async def go() -> None:
        db = Database(url, min_size=3, max_size=3, application_name="restarted")
        await db.open()
        await asyncio.gather(*(pid(db) for _ in range(3)))
        await asyncio.to_thread(server.stop)
        with monkeypatch.context() as patched:
            patched.setattr(engine, "CHECKOUT_SECONDS", 0.5)
            with pytest.raises(Unavailable):
                await pid(db)
        await asyncio.to_thread(server.start)
        await asyncio.gather(*(pid(db) for _ in range(6)))
        await db.close()

    try:
        uvloop.run(go())
    finally:
        server.stop()


@pytest.mark.parametrize("flush", [True, False])
async def test_who_need_not_wait_for_the_disk_says_so(database_url: str, flush: bool):
    ask = Statement("SELECT source, setting FROM pg_catalog.pg_settings WHERE name = 'synchronous_commit'", "test")
    one = Database(database_url, min_size=1, max_size=1, application_name="flush", flush=flush)
    await one.open()
    try:
        async with one.autocommit() as session:
            assert (await session.fetch(ask) == [("client", "off")]) is not flush
    finally:
        await one.close()
