"""The typed tree of an expression, and its form as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from closeloop.expr.overloads import Overload
from closeloop.expr.scope import OUTSIDE
from closeloop.expr.types import Type, Value

_OUTSIDE = f"{OUTSIDE}."


@dataclass(frozen=True, slots=True)
class Node:
    """One node: a constant, a field, or an operator with its arguments."""

    op: str
    """`const`, `field`, `list`, or the name of an operator or function."""
    type: Type
    args: tuple["Node", ...] = ()
    value: Value = None
    """The value of a constant, the path of a field."""
    overload: Overload | None = None
    over: str | None = None
    """The path of the list of records that a function goes over; its arguments are the value and the condition."""
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)
    cost: int = field(default=1, compare=False)
    """How many operations it takes, counting those twice that a statement holds twice."""


def paths_of(node: Node) -> Iterator[str]:
    """Yield the path of every field and list that the node reads of the record itself."""
    if node.op == "field":
        yield str(node.value)
    if node.over is not None:
        yield node.over
    for path in (path for arg in node.args for path in paths_of(arg)):
        if node.over is None:
            yield path
        elif is_outside(path):
            yield outside(path)


def overs_of(node: Node) -> Iterator[str]:
    """Yield the path of each list that the node goes over."""
    if node.over is not None:
        yield node.over
    for arg in node.args:
        yield from overs_of(arg)


def lists_of(node: Node) -> Iterator[tuple[str, str]]:
    """Yield the path of each list that the node goes over with each path that it reads of the list's records."""
    for arg in node.args:
        if node.over is not None:
            yield from ((node.over, path) for path in paths_of(arg) if not is_outside(path))
        yield from lists_of(arg)


def is_outside(path: str) -> bool:
    """Tell whether a path inside a list's condition is one of the record around it."""
    return path.startswith(_OUTSIDE)


def outside(path: str) -> str:
    """Return such a path as the record around it knows it."""
    return path.removeprefix(_OUTSIDE)


def plain_value(value: Value) -> Any:
    """Return a constant as JSON can hold it; numbers as text, since they are exact."""
    if isinstance(value, Decimal):
        return format(value, "f")  # str would write 1E-7
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def to_json(node: Node) -> dict[str, Any]:
    """Return the tree as JSON: `op` and `type` of each node, with its `value`, its `path` or its `args`.

    What goes over a list of records has its path in `over`, and as `args` the value and the condition.
    """
    form: dict[str, Any] = {"op": node.op, "type": str(node.type)}
    if node.op == "const":
        form["value"] = plain_value(node.value)
    elif node.op == "field":
        form["path"] = node.value
    else:
        if node.over is not None:
            form["over"] = node.over
        form["args"] = [to_json(arg) for arg in node.args]
    return form
