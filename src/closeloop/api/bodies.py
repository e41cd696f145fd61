"""Read a request's JSON object name by name; what is wrong is told at its place."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from closeloop.base.errors import FieldError, Invalid


def known(body: Mapping[str, Any], *names: str, at: str = "") -> None:
    """Refuse what nobody asked for."""
    unknown = [FieldError(f"{at}{name}", "unknown_parameter", {"name": name}) for name in body if name not in names]
    if unknown:
        raise Invalid(errors=unknown)


def text(body: Mapping[str, Any], name: str, place: str | None = None) -> str:
    """Return a text that must be there."""
    value = optional_text(body, name, place)
    if value is None:
        raise Invalid(errors=[FieldError(place or name, "required")])
    return value


def optional_text(body: Mapping[str, Any], name: str, place: str | None = None) -> str | None:
    """Return a text, or None where there is none."""
    value = body.get(name)
    if not isinstance(value, str | None):
        raise Invalid(errors=[FieldError(place or name, "not_text")])
    return value


def note(body: Mapping[str, Any], longest: int = 1000, at: str = "") -> str:
    """Return the remark that may come with a change."""
    value = (optional_text(body, "note", f"{at}note") or "").strip()
    if len(value) > longest:
        raise Invalid(errors=[FieldError(f"{at}note", "too_long", {"max": longest})])
    return value


def number(body: Mapping[str, Any], name: str) -> int:
    """Return a whole number from 1 that must be there."""
    value = body.get(name)
    if value is None:
        raise Invalid(errors=[FieldError(name, "required")])
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**53:
        raise Invalid(errors=[FieldError(name, "not_integer")])
    return value


def mapping(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return keys and values; none where there is no mapping."""
    value = body.get(name)
    if not isinstance(value, dict | None):
        raise Invalid(errors=[FieldError(name, "not_a_mapping")])
    return cast("dict[str, Any]", value or {})


def flag(body: Mapping[str, Any], name: str, *, default: bool | None = None) -> bool:
    """Return a yes or no, which must be there unless there is a default."""
    value = body.get(name, default)
    if value is None:
        raise Invalid(errors=[FieldError(name, "required")])
    if not isinstance(value, bool):
        raise Invalid(errors=[FieldError(name, "not_boolean")])
    return value


def list_of(body: Mapping[str, Any], name: str, kind: type, at: str = "") -> list[Any]:
    """Return a list of things of one kind; none where there is no list."""
    value = body.get(name)
    if not isinstance(value, list | None) or not all(isinstance(one, kind) for one in cast("list[Any]", value or [])):
        raise Invalid(errors=[FieldError(f"{at}{name}", "not_a_list")])
    return cast("list[Any]", value or [])


def optional_id(body: Mapping[str, Any], name: str, at: str = "") -> UUID | None:
    """Return an id, or None where there is none."""
    value = body.get(name)
    return None if value is None else _id(value, f"{at}{name}")


def ids(body: Mapping[str, Any], name: str, most: int, *, least: int = 0, at: str = "") -> list[UUID]:
    """Return ids that must be there, so many of them, each once."""
    given = list_of(body, name, object, at)
    if body.get(name) is None or not least <= len(given) <= most:
        raise Invalid(errors=[FieldError(f"{at}{name}", "not_a_list")])
    return list(dict.fromkeys(_id(one, f"{at}{name}") for one in given))


def _id(value: Any, place: str) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise Invalid(errors=[FieldError(place, "not_an_id")]) from None
