"""The OpenAPI document of a company: the kernel's, with a schema and paths for each object that the caller may see."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from fastapi import APIRouter, Request

from closeloop.access.decide import Actor
from closeloop.access.sight import Sight, sight_of
from closeloop.api.answers import Json
from closeloop.api.deps import Signed
from closeloop.catalog.field_types import FILES
from closeloop.catalog.field_types.place import PARTS
from closeloop.catalog.model import Field, text_of
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.operations.model import OPERATIONS

router = APIRouter(tags=["catalog"])

_PREFIX = "/api/v1/objects/{object_name}"

_ID = {"type": "string", "format": "uuid"}
_LABELLED = {
    "type": "object",
    "properties": {"id": _ID, "label": {"type": ["string", "null"]}},
    "required": ["id"],
}
_FILE = {
    "type": "object",
    "properties": {"id": _ID, **{name: {"type": "string"} for name in ("name", "type")}, "size": {"type": "integer"}},
    "required": ["id"],
}
_LISTS_ELSEWHERE = ("children",)
"""Types whose values aren't part of a record: they are lists of their own."""
_SHAPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "string", "format": "decimal"},
    "money": {"type": "string", "format": "decimal"},
    "percent": {"type": "string", "format": "decimal"},
    "checkbox": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "email": {"type": "string", "format": "email"},
    "url": {"type": "string", "format": "uri"},
    "person": _LABELLED,
    "department": _LABELLED,
    "relation": _LABELLED,
    **{name: {"type": "array", "items": _FILE} for name in FILES},
    "place": {
        "type": "object",
        "properties": {
            **{name: {"type": "number"} for name in ("lat", "lng", "accuracy")},
            "address": {"type": "string"},
            "at": {"type": "string", "format": "date-time"},
        },
        "required": ["lat", "lng"],
    },
    "address": {"type": "object", "properties": {part: {"type": "string"} for part in (*PARTS, "text")}},
}


@router.get("/openapi.json")
async def company_openapi(request: Request, caller: Signed) -> Json:
    """Return the OpenAPI 3.1 document with this company's own objects."""
    return Json(describe(request.app.openapi(), caller.catalog, caller.actor, caller.locale))


def describe(base: dict[str, Any], catalog: Snapshot, actor: Actor, locale: str) -> dict[str, Any]:
    """Add each readable object to the kernel's document."""
    document = deepcopy(base)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    generic = {path: item for path, item in base["paths"].items() if path.startswith(_PREFIX)}
    for name, what in catalog.objects.items():
        if not actor.reach(name, "read"):
            continue
        sight = sight_of(catalog, what, actor)
        schemas[name] = _record(sight, locale)
        schemas[f"{name}_input"] = _input(sight, locale)
        for path, item in generic.items():
            if "{operation}" in path:
                for operation in catalog.on(OPERATIONS, name):
                    own = path.replace("{object_name}", name).replace("{operation}", operation.key)
                    schemas[f"{name}_{operation.key}"] = _values(operation.input, locale)
                    document["paths"][own] = _own(item, f"{name}_{operation.key}", ("object_name", "operation"))
            else:
                schema = f"{name}_input" if path == f"{_PREFIX}/records" else None
                document["paths"][path.replace("{object_name}", name)] = _own(item, schema, ("object_name",))
    return document


def _own(item: dict[str, Any], schema: str | None, fixed: tuple[str, ...]) -> dict[str, Any]:
    """Return a generic path's item for one object: the fixed parameters gone, the body's schema named."""
    own = deepcopy(item)
    for method, operation in own.items():
        operation["parameters"] = [one for one in operation.get("parameters", []) if one["name"] not in fixed]
        operation["operationId"] = f"{operation['operationId']}_{schema or 'own'}"
        if schema is not None and method == "post":
            content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
            operation["requestBody"] = {"required": True, "content": content}
    return own


def _record(sight: Sight, locale: str) -> dict[str, Any]:
    return {**_values(sight.fields, locale), "required": ["id", "version", "created_at", "updated_at"]}


def _input(sight: Sight, locale: str) -> dict[str, Any]:
    own = sight.what.own_fields.items()
    writable = {name: field for name, field in own if not field.readonly and sight.writable(name)}
    return _values(writable, locale)


def _values(fields: Mapping[str, Field], locale: str) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: _field(f, locale) for name, f in fields.items() if f.type not in _LISTS_ELSEWHERE},
    }
    required = [name for name, field in fields.items() if field.required]
    return {**schema, "required": required} if required else schema


def _field(field: Field, locale: str) -> dict[str, Any]:
    title = text_of(field.label, locale)
    keys = [option.key for option in field.options]
    if field.kind in ("multi_choice", "checklist"):
        return {"title": title, "type": ["array", "null"], "items": {"type": "string", "enum": keys}}
    if field.name == "id":
        return {"title": title, **_ID}
    shape = {"type": "string", "enum": keys} if keys else _SHAPES.get(field.kind, {"type": "string"})
    return {"title": title, "anyOf": [shape, {"type": "null"}]}
