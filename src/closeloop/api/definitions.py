"""Definitions over HTTP: list, draft, compare, publish to a group or to everyone, roll back."""

from collections.abc import Mapping
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from closeloop.access.org import Org
from closeloop.access.roles import READ, WRITE
from closeloop.api.answers import Json, json_body
from closeloop.api.bodies import known, list_of, mapping, note, number, text
from closeloop.api.deps import Caller, Signed
from closeloop.api.jobs import job_with_errors
from closeloop.api.problems import fields_out
from closeloop.base.errors import FieldError, Forbidden, Invalid, NotFound
from closeloop.catalog.compare import differences
from closeloop.catalog.model import Definition
from closeloop.catalog.store import Body, Group
from closeloop.records.present import moment, person
from closeloop.runtime import definitions as service
from closeloop.runtime import dry_run as dry
from closeloop.runtime.publish import NOT_PILOTABLE, Decide, Unconverted, publish
from closeloop.runtime.publishing import AT_ONCE, publish_later
from closeloop.schema.changes import Change

router = APIRouter(tags=["definitions"])


@router.get("/definitions")
async def list_definitions(
    caller: Signed,
    kind: Annotated[str | None, Query(max_length=50)] = None,
    removed: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=120)] = None,
) -> Json:
    """List the definitions that the caller may read, present and tried ones and new drafts, by kind and key.

    Or those that were `removed`, each as its newest version says.
    """
    async with caller.runtime.database.autocommit() as session:
        waiting = await service.drafts(session, caller.runtime)
        present = {(d.kind, d.key): d for of in caller.runtime.catalog.definitions.values() for d in of}
        tried = {(d.kind, d.key): d.body for pilot in caller.runtime.pilots for d in pilot.definitions}
        there = {*present, *waiting, *tried}
        gone = await service.removed(session, caller.runtime, kind, there) if removed else {}
        places = sorted(
            place
            for place in (gone if removed else there)
            if (kind is None or place[0] == kind)
            and caller.actor.may_define(*place, READ)
            and _name(place) > (cursor or "")
        )
        shown = places[:limit]
        offers = await service.offers(session, caller.runtime, [present[one] for one in shown if one in present])
    drafted = {place: draft.body for place, draft in waiting.items()}
    items = [
        {
            **_head(caller, one, present.get(one), drafted.get(one) or tried.get(one) or gone.get(one)),
            "draft": one in waiting,
            "offer": offers.get(one),
            "pilot": one in tried,
        }
        for one in shown
    ]
    return Json({"items": items, "next_cursor": _name(shown[-1]) if len(places) > limit else None})


@router.post("/definitions/publish")
async def publish_drafts(request: Request, caller: Signed) -> Json:
    """Publish drafts, or what a pilot has tried, to everyone or to a group.

    `{items: [{kind, key}] | all: true | pilot: release, to?: "everyone" | {pilot: {people, departments}}, note?,
    accept_loss?}`
    """
    body = await json_body(request)
    known(body, "items", "all", "pilot", "to", "note", "accept_loss")
    group = _group(body.get("to", "everyone"), caller)
    remark, by = note(body), caller.person.id
    if body.get("pilot") is not None:
        require_all(caller, tried_by(caller, number(body, "pilot")))
        return await _publish(caller, service.promotion_order(number(body, "pilot"), by=by, note=remark), body)
    places = None if body.get("all") is True else _places(body)
    for place in places or ():
        _require(caller, *place)
    decide = service.drafts_order(caller.runtime, places, caller.actor.may_define, by=by, note=remark, group=group)
    return await _publish(caller, decide, body)


