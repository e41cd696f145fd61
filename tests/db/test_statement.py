"""Statements: placeholders, SQLAlchemy elements, and the rows that one JSON parameter carries."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from closeloop.base.errors import Invalid
from closeloop.db.engine import Database
from closeloop.db.statement import Statement, compile_statement, insert_rows, update_rows, upsert_rows

METADATA = sa.MetaData(schema="t_db")
KINDS = sa.Table(
    "kinds",
    METADATA,
    sa.Column("id", sa.Uuid(), primary_key=True),
    sa.Column("version", sa.Integer()),
    sa.Column("title", sa.Text()),
    sa.Column("tags", ARRAY(sa.Text())),
    sa.Column("owners", ARRAY(sa.Uuid())),
    sa.Column("amount", sa.Numeric(20, 4)),
    sa.Column("ratio", sa.Numeric()),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("day", sa.Date()),
    sa.Column("flag", sa.Boolean()),
    sa.Column("big", sa.BigInteger()),
    sa.Column("order", sa.Integer()),
    sa.Column("extra", JSONB()),
)
COLUMNS = [column.name for column in KINDS.columns]
INSERT = insert_rows(KINDS, COLUMNS)
UPDATE = update_rows(KINDS, COLUMNS[1:])
SELECT, _ = compile_statement(sa.select(KINDS), "kinds")
EMPTY = Statement("DELETE FROM t_db.kinds", "test")
CREATE = """CREATE TABLE t_db.kinds (
    id uuid PRIMARY KEY, version integer, title text, tags text[], owners uuid[], amount numeric(20,4),
    ratio numeric, at timestamptz, day date, flag boolean, big bigint, "order" integer, extra jsonb)"""

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
SMALL_TEXT = st.one_of(TEXT, st.sampled_from(["", " ", "'", '"', "\\", "\n", "NULL", "{}", "王小明", "%s", "$1"]))
JSON = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**53), 2**53), SMALL_TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(SMALL_TEXT, inner, max_size=3)),
    max_leaves=5,
)
ROW = st.fixed_dictionaries(
    {
        "id": st.uuids(),
        "version": st.integers(1, 2**31 - 1),
        "title": st.none() | SMALL_TEXT,
        "tags": st.none() | st.lists(st.none() | SMALL_TEXT, max_size=4),
        "owners": st.none() | st.lists(st.uuids(), max_size=3),
        "amount": st.none() | st.decimals("-9999999999999999.9999", "9999999999999999.9999", places=4),
        "ratio": st.none() | st.decimals(-(10**30), 10**30, places=20),
        "at": st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
        "day": st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)),
        "flag": st.none() | st.booleans(),
        "big": st.none() | st.integers(-(2**63), 2**63 - 1),
        "order": st.none() | st.integers(-(2**31), 2**31 - 1),
        "extra": st.none() | JSON,
    }
)


def as_json(rows: list[dict[str, object]]) -> str:
    return orjson.dumps(rows, default=str).decode()


@pytest.fixture
async def kinds(db: Database, schema: str) -> None:
    async with db.autocommit() as session:
        await session.execute(Statement(CREATE, "test", prepared=False))


def test_placeholders_become_numbers_and_names_keep_one_number_each() -> None:
    assert Statement("a = %s AND b = %s AND c LIKE '%%x'", "n").text == "a = $1 AND b = $2 AND c LIKE '%x'"
    named = Statement("a = %(x)s OR b = %(y)s OR c = %(x)s", "n")
    assert named.text == "a = $1 OR b = $2 OR c = $1"
    assert named.values({"y": 2, "x": 1}) == [1, 2]


def test_named_and_positional_placeholders_do_not_mix() -> None:
    with pytest.raises(ValueError, match="don't mix"):
        Statement("a = %s AND b = %(x)s", "mixed")


def test_identifiers_are_quoted_and_qualified() -> None:
    table = sa.Table('na"me', sa.MetaData(schema="t_q"), sa.Column("id", sa.Uuid()), sa.Column("select", sa.Text()))
    assert insert_rows(table, ["id", "select"]).text == (
        'INSERT INTO t_q."na""me" (id, "select") SELECT id, "select"'
        ' FROM json_to_recordset($1::json) AS r(id UUID, "select" TEXT)'
    )


@pytest.mark.db
@pytest.mark.usefixtures("kinds")
class TestOnPostgres:
    async def test_a_compiled_element_runs_again_with_other_values(self, db: Database) -> None:
        element = sa.select(sa.literal(1).label("one"), sa.literal("100%").label("percent")).where(
            sa.literal("b").in_(["a", "b"])
        )
        statement, params = compile_statement(element, "sample")
        async with db.autocommit() as session:
            assert await session.fetch_dicts(statement, params) == [{"one": 1, "percent": "100%"}]
            first = next(iter(statement.names))
            assert await session.fetch_one(statement, {**params, first: 7}) == (7, "100%")

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(row=ROW, changed=ROW)
    async def test_values_round_trip_through_a_json_parameter(
        self, db: Database, kinds: None, row: dict[str, object], changed: dict[str, object]
    ) -> None:
        changed = {**changed, "id": row["id"]}
        async with db.transaction() as tx:
            await tx.execute(EMPTY)
            await tx.execute(INSERT, [as_json([row])])
            assert await tx.fetch_dicts(SELECT) == [row]
            sent = {**changed, "expected_version": row["version"]}
            assert await tx.fetch(UPDATE, [as_json([sent])]) == [(row["id"],)]
            assert await tx.fetch_dicts(SELECT) == [changed]

    async def test_an_update_leaves_rows_that_have_moved_on(self, db: Database) -> None:
        ids = [uuid.UUID(int=n) for n in (1, 2)]
        async with db.transaction() as tx:
            rows = [{"id": i, "version": n} for n, i in enumerate(ids, 1)]
            assert await tx.execute(insert_rows(KINDS, ["id", "version"]), [as_json(rows)]) == 2
            changes = [{"id": i, "version": 9, "title": "x", "expected_version": 1} for i in ids]
            assert await tx.fetch(update_rows(KINDS, ["version", "title"]), [as_json(changes)]) == [(ids[0],)]

    async def test_an_upsert_sets_what_is_not_the_key(self, db: Database) -> None:
        one = uuid.UUID(int=1)
        statement = upsert_rows(KINDS, ["id"], ["id", "title"])
        only_key = upsert_rows(KINDS, ["id"], ["id"])
        async with db.transaction() as tx:
            for title in ("a", "b"):
                await tx.execute(statement, [as_json([{"id": one, "title": title}])])
            assert await tx.execute(only_key, [as_json([{"id": one}])]) == 0
            assert await tx.fetch(Statement("SELECT id, title FROM t_db.kinds", "test")) == [(one, "b")]

    async def test_nul_is_refused_in_json_and_in_a_plain_parameter(self, db: Database) -> None:
        async with db.autocommit() as session:
            row = {"id": uuid.UUID(int=1), "title": "a\0b"}
            with pytest.raises(Invalid):
                await session.execute(insert_rows(KINDS, ["id", "title"]), [as_json([row])])
            with pytest.raises(Invalid):
                await session.fetch(Statement("SELECT %s::text", "test"), ["a\0b"])
            assert await session.fetch(Statement("SELECT %s::text", "test"), ["ok"]) == [("ok",)]

    async def test_lists_and_decimals_are_plain_parameters(self, db: Database) -> None:
        sql = "SELECT %s::text[], %s::numeric, %s::uuid[], %s::timestamptz, %s::boolean"
        now = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
        values = (["a,b", "{}", None, ""], Decimal("1E+40"), [uuid.UUID(int=3)], now, None)
        async with db.autocommit() as session:
            assert await session.fetch_one(Statement(sql, "test"), values) == values
