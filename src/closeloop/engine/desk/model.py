"""Desk definitions: an app's part of everybody's desk, its to-dos and the figures of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from closeloop.access.sight import Sight
from closeloop.base.errors import Invalid
from closeloop.catalog.field_types import abilities
from closeloop.catalog.model import Definition, Field, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.expr import BOOL, ExpressionError


@dataclass(frozen=True, slots=True)
class Todos:
    """To-dos are records of an object: which of them are open and one's own, and how one is ticked off."""

    object: str
    label: Label
    when: str
    due: str
    """The field that holds when it is due; they are listed in its order."""
    about: tuple[str, ...]
    """The relations to the record that it is about, of which the first that is filled counts."""
    done: str | None
    """The operation that ticks it off."""
    undo: str | None
    """The operation that takes that back."""


@dataclass(frozen=True, slots=True)
class DeskFigure:
    """A figure of one's own: how many records of an object a condition holds for."""

    key: str
    label: Label
    object: str
    when: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One app's part of the desk. Its conditions are compiled for whoever looks, over the fields that they see."""

    key: str
    definition: Definition
    label: Label
    position: int
    todos: Todos | None
    figures: tuple[DeskFigure, ...]


@dataclass(frozen=True, slots=True)
class DeskKind:
    """Desks as a kind of definition."""

    name: str = "desk"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Desk:
        key = node.name("desk")
        part = node.child("todos")
        return Desk(
            key=key,
            definition=definition,
            label=node.label(fallback=key),
            position=node.take("position", int, 100),
            todos=_todos(part, catalog) if part else None,
            figures=tuple(_figure(one, catalog) for one in node.children("figures")),
        )


def shown(sight: Sight, condition: str, *fields: str | None) -> bool:
    """Tell whether somebody sees all that a part of the desk rests on."""
    if any(name is not None and name not in sight.fields for name in fields):
        return False
    try:
        sight.filter(condition)
    except (ExpressionError, Invalid):
        return False
    return True


def _todos(node: Node, catalog: Snapshot) -> Todos:
    object_name, what = catalog.target(node)
    fields: Mapping[str, Field] = what.fields if what else {}
    due, about = node.need("due", str, "created_at"), _one_or_more(node.any("about"))
    if what is not None and (due not in fields or not abilities(fields[due]).sort):
        node.problems.add(node.at("due"), "unknown_field", name=due)
    for name in about if what is not None else ():
        if name not in fields or fields[name].type != "relation":
            node.problems.add(node.at("about"), "not_a_relation", name=name)
    todos = Todos(
        object=object_name,
        label=node.label(fallback=object_name),
        when=_condition(node, what),
        due=due,
        about=about,
        done=_operation(node, "done", object_name, catalog),
        undo=_operation(node, "undo", object_name, catalog),
    )
    node.done()
    return todos


def _one_or_more(raw: Any) -> tuple[str, ...]:
    given = cast("list[Any]", raw) if isinstance(raw, list) else [] if raw is None else [raw]
    return tuple(str(one) for one in given)


def _figure(node: Node, catalog: Snapshot) -> DeskFigure:
    key = node.name("key")
    object_name, what = catalog.target(node)
    figure = DeskFigure(key, node.label(fallback=key), object_name, _condition(node, what))
    node.done()
    return figure


def _condition(node: Node, what: ObjectType | None) -> str:
    source = node.need("when", str, "true")
    if what is not None:
        node.compile(source, node.at("when"), what.scope, BOOL)
    return source


def _operation(node: Node, key: str, object_name: str, catalog: Snapshot) -> str | None:
    name = node.take(key, str, "") or None
    if name is not None:
        known = next((one for one in catalog.definitions.get("operation", ()) if one.key == name), None)
        if known is None or known.body.get("on") != object_name:
            node.problems.add(node.at(key), "unknown_operation", name=name)
    return name


DESKS = DeskKind()
