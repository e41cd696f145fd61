"""Turn raw input into typed values, or into one error for each field that is wrong."""

from collections.abc import Container, Mapping
from typing import Any

from closeloop.access.org import Org
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.field_types import FIELD_TYPES, Coercion
from closeloop.catalog.model import Field
from closeloop.expr import Value


def coerce_value(raw: Any, field: Field, org: Org) -> Value:
    """Return the typed value of one field; raises Coercion."""
    if raw is None:
        return None
    value = FIELD_TYPES[field.type].coerce(raw, field)
    if value is None:
        return None
    if field.type == "person" and value not in org.people:
        raise Coercion("unknown_person")
    if field.type == "department" and value not in org.departments:
        raise Coercion("unknown_department")
    if field.pattern is not None and not field.pattern.match.fullmatch(str(value)):
        raise Coercion("no_match", hint=field.pattern.hint)
    return value


def coerce_values(
    raw: Mapping[str, Any], fields: Mapping[str, Field], org: Org, locked: Container[str] = ()
) -> dict[str, Value]:
    """Return typed values by field; raises Invalid naming every field that is unknown, read-only, locked or wrong."""
    values: dict[str, Value] = {}
    errors: list[FieldError] = []
    for name, one in raw.items():
        field = fields.get(name)
        if field is None:
            errors.append(FieldError(name, "unknown_field", {"name": name}))
        elif field.readonly or name in locked:
            errors.append(FieldError(name, "readonly"))
        else:
            try:
                values[name] = coerce_value(one, field, org)
            except Coercion as problem:
                errors.append(FieldError(name, problem.code, problem.params))
    if errors:
        raise Invalid(errors=errors)
    return values


def coerce_lenient(
    raw: Mapping[str, Any], fields: Mapping[str, Field], org: Org
) -> tuple[dict[str, Value], dict[str, Any]]:
    """Return the values that fit, and what didn't: `{field: {"value": raw, "problem": code}}`. Raises nothing."""
    values: dict[str, Value] = {}
    rest: dict[str, Any] = {}
    for name, one in raw.items():
        field = fields.get(name)
        if field is None or field.readonly:
            rest[name] = one
            continue
        try:
            values[name] = coerce_value(one, field, org)
        except Coercion as problem:
            rest[name] = {"value": one, "problem": problem.code}
    return values, rest


def missing(values: Mapping[str, Value], fields: Mapping[str, Field]) -> list[FieldError]:
    """Return an error for each required field that is empty."""
    return [
        FieldError(name, "required") for name, field in fields.items() if field.required and values.get(name) is None
    ]
