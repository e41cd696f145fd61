"""The typed tree of an expression, and its form as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from closeloop.expr.overloads import Overload
from closeloop.expr.types import Type, Value


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
    at: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)
    cost: int = field(default=1, compare=False)
    """How many operations it takes, counting those twice that a statement holds twice."""


def paths_of(node: Node) -> Iterator[str]:
    """Yield the path of every field that the node reads."""
    if node.op == "field":
        yield str(node.value)
    for arg in node.args:
        yield from paths_of(arg)


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
    """Return the tree as JSON: `op` and `type` of each node, with its `value`, its `path` or its `args`."""
    form: dict[str, Any] = {"op": node.op, "type": str(node.type)}
    if node.op == "const":
        form["value"] = plain_value(node.value)
    elif node.op == "field":
        form["path"] = node.value
    else:
        form["args"] = [to_json(arg) for arg in node.args]
    return form
