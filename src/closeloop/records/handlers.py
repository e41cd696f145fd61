"""Carry out the commands that every object knows: create, update, assign, delete."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from closeloop.access.decide import Actor
from closeloop.access.sight import Sight, sight_of
from closeloop.base.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from closeloop.catalog.field_types import Coercion, type_for
from closeloop.catalog.manifest import system_fields
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.events.model import ASSIGNED, CREATED, DELETED, GIVEN_BACK, UPDATED
from closeloop.expr import Env, Value
from closeloop.records.batch import Batch, RecordState, Row, Work
from closeloop.records.coerce import coerce_lenient, coerce_value, coerce_values, missing
from closeloop.records.commands import (
    AssignRecord,
    CreateRecord,
    DeleteRecord,
    RecordCommand,
    UnassignRecord,
    UpdateRecord,
    Values,
)
from closeloop.records.effects import Effect, WantPlace
from closeloop.records.filing import file_errors

_NO_FIELDS: Mapping[str, Field] = {}


def require_record(work: Work, batch: Batch) -> None:
    """Find the command's record; it must be there, readable, and the action on it allowed."""
    command = work.command
    if not isinstance(command, RecordCommand):
        msg = f"{type(command).__name__} is about no record"
        raise TypeError(msg)
    work.state = permitted(work, command, command.record, batch)


def permitted(work: Work, command: RecordCommand, record: UUID, batch: Batch) -> RecordState:
    """Return one of the records that a command is about; it must be there, readable, and the action on it allowed."""
    what = batch.catalog.object(command.object)
    state = batch.records.get((what.name, record))
    if state is None or state.row["deleted_at"] is not None:
        raise NotFound
    if state.is_new:  # made by this batch, which only a definition's own commands can know of
        return state
    if (work.actor.key, what.name, "read", record) not in batch.allowed:
        raise NotFound
    if (work.actor.key, what.name, command.access_action(), record) not in batch.allowed:
        raise Forbidden
    return state


def begin_change(work: Work) -> None:
    """Take the record as it is now for the work's "before", after checking that the caller has seen this version."""
    command = work.command
    if isinstance(command, RecordCommand) and command.version is not None and command.version != work.row["version"]:
        raise Conflict("version_conflict", data={"row": dict(work.row)})
    work.before = work.row.copy()


def check_relations(work: Work, values: Row, fields: Mapping[str, Field], batch: Batch) -> None:
    """Refuse values that point to records or files which are not there or not the actor's to see or attach."""
    errors = [
        FieldError(name, "unknown_record")
        for name, value in values.items()
        if value is not None
        and (field := fields[name]).type == "relation"
        and (field.object, value) not in batch.records
        and (field.object, value) not in batch.promised
        and (work.actor.key, field.object, "read", value) not in batch.allowed
    ]
    errors += file_errors(work, values, fields, batch)
    if errors:
        raise Invalid(errors=errors)


