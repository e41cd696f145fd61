"""Turn a stored value into one of another type of field, by the way that a person's input takes."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from closeloop.catalog.field_types import Coercion, type_for
from closeloop.catalog.model import Field, Option
from closeloop.expr import Value

_SAME = frozenset({"decimal", "money", "percent"})
_AS_LONG = frozenset({"text", "phone", "email", "url", "choice", "stage"})


def becomes(old: Field, new: Field) -> bool:
    """Tell whether values must be converted: they stay as they are where the new type holds all of the old one's."""
    if old.kind == new.kind:
        return old.kind == "relation" and old.object != new.object
    if old.kind in _SAME and new.kind in _SAME:
        return False
    return not (old.kind in _AS_LONG and new.kind == "long_text")


def convert(value: Value, field: Field) -> Value:
    """Return a stored value as the field's type has it; None where it doesn't fit."""
    if value is None:
        return None
    try:
        return type_for(field).coerce(_as_raw(value), field)
    except Coercion:
        return None


def as_stored(field: Field) -> Mapping[str, Any]:
    """Return what a field's values are read by, as a body that needs no other definition beside it."""
    body: dict[str, Any] = {"type": "choice" if field.kind == "stage" else field.kind, "label": dict(field.label)}
    if field.options:
        body["items" if field.kind == "checklist" else "options"] = {
            option.key: _option(option) for option in field.options
        }
    for name in ("max", "min"):
        bound: Decimal | None = getattr(field, name)
        if bound is not None:
            body[name] = str(bound)
    if field.object is not None:
        body["object"] = field.object
    return body


def _option(option: Option) -> dict[str, Any]:
    return {"label": dict(option.label)}


def _as_raw(value: Value) -> Any:
    """Write a value as a form would send it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
