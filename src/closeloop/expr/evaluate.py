"""Turn a typed tree into a Python closure."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from closeloop.expr.aggregates import AGGREGATES
from closeloop.expr.moments import in_utc
from closeloop.expr.nodes import Node, is_outside, outside, paths_of
from closeloop.expr.operators import EQUALITY, ORDER
from closeloop.expr.overloads import Closure
from closeloop.expr.types import Env, Row, Value

COMPARISONS = {**EQUALITY, **ORDER}


def closure_of(node: Node) -> Closure:
    """Return the closure that evaluates the node."""
    if node.op == "const":
        return _constant(node.value)
    if node.op == "field":
        return _moment(str(node.value)) if node.type.kind == "datetime" else _field(str(node.value))
    if node.op == "list":
        return _list(node)
    if node.over is not None:
        return _aggregate(node, node.over)
    if node.op in COMPARISONS and [arg.op for arg in node.args] == ["field", "const"]:
        return _comparison(COMPARISONS[node.op], *node.args)
    if node.overload is None:
        msg = f"the node {node.op!r} has no overload"
        raise ValueError(msg)
    return node.overload.build([closure_of(arg) for arg in node.args])


def _constant(value: Value) -> Closure:
    return lambda _row, _env: value


def _field(path: str) -> Closure:
    return lambda row, _env: row[path]


def _moment(path: str) -> Closure:
    def closure(row: Row, _env: Env) -> Value:
        at = row[path]
        return in_utc(at) if isinstance(at, datetime) else at

    return closure


def _comparison(compare: Callable[[Any, Any], Any], field: Node, constant: Node) -> Closure:
    """Return the closure of the most frequent form, a field against a constant, in one step, not three."""
    path, value = str(field.value), constant.value
    if value is None:
        return _constant(None)

    def closure(row: Row, _env: Env) -> Value:
        a = row[path]
        return None if a is None else compare(a, value)

    return closure


class Inside(dict[str, Any]):
    """What is read for one record of a list: its fields, and those of the record around it by their longer paths."""

    __slots__ = ("_around", "_record")

    def __init__(self, record: Row, around: Row) -> None:
        super().__init__()
        self._record = record
        self._around = around

    def __missing__(self, path: str) -> Value:
        return self._around[outside(path)] if is_outside(path) else self._record[path]


def _aggregate(node: Node, path: str) -> Closure:
    """Return the closure of a function over a list of records, which the row holds as rows of their own."""
    aggregate = AGGREGATES[node.op]
    value, condition = (closure_of(arg) for arg in node.args)
    needs_around = any(is_outside(one) for arg in node.args for one in paths_of(arg))

    def closure(row: Row, env: Env) -> Value:
        records: Sequence[Any] = cast("Sequence[Any]", row[path] or ())
        if needs_around:
            records = [Inside(record, row) for record in records]
        if aggregate.every:
            return aggregate.python([condition(record, env) is True for record in records])
        return aggregate.python([value(record, env) for record in records if condition(record, env) is True])

    return closure


def _list(node: Node) -> Closure:
    if all(item.op == "const" for item in node.args):
        return _constant([item.value for item in node.args])
    items = [closure_of(item) for item in node.args]
    return lambda row, env: [item(row, env) for item in items]
