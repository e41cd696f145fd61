"""Clocks over HTTP: those of a list's records, and one list of all."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query

from closeloop.api.answers import Json
from closeloop.api.deps import Caller, Signed
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.model import text_of
from closeloop.db.statement import Statement, compile_statement
from closeloop.db.unit_of_work import Session
from closeloop.engine.clocks.model import (
    BREACHED,
    CANCELLED,
    CLOCKS,
    MET,
    PAUSED,
    RUNNING,
    calendar_of,
    calendars_of,
    color_of,
)
from closeloop.engine.clocks.reckon import reckoning
from closeloop.engine.steps.messages import step_text
from closeloop.engine.steps.model import as_mapping
from closeloop.records.query import MOST

router = APIRouter(tags=["clocks"])

STATES = (RUNNING, PAUSED, MET, BREACHED, CANCELLED)
CLOCK_COLUMNS = (
    "id", "object", "record", "policy", "state", "started_at", "due_at", "met_at", "paused_at", "steps",
)  # fmt: skip


@router.get("/clocks")
async def list_clocks(
    caller: Signed,
    object: Annotated[str, Query(max_length=48)],  # noqa: A002 - the contract's word
    record: UUID | None = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Json:
    """List the clocks of an object's readable records, those due first."""
    reader = caller.reader()
    what = reader.require_readable(object)
    columns = reader.columns(what)
    readable = reader.within(what, columns)
    if state is not None and state not in STATES:
        raise Invalid(errors=[FieldError("state", "not_an_option", {"options": list(STATES)})])
    clock, table = caller.catalog.system.clock, what.table
    query = (
        sa.select(*(clock.c[name] for name in CLOCK_COLUMNS))
        .where(clock.c.object == what.name, table.c.deleted_at.is_(None), readable.element)
        .select_from(columns.source.join(clock, table.c.id == clock.c.record))
        .order_by(clock.c.due_at, clock.c.id)
        .limit(limit)
    )
    if record is not None:
        query = query.where(clock.c.record == record)
    if state is not None:
        query = query.where(clock.c.state == state)
    statement, params = compile_statement(query, "clocks")
    params.update(readable.params(statement.names))
    async with caller.runtime.database.autocommit() as session:
        rows = await session.fetch_dicts(statement, params)
        await _pin_calendars(session, rows, caller)
    return Json({"items": [clock_out(row, caller) for row in rows]})


async def _pin_calendars(session: Session, rows: Sequence[Mapping[str, Any]], caller: Caller) -> None:
    """Read the versions of calendars that clocks go on by and that no release holds any more, all at once."""
    versions = {version for row in rows for version in calendars_of(row)}
    if unknown := {one for one in versions if not caller.catalog.knows(one)}:
        await caller.runtime.pin(unknown, session)


async def clocks_by_record(
    session: Session, caller: Caller, records: Sequence[UUID], *, whole: bool = False
) -> dict[UUID, list[dict[str, Any]]]:
    """Return the waiting clocks of records that the caller is known to read; `whole`: all of them, with their rungs."""
    if not records:
        return {}
    key = ("clocks of records", whole)
    statement: Statement | None = caller.catalog.statements.get(key)
    if statement is None:
        clock = caller.catalog.system.clock
        ids = sa.bindparam("records", type_=sa.ARRAY(sa.Uuid()))
        query = sa.select(*(clock.c[name] for name in CLOCK_COLUMNS)).where(clock.c.record == sa.any_(ids))
        if not whole:
            query = query.where(clock.c.ended_at.is_(None))
        statement, _ = compile_statement(query.order_by(clock.c.due_at, clock.c.id), key[0])
        caller.catalog.statements[key] = statement
    found: dict[UUID, list[dict[str, Any]]] = {}
    rows = await session.fetch_dicts(statement, {"records": list(records)})
    if whole:
        await _pin_calendars(session, rows, caller)
    for row in rows:
        found.setdefault(row["record"], []).append(clock_out(row, caller, rungs=whole))
    return found


def clock_out(row: dict[str, Any], caller: Caller, *, rungs: bool = True) -> dict[str, Any]:
    """Return a clock with its colour at this moment; for whoever looks closer, its rungs and how its due time came."""
    policy = caller.catalog.all(CLOCKS).get(row["policy"])
    out = {name: row[name] for name in CLOCK_COLUMNS if name != "steps"}
    out["label"] = text_of(policy.label, caller.locale) if policy else row["policy"]
    out["color"] = color_of(row, caller.runtime.clock.now())
    if rungs:
        what = caller.catalog.object(row["object"])
        labels = {name: text_of(field.label, caller.locale) for name, field in what.fields.items()}
        out["rungs"] = [_rung(step, caller, labels) for step in row["steps"] if step["kind"] == "rung"]
        out["reckoning"] = reckoning(row, caller.catalog, caller.locale)
    return out


def _rung(step: dict[str, Any], caller: Caller, labels: Mapping[str, str]) -> dict[str, Any]:
    return {
        "at": step["at"],
        "calendar": calendar_of(step)[0],
        "due_at": _zulu(step["due_at"]),
        "fired_at": _zulu(step.get("fired_at")),
        "do": [step_text(as_mapping(one), caller.locale, labels) for one in step["do"]],
    }


def _zulu(text: str | None) -> str | None:
    return text.replace("+00:00", "Z") if text else None
