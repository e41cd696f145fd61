"""Channels over HTTP: what a sample would become, and the secrets that their senders sign with."""

import secrets
from typing import Any, cast

from fastapi import APIRouter, Request

from closeloop.access.roles import WRITE
from closeloop.api.answers import Json, json_body
from closeloop.api.bodies import known
from closeloop.api.deps import Caller, Signed
from closeloop.api.kept_secrets import keep_secret
from closeloop.api.problems import fields_out
from closeloop.base.errors import FieldError, Forbidden, Invalid, NotFound
from closeloop.base.ids import new_id
from closeloop.catalog.model import Definition
from closeloop.catalog.reading import read
from closeloop.connect.channels import CHANNELS, Channel
from closeloop.runtime.trial import try_post

router = APIRouter(tags=["intake"])

USES = {"signature": CHANNELS.name, "geetest": "geetest"}
"""What a channel's secrets are for, and the kind that they are kept under."""
_SHORTEST, _LONGEST = 16, 200


@router.post("/definitions/channel/{key}/test")
async def try_channel(key: str, request: Request, caller: Signed) -> Json:
    """Say what a sample would become: `{payload, body?}`, with `body` under a definition not yet published.

    Nothing is written. The answer has `outcome`: `created`, `joined` or `refused`, with `values`, `extra`, `notes`,
    `errors` and `duplicates`, of which one may not read no more is told than that they are there.
    """
    if not caller.actor.may_define(CHANNELS.name, key, WRITE):
        raise Forbidden
    asked = await json_body(request)
    known(asked, "payload", "body")
    payload: Any = asked.get("payload")
    if not isinstance(payload, dict):
        raise Invalid(errors=[FieldError("payload", "not_a_mapping")])
    channel = _channel(key, asked.get("body"), caller)
    tried = await try_post(caller.runtime, channel, payload, caller.reader())  # pyright: ignore[reportUnknownArgumentType]
    return Json(
        {
            "outcome": tried.outcome,
            "code": tried.code,
            "object": channel.object,
            "values": tried.values,
            "extra": tried.extra,
            "notes": fields_out(tried.notes, caller.locale),
            "errors": fields_out(tried.errors, caller.locale),
            "duplicates": [
                {"object": one.object, "by": one.by, "then": one.then, "id": one.record, "label": one.label}
                for one in tried.duplicates
            ],
            "once": tried.once,
        }
    )


def _channel(key: str, body: Any, caller: Caller) -> Channel:
    catalog = caller.runtime.catalog
    if body is None:
        found = catalog.all(CHANNELS).get(key)
        if found is None:
            raise NotFound
        return found
    if not isinstance(body, dict):
        raise Invalid(errors=[FieldError("body", "not_a_mapping")])
    draft = cast("dict[str, Any]", body)
    definition = Definition(new_id(caller.runtime.clock), CHANNELS.name, key, 0, draft)
    return read(draft, lambda node: CHANNELS.compile(node, definition, catalog))


@router.post("/channels/{channel}/secret", status_code=201)
async def make_channel_secret(channel: str, request: Request, caller: Signed) -> Json:
    """Make a secret and show it, this once; `{use?: "signature" | "geetest", secret?}` keeps one made elsewhere."""
    if not caller.actor.everything:
        raise Forbidden
    if channel not in caller.catalog.all(CHANNELS):
        raise NotFound
    asked = await json_body(request) if await request.body() else {}
    known(asked, "use", "secret")
    use = asked.get("use", "signature")
    if use not in USES:
        raise Invalid(errors=[FieldError("use", "not_one_of", {"words": list(USES)})])
    given = asked.get("secret")
    if given is None and use == "geetest":
        raise Invalid(errors=[FieldError("secret", "required")])
    if given is not None and (not isinstance(given, str) or not _SHORTEST <= len(given) <= _LONGEST):
        raise Invalid(errors=[FieldError("secret", "bad_secret", {"least": _SHORTEST, "most": _LONGEST})])
    value = given or secrets.token_urlsafe(32)
    await keep_secret(request, caller, USES[use], channel, value)
    return Json({"use": use, "secret": value}, 201, headers={"Cache-Control": "no-store"})
