"""The page of a channel's hosted form: written by the server, so that it needs no web client."""

from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import cast

from closeloop.api.messages import FORM
from closeloop.base.messages import message
from closeloop.catalog.model import Field, text_of
from closeloop.connect.channels import Channel
from closeloop.connect.forms import ASKED, Asked, Form

STATIC = Path(__file__).parent / "static"
_GEETEST = "https://*.geetest.com https://*.geevisit.com"


@cache
def asset(name: str) -> str:
    """Return the address of one of our files below a channel, with its hash."""
    return f"../assets/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def headers(form: Form) -> dict[str, str]:
    """Return what goes with the page: nothing comes from elsewhere, and only the form's origins may frame it."""
    geetest = form.captcha == "geetest"
    more = f" {_GEETEST}" if geetest else ""
    rules = {
        "default-src": "'none'",
        "script-src": f"'self'{more}",
        "style-src": f"'self'{more} 'unsafe-inline'" if geetest else "'self'",
        "connect-src": f"'self'{more}",
        "img-src": f"'self' data:{more}",
        "worker-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": " ".join(("'self'", *form.origins)),
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in rules.items()),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


def page(
    channel: Channel,
    form: Form,
    locale: str,
    given: Mapping[str, object] | None = None,
    wrong: Mapping[str, str] | None = None,
    alarm: str = "",
) -> str:
    """Return the form; `given` and `wrong` are what was filled in and what is wrong with it, by field."""
    title = text_of(form.title or channel.label, locale)
    thanks = text_of(form.thanks, locale) if form.thanks else message_of("thanks", locale)
    inner = "".join(
        _field(one, locale, (given or {}).get(one.field.name), (wrong or {}).get(one.field.name, ""))
        for one in form.fields
    )
    noscript = "" if form.captcha == "none" else f"<noscript><p class=alarm>{_text('noscript', locale)}</p></noscript>"
    data = {
        "captcha": form.captcha,
        "geetest": form.geetest,
        "solver": asset("solver.js"),
        "sending": message_of("sending", locale),
        "failed": message_of("failed", locale),
    }
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    body = (
        f"<h1>{escape(title)}</h1>"
        + (f"<p>{escape(text_of(form.text, locale))}</p>" if form.text else "")
        + f'<form method=post action="form" {attributes}>{inner}{noscript}'
        + '<p class=wrong id="wrong-captcha" hidden data-wrong></p>'
        + f"<p id=status role=status class=alarm>{escape(alarm)}</p>"
        + f"<button>{escape(text_of(form.button, locale)) if form.button else _text('send', locale)}</button></form>"
        + f"<p id=thanks role=status tabindex=-1 hidden>{escape(thanks)}</p>"
    )
    scripts = [asset("form.js")]
    if form.captcha == "geetest":
        scripts.insert(0, "https://static.geetest.com/v4/gt4.js")
    return _document(title, locale, body, scripts)


def thanks_page(channel: Channel, form: Form, locale: str) -> str:
    """Return what is shown where the form came without a script."""
    title = text_of(form.title or channel.label, locale)
    thanks = text_of(form.thanks, locale) if form.thanks else message_of("thanks", locale)
    return _document(title, locale, f"<h1>{escape(title)}</h1><p role=status>{escape(thanks)}</p>", [])


def message_of(key: str, locale: str) -> str:
    """Return one of the page's own texts."""
    return text_of(FORM[key], locale)


def _text(key: str, locale: str) -> str:
    return escape(message_of(key, locale))


def _document(title: str, locale: str, body: str, scripts: Iterable[str]) -> str:
    tags = "".join(f'<script src="{escape(source)}" defer></script>' for source in scripts)
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset=utf-8>'
        '<meta name=viewport content="width=device-width,initial-scale=1">'
        f'<title>{escape(title)}</title><link rel=stylesheet href="{asset("form.css")}">{tags}'
        f"</head><body><main>{body}</main></body></html>"
    )


_FILLED_BY_BROWSERS = {"phone": "tel", "email": "email", "url": "url"}
_KEYBOARDS = {"number": "decimal", "tel": "tel", "email": "email", "url": "url"}


def _field(asked: Asked, locale: str, value: object, wrong: str) -> str:
    field = asked.field
    name, way = field.name, ASKED[field.type]
    label = escape(text_of(asked.label, locale))
    if asked.required:
        label += " <span class=needed aria-hidden=true>*</span>"
    state = (" required" if asked.required and way != "boxes" else "") + (' aria-invalid="true"' if wrong else "")
    common = f'name="{name}" id="in-{name}" aria-describedby="wrong-{name}"{state}'
    shown = "" if value is None else escape(str(value))
    error = f'<p class=wrong id="wrong-{name}" data-wrong{"" if wrong else " hidden"}>{escape(wrong)}</p>'
    if way == "boxes":
        chosen = {str(one) for one in cast("list[object]", value)} if isinstance(value, list) else set[str]()
        boxes = "".join(
            f'<label class=choice><input type=checkbox data-many name="{name}" value="{escape(option.key)}"'
            f"{' checked' if option.key in chosen else ''}>{escape(text_of(option.label, locale))}</label>"
            for option in field.options
            if not option.retired
        )
        return (
            f'<fieldset class=field aria-describedby="wrong-{name}"><legend>{label}</legend>{boxes}{error}</fieldset>'
        )
    if way == "box":
        checked = " checked" if value else ""
        box = f"<label class=choice><input type=checkbox value=true {common}{checked}>{label}</label>"
        return f"<div class=field>{box}{error}</div>"
    if way == "select":
        options = "".join(
            f'<option value="{escape(option.key)}"{" selected" if option.key == value else ""}>'
            f"{escape(text_of(option.label, locale))}</option>"
            for option in field.options
            if not option.retired
        )
        control = f'<select {common}><option value="">{_text("choose", locale)}</option>{options}</select>'
    elif way == "area":
        control = f"<textarea rows=4 {common}>{shown}</textarea>"
    else:
        control = f'<input type="{_kind(way)}" {_hints(field, way)}{common} value="{shown}">'
    return f'<div class=field><label for="in-{name}">{label}</label>{control}{error}</div>'


def _kind(way: str) -> str:
    return "text" if way == "number" else way


def _hints(field: Field, way: str) -> str:
    hints = [f"autocomplete={_FILLED_BY_BROWSERS[field.type]}"] if field.type in _FILLED_BY_BROWSERS else []
    hints += [f"inputmode={_KEYBOARDS[way]}"] if way in _KEYBOARDS else []
    hints += [f"maxlength={int(field.max)}"] if field.max is not None and way == "text" else []
    return "".join(f"{hint} " for hint in hints)


def wrong_of(errors: Iterable[tuple[str, str, Mapping[str, object]]], locale: str) -> dict[str, str]:
    """Return what is wrong by field, in the reader's words."""
    return {name: message(code, params, locale) for name, code, params in errors}
