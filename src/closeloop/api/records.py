"""Records over HTTP: list, read, create, change, move, operate, assign, trash."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from closeloop.access.sight import Sight
from closeloop.api.answers import Json, dump, json_body
from closeloop.api.bodies import known, list_of, mapping, note, optional_id, optional_text, text
from closeloop.api.clocks import clocks_by_record
from closeloop.api.deps import Caller, Signed
from closeloop.api.redact import row_seen, unmet_seen
from closeloop.api.stays import stays_since
from closeloop.base.errors import Conflict, FieldError, Invalid, NotFound
from closeloop.db.unit_of_work import Session
from closeloop.engine.operations.handler import RunOperation
from closeloop.engine.playbooks.handler import RunGuided
from closeloop.engine.steps.commands import HoldClock
from closeloop.events.log import survivor_of
from closeloop.records.commands import (
    LONGEST_NOTE,
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
    include: Literal["clocks", "stage", "clocks,stage"] | None = None


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
        await _include(session, caller, sight, params.include or "", [row["id"] for row in found.rows], items)
    return Json(body)


async def _include(
    session: Session, caller: Caller, sight: Sight, wanted: str, records: list[UUID], items: list[dict[str, Any]]
) -> None:
    """Add the waiting clocks, and since when each record stands in its stage where one sees the stage."""
    stage = sight.what.stage_field
    if "clocks" in wanted:
        clocks = await clocks_by_record(session, caller, records)
        for item, record in zip(items, records, strict=True):
            item["clocks"] = clocks.get(record, [])
    if "stage" in wanted and stage is not None and stage.name in sight.fields:
        since = await stays_since(session, caller, records)
        for item, record in zip(items, records, strict=True):
            item["stage_since"] = since.get(record)


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
    return await submit(asked, CreateRecord(asked.object_name, asked.body), 201)


@router.get("/records/{record}")
async def get_record(object_name: str, record: UUID, caller: Signed, include: Literal["clocks"] | None = None) -> Json:
    """Return one record."""
    async with caller.runtime.database.autocommit() as session:
        reader = caller.reader()
        try:
            what, row = await reader.one(session, object_name, record)
        except NotFound:
            await _merged_away(session, caller, object_name, record)
            raise
        item = present(what, row, caller.actor.org)
        await fill_titles(session, reader, what, [item])
        if include == "clocks":
            item["clocks"] = (await clocks_by_record(session, caller, [record])).get(record, [])
    return Json(item)


async def _merged_away(session: Session, caller: Caller, object_name: str, record: UUID) -> None:
    """Say where a record has gone if it was merged into one that the caller may read."""
    survivor = await survivor_of(session, caller.catalog.system, record)
    what = caller.catalog.objects.get(object_name)
    if survivor is not None and what is not None and await caller.reader().readable(session, what, [survivor]):
        raise NotFound("merged", data={"into": survivor})


@router.patch("/records/{record}")
async def change_record(record: UUID, asked: Written) -> Json:
    """Set fields: `{version, field: value, …}`; a stale version is 409 with the present record."""
    values = {name: value for name, value in asked.body.items() if name != "version"}
    return await submit(asked, UpdateRecord(asked.object_name, record, asked.version, values))


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
    known(body, "to", "version", "values", "note")
    command = MoveRecord(
        asked.object_name,
        record,
        asked.version,
        to=text(body, "to"),
        values=mapping(body, "values"),
        note=optional_text(body, "note") or None,
    )
    return await submit(asked, command)


@router.post("/records/{record}/do/{operation}")
async def do_operation(record: UUID, operation: str, asked: Written) -> Json:
    """Run one of the object's operations: `{version, values, playbook?: {key, contact?, used: [item]}}`."""
    known(asked.body, "version", "values", "playbook")
    values = mapping(asked.body, "values")
    command = RunOperation(asked.object_name, record, asked.version, operation=operation, values=values)
    if asked.body.get("playbook") is not None:
        command = _guided(command, mapping(asked.body, "playbook"))
    return await submit(asked, command)


def _guided(command: RunOperation, guide: Mapping[str, Any]) -> RunGuided:
    """Read which playbook was at hand, its contact unless it is the one whose turn it is, and the items used."""
    known(guide, "key", "contact", "used", at="playbook.")
    return RunGuided(
        command.object,
        command.record,
        command.version,
        operation=command.operation,
        values=command.values,
        playbook=text(guide, "key", "playbook.key"),
        contact=optional_text(guide, "contact", "playbook.contact"),
        used=tuple(list_of(guide, "used", str, "playbook.")),
    )


@router.post("/records/{record}/assign")
async def assign_record(record: UUID, asked: Written) -> Json:
    """Give a record to `{person}`; without one the policy decides again. `note` says why."""
    known(asked.body, "version", "person", "note")
    person, reason = optional_id(asked.body, "person"), note(asked.body, LONGEST_NOTE) or None
    return await submit(asked, AssignRecord(asked.object_name, record, asked.version, person=person, note=reason))


@router.post("/records/{record}/clocks/{clock}/{doing}")
async def hold_clock(record: UUID, clock: str, doing: Literal["pause", "resume"], asked: Written) -> Json:
    """Pause a record's running clock, or let a paused one go on: `{version?, note?}`; 409 where it can't be."""
    known(asked.body, "version", "note")
    reason = note(asked.body, LONGEST_NOTE) or None
    command = HoldClock(asked.object_name, record, asked.version, policy=clock, doing=doing, by_hand=True, note=reason)
    return await submit(asked, command)


async def submit(asked: Write, command: Command, status: int = 200) -> Json:
    """Carry out a write and answer with the record that came of it."""
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
        readable: set[UUID] = set()
        for name in {one["object"] for one in twins}:
            ids = [one["id"] for one in twins if one["object"] == name]
            if caller.actor.reach(name, "read"):
                readable.update(await reader.readable(session, caller.catalog.object(name), ids))
    shown: list[dict[str, Any]] = []
    for one in twins:
        mine = one["id"] in readable
        there = reader.sight(caller.catalog.object(one["object"]))
        label = one["label"] if mine and there.what.title in there.fields else None
        by = None if one["by"] in sight.hidden else one["by"]
        told = {"object": one["object"], "id": one["id"] if mine else None, "label": label}
        shown.append({**told, "owner": one["owner"], "by": by})
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
