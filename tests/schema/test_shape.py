"""The shape of SQLAlchemy tables: what is refused, and the one way in which things are written."""

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from closeloop.db.system_tables import system_tables
from closeloop.schema.shape import literal, null_tests, type_text, wanted_shape


def table(*parts: sa.schema.SchemaItem, name: str = "lead") -> sa.Table:
    key = sa.PrimaryKeyConstraint("id", name=f"{name}_pk")
    return sa.Table(name, sa.MetaData(schema="t_x"), sa.Column("id", sa.Uuid()), key, *parts)


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (sa.Uuid(), "uuid"),
        (ARRAY(sa.Text()), "text[]"),
        (sa.Numeric(20, 4), "numeric(20,4)"),
        (sa.Numeric(), "numeric"),
        (sa.DateTime(timezone=True), "timestamp with time zone"),
        (sa.BigInteger(), "bigint"),
        (JSONB(), "jsonb"),
        (sa.String(20), "character varying(20)"),
    ],
)
def test_types_are_written_as_postgresql_does(type_: sa.types.TypeEngine[object], text: str) -> None:
    assert type_text(type_) == text


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (None, None),
        ("0", "0"),
        ("'-1'::integer", "-1"),
        ("'it''s'::text", "'it''s'"),
        ("'{}'::text[]", "'{}'"),
        ("'2026-01-01 00:00:00+00'::timestamp with time zone", "'2026-01-01 00:00:00+00'"),
        ("false", "false"),
        ("(1 + 2)", "(1 + 2)"),
    ],
)
def test_a_literal_default_loses_its_cast(given: str | None, written: str | None) -> None:
    assert literal(given) == written


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("deleted_at IS NULL", '"deleted_at" IS NULL'),
        ("(deleted_at IS NULL)", '"deleted_at" IS NULL'),
        ('((a IS NULL) AND ("order" IS NOT NULL))', '"a" IS NULL AND "order" IS NOT NULL'),
        ("state = 'open'::text", None),
        ("a IS NULL OR b IS NULL", None),
    ],
)
def test_null_tests_are_written_in_one_way(given: str, written: str | None) -> None:
    assert null_tests(given) == written


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ([sa.Index("lead_lower_i", sa.func.lower(sa.column("name")))], "plain columns"),
        ([sa.Column("a", sa.Text()), sa.CheckConstraint("a <> ''")], "no name"),
        ([sa.Column("n", sa.Integer(), sa.Identity())], "numbered by the database"),
        ([sa.Column("a", sa.Text()), sa.Index("x" * 49, "a")], "rules of naming"),
        ([sa.Column("a", sa.Text()), sa.Index("lead_a_102048", "a")], "rules of naming"),
        ([sa.Column("trash1_a", sa.Text())], "rules of naming"),
        ([sa.Column("电话", sa.Text())], "rules of naming"),
        ([sa.Column("a", sa.Text()), sa.Index("lead", "a")], "used twice"),
        ([sa.Column("a", sa.Text()), sa.Index("i", "a", postgresql_where=sa.text("a > 'b'"))], "condition"),
    ],
)
def test_what_cannot_be_compared_or_breaks_a_rule_is_refused(parts: list[sa.schema.SchemaItem], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        wanted_shape([table(*parts)])


def test_a_foreign_key_out_of_the_schema_is_refused() -> None:
    metadata = sa.MetaData()
    sa.Table("currency", metadata, sa.Column("key", sa.Text(), primary_key=True), schema="platform")
    lead = sa.Table(
        "lead",
        metadata,
        sa.Column("id", sa.Uuid()),
        sa.Column("currency", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="lead_pk"),
        sa.ForeignKeyConstraint(["currency"], ["platform.currency.key"], name="lead_currency_fk"),
        schema="t_x",
    )
    with pytest.raises(ValueError, match="out of its schema"):
        wanted_shape([lead])


def test_a_table_without_a_primary_key_is_refused() -> None:
    bare = sa.Table("lead", sa.MetaData(schema="t_x"), sa.Column("id", sa.Uuid()))
    with pytest.raises(ValueError, match="primary key"):
        wanted_shape([bare])


def test_the_kernels_own_tables_have_a_shape() -> None:
    tables = system_tables("t_x").all()
    assert wanted_shape(tables).tables.keys() == {table.name for table in tables}
