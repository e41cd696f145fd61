"""Measures: expressions that sum up many records at once, such as `median(first_touch_at - created_at)`.

A measure is one function over what an expression gives for each record, or one divided by another. The functions are
`count(condition?)`, and `sum`, `avg`, `min`, `max`, `median` and `p90` of `(value, condition?)`; records for which the
condition isn't true, or the value is empty, are left out. Over no records a count is 0 and everything else is empty.
`median` and `p90` lie between two records where none is in the middle (percentile_cont of SQL:2003). A measure has
no form in Python: it is asked of the database only.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import sqlalchemy as sa

from closeloop.expr.compile import Expression, compile_expression
from closeloop.expr.errors import ExpressionError
from closeloop.expr.numbers import Element
from closeloop.expr.scope import Scope
from closeloop.expr.source import Source, read
from closeloop.expr.types import BOOL, NUMBER, Env, Type

PLACES = 6
"""Decimal places of what isn't whole."""

_NUMERIC = sa.Numeric()
_SHARES: Mapping[str, str] = {"median": "0.5", "p90": "0.9"}
_TAKES: Mapping[str, frozenset[str]] = {
    "sum": frozenset({"number", "duration"}),
    "avg": frozenset({"number", "duration"}),
    "min": frozenset({"number", "duration", "date", "datetime"}),
    "max": frozenset({"number", "duration", "date", "datetime"}),
    "median": frozenset({"number", "duration"}),
    "p90": frozenset({"number", "duration"}),
}
MEASURES = ("count", *_TAKES)


@dataclass(frozen=True, slots=True)
class Part:
    """One function over the records: `value` is None for a count."""

    fn: str
    value: Expression | None
    condition: Expression | None

    @property
    def type(self) -> Type:
        return NUMBER if self.value is None else self.value.type

    def sql(self, column: Callable[[str], Element], env: Env) -> Element:
        """Return the aggregate; `column` gives the column of a path."""
        value: Element = sa.literal_column("1", sa.Integer()) if self.value is None else self.value.sql(column, env)
        if self.fn == "count":
            made: Any = sa.func.count(value)
        elif self.fn in _SHARES:
            made = sa.func.percentile_cont(sa.literal_column(_SHARES[self.fn])).within_group(value)
        else:
            made = getattr(sa.func, self.fn)(value)
        if self.condition is not None:
            made = made.filter(self.condition.sql(column, env))
        whole = self.fn == "count" or self.type != NUMBER
        return made if whole else sa.func.round(sa.cast(made, _NUMERIC), PLACES, type_=_NUMERIC)


@dataclass(frozen=True, slots=True)
class Measure:
    """A compiled measure: a part, or a part divided by another."""

    source: str
    part: Part
    by: Part | None = None

    @property
    def type(self) -> Type:
        return self.part.type if self.by is None else NUMBER

    @property
    def is_share(self) -> bool:
        """Whether it is one number of records out of another."""
        return self.by is not None and (self.part.fn, self.by.fn) == ("count", "count")

    @property
    def paths(self) -> frozenset[str]:
        """The fields that it reads."""
        parts = [one for one in (self.part, self.by) if one is not None]
        found = [each.paths for one in parts for each in (one.value, one.condition) if each is not None]
        return frozenset[str]().union(*found)

    def sql(self, column: Callable[[str], Element], env: Env) -> Element:
        """Return the measure of a group of rows; what is divided by 0 is empty."""
        element = self.part.sql(column, env)
        if self.by is None:
            return element
        below = sa.func.nullif(sa.cast(self.by.sql(column, env), _NUMERIC), sa.literal_column("0"), type_=_NUMERIC)
        return sa.func.round(sa.cast(element, _NUMERIC) / below, PLACES, type_=_NUMERIC)


def compile_measure(text: str, scope: Scope) -> Measure:
    """Compile a text over the fields of a scope; raises ExpressionError with the place of what is wrong."""
    source = read(text)
    tree = source.tree
    if not isinstance(tree, ast.BinOp):
        return Measure(text, _part(tree, source, scope))
    if not isinstance(tree.op, ast.Div):
        raise ExpressionError("not_a_measure", *source.place(tree))
    part, by = _part(tree.left, source, scope), _part(tree.right, source, scope)
    for one, node in ((part, tree.left), (by, tree.right)):
        if one.type != NUMBER:
            raise ExpressionError("wrong_types", *source.place(node), name="/", types=str(one.type))
    return Measure(text, part, by)


def _part(node: ast.expr, source: Source, scope: Scope) -> Part:
    at, length = source.place(node)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        raise ExpressionError("not_a_measure", at, length)
    fn = source.name(node.func)
    if fn not in MEASURES:
        near = get_close_matches(fn, MEASURES, 1)
        raise ExpressionError("not_a_measure", *source.place(node.func), suggestion=near[0] if near else None)
    least = 0 if fn == "count" else 1
    if not least <= len(node.args) <= least + 1:
        signature = "count(condition)" if fn == "count" else f"{fn}(value, condition)"
        raise ExpressionError("wrong_count", at, length, suggestion=signature, name=fn, found=len(node.args))
    value = _inside(node.args[0], source, scope, None) if least else None
    if value is not None and value.type.kind not in _TAKES[fn]:
        raise ExpressionError("wrong_types", *source.place(node.args[0]), name=fn, types=str(value.type))
    condition = _inside(node.args[least], source, scope, BOOL) if len(node.args) > least else None
    return Part(fn, value, condition)


def _inside(node: ast.expr, source: Source, scope: Scope, expect: Type | None) -> Expression:
    """Compile an argument by itself; the places of what is wrong are those in the whole."""
    at, length = source.place(node)
    try:
        return compile_expression(source.text[at : at + length], scope, expect=expect)
    except ExpressionError as error:
        needs = {key: one for key, one in error.params.items() if key not in ("reason", "at", "length", "suggestion")}
        place = (at + error.at, error.length)
        raise ExpressionError(error.reason, *place, suggestion=error.suggestion, **needs) from None
