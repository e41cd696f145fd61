"""What can be told of an operation before it is done: whether it fits a record, and what would stand in its way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from closeloop.access.decide import Actor
from closeloop.catalog.model import Label
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.unit_of_work import Session
from closeloop.engine.operations.limits import Counts, counted, limit_calls, over_limits
from closeloop.engine.operations.model import Operation
from closeloop.engine.steps.model import Step
from closeloop.engine.steps.run import Context, ask
from closeloop.expr import Env, Expression
from closeloop.records.columns import Columns
from closeloop.records.reasons import verdicts


@dataclass(frozen=True, slots=True)
class Outlook:
    """How an operation would fare with a record as it is: the code of what refuses it, and what it still asks for."""

    operation: Operation
    label: Label
    """What it is called for the record."""
    refused: str = ""
    unmet: Sequence[Mapping[str, Any]] = ()

    @property
    def allowed(self) -> bool:
        """Whether nothing that is known before its input stands in its way."""
        return not self.refused


def fits(operation: Operation, row: Mapping[str, Any], env: Env) -> bool:
    """Tell whether the operation's own condition holds for a record."""
    return operation.only is None or operation.only.evaluate(row, env) is True


def name_of(operation: Operation, row: Mapping[str, Any], env: Env) -> Label:
    """Return what the operation is called for a record as it is, by what it will do with it."""
    return next((one.label for one in operation.named if one.when.evaluate(row, env) is True), operation.label)


def context_of(operation: Operation, row: Mapping[str, Any], inputs: Mapping[str, Any]) -> Context:
    """Return what the operation's steps share when it is done with these inputs."""
    return Context(f"operation/{operation.key}", "operation", row, {"input": inputs})


async def outlooks(
    session: Session,
    what: ObjectType,
    row: Mapping[str, Any],
    operations: Sequence[Operation],
    actor: Actor,
    env: Env,
    catalog: Snapshot,
) -> list[Outlook]:
    """Judge operations as doing them would; `row` is the whole of a record that is there.

    What depends on the input isn't judged. Cost: one statement for the rights of all, one round trip for the limits
    of those that fit.
    """
    asked = [f"do:{one.key}" for one in operations]
    judged = await verdicts(session, what, row, actor, env, Columns(catalog, what, env), asked)
    allowed = {one.action for one in judged if one.allowed}
    fitting = [one for one in operations if f"do:{one.key}" in allowed and fits(one, row, env)]
    counts = await _counts(session, fitting, actor, env, catalog)
    found: list[Outlook] = []
    for operation in operations:
        label = name_of(operation, row, env)
        if f"do:{operation.key}" not in allowed:
            found.append(Outlook(operation, label, "forbidden"))
        elif operation not in fitting:
            found.append(Outlook(operation, label, "operation_not_now"))
        else:
            context = context_of(operation, row, dict.fromkeys(operation.input))
            unmet = ask(_known_before(operation.steps), context, what, env)
            unmet += over_limits(operation, actor, counts)
            found.append(Outlook(operation, label, "operation_unmet" if unmet else "", unmet))
    return found


async def _counts(
    session: Session, operations: Iterable[Operation], actor: Actor, env: Env, catalog: Snapshot
) -> Counts:
    calls = dict(call for one in operations for call in limit_calls(one, actor, catalog, env))
    if not calls:
        return {}
    results = await session.fetch_many(list(calls.values()))
    return {place: counted(result) for place, result in zip(calls, results, strict=True)}


def _known_before(steps: Iterable[Step]) -> Iterable[Step]:
    """Return what is required whatever the input will be."""
    for step in steps:
        if step.word == "require" and not _rests_on_input(step.when):
            known = tuple(one for one in step.requirements if not _rests_on_input(one.check))
            yield replace(step, requirements=known)


def _rests_on_input(expression: Expression | None) -> bool:
    return expression is not None and any(path.split(".")[0] == "input" for path in expression.paths)
