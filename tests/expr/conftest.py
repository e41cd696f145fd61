"""A connection to a real PostgreSQL, and how an expression is asked there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import settings
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.schema import CreateTable

from closeloop.expr import Env, Expression, Value

settings.register_profile("thorough", deadline=None, max_examples=5000)

COLUMNS: Mapping[str, sa.types.TypeEngine[Any]] = {
    "whole": sa.BigInteger(),
    "money": sa.Numeric(20, 4),
    "exact": sa.Numeric(),
    "text": sa.Text(),
    "other": sa.Text(),
    "yes": sa.Boolean(),
    "maybe": sa.Boolean(),
    "day": sa.Date(),
    "due": sa.Date(),
    "at": sa.DateTime(timezone=True),
    "since": sa.DateTime(timezone=True),
    "owner": sa.Uuid(),
    "helper": sa.Uuid(),
    "tags": sa.ARRAY(sa.Text()),
    "people": sa.ARRAY(sa.Uuid()),
    "numbers": sa.ARRAY(sa.Numeric()),
}
"""The columns of the one made-up object that these tests ask about."""


class Asking:
    """Asks PostgreSQL for expressions over rows; its session's zone is none of a test's, since none may matter."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._dialect = psycopg_dialect.dialect()
        self._table = sa.Table(
            "made_up",
            sa.MetaData(),
            sa.Column("row", sa.Integer()),
            *(sa.Column(name, kind) for name, kind in COLUMNS.items()),
            prefixes=["TEMPORARY"],
        )
        self._insert = f"INSERT INTO made_up VALUES (%s{', %s' * len(COLUMNS)})"
        connection.execute("SET TIME ZONE 'America/New_York'")
        connection.execute(str(CreateTable(self._table).compile(dialect=self._dialect)))

    def question(self, expressions: Sequence[Expression], env: Env) -> tuple[str, Mapping[str, Any]]:
        """Return one statement that asks for them all."""
        asked = [one.sql(lambda path: self._table.c[path], env).label(f"e{i}") for i, one in enumerate(expressions)]
        chosen = sa.select(*asked).select_from(self._table).order_by(self._table.c.row)
        compiled = chosen.compile(dialect=self._dialect)
        return str(compiled), compiled.params

    def answers(
        self, question: tuple[str, Mapping[str, Any]], rows: Sequence[Mapping[str, Value]]
    ) -> list[tuple[Any, ...]]:
        """Return the values of the expressions for each row."""
        with self._connection.transaction(force_rollback=True), self._connection.cursor() as cursor:
            cursor.executemany(self._insert, [[i, *(row[name] for name in COLUMNS)] for i, row in enumerate(rows)])
            return cursor.execute(*question).fetchall()


@pytest.fixture(scope="session")
def asking(database_url: str) -> Iterator[Asking]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield Asking(connection)
