"""Changes of objects, fields and other definitions in one go: what they would do, and doing it; and the trash."""

from collections.abc import Mapping
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request

from closeloop.access.roles import READ, WRITE
from closeloop.api.answers import Json, json_body
from closeloop.api.bodies import known, list_of, note, number, text
from closeloop.api.definitions import change_out, published
from closeloop.api.deps import Caller, Signed
from closeloop.api.problems import fields_out
from closeloop.base.errors import Conflict, FieldError, Forbidden, Invalid
from closeloop.catalog.model import text_of
from closeloop.catalog.releases import Change, Removal
from closeloop.catalog.store import Present
from closeloop.db.statement import compile_statement
from closeloop.db.system_tables import SystemTables
from closeloop.db.unit_of_work import Transaction
from closeloop.records.present import moment, person
from closeloop.runtime.definitions import well_named
from closeloop.runtime.preview import preview
from closeloop.runtime.publish import Decide, Order
from closeloop.runtime.trash import restored

router = APIRouter(tags=["definitions"])

_DOINGS = ("put", "remove", "restore", "rename")


@router.post("/catalog/plan")
async def plan_changes(request: Request, caller: Signed) -> Json:
    """Say what `{changes}` would do to definitions, tables and values, and what is wrong with them; do nothing."""
    decide, _ = await _asked(request, caller)
    runtime = caller.runtime
    found = await preview(runtime.database, runtime.clock, runtime.company, decide, runtime.catalog)
    return Json(
        {
            "definitions": [{"kind": one.kind, "key": one.key, "version": one.version} for one in found.definitions],
            "schema": [change_out(one) for one in found.changes],
            "conversions": [one.out() for one in found.conversions],
            "problems": fields_out(found.problems, caller.locale),
        }
    )


@router.post("/catalog/apply")
async def apply_changes(request: Request, caller: Signed) -> Json:
    """Do `{changes: [{put: {kind, key, body}} | {remove: {kind, key}} | {restore: {object, field?}}]}` at once.

    `accept_loss` allows values that don't fit a field's new type to stay behind; `release` is that of the catalog
    which the changes were made from. The answer names the new release.
    """
    decide, accept_loss = await _asked(request, caller)
    return await published(caller, decide, accept_loss=accept_loss)


async def _asked(request: Request, caller: Caller) -> tuple[Decide, bool]:
    body = await json_body(request)
    known(body, "changes", "note", "accept_loss", "release")
    items: list[dict[str, Any]] = list_of(body, "changes", dict)
    if not items:
        raise Invalid(errors=[FieldError("changes", "required")])
    remark, by = note(body), caller.person.id
    seen = None if body.get("release") is None else number(body, "release")
    wanted = [_change(item, f"changes[{i}]", caller) for i, item in enumerate(items)]

    async def decide(tx: Transaction, present: Present) -> Order:
        if seen is not None and seen != present.release:
            raise Conflict("release_moved_on", data={"current": {"release": present.release}})
        gone = [
            FieldError(f"changes[{i}].remove.key", "unknown_definition", {"name": f"{one.kind}/{one.key}"})
            for i, one in enumerate(wanted)
            if isinstance(one, Removal) and (one.kind, one.key) not in present.by_place
        ]
        if gone:
            raise Invalid(errors=gone)
        changes: list[Change] = [
            await restored(tx, caller.runtime.tables, present, *one) if isinstance(one, tuple) else one
            for one in wanted
        ]
        return Order(changes, by, remark)

    return decide, body.get("accept_loss") is True


def _change(item: Mapping[str, Any], place: str, caller: Caller) -> Change | tuple[str, str | None]:
    """Read one change; what shall be restored is told as (object, field)."""
    doing = next(iter(item), "")
    if len(item) != 1 or doing not in _DOINGS or not isinstance(item[doing], dict):
        raise Invalid(errors=[FieldError(place, "not_one_of", {"words": list(_DOINGS)})])
    if doing == "rename":
        raise Invalid(errors=[FieldError(f"{place}.rename", "immutable_name", {"name": "label"})])
    what: dict[str, Any] = item[doing]
    if doing == "restore":
        known(what, "object", "field", at=f"{place}.restore.")
        name = text(what, "object", f"{place}.restore.object")
        field = None if what.get("field") is None else text(what, "field", f"{place}.restore.field")
        _require(caller, "object", name)
        return name, field
    known(what, "kind", "key", *(("body",) if doing == "put" else ()), at=f"{place}.{doing}.")
    kind, key = text(what, "kind", f"{place}.{doing}.kind"), text(what, "key", f"{place}.{doing}.key")
    _require(caller, kind, key)
    if doing == "remove":
        return Removal(kind, key)
    if not isinstance(what.get("body"), dict):
        raise Invalid(errors=[FieldError(f"{place}.put.body", "not_a_mapping")])
    return well_named(kind, key, what["body"])


def _require(caller: Caller, kind: str, key: str, level: str = WRITE) -> None:
    if not caller.actor.may_define(kind, key, level):
        raise Forbidden


@router.get("/trash")
async def list_trash(
    caller: Signed,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[int, Query(ge=0, le=10_000)] = 0,
    object_name: Annotated[str | None, Query(alias="object", max_length=48)] = None,
) -> Json:
    """List the fields and objects that went, the latest first; what comes back has its values.

    `was` is how a field was defined last; `object` asks for the fields of one object.
    """
    _require(caller, "object", object_name or "", READ)
    trash = caller.runtime.tables.trash
    query = (
        sa.select(
            trash.c.object, trash.c.field, trash.c.type, trash.c.label, trash.c.at, trash.c.by,
            _last_defined(caller.runtime.tables).label("was"),
        )
        .where(trash.c.label != sa.text("'{}'::jsonb"))
        .where(sa.and_(trash.c.object == object_name, trash.c.field.is_not(None)) if object_name else sa.true())
        .order_by(trash.c.id.desc())
        .limit(limit + 1)
        .offset(cursor)
    )  # fmt: skip
    async with caller.runtime.database.autocommit() as session:
        rows = await session.fetch(*compile_statement(query, "trash"))
    items = [
        {
            "object": name,
            "field": field,
            "type": kind,
            "label": text_of(label, caller.locale),
            "at": moment(at),
            "by": person(by, caller.actor.org),
            "was": was,
        }
        for name, field, kind, label, at, by, was in rows[:limit]
    ]
    return Json({"items": items, "next_cursor": cursor + limit if len(rows) > limit else None})


def _last_defined(tables: SystemTables) -> sa.ScalarSelect[Any]:
    """Return how the newest version of the object that has the field in the trash defines it."""
    trash, definition = tables.trash, tables.definition
    field = definition.c.body["fields"][trash.c.field]
    return (
        sa.select(field)
        .where(definition.c.kind == "object", definition.c.key == trash.c.object, field.is_not(None))
        .order_by(definition.c.version.desc())
        .limit(1)
        .correlate(trash)
        .scalar_subquery()
    )
