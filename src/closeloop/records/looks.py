"""How a person wants to see an object's records: what a kept view holds, read and shown under what one sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from closeloop.access.sight import Sight
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.field_types import abilities
from closeloop.expr import ExpressionError
from closeloop.records.paging import sort_keys

CLOCKS = "clocks"
"""The column of counting clocks, which stands beside the fields."""
LAYOUTS = ("table", "kanban")
TOTALS = ("sum", "avg", "min", "max")
_NAMES = ("filter", "condition", "filters", "sort", "columns", "widths", "group", "totals", "layout", "lanes")
_MOST_COLUMNS = 100
_MOST_FILTERS = 50
_WIDTHS = (40, 1200)
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Look:
    """What a view says of filter, order, columns, groups, totals and layout.

    `filter` is the whole condition. Clients draw it as `filters`, each a field, an operator and values in their own
    words, joined to the one before it by "or" where it says so, beside the `condition` that isn't drawn.
    """

    filter: str | None = None
    condition: str | None = None
    filters: tuple[Mapping[str, Any], ...] = ()
    sort: str | None = None
    columns: tuple[str, ...] = ()
    widths: Mapping[str, int] | None = None
    group: str | None = None
    totals: Mapping[str, str] | None = None
    layout: str = "table"
    lanes: str | None = None

    def out(self) -> dict[str, Any]:
        return {
            "filter": self.filter,
            "condition": self.condition,
            "filters": list(self.filters),
            "sort": self.sort,
            "columns": list(self.columns),
            "widths": dict(self.widths or {}),
            "group": self.group,
            "totals": dict(self.totals or {}),
            "layout": self.layout,
            "lanes": self.lanes,
        }


def read_look(raw: Mapping[str, Any], sight: Sight) -> Look:
    """Read a look; raises Invalid naming each part that is wrong or rests on a field that one doesn't see."""
    read = _Reading(raw, sight)
    found = Look(
        read.condition("filter"),
        read.condition("condition"),
        read.filters(),
        read.sort(),
        read.columns(),
        read.widths(),
        read.grouped("group"),
        read.totals(),
        read.layout(),
        read.grouped("lanes"),
    )
    if read.errors:
        raise Invalid(errors=read.errors)
    return found


def seen_look(kept: Mapping[str, Any], sight: Sight) -> Look | None:
    """Return a kept look without the columns that one doesn't see; None where its filter or order rests on one."""
    plain = {
        **kept,
        "columns": [name for name in kept["columns"] if name == CLOCKS or name in sight.fields],
        "widths": {name: width for name, width in kept["widths"].items() if name == CLOCKS or name in sight.fields},
        "totals": {name: fn for name, fn in kept["totals"].items() if name in sight.fields},
        "group": kept["group"] if kept["group"] in sight.fields else None,
        "lanes": kept["lanes"] if kept["lanes"] in sight.fields else None,
    }
    try:
        return read_look(plain, sight)
    except Invalid:
        return None


class _Reading:
    """Reads part by part and gathers what is wrong."""

    def __init__(self, raw: Mapping[str, Any], sight: Sight) -> None:
        self._raw = raw
        self._sight = sight
        self.errors = [
            FieldError(f"look.{name}", "unknown_parameter", {"name": name}) for name in raw if name not in _NAMES
        ]

    def _wrong(self, part: str, code: str, **params: Any) -> None:
        self.errors.append(FieldError(f"look.{part}", code, params))

    def _text(self, name: str) -> str | None:
        value = self._raw.get(name)
        if not isinstance(value, str | None):
            self._wrong(name, "not_text")
            return None
        if value and len(value) > _LONGEST:
            self._wrong(name, "too_long", max=_LONGEST)
            return None
        return value or None

    def _mapping(self, name: str) -> Mapping[str, Any]:
        value = self._raw.get(name)
        if not isinstance(value, dict | None):
            self._wrong(name, "not_a_mapping")
            return {}
        return cast("dict[str, Any]", value or {})

    def _list(self, name: str, kind: type, most: int) -> list[Any]:
        value = self._raw.get(name)
        if not isinstance(value, list | None) or not all(
            isinstance(one, kind) for one in cast("list[Any]", value or [])
        ):
            self._wrong(name, "not_a_list")
            return []
        found = cast("list[Any]", value or [])
        if len(found) > most:
            self._wrong(name, "too_many", max=most)
            return []
        return found

    def condition(self, name: str) -> str | None:
        source = self._text(name)
        if source is not None:
            try:
                self._sight.filter(source)
            except ExpressionError:
                self._wrong(name, "bad_expression")
        return source

    def filters(self) -> tuple[Mapping[str, Any], ...]:
        found: list[Mapping[str, Any]] = []
        for one in self._list("filters", dict, _MOST_FILTERS):
            values, labels = _texts(one.get("values")), _texts(one.get("labels") or [])
            either = one.get("or", False)
            readable = values is not None and labels is not None and isinstance(one.get("op"), str)
            if not readable or not isinstance(either, bool) or len(str(one)) > _LONGEST:
                self._wrong("filters", "not_a_list")
            elif one.get("field") not in self._sight.fields:
                self._wrong("filters", "unknown_field", name=str(one.get("field")))
            else:
                named = {"labels": labels} if labels else {}
                beside = {"or": True} if either else {}
                found.append({"field": one["field"], "op": one["op"], "values": values, **named, **beside})
        return tuple(found)

    def sort(self) -> str | None:
        sort = self._text("sort")
        if sort is not None:
            try:
                sort_keys(self._sight, sort)
            except Invalid as wrong:
                self.errors += [FieldError("look.sort", one.code, one.params) for one in wrong.errors]
        return sort

    def columns(self) -> tuple[str, ...]:
        names = list(dict.fromkeys(self._list("columns", str, _MOST_COLUMNS)))
        for name in names:
            if name != CLOCKS and name not in self._sight.fields:
                self._wrong("columns", "unknown_field", name=name)
        return tuple(names)

    def widths(self) -> dict[str, int]:
        least, most = _WIDTHS
        found: dict[str, int] = {}
        for name, width in self._mapping("widths").items():
            if name != CLOCKS and name not in self._sight.fields:
                self._wrong("widths", "unknown_field", name=name)
            elif isinstance(width, bool) or not isinstance(width, int) or not least <= width <= most:
                self._wrong("widths", "out_of_range", min=least, max=most)
            else:
                found[name] = width
        return found

    def totals(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, fn in self._mapping("totals").items():
            if name not in self._sight.fields:
                self._wrong("totals", "unknown_field", name=name)
            elif fn not in TOTALS:
                self._wrong("totals", "not_one_of", words=list(TOTALS))
            else:
                found[name] = fn
        return found

    def grouped(self, name: str) -> str | None:
        field = self._text(name)
        if field is not None:
            found = self._sight.fields.get(field)
            if found is None or not abilities(found).group:
                self._wrong(name, "unknown_field", name=field)
        return field

    def layout(self) -> str:
        layout = self._raw.get("layout", LAYOUTS[0])
        if layout not in LAYOUTS:
            self._wrong("layout", "not_one_of", words=list(LAYOUTS))
        return str(layout)


def _texts(value: Any) -> list[str] | None:
    """Return a list of texts; None where it is anything else."""
    if not isinstance(value, list):
        return None
    given = cast("list[Any]", value)
    return [str(one) for one in given] if all(isinstance(one, str) for one in given) else None
