"""Answer errors as problem details (RFC 9457), in the reader's language, and never with a stack trace."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from closeloop.api.answers import Json
from closeloop.base.errors import CloseloopError, FieldError, Invalid
from closeloop.base.messages import has_message, locale_of, message
from closeloop.catalog.model import text_of
from closeloop.db.errors import OutOfDate
from closeloop.expr import ExpressionError
from closeloop.expr.messages import message_of

_log = structlog.stdlib.get_logger()

OUT_OF_DATE = "out_of_date"
"""The mark of a request whose statement met a table that had changed."""

SECOND_TIME = "second_time"
"""The mark of a request that is answered again because of that."""

_TITLES = {401: "not_signed_in", 403: "forbidden", 404: "not_found", 405: "not_found", 422: "invalid"}


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error of the application in the one shape."""
    app.add_exception_handler(CloseloopError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _unexpected)


def problem(error: CloseloopError, locale: str) -> Json:
    """Return the answer to one of our errors."""
    if isinstance(error, ExpressionError):
        detail = message_of(error, locale)
    else:
        detail = message(error.code, error.params, locale)
    title = detail if has_message(error.code) else message(type(error).code, error.params, locale)
    body: dict[str, Any] = {
        "type": f"urn:closeloop:{error.code}",
        "title": title,
        "status": error.status,
        "code": error.code,
        "detail": detail,
    }
    if error.errors:
        body["errors"] = fields_out(error.errors, locale)
    body.update({name: _localized(value, locale) for name, value in error.params.items() if name not in body})
    body.update({name: _localized(value, locale) for name, value in error.data.items()})
    headers = {"Retry-After": str(error.params["retry_after"])} if "retry_after" in error.params else {}
    if error.status == 503:
        headers["Retry-After"] = "1"
    return Json(body, error.status, media_type="application/problem+json", headers=headers)


def fields_out(errors: Sequence[FieldError], locale: str) -> list[dict[str, Any]]:
    """Return what is wrong in the reader's words, as `errors` of a problem has it."""
    return [_field(one, locale) for one in errors]


def _field(error: FieldError, locale: str) -> dict[str, Any]:
    if error.code == ExpressionError.code and "reason" in error.params:
        said = message_of(ExpressionError(**error.params), locale)
    else:
        said = message(error.code, error.params, locale)
    return {"field": error.field, "code": error.code, "message": said}


def _localized(value: Any, locale: str) -> Any:
    """Resolve labels inside an error's data."""
    if isinstance(value, dict):
        if "zh-CN" in value:
            return text_of(value, locale)  # pyright: ignore[reportUnknownArgumentType]
        return {k: _localized(v, locale) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list | tuple):
        return [_localized(one, locale) for one in value]  # pyright: ignore[reportUnknownVariableType]
    return str(value) if isinstance(value, UUID) else value


def _locale(request: Request) -> str:
    return locale_of(request.headers.get("accept-language"))


async def _ours(request: Request, error: Exception) -> Json:
    assert isinstance(error, CloseloopError)
    if isinstance(error, OutOfDate):
        if getattr(request.state, SECOND_TIME, False):
            return await _unexpected(request, error.__cause__ or error)  # no newer catalog helps: the fault is ours
        setattr(request.state, OUT_OF_DATE, True)
        _log.warning("a statement met a table that had changed", path=request.url.path, exc_info=error)
    return problem(error, _locale(request))


async def _malformed(request: Request, error: Exception) -> Json:
    assert isinstance(error, RequestValidationError)
    return problem(Invalid(errors=[_malformation(one) for one in error.errors()]), _locale(request))


def _malformation(found: Mapping[str, Any]) -> FieldError:
    """Return what pydantic found wrong in the words of every other error."""
    place = ".".join(str(part) for part in found["loc"][1:]) or "body"
    context: Mapping[str, Any] = found.get("ctx") or {}
    if place == "cursor":
        return FieldError(place, "bad_cursor")
    match found["type"]:
        case "missing":
            return FieldError(place, "required")
        case "extra_forbidden":
            return FieldError(place, "unknown_parameter", {"name": found["loc"][-1]})
        case "greater_than_equal":
            return FieldError(place, "too_small", {"min": context["ge"]})
        case "less_than_equal":
            return FieldError(place, "too_large", {"max": context["le"]})
        case "string_too_long":
            return FieldError(place, "too_long", {"max": context["max_length"]})
        case "literal_error":
            return FieldError(place, "not_one_of", {"words": re.findall(r"'([^']*)'", context["expected"])})
        case other:
            return FieldError(place, _CODES.get(other.partition("_")[0], "invalid"))


_CODES = {
    "uuid": "not_an_id",
    "datetime": "not_datetime",
    "timezone": "no_zone",
    "int": "not_integer",
    "bool": "not_boolean",
    "string": "not_text",
    "json": "bad_json",
    "dict": "not_a_mapping",
    "model": "not_a_mapping",
    "list": "not_a_list",
}
"""Codes of ours by the first word of pydantic's: what the value should have been."""


async def _plain(request: Request, error: Exception) -> Json:
    assert isinstance(error, HTTPException)
    code = _TITLES.get(error.status_code, "invalid")
    text = message(code, {}, _locale(request))
    body = {
        "type": f"urn:closeloop:{code}",
        "title": text,
        "status": error.status_code,
        "code": code,
        "detail": text,
    }
    return Json(body, error.status_code, media_type="application/problem+json")


async def _unexpected(request: Request, error: BaseException) -> Json:
    _log.error("unexpected error", path=request.url.path, exc_info=error)
    text = message("internal", {}, _locale(request))
    body = {
        "type": "urn:closeloop:internal",
        "title": text,
        "status": 500,
        "code": "internal",
        "detail": text,
    }
    return Json(body, 500, media_type="application/problem+json")