class CreateHandler:
    """Makes a record: typed values, the pipeline's first stage, its maker as owner until a policy says otherwise."""

    def inputs(self, command: CreateRecord, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:
        return command.values, catalog.object(command.object).fields

    def check(self, work: Work, batch: Batch) -> None:
        command = work.command
        assert isinstance(command, CreateRecord)
        what = batch.catalog.object(command.object)
        if not work.actor.may_create(what.name):
            raise Forbidden
        sight = sight_of(batch.catalog, what, work.actor)
        fields = what.fields
        rest: Row = dict(command.extra)
        raw = dict(command.values)
        owner = raw.pop("owner", None)
        if command.lenient:
            values, misfits = coerce_lenient(raw, fields, batch.org)
            rest.update(misfits)
        else:
            values = coerce_seen(raw, sight, batch)
            if owner is not None:
                values["owner"] = _owner(owner, work, batch)
        row = batch.beyond.row(what, dict.fromkeys(what.columns), is_new=True)
        row.update(
            id=command.id or batch.new_id(),
            version=1,
            created_at=batch.now,
            created_by=work.actor.id,
            updated_at=batch.now,
            updated_by=work.actor.id,
            owner=work.actor.id,
            extra=rest or None,
        )
        row.update(values)
        values = {**defaults(what, raw, row, batch.env(work.actor)), **values}
        # what one may not fill in is asked of whoever may
        errors = missing(values, {name: field for name, field in what.own_fields.items() if sight.writable(name)})
        if errors:
            raise Invalid(errors=errors)
        check_relations(work, values, fields, batch)
        work.values = values
        row.update(values)
        row.update(batch.numbers.give(what))
        pipeline = batch.catalog.pipeline_of(what)
        if pipeline is not None and what.stage_field is not None:
            row[what.stage_field.name] = pipeline.stages[0].key
        what.begin(row, {*values, *what.numbered}, batch.unread)
        work.state = RecordState(what, row, batch.unread, is_new=True)
        batch.promised.add((what.name, work.state.id))

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        set_ = {name: work.row[name] for name in ("owner", *work.what.stored)}
        changes = {name: (None, value) for name, value in set_.items() if value is not None}
        why = None if work.submission.inbound is None else {"channel": work.submission.inbound.channel}
        batch.log(work, CREATED, why, changes)
        return ()


def defaults(what: ObjectType, given: Values, row: Row, env: Env) -> dict[str, Value]:
    """Return what a new record gets in the fields of which nothing is said."""
    values: dict[str, Value] = {}
    errors: list[FieldError] = []
    for name, field in what.own_fields.items():
        if field.default is None or name in given:
            continue
        value = field.default.value
        expression = what.defaults.get(name)
        if expression is not None:
            value = expression.evaluate({**dict.fromkeys(what.fields), **row, **values}, env)
        try:
            values[name] = None if value is None else type_for(field).coerce(value, field)
        except Coercion as problem:
            errors.append(FieldError(name, problem.code, problem.params))
    if errors:
        raise Invalid(errors=errors)
    return values


def _owner(raw: object, work: Work, batch: Batch) -> Value:
    """Return whom a new record is given to by the one who makes it, who must be allowed to assign to that person."""
    actor = work.actor
    field = system_fields(work.command.object)["owner"]
    try:
        owner = coerce_value(raw, field, batch.org)
    except Coercion as problem:
        raise Invalid(errors=[FieldError("owner", problem.code, problem.params)]) from None
    if not may_give(actor, work.command.object, owner):
        raise Invalid(errors=[FieldError("owner", "may_not_assign")])
    return owner


def may_give(actor: Actor, object_name: str, owner: Value) -> bool:
    """Tell whether the actor may make somebody the owner: people assign to themselves and within their scope."""
    scope = actor.reach(object_name, "assign").scope
    return owner == actor.id or scope == "all" or owner in actor.owners(scope)


def coerce_seen(raw: Values, sight: Sight, batch: Batch) -> dict[str, Value]:
    """Return typed values of an object's fields as an actor sees it; a hidden one is an unknown one."""
    return coerce_values(raw, sight.fields, batch.org, sight.locked)


class UpdateHandler:
    """Sets fields of a record."""

    def inputs(self, command: UpdateRecord, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:
        return command.values, catalog.object(command.object).fields

    def check(self, work: Work, batch: Batch) -> None:
        command = work.command
        assert isinstance(command, UpdateRecord)
        require_record(work, batch)
        fields = work.what.fields
        work.values = coerce_seen(command.values, sight_of(batch.catalog, work.what, work.actor), batch)
        check_relations(work, work.values, fields, batch)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        begin_change(work)
        errors = missing(
            {**work.row, **work.values}, {n: f for n, f in work.what.own_fields.items() if n in work.values}
        )
        if errors:
            raise Invalid(errors=errors)
        batch.set_fields(work, work.values, UPDATED)
        return ()


class AssignHandler:
    """Gives a record to a person by hand, or asks the policies again."""

    def inputs(self, command: AssignRecord, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:  # noqa: ARG002
        return {}, _NO_FIELDS

    def check(self, work: Work, batch: Batch) -> None:
        command = work.command
        assert isinstance(command, AssignRecord)
        require_record(work, batch)
        if command.person is None:
            return
        person = batch.org.people.get(command.person)
        if person is None or not person.active:
            raise Invalid(errors=[FieldError("person", "unknown_person")])
        if not may_give(work.actor, command.object, command.person):
            raise Invalid(errors=[FieldError("person", "may_not_assign")])

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        assert isinstance(command, AssignRecord)
        begin_change(work)
        if command.person is None:
            return [WantPlace(command.policy or "", command.reason, avoid=work.row["owner"], note=command.note)]
        if command.person != work.row["owner"]:
            why: dict[str, Any] = {
                "assignment": {
                    "policy": None,
                    "reason": command.reason,
                    "note": command.note,
                    "from": work.row["owner"],
                    "chosen": command.person,
                    "candidates": [],
                }
            }
            batch.set_fields(work, {"owner": command.person}, ASSIGNED, why)
        return ()


class UnassignHandler:
    """Takes a record's owner away."""

    def inputs(self, command: UnassignRecord, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:  # noqa: ARG002
        return {}, _NO_FIELDS

    def check(self, work: Work, batch: Batch) -> None:
        require_record(work, batch)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        assert isinstance(command, UnassignRecord)
        begin_change(work)
        former = work.row["owner"]
        if former is not None:
            told: dict[str, Any] = {
                "policy": None,
                "reason": command.reason,
                "from": former,
                "chosen": None,
                "candidates": [],
            }
            batch.set_fields(work, {"owner": None}, GIVEN_BACK, {"assignment": told})
        return ()


class DeleteHandler:
    """Puts a record into the trash, where it stays until it is restored or purged."""

    def inputs(self, command: DeleteRecord, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:  # noqa: ARG002
        return {}, _NO_FIELDS

    def check(self, work: Work, batch: Batch) -> None:
        require_record(work, batch)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        begin_change(work)
        batch.set_fields(work, {"deleted_at": batch.now}, DELETED)
        return ()
