"""A connection to a real PostgreSQL, and how an expression is asked there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import settings
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect

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

Ask = Callable[[Sequence[Expression], Sequence[Mapping[str, Value]], Env], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def ask(database_url: str) -> Iterator[Ask]:
    """Return what asks PostgreSQL for expressions over rows, in one statement.

    The session's zone is none that a test uses, since no result may rest on it.
    """
    dialect = psycopg_dialect.dialect()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'America/New_York'")

        def answer(
            expressions: Sequence[Expression], rows: Sequence[Mapping[str, Value]], env: Env
        ) -> list[tuple[Any, ...]]:
            table = sa.union_all(
                *(
                    sa.select(
                        sa.literal(i, sa.Integer()).label("row"),
                        *(sa.cast(sa.literal(row[name], kind), kind).label(name) for name, kind in COLUMNS.items()),
                    )
                    for i, row in enumerate(rows)
                )
            ).subquery()
            asked = [one.sql(lambda path: table.c[path], env).label(f"e{i}") for i, one in enumerate(expressions)]
            compiled = sa.select(*asked).select_from(table).order_by(table.c.row).compile(dialect=dialect)
            return connection.execute(str(compiled), compiled.params).fetchall()

        yield answer
