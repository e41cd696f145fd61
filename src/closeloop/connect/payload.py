"""From the names of somebody else's payload to an object's fields: paths, constants, translated values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from closeloop.catalog.model import Field
from closeloop.catalog.reading import Node

_PART = re.compile(r"([^.\[\]]+)((?:\[(?:\d+|[^\[\]=]+=[^\[\]=]*)\])*)")
_INDEX = re.compile(r"\[(?:(\d+)|([^\[\]=]+)=([^\[\]=]*))\]")

Step = str | int | tuple[str, str]
"""A name, a place in a list, or the first of a list whose entry of a name has a value."""
Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value comes from: the first of `paths` that holds something, or `constant`.

    `values` translates what came, `other` stands for what `values` doesn't name; without it such a value stays as it
    is, so that the field's own check puts it aside with a note.
    """

    paths: tuple[Path, ...] = ()
    constant: Any = None
    values: Mapping[str, Any] | None = None
    other: Any = None

    def of(self, payload: Mapping[str, Any]) -> Any:
        """Return the field's raw value; None where the payload holds nothing for it."""
        if not self.paths:
            return self.constant
        found = next((one for path in self.paths if (one := at(payload, path)) not in (None, "")), None)
        if found is None or self.values is None:
            return found
        if isinstance(found, list):
            return [self._translated(one) for one in cast("list[Any]", found)]
        return self._translated(found)

    def _translated(self, value: Any) -> Any:
        assert self.values is not None
        known = self.values.get(str(value).lower() if isinstance(value, bool) else str(value))
        return known if known is not None else value if self.other is None else self.other


def read_path(text: str) -> Path | None:
    """Read a path such as `data.user.phone`, `items[0].value`, `fields[name=phone].value`; None for a wrong one."""
    steps: list[Step] = []
    for part in text.split("."):
        match = _PART.fullmatch(part)
        if match is None:
            return None
        steps.append(match[1])
        for number, name, value in _INDEX.findall(match[2]):
            steps.append(int(number) if number else (name, value))
    return tuple(steps)


def at(value: Any, path: Sequence[Step]) -> Any:
    """Return what stands at a path, or None."""
    for step in path:
        if isinstance(step, str):
            value = cast("dict[str, Any]", value).get(step) if isinstance(value, dict) else None
            continue
        if not isinstance(value, list):
            return None
        entries = cast("list[Any]", value)
        if isinstance(step, int):
            value = entries[step] if step < len(entries) else None
        else:
            name, wanted = step
            named = (cast("dict[str, Any]", one) for one in entries if isinstance(one, dict))
            value = next((one for one in named if str(one.get(name)) == wanted), None)
    return value


def without(payload: Mapping[str, Any], sources: Mapping[str, Source]) -> dict[str, Any]:
    """Return what no field was filled from; of a list that was looked into, all of it."""
    paths = [path for source in sources.values() for path in source.paths]
    return _left(payload, paths)


def _left(value: Mapping[str, Any], paths: Sequence[Path]) -> dict[str, Any]:
    left: dict[str, Any] = {}
    for name, one in value.items():
        deeper = [path[1:] for path in paths if path[0] == name]
        if () in deeper:
            continue
        if isinstance(one, dict) and deeper:
            rest = _left(cast("dict[str, Any]", one), [path for path in deeper if isinstance(path[0], str)])
            if rest:
                left[name] = rest
        else:
            left[name] = one
    return left


def read_map(node: Node, fields: Mapping[str, Field] | None) -> dict[str, Source]:
    """Read `map`: for each field a path, a list of paths, or `{from, values?, else?}` or `{value}`."""
    sources: dict[str, Source] = {}
    for name, raw in node.entries("map"):
        place = f"{node.at('map')}.{name}"
        field = fields.get(name) if fields is not None else None
        if fields is not None and field is None:
            node.problems.add(place, "unknown_field", name=name)
            continue
        sources[name] = _source(raw, place, node, field)
    return sources


def _source(raw: Any, place: str, node: Node, field: Field | None) -> Source:
    if not isinstance(raw, dict):
        return Source(paths=_paths(raw, place, node))
    one = Node(cast("dict[str, Any]", raw), place, node.problems)
    constant, given = one.any("value"), one.any("from")
    if (constant is None) == (given is None):
        node.problems.add(place, "from_or_value")
    values: dict[str, Any] = dict(one.entries("values"))
    other = one.any("else")
    one.done()
    if field is not None and field.options:
        known = {option.key for option in field.options}
        for at_, value in (("value", constant), ("else", other), *((f"values.{key}", v) for key, v in values.items())):
            if value is not None and value not in known:
                node.problems.add(f"{place}.{at_}", "not_an_option", options=sorted(known))
    paths = _paths(given, f"{place}.from", node) if given is not None else ()
    return Source(paths, constant, {str(key): value for key, value in values.items()} or None, other)


def _paths(raw: Any, place: str, node: Node) -> tuple[Path, ...]:
    texts: list[Any] = cast("list[Any]", raw) if isinstance(raw, list) else [raw]
    paths = [read_path(one) if isinstance(one, str) else None for one in texts]
    if not paths or None in paths:
        node.problems.add(place, "bad_path")
    return tuple(path for path in paths if path is not None)
