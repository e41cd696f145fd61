"""What may be written next in an expression, for an editor."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from closeloop.expr.functions import FUNCTIONS
from closeloop.expr.operators import PEOPLE
from closeloop.expr.scope import Scope, Symbol, normal
from closeloop.expr.types import Type

MOST = 100

_WORDS = ("true", "false", "null", "and", "or", "not", "in", "if", "else")
_NAME = r"(?:`[^`\n]*`|[^\W\d]\w*)"
_BEFORE = re.compile(rf"(?P<way>(?:{_NAME}\s*\.\s*)*)(?P<begun>`[^`\n]*|[^\W\d]\w*)?$")


@dataclass(frozen=True, slots=True)
class Completion:
    """One name that may stand here: `kind` is field, relation, list, root, function or word."""

    name: str
    kind: str
    type: Type | None = None


def complete(text: str, at: int, scope: Scope) -> list[Completion]:
    """Return what may stand at a place, given what was begun before it; at most MOST, names before functions."""
    found = _BEFORE.search(text[:at])
    if found is None:
        return []
    way = [normal(one.strip().strip("`")) for one in found["way"].split(".")[:-1]]
    begun = normal((found["begun"] or "").strip("`")).lower()
    place: Scope | None = scope
    for name in way:
        symbol = place.resolve(name) if place is not None else None
        place = symbol.members if symbol is not None else None
    if place is None:
        return []
    named = (Completion(name, _kind(symbol), symbol.type) for name, symbol in _symbols(place))
    others = () if way else (*_others(),)
    fitting = (one for one in (*named, *others) if one.name.lower().startswith(begun))
    return [one for one, _ in zip(fitting, range(MOST), strict=False)]


def _symbols(scope: Scope) -> Iterator[tuple[str, Symbol]]:
    for name in scope.names():
        symbol = scope.resolve(name)
        if symbol is not None:
            yield name, symbol


def _kind(symbol: Symbol) -> str:
    if symbol.many:
        return "list"
    if symbol.type is None:
        return "root"
    return "field" if symbol.members is None else "relation"


def _others() -> Iterator[Completion]:
    yield from (Completion(name, "function") for name in FUNCTIONS)
    yield from (Completion(word, "word") for word in (*PEOPLE, *_WORDS))
