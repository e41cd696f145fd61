"""Views of an object over HTTP: those of the definitions, and those that people keep for themselves and for others."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from closeloop.access.org import Org, Person
from closeloop.access.sight import Sight
from closeloop.api.answers import Json, json_body
from closeloop.api.bodies import flag, ids, known, mapping, optional_text, text
from closeloop.api.deps import Caller, Signed
from closeloop.base.errors import FieldError, Forbidden, Invalid, NotFound
from closeloop.base.ids import new_id
from closeloop.catalog.model import text_of
from closeloop.db.statement import compile_statement, insert_rows, upsert_rows
from closeloop.records.looks import read_look, seen_look
from closeloop.records.query import views_seen

router = APIRouter(prefix="/objects/{object_name}/views", tags=["records"])

_LONGEST_NAME = 60
_MOST_OWN = 50
_MOST_SHOWN = 200
_MOST_DEPARTMENTS = 50


@router.get("")
async def list_views(object_name: str, caller: Signed, count: bool = False) -> Json:
    """List the object's views, then one's own and those that others share; `count=true` says what each holds."""
    reader = caller.reader()
    what = reader.require_readable(object_name)
    sight = reader.sight(what)
    view, choice = caller.catalog.system.view, caller.catalog.system.view_choice
    kept = (
        sa.select(view.c.id, view.c.person, view.c.name, view.c.look, view.c.everyone, view.c.departments)
        .where(view.c.object == what.name, _seen_by(caller))
        .order_by(view.c.person != caller.person.id, view.c.id)
        .limit(_MOST_SHOWN)
    )
    chosen = sa.select(choice.c.view).where(choice.c.object == what.name, choice.c.person == caller.person.id)
    async with caller.runtime.database.autocommit() as session:
        rows, first = await session.fetch_many(
            [compile_statement(kept, "kept views"), compile_statement(chosen, "chosen view")]
        )
        items: list[dict[str, Any]] = [
            {
                "key": one.key,
                "label": text_of(one.label, caller.locale),
                "filter": one.filter,
                "sort": one.sort,
                "columns": one.columns,
            }
            for one in views_seen(caller.catalog, sight)
        ]
        items += [shown for row in rows.dicts() if (shown := _shown(row, caller, sight)) is not None]
        if count:
            good = [item for item in items if not item.get("broken")]
            counts = await reader.counts(session, what.name, [item["filter"] for item in good])
            for item, (number, exactly) in zip(good, counts, strict=True):
                item.update(count=number, count_is=exactly)
    default = first.rows[0][0] if first.rows else None
    everyone, departments = _may_share(caller)
    return Json(
        {
            "items": items,
            "default": default if any(item["key"] == default for item in items) else None,
            "may_share": {"everyone": everyone, "departments": sorted(departments)},
        }
    )


@router.post("", status_code=201)
async def keep_view(object_name: str, request: Request, caller: Signed) -> Json:
    """Keep a view: `{name, look, everyone?, departments?}`; it shows others nothing that they may not read anyhow."""
    sight, body = _sight(caller, object_name), await json_body(request)
    known(body, "name", "look", "everyone", "departments")
    name, shared = _name(body), _shared(body, caller, _Shared())
    row: dict[str, Any] = {
        "id": new_id(caller.runtime.clock),
        "object": sight.what.name,
        "person": caller.person.id,
        "name": name,
        "look": read_look(mapping(body, "look"), sight).out(),
        "everyone": shared.everyone,
        "departments": list(shared.departments),
        "created_at": caller.runtime.clock.now(),
    }
    view = caller.catalog.system.view
    mine = sa.and_(view.c.object == sight.what.name, view.c.person == caller.person.id)
    async with caller.runtime.database.transaction() as tx:
        held = await tx.fetch(*compile_statement(sa.select(sa.func.count()).where(mine), "own views"))
        if held[0][0] >= _MOST_OWN:
            raise Invalid(errors=[FieldError("name", "too_many", {"max": _MOST_OWN})])
        await tx.commit_with([(insert_rows(view, list(row)), [orjson.dumps([row]).decode()])])
    return Json(_shown(row, caller, sight), 201)


@router.put("/default")
async def choose_view(object_name: str, request: Request, caller: Signed) -> Json:
    """Choose the view that one's list begins with: `{view}`, a key or an id; null is the first one."""
    sight, body = _sight(caller, object_name), await json_body(request)
    known(body, "view")
    wanted = optional_text(body, "view")
    choice = caller.catalog.system.view_choice
    async with caller.runtime.database.transaction() as tx:
        if wanted is None:
            own = sa.and_(choice.c.object == sight.what.name, choice.c.person == caller.person.id)
            await tx.commit_with([compile_statement(sa.delete(choice).where(own), "no chosen view")])
            return Json({"default": None})
        if not any(one.key == wanted for one in views_seen(caller.catalog, sight)):
            view = caller.catalog.system.view
            asked = sa.select(view.c.id).where(
                sa.cast(view.c.id, sa.Text()) == wanted, view.c.object == sight.what.name, _seen_by(caller)
            )
            if not await tx.fetch(*compile_statement(asked, "view to choose")):
                raise Invalid(errors=[FieldError("view", "unknown_view", {"name": wanted})])
        row = {"object": sight.what.name, "person": caller.person.id, "view": wanted}
        statement = upsert_rows(choice, ("object", "person"), list(row))
        await tx.commit_with([(statement, [orjson.dumps([row]).decode()])])
    return Json({"default": wanted})


