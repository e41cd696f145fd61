"""Intake over HTTP: a channel's payload in, with its key or signed; what was answered with 2xx is stored."""

from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request

from closeloop.api.answers import Json, body_of, read_json
from closeloop.api.deps import CompanyOf
from closeloop.base.errors import Forbidden, Invalid, NotFound, NotSignedIn
from closeloop.base.figures import INTAKES
from closeloop.connect.channels import CHANNELS
from closeloop.connect.inbound import KEPT, REFUSED, Receipt
from closeloop.connect.limits import count, who
from closeloop.runtime.intake import secret_of, take_in

router = APIRouter(tags=["intake"])

LARGEST = 64 * 1024
"""Bytes of one payload: a form, not a file."""


@router.post("/intake/{channel}", status_code=201)
async def post_intake(
    channel: str,
    request: Request,
    runtime: CompanyOf,
    closeloop_intake_key: Annotated[str | None, Header(max_length=200)] = None,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Json:
    """Take one payload in: 201 `{id, object, duplicate_of?}`, or 202 `{receipt}` where processing goes on."""
    found = runtime.catalog.all(CHANNELS).get(channel)
    if found is None:
        raise NotFound
    if found.signature is None:
        if closeloop_intake_key is None:
            raise NotSignedIn("bad_intake_key")
        if not found.accepts(closeloop_intake_key):
            raise Forbidden("bad_intake_key")
    if found.limit is not None:
        await count(runtime.database, runtime.catalog, who(channel, None), found.limit, runtime.clock.now())
    body = await body_of(request, LARGEST)
    key = idempotency_key
    if found.signature is not None:  # what isn't signed has no say in what counts as the same message
        secret = await secret_of(runtime, CHANNELS.name, channel, request.app.state.secrets)
        if secret is None:
            raise Forbidden("channel_no_secret")
        key = found.signature.verify(secret, request.headers, body, runtime.clock.now())
    payload = read_json(body)
    receipt = await taken_in(take_in(runtime, found, payload, found.message_key(payload) or key))
    if receipt.state == KEPT:
        return Json({"receipt": receipt.intake}, 202)
    answer: dict[str, Any] = {"id": receipt.record, "object": receipt.object}
    if receipt.duplicate_of is not None:
        answer["duplicate_of"] = receipt.duplicate_of
    return Json(answer, 201)


async def taken_in(taking: Awaitable[Receipt]) -> Receipt:
    """Count what became of a payload; raises Invalid for one that was refused, now or when it first came."""
    try:
        receipt = await taking
    except Invalid:
        INTAKES.labels(REFUSED).inc()
        raise
    INTAKES.labels("joined" if receipt.duplicate_of else receipt.state).inc()
    if receipt.state == REFUSED:
        raise Invalid(receipt.problem["code"])
    return receipt
