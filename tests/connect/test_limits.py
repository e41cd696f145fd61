"""Calls against a limit: as many as it says, and the seconds to wait are those of what was counted in the end."""

import asyncio
from datetime import timedelta

import pytest
from tests.support.company import Clocked

from closeloop.base.errors import TooMany
from closeloop.connect.limits import Limit, count
from closeloop.db.statement import Statement

pytestmark = pytest.mark.db

LIMIT = Limit(5, timedelta(minutes=1))
_WAITING = Statement(
    "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    "who waits for a lock",
)


async def call(company: Clocked, key: str) -> int | None:
    """Return after how many seconds a call may be made again; None where it was let through."""
    try:
        await count(company.database, company.catalog, key, LIMIT, company.clock.now())
    except TooMany as refused:
        return refused.params["retry_after"]
    return None


async def test_of_many_at_once_as_many_as_the_limit_get_through_and_the_others_wait_their_turn(company: Clocked):
    answers = await asyncio.gather(*(call(company, "at once") for _ in range(40)))
    assert answers.count(None) == 5
    assert set(answers) == {None, 12}


async def test_a_call_that_waited_for_another_is_told_the_time_that_the_other_left(company: Clocked):
    assert await call(company, "race") is None
    database, schema, now = company.database, company.company.schema, company.clock.now()
    fill = Statement(f'UPDATE "{schema}".sys_limit SET until = %s WHERE key = %s', "fill")
    async with database.transaction() as other:
        await other.execute(fill, [now + timedelta(minutes=1), "race"])
        refused = asyncio.create_task(call(company, "race"))
        while True:  # until it stands behind the row, with a snapshot in which there is room
            async with database.autocommit() as session:
                if (await session.fetch(_WAITING))[0][0]:
                    break
    assert await refused == 12


async def test_what_was_refused_is_let_through_after_the_seconds_that_it_was_told(own_company: Clocked):
    for _ in range(5):
        assert await call(own_company, "patient") is None
    wait = await call(own_company, "patient")
    assert wait == 12
    own_company.clock.move(timedelta(seconds=wait - 1))
    assert await call(own_company, "patient") == 1
    own_company.clock.move(timedelta(seconds=1))
    assert await call(own_company, "patient") is None
