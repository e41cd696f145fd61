"""Webhooks over HTTP, for administrators: their secrets, and what has become of deliveries."""

import secrets
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request

from closeloop.api.answers import Json
from closeloop.api.deps import Behind, Caller, Signed
from closeloop.api.event_titles import event_title
from closeloop.api.kept_secrets import keep_secret
from closeloop.base.errors import FieldError, Forbidden, Invalid, NotFound
from closeloop.base.messages import message
from closeloop.catalog.model import text_of
from closeloop.connect.webhooks import WEBHOOKS, Webhook
from closeloop.db.statement import compile_statement
from closeloop.events.outbox import (
    CHANNELS,
    DEAD,
    STATES,
    WAITING,
    WEBHOOK,
    channel_of,
    deliveries,
    send_again,
)
from closeloop.records.present import person

router = APIRouter(tags=["webhooks"])

_COUNTED = 1000
"""Deliveries that wait or were given up are counted so far."""


def _administrator(caller: Caller) -> None:
    """Refuse whoever may not do everything: a delivery shows records whoever may read them."""
    if not caller.actor.everything:
        raise Forbidden


@router.get("/webhooks")
async def list_webhooks(caller: Signed) -> Json:
    """List the company's webhooks, with how many deliveries wait and were given up; a secret is never shown."""
    _administrator(caller)
    hooks = list(caller.catalog.all(WEBHOOKS).values())
    secret, outbox = caller.catalog.system.secret, caller.catalog.system.outbox
    made = sa.select(secret.c.key, secret.c.created_at).where(secret.c.kind == WEBHOOKS.name)
    calls = [compile_statement(made, "webhook secrets")]
    for hook in hooks:
        for state in (WAITING, DEAD):
            some = sa.select(outbox.c.id).where(outbox.c.target == hook.key, outbox.c.state == state)
            count = sa.select(sa.func.count()).select_from(some.limit(_COUNTED).subquery())
            calls.append(compile_statement(count, "count deliveries"))
    async with caller.runtime.database.autocommit() as session:
        results = await session.fetch_many(calls)
    known = dict(results[0].rows)
    counts = [result.rows[0][0] for result in results[1:]]
    items = [
        _hook_out(hook, caller, known.get(hook.key), counts[2 * number], counts[2 * number + 1])
        for number, hook in enumerate(hooks)
    ]
    return Json({"items": items})


def _hook_out(hook: Webhook, caller: Caller, secret_at: Any, waiting: int, dead: int) -> dict[str, Any]:
    return {
        "key": hook.key,
        "label": text_of(hook.label, caller.locale),
        "object": hook.object,
        "url": hook.url,
        "events": [trigger.word for trigger in hook.events],
        "active": hook.active,
        "secret_at": secret_at,
        "waiting": waiting,
        "dead": dead,
    }


@router.post("/webhooks/{webhook}/secret", status_code=201)
async def make_secret(webhook: str, request: Request, caller: Signed) -> Json:
    """Make a new secret and show it, this once; what is sent from now on is signed with it."""
    _administrator(caller)
    if webhook not in caller.catalog.all(WEBHOOKS):
        raise NotFound("unknown_webhook", name=webhook)
    value = secrets.token_urlsafe(32)
    await keep_secret(request, caller, WEBHOOKS.name, webhook, value)
    return Json({"secret": value}, 201, headers={"Cache-Control": "no-store"})


@router.get("/deliveries")
async def list_deliveries(
    caller: Signed,
    state: Annotated[str | None, Query(max_length=20)] = None,
    webhook: Annotated[str | None, Query(max_length=48)] = None,
    channel: Annotated[str | None, Query(max_length=20)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Behind = None,
) -> Json:
    """List deliveries, newest first."""
    _administrator(caller)
    if state is not None and state not in STATES:
        raise Invalid(errors=[FieldError("state", "not_an_option", {"options": list(STATES)})])
    if channel is not None and channel not in CHANNELS:
        raise Invalid(errors=[FieldError("channel", "not_an_option", {"options": list(CHANNELS)})])
    async with caller.runtime.database.autocommit() as session:
        rows = await deliveries(
            session, caller.catalog.system, state=state, target=webhook, channel=channel, before=cursor, limit=limit + 1
        )
    items = [_delivery_out(row, caller) for row in rows[:limit]]
    return Json({"items": items, "next_cursor": str(items[-1]["id"]) if len(rows) > limit else None})


@router.post("/deliveries/{delivery}/resend", status_code=202)
async def resend(delivery: UUID, caller: Signed) -> Json:
    """Send a delivery again, with the same event id: at the worker's next look, with all attempts anew."""
    _administrator(caller)
    async with caller.runtime.database.autocommit() as session:
        if not await send_again(session, caller.catalog.system, delivery, caller.runtime.clock.now()):
            raise NotFound
    return Json({"id": delivery, "state": WAITING}, 202)


def _delivery_out(row: dict[str, Any], caller: Caller) -> dict[str, Any]:
    out = {name: value for name, value in row.items() if name not in ("target", "error", "person", "subject")}
    error = row["error"]
    channel = channel_of(row["target"])
    out["channel"] = channel
    out["webhook"] = row["target"] if channel == WEBHOOK else None
    out["person"] = person(UUID(row["person"]), caller.runtime.org) if row["person"] else None
    # a mail is known by its subject, as its reader knows it
    out["label"] = row["subject"] or event_title(row["type"], row["object"] or "", caller)
    out["error"] = {"code": error, "message": message(error, {}, caller.locale)} if error else None
    return out
