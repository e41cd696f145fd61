"""A pool on the test database, and a company schema that one test may fill."""

from collections.abc import AsyncGenerator

import pytest

from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.schema.apply import create_schema


@pytest.fixture(scope="session")
async def db(database_url: str) -> AsyncGenerator[Database]:
    database = Database(database_url, min_size=1, max_size=4, application_name="tests")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def schema(db: Database) -> AsyncGenerator[str]:
    async with db.transaction() as tx:
        await create_schema(tx, "t_plan")
    yield "t_plan"
    async with db.autocommit() as session:
        await session.execute(Statement("DROP SCHEMA t_plan CASCADE", "test", prepared=False))
