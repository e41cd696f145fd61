"""How an object's records are assigned, over HTTP: by its policies, or by hand for the time being."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request

from closeloop.api.answers import Json, json_body
from closeloop.api.deps import Caller, Signed
from closeloop.base.errors import FieldError, Forbidden, Invalid
from closeloop.catalog.model import text_of
from closeloop.catalog.snapshot import ObjectType
from closeloop.engine.assign.model import POLICIES
from closeloop.records.commands import LONGEST_NOTE
from closeloop.records.present import person
from closeloop.runtime.switch import MOST_COUNTED, dealing_of, switch_dealing, waiting_of

router = APIRouter(prefix="/assignment/{object_name}", tags=["assignment"])

MOST_WAITING = 1000
"""Records that wait, in one answer."""


@router.get("")
async def get_dealing(object_name: str, caller: Signed) -> Json:
    """Say whether policies assign the object's records, which policies there are, and how many records wait.

    For those who may assign records of others.
    """
    what = object_to_assign(object_name, caller)
    return Json(await _dealing(what, caller))


@router.get("/waiting")
async def get_waiting(
    object_name: str, caller: Signed, limit: Annotated[int, Query(ge=1, le=MOST_WAITING)] = 50
) -> Json:
    """List the records that wait for an owner, those that wait longest first: `{items: [{id, label, policy, since}],
    more}`. For those who may assign records of others; it shows what they may read, by number or id where the title is
    hidden from them.
    """
    what = object_to_assign(object_name, caller)
    found = await waiting_of(caller.runtime, what.name, limit + 1)
    labels = await _labels(what, [record for record, _, _ in found[:limit]], caller)
    items = [
        {"id": record, "label": labels[record], "policy": policy, "since": since}
        for record, policy, since in found[:limit]
        if record in labels
    ]
    return Json({"items": items, "more": len(found) > limit})


async def _labels(what: ObjectType, records: Sequence[UUID], caller: Caller) -> dict[UUID, str | None]:
    """Return what those of the records that the caller may read are called: by number or id where titles are hidden."""
    if not records:
        return {}
    reader = caller.reader()
    call = reader.titles_call(what.name, records)
    async with caller.runtime.database.autocommit() as session:
        if call is not None:
            titles = await session.fetch(*call)
            return {record: title for record, title in titles}  # noqa: C416 - rows are no pairs to a type checker
        rows = await reader.some(session, what, records)
    number = next((name for name in what.numbered if name in reader.sight(what).fields), "id")
    return {row["id"]: str(row[number] or row["id"]) for row in rows}


@router.put("")
async def set_dealing(object_name: str, request: Request, caller: Signed) -> Json:
    """Switch automatic assignment: `{automatic, note?}`. Off, new records wait in the pool and managers are told.

    For those who may assign every record of the object, or change its policies.
    """
    what = object_to_assign(object_name, caller)
    if not may_switch(what, caller):
        raise Forbidden
    body = await json_body(request)
    errors = [FieldError(one, "unknown_parameter", {"name": one}) for one in body if one not in ("automatic", "note")]
    automatic, note = body.get("automatic"), body.get("note")
    if not isinstance(automatic, bool):
        errors.append(FieldError("automatic", "not_boolean"))
    if note is not None and (not isinstance(note, str) or len(note) > LONGEST_NOTE):
        errors.append(FieldError("note", "too_long", {"max": LONGEST_NOTE}))
    if errors:
        raise Invalid(errors=errors)
    await switch_dealing(caller.runtime, caller.actor, what.name, automatic=bool(automatic), note=note or None)
    return Json(await _dealing(what, caller))


def object_to_assign(object_name: str, caller: Caller) -> ObjectType:
    """Return an object of which the caller may assign other people's records; raises NotFound or Forbidden."""
    what = caller.reader().require_readable(object_name)
    if caller.actor.reach(what.name, "assign").scope in ("none", "own"):
        raise Forbidden
    return what


def may_switch(what: ObjectType, caller: Caller) -> bool:
    """Tell whether the caller may switch automatic assignment: who may assign every record, or change policies."""
    actor = caller.actor
    return actor.reach(what.name, "assign").scope == "all" or actor.may_define(POLICIES.name, "")


async def _dealing(what: ObjectType, caller: Caller) -> dict[str, Any]:
    runtime, catalog = caller.runtime, caller.runtime.catalog
    found = await dealing_of(runtime, what.name)
    return {
        "object": what.name,
        "automatic": found.automatic,
        "since": found.since,
        "by": person(found.by, runtime.org),
        "note": found.note,
        "waiting": found.waiting,
        "waiting_is": "exact" if found.waiting < MOST_COUNTED else "at_least",
        "policies": [
            {
                "key": one.key,
                "label": text_of(one.label, caller.locale),
                "position": one.position,
                "order": one.order,
                "duty": "on_duty" if one.on_duty else "any",
            }
            for one in catalog.on(POLICIES, what.name)
        ],
    }
