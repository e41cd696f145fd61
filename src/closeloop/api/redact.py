"""Take what an actor doesn't see out of answers that say more than a record's fields: reasons, gates, conflicts."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from closeloop.access.sight import Sight
from closeloop.api.messages import SOMETHING_HIDDEN
from closeloop.records.commands import Values

_NAMES = ("by", "field")
"""Under these a reason names a field."""


def without_hidden(why: Any, hidden: Collection[str]) -> Any:
    """Return a decision's reason without hidden fields; a part that rests on one is left out whole."""
    if not hidden:
        return why
    if isinstance(why, list):
        parts = cast("list[Any]", why)
        return [without_hidden(one, hidden) for one in parts if not _rests_on(one, hidden)]
    if not isinstance(why, dict):
        return why
    return {
        name: None if name in _NAMES and value in hidden else without_hidden(value, hidden)
        for name, value in cast("dict[str, Any]", why).items()
        if name not in hidden and not _rests_on(value, hidden)
    }


def _rests_on(part: Any, hidden: Collection[str]) -> bool:
    """Tell whether a score's factor or an expression's clause was worked out from a hidden field."""
    if not isinstance(part, dict):
        return False
    clause = cast("dict[str, Any]", part)
    read = clause.get("values") if "points" in clause or "source" in clause else None
    return isinstance(read, dict) and not set(hidden).isdisjoint(cast("dict[str, Any]", read))


def unmet_seen(unmet: Iterable[Mapping[str, Any]], sight: Sight) -> list[dict[str, Any]]:
    """Return what a gate asks for; that it asks for something hidden is said, but not what."""
    return [_requirement_seen(one, sight) for one in unmet]


def _requirement_seen(one: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    shown = {name: value for name, value in one.items() if name != "reads"}
    named = {one.get("field"), *(part for path in one.get("reads", ()) for part in path.split("."))}
    if named.isdisjoint(sight.hidden):
        return shown
    return {"kind": one["kind"], "field": None, "label": SOMETHING_HIDDEN}


def row_seen(row: Values, sight: Sight) -> dict[str, Any]:
    """Return those of a record's values that the actor sees."""
    return {name: value for name, value in row.items() if name in sight.fields}
