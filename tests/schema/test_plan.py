"""Planning without a database: order, problems, trash names."""

import pytest

from closeloop.schema.changes import (
    AddColumn,
    AddUnvalidated,
    BuildIndex,
    CreateTable,
    DropColumn,
    DropTable,
    ValidateConstraint,
    WidenType,
)
from closeloop.schema.plan import Problem, is_wider, plan
from closeloop.schema.shape import EMPTY, ColumnShape, ConstraintShape, IndexShape, SchemaShape, TableShape

ID = ColumnShape("id", "uuid", nullable=False)
NAME = ColumnShape("name", "text", nullable=True)
KEY = ConstraintShape("lead_pk", "primary_key", ("id",))


def schema(
    *columns: ColumnShape,
    constraints: tuple[ConstraintShape, ...] = (),
    indexes: tuple[IndexShape, ...] = (),
    trash: tuple[str, ...] = (),
) -> SchemaShape:
    lead = TableShape(
        "lead",
        {c.name: c for c in (ID, *columns)},
        {c.name: c for c in (KEY, *constraints)},
        {i.name: i for i in indexes},
        {name: ColumnShape(name, "text", nullable=True) for name in trash},
    )
    return SchemaShape({"lead": lead})


def test_equal_shapes_need_nothing() -> None:
    assert plan(schema(NAME), schema(NAME)).changes == ()


def test_what_is_dropped_gets_a_trash_name_that_is_free() -> None:
    made = plan(schema(NAME, trash=("trash1_name", "trash2_name")), schema())
    assert made.changes == (DropColumn("lead", NAME, "trash3_name"),)
    current = SchemaShape(schema().tables, {"trash1_lead": schema().tables["lead"]})
    assert plan(current, EMPTY).changes == (DropTable("lead", "trash2_lead", ("lead_pk",)),)


def test_indexes_and_checks_on_a_table_in_use_are_late_and_on_a_new_table_are_not() -> None:
    index = IndexShape("lead_name_i", ("name",))
    check = ConstraintShape("lead_x_ck", "check", expression="name <> ''")
    wanted = schema(NAME, constraints=(check,), indexes=(index,))
    in_use = plan(schema(), wanted)
    assert in_use.now == [AddColumn("lead", NAME), AddUnvalidated("lead", check)]
    assert in_use.late == [BuildIndex("lead", index), ValidateConstraint("lead", "lead_x_ck")]
    new = plan(EMPTY, wanted)
    assert isinstance(new.changes[0], CreateTable)
    assert new.late == []


def test_a_constraint_left_unvalidated_is_validated() -> None:
    check = ConstraintShape("lead_x_ck", "check", expression="name <> ''", validated=False)
    wanted = ConstraintShape("lead_x_ck", "check", expression="name <> ''")
    made = plan(schema(NAME, constraints=(check,)), schema(NAME, constraints=(wanted,)))
    assert made.changes == (ValidateConstraint("lead", "lead_x_ck"),)


def test_what_no_safe_change_bridges_is_a_problem() -> None:
    number = ColumnShape("name", "numeric(20,4)", nullable=True)
    required = ColumnShape("city", "text", nullable=False)
    assert plan(schema(NAME), schema(number, required)).problems == (
        Problem("retype", "lead", "name"),
        Problem("needs_default", "lead", "city"),
    )


@pytest.mark.parametrize(
    ("old", "new", "wider"),
    [
        ("integer", "bigint", True),
        ("bigint", "integer", False),
        ("numeric(20,4)", "numeric", True),
        ("numeric(20,4)", "numeric(24,4)", True),
        ("numeric(20,4)", "numeric(24,2)", False),
        ("numeric(20,4)", "numeric(18,4)", False),
        ("numeric(20,4)", "numeric(20,4)", False),
        ("character varying(20)", "text", True),
        ("character varying(20)", "character varying", True),
        ("character varying(20)", "character varying(10)", False),
        ("text", "character varying(10)", False),
        ("text", "uuid", False),
    ],
)
def test_only_types_that_hold_every_value_are_wider(old: str, new: str, wider: bool) -> None:
    assert is_wider(old, new) is wider


def test_one_subcommand_for_each_alter() -> None:
    wide = ColumnShape("amount", "numeric", nullable=False, default="0")
    narrow = ColumnShape("amount", "numeric(20,4)", nullable=True)
    made = plan(schema(narrow), schema(wide))
    assert made.changes[0] == WidenType("lead", "amount", "numeric")
    assert [sql for change in made.changes for sql in change.sql("t_x")] == [
        'ALTER TABLE "t_x"."lead" ALTER COLUMN "amount" TYPE numeric',
        'ALTER TABLE "t_x"."lead" ALTER COLUMN "amount" SET DEFAULT 0',
        'ALTER TABLE "t_x"."lead" ALTER COLUMN "amount" SET NOT NULL',
    ]
