"""One deed on many records over HTTP: the same guards as alone, and each refusal told."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Request

from closeloop.api.answers import Json, json_body
from closeloop.api.bodies import ids, known, mapping, note, optional_id, optional_text, text
from closeloop.api.deps import Caller, Signed
from closeloop.api.jobs import job_with_errors, reasons
from closeloop.base.errors import FieldError, Invalid
from closeloop.base.messages import message
from closeloop.records.commands import LONGEST_NOTE, Once
from closeloop.records.query import EXACT, Query, Reader
from closeloop.runtime.bulk import AT_ONCE, MOST_IDS, Deed, check_deed, do_at_once, do_once, found_ids
from closeloop.runtime.bulk_once import Kept, kept_before
from closeloop.runtime.jobs import Problem, is_key_of_job, start_job

router = APIRouter(prefix="/objects/{object_name}", tags=["records"])

_DEEDS = ("change", "operation", "assign", "delete")


@router.post("/bulk")
async def bulk(
    object_name: str,
    request: Request,
    caller: Signed,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Json:
    """Do one thing to many records: `{ids | filter, change | operation, values? | assign: {person?, note?} |
    delete}`. `assign` without a person asks the policies again, so it deals anew what was dealt wrongly.

    Up to 200 records are done in the answer, `{items: [{id, ok, error?}], done, failed}`; more are a job, 202. With an
    `Idempotency-Key` it is done once: the same again gives the first answer, anything else under the key is 409.
    """
    body = await json_body(request)
    reader = caller.reader()
    what = reader.require_readable(object_name)
    deed = _deed(body)
    sight = reader.sight(what)
    check_deed(deed, sight, caller.catalog)
    records = None if body.get("ids") is None else ids(body, "ids", MOST_IDS, least=1)
    filter_ = optional_text(body, "filter")
    if (records is None) == (filter_ is None):
        raise Invalid(errors=[FieldError("ids", "ids_or_filter")])
    if filter_ is not None:
        sight.filter(filter_)
    once = _once(idempotency_key, what.name, deed, records or filter_)
    person = caller.person.id
    kept = None if once is None else await kept_before(caller.runtime, person, once)
    if kept is None:
        if records is None:
            records = await found_ids(caller.runtime, reader, Query(what.name, filter_, "id", limit=AT_ONCE + 1))
        is_job = idempotency_key is not None and await is_key_of_job(caller.runtime, person, idempotency_key)
        if is_job or len(records) > AT_ONCE:
            return await _start(
                caller, reader, what.name, deed, records if filter_ is None else filter_, idempotency_key
            )
        kept = None if once is None else Kept(person, once, records)
    if kept is not None:
        told = await do_once(caller.runtime, caller.actor, what.name, deed, kept)
    else:
        told = await do_at_once(caller.runtime, caller.actor, what.name, deed, records or [])
    items = [_item(record, problem, caller) for record, problem in told.items()]
    failed = sum(not item["ok"] for item in items)
    return Json({"items": items, "done": len(items) - failed, "failed": failed})


def _once(key: str | None, object_name: str, deed: Deed, on: str | list[UUID] | None) -> Once | None:
    """Return what makes a change with a key happen once."""
    if key is None:
        return None
    asked = orjson.dumps(["bulk", object_name, deed, on], option=orjson.OPT_SORT_KEYS)
    return Once(key, sha256(asked).hexdigest())


async def _start(
    caller: Caller, reader: Reader, object_name: str, deed: Deed, on: list[UUID] | str, key: str | None
) -> Json:
    """Start a job over ids or over what a filter finds."""
    params: dict[str, Any] = {"object": object_name, "deed": deed}
    if isinstance(on, str):
        params["filter"] = on
        async with caller.runtime.database.autocommit() as session:
            ((count, _),) = await reader.counts(session, object_name, [on])
        total = count if count < EXACT else None
    else:
        params["ids"] = [str(one) for one in on]
        total = len(on)
    job = await start_job(caller.runtime, "bulk", caller.actor, params, total=total, key=key)
    return Json(await job_with_errors(caller, job), 202)


def _item(record: UUID, problem: Problem | None, caller: Caller) -> dict[str, Any]:
    if problem is None:
        return {"id": record, "ok": True}
    detail = message(problem["code"], problem.get("params", {}), caller.locale)
    told = {"code": problem["code"], "detail": detail, "errors": reasons(problem, caller.locale)}
    return {"id": record, "ok": False, "error": told}


def _deed(body: dict[str, Any]) -> dict[str, Any]:
    """Read what is to be done; exactly one thing is."""
    known(body, *_DEEDS, "ids", "filter", "values")
    asked = [name for name in _DEEDS if body.get(name) not in (None, False)]
    if len(asked) != 1:
        raise Invalid(errors=[FieldError("change", "one_deed", {"words": ", ".join(_DEEDS)})])
    (do,) = asked
    if "values" in body and do != "operation":
        raise Invalid(errors=[FieldError("values", "unknown_parameter", {"name": "values"})])
    match do:
        case "change":
            return {"do": do, "values": mapping(body, "change")}
        case "operation":
            return {"do": do, "operation": text(body, "operation"), "values": mapping(body, "values")}
        case "assign":
            return {"do": do, **_assign(mapping(body, "assign"))}
        case _:
            return {"do": do}


def _assign(given: Mapping[str, Any]) -> dict[str, Any]:
    """Read `{person?, note?}`; without a person the policies decide again over each record."""
    known(given, "person", "note", at="assign.")
    person, reason = optional_id(given, "person", at="assign."), note(given, LONGEST_NOTE, at="assign.")
    return {"person": None if person is None else str(person), **({"note": reason} if reason else {})}
