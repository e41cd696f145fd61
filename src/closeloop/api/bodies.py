"""Read a request's JSON object name by name; what is wrong is told at its place."""

from collections.abc import Mapping
from typing import Any

from closeloop.base.errors import FieldError, Invalid


def known(body: Mapping[str, Any], *names: str, at: str = "") -> None:
    """Refuse what nobody asked for."""
    unknown = [FieldError(f"{at}{name}", "unknown_parameter", {"name": name}) for name in body if name not in names]
    if unknown:
        raise Invalid(errors=unknown)


def text(body: Mapping[str, Any], name: str, place: str | None = None) -> str:
    """Return a text that must be there."""
    value = body.get(name)
    if value is None:
        raise Invalid(errors=[FieldError(place or name, "required")])
    if not isinstance(value, str):
        raise Invalid(errors=[FieldError(place or name, "not_text")])
    return value


def note(body: Mapping[str, Any], longest: int = 1000) -> str:
    """Return the remark that may come with a change."""
    value = "" if body.get("note") is None else text(body, "note")
    if len(value) > longest:
        raise Invalid(errors=[FieldError("note", "too_long", {"max": longest})])
    return value


def number(body: Mapping[str, Any], name: str) -> int:
    """Return a whole number from 1 that must be there."""
    value = body.get(name)
    if value is None:
        raise Invalid(errors=[FieldError(name, "required")])
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**53:
        raise Invalid(errors=[FieldError(name, "not_integer")])
    return value


def list_of(body: Mapping[str, Any], name: str, kind: type, at: str = "") -> list[Any]:
    """Return a list of things of one kind; none where there is no list."""
    value: Any = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, kind) for one in value):  # pyright: ignore[reportUnknownVariableType]
        raise Invalid(errors=[FieldError(f"{at}{name}", "not_a_list")])
    return value  # pyright: ignore[reportUnknownVariableType]
