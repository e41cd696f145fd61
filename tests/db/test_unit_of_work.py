"""Transactions: round trips, what stays after a failure, callbacks."""

import asyncio
from collections.abc import Awaitable, Callable, Generator

import pytest

from closeloop.base.errors import Conflict, Unavailable
from closeloop.db.connection import MAX_PREPARED, Connection
from closeloop.db.engine import Database
from closeloop.db.errors import is_retryable
from closeloop.db.statement import Statement
from closeloop.db.unit_of_work import Transaction

CREATE = Statement("CREATE TABLE t_db.thing (id integer CONSTRAINT thing_pk PRIMARY KEY)", "test", prepared=False)
INSERT = Statement("INSERT INTO t_db.thing (id) VALUES (%s)", "test")
SELECT = Statement("SELECT id FROM t_db.thing ORDER BY id", "test")
SLEEPING = Statement(
    "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%%'",
    "test",
)
ONE = Statement("SELECT 1", "test")


@pytest.fixture
async def thing(db: Database, schema: str) -> None:
    async with db.autocommit() as session:
        await session.execute(CREATE)


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> Generator[list[int]]:
    """Count the round trips by the number of statements that each carried."""
    seen: list[int] = []
    run = Connection.run

    async def counted(self: Connection, calls):
        seen.append(len(calls))
        return await run(self, calls)

    monkeypatch.setattr(Connection, "run", counted)
    return seen


async def stored(db: Database) -> list[int]:
    async with db.autocommit() as session:
        return [row[0] for row in await session.fetch(SELECT)]


async def fail(tx: Transaction) -> None:
    await tx.execute(INSERT, [1])
    raise KeyError


async def run(db: Database, work: Callable[[Transaction], Awaitable[object]]) -> None:
    async with db.transaction() as tx:
        await work(tx)


