"""A connection to a real PostgreSQL, and how an expression is asked there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import settings
from psycopg.types.json import Jsonb
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.schema import CreateTable

from closeloop.expr import Env, Expression
from closeloop.expr.numbers import Element

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
    "here": JSONB(),
    "there": JSONB(),
}
"""The columns of the one made-up object that these tests ask about."""


LIST = "kids"
"""A list of records with the same columns, and what a row holds them under."""


class Kids:
    """The list of one row in SQL."""

    def __init__(self, table: sa.Table, kid: sa.Table) -> None:
        self._kid = kid
        self._mine = kid.c.row == table.c.row

    def __call__(self, path: str) -> Element:
        return self._kid.c[path]

    def _where(self, question: Element, condition: Element) -> sa.Select[Any]:
        return sa.select(question).select_from(self._kid).where(self._mine, condition).correlate_except(self._kid)

    def ask(self, question: Element, condition: Element) -> Element:
        return self._where(question, condition).scalar_subquery()

    def exists(self, condition: Element) -> Element:
        return self._where(sa.literal_column("1"), condition).exists()

    def newest(self, value: Element, condition: Element) -> Element:
        return self._where(value, condition).order_by(self._kid.c.n.desc()).limit(1).scalar_subquery()


class Table:
    """The made-up object's columns and its list."""

    def __init__(self, table: sa.Table, kid: sa.Table) -> None:
        self._table = table
        self._kid = kid

    def __call__(self, path: str) -> Element:
        return self._table.c[path]

    def children(self, path: str) -> Kids:
        assert path == LIST
        return Kids(self._table, self._kid)


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
        self._kid = sa.Table(
            "made_up_kid",
            sa.MetaData(),
            sa.Column("row", sa.Integer()),
            sa.Column("n", sa.Integer()),
            *(sa.Column(name, kind) for name, kind in COLUMNS.items()),
            prefixes=["TEMPORARY"],
        )
        self._insert = f"INSERT INTO made_up VALUES (%s{', %s' * len(COLUMNS)})"
        self._insert_kid = f"INSERT INTO made_up_kid VALUES (%s, %s{', %s' * len(COLUMNS)})"
        connection.execute("SET TIME ZONE 'America/New_York'")
        for table in (self._table, self._kid):
            connection.execute(str(CreateTable(table).compile(dialect=self._dialect)))

    def question(self, expressions: Sequence[Expression], env: Env) -> tuple[str, Mapping[str, Any]]:
        """Return one statement that asks for them all."""
        columns = Table(self._table, self._kid)
        asked = [one.sql(columns, env).label(f"e{i}") for i, one in enumerate(expressions)]
        chosen = sa.select(*asked).select_from(self._table).order_by(self._table.c.row)
        compiled = chosen.compile(dialect=self._dialect)
        return str(compiled), compiled.params

    def answers(
        self, question: tuple[str, Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
    ) -> list[tuple[Any, ...]]:
        """Return the values of the expressions for each row."""
        with self._connection.transaction(force_rollback=True), self._connection.cursor() as cursor:
            cursor.executemany(self._insert, [[i, *values_of(row)] for i, row in enumerate(rows)])
            kids = [(i, n, kid) for i, row in enumerate(rows) for n, kid in enumerate(row.get(LIST, ()))]
            cursor.executemany(self._insert_kid, [[i, n, *values_of(kid)] for i, n, kid in kids])
            return cursor.execute(*question).fetchall()


def values_of(row: Mapping[str, Any]) -> Iterator[Any]:
    """Yield a row's values as the driver takes them."""
    for name in COLUMNS:
        yield Jsonb(row[name]) if isinstance(row[name], dict) else row[name]


@pytest.fixture(scope="session")
def asking(database_url: str) -> Iterator[Asking]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield Asking(connection)