@router.post("/definitions/rollback")
async def roll_back(request: Request, caller: Signed) -> Json:
    """Put an earlier release in force again, or an earlier version of one definition.

    `{release, note?, accept_loss?}` or `{kind, key, version, note?, accept_loss?}`
    """
    body = await json_body(request)
    known(body, "release", "kind", "key", "version", "note", "accept_loss")
    remark, by = note(body), caller.person.id
    if body.get("release") is not None:
        release = number(body, "release")
        require_all(caller, await service.changed_by_release(caller.runtime, release))
        return await _publish(caller, service.release_order(caller.runtime, release, by=by, note=remark), body)
    kind, key = text(body, "kind"), text(body, "key")
    _require(caller, kind, key)
    decide = service.version_order(caller.runtime, kind, key, number(body, "version"), by=by, note=remark)
    return await _publish(caller, decide, body)


@router.get("/definitions/{kind}/{key}")
async def get_definition(kind: str, key: str, caller: Signed) -> Json:
    """Return a definition: its present body, its draft, its versions, and where it is being tried."""
    _require(caller, kind, key, READ)
    async with caller.runtime.database.autocommit() as session:
        draft = (await service.drafts(session, caller.runtime)).get((kind, key))
        versions = await service.versions(session, caller.runtime, kind, key)
    present = caller.runtime.catalog.definition(kind, key)
    if present is None and draft is None and not versions:
        raise NotFound("unknown_definition", name=f"{kind}/{key}")
    tried = [
        (pilot, one)
        for pilot in caller.runtime.pilots
        for one in pilot.definitions
        if (one.kind, one.key) == (kind, key)
    ]
    other = draft.body if draft else tried[0][1].body if tried else None
    tag = str(draft.id) if draft else str(present.id) if present else "new"
    org = caller.actor.org
    body = {
        **_head(caller, (kind, key), present, other),
        "body": present.body if present else None,
        "draft": {
            "body": draft.body,
            "removes": draft.body is None,
            "base": next((one.version for one in versions if one.id == draft.base), None),
            "at": moment(draft.at),
            "by": person(draft.by, org),
        }
        if draft
        else None,
        "versions": [
            {"version": one.version, "app": one.app, "at": moment(one.at), "by": person(one.by, org)}
            for one in versions
        ],
        "pilots": [
            {
                "release": pilot.number,
                "version": one.version,
                "body": one.body,
                **group_out(pilot.group, org),
            }
            for pilot, one in tried
        ],
        "can": {"dry_run": kind in dry.JUDGES, "pilot": kind not in NOT_PILOTABLE},
    }
    return Json(body, headers={"ETag": f'"{tag}"', "Cache-Control": "no-store"})


@router.put("/definitions/{kind}/{key}")
async def put_draft(
    kind: str, key: str, request: Request, caller: Signed, if_match: Annotated[str | None, Header()] = None
) -> Json:
    """Keep `{body}` as the draft; `If-Match` names what it was made from. `problems` says what it would break."""
    _require(caller, kind, key)
    body = await json_body(request)
    known(body, "body")
    return await _save(caller, kind, key, mapping(body, "body"), if_match)


@router.delete("/definitions/{kind}/{key}")
async def draft_removal(kind: str, key: str, caller: Signed, if_match: Annotated[str | None, Header()] = None) -> Json:
    """Keep a draft that removes the definition; it goes when that is published."""
    _require(caller, kind, key)
    return await _save(caller, kind, key, None, if_match)


@router.delete("/definitions/{kind}/{key}/draft")
async def discard(kind: str, key: str, caller: Signed) -> Response:
    """Forget the draft."""
    _require(caller, kind, key)
    if not await service.discard_draft(caller.runtime, kind, key):
        raise NotFound("no_draft")
    return Response(status_code=204)


@router.get("/definitions/{kind}/{key}/diff")
async def compare(
    kind: str,
    key: str,
    caller: Signed,
    before: Annotated[str, Query(alias="from", max_length=20)] = "present",
    after: Annotated[str, Query(alias="to", max_length=20)] = "draft",
) -> Json:
    """Compare two of a version's number, `present` and `draft`."""
    _require(caller, kind, key, READ)
    async with caller.runtime.database.autocommit() as session:
        waiting = await service.drafts(session, caller.runtime)
        if caller.runtime.catalog.definition(kind, key) is None and (kind, key) not in waiting:
            raise NotFound("unknown_definition", name=f"{kind}/{key}")
        old, new = [await service.body_of(session, caller.runtime, kind, key, one) for one in (before, after)]
    items = [{"place": one.place, "from": one.before, "to": one.after} for one in differences(old, new)]
    return Json({"items": items})


