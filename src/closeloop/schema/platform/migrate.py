"""Bring the platform's tables to the version of this code."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateSchema

from closeloop.base.errors import Unavailable
from closeloop.schema.platform.tables import SCHEMA

_LOCK = 0x0C105E_1009  # any number that nothing else in the database locks


async def migrate(url: str) -> None:
    """Run the missing migrations in one transaction; processes that start together take turns."""
    await asyncio.to_thread(_migrate, url)


def _migrate(url: str) -> None:
    """Alembic is the one that uses SQLAlchemy's engine, and it does so synchronously."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise Unavailable from error
