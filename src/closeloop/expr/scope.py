"""Which names an expression may use, and what they stand for."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from closeloop.expr.types import Type


def normal(name: str) -> str:
    """Return the form under which two spellings of a name are the same, as Python's parser does."""
    return unicodedata.normalize("NFKC", name).strip()


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for: a value of a type, or a root whose members are used as `root.member`."""

    name: str
    """The canonical name, which never changes when a label does; empty for a root that is the row itself."""
    type: Type | None = None
    members: "Scope | None" = None


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

    Under `own_root` the scope's own names may be written too: with `record`, `record.city` is `city`.
    """

    def __init__(
        self,
        types: Mapping[str, Type],
        labels: Mapping[str, str] | None = None,
        roots: Mapping[str, Scope] | None = None,
        own_root: str | None = None,
    ) -> None:
        self._symbols: dict[str, Symbol] = {
            normal(label): Symbol(name, types[name]) for label, name in (labels or {}).items()
        }
        self._symbols.update({name: Symbol(name, members=scope) for name, scope in (roots or {}).items()})
        if own_root is not None:
            self._symbols[own_root] = Symbol("", members=SimpleScope(types, labels))
        self._symbols.update({normal(name): Symbol(name, type_) for name, type_ in types.items()})

    def resolve(self, name: str) -> Symbol | None:
        return self._symbols.get(name)

    def names(self) -> Iterable[str]:
        return self._symbols.keys()