@router.get("/definitions/{kind}/{key}/dry-run")
async def try_on_the_past(
    kind: str, key: str, caller: Signed, last: Annotated[int, Query(ge=1, le=dry.MOST)] = 200
) -> Json:
    """Judge the newest `last` records that one may read by the draft and by the present version; nothing is written.

    Of a scorecard the verdict is the grade, of an assignment policy the policy that decides, of a rule how often it
    runs.
    """
    _require(caller, kind, key)
    if kind not in dry.JUDGES:
        raise Invalid(errors=[FieldError("kind", "not_one_of", {"words": list(dry.JUDGES)})])
    async with caller.runtime.database.autocommit() as session:
        draft = (await service.drafts(session, caller.runtime)).get((kind, key))
        if draft is None or draft.body is None:
            raise NotFound("no_draft")
    found = await dry.dry_run(caller.runtime, caller.actor, Body(kind, key, draft.body), last)
    titles = caller.reader().titles_call(found.object, [one for one, _, _ in found.examples])
    async with caller.runtime.database.autocommit() as session:
        rows = [] if titles is None else (await session.fetch_many([titles]))[0].rows
    labels = dict(cast("list[tuple[UUID, str]]", rows))
    body = {
        "object": found.object,
        "looked": found.looked,
        "differ": sum(count for before, after, count in found.verdicts if before != after),
        "verdicts": [{"present": before, "draft": after, "count": n} for before, after, n in found.verdicts],
        "examples": [
            {"id": str(one), "label": labels.get(one), "present": before, "draft": after}
            for one, before, after in found.examples
        ],
    }
    return Json(body, headers={"Cache-Control": "no-store"})


async def _save(caller: Caller, kind: str, key: str, body: Mapping[str, Any] | None, if_match: str | None) -> Json:
    seen = if_match.strip('W/"') if if_match else None
    saved = await service.save_draft(caller.runtime, kind, key, body, by=caller.person.id, seen=seen)
    return Json(
        {"kind": kind, "key": key, "problems": fields_out(saved.problems, caller.locale)},
        headers={"ETag": f'"{saved.id}"'},
    )


async def _publish(caller: Caller, decide: Decide, body: Mapping[str, Any]) -> Json:
    return await published(caller, decide, accept_loss=body.get("accept_loss") is True)


async def published(caller: Caller, decide: Decide, *, accept_loss: bool) -> Json:
    """Publish, and answer what that did; where many values are to be converted first, 202 with the job that does it."""
    runtime = caller.runtime
    try:
        made = await publish(
            runtime.database,
            runtime.clock,
            runtime.company,
            decide,
            accept_loss=accept_loss,
            at_hand=runtime.catalog,
            most=AT_ONCE,
        )
    except Unconverted as needed:
        job = await publish_later(runtime, caller.actor, needed, accept_loss=accept_loss)
        return Json(await job_with_errors(caller, job), 202)
    await runtime.refresh()
    return Json(
        {
            "release": made.number if made.is_new else made.present.release,
            "definitions": [{"kind": one.kind, "key": one.key, "version": one.version} for one in made.changed],
            "schema": [change_out(one) for one in made.plan.changes],
        }
    )


def change_out(change: Change) -> dict[str, Any]:
    """Return a change of tables: what it is about, what it locks, and whether it comes after the release."""
    column: Any = getattr(change, "column", None)
    index: Any = getattr(change, "index", None)
    return {
        "change": type(change).__name__,
        "table": change.table,
        "name": getattr(column or index, "name", column or index),
        "lock": change.lock,
        "late": change.late,
        "reversible": change.reversible,
    }


