"""Guess which column of a table is which field of an object: by name, by near name, by what stands in it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any
from zoneinfo import ZoneInfo

from closeloop.access.org import Org
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.field_types import Coercion, type_for
from closeloop.catalog.model import Field
from closeloop.connect.cells import ORDERS, date_order, read_cell
from closeloop.connect.messages import KNOWN_AS, SAY_NOTHING

_NEAR = 0.84
"""How alike two names must be to be taken for the same."""
_SURE = 0.9
"""The share of a column's values that must fit for a column to be taken for a field by them."""
_LOOKED_AT = 100
"""Rows whose values tell what a column is."""
_TELLING = frozenset({"phone", "email", "url"})
"""Types whose values look like nothing else."""
_WORD = 2
"""Signs that a field's name has at the least to be looked for within a title."""
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the field it is for, and how its values are read.

    `by` names the field of the other object that a relation's text is looked up in, its title unless told; `order`
    is how days are written that don't begin with the year; `how` says what the guess goes by.
    """

    header: str
    field: str | None = None
    by: str | None = None
    order: str = "ymd"
    how: str | None = None

    def out(self) -> dict[str, Any]:
        return asdict(self)


def guess(
    header: Sequence[str], samples: Sequence[Sequence[str]], fields: Mapping[str, Field], zone: ZoneInfo, org: Org
) -> list[Column]:
    """Return a column for each name of the header; a field is given once, to the name that fits best."""
    taken: set[str] = set()
    chosen: dict[int, tuple[str, str]] = {}
    for how, names in (("name", _names), ("word", _words)):
        by_name = {_bare(name): field.name for field in reversed(list(fields.values())) for name in names(field)}
        for i, title in enumerate(header):
            found = by_name.get(_bare(title))
            if i not in chosen and found is not None and found not in taken:
                chosen[i] = (found, how)
                taken.add(found)
    for i, title in enumerate(header):
        found = _within(title, (one for one in fields.values() if one.name not in taken)) if i not in chosen else None
        if found is not None:
            chosen[i] = (found, "within")
            taken.add(found)
    near = sorted(
        (
            (-SequenceMatcher(None, _bare(title), _bare(name)).ratio(), i, field.name)
            for i, title in enumerate(header)
            for field in fields.values()
            for name in _names(field)
            if i not in chosen and field.name not in taken
        )
    )
    for ratio, i, name in near:
        if -ratio >= _NEAR and i not in chosen and name not in taken:
            chosen[i] = (name, "near")
            taken.add(name)
    for i in range(len(header)):
        values = [row[i] for row in samples[:_LOOKED_AT] if i < len(row) and row[i].strip()]
        if i in chosen or not values:
            continue
        fitting = [
            field
            for field in fields.values()
            if field.type in _TELLING and field.name not in taken and _share(values, field, zone, org) >= _SURE
        ]
        if len(fitting) == 1:
            chosen[i] = (fitting[0].name, "values")
            taken.add(fitting[0].name)
    columns: list[Column] = []
    for i, title in enumerate(header):
        name, how = chosen.get(i, (None, None))
        values = [row[i] for row in samples if i < len(row)]
        dated = name is not None and fields[name].type in ("date", "datetime")
        columns.append(Column(title, name, order=date_order(values) if dated else "ymd", how=how))
    return columns


def read_mapping(raw: Any, guessed: Sequence[Column], fields: Mapping[str, Field]) -> list[Column]:
    """Return the columns as a caller wants them: `{header: field | null | {field, by?, order?}}`.

    Without a mapping it is the guess; columns that a mapping doesn't name are left out. Raises Invalid.
    """
    if raw is None:
        return list(guessed)
    if not isinstance(raw, dict):
        raise Invalid(errors=[FieldError("mapping", "not_a_mapping")])
    given: dict[str, Any] = raw  # pyright: ignore[reportUnknownVariableType]
    errors = [
        FieldError(f"mapping.{name}", "unknown_column", {"name": name})
        for name in given
        if all(column.header != name for column in guessed)
    ]
    columns: list[Column] = []
    for column in guessed:
        one: Any = given.get(column.header)
        asked: dict[str, Any] = one if isinstance(one, dict) else {"field": one}  # pyright: ignore[reportUnknownVariableType]
        place = f"mapping.{column.header}"
        name = asked.get("field")
        if name is not None and (not isinstance(name, str) or name not in fields):
            errors.append(FieldError(f"{place}.field", "unknown_field", {"name": name}))
            name = None
        order = asked.get("order", column.order)
        if order not in ORDERS:
            errors.append(FieldError(f"{place}.order", "not_one_of", {"words": ", ".join(ORDERS)}))
        if name is not None and any(other.field == name for other in columns):
            errors.append(FieldError(f"{place}.field", "taken"))
        by = asked.get("by")
        columns.append(Column(column.header, name, by if isinstance(by, str) else None, order, "asked"))
    if errors:
        raise Invalid(errors=errors)
    return columns


def _within(title: str, fields: Iterable[Field]) -> str | None:
    """Return the field whose name a title is with a word more: before it, or one of `SAY_NOTHING` behind it.

    What a thing is stands at the end of its name, in Chinese as in English, so a title that only begins with a
    field's name is something else.
    """
    bare = _bare(title)
    found: dict[str, str] = {}
    for field in fields:
        for name in map(_bare, (*_names(field), *KNOWN_AS.get(field.type, ()))):
            cores = [bare, *(bare.removesuffix(word) for word in map(_bare, SAY_NOTHING) if bare.endswith(word))]
            if len(name) >= _WORD and any(core.endswith(name) for core in cores):
                found.setdefault(name, field.name)
    return found[max(found, key=len)] if found else None


def _names(field: Field) -> Iterable[str]:
    return (field.name, *field.label.values())


def _words(field: Field) -> Iterable[str]:
    return KNOWN_AS.get("owner" if field.name == "owner" else field.type, ())


def _bare(name: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", name).casefold())


def _share(values: Sequence[str], field: Field, zone: ZoneInfo, org: Org) -> float:
    fit = 0
    for value in values:
        try:
            type_for(field).coerce(read_cell(value, field, zone, org), field)
        except Coercion:
            continue
        fit += 1
    return fit / len(values)
