"""Run an operation with a playbook at hand: which of its items were used is kept with the operation's event."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.playbooks.model import PLAYBOOKS, Contact, Playbook
from closeloop.engine.steps.commands import RunOperation
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import Values
from closeloop.records.effects import Effect, Insert, Log
from closeloop.records.parts import Handler


@dataclass(frozen=True, slots=True)
class RunGuided(RunOperation):
    """Do an operation, having used items of a playbook; without a contact, of the one whose turn it is."""

    playbook: str = ""
    contact: str | None = None
    used: tuple[str, ...] = ()


class GuidedHandler:
    """Carries out the operation as its own handler does, and adds to its event what was used."""

    def __init__(self, operations: Handler) -> None:
        self._operations = operations

    def inputs(self, command: RunGuided, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:
        return self._operations.inputs(command, catalog)

    def check(self, work: Work, batch: Batch) -> None:
        self._operations.check(work, batch)
        _, contact = _of(work, batch)
        known = {item.key for _, item in contact.all_items()}
        used = enumerate(_command(work).used)
        errors = [
            FieldError(f"playbook.used[{i}]", "unknown_item", {"name": key}) for i, key in used if key not in known
        ]
        if errors:
            raise Invalid(errors=errors)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        playbook, contact = _of(work, batch)
        event = f"{playbook.object}.{playbook.operation}"
        used = list(dict.fromkeys(_command(work).used))
        of = {"playbook": playbook.key, "definition": playbook.definition.id, "contact": contact.key}
        why: dict[str, Any] = {**of, "version": playbook.definition.version, "used": used}
        row = {"id": batch.new_id(), "at": batch.now, "record": work.row["id"], "actor": work.actor.id}
        yield Insert("playbook_use", {**row, **of, "used": used})
        for effect in self._operations.start(work, batch):
            if isinstance(effect, Log) and effect.event == event:
                yield replace(effect, why={**(effect.why or {}), "playbook": why})
            else:
                yield effect


def _command(work: Work) -> RunGuided:
    assert isinstance(work.command, RunGuided)
    return work.command


def _of(work: Work, batch: Batch) -> tuple[Playbook, Contact]:
    """Return the playbook and the contact that the command names; raises Invalid at the field."""
    command = _command(work)
    playbook = batch.catalog.all(PLAYBOOKS).get(command.playbook)
    if playbook is None or (playbook.object, playbook.operation) != (command.object, command.operation):
        raise Invalid(errors=[FieldError("playbook.key", "unknown_playbook", {"name": command.playbook})])
    if command.contact is None:
        contact = playbook.contact_now(work.row, batch.env(work.actor))
        if contact is None:
            raise Invalid(errors=[FieldError("playbook.key", "playbook_not_now")])
    else:
        contact = playbook.contact(command.contact)
        if contact is None:
            raise Invalid(errors=[FieldError("playbook.contact", "unknown_item", {"name": command.contact})])
    return playbook, contact
