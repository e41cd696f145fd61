"""Duplicates over HTTP: what a record matches and by which rule, and two records made into one."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from closeloop.api.answers import Json
from closeloop.api.bodies import known, mapping, number, optional_id
from closeloop.api.deps import Caller, Signed
from closeloop.api.records import Written, submit
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.object_type import Duplicate
from closeloop.engine.dedupe.found import Found, found_by
from closeloop.engine.merge.handler import MergeRecord
from closeloop.records.present import person

router = APIRouter(prefix="/objects/{object_name}/records/{record}", tags=["duplicates"])


@router.get("/duplicates")
async def list_duplicates(
    object_name: str, record: UUID, caller: Signed, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Json:
    """List the living records that a record matches by its object's duplicate rules, the oldest first.

    Those that it is linked to are known to belong to it, such as one that was made of it, and are left out. Of one that
    isn't the caller's to read only the owner is told. `more` says that some more were left out.
    """
    reader = caller.reader()
    items: list[dict[str, Any]] = []
    async with caller.runtime.database.autocommit() as session:
        row = await reader.whole(session, object_name, record)
        what = caller.catalog.object(object_name)
        sight = reader.sight(what)
        relations = (name for name, field in what.stored.items() if field.kind == "relation")
        seen: set[Any] = {record, *(row[name] for name in relations if row[name] is not None)}
        for rule in what.duplicates:
            normal = rule.normal(row[rule.field.name])
            if normal is None or rule.field.name in sight.hidden:
                continue
            for found in await found_by(session, caller.catalog, reader, rule, normal, limit + len(seen)):
                if found.record not in seen:
                    seen.add(found.record)
                    items.append(_item(found, rule, caller))
    return Json({"items": items[:limit], "more": len(items) > limit})


def _item(found: Found, rule: Duplicate, caller: Caller) -> dict[str, Any]:
    return {
        "object": found.object,
        "id": found.record if found.readable else None,
        "label": found.label,
        "owner": None if found.owner is None else person(found.owner, caller.actor.org),
        "by": rule.field.name,
        "then": rule.then,
    }


@router.post("/merge")
async def merge_records(record: UUID, asked: Written) -> Json:
    """Merge another record into this one: `{other, version, other_version, values}`; the answer is what remains.

    `values` are those that were chosen; fields without a value here take the other one's.
    """
    body = asked.body
    known(body, "version", "other", "other_version", "values")
    other = optional_id(body, "other")
    if other is None:
        raise Invalid(errors=[FieldError("other", "required")])
    version = number(body, "other_version") if body.get("other_version") is not None else None
    values = mapping(body, "values")
    command = MergeRecord(asked.object_name, record, asked.version, other=other, other_version=version, values=values)
    return await submit(asked, command)
