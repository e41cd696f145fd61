"""What a company says of its people beyond what the kernel knows: attributes that assignment may ask about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, cast

from closeloop.catalog.expressions import CANDIDATE_TYPES
from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import NAME, Node, read_label
from closeloop.expr import BOOL, NUMBER, TEXT, SimpleScope, Type, Value, list_of

PERSON = "person"
"""The key of the one profile that there is."""

_LONGEST = 100
_MOST = 200
"""Items of a list."""
_GREATEST = Decimal(10) ** 12


class Misfit(Exception):
    """A value is none of an attribute; `code` names the message."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise Misfit("not_text")
    if len(raw) > _LONGEST:
        raise Misfit("too_long", max=_LONGEST)
    return raw.strip()


def _list(raw: Any) -> list[str]:
    if not isinstance(raw, list):
        raise Misfit("not_a_list")
    items = cast("list[Any]", raw)
    if len(items) > _MOST:
        raise Misfit("too_many", max=_MOST)
    return list(dict.fromkeys(_text(item) for item in items))


def _number(raw: Any) -> Decimal:
    try:
        number = Decimal(str(raw)) if isinstance(raw, int | float | str) and not isinstance(raw, bool) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) > _GREATEST:
        raise Misfit("not_number")
    return number


def _yes_or_no(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise Misfit("not_boolean")
    return raw


_TYPES: Mapping[str, tuple[Callable[[Any], Any], Type]] = {
    "text": (_text, TEXT),
    "list": (_list, list_of(TEXT)),
    "number": (_number, NUMBER),
    "checkbox": (_yes_or_no, BOOL),
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of people; with `options` a text or the items of a list are among these."""

    name: str
    label: Label
    type: str
    options: tuple[str, ...] = ()

    def read(self, raw: Any) -> Value:
        """Return the value of raw input; raises Misfit."""
        value = _TYPES[self.type][0](raw)
        given: list[Any] = value if self.type == "list" else [value]
        if self.options and any(one not in self.options for one in given):
            raise Misfit("not_an_option", options=list(self.options))
        return value

    def usual(self) -> Value:
        """Return what somebody has of whom nothing is said."""
        return [] if self.type == "list" else None


@dataclass(frozen=True)
class Profile:
    """The attributes of a company's people, in the order in which they are shown."""

    definition: Definition | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict[str, Attribute])

    @cached_property
    def scope(self) -> SimpleScope:
        """What expressions may ask about a candidate: what the kernel knows of people, and these attributes."""
        own = {name: _TYPES[one.type][1] for name, one in self.attributes.items()}
        labels = {text: name for name, one in self.attributes.items() for text in one.label.values()}
        return SimpleScope({**CANDIDATE_TYPES, **own}, labels)

    def values(self, stored: Mapping[str, Any]) -> dict[str, Value]:
        """Return every attribute's value of what is stored of a person; what no longer fits counts as not said."""
        found: dict[str, Value] = {}
        for name, one in self.attributes.items():
            try:
                found[name] = one.usual() if stored.get(name) is None else one.read(stored[name])
            except Misfit:
                found[name] = one.usual()
        return found


@dataclass(frozen=True, slots=True)
class ProfileKind:
    """The profile of people as a kind of definition."""

    name: str = "profile"

    def compile(self, node: Node, definition: Definition, catalog: object) -> Profile:  # noqa: ARG002 - Kind
        key = node.name("profile")
        if key != PERSON:
            node.problems.add(node.at("profile"), "not_one_of", words=[PERSON])
        attributes: dict[str, Attribute] = {}
        for name, raw in node.entries("attributes"):
            place = node.at(f"attributes.{name}")
            if not NAME.fullmatch(name):
                node.problems.add(place, "bad_name", name=name)
            if name in CANDIDATE_TYPES:
                node.problems.add(place, "name_taken", name=name)
            part = Node(raw, place, node.problems)
            type_ = part.one_of("type", tuple(_TYPES), "text")
            options = part.words("options")
            if options and type_ not in ("text", "list"):
                node.problems.add(part.at("options"), "unknown_key", suggestion=None)
            label = read_label(part.any("label"), part.at("label"), node.problems)
            attributes[name] = Attribute(name, label, type_, options)
            part.done()
        return Profile(definition, attributes)


PROFILES = ProfileKind()
