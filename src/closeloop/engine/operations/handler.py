"""Run an operation: its condition, its input, its steps; a completed one is the event `<object>.<operation>`."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from closeloop.base.errors import Conflict, Forbidden, Invalid, NotFound
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.operations.limits import NAME as LIMITS
from closeloop.engine.operations.limits import Counts, count_once_more, over_limits
from closeloop.engine.operations.model import OPERATIONS, Operation
from closeloop.engine.operations.now import context_of, fits, name_of
from closeloop.engine.steps.commands import RunOperation
from closeloop.engine.steps.model import GIVING
from closeloop.engine.steps.run import ask, do_steps
from closeloop.records.batch import Batch, Work
from closeloop.records.coerce import coerce_values, missing
from closeloop.records.commands import Values
from closeloop.records.effects import Effect, Log
from closeloop.records.handlers import begin_change, check_relations, require_record

__all__ = ["OperationHandler", "RunOperation"]


class OperationHandler:
    """Carries out operations. What they create or move is done by commands of their own, caused by the operation.

    An operation needs the right to do it and no other: what it changes is the definition's decision.
    """

    def inputs(self, command: RunOperation, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:
        operation = catalog.all(OPERATIONS).get(command.operation)
        return command.values, operation.input if operation else {}

    def check(self, work: Work, batch: Batch) -> None:
        command, operation = _of(work, batch.catalog)
        require_record(work, batch)
        _require_now(work, operation, batch)
        work.values = coerce_values(command.values, operation.input, batch.org)
        errors = missing(work.values, operation.input)
        if errors:
            raise Invalid(errors=errors)
        check_relations(work, work.values, operation.input, batch)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        _, operation = _of(work, batch.catalog)
        begin_change(work)
        _require_now(work, operation, batch)  # another command of the batch may have come first
        _take_turns(work, operation, batch)
        inputs = {name: work.values.get(name) for name in operation.input}
        context = context_of(operation, work.row.copy(), inputs)
        counts: Counts = batch.loaded.get(LIMITS, {})
        unmet = ask(operation.steps, context, work.what, batch.env(work.actor))
        unmet += over_limits(operation, work.actor, counts)
        if unmet:
            raise Invalid("operation_unmet", data={"unmet": unmet})
        done = do_steps(operation.steps, context, work, batch)
        given = {name: value for name, value in inputs.items() if value is not None}
        why: dict[str, Any] = {"operation": operation.key, "input": given}
        name = name_of(operation, context.row, batch.env(work.actor))
        if name is not operation.label:
            why["named"] = name
        log = Log(f"{work.what.name}.{operation.key}", why)
        return [log, *done.effects, *count_once_more(operation, work, batch)]


def _require_now(work: Work, operation: Operation, batch: Batch) -> None:
    if not fits(operation, work.row, batch.env(work.actor)):
        raise Forbidden("operation_not_now")


def _take_turns(work: Work, operation: Operation, batch: Batch) -> None:
    """Let one operation of a batch change a record's owner: it does so only with the next round of commands."""
    if not any(step.word in GIVING and not step.of for step in operation.steps):
        return
    taken: set[tuple[str, UUID]] = batch.loaded.setdefault("operations that give", set())
    place = (work.what.name, work.row["id"])
    if place in taken:
        raise Conflict("version_conflict", data={"row": dict(work.row)})
    taken.add(place)


def _of(work: Work, catalog: Snapshot) -> tuple[RunOperation, Operation]:
    command = work.command
    assert isinstance(command, RunOperation)
    operation = catalog.all(OPERATIONS).get(command.operation)
    if operation is None or operation.object != command.object:
        raise NotFound("unknown_operation", name=command.operation)
    return command, operation
