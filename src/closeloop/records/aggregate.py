"""Groups of records and what is measured of each: what may be asked, and the SQL of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from closeloop.access.sight import Sight
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.expressions import type_of
from closeloop.catalog.field_types import abilities, has_column
from closeloop.catalog.model import Field
from closeloop.catalog.reading import NAME
from closeloop.expr import BOOL, NUMBER, Env, SimpleScope, compile_expression
from closeloop.records.columns import Columns

Group = tuple[Sequence[Any], Sequence[Any]]
"""The key of a group, and its values."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A function over a group's records, of one of their fields but for `count`; `name` is what `having` calls it."""

    fn: str
    field: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What is asked. `alike` puts texts together that duplicate rules take for the same; `page` counts from 1."""

    object: str
    group_by: Sequence[str] = ()
    measures: Sequence[Measure] = (Measure("count"),)
    filter: str | None = None
    alike: bool = False
    having: str | None = None
    limit: int = 500
    page: int = 1
    q: str | None = None


Elements = list[sa.ColumnElement[Any]]


def group_columns(sight: Sight, columns: Columns, asked: Aggregate) -> tuple[Elements, Elements]:
    """Return what is grouped by and what is shown for it; nothing is shown besides where the two are the same."""
    fields = [_groupable(sight, name) for name in asked.group_by]
    plain = [columns(one.name) for one in fields]
    normed = sight.what.normed
    forms = [f"sys_norm_{one.name}" for one in fields]
    if not asked.alike or not any(form in normed for form in forms):
        return plain, []
    by = [sight.what.table.c[f] if f in normed else column for f, column in zip(forms, plain, strict=True)]
    # of names that are the same one is shown, the first in order; of other keys there is one only
    shown: Elements = []
    for form, one, column in zip(forms, fields, plain, strict=True):
        first = sa.func.min(column) if form in normed else sa.func.array_agg(column)[1]
        shown.append(sa.type_coerce(first, columns(one.name).type))
    return by, shown


def measure(sight: Sight, columns: Columns, index: int, asked: Measure) -> sa.ColumnElement[Any]:
    """Return the SQL of a measure; raises Invalid at its place where the field can't be measured so."""
    place, fn = f"measures[{index}]", asked.fn
    if fn == "count":
        return sa.func.count()
    field = sight.field(asked.field) if asked.field else None
    if fn == "count_distinct":
        if field is None or not has_column(field):
            raise Invalid(errors=[FieldError(f"{place}.field", "unknown_field", {"name": asked.field or ""})])
        return sa.func.count(columns(field.name).distinct())
    if field is None or type_of(field) != NUMBER:
        raise Invalid(errors=[FieldError(f"{place}.field", "not_number")])
    column = columns(field.name)
    if fn in ("median", "p90"):
        share = 0.5 if fn == "median" else 0.9
        return sa.func.percentile_cont(sa.literal_column(str(share))).within_group(column)
    if fn in ("sum", "avg", "min", "max"):
        return getattr(sa.func, fn)(column)
    raise Invalid(errors=[FieldError(f"{place}.fn", "unknown_measure")])


def condition_of(asked: Aggregate, values: Sequence[sa.ColumnElement[Any]], env: Env) -> sa.ColumnElement[bool]:
    """Return the condition on groups: an expression over the measures that have a name."""
    named: dict[str, sa.ColumnElement[Any]] = {}
    for i, (one, value) in enumerate(zip(asked.measures, values, strict=True)):
        if one.name is None:
            continue
        if not NAME.fullmatch(one.name):
            raise Invalid(errors=[FieldError(f"measures[{i}].as", "bad_name", {"name": one.name})])
        if one.name in named:
            raise Invalid(errors=[FieldError(f"measures[{i}].as", "name_taken", {"name": one.name})])
        named[one.name] = value
    expression = compile_expression(asked.having or "", SimpleScope(dict.fromkeys(named, NUMBER)), expect=BOOL)
    return expression.sql(lambda path: named[path], env)


def _groupable(sight: Sight, name: str) -> Field:
    field = sight.field(name)
    if not abilities(field).group:
        raise Invalid(errors=[FieldError("group_by", "unknown_field", {"name": name})])
    return field
