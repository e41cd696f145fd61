"""Write a stored tree as the text of an expression, with the canonical names."""

import keyword
from collections.abc import Mapping, Sequence
from typing import Any

from closeloop.expr.aggregates import AGGREGATES
from closeloop.expr.functions import FUNCTIONS
from closeloop.expr.operators import PEOPLE
from closeloop.expr.scope import OUTSIDE, RECORD


def render(tree: Mapping[str, Any]) -> str:
    """Return a text that compiles to the tree."""
    op: str = tree["op"]
    if op == "const":
        return _constant(tree)
    if op == "field":
        return _path(tree["path"])
    args = [render(arg) for arg in tree["args"]]
    if "over" in tree:
        return _aggregate(tree, args[1])
    if op in FUNCTIONS:
        return f"{op}({', '.join(args)})"
    return op if op in PEOPLE else _operator(op, args)


def _operator(op: str, args: Sequence[str]) -> str:
    if op == "list":
        return f"[{', '.join(args)}]"
    if op == "if":
        condition, met, other = args
        return f"({met} if {condition} else {other})"
    if op == "is null":
        return f"({args[0]} == null)"
    if op == "not":
        return f"(not {args[0]})"
    if op == "negative":
        return f"(-{args[0]})"
    return f"({f' {op} '.join(args)})"


def _constant(tree: Mapping[str, Any]) -> str:
    value: Any = tree["value"]
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if tree["type"] == "number":
        return f"({value})" if str(value).startswith("-") else str(value)
    escaped = str(value)
    for character, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        escaped = escaped.replace(character, written)
    return f'"{escaped}"'


def _aggregate(tree: Mapping[str, Any], condition: str) -> str:
    """Write a function over a list of records; without a condition of its own it is given them all."""
    value, when = tree["args"]
    listed = _path(tree["over"])
    if value["op"] == "field":
        listed += f".{_path(value['path'])}"
    of_all = when["op"] == "const" and when["value"] is True and not AGGREGATES[tree["op"]].every
    return f"{tree['op']}({listed})" if of_all else f"{tree['op']}({listed}, {condition})"


def _path(path: str) -> str:
    first, *rest = path.split(".")
    return ".".join([RECORD if first == OUTSIDE else _name(first), *map(_name, rest)])


def _name(name: str) -> str:
    return name if name.isidentifier() and not keyword.iskeyword(name) else f"`{name}`"
