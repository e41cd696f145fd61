"""Operation definitions: who may, what is asked, and the steps that are done."""

from collections.abc import Mapping
from dataclasses import dataclass

from closeloop.catalog.expressions import object_scope
from closeloop.catalog.manifest import read_field
from closeloop.catalog.model import Definition, Field, Label
from closeloop.catalog.reading import NAME, Node
from closeloop.catalog.snapshot import ObjectType, Snapshot, scope_with
from closeloop.expr import BOOL, Expression, SimpleScope


@dataclass(frozen=True, slots=True)
class Step:
    """One step: set fields, create a record of another object, or move to a stage; `when` may leave it out."""

    kind: str
    target: str
    values: Mapping[str, Expression]
    when: Expression | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as it runs; `only` narrows what a role grants."""

    key: str
    object: str
    definition: Definition
    label: Label
    only: Expression | None
    input: Mapping[str, Field]
    steps: tuple[Step, ...]
    position: int


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
        given = object_scope(inputs, related=catalog.fields_of)
        scope = scope_with(what, input=given) if what else SimpleScope({})
        steps = [step for part in node.children("do") for step in _steps(part, what, scope, catalog)]
        return Operation(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            only=node.expression("only", what.scope, BOOL) if what else None,
            input=inputs,
            steps=tuple(steps),
            position=node.take("position", int, 100),
        )


def _steps(node: Node, what: ObjectType | None, scope: SimpleScope, catalog: Snapshot) -> list[Step]:
    steps: list[Step] = []
    when = node.expression("when", scope, BOOL)
    create = node.take("create", str, "")
    if create:
        target = catalog.objects.get(create)
        if target is None:
            node.problems.add(node.at("create"), "unknown_object", name=create)
        steps.append(Step("create", create, _values(node, "values", target, scope), when))
    if node.any("set") is not None:
        steps.append(Step("set", "", _values(node, "set", what, scope), when))
    move = node.take("move", str, "")
    if move:
        pipeline = catalog.pipeline_of(what) if what else None
        if pipeline is None or pipeline.stage(move) is None:
            node.problems.add(node.at("move"), "unknown_stage", name=move)
        steps.append(Step("move", move, {}, when))
    if len(steps) != 1:
        node.problems.add(node.place, "one_step")
    node.done()
    return steps


def _values(node: Node, key: str, target: ObjectType | None, scope: SimpleScope) -> dict[str, Expression]:
    values: dict[str, Expression] = {}
    for name, source in node.entries(key):
        place = node.at(f"{key}.{name}")
        field = target.fields.get(name) if target else None
        if target is not None and (field is None or field.readonly):
            node.problems.add(place, "unknown_field", name=name)
        expression = node.compile(str(source), place, scope)
        if expression is not None:
            values[name] = expression
    return values


OPERATIONS = OperationKind()
