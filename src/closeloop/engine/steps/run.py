"""Carry steps out: all is worked out before the first of it is applied; what they make is commands and effects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.expressions import row_for
from closeloop.catalog.field_types import Coercion
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.engine.steps.commands import NO_VALUES, CarryOn, HoldClock, RunOperation
from closeloop.engine.steps.model import CLOCK_WORDS, Step
from closeloop.engine.steps.requirements import unmet
from closeloop.events.model import UPDATED
from closeloop.expr import Env, Expression
from closeloop.records.batch import Batch, Row, Work
from closeloop.records.coerce import coerce_value, missing
from closeloop.records.commands import (
    AssignRecord,
    Command,
    CreateRecord,
    MoveRecord,
    UnassignRecord,
    UpdateRecord,
    Values,
)
from closeloop.records.effects import Deliver, Effect, Log, Notify, SetFields, Then
from closeloop.records.handlers import begin_change, require_record

_LEVELS = {"notify": "info", "escalate": "danger"}


@dataclass(frozen=True, slots=True)
class Context:
    """What the steps of one run share. Expressions see the record as it stood when the run began."""

    asked_by: str
    """The definition, as `rule/pre_check`."""
    reason: str
    """What an assignment by these steps gives as its reason."""
    row: Mapping[str, Any]
    """Empty: the record as it is when the steps begin."""
    roots: Mapping[str, Mapping[str, Any]]
    notices: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """The type and level of a notice without texts of its own, by the step's word."""
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    failed: str = ""
    """The event that tells of a run which may fail by itself, and did."""
    created: Mapping[str, tuple[str, UUID]] = field(default_factory=dict[str, tuple[str, UUID]])
    """Object and id of what the run created, by alias."""

    def value(self, expression: Expression, env: Env) -> Any:
        """Return what an expression of the steps comes to."""
        return expression.evaluate(row_for(expression, self.row, **self.roots), env)


@dataclass(slots=True)
class Done:
    """What came of steps: the effects, and what was done: `{do, field}` for each field, else `{do, what}`."""

    effects: list[Effect] = field(default_factory=list[Effect])
    did: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


def ask(steps: Iterable[Step], context: Context, what: ObjectType, env: Env) -> list[dict[str, Any]]:
    """Return what the steps require and isn't there; it is asked before any of them is done."""

    def value(expression: Expression) -> Any:
        return context.value(expression, env)

    asked = [step for step in steps if step.word == "require" and (step.when is None or value(step.when) is True)]
    return [one for step in asked for one in unmet(step.requirements, what, context.row, value)]


def do_steps(steps: Sequence[Step], context: Context, work: Work, batch: Batch) -> Done:
    """Work out the steps; raises Invalid naming the step where a value doesn't fit. Nothing is applied yet."""
    run = _Run(context, work, batch)
    for number, step in enumerate(steps):
        if step.of and step.of in run.fresh:
            run.wait(steps[number:])
            break
        if step.word == "require" or not run.wanted(step):
            continue
        run.do(step)
        if step.match and number + 1 < len(steps):
            run.wait(steps[number + 1 :])
            break
    return run.done