@router.patch("/{kept_view}")
async def change_view(object_name: str, kept_view: UUID, request: Request, caller: Signed) -> Json:
    """Change one's own view: `{name?, look?, everyone?, departments?}`."""
    sight, body = _sight(caller, object_name), await json_body(request)
    known(body, "name", "look", "everyone", "departments")
    table = caller.catalog.system.view
    async with caller.runtime.database.transaction() as tx:
        query = sa.select(*table.columns).where(_at(caller, sight, kept_view)).with_for_update()
        rows = await tx.fetch_dicts(*compile_statement(query, "view to change"))
        if not rows:
            raise NotFound
        row = rows[0]
        if row["person"] != caller.person.id:
            raise Forbidden
        if "name" in body:
            row["name"] = _name(body)
        if "look" in body:
            row["look"] = read_look(mapping(body, "look"), sight).out()
        shared = _shared(body, caller, _Shared(row["everyone"], tuple(row["departments"])))
        row.update(everyone=shared.everyone, departments=list(shared.departments))
        values = {name: row[name] for name in ("name", "look", "everyone", "departments")}
        change = sa.update(table).where(table.c.id == kept_view).values(**values)
        await tx.commit_with([compile_statement(change, "change view")])
    return Json(_shown(row, caller, sight))


@router.delete("/{kept_view}", status_code=204)
async def delete_view(object_name: str, kept_view: UUID, caller: Signed) -> Response:
    """Delete one's own view; an administrator also deletes what others share."""
    sight = _sight(caller, object_name)
    table, choice = caller.catalog.system.view, caller.catalog.system.view_choice
    async with caller.runtime.database.transaction() as tx:
        query = sa.select(table.c.person).where(_at(caller, sight, kept_view)).with_for_update()
        rows = await tx.fetch(*compile_statement(query, "view to delete"))
        if not rows:
            raise NotFound
        if rows[0][0] != caller.person.id and not caller.actor.administers:
            raise Forbidden
        await tx.commit_with(
            [
                compile_statement(sa.delete(table).where(table.c.id == kept_view), "delete view"),
                compile_statement(
                    sa.delete(choice).where(choice.c.object == sight.what.name, choice.c.view == str(kept_view)),
                    "forget choices",
                ),
            ]
        )
    return Response(status_code=204)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Whom a view is shown to beside the one who keeps it."""

    everyone: bool = False
    departments: tuple[UUID, ...] = ()


def _sight(caller: Caller, object_name: str) -> Sight:
    """Return the object as the caller sees it; how a person's list looks is no program's business."""
    if caller.is_token:
        raise Forbidden("token_scope")
    reader = caller.reader()
    return reader.sight(reader.require_readable(object_name))


def _seen_by(caller: Caller) -> sa.ColumnElement[bool]:
    """Say which views are one's own or shared with one: what a department has is also for those below it."""
    view = caller.catalog.system.view
    mine = sa.literal(_above(caller.person, caller.actor.org), sa.ARRAY(sa.Uuid()))
    return sa.or_(view.c.person == caller.person.id, view.c.everyone, view.c.departments.bool_op("&&")(mine))


def _at(caller: Caller, sight: Sight, view: UUID) -> sa.ColumnElement[bool]:
    table = caller.catalog.system.view
    return sa.and_(table.c.id == view, table.c.object == sight.what.name, _seen_by(caller))


def _above(person: Person, org: Org) -> list[UUID]:
    """Return the person's departments and all above them."""
    found: set[UUID] = set()
    open_ = list(person.departments)
    while open_:
        at = open_.pop()
        if at not in found:
            found.add(at)
            parent = org.departments[at].parent
            open_ += [parent] if parent else []
    return sorted(found)


def _may_share(caller: Caller) -> tuple[bool, set[UUID]]:
    """Return whether one may share with everyone, and with which departments.

    Everybody shares with the own departments, heads with those below theirs and with everyone, as administrators do.
    """
    org, me = caller.actor.org, caller.person
    headed = {one.id for one in org.departments.values() if one.head == me.id}
    if caller.actor.administers:
        return True, set(org.departments)
    below = {under for one in headed for under in org.below(one)}
    return bool(headed), below | set(me.departments)


def _shared(body: dict[str, Any], caller: Caller, before: _Shared) -> _Shared:
    """Read whom a view is for; what isn't given stays as it was, and what is new must be the caller's to share with."""
    everyone = flag(body, "everyone", default=before.everyone)
    departments = (
        ids(body, "departments", _MOST_DEPARTMENTS) if body.get("departments") is not None else list(before.departments)
    )
    all_, some = _may_share(caller)
    if everyone and not before.everyone and not all_:
        raise Forbidden("view_for_everyone")
    if any(one not in some and one not in before.departments for one in departments):
        raise Invalid(errors=[FieldError("departments", "unknown_department")])
    return _Shared(everyone, tuple(departments))


def _name(body: dict[str, Any]) -> str:
    name = text(body, "name").strip()
    if not name:
        raise Invalid(errors=[FieldError("name", "required")])
    if len(name) > _LONGEST_NAME:
        raise Invalid(errors=[FieldError("name", "too_long", {"max": _LONGEST_NAME})])
    return name


def _shown(row: dict[str, Any], caller: Caller, sight: Sight) -> dict[str, Any] | None:
    """Return a kept view as one sees it; one that rests on what is gone is told as broken to its keeper alone."""
    look, mine = seen_look(row["look"], sight), row["person"] == caller.person.id
    if look is None and not mine:
        return None
    keeper = caller.actor.org.people.get(row["person"])
    return {
        "key": str(row["id"]),
        "label": row["name"],
        "filter": look.filter if look else None,
        "sort": look.sort if look else None,
        "columns": look.columns if look else [],
        "look": look.out() if look else None,
        "broken": look is None,
        "mine": mine,
        "person": {"id": row["person"], "label": keeper.name if keeper else ""},
        "everyone": row["everyone"],
        "departments": row["departments"],
    }
