"""The platform's migrations: what they make is what tables.py describes, whoever runs them at once."""

import asyncio
from typing import get_args

import pytest

from closeloop.base.errors import Unavailable
from closeloop.db.engine import Database
from closeloop.schema.introspect import present_shape
from closeloop.schema.platform.migrate import migrate
from closeloop.schema.platform.tables import SCHEMA, Placement, metadata
from closeloop.schema.shape import wanted_shape


@pytest.mark.db
async def test_migrations_make_the_described_tables_also_when_run_at_once(db: Database, database_url: str) -> None:
    await asyncio.gather(*(migrate(database_url) for _ in range(3)))
    async with db.autocommit() as session:
        present = await present_shape(session, SCHEMA)
    tables = {name: table for name, table in present.tables.items() if name != "alembic_version"}
    assert tables == wanted_shape(metadata.tables.values()).tables


@pytest.mark.db
async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await migrate("postgresql:///x?host=/nonexistent")


def test_every_platform_table_says_where_it_lives_on_a_cluster() -> None:
    assert {table.info["placement"] for table in metadata.tables.values()} <= set(get_args(Placement))
