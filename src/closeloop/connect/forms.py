"""The hosted form of a channel: which fields it asks for, its texts, what it measures, and how it keeps robots out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from closeloop.catalog.model import Field, Label
from closeloop.catalog.reading import Node
from closeloop.connect.limits import Limit, read_limit

ASKED = {
    "text": "text", "long_text": "area", "phone": "tel", "email": "email", "url": "url", "integer": "number",
    "decimal": "number", "money": "number", "percent": "number", "date": "date", "choice": "select",
    "multi_choice": "boxes", "checkbox": "box",
}  # fmt: skip
"""How a page asks for the types of fields that a form may have."""
MEASURED = (
    "seconds", "referrer", "page", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
)  # fmt: skip
"""What the page measures by itself."""
CAPTCHAS = ("altcha", "geetest", "none")
USUAL = Limit(30, timedelta(minutes=1))
"""What one address may post to a form where its definition says nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form; without a label it has the object's."""

    field: Field
    label: Label
    required: bool


@dataclass(frozen=True, slots=True)
class Form:
    """A hosted form. `measured` says which field what the page measures is for; the rest of it goes to `extra`."""

    fields: tuple[Asked, ...]
    title: Label | None
    text: Label | None
    thanks: Label | None
    button: Label | None
    measured: Mapping[str, str]
    origins: tuple[str, ...]
    """The sites that may show it in a frame of theirs."""
    captcha: str
    geetest: str
    """The public id of the account at Geetest."""
    limit: Limit

    def payload(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form may fill, under the names that its channel reads fields by."""
        values = {one.field.name: given[one.field.name] for one in self.fields if one.field.name in given}
        for word in MEASURED:
            if given.get(word) not in (None, ""):
                values[self.measured.get(word, word)] = given[word]
        return values


def read_form(node: Node, fields: Mapping[str, Field], contact: Sequence[str]) -> Form:
    """Read a form; its fields are those of the channel's object, by name or as `{field, label?, required?}`."""
    asked = [
        _asked(raw, f"{node.at('fields')}[{i}]", node, fields) for i, raw in enumerate(node.take("fields", list, []))
    ]
    there = tuple(one for one in asked if one is not None)
    if not asked:
        node.problems.add(node.at("fields"), "required")
    elif fields and contact and not {one.field.name for one in there} & set(contact):
        node.problems.add(node.at("fields"), "form_no_contact")
    measured = {str(word): str(name) for word, name in node.entries("measured")}
    for word, name in measured.items():
        place = f"{node.at('measured')}.{word}"
        if word not in MEASURED:
            node.problems.add(place, "not_one_of", words=list(MEASURED))
        if fields and name not in fields:
            node.problems.add(place, "unknown_field", name=name)
    origins = node.words("origins")
    for origin in origins:
        if not _is_origin(origin):
            node.problems.add(node.at("origins"), "bad_origin", name=origin)
    captcha = node.one_of("captcha", CAPTCHAS, "altcha")
    geetest = node.take("geetest", str, "")
    if captcha == "geetest" and not geetest:
        node.problems.add(node.at("geetest"), "required")
    texts = {
        key: node.label(key=key) if node.any(key) is not None else None for key in ("title", "text", "thanks", "button")
    }
    limit = read_limit(node, "limit") or USUAL
    node.done()
    return Form(
        fields=there,
        **texts,
        measured=measured,
        origins=origins,
        captcha=captcha,
        geetest=geetest,
        limit=limit,
    )


def _asked(raw: Any, place: str, node: Node, fields: Mapping[str, Field]) -> Asked | None:
    one = Node(cast("object", raw) if isinstance(raw, dict) else {"field": raw}, place, node.problems)
    name = one.need("field", str, "")
    label = one.label() if one.any("label") is not None else None
    required = one.take("required", bool, default=False)
    one.done()
    if not fields or not name:
        return None
    field = fields.get(name)
    if field is None:
        node.problems.add(place, "unknown_field", name=name)
        return None
    if field.type not in ASKED or field.readonly:
        node.problems.add(place, "not_for_forms", name=name)
        return None
    return Asked(field, label or field.label, required or field.required)


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return (
        parts.scheme in ("http", "https")
        and text == f"{parts.scheme}://{host}{f':{port}' if port else ''}"
        and all(part.isalnum() or part == "*" for part in host.replace("-", "a").split("."))
        and "*" not in host[1:]
    )
