"""Playbook definitions: for which records, beside which operation, and what to say at each contact."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from closeloop.catalog.expressions import object_scope
from closeloop.catalog.field_types import FILES
from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.engine.steps.telling import named
from closeloop.expr import BOOL, Env, Expression, Scope

MOST_CONTACTS, MOST_ITEMS = 20, 60
"""How many contacts a playbook has at most, and how many items a contact."""

_NOT_TOLD = frozenset({"relation", "department", "children", "place", *FILES})
"""Kinds of fields whose values are no words that one could say."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to say or to ask; `answer` is what to say to it when it is the customer who says it: an objection."""

    key: str
    text: Label
    answer: Label | None


@dataclass(frozen=True, slots=True)
class Section:
    """Items under a heading: the opening, questions, objections."""

    key: str
    label: Label
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """What is said at one contact; it is the turn of the first whose `when` holds."""

    key: str
    label: Label
    when: Expression | None
    sections: tuple[Section, ...]

    def all_items(self) -> Iterator[tuple[Section, Item]]:
        """Yield all items with their sections, in order; their keys are unique in the contact."""
        return ((section, item) for section in self.sections for item in section.items)


@dataclass(frozen=True, slots=True)
class Playbook:
    """One playbook as it runs; `operation` is the one beside whose form it stands."""

    key: str
    object: str
    definition: Definition
    label: Label
    operation: str
    position: int
    when: Expression | None
    contacts: tuple[Contact, ...]

    def contact(self, key: str) -> Contact | None:
        return next((one for one in self.contacts if one.key == key), None)

    def contact_now(self, row: Mapping[str, Any], env: Env) -> Contact | None:
        """Return the contact whose turn it is with a record; None where the playbook is not for it."""
        if not _holds(self.when, row, env):
            return None
        return next((one for one in self.contacts if _holds(one.when, row, env)), None)


def _holds(condition: Expression | None, row: Mapping[str, Any], env: Env) -> bool:
    return condition is None or condition.evaluate(row, env) is True


@dataclass(frozen=True, slots=True)
class PlaybookKind:
    """Playbooks as a kind of definition. Conditions are about the record itself, not about others beyond it."""

    name: str = "playbook"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Playbook:
        key = node.name("playbook")
        object_name, what = catalog.target(node)
        operation = node.name("beside")
        found = catalog.definition("operation", operation)
        if found is None or found.body.get("on") != object_name:
            node.problems.add(node.at("beside"), "unknown_operation", name=operation)
        scope = object_scope(what.fields) if what else None
        contacts = tuple(_contact(one, what, scope) for one in node.children("contacts"))
        _counted(contacts, node, "contacts", MOST_CONTACTS)
        return Playbook(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            operation=operation,
            position=node.take("position", int, 100),
            when=node.expression("when", scope, BOOL) if scope else None,
            contacts=contacts,
        )


def _contact(node: Node, what: ObjectType | None, scope: Scope | None) -> Contact:
    key = node.name("key")
    contact = Contact(
        key=key,
        label=node.label(fallback=key),
        when=node.expression("when", scope, BOOL) if scope else None,
        sections=tuple(_section(one, what) for one in node.children("sections")),
    )
    _counted(contact.sections, node, "sections", MOST_ITEMS)
    _counted([item for _, item in contact.all_items()], node, "sections", MOST_ITEMS)
    node.done()
    return contact


def _section(node: Node, what: ObjectType | None) -> Section:
    key = node.name("key")
    section = Section(key, node.label(fallback=key), tuple(_item(one, what) for one in node.children("items")))
    if not section.items:
        node.problems.add(node.at("items"), "required")
    node.done()
    return section


def _item(node: Node, what: ObjectType | None) -> Item:
    answer = node.label(key="answer") if node.any("answer") is not None else None
    item = Item(node.name("key"), node.label(key="text"), answer)
    for key, texts in (("text", item.text), ("answer", item.answer or {})):
        for name in (name for text in texts.values() for name in named(text, node, key)):
            field = what.fields.get(name) if what else None
            if what is not None and field is None:
                node.problems.add(node.at(key), "unknown_field", name=name)
            elif field is not None and field.kind in _NOT_TOLD:
                node.problems.add(node.at(key), "not_possible")
    node.done()
    return item


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


_One = TypeVar("_One", bound=_Keyed)


def _counted(ones: Sequence[_One], node: Node, place: str, most: int) -> None:
    """Complain about none at all, too many, or two of one key."""
    if not ones:
        node.problems.add(node.at(place), "required")
    if len(ones) > most:
        node.problems.add(node.at(place), "too_many", max=most)
    keys = [one.key for one in ones]
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        node.problems.add(node.at(place), "twice", name=key)


PLAYBOOKS = PlaybookKind()


def playbook_now(
    playbooks: Iterable[Playbook], operation: str, row: Mapping[str, Any], env: Env
) -> tuple[Playbook, Contact] | None:
    """Return the first of an object's playbooks beside the operation that has a contact for the record now."""
    for playbook in playbooks:
        if playbook.operation == operation and (contact := playbook.contact_now(row, env)) is not None:
            return playbook, contact
    return None
