"""Operation definitions: who may, what is asked, and the steps that are done."""

from collections.abc import Mapping
from dataclasses import dataclass

from closeloop.catalog.expressions import object_scope
from closeloop.catalog.manifest import read_field
from closeloop.catalog.model import Definition, Field, Label
from closeloop.catalog.reading import NAME, Node
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.steps.model import Step, read_steps
from closeloop.expr import BOOL, Expression


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
        )


OPERATIONS = OperationKind()
