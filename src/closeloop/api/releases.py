"""Releases over HTTP: what was put in force, what each changed, and the end of a pilot."""

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query

from closeloop.access.roles import READ
from closeloop.api.answers import Json
from closeloop.api.definitions import group_out, label_of, published, require_all, tried_by
from closeloop.api.deps import Signed
from closeloop.base.errors import Forbidden, NotFound
from closeloop.catalog.store import Group
from closeloop.db.statement import compile_statement
from closeloop.records.present import moment, person
from closeloop.runtime import definitions as service

router = APIRouter(tags=["definitions"])

LARGEST = 2**53
"""The largest number of a release that is looked up."""


@router.get("/releases")
async def list_releases(
    caller: Signed,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
) -> Json:
    """List releases, the newest first; a pilot has its group, and `ended_at` once it is over."""
    if not any(caller.actor.may_define(kind, "", READ) for kind in service.EVERY_KIND):
        raise Forbidden
    release = caller.runtime.tables.release
    query = sa.select(
        release.c.number, release.c.created_at, release.c.created_by, release.c.note, release.c.people,
        release.c.departments, release.c.ended_at,
    ).order_by(release.c.number.desc()).limit(limit + 1)  # fmt: skip
    if cursor is not None:
        query = query.where(release.c.number < cursor)
    async with caller.runtime.database.autocommit() as session:
        rows = await session.fetch(*compile_statement(query, "releases"))
    org = caller.actor.org
    items = [
        {
            "release": number,
            "at": moment(at),
            "by": person(by, org),
            "note": note,
            "present": number == caller.runtime.catalog.release,
            "pilot": None if people is None else group_out(Group(frozenset(people), frozenset(departments)), org),
            "ended_at": moment(ended) if ended else None,
        }
        for number, at, by, note, people, departments, ended in rows[:limit]
    ]
    return Json({"items": items, "next_cursor": rows[limit - 1][0] if len(rows) > limit else None})


@router.get("/releases/{release}")
async def get_release(release: Annotated[int, Path(ge=1, le=LARGEST)], caller: Signed) -> Json:
    """Say of the definitions that one may read which a release changed, and which going back to it would.

    Each with its version before and after; None where there was, or will be, nothing.
    """
    if not any(caller.actor.may_define(kind, "", READ) for kind in service.EVERY_KIND):
        raise Forbidden
    found = await service.release_changes(caller.runtime, release)
    if found is None:
        raise NotFound("unknown_release", name=release)
    changed, back = (
        [
            {
                "kind": one.kind,
                "key": one.key,
                "label": label_of(caller, one.key, one.label, one.on),
                "on": one.on,
                "from": one.before,
                "to": one.after,
            }
            for one in of
            if caller.actor.may_define(one.kind, one.key, READ)
        ]
        for of in found
    )
    return Json({"release": release, "changed": changed, "back": back}, headers={"Cache-Control": "no-store"})


@router.delete("/releases/{release}")
async def end_pilot(release: Annotated[int, Path(ge=1, le=LARGEST)], caller: Signed) -> Json:
    """End a pilot: its people work with the present release again."""
    require_all(caller, tried_by(caller, release))
    return await published(caller, service.end_order(release, by=caller.person.id), accept_loss=False)
