"""The form in which a record leaves the kernel: ids with labels, decimals as strings, times in UTC."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from closeloop.access.org import Org
from closeloop.catalog.field_types import FILES
from closeloop.catalog.field_types.place import address_parts
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import ObjectType
from closeloop.db.statement import Params, Statement
from closeloop.db.unit_of_work import Session
from closeloop.records.query import Reader


def moment(value: datetime) -> str:
    """Write a moment in RFC 3339 with the zone Z."""
    return value.isoformat().replace("+00:00", "Z")


def person(value: UUID | None, org: Org) -> dict[str, Any] | None:
    """Write a person as `{id, label}`."""
    if value is None:
        return None
    found = org.people.get(value)
    return {"id": str(value), "label": found.name if found else None}


def department(value: UUID | None, org: Org) -> dict[str, Any] | None:
    """Write a department as `{id, label}`."""
    if value is None:
        return None
    found = org.departments.get(value)
    return {"id": str(value), "label": found.name if found else None}


def present(what: ObjectType, row: Mapping[str, Any], org: Org, only: Iterable[str] | None = None) -> dict[str, Any]:
    """Return a record as JSON-able data: the fields that the row holds, or `only` those.

    What a reader may see is decided by who reads the row, or named in `only`; the labels of relations are left to
    `fill_titles`.
    """
    asked = (name for name in what.fields if name in row) if only is None else ("id", "version", *only)
    names = [name for name in asked if name not in what.virtual]
    return {name: present_value(what.fields[name], row.get(name), org) for name in names}


def present_value(field: Field, value: Any, org: Org) -> Any:
    """Return one value as JSON-able data."""
    if value is None:
        return None
    if field.kind == "person":
        return person(value, org)
    if field.kind == "department":
        return department(value, org)
    if field.name == "id":
        return str(value)
    if field.kind == "relation":
        return {"id": str(value), "label": None}
    if field.kind == "address":
        return address_parts(value)
    if field.kind in FILES:
        return [{"id": str(one)} for one in value]
    if isinstance(value, datetime):
        return moment(value)
    return plain_decimal(value) if isinstance(value, Decimal) else value


def plain_decimal(value: Decimal) -> str:
    """Write a decimal without exponent and without zeros at its end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


async def fill_titles(session: Session, reader: Reader, what: ObjectType, items: Sequence[dict[str, Any]]) -> None:
    """Add the labels of the records that items point to, as far as the reader may read them: one query an object.

    Files that items hold get their names, types and sizes.
    """
    wanted: dict[str, dict[UUID, list[dict[str, Any]]]] = {}
    relations = [f for f in what.own_fields.values() if f.kind == "relation" and f.object]
    for item in items if relations else ():
        for field in relations:
            value = item.get(field.name)
            if value:
                wanted.setdefault(str(field.object), {}).setdefault(UUID(value["id"]), []).append(value)
    await _fill_files(session, reader, what, items)
    calls: dict[str, tuple[Statement, Params]] = {}
    for name, ids in wanted.items():
        call = reader.titles_call(name, list(ids))
        if call is not None:
            calls[name] = call
    if calls:
        for name, result in zip(calls, await session.fetch_many(list(calls.values())), strict=True):
            for record, title in result.rows:
                for value in wanted[name][record]:
                    value["label"] = title


async def _fill_files(session: Session, reader: Reader, what: ObjectType, items: Sequence[dict[str, Any]]) -> None:
    """Add name, type and size to the files that items hold, in one query."""
    held: dict[UUID, list[dict[str, Any]]] = {}
    for item in items:
        for name in what.filed:
            for file in item.get(name) or ():
                held.setdefault(UUID(file["id"]), []).append(file)
    if held:
        for file, name, kind, size in await session.fetch(*reader.files_call(list(held))):
            for one in held[file]:
                one.update(name=name, type=kind, size=size)
