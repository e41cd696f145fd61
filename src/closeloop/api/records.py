"""Records over HTTP: list, read, create, change, move, operate, assign, trash."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from closeloop.access.sight import Sight
from closeloop.api import bodies
from closeloop.api.answers import Json, dump, json_body
from closeloop.api.clocks import clocks_by_record
from closeloop.api.deps import Caller, Signed
from closeloop.api.redact import row_seen, unmet_seen
from closeloop.base.errors import Conflict, FieldError, Invalid
from closeloop.catalog.model import text_of
from closeloop.engine.operations.handler import RunOperation
from closeloop.engine.playbooks.handler import RunGuided
from closeloop.records.commands import (
    AssignRecord,
    Command,
    CreateRecord,
    DeleteRecord,
    MoveRecord,
    Once,
    Submission,
    UpdateRecord,
)
from closeloop.records.present import fill_titles, present
from closeloop.records.query import MOST, views_seen
from closeloop.records.query import Query as ListQuery

router = APIRouter(prefix="/objects/{object_name}", tags=["records"])


class ListParams(BaseModel):
    """What a list may be asked for; anything else in the address is an error, not silently passed over."""

    model_config = ConfigDict(extra="forbid")

    filter: str | None = Field(default=None, max_length=4000)
    sort: str | None = Field(default=None, max_length=400)
    fields: str | None = Field(default=None, max_length=4000)
    limit: int = Field(default=50, ge=1, le=MOST)
    cursor: str | None = Field(default=None, max_length=4000)
    page: int | None = Field(default=None, ge=1)
    count: bool = False
    view: str | None = Field(default=None, max_length=100)
    q: str | None = Field(default=None, max_length=100)
    include: Literal["clocks"] | None = None


@router.get("/records")
async def list_records(object_name: str, caller: Signed, params: Annotated[ListParams, Query()]) -> Json:
    """List the records that the caller may read."""
    reader = caller.reader()
    what = reader.require_readable(object_name)
    sight = reader.sight(what)
    both, sort = filter_and_sort(caller, sight, params.filter, params.sort, params.view)
    only = [sight.field(name.strip()).name for name in params.fields.split(",")] if params.fields else None
    query = ListQuery(what.name, both, sort, params.q, params.limit, params.cursor, params.page)
    async with caller.runtime.database.autocommit() as session:
        found = await reader.page(session, query)
        items = [present(what, row, caller.actor.org, only) for row in found.rows]
        await fill_titles(session, reader, what, items)
        body: dict[str, Any] = {"items": items, "next_cursor": found.next_cursor}
        if params.count:
            ((body["total"], body["total_is"]),) = await reader.counts(session, what.name, [both], params.q)
        if params.include == "clocks":
            clocks = await clocks_by_record(session, caller, [row["id"] for row in found.rows])
            for item, row in zip(items, found.rows, strict=True):
                item["clocks"] = clocks.get(row["id"], [])
    return Json(body)


def filter_and_sort(
    caller: Caller, sight: Sight, filter_: str | None, sort: str | None, view: str | None
) -> tuple[str | None, str | None]:
    """Return a caller's filter and order together with those of a view; raises for one that is wrong."""
    conditions = [filter_]
    if view is not None:
        chosen = next((one for one in views_seen(caller.catalog, sight) if one.key == view), None)
        if chosen is None:
            raise Invalid(errors=[FieldError("view", "unknown_view", {"name": view})])
        conditions.append(chosen.filter)
        sort = sort or chosen.sort
    for condition in conditions:
        if condition:  # each by itself, so that a wrong one is told with its own place
            sight.filter(condition)
    return " and ".join(f"({one})" for one in conditions if one) or None, sort


@router.get("/views")
async def list_views(object_name: str, caller: Signed, count: bool = False) -> Json:
    """List the object's views, with `count=true` how many records each holds."""
    reader = caller.reader()
    what = reader.require_readable(object_name)
    views = views_seen(caller.catalog, reader.sight(what))
    items: list[dict[str, Any]] = [
        {
            "key": view.key,
            "label": text_of(view.label, caller.locale),
            "filter": view.filter,
            "sort": view.sort,
            "columns": view.columns,
        }
        for view in views
    ]
    if count:
        async with caller.runtime.database.autocommit() as session:
            counts = await reader.counts(session, what.name, [view.filter for view in views])
        for item, (number, exactly) in zip(items, counts, strict=True):
            item.update(count=number, count_is=exactly)
    return Json({"items": items})


@dataclass(frozen=True, slots=True)
class Write:
    """What every write over HTTP carries: who, on which object, the body, the key and the version it was based on."""

    object_name: str
    caller: Caller
    body: dict[str, Any]
    key: str | None
    version: int | None


