"""Hosted forms over HTTP: the page, its challenge, what visitors send, and the script that shows it elsewhere."""

from collections.abc import Mapping
from typing import Any, Literal

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from closeloop.access.secrets import SecretBox
from closeloop.api.answers import Json, json_body
from closeloop.api.deps import CompanyOf, Locale
from closeloop.api.form_page import STATIC, headers, message_of, page, thanks_page, wrong_of
from closeloop.api.intake import LARGEST, taken_in
from closeloop.base.errors import Conflict, FieldError, Invalid, NotFound
from closeloop.base.messages import message
from closeloop.catalog.field_types import Coercion
from closeloop.catalog.model import text_of
from closeloop.connect.captcha import challenge, passed, solved
from closeloop.connect.channels import CHANNELS, Channel
from closeloop.connect.forms import MEASURED, Form
from closeloop.connect.inbound import KEPT
from closeloop.connect.limits import count, who
from closeloop.records.coerce import coerce_value
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.intake import secret_of, take_in, without_contact

router = APIRouter(prefix="/intake", tags=["intake"])

_LONGEST = 500
"""Signs of what a page measures."""
_YEAR = "public, max-age=31536000, immutable"


def _form(channel: str, runtime: CompanyRuntime) -> tuple[Channel, Form]:
    found = runtime.catalog.all(CHANNELS).get(channel)
    if found is None or found.form is None:
        raise NotFound
    return found, found.form


@router.get("/{channel}/form", response_class=HTMLResponse)
async def show_form(channel: str, runtime: CompanyOf, locale: Locale) -> HTMLResponse:
    """Show the channel's form, in the language that is asked for."""
    found, form = _form(channel, runtime)
    return HTMLResponse(page(found, form, locale), headers={**headers(form), "Vary": "Accept-Language"})


@router.get("/{channel}/form/challenge")
async def show_challenge(channel: str, request: Request, runtime: CompanyOf) -> Json:
    """Return a new challenge: `{parameters, signature}` after ALTCHA's proof of work, good for one payload."""
    found, form = _form(channel, runtime)
    if form.captcha != "altcha":
        raise NotFound
    made = challenge(_key(request), _scope(found, runtime), runtime.clock.now())
    return Json(made, headers={"Cache-Control": "no-store"})


@router.get("/{channel}/embed.js")
async def show_script(channel: str, runtime: CompanyOf) -> Response:
    """Return the script that shows the form in a page of one of its origins."""
    _form(channel, runtime)
    return _file("embed.js", "public, max-age=300")


@router.get("/assets/{name}")
async def show_asset(name: Literal["form.css", "form.js", "solver.js"]) -> Response:
    """Return one of the files that the form's page consists of."""
    return _file(name, _YEAR)


def _file(name: str, cached: str) -> Response:
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    return Response(
        (STATIC / name).read_bytes(),
        media_type=kind,
        headers={"Cache-Control": cached, "X-Content-Type-Options": "nosniff"},
    )


@router.post("/{channel}/form", status_code=201)
async def post_form(channel: str, request: Request, runtime: CompanyOf, locale: Locale) -> Response:
    """Take in what a visitor has filled in: 201 `{thanks}`, or 202 where processing goes on.

    Neither the record nor whether it was there before is told. A plain form is answered with a page.
    """
    found, form = _form(channel, runtime)
    address = request.client.host if request.client else ""
    await count(runtime.database, runtime.catalog, who(channel, address), form.limit, runtime.clock.now())
    plain = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    given = _read(await _posted(request), form) if plain else await json_body(request, LARGEST)
    try:
        state = await _take(request, runtime, found, form, given)
    except Invalid as error:
        if not plain:
            raise
        wrong = wrong_of(((one.field, one.code, one.params) for one in error.errors), locale)
        shown = page(found, form, locale, given, wrong, message(error.code, error.params, locale))
        return HTMLResponse(shown, 422, headers=headers(form))
    status = 202 if state == KEPT else 201
    if plain:
        return HTMLResponse(thanks_page(found, form, locale), status, headers=headers(form))
    thanks = text_of(form.thanks, locale) if form.thanks else message_of("thanks", locale)
    return Json({"thanks": thanks}, status)


async def _take(
    request: Request, runtime: CompanyRuntime, channel: Channel, form: Form, given: Mapping[str, Any]
) -> str:
    _check(runtime, channel, form, given)
    payload = form.payload({**given, **{word: _measured(given.get(word)) for word in MEASURED}})
    key, noted = await _past_robots(request, runtime, channel, form, given.get("captcha"))
    if noted:
        payload["captcha"] = noted
    try:
        receipt = await taken_in(take_in(runtime, channel, payload, key))
    except Conflict as error:
        if error.code != "idempotency_mismatch":
            raise
        raise Invalid("captcha_used", errors=[FieldError("captcha", "captcha_used")]) from None
    return receipt.state


def _check(runtime: CompanyRuntime, channel: Channel, form: Form, given: Mapping[str, Any]) -> None:
    """Tell a visitor what is wrong while the page is still open; raises Invalid naming the fields."""
    errors: list[FieldError] = []
    for one in form.fields:
        name, raw = one.field.name, given.get(one.field.name)
        if raw in (None, "", [], False) and one.required:
            errors.append(FieldError(name, "required"))
        elif raw not in (None, ""):
            try:
                coerce_value(raw, one.field, runtime.org)
            except Coercion as problem:
                errors.append(FieldError(name, problem.code, problem.params))
    if errors:
        raise Invalid(errors=errors)
    unusable = without_contact(runtime, channel, channel.values(form.payload(given)))
    if unusable:
        names = {one.field.name for one in form.fields}
        raise Invalid("no_contact", errors=[one for one in unusable if one.field in names])


async def _past_robots(
    request: Request, runtime: CompanyRuntime, channel: Channel, form: Form, answer: Any
) -> tuple[str | None, str | None]:
    """Return the key under which the payload happens once, and what is noted beside it; raises Invalid."""
    if form.captcha == "none":
        return None, None
    if form.captcha == "altcha":
        return solved(answer, _key(request), _scope(channel, runtime), runtime.clock.now()), None
    secret = await secret_of(runtime, "geetest", channel.key, request.app.state.secrets)
    if request.app.state.http is None:  # made when it is first needed: reading the certificates takes its time
        request.app.state.http = httpx.AsyncClient(follow_redirects=False, trust_env=False)
    key, answered = await passed(
        request.app.state.http, request.app.state.settings.geetest_url, answer, form.geetest, secret
    )
    return key, None if answered else "unreachable"


def _measured(raw: Any) -> Any:
    return raw[:_LONGEST] if isinstance(raw, str) else raw if isinstance(raw, int | float) else None


def _key(request: Request) -> bytes:
    box: SecretBox = request.app.state.secrets
    return box.derived("altcha")


def _scope(channel: Channel, runtime: CompanyRuntime) -> str:
    return f"{runtime.company.id}/{channel.key}"


async def _posted(request: Request) -> FormData:
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > LARGEST:
        raise Invalid("too_big", limit=LARGEST)
    return await request.form(max_files=0, max_fields=200)


def _read(posted: FormData, form: Form) -> dict[str, Any]:
    given: dict[str, Any] = {name: value for name, value in posted.items() if isinstance(value, str)}
    for one in form.fields:
        if one.field.type == "multi_choice":
            given[one.field.name] = [value for value in posted.getlist(one.field.name) if isinstance(value, str)]
    return given