class CarryOnHandler:
    """Goes on with steps once the records that they speak of are made, or found to be there."""

    def inputs(self, command: CarryOn, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:  # noqa: ARG002
        return NO_VALUES, {}

    def check(self, work: Work, batch: Batch) -> None:
        require_record(work, batch)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        assert isinstance(command, CarryOn)
        begin_change(work)
        context: Context = command.context
        if work.failure is not None:
            return [failure_log(context, work)]
        created = {a: (name, batch.stand_ins.get(one, one)) for a, (name, one) in context.created.items()}
        aliases = {alias: {"id": record} for alias, (_, record) in created.items()}
        row = context.row or work.row.copy()
        context = replace(context, row=row, created=created, roots={**context.roots, **aliases})
        return do_steps(command.steps, context, work, batch).effects


def failure_log(context: Context, work: Work) -> Log:
    """Return the event that says why a run came to nothing."""
    error = work.failure
    told = {
        "by": context.asked_by,
        "code": error.code if error else None,
        "params": dict(error.params) if error else {},
        "errors": [_wrong(one) for one in error.errors] if error else [],
    }
    return Log(context.failed, {"failed": told})


def _wrong(error: FieldError) -> dict[str, Any]:
    """Tell a wrong field apart from the place in the definition, so that a hidden one can be left out."""
    place, _, name = error.field.rpartition(".")
    return {"at": place or None, "field": name, "code": error.code}


class _Run:
    """Steps being worked out for one record."""

    def __init__(self, context: Context, work: Work, batch: Batch) -> None:
        self.context = context
        self.work = work
        self.batch = batch
        self.done = Done()
        self.fresh: set[str] = set()
        """Aliases of what this very run creates: it is there with the next round of commands."""

    def value(self, expression: Expression) -> Any:
        return self.context.value(expression, self.batch.env(self.work.actor))

    def wanted(self, step: Step) -> bool:
        return step.when is None or self.value(step.when) is True

    def wait(self, steps: Sequence[Step]) -> None:
        command = CarryOn(self.work.what.name, self.work.row["id"], steps=tuple(steps), context=self.context)
        self.done.effects.append(Then(command, self.context.asked_by))

    def do(self, step: Step) -> None:
        if step.target or step.whom or step.word == "unassign":
            what = step.target or ", ".join(whom.key or whom.kind for whom in step.whom)
            self.done.did.append({"do": step.word, "what": what})
        else:
            self.done.did += [{"do": step.word, "field": name} for name in step.values]
        self.done.effects += self._effects(step)

    def _effects(self, step: Step) -> Iterable[Effect]:
        match step.word:
            case "set" | "link" | "add_to" if not step.of:
                yield SetFields(self._typed(step), UPDATED)
            case "notify" | "escalate":
                yield self._notice(step)
            case "webhook":
                yield Deliver(step.target, self.context.asked_by.replace("/", "."))
            case _:
                yield Then(self._command(step), f"{self.context.asked_by}: {step.place}")

    def _command(self, step: Step) -> Command:
        """Return the command that does a step, with all the checks of one that somebody asks for by hand."""
        object_name, record = self.context.created.get(step.of, (self.work.what.name, self.work.row["id"]))
        reason = self.context.reason
        match step.word:
            case "set" | "link":
                return UpdateRecord(object_name, record, values=self._raw(step))
            case "create":
                return self._create(step)
            case "move":
                return MoveRecord(object_name, record, to=step.target)
            case "assign":
                person = self._raw(step)["owner"] if step.values else self._first(step)
                if person is None:
                    raise Invalid(errors=[FieldError(f"{self.context.asked_by}: {step.place}", "required")])
                return AssignRecord(object_name, record, person=person, reason=reason)
            case "unassign":
                return UnassignRecord(object_name, record, reason=reason)
            case "reassign":
                return AssignRecord(object_name, record, policy=step.target, reason=reason)
            case "run":
                return RunOperation(object_name, record, operation=step.target, values=self._raw(step))
            case word if word in CLOCK_WORDS:
                return HoldClock(object_name, record, policy=step.target, doing=word.removesuffix("_clock"))
            case _:
                msg = f"no step does {step.word!r}"
                raise ValueError(msg)

    def _first(self, step: Step) -> UUID | None:
        """Return the first who is found of those whom a step names, in their order."""
        row = self.work.row
        return next((one for whom in step.whom for one in whom.people(row, self.batch.org)), None)

    def _raw(self, step: Step) -> Row:
        return {name: self.value(expression) for name, expression in step.values.items()}

    def _typed(self, step: Step) -> Row:
        """Return values as their fields take them; raises Invalid at the step's place."""
        what = self.work.what
        values: Row = {}
        errors: list[FieldError] = []
        for name, value in self._raw(step).items():
            if step.word == "add_to":
                value = [*(self.context.row[name] or ()), *([] if value is None else [value])]
            try:
                values[name] = coerce_value(value, what.fields[name], self.batch.org)
            except Coercion as problem:
                errors.append(FieldError(name, problem.code, problem.params))
        errors += missing(values, {name: what.fields[name] for name in values})
        if errors:
            place = f"{self.context.asked_by}: {step.place}.{step.word}"
            raise Invalid(errors=[FieldError(f"{place}.{e.field}", e.code, e.params) for e in errors])
        return values

    def _create(self, step: Step) -> CreateRecord:
        record = self.batch.new_id()
        command = CreateRecord(step.target, self._raw(step), joins=bool(step.match), id=record, match=step.match)
        if step.alias:
            self.fresh.add(step.alias)
            self.context = replace(
                self.context,
                roots={**self.context.roots, step.alias: {"id": record}},
                created={**self.context.created, step.alias: (step.target, record)},
            )
        return command

    def _notice(self, step: Step) -> Notify:
        telling = step.telling
        people = [one for whom in step.whom for one in whom.people(self.work.row, self.batch.org)]
        kind, level = self.context.notices.get(step.word, ("rule", _LEVELS[step.word]))
        params = dict(self.context.params)
        if telling is not None and (telling.heading or telling.text):
            kind = "rule"
            params.update(telling.params(self.work.what, self.work.row, self.batch.org))
        return Notify(people, kind, (telling.level if telling else "") or level, params)