async def write(
    object_name: str,
    request: Request,
    caller: Signed,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    if_match: Annotated[str | None, Header(max_length=40)] = None,
) -> Write:
    """Read a write's body and headers."""
    body = await json_body(request)
    return Write(object_name, caller, body, idempotency_key, _version(body, if_match))


Written = Annotated[Write, Depends(write)]


@router.post("/records", status_code=201)
async def create_record(asked: Written) -> Json:
    """Create a record; the answer is the whole record after everything that its creation set off."""
    return await _submit(asked, CreateRecord(asked.object_name, asked.body), 201)


@router.get("/records/{record}")
async def get_record(object_name: str, record: UUID, caller: Signed, include: Literal["clocks"] | None = None) -> Json:
    """Return one record."""
    async with caller.runtime.database.autocommit() as session:
        reader = caller.reader()
        what, row = await reader.one(session, object_name, record)
        item = present(what, row, caller.actor.org)
        await fill_titles(session, reader, what, [item])
        if include == "clocks":
            item["clocks"] = (await clocks_by_record(session, caller, [record])).get(record, [])
    return Json(item)


@router.patch("/records/{record}")
async def change_record(record: UUID, asked: Written) -> Json:
    """Set fields: `{version, field: value, …}`; a stale version is 409 with the present record."""
    values = {name: value for name, value in asked.body.items() if name != "version"}
    return await _submit(asked, UpdateRecord(asked.object_name, record, asked.version, values))


@router.delete("/records/{record}", status_code=204)
async def delete_record(object_name: str, record: UUID, caller: Signed) -> Response:
    """Put a record into the trash."""
    outcome = await caller.runtime.batcher.submit(Submission(DeleteRecord(object_name, record), caller.actor))
    outcome.record()
    return Response(status_code=204)


@router.post("/records/{record}/transition")
async def move_record(record: UUID, asked: Written) -> Json:
    """Move to another stage: `{to, version, values?, note?}`; a closed gate is 422 `gate_unmet`."""
    body = asked.body
    _known(body, "to", "version", "values", "note")
    command = MoveRecord(
        asked.object_name,
        record,
        asked.version,
        to=_text(body, "to"),
        values=_mapping(body, "values"),
        note=_text(body, "note", required=False) or None,
    )
    return await _submit(asked, command)


@router.post("/records/{record}/do/{operation}")
async def do_operation(record: UUID, operation: str, asked: Written) -> Json:
    """Run one of the object's operations: `{version, values, playbook?: {key, contact?, used: [item]}}`."""
    _known(asked.body, "version", "values", "playbook")
    values = _mapping(asked.body, "values")
    command = RunOperation(asked.object_name, record, asked.version, operation=operation, values=values)
    if asked.body.get("playbook") is not None:
        command = _guided(command, asked.body["playbook"])
    return await _submit(asked, command)


def _guided(command: RunOperation, raw: Any) -> RunGuided:
    """Read which playbook was at hand, its contact unless it is the one whose turn it is, and the items used."""
    if not isinstance(raw, dict):
        raise Invalid(errors=[FieldError("playbook", "not_a_mapping")])
    guide: dict[str, Any] = raw  # pyright: ignore[reportUnknownVariableType]
    bodies.known(guide, "key", "contact", "used", at="playbook.")
    return RunGuided(
        command.object,
        command.record,
        command.version,
        operation=command.operation,
        values=command.values,
        playbook=bodies.text(guide, "key", "playbook.key"),
        contact=None if guide.get("contact") is None else bodies.text(guide, "contact", "playbook.contact"),
        used=tuple(bodies.list_of(guide, "used", str, "playbook.")),
    )


@router.post("/records/{record}/assign")
async def assign_record(record: UUID, asked: Written) -> Json:
    """Give a record to `{person}`; without one the policy decides again."""
    _known(asked.body, "version", "person")
    person: UUID | None = None
    if asked.body.get("person") is not None:
        try:
            person = UUID(str(asked.body["person"]))
        except ValueError:
            raise Invalid(errors=[FieldError("person", "not_an_id")]) from None
    return await _submit(asked, AssignRecord(asked.object_name, record, asked.version, person=person))


