"""What a schema consists of, in one form for the tables that are wanted and for those that are there.

Only what our tables use has a form; `wanted_shape` refuses the rest, since it could not be compared.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from closeloop.db.naming import TRASH, UNFINISHED, is_good_name
from closeloop.db.statement import DIALECT

ConstraintKind = Literal["primary_key", "unique", "check", "foreign_key"]

HIDDEN = re.compile(rf"{TRASH.pattern}|^{UNFINISHED}")
"""What the shapes leave out; a plan may adopt it."""

_NULL_TEST = re.compile(r'"?(\w+)"? IS (NOT )?NULL', re.IGNORECASE)
_CAST_LITERAL = re.compile(r"('(?:[^']|'')*')::[\w .,()\[\]\"]+")
_QUOTED_NUMBER = re.compile(r"'(-?\d+(?:\.\d+)?)'")


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """A column; its type is written as PostgreSQL's format_type writes it."""

    name: str
    type: str
    nullable: bool
    default: str | None = None


@dataclass(frozen=True, slots=True)
class ConstraintShape:
    """A constraint; the name of a check stands for its expression (see db.naming.check_name)."""

    name: str
    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    target: str | None = None
    target_columns: tuple[str, ...] = ()
    expression: str | None = field(default=None, compare=False)
    validated: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class IndexShape:
    """An index on plain columns, whole or partial."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    method: str = "btree"
    where: str | None = None


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table; the order of its columns is no part of the comparison. `hidden` holds the columns that it leaves out."""

    name: str
    columns: Mapping[str, ColumnShape]
    constraints: Mapping[str, ConstraintShape]
    indexes: Mapping[str, IndexShape]
    hidden: Mapping[str, ColumnShape] = field(default_factory=dict[str, ColumnShape], compare=False)


@dataclass(frozen=True, slots=True)
class SchemaShape:
    """All tables of one schema; `hidden` holds those that are in the trash."""

    tables: Mapping[str, TableShape]
    hidden: Mapping[str, TableShape] = field(default_factory=dict[str, TableShape], compare=False)


EMPTY = SchemaShape({})


def wanted_shape(tables: Iterable[sa.Table]) -> SchemaShape:
    """Describe SQLAlchemy tables; ValueError names what has no form here or a name against the rules."""
    shape = SchemaShape({table.name: _table(table) for table in tables})
    _check_names(shape)
    return shape


def _table(table: sa.Table) -> TableShape:
    indexes = [_index(index) for index in table.indexes]
    if not table.primary_key.columns:
        msg = f"table {table.name} has no primary key"
        raise ValueError(msg)
    constraints = [_constraint(constraint) for constraint in table.constraints]
    return TableShape(
        table.name,
        {column.name: _column(column) for column in table.columns},
        {constraint.name: constraint for constraint in sorted(constraints, key=lambda c: c.name)},
        {index.name: index for index in sorted(indexes, key=lambda i: i.name)},
    )


def _column(column: sa.Column[Any]) -> ColumnShape:
    if column.computed is not None or column.identity is not None:
        msg = f"column {column.name} is computed or numbered by the database"
        raise ValueError(msg)
    default = DIALECT.ddl_compiler(DIALECT, CreateTable(column.table)).get_column_default_string(column)
    return ColumnShape(column.name, type_text(column.type), bool(column.nullable), literal(default))


def type_text(type_: sa.types.TypeEngine[Any]) -> str:
    """Write a type as PostgreSQL's format_type does."""
    text = type_.compile(DIALECT).lower().replace(", ", ",")
    return re.sub(r"^varchar", "character varying", text)


def literal(default: str | None) -> str | None:
    """Write a default that is one literal value without the cast that PostgreSQL adds."""
    if default is None:
        return None
    cast = _CAST_LITERAL.fullmatch(default)
    bare = str(cast[1]) if cast else default
    number = _QUOTED_NUMBER.fullmatch(bare)
    return str(number[1]) if number else bare


def _constraint(constraint: sa.Constraint) -> ConstraintShape:
    if not isinstance(constraint.name, str):
        msg = f"a constraint of {constraint.table.name} has no name"
        raise ValueError(msg)
    name = str(constraint.name)
    match constraint:
        case sa.PrimaryKeyConstraint():
            return ConstraintShape(name, "primary_key", tuple(constraint.columns.keys()))
        case sa.UniqueConstraint():
            return ConstraintShape(name, "unique", tuple(constraint.columns.keys()))
        case sa.CheckConstraint():
            return ConstraintShape(name, "check", expression=_expression(constraint.sqltext))
        case sa.ForeignKeyConstraint():
            elements = constraint.elements
            target = elements[0].column.table
            if target.schema != constraint.table.schema:
                msg = f"{name} leads out of its schema"
                raise ValueError(msg)
            return ConstraintShape(
                name,
                "foreign_key",
                tuple(constraint.column_keys),
                target.name,
                tuple(element.column.name for element in elements),
            )
        case _:
            msg = f"{name} is a kind of constraint that isn't used here"
            raise ValueError(msg)


def _index(index: sa.Index) -> IndexShape:
    columns = tuple(e.name for e in index.expressions if isinstance(e, sa.Column))
    if len(columns) != len(index.expressions):
        msg = f"index {index.name} is on more than plain columns"
        raise ValueError(msg)
    options = index.dialect_options["postgresql"]
    where = options["where"]
    text = None if where is None else null_tests(_expression(where))
    if where is not None and text is None:
        msg = f"index {index.name} has a condition other than IS [NOT] NULL joined by AND"
        raise ValueError(msg)
    return IndexShape(str(index.name), columns, bool(index.unique), str(options["using"] or "btree"), text)


def _expression(clause: sa.ColumnElement[Any] | sa.TextClause) -> str:
    return str(clause.compile(dialect=DIALECT, compile_kwargs={"include_table": False, "literal_binds": True}))


def null_tests(condition: str) -> str | None:
    """Write a condition of IS [NOT] NULL tests joined by AND in one way; None if it is of another kind."""
    tests = [_NULL_TEST.fullmatch(t) for t in re.sub(r"[()]", "", condition).split(" AND ")]
    if not all(tests):
        return None
    return " AND ".join(f'"{t[1]}" IS {"NOT " if t[2] else ""}NULL' for t in tests if t)


def _check_names(shape: SchemaShape) -> None:
    taken: set[str] = set()
    for table in shape.tables.values():
        keys = [c.name for c in table.constraints.values() if c.kind in {"primary_key", "unique"}]
        relations = [table.name, *table.indexes, *keys]
        for name in (*relations, *table.columns, *table.constraints):
            if not is_good_name(name) or HIDDEN.match(name):
                msg = f"{table.name}: {name!r} is against the rules of naming"
                raise ValueError(msg)
        if len(taken.union(relations)) != len(taken) + len(relations):
            msg = f"{table.name}: a name is used twice in the schema"
            raise ValueError(msg)
        taken.update(relations)
