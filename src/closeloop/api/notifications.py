"""One's own notices over HTTP, written out in the reader's language."""

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request

from closeloop.access.preferences import EMAIL, Preferences, read_preferences
from closeloop.access.sign_in import org_moves_on
from closeloop.api.answers import Json, json_body
from closeloop.api.bodies import ids
from closeloop.api.deps import Behind, Caller, Signed
from closeloop.base.errors import FieldError, Invalid
from closeloop.base.messages import message
from closeloop.connect.adapters.email import Mail, Mailer
from closeloop.db.statement import compile_statement
from closeloop.engine.notify.messages import TYPES
from closeloop.events.outbox import EMAIL as BY_MAIL
from closeloop.events.outbox import MAILS
from closeloop.runtime.pushes import notice_texts
from closeloop.runtime.try_out import try_out
from closeloop.runtime.worker import Outlets

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
async def get_preferences(request: Request, caller: Signed) -> Json:
    """Return how one wants to be told, with the address that e-mail goes to and the words that there are."""
    return Json(_preferences(caller.person.preferences, caller, request))


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
    return Json(_preferences(wanted, caller, request))


@router.post("/me/notifications/test")
async def send_test(request: Request, caller: Signed) -> Json:
    """Send oneself a test message by a `{channel}` that leads out of the house; says what became of it."""
    channel = (await json_body(request)).get("channel")
    if channel != BY_MAIL:
        raise Invalid(errors=[FieldError("channel", "not_an_option", {"options": [BY_MAIL]})])
    outlets = Outlets.of(request.app.state.settings)
    mailer = Mailer(outlets.mail, caller.runtime.clock)
    address = outlets.address_of(caller.runtime.company)
    answer = await try_out(caller.runtime, mailer, MAILS, caller.person, address)
    error = {"code": answer.error, "message": message(answer.error, {}, caller.locale)} if answer.error else None
    return Json({"channel": channel, "delivered": error is None, "status": answer.status, "error": error})


def _outside(request: Request) -> list[str]:
    """Return the channels that lead out of the house, as far as the installation has set them up."""
    return [BY_MAIL] if Mail.of(request.app.state.settings) is not None else []


def _preferences(wanted: Preferences, caller: Caller, request: Request) -> dict[str, Any]:
    known = {
        "channels": ["in_app", "email"],
        "email": list(EMAIL),
        "types": sorted(TYPES),
        "outside": _outside(request),
    }
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
