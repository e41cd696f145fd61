"""The form in which a record leaves the kernel: ids with labels, decimals as strings, times in UTC."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from closeloop.access.org import Org
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


def present(what: ObjectType, row: Mapping[str, Any], org: Org, only: Iterable[str] | None = None) -> dict[str, Any]:
    """Return a record as JSON-able data: the fields that the row holds, or `only` those.

    What a reader may see is decided by who reads the row, or named in `only`; the labels of relations are left to
    `fill_titles`.
    """
    asked = (name for name in what.fields if name in row) if only is None else ("id", "version", *only)
    names = [name for name in asked if name not in what.virtual]
    out: dict[str, Any] = {}
    for name in names:
        field = what.fields[name]
        value = row.get(name)
        if value is None:
            out[name] = None
        elif field.type == "person":
            out[name] = person(value, org)
        elif name == "id":
            out[name] = str(value)
        elif field.type == "relation":
            out[name] = {"id": str(value), "label": None}
        elif isinstance(value, datetime):
            out[name] = moment(value)
        elif isinstance(value, Decimal):
            out[name] = plain_decimal(value)
        else:
            out[name] = value
    return out


def plain_decimal(value: Decimal) -> str:
    """Write a decimal without exponent and without zeros at its end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


async def fill_titles(session: Session, reader: Reader, what: ObjectType, items: Iterable[dict[str, Any]]) -> None:
    """Add the labels of the records that items point to, as far as the reader may read them: one query an object."""
    wanted: dict[str, dict[UUID, list[dict[str, Any]]]] = {}
    relations = [f for f in what.own_fields.values() if f.type == "relation" and f.object]
    for item in items if relations else ():
        for field in relations:
            value = item.get(field.name)
            if value:
                wanted.setdefault(str(field.object), {}).setdefault(UUID(value["id"]), []).append(value)
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
