"""Which names an expression may use, and what they stand for."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from closeloop.expr.types import Type


def normal(name: str) -> str:
    """Return the form under which two spellings of a name are the same, as Python's parser does."""
    return unicodedata.normalize("NFKC", name).strip()


RECORD = "record"
"""The root under which a record's own fields may be named."""
OUTSIDE = "^"
"""Inside a list's condition, what the path of a field of the record around it begins with."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for: a value of a type, a root whose members are used as `root.member`, or both.

    A relation is both: the id of the record that it points to, and the fields of that record.
    """

    name: str
    """The canonical name, which never changes when a label does; empty for a root that is the row itself."""
    type: Type | None = None
    members: "Scope | None" = None
    many: bool = False
    """Whether it is a list of records, whose members are only for the functions that go over such a list."""


class Scope(Protocol):
    """The names that an expression may use."""

    def resolve(self, name: str) -> Symbol | None:
        """Return what the name or label, already in its normal form, stands for."""
        ...

    def names(self) -> Iterable[str]:
        """Return every name and label, for suggestions."""
        ...


class SimpleScope:
    """A scope made from name to type, label to name and root to scope; a name goes before a label.

    Under `own_root` the scope's own names may be written too: with `record`, `record.city` is `city`. `members` gives
    what a relation leads to, `lists` the fields of the records of each list.
    """

    def __init__(
        self,
        types: Mapping[str, Type],
        labels: Mapping[str, str] | None = None,
        roots: Mapping[str, Scope] | None = None,
        own_root: str | None = None,
        members: Mapping[str, Scope] | None = None,
        lists: Mapping[str, Scope] | None = None,
    ) -> None:
        own = {name: Symbol(name, type_, (members or {}).get(name)) for name, type_ in types.items()}
        own.update({name: Symbol(name, members=scope, many=True) for name, scope in (lists or {}).items()})
        self._symbols: dict[str, Symbol] = {normal(label): own[name] for label, name in (labels or {}).items()}
        self._symbols.update({name: Symbol(name, members=scope) for name, scope in (roots or {}).items()})
        if own_root is not None:
            self._symbols[own_root] = Symbol("", members=type(self)(types, labels, members=members, lists=lists))
        self._symbols.update({normal(name): symbol for name, symbol in own.items()})

    def resolve(self, name: str) -> Symbol | None:
        return self._symbols.get(name)

    def names(self) -> Iterable[str]:
        return self._symbols.keys()


class InsideScope:
    """The names inside a list's condition: those of the list's records, and of the record around it by `record.`."""

    def __init__(self, inside: Scope, outside: Scope) -> None:
        self._inside = inside
        self._outside = outside

    def resolve(self, name: str) -> Symbol | None:
        found = self._inside.resolve(name)
        if found is not None:
            return found
        if name == RECORD:
            return Symbol(OUTSIDE, members=self._outside)
        root = self._outside.resolve(name)
        if root is None or root.type is not None or root.many:
            return None
        return Symbol(f"{OUTSIDE}.{root.name}", members=root.members)

    def names(self) -> Iterable[str]:
        return [*self._inside.names(), RECORD]
