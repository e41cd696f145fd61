"""JSON in and out through orjson."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from fastapi import Request
from fastapi.responses import Response

from closeloop.base.errors import Invalid
from closeloop.records.present import moment, plain_decimal

LARGEST = 1024 * 1024
"""Bytes of a request's JSON, unless a route takes less."""


class Json(Response):
    """A JSON answer; the content is data that is ready to be written."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return dump(content)


def dump(content: Any) -> bytes:
    """Write JSON as the public contract has it: decimals as strings, moments with the zone Z."""
    return orjson.dumps(content, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, datetime):
        return moment(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError


async def json_body(request: Request, largest: int = LARGEST) -> dict[str, Any]:
    """Return the request's JSON object; one of more than `largest` bytes is not read to its end."""
    return read_json(await body_of(request, largest))


async def body_of(request: Request, largest: int) -> bytes:
    """Return the request's body as it came; one of more than `largest` bytes is not read to its end."""
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > largest:
            raise Invalid("too_big", limit=largest)
    return bytes(raw)


def read_json(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a body."""
    if b"\\u0000" in raw:  # PostgreSQL stores no such character, neither in text nor in JSON
        raise Invalid("bad_character")
    try:
        body: Any = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Invalid("bad_json") from None
    if not isinstance(body, dict):
        raise Invalid("bad_json")
    return body  # pyright: ignore[reportUnknownVariableType]
