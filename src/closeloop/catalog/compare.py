"""Compare two bodies of a definition: each difference with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands at a place in the one and in the other; None where there is nothing."""

    place: str
    before: Any
    after: Any


def differences(before: object, after: object, place: str = "") -> Iterator[Difference]:
    """Yield the differences from one body to another, in the order of the places.

    Lists of things with a `key` are compared by it, so that a stage put in between is one difference.
    """
    old, new = _parts(before), _parts(after)
    if old is None or new is None:
        if before != after:
            yield Difference(place, before, after)
        return
    joined = "{}[{}]" if isinstance(before, list) else "{}.{}" if place else "{}{}"
    for key in {**new, **old}:
        yield from differences(old.get(key), new.get(key), joined.format(place, key))
    if set(old) == set(new) and list(old) != list(new):
        yield Difference(place, list(old), list(new))


def _parts(value: object) -> Mapping[str, Any] | None:
    """Return what a mapping or a list of things with keys consists of; None for anything else."""
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value)
    if not isinstance(value, list) or not value:
        return None
    things = cast("list[Any]", value)
    found: dict[str, Any] = {}
    for one in things:
        key = cast("Mapping[str, Any]", one).get("key") if isinstance(one, Mapping) else None
        if not isinstance(key, str):
            return None
        found[key] = one
    return found if len(found) == len(things) else None
