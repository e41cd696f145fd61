"""Decide whether arguments fit an operator, and make literals what they are compared with.

A text literal beside an id, a date or a datetime is read as one (a datetime needs its zone), and null takes
any type.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from closeloop.expr.moments import in_utc
from closeloop.expr.nodes import Node
from closeloop.expr.overloads import Anything, ListOfSame, Overload, Places, Same, Word
from closeloop.expr.types import NULL, TEXT, Kind, Type, Value, list_of

_MOST_PLACES = 10


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        msg = "a moment needs a zone"
        raise ValueError(msg)
    return in_utc(at)


READABLE: Mapping[Kind, Callable[[str], Value]] = {
    "id": UUID,
    "date": date.fromisoformat,
    "datetime": _moment,
}
"""The types that a text literal may stand for, and how it is read."""


def adapt(node: Node, wanted: Type) -> Node | None:
    """Return the node as one of the wanted type, or None where it can't be one."""
    if node.type == NULL or (node.op == "const" and node.value is None):
        return replace(node, op="const", type=wanted, args=(), value=None, overload=None)
    if node.type.fits(wanted):
        return node
    if node.op == "const" and isinstance(node.value, str) and wanted.kind in READABLE:
        try:
            return replace(node, type=wanted, value=READABLE[wanted.kind](node.value))
        except (ValueError, OverflowError):
            return None
    if node.op == "list" and wanted.of is not None:
        items = [adapt(item, wanted.of) for item in node.args]
        fitting = tuple(item for item in items if item is not None)
        return replace(node, type=wanted, args=fitting) if len(fitting) == len(items) else None
    return None


def _may_be_read(node: Node) -> bool:
    """Tell whether a text may still become something else: it is a literal, or a list of literals."""
    return all(map(_may_be_read, node.args)) if node.op == "list" else node.op == "const" and node.type == TEXT


def shared_type(types: Iterable[tuple[Node, Type]]) -> Type:
    """Return the type that several nodes are to share: the first decides that isn't a text literal's."""
    known = [(node, type_) for node, type_ in types if type_ != NULL]
    known.sort(key=lambda one: _may_be_read(one[0]))
    return known[0][1] if known else TEXT


def shared_by(overload: Overload, args: Sequence[Node]) -> Type:
    """Return the type that the arguments share where the overload says that some do."""
    voting: list[tuple[Node, Type]] = []
    for i, arg in enumerate(args):
        parameter = overload.parameter(i)
        if isinstance(parameter, Same):
            voting.append((arg, arg.type))
        elif isinstance(parameter, ListOfSame) and arg.type.of is not None:
            voting.append((arg, arg.type.of))
    return shared_type(voting)


def fit(arg: Node, overload: Overload, index: int, shared: Type) -> Node | None:
    """Return the argument as the overload takes it, or None where it doesn't fit."""
    match overload.parameter(index):
        case Type() as wanted:
            return adapt(arg, wanted)
        case Same(kinds):
            return adapt(arg, shared) if shared.kind in kinds else None
        case ListOfSame(kinds):
            fitting = shared.kind not in ("list", "place") and (kinds is None or shared.kind in kinds)
            return adapt(arg, list_of(shared)) if fitting else None
        case Anything():
            return adapt(arg, TEXT) if arg.type == NULL else arg
        case Word(word):
            return arg if arg.op == "const" and arg.value == word else None
        case Places():
            written = arg.op == "const" and isinstance(arg.value, int) and 0 <= arg.value <= _MOST_PLACES
            return arg if written and arg.type.kind == "number" else None
