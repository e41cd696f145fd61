"""What can be asked of the write path: plain frozen data, the same from a form, an import, the API or a rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from closeloop.access.decide import Actor

Values = Mapping[str, Any]

BY_HAND = "by_hand"
"""Why a record is assigned that somebody gives to a person, or asks the policies about again."""

LONGEST_NOTE = 500

HANDED_OVER = "handed_over"
"""Why a record is reassigned together with all others of somebody who leaves: its new owner is told of all at once."""


@dataclass(frozen=True, slots=True)
class Command:
    """The root of all commands; `object` is the api name of what it is about."""

    object: str


@dataclass(frozen=True, slots=True)
class RecordCommand(Command):
    """A command about one record that is there; `version` None takes it as it is."""

    record: UUID
    version: int | None = None
    action: ClassVar[str] = "update"

    def access_action(self) -> str:
        """Return the action that a role must grant."""
        return self.action

    def records(self) -> tuple[UUID, ...]:
        """Return all records that the action is about."""
        return (self.record,)


@dataclass(frozen=True, slots=True)
class CreateRecord(Command):
    """Make a record. `lenient` is for inbound data: a bad optional value goes to `extra` instead of failing.

    `joins` says what a match of the object's duplicate rules does: join the record that is there, or refuse.
    `id` is a promise of whoever asks, so that others of the batch can refer to the record before it is made.
    `match` names fields by which a record that is there counts as the one to be made, where a duplicate rule of the
    object looks at them.
    """

    values: Values
    extra: Values = field(default_factory=dict[str, Any])
    lenient: bool = False
    joins: bool = False
    id: UUID | None = None
    match: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateRecord(RecordCommand):
    """Set fields of a record."""

    values: Values = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class MoveRecord(RecordCommand):
    """Move a record to another stage, setting fields on the way."""

    to: str = ""
    values: Values = field(default_factory=dict[str, Any])
    note: str | None = None


@dataclass(frozen=True, slots=True)
class AssignRecord(RecordCommand):
    """Give a record to a person; without one the policy `policy`, or the one that fits, decides again.

    `note` says in somebody's own words why.
    """

    person: UUID | None = None
    policy: str | None = None
    reason: str = BY_HAND
    note: str | None = None
    action: ClassVar[str] = "assign"


@dataclass(frozen=True, slots=True)
class UnassignRecord(RecordCommand):
    """Take a record's owner away; no policy is asked, it waits for whoever claims it."""

    reason: str = ""
    action: ClassVar[str] = "assign"


@dataclass(frozen=True, slots=True)
class DeleteRecord(RecordCommand):
    """Put a record into the trash."""

    action: ClassVar[str] = "delete"


@dataclass(frozen=True, slots=True)
class Once:
    """What makes a write happen once: whose key, and the hash of what was asked."""

    key: str
    hash: str


@dataclass(frozen=True, slots=True)
class Inbound:
    """Where an inbound payload came from; it is kept with its answer in the same transaction as the record."""

    intake: UUID
    channel: str
    key: str | None
    hash: str
    payload: Any


@dataclass(frozen=True, slots=True)
class Submission:
    """A command with who asks it, and what makes it happen only once.

    One of many is `gathered`: notices that can be summed up are counted, and whoever runs the many tells the sums.
    One that `may_fail` notes its failure where it was to work, rather than telling whoever submitted it.
    """

    command: Command
    actor: Actor
    once: Once | None = None
    inbound: Inbound | None = None
    gathered: bool = False
    may_fail: bool = False