@router.post("/aggregate")
async def aggregate(object_name: str, request: Request, caller: Signed) -> Json:
    """Group and measure: `{group_by, measures: [{fn, field?}], filter?}` under the caller's permissions."""
    body = await json_body(request)
    _known(body, "group_by", "measures", "filter")
    group_by: list[str] = _list_of(body, "group_by", str)
    given: list[dict[str, Any]] = _list_of(body, "measures", dict) or [{"fn": "count"}]
    for i, one in enumerate(given):
        if not isinstance(one.get("field"), str | None):
            raise Invalid(errors=[FieldError(f"measures[{i}].field", "not_text")])
    measures = [(str(one.get("fn")), one.get("field")) for one in given]
    condition = _text(body, "filter", required=False) or None

    async def read() -> list[dict[str, Any]]:
        reader = caller.reader()
        what = reader.require_readable(object_name)
        async with caller.runtime.database.autocommit() as session:
            groups = await reader.aggregate(session, what.name, group_by, measures, condition)
            by = [present(what, dict(zip(group_by, key, strict=True)), caller.actor.org, group_by) for key, _ in groups]
            await fill_titles(session, reader, what, by)
        return [
            {"key": {name: key[name] for name in group_by}, "values": list(values)}
            for key, (_, values) in zip(by, groups, strict=True)
        ]

    return Json({"groups": await caller.runtime.again(read)})


async def _submit(asked: Write, command: Command, status: int = 200) -> Json:
    caller = asked.caller
    once = None
    if asked.key is not None:
        digest = orjson.dumps([repr(command), asked.body], option=orjson.OPT_SORT_KEYS)
        once = Once(asked.key, sha256(digest).hexdigest())
    what = caller.catalog.object(command.object)
    outcome = await caller.runtime.batcher.submit(Submission(command, caller.actor, once))
    sight = caller.reader().sight(what)
    try:
        item = outcome.answer or present(what, outcome.record(), caller.actor.org)
    except Conflict as conflict:
        raise await _conflict_seen(conflict, sight, caller) from None
    except Invalid as error:
        raise _gate_seen(error, sight) from None
    item = row_seen(item, sight)

    async def label() -> None:
        async with caller.runtime.database.autocommit() as session:
            await fill_titles(session, caller.reader(), what, [item])

    await caller.runtime.again(label)
    return Json(item, status)


async def _conflict_seen(conflict: Conflict, sight: Sight, caller: Caller) -> Conflict:
    """Show what stands in the way, as far as the caller sees it.

    Whoever gets as far as a stale version may read the record. Of a duplicate that isn't the caller's to read only
    the owner is told: whom to ask.
    """
    row, twins = conflict.data.get("row"), conflict.data.get("duplicates")
    if row is not None:
        current = present(sight.what, row_seen(row, sight), caller.actor.org)
        return Conflict(conflict.code, data={"current": orjson.loads(dump(current))})
    if twins is None:
        return conflict
    reader = caller.reader()
    async with caller.runtime.database.autocommit() as session:
        readable = set(await reader.readable(session, sight.what, [one["id"] for one in twins]))
    shown: list[dict[str, Any]] = []
    for one in twins:
        mine = one["id"] in readable
        label = one["label"] if mine and sight.what.title in sight.fields else None
        by = None if one["by"] in sight.hidden else one["by"]
        shown.append({"id": one["id"] if mine else None, "label": label, "owner": one["owner"], "by": by})
    return Conflict(conflict.code, data={"duplicates": shown})


def _gate_seen(error: Invalid, sight: Sight) -> Invalid:
    """Say what a gate asks for, as far as the caller sees it."""
    if "unmet" not in error.data:
        return error
    data = {**error.data, "unmet": unmet_seen(error.data["unmet"], sight)}
    return Invalid(error.code, errors=error.errors, data=data, **error.params)


def _version(body: dict[str, Any], if_match: str | None) -> int | None:
    raw: Any = body.get("version", (if_match or "").strip('W/"') or None)
    if raw is None:
        return None
    if isinstance(raw, bool) or not re.fullmatch(r"\d{1,18}", str(raw), re.ASCII):
        raise Invalid(errors=[FieldError("version", "not_integer")])
    return int(raw)


def _text(body: dict[str, Any], name: str, *, required: bool = True) -> str:
    value = body.get(name)
    if value is None and not required:
        return ""
    if value is None:
        raise Invalid(errors=[FieldError(name, "required")])
    if not isinstance(value, str):
        raise Invalid(errors=[FieldError(name, "not_text")])
    return value


def _mapping(body: dict[str, Any], name: str) -> dict[str, Any]:
    value: Any = body.get(name) or {}
    if not isinstance(value, dict):
        raise Invalid(errors=[FieldError(name, "not_a_mapping")])
    return value  # pyright: ignore[reportUnknownVariableType]


def _list_of(body: dict[str, Any], name: str, kind: type) -> list[Any]:
    value: Any = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, kind) for one in value):  # pyright: ignore[reportUnknownVariableType]
        raise Invalid(errors=[FieldError(name, "not_a_list")])
    return value  # pyright: ignore[reportUnknownVariableType]


def _known(body: dict[str, Any], *names: str) -> None:
    unknown = [FieldError(name, "unknown_parameter", {"name": name}) for name in body if name not in names]
    if unknown:
        raise Invalid(errors=unknown)
