"""A process that is killed while it changes tables: people go on, and the change is finished or undone by others."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import sql
from tests.runtime.waiting import eventually
from tests.support.company import Clocked
from tests.support.definitions import note_object, release

from closeloop.records.commands import CreateRecord
from closeloop.runtime.mend import drift_of, mend_due
from closeloop.schema.introspect import present_shape

pytestmark = pytest.mark.db

ROWS = 20_000


def filled(url: str, schema: str) -> int | None:
    """Return how many rows the conversion has filled; None before it has begun and once it is over."""
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            query = sql.SQL("SELECT count(sys_new_worth) FROM {}.memo").format(sql.Identifier(schema))
            row = connection.execute(query).fetchone()
        except psycopg.errors.UndefinedColumn:
            return None
        return row[0] if row else None


def killed_once(command: list[str], holds: Callable[[], bool]) -> None:
    """Run a process until something holds, then kill it."""
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    eventually(lambda: holds() or process.poll() is not None, 60)
    process.kill()
    process.wait()


@pytest.mark.parametrize("at_least", [0, 4000])
async def test_a_conversion_that_is_killed_loses_nothing_and_is_undone(
    own_company: Clocked, migrated_url: str, at_least: int
):
    text = {"type": "text", "label": "值"}
    await release(own_company, note_object(worth=text))
    schema = own_company.company.schema
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL(
                "INSERT INTO {}.memo (id, version, created_at, updated_at, title, worth)"
                " SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, %s, %s, 't', n::text"
                " FROM generate_series(1, %s) n"
            ).format(sql.Identifier(schema)),
            [own_company.clock.now(), own_company.clock.now(), ROWS],
        )
    async with own_company.database.autocommit() as session:
        before = await present_shape(session, schema)
    command = [sys.executable, "-m", "tests.runtime.retyping", migrated_url, own_company.company.key]
    await asyncio.to_thread(killed_once, command, lambda: (filled(migrated_url, schema) or 0) > at_least)
    assert filled(migrated_url, schema) is not None, "it was over before it was killed"

    (outcome,) = await own_company.run(CreateRecord("memo", {"title": "t", "worth": "words"}))
    assert outcome.error is None
    own_company.clock.move_to(datetime.now(UTC) + timedelta(minutes=1))
    assert await mend_due(own_company) == 1
    async with own_company.database.autocommit() as session:
        assert await present_shape(session, schema) == before
    assert await drift_of(own_company.database, own_company.company) == []
    await own_company.refresh()
    assert (await own_company.record("memo", outcome.record()["id"]))["worth"] == "words"
    made = await release(own_company, note_object(worth={"type": "decimal", "label": "值"}), accept_loss=True)
    assert made.is_new
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        query = sql.SQL("SELECT count(worth), sum(worth) FROM {}.memo").format(sql.Identifier(schema))
        assert connection.execute(query).fetchone() == (ROWS, ROWS * (ROWS + 1) // 2)
