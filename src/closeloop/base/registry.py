"""A table of named things that is filled at start and never changes afterwards."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """An immutable mapping that refuses a name given twice."""

    def __init__(self, kind: str, items: Iterable[tuple[str, T]]) -> None:
        self.kind = kind
        self._items: dict[str, T] = {}
        for name, item in items:
            if name in self._items:
                msg = f"{kind} {name!r} is registered twice"
                raise ValueError(msg)
            self._items[name] = item

    def __getitem__(self, name: str) -> T:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
