"""One's own notices over HTTP, written out in the reader's language."""

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request

from closeloop.access.preferences import EMAIL, Preferences, read_preferences
from closeloop.access.sign_in import org_moves_on
from closeloop.api.answers import Json, json_body
from closeloop.api.bodies import ids
from closeloop.api.deps import Behind, Caller, Signed
from closeloop.db.statement import compile_statement
from closeloop.engine.notify.messages import TYPES
from closeloop.runtime.pushes import notice_texts

router = APIRouter(tags=["notifications"])

_SHOWN = 99
"""Unread notices are counted so far; a badge shows no more."""
_AT_ONCE = 500


@router.get("/notifications")
async def list_notifications(
    caller: Signed,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Behind = None,
    unread: bool = False,
) -> Json:
    """List one's notices, newest first, with the number that is unread."""
    notice = caller.catalog.system.notice
    query = sa.select(*notice.columns).where(notice.c.person == caller.person.id)
    if cursor is not None:
        query = query.where(notice.c.id < cursor)
    if unread:
        query = query.where(notice.c.read_at.is_(None))
    some = (
        sa.select(notice.c.id)
        .where(notice.c.person == caller.person.id, notice.c.read_at.is_(None))
        .limit(_SHOWN + 1)
        .subquery()
    )
    async with caller.runtime.database.autocommit() as session:
        rows, count = await session.fetch_many(
            [
                compile_statement(query.order_by(notice.c.id.desc()).limit(limit + 1), "notices"),
                compile_statement(sa.select(sa.func.count()).select_from(some), "unread"),
            ]
        )
    items = [notice_out(row, caller) for row in rows.dicts()]
    return Json(
        {
            "items": items[:limit],
            "next_cursor": str(items[limit - 1]["id"]) if len(items) > limit else None,
            "unread": count.rows[0][0],
        }
    )


@router.post("/notifications/read")
async def mark_read(request: Request, caller: Signed) -> Json:
    """Mark notices as read: `{ids: […]}` or `{all: true}`."""
    body = await json_body(request)
    notice = caller.catalog.system.notice
    change = (
        sa.update(notice)
        .where(notice.c.person == caller.person.id, notice.c.read_at.is_(None))
        .values(read_at=caller.runtime.clock.now())
    )
    if body.get("all") is not True:
        marked = ids(body, "ids", _AT_ONCE)
        change = change.where(notice.c.id == sa.any_(sa.literal(marked, sa.ARRAY(sa.Uuid()))))
    async with caller.runtime.database.autocommit() as session:
        number = await session.execute(*compile_statement(change, "mark read"))
    return Json({"marked": number})


@router.get("/me/notifications/preferences")
async def get_preferences(caller: Signed) -> Json:
    """Return how one wants to be told, with the address that e-mail goes to and the words that there are."""
    return Json(_preferences(caller.person.preferences, caller))


@router.put("/me/notifications/preferences")
async def set_preferences(request: Request, caller: Signed) -> Json:
    """Set how one wants to be told: `{levels?, types?, quiet?: {from, to}, digest_at?}`; what isn't given is as usual.

    A choice is `{in_app, email}`, `email` being `now`, `digest` or `off`; for the level `danger` not `digest`.
    """
    wanted = read_preferences(await json_body(request), TYPES)
    person = caller.runtime.tables.person
    change = sa.update(person).where(person.c.id == caller.person.id).values(preferences=wanted.out())
    async with caller.runtime.database.transaction() as tx:
        await tx.commit_with([compile_statement(change, "preferences"), org_moves_on(caller.runtime.tables)])
    return Json(_preferences(wanted, caller))


def _preferences(wanted: Preferences, caller: Caller) -> dict[str, Any]:
    known = {"channels": ["in_app", "email"], "email": list(EMAIL), "types": sorted(TYPES)}
    return {**wanted.out(), "address": caller.person.email, "known": known}


def notice_out(row: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Return a notice with its texts."""
    title, body = notice_texts(
        row["type"], row["params"], row["object"], caller.catalog, caller.reader(), caller.locale
    )
    return {
        "id": row["id"],
        "at": row["at"],
        "type": row["type"],
        "level": row["level"],
        "title": title,
        "body": body,
        "object": row["object"],
        "record": row["record"],
        "read_at": row["read_at"],
    }