@pytest.mark.db
@pytest.mark.usefixtures("thing")
class TestTransaction:
    async def test_begin_and_commit_travel_with_the_statements(self, db: Database, trips: list[int]) -> None:
        async with db.transaction() as tx:
            read = await tx.fetch_many([(SELECT, ()), (ONE, ())])
            written = await tx.commit_with([(INSERT, [1]), (INSERT, [2])])
        assert [r.rows for r in read] == [[], [(1,)]]
        assert [r.count for r in written] == [1, 1]
        assert trips == [3, 3]
        assert await stored(db) == [1, 2]

    async def test_one_round_trip_is_enough_for_a_whole_transaction(self, db: Database, trips: list[int]) -> None:
        async with db.transaction() as tx:
            await tx.commit_with([(INSERT, [1])])
        assert trips == [3]

    async def test_nothing_is_sent_for_a_block_that_sends_nothing(self, db: Database, trips: list[int]) -> None:
        async with db.transaction():
            pass
        assert trips == []

    async def test_the_block_commits_at_its_end(self, db: Database) -> None:
        async with db.transaction() as tx:
            await tx.execute(INSERT, [5])
        assert await stored(db) == [5]

    async def test_an_exception_rolls_back(self, db: Database) -> None:
        with pytest.raises(KeyError):
            await run(db, fail)
        assert await stored(db) == []

    async def test_a_failure_in_the_last_round_trip_leaves_nothing(self, db: Database) -> None:
        called: list[int] = []

        async def clash(tx: Transaction) -> None:
            tx.after_commit(lambda: called.append(1))
            await tx.execute(INSERT, [1])
            await tx.commit_with([(INSERT, [2]), (INSERT, [1]), (INSERT, [3])])

        with pytest.raises(Conflict) as caught:
            await run(db, clash)
        assert caught.value.params == {"constraint": "thing_pk"}
        assert await stored(db) == []
        assert called == []

    async def test_a_failure_cannot_be_swallowed(self, db: Database) -> None:
        async def swallow(tx: Transaction) -> None:
            await tx.execute(INSERT, [1])
            with pytest.raises(Conflict):
                await tx.execute(INSERT, [1])

        with pytest.raises(RuntimeError, match="rolled back"):
            await run(db, swallow)
        assert await stored(db) == []

    async def test_nothing_can_follow_the_commit(self, db: Database) -> None:
        async with db.transaction() as tx:
            await tx.commit_with([(INSERT, [1])])
            with pytest.raises(RuntimeError, match="ended"):
                await tx.execute(INSERT, [2])
        assert await stored(db) == [1]

    async def test_callbacks_run_after_the_commit_in_order_and_cannot_undo_it(
        self, db: Database, caplog: pytest.LogCaptureFixture
    ) -> None:
        called: list[str] = []

        def bad() -> None:
            raise ValueError

        async with db.transaction() as tx:
            await tx.execute(INSERT, [1])
            tx.after_commit(lambda: called.append("first"))
            tx.after_commit(bad)
            tx.after_commit(lambda: called.append("second"))
            assert called == []
        assert called == ["first", "second"]
        assert "callback failed" in caplog.text
        assert await stored(db) == [1]

    async def test_a_cancelled_block_rolls_back_and_gives_its_connection_back(
        self, db: Database, database_url: str
    ) -> None:
        small = Database(database_url, min_size=1, max_size=1, application_name="cancelled")
        await small.open()

        async def wait_long() -> None:
            async with small.transaction() as tx:
                await tx.execute(INSERT, [1])
                await tx.execute(Statement("SELECT pg_sleep(60)", "test"))

        task = asyncio.create_task(wait_long())
        async with db.autocommit() as other:
            while await other.fetch(SLEEPING) == [(0,)]:
                pass
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await stored(small) == []
        await small.close()

    async def test_the_recorder_is_shown_every_statement(self, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[str] = []
        monkeypatch.setattr(Connection, "recorder", lambda statement: seen.append(statement.text))
        async with db.transaction() as tx:
            await tx.fetch_many([(SELECT, ()), (ONE, ())])
        assert seen == ["BEGIN", SELECT.text, ONE.text, "COMMIT"]

    async def test_a_value_that_cannot_be_sent_leaves_the_connection_usable(self, db: Database) -> None:
        async with db.autocommit() as session:
            with pytest.raises(Exception, match="cannot adapt"):
                await session.fetch_many([(ONE, ()), (INSERT, [object()])])
            assert await session.fetch(ONE) == [(1,)]

    async def test_a_statement_stays_prepared_after_a_rollback(self, database_url: str) -> None:
        small = Database(database_url, min_size=1, max_size=1, application_name="prepared")
        await small.open()
        with pytest.raises(KeyError):
            await run(small, fail)
        async with small.autocommit() as session:
            await session.execute(INSERT, [2])
            names = await session.fetch(Statement("SELECT statement FROM pg_prepared_statements", "test"))
        assert [text for (text,) in names].count(INSERT.text) == 1
        await small.close()

    async def test_a_statement_that_a_failure_kept_from_being_prepared_works_later(self, database_url: str) -> None:
        small = Database(database_url, min_size=1, max_size=1, application_name="unprepared")
        await small.open()
        fresh = Statement("SELECT 2", "test")
        await run(small, lambda tx: tx.execute(INSERT, [1]))
        with pytest.raises(Conflict):
            await run(small, lambda tx: tx.fetch_many([(INSERT, [1]), (fresh, ())]))
        async with small.transaction() as tx:
            assert await tx.fetch(fresh) == [(2,)]
        await small.close()

    async def test_no_more_statements_stay_prepared_than_the_limit(self, database_url: str) -> None:
        small = Database(database_url, min_size=1, max_size=1, application_name="evicting")
        await small.open()
        many = [Statement(f"SELECT {n}", "n") for n in range(MAX_PREPARED + 20)]
        async with small.autocommit() as session:
            for _ in range(2):
                results = await session.fetch_many([(statement, ()) for statement in many])
                assert [r.rows[0][0] for r in results] == list(range(len(many)))
            count = Statement("SELECT count(*) FROM pg_prepared_statements", "test")
            assert await session.fetch(count) == [(MAX_PREPARED,)]
        await small.close()

    async def test_a_plan_that_a_change_of_type_made_stale_is_made_anew(self, database_url: str) -> None:
        small = Database(database_url, min_size=1, max_size=1, application_name="stale")
        await small.open()
        alter = "ALTER TABLE t_db.thing ALTER COLUMN id TYPE "
        await stored(small)
        await run(small, lambda tx: tx.execute(Statement(f"{alter}bigint", "test", prepared=False)))
        assert await stored(small) == []
        await run(small, lambda tx: tx.execute(Statement(f"{alter}numeric", "test", prepared=False)))
        with pytest.raises(Unavailable) as caught:
            await run(small, lambda tx: tx.execute(SELECT))
        assert is_retryable(caught.value)
        await run(small, lambda tx: tx.execute(SELECT))
        await small.close()
