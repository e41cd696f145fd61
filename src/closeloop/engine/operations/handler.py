"""Run an operation: its condition, its input, its steps; a completed one is the event `<object>.<operation>`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from closeloop.base.errors import Forbidden, Invalid, NotFound
from closeloop.catalog.expressions import row_for
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.operations.model import OPERATIONS, Operation
from closeloop.events.model import UPDATED
from closeloop.expr import Expression
from closeloop.records.batch import Batch, Work
from closeloop.records.coerce import coerce_values, missing
from closeloop.records.commands import CreateRecord, MoveRecord, RecordCommand, Values
from closeloop.records.effects import Effect, Log, SetFields, Then
from closeloop.records.handlers import begin_change, check_relations, require_record


@dataclass(frozen=True, slots=True)
class RunOperation(RecordCommand):
    """Do one of the object's operations on a record."""

    operation: str = ""
    values: Values = field(default_factory=dict[str, Any])

    def access_action(self) -> str:
        return f"do:{self.operation}"


class OperationHandler:
    """Carries out operations. What they create or move is done by commands of their own, caused by the operation."""

    def inputs(self, command: RunOperation, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:
        operation = catalog.all(OPERATIONS).get(command.operation)
        return command.values, operation.input if operation else {}

    def check(self, work: Work, batch: Batch) -> None:
        command, operation = _of(work, batch.catalog)
        require_record(work, batch)
        if operation.only is not None and operation.only.evaluate(work.row, batch.env(work.actor)) is not True:
            raise Forbidden("operation_not_now")
        work.values = coerce_values(command.values, operation.input, batch.org)
        errors = missing(work.values, operation.input)
        if errors:
            raise Invalid(errors=errors)
        check_relations(work, work.values, operation.input, batch)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        _, operation = _of(work, batch.catalog)
        begin_change(work)
        inputs = {name: work.values.get(name) for name in operation.input}
        before = work.row.copy()
        given = {name: (None, value) for name, value in inputs.items() if value is not None}
        yield Log(
            f"{work.what.name}.{operation.key}",
            {"operation": operation.key, "input": {n: v for n, (_, v) in given.items()}},
        )

        def value_of(expression: Expression) -> Any:
            row = row_for(expression, before, input=inputs)
            return expression.evaluate(row, batch.env(work.actor))

        for step in operation.steps:
            if step.when is not None and value_of(step.when) is not True:
                continue
            values = {name: value_of(expression) for name, expression in step.values.items()}
            if step.kind == "set":
                yield SetFields(values, UPDATED)
            elif step.kind == "create":
                yield Then(CreateRecord(step.target, values))
            else:
                yield Then(MoveRecord(work.what.name, work.row["id"], to=step.target))


def _of(work: Work, catalog: Snapshot) -> tuple[RunOperation, Operation]:
    command = work.command
    assert isinstance(command, RunOperation)
    operation = catalog.all(OPERATIONS).get(command.operation)
    if operation is None or operation.object != command.object:
        raise NotFound("unknown_operation", name=command.operation)
    return command, operation
