"""A pool on the test database, and a schema that one test may fill."""

from collections.abc import AsyncGenerator

import pytest

from closeloop.db.engine import Database
from closeloop.db.statement import Statement


@pytest.fixture(scope="session")
async def db(database_url: str) -> AsyncGenerator[Database]:
    database = Database(database_url, min_size=1, max_size=4, application_name="tests")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def schema(db: Database) -> AsyncGenerator[str]:
    async with db.autocommit() as session:
        await session.execute(Statement("CREATE SCHEMA t_db", "test", prepared=False))
    yield "t_db"
    async with db.autocommit() as session:
        await session.execute(Statement("DROP SCHEMA t_db CASCADE", "test", prepared=False))
