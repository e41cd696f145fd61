"""One deed on many records over HTTP: the same guards as alone, and each refusal told."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request

from closeloop.api.answers import Json, json_body
from closeloop.api.deps import Caller, Signed
from closeloop.api.jobs import job_with_errors, reasons
from closeloop.base.errors import FieldError, Invalid
from closeloop.base.messages import message
from closeloop.records.commands import LONGEST_NOTE
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
    """Do one thing to many records: `{ids | filter, change | operation, values? | assign: {person?, note?} |
    delete}`. `assign` without a person asks the policies again, so it deals anew what was dealt wrongly.

    Up to 200 records are done in the answer, `{items: [{id, ok, error?}], done, failed}`; more are a job, 202.
    """
    body = await json_body(request)
    reader = caller.reader()
    what = reader.require_readable(object_name)
    deed = _deed(body)
    sight = reader.sight(what)
    check_deed(deed, sight, caller.catalog)
    ids, filter_ = _ids(body), body.get("filter")
    if (ids is None) == (filter_ is None) or not isinstance(filter_, str | None):
        raise Invalid(errors=[FieldError("ids", "ids_or_filter")])
    if filter_ is not None:
        sight.filter(filter_)
        ids = await found_ids(caller.runtime, reader, Query(what.name, filter_, "id", limit=AT_ONCE + 1))
    assert ids is not None
    if len(ids) > AT_ONCE:
        total: int | None = len(ids)
        params: dict[str, Any] = {"object": what.name, "deed": deed, "ids": [str(one) for one in ids]}
        if filter_ is not None:
            del params["ids"]
            params["filter"] = filter_
            async with caller.runtime.database.autocommit() as session:
                ((count, _),) = await reader.counts(session, what.name, [filter_])
            total = count if count < EXACT else None
        job = await start_job(caller.runtime, "bulk", caller.actor, params, total=total, key=idempotency_key)
        return Json(await job_with_errors(caller, job), 202)
    done = await do_at_once(caller.runtime, caller.actor, what.name, deed, ids)
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


def _ids(body: dict[str, Any]) -> list[UUID] | None:
    given: Any = body.get("ids")
    if given is None:
        return None
    if not isinstance(given, list) or not 0 < len(given) <= MOST_IDS:  # pyright: ignore[reportUnknownArgumentType]
        raise Invalid(errors=[FieldError("ids", "not_a_list")])
    try:
        return list(dict.fromkeys(UUID(str(one)) for one in given))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    except ValueError:
        raise Invalid(errors=[FieldError("ids", "not_an_id")]) from None


def _deed(body: dict[str, Any]) -> dict[str, Any]:
    """Read what is to be done; exactly one thing is."""
    unknown = [name for name in body if name not in (*_DEEDS, "ids", "filter", "values")]
    if unknown:
        raise Invalid(errors=[FieldError(name, "unknown_parameter", {"name": name}) for name in unknown])
    asked = [name for name in _DEEDS if body.get(name) not in (None, False)]
    if len(asked) != 1:
        raise Invalid(errors=[FieldError("change", "one_deed", {"words": ", ".join(_DEEDS)})])
    (do,) = asked
    if "values" in body and do != "operation":
        raise Invalid(errors=[FieldError("values", "unknown_parameter", {"name": "values"})])
    match do:
        case "change":
            return {"do": do, "values": _mapping(body, "change")}
        case "operation":
            if not isinstance(body["operation"], str):
                raise Invalid(errors=[FieldError("operation", "not_text")])
            return {"do": do, "operation": body["operation"], "values": _mapping(body, "values")}
        case "assign":
            return {"do": do, **_assign(_mapping(body, "assign"))}
        case _:
            return {"do": do}


def _assign(given: dict[str, Any]) -> dict[str, Any]:
    """Read `{person?, note?}`; without a person the policies decide again over each record."""
    errors = [
        FieldError(f"assign.{name}", "unknown_parameter", {"name": name})
        for name in given
        if name not in ("person", "note")
    ]
    person, note = given.get("person"), given.get("note")
    try:
        person = str(UUID(str(person))) if person is not None else None
    except ValueError:
        errors.append(FieldError("assign.person", "not_an_id"))
    if note is not None and (not isinstance(note, str) or len(note) > LONGEST_NOTE):
        errors.append(FieldError("assign.note", "too_long", {"max": LONGEST_NOTE}))
    if errors:
        raise Invalid(errors=errors)
    return {"person": person, **({"note": note} if note else {})}


def _mapping(body: dict[str, Any], name: str) -> dict[str, Any]:
    value: Any = body.get(name, {})
    if not isinstance(value, dict):
        raise Invalid(errors=[FieldError(name, "not_a_mapping")])
    return value  # pyright: ignore[reportUnknownVariableType]