def _head(
    caller: Caller, place: tuple[str, str], present: Definition | None, other: Mapping[str, Any] | None
) -> dict[str, Any]:
    kind, key = place
    body: Mapping[str, Any] = present.body if present else other or {}
    on = named if isinstance(named := body.get("on"), str) else None
    return {
        "kind": kind,
        "key": key,
        "label": label_of(caller, key, body.get("label"), on),
        "on": on,
        "app": present.app if present else None,
        "version": present.version if present else None,
    }


def label_of(caller: Caller, key: str, label: object, on: str | None) -> str:
    """Return what a definition is called; what has no label of its own, such as a pipeline, goes by its object's."""
    what = caller.runtime.catalog.objects.get(on) if on else None
    return said(label, caller.locale) or (what and said(what.label, caller.locale)) or key


def said(label: object, locale: str) -> str | None:
    """Return the label of a body in a language: one text, or one for each; None where it has none."""
    if isinstance(label, Mapping):
        texts = cast("Mapping[str, Any]", label)
        label = texts.get(locale) or texts.get("zh-CN")
    return label if isinstance(label, str) else None


def _name(place: tuple[str, str]) -> str:
    return "/".join(place)


def _require(caller: Caller, kind: str, key: str, level: str = WRITE) -> None:
    if not caller.actor.may_define(kind, key, level):
        raise Forbidden


def require_all(caller: Caller, places: list[tuple[str, str]]) -> None:
    """Refuse who may not write each of the definitions."""
    for place in places:
        _require(caller, *place)


def tried_by(caller: Caller, release: int) -> list[tuple[str, str]]:
    """Return which definitions a pilot tries; raises NotFound where there is no such pilot."""
    found = next((one for one in caller.runtime.pilots if one.number == release), None)
    if found is None:
        raise NotFound("unknown_release", name=release)
    return [(one.kind, one.key) for one in found.definitions]


def _places(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    items: list[Any] = list_of(body, "items", dict)
    return [
        (text(item, "kind", f"items[{i}].kind"), text(item, "key", f"items[{i}].key")) for i, item in enumerate(items)
    ]


def _group(raw: Any, caller: Caller) -> Group | None:
    """Read whom a release is for; None is everyone."""
    if raw == "everyone":
        return None
    pilot: dict[str, Any] | None = cast("dict[str, Any]", raw).get("pilot") if isinstance(raw, dict) else None
    if not isinstance(pilot, dict):
        raise Invalid(errors=[FieldError("to", "not_one_of", {"words": ["everyone", "pilot"]})])
    known(pilot, "people", "departments", at="to.pilot.")
    org = caller.actor.org
    people = _ids(pilot, "people", org.people, "unknown_person")
    departments = _ids(pilot, "departments", org.departments, "unknown_department")
    if not people and not departments:
        raise Invalid(errors=[FieldError("to.pilot", "required")])
    return Group(people, departments)


def group_out(group: Group, org: Org) -> dict[str, Any]:
    """Return the people and departments of a group; a department that is gone is left out."""
    departments = [one for one in sorted(group.departments) if one in org.departments]
    return {
        "people": [person(one, org) for one in sorted(group.people)],
        "departments": [{"id": str(one), "label": org.departments[one].name} for one in departments],
    }


def _ids(pilot: Mapping[str, Any], name: str, there: Mapping[UUID, Any], code: str) -> frozenset[UUID]:
    found: set[UUID] = set()
    for i, raw in enumerate(list_of(pilot, name, str, at="to.pilot.")):
        try:
            found.add(UUID(raw))
        except ValueError:
            raise Invalid(errors=[FieldError(f"to.pilot.{name}[{i}]", "not_an_id")]) from None
        if UUID(raw) not in there:
            raise Invalid(errors=[FieldError(f"to.pilot.{name}[{i}]", code)])
    return frozenset(found)
