"""Gates: what a stage requires before it may be entered, compiled once the pipeline's object is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from closeloop.catalog.expressions import row_for
from closeloop.catalog.model import Definition, Pipeline
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.engine.steps.requirements import Requirement, read_requirements, unmet
from closeloop.expr import Env


@dataclass(frozen=True, slots=True)
class Gates:
    """What each stage of one pipeline requires."""

    key: str
    object: str
    enter: Mapping[str, tuple[Requirement, ...]]


@dataclass(frozen=True, slots=True)
class GateKind:
    """The second look at pipelines: the catalog reads their stages before there are objects to require anything of."""

    name: str = "pipeline"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Gates:
        object_name, what = catalog.target(node)
        enter: dict[str, tuple[Requirement, ...]] = {}
        for part in node.children("stages"):
            enter[str(part.any("key"))] = read_requirements(part, "enter", what, what.scope if what else None)
            part.leave()
        node.leave()
        return Gates(definition.key, object_name, enter)


GATES = GateKind()


def missing_at(
    catalog: Snapshot, what: ObjectType, judged: Pipeline, stage: str, row: Mapping[str, Any], env: Env
) -> list[dict[str, Any]]:
    """Return what a record still lacks to enter a stage: `{kind, field?, label, detail?}` each; empty if it may.

    `judged` is the version of the pipeline that the record's moves are judged by.
    """
    gates = catalog.version(GATES, judged.key, judged.definition) if judged.definition else None
    asked = gates.enter.get(stage, ()) if gates else ()
    return unmet(asked, what, row, lambda check: check.evaluate(row_for(check, row), env))
