"""The form in which a record leaves the kernel: ids with labels, decimals as strings, times in UTC."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from closeloop.access.org import Org
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.statement import Params, Statement
from closeloop.db.unit_of_work import Session
from closeloop.records.load import titles_query


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
    """Return a record as JSON-able data; the labels of relations are left to `fill_titles`."""
    names = [name for name in (what.fields if only is None else ("id", "version", *only)) if name not in what.virtual]
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


async def fill_titles(session: Session, catalog: Snapshot, what: ObjectType, items: Iterable[dict[str, Any]]) -> None:
    """Add the labels of the records that items point to: one query an object, whatever the number of items."""
    wanted: dict[str, dict[UUID, list[dict[str, Any]]]] = {}
    relations = [f for f in what.own_fields.values() if f.type == "relation" and f.object]
    for item in items if relations else ():
        for field in relations:
            value = item.get(field.name)
            if value:
                wanted.setdefault(str(field.object), {}).setdefault(UUID(value["id"]), []).append(value)
    calls: list[tuple[Statement, Params]] = [
        titles_query(catalog, catalog.object(name), None, list(ids)) for name, ids in wanted.items()
    ]
    if calls:
        for (_, ids), result in zip(wanted.items(), await session.fetch_many(calls), strict=True):
            for record, title in result.rows:
                for value in ids[record]:
                    value["label"] = title
