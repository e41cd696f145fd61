"""Listening: hints arrive, and a lost connection is made again and said."""

import asyncio
from contextlib import aclosing

import pytest

from closeloop.db import notify
from closeloop.db.engine import Database
from closeloop.db.notify import RESYNC, Hint, listen
from closeloop.db.statement import Statement

pytestmark = pytest.mark.db

NOTIFY = Statement("SELECT pg_catalog.pg_notify(%s, %s)", "test")
KILL = Statement(
    "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE application_name = %s",
    "test",
)


async def test_hints_arrive_and_a_new_connection_says_that_some_may_be_missing(
    db: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "_FIRST_PAUSE", 0.01)
    async with (
        aclosing(listen(database_url, "changes")) as hints,
        db.autocommit() as session,
        asyncio.timeout(10),
    ):
        assert await anext(hints) == RESYNC
        await session.execute(NOTIFY, ["changes", "lead 王"])
        assert await anext(hints) == Hint("lead 王")
        await session.execute(KILL, ["listen changes"])
        assert await anext(hints) == RESYNC
        await session.execute(NOTIFY, ["changes", "again"])
        assert await anext(hints) == Hint("again")
