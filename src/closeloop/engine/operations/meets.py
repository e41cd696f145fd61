"""Which operation makes a condition hold, told from definitions: what its steps write is what the condition reads."""

from collections.abc import Iterable

from closeloop.catalog.snapshot import ObjectType
from closeloop.engine.operations.model import Operation
from closeloop.engine.steps.model import GIVING, Step
from closeloop.expr import Env, Expression

_WRITING = ("set", "link", "add_to")


def first_to_meet(
    condition: Expression, what: ObjectType, operations: Iterable[Operation], env: Env
) -> Operation | None:
    """Return the first of an object's operations that may make a condition on its records hold; None where none does.

    A value that is cleared counts for nothing. A move counts where the condition holds in the stage that it leads to,
    as far as the stage alone decides.
    """
    return next((one for one in operations if any(_helps(step, condition, what, env) for step in one.steps)), None)


def _helps(step: Step, condition: Expression, what: ObjectType, env: Env) -> bool:
    reads = what.depends_on(condition.paths)
    if step.word == "create":
        counted = [one for name, one in what.figures.items() if name in reads]
        listed = [field for name, field in what.fields.items() if name in condition.lists]
        children = [(one.child, one.by) for one in counted] + [(field.object, field.by) for field in listed]
        return any(child == step.target and by in step.values for child, by in children)
    if step.of:
        return False
    if step.word in _WRITING:
        return any(name in reads and value.source.strip() != "null" for name, value in step.values.items())
    if step.word == "move" and what.stage_field is not None:
        stage = what.stage_field.name
        return stage in reads and (
            condition.paths != frozenset((stage,)) or condition.evaluate({stage: step.target}, env) is True
        )
    return step.word in GIVING and step.word != "unassign" and "owner" in reads
