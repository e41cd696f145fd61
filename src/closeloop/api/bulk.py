"""One deed on many records over HTTP: the same guards as alone, and each refusal told."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request

from closeloop.api.answers import Json, json_body
from closeloop.api.bodies import ids, known, mapping, optional_id, optional_text, text
from closeloop.api.deps import Caller, Signed
from closeloop.api.jobs import job_with_errors, reasons
from closeloop.base.errors import FieldError, Invalid
from closeloop.base.messages import message
from closeloop.records.query import EXACT, Query
from closeloop.runtime.bulk import AT_ONCE, MOST_IDS, check_deed, do_at_once, found_ids
from closeloop.runtime.jobs import problem_of, start_job

router = APIRouter(prefix="/objects/{object_name}", tags=["records"])

_DEEDS = ("change", "operation", "assign", "delete")


@router.post("/bulk")
async def bulk(
    object_name: str,
    request: Request,
    caller: Signed,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Json:
    """Do one thing to many records: `{ids | filter, change | operation, values? | assign | delete}`.

    Up to 200 records are done in the answer, `{items: [{id, ok, error?}], done, failed}`; more are a job, 202.
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
        records = await found_ids(caller.runtime, reader, Query(what.name, filter_, "id", limit=AT_ONCE + 1))
    assert records is not None
    if len(records) > AT_ONCE:
        total: int | None = len(records)
        params: dict[str, Any] = {"object": what.name, "deed": deed, "ids": [str(one) for one in records]}
        if filter_ is not None:
            del params["ids"]
            params["filter"] = filter_
            async with caller.runtime.database.autocommit() as session:
                ((count, _),) = await reader.counts(session, what.name, [filter_])
            total = count if count < EXACT else None
        job = await start_job(caller.runtime, "bulk", caller.actor, params, total=total, key=idempotency_key)
        return Json(await job_with_errors(caller, job), 202)
    done = await do_at_once(caller.runtime, caller.actor, what.name, deed, records)
    items = [_item(record, outcome.error, caller) for record, outcome in done]
    failed = sum(not item["ok"] for item in items)
    return Json({"items": items, "done": len(items) - failed, "failed": failed})


def _item(record: UUID, error: Exception | None, caller: Caller) -> dict[str, Any]:
    if error is None:
        return {"id": record, "ok": True}
    problem = problem_of(error)
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
            person = optional_id(mapping(body, "assign"), "person", at="assign.")
            return {"do": do, "person": None if person is None else str(person)}
        case _:
            return {"do": do}
