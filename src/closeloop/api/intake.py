"""Intake over HTTP: a channel's payload in, with its key; what was answered with 2xx is stored."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request

from closeloop.api.answers import Json, json_body
from closeloop.api.deps import CompanyOf
from closeloop.base.errors import Forbidden, Invalid, NotFound, NotSignedIn
from closeloop.base.figures import INTAKES
from closeloop.connect.channels import CHANNELS
from closeloop.connect.inbound import DONE, KEPT, REFUSED
from closeloop.runtime.intake import take_in

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
    if closeloop_intake_key is None:
        raise NotSignedIn("bad_intake_key")
    if not found.accepts(closeloop_intake_key):
        raise Forbidden("bad_intake_key")
    payload = await json_body(request, LARGEST)
    try:
        receipt = await take_in(runtime, found, payload, idempotency_key)
    except Invalid:
        INTAKES.labels(REFUSED).inc()
        raise
    INTAKES.labels("joined" if receipt.duplicate_of else receipt.state).inc()
    if receipt.state == KEPT:
        return Json({"receipt": receipt.intake}, 202)
    if receipt.state == REFUSED:
        raise Invalid(receipt.problem["code"])
    assert receipt.state == DONE
    body: dict[str, Any] = {"id": receipt.record, "object": receipt.object}
    if receipt.duplicate_of is not None:
        body["duplicate_of"] = receipt.duplicate_of
    return Json(body, 201)
