"""Plans carried out on PostgreSQL: what is there afterwards is what was wanted."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from closeloop.base.errors import Invalid, Unavailable
from closeloop.db import locks
from closeloop.db.engine import Database
from closeloop.db.naming import check_name, foreign_key_name, index_name, primary_key_name, unique_name
from closeloop.db.statement import Statement
from closeloop.db.system_tables import system_tables
from closeloop.schema import apply as apply_module
from closeloop.schema.apply import UnsafePlan, apply, finish, make_plan
from closeloop.schema.introspect import present_shape
from closeloop.schema.plan import Plan
from closeloop.schema.shape import SchemaShape, wanted_shape

pytestmark = pytest.mark.db

TYPES: dict[str, tuple[sa.types.TypeEngine[Any], str | None]] = {
    "uuid": (sa.Uuid(), None),
    "text": (sa.Text(), "'it''s % 王'"),
    "texts": (ARRAY(sa.Text()), "'{}'"),
    "uuids": (ARRAY(sa.Uuid()), "'{}'"),
    "bigint": (sa.BigInteger(), "-5"),
    "integer": (sa.Integer(), "7"),
    "money": (sa.Numeric(20, 4), "0"),
    "numeric": (sa.Numeric(), "1.5"),
    "flag": (sa.Boolean(), "false"),
    "day": (sa.Date(), "'2026-01-31'"),
    "at": (sa.DateTime(timezone=True), None),
    "json": (JSONB(), "'{\"a\": [1]}'"),
}
WIDER = {"integer": ["bigint", "numeric"], "bigint": ["numeric"], "money": ["numeric"]}
ARRAYS = {"texts", "uuids"}
FIRST, SECOND = ("00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002")
FIELDS = [f"f{n}_{kind}" for n, kind in enumerate(TYPES)] + ["order", "select"]

Model = dict[str, dict[str, tuple[str, bool, bool]]]
"""Table -> column -> kind of type, with default, may be empty."""


@st.composite
def column(draw: st.DrawFn, before: str | None) -> tuple[str, bool, bool]:
    kinds = sorted(TYPES) if before is None else [before, *WIDER.get(before, [])]
    kind = draw(st.sampled_from(kinds))
    default = TYPES[kind][1] is not None and draw(st.booleans())
    return kind, default, draw(st.booleans()) if default else True


@st.composite
def model(draw: st.DrawFn, before: Model | None = None) -> Model:
    """Draw tables; columns that were there `before` keep their type or get a wider one."""
    made: Model = {}
    for table in draw(st.sets(st.sampled_from(["lead", "deal", "touch"]))):
        old = (before or {}).get(table, {})
        names = draw(st.sets(st.sampled_from(FIELDS), max_size=6))
        made[table] = {n: draw(column(old[n][0] if n in old else None)) for n in sorted(names)}
    return made


@st.composite
def two_models(draw: st.DrawFn) -> tuple[list[sa.Table], list[sa.Table]]:
    first = draw(model())
    second = draw(model(first))
    return draw(tables(first)), draw(tables(second))


@st.composite
def tables(draw: st.DrawFn, drawn: Model) -> list[sa.Table]:
    metadata = sa.MetaData(schema="t_plan")
    made: list[sa.Table] = []
    for name in sorted(drawn):
        columns = [
            sa.Column(c, TYPES[kind][0], nullable=empty, server_default=sa.text(TYPES[kind][1]) if default else None)
            for c, (kind, default, empty) in drawn[name].items()
        ]
        table = sa.Table(
            name,
            metadata,
            sa.Column("id", sa.Uuid()),
            sa.Column("parent", sa.Uuid()),
            sa.Column("deleted_at", sa.DateTime(timezone=True)),
            *columns,
            sa.PrimaryKeyConstraint("id", name=primary_key_name(name)),
        )
        _indexes(draw, table, drawn[name])
        _constraints(draw, table, made)
        made.append(table)
    return made


def field(name: str, kind: str, default: bool, empty: bool) -> sa.Column[Any]:
    type_, literal = TYPES[kind]
    return sa.Column(name, type_, nullable=empty, server_default=sa.text(str(literal)) if default else None)


def _indexes(draw: st.DrawFn, table: sa.Table, fields: dict[str, tuple[str, bool, bool]]) -> None:
    for name, (kind, _, _) in fields.items():
        if not draw(st.booleans()):
            continue
        where = table.c.deleted_at.is_(None) if draw(st.booleans()) else None
        if kind in ARRAYS:
            sa.Index(index_name(table.name, [name]), table.c[name], postgresql_using="gin", postgresql_where=where)
            continue
        unique = draw(st.booleans())
        label = (unique_name if unique else index_name)(table.name, [name, "id"])
        sa.Index(label, table.c[name], table.c.id, unique=unique, postgresql_where=where)


def _constraints(draw: st.DrawFn, table: sa.Table, others: list[sa.Table]) -> None:
    if draw(st.booleans()):
        rule = "deleted_at > '2000-01-01' OR id IS NOT NULL"
        table.append_constraint(sa.CheckConstraint(rule, name=check_name(table.name, rule)))
    if draw(st.booleans()):
        table.append_constraint(sa.UniqueConstraint("parent", "id", name=unique_name(table.name, ["parent", "id"])))
    target = draw(st.sampled_from([None, table, *others]))
    if target is not None:
        label = foreign_key_name(table.name, ["parent", target.name])
        table.append_constraint(sa.ForeignKeyConstraint(["parent"], [target.c.id], name=label))


async def bring_to(db: Database, wanted: list[sa.Table] | tuple[sa.Table, ...]) -> Plan:
    async with db.transaction() as tx:
        made = await make_plan(tx, "t_plan", wanted)
        await apply(tx, "t_plan", made)
    await finish(db, "t_plan", made)
    return made


async def shape(db: Database) -> SchemaShape:
    async with db.autocommit() as session:
        return await present_shape(session, "t_plan")


async def sql(db: Database, text: str) -> list[tuple[Any, ...]]:
    async with db.autocommit() as session:
        return await session.fetch(Statement(text, "test", prepared=False))


def lead(*parts: sa.schema.SchemaItem) -> sa.Table:
    key = sa.PrimaryKeyConstraint("id", name="lead_pk")
    return sa.Table("lead", sa.MetaData(schema="t_plan"), sa.Column("id", sa.Uuid()), key, *parts)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(models=two_models())
async def test_after_a_plan_the_schema_is_what_was_wanted(
    db: Database, schema: str, models: tuple[list[sa.Table], list[sa.Table]]
) -> None:
    await sql(db, "DROP SCHEMA t_plan CASCADE")
    await sql(db, "CREATE SCHEMA t_plan")
    for wanted in models:
        await bring_to(db, wanted)
        assert await shape(db) == wanted_shape(wanted)
        assert (await bring_to(db, wanted)).changes == ()


@pytest.mark.usefixtures("schema")
class TestApply:
    async def test_the_kernels_own_tables_can_be_made(self, db: Database) -> None:
        tables = system_tables("t_plan").all()
        made = await bring_to(db, tables)
        assert made.late == []
        assert await shape(db) == wanted_shape(tables)
        assert (await bring_to(db, tables)).changes == ()

    async def test_a_dropped_column_keeps_its_values_and_new_rows_need_none(self, db: Database) -> None:
        await bring_to(db, [lead(sa.Column("city", sa.Text(), nullable=False))])
        await sql(db, f"INSERT INTO t_plan.lead (id, city) VALUES ('{FIRST}', '北京')")
        await bring_to(db, [lead()])
        await sql(db, f"INSERT INTO t_plan.lead (id) VALUES ('{SECOND}')")
        assert await sql(db, "SELECT trash1_city FROM t_plan.lead ORDER BY id") == [("北京",), (None,)]

    async def test_a_dropped_table_can_be_made_anew(self, db: Database) -> None:
        await bring_to(db, [lead()])
        await sql(db, f"INSERT INTO t_plan.lead (id) VALUES ('{FIRST}')")
        for _ in range(2):
            await bring_to(db, [])
            await bring_to(db, [lead()])
        assert await sql(db, "SELECT count(*) FROM t_plan.lead") == [(0,)]
        assert await sql(db, "SELECT count(*) FROM t_plan.trash1_lead") == [(1,)]
        assert await sql(db, "SELECT count(*) FROM t_plan.trash2_lead") == [(0,)]

    async def test_an_index_whose_building_was_cut_off_is_built_again(self, db: Database) -> None:
        await bring_to(db, [lead(sa.Column("phone", sa.Text()))])
        for n in (FIRST, SECOND):
            await sql(
                db,
                f"INSERT INTO t_plan.lead (id, phone) VALUES ('{n}', '1')",
            )
        wanted = [lead(sa.Column("phone", sa.Text()), sa.Index("lead_phone_u", "phone", unique=True))]
        with pytest.raises(Exception, match="taken"):
            await bring_to(db, wanted)
        left = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
        assert await sql(db, left) == [(1,)]
        await sql(db, f"DELETE FROM t_plan.lead WHERE id = '{SECOND}'")
        await bring_to(db, wanted)
        assert await sql(db, left) == [(0,)]
        assert await shape(db) == wanted_shape(wanted)

    async def test_of_two_that_miss_an_index_one_builds_it_and_the_other_waits(
        self, db: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(locks, "LOOK_AGAIN", 0.01)
        await bring_to(db, [lead(sa.Column("phone", sa.Text()))])
        async with db.transaction() as tx:
            wanted = [lead(sa.Column("phone", sa.Text()), sa.Index("lead_phone_i", "phone"))]
            planned = await make_plan(tx, "t_plan", wanted)
        there = """SELECT x.oid, i.indisvalid FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
            WHERE x.relname = 'lead_phone_i'"""
        async with db.transaction() as writer:  # an index isn't built until those who write before it are through
            insert = Statement("INSERT INTO t_plan.lead (id) VALUES (%s::uuid)", "test", prepared=False)
            await writer.fetch_many([(insert, [FIRST])])
            first = asyncio.create_task(finish(db, "t_plan", planned))
            while not (begun := await sql(db, there)):  # noqa: ASYNC110 - the database is waited for
                await asyncio.sleep(0.01)
            second = asyncio.create_task(finish(db, "t_plan", planned))
            done, _ = await asyncio.wait((first, second), timeout=0.2)
            assert done == set()
        await asyncio.gather(first, second)
        assert await sql(db, there) == [(begun[0][0], True)]

    async def test_a_change_that_the_rows_refuse_leaves_nothing_of_the_plan(self, db: Database) -> None:
        await bring_to(db, [lead(sa.Column("city", sa.Text()))])
        await sql(db, f"INSERT INTO t_plan.lead (id) VALUES ('{FIRST}')")
        before = await shape(db)
        with pytest.raises(Invalid):
            await bring_to(db, [lead(sa.Column("city", sa.Text(), nullable=False), sa.Column("a", sa.Text()))])
        assert await shape(db) == before

    async def test_a_plan_with_problems_is_not_begun(self, db: Database) -> None:
        await bring_to(db, [lead(sa.Column("city", sa.Text()))])
        with pytest.raises(UnsafePlan):
            await bring_to(db, [lead(sa.Column("city", sa.Uuid()), sa.Column("a", sa.Text()))])
        assert list((await shape(db)).tables["lead"].columns) == ["id", "city"]

    async def test_a_lock_that_cannot_be_had_is_given_up_in_time(
        self, db: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(apply_module, "LOCK_SECONDS", 0.05)
        await bring_to(db, [lead()])
        async with db.transaction() as reader:
            await reader.fetch(Statement("SELECT id FROM t_plan.lead", "test"))
            with pytest.raises(Unavailable) as caught:
                await bring_to(db, [lead(sa.Column("a", sa.Text()))])
        assert caught.value.code == "busy"
