"""Operation definitions: who may, what is asked, and the steps that are done."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from closeloop.catalog.expressions import object_scope, type_of
from closeloop.catalog.manifest import read_field
from closeloop.catalog.model import Definition, Field, Label
from closeloop.catalog.reading import NAME, Node
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.engine.steps.model import Step, read_steps
from closeloop.expr import BOOL, Expression

QUOTAS = ("quota_open", "quota_daily")
"""The quotas of a person that a limit may name in place of a number."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much a person may have, or do, for the operation to be done once more.

    Counted are the records for which `held` is true, or without it how often the person has done it today. `most` is
    a number or the name of one of the person's quotas; where that is empty there is no limit.
    """

    held: Expression | None
    most: int | str
    label: Label


def read_limits(node: Node, what: ObjectType | None) -> tuple[Limit, ...]:
    """Read `limits`: `{held: condition, most}` or `{daily: most}`, each with a label."""
    limits: list[Limit] = []
    for part in node.children("limits"):
        daily = part.any("daily")
        most = part.any("most") if daily is None else daily
        whole = isinstance(most, int) and not isinstance(most, bool) and most >= 0
        if not whole and most not in QUOTAS:
            part.problems.add(part.at("most" if daily is None else "daily"), "not_one_of", words=["0", "1", *QUOTAS])
        held = part.expression("held", what.scope, BOOL) if what and daily is None else None
        if daily is None and part.any("held") is None:
            part.problems.add(part.at("held"), "required")
        limits.append(Limit(held, most if whole or most in QUOTAS else 0, part.label()))
        part.done()
    return tuple(limits)


@dataclass(frozen=True, slots=True)
class Named:
    """What an operation is called for records that its condition holds for, since it does something else with them."""

    when: Expression
    label: Label


def read_named(node: Node, what: ObjectType | None) -> tuple[Named, ...]:
    """Read `named`: a list of `{when, label}`."""
    named: list[Named] = []
    for part in node.children("named"):
        label = part.label()
        if what and part.any("when") is None:
            part.problems.add(part.at("when"), "required")
        elif what and (when := part.expression("when", what.scope, BOOL)):
            named.append(Named(when, label))
        part.done()
    return tuple(named)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as it runs; `only` narrows what a role grants, `confirm` is asked before it is done."""

    key: str
    object: str
    definition: Definition
    label: Label
    confirm: Label | None
    only: Expression | None
    input: Mapping[str, Field]
    steps: tuple[Step, ...]
    position: int
    limits: tuple[Limit, ...] = ()
    undo: str = ""
    """The operation that takes it back, offered right after it where it may be done then."""
    suggested: Mapping[str, Expression] = field(default_factory=dict[str, Expression])
    """What a form begins with: of the inputs whose default is worked out from the record."""
    named: tuple[Named, ...] = ()
    """What it is called by what it will do with a record; the first that holds counts, else the label."""


@dataclass(frozen=True, slots=True)
class OperationKind:
    """Operations as a kind of definition."""

    name: str = "operation"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Operation:
        key = node.name("operation")
        object_name, what = catalog.target(node)
        inputs: dict[str, Field] = {}
        for name, raw in node.entries("input"):
            place = node.at(f"input.{name}")
            if not NAME.fullmatch(name):
                node.problems.add(place, "bad_name", name=name)
            inputs[name] = read_field(Node(raw, place, node.problems), name, catalog.option_lists, catalog.pipelines)
            if inputs[name].readonly:
                node.problems.add(f"{place}.type", "not_an_input")
        return Operation(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            confirm=node.label(key="confirm") if node.any("confirm") is not None else None,
            only=node.expression("only", what.scope, BOOL) if what else None,
            input=inputs,
            steps=read_steps(node, "do", what, catalog, {"input": object_scope(inputs)}),
            position=node.take("position", int, 100),
            limits=read_limits(node, what),
            undo=_undo(node, key, object_name, catalog),
            suggested=_suggested(node, inputs, what) if what else {},
            named=read_named(node, what),
        )


def _suggested(node: Node, inputs: Mapping[str, Field], what: ObjectType) -> dict[str, Expression]:
    """Compile the defaults that are expressions over the record's own fields."""
    found: dict[str, Expression] = {}
    for name, one in inputs.items():
        if one.default is None or one.default.expression is None:
            continue
        place = node.at(f"input.{name}.default")
        if one.kind == "relation":
            node.problems.add(place, "not_possible")
        elif expression := node.compile(one.default.expression, place, object_scope(what.fields), type_of(one)):
            found[name] = expression
    return found


def _undo(node: Node, key: str, on: str, catalog: Snapshot) -> str:
    """Read `undo`: another operation of the object that asks for nothing."""
    name = node.take("undo", str, "")
    if not name:
        return ""
    others = [one for one in catalog.definitions.get("operation", ()) if one.body.get("on") == on and one.key != key]
    found = next((one for one in others if one.key == name), None)
    if found is None:
        node.problems.add(node.at("undo"), "unknown_operation", name=name)
    elif found.body.get("input"):
        node.problems.add(node.at("undo"), "undo_asks", name=name)
    return name


OPERATIONS = OperationKind()
