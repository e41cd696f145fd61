"""What guards and reactors may return: data that says what shall happen, carried out by the batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from closeloop.records.commands import Command


@dataclass(frozen=True, slots=True)
class SetFields:
    """Set fields of the record at hand; the event says why."""

    values: Mapping[str, Any]
    event: str
    why: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """Write an event about the record at hand."""

    event: str
    why: Mapping[str, Any] | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict[str, tuple[Any, Any]])


@dataclass(frozen=True, slots=True)
class Insert:
    """Add a row to one of the kernel's tables."""

    table: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Upsert:
    """Write a row of one of the kernel's tables by its key; the last one of a batch counts."""

    table: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Patch:
    """Change columns of a kernel row by its id."""

    table: str
    id: UUID
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell people something about the record at hand; the text is made in each reader's language.

    `many` is the type of the one notice that sums up those of an import or another job over many records.
    """

    people: Sequence[UUID]
    type: str
    level: str = "info"
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    many: str | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """The record to be made is one that is there, maybe of another object: nothing is made, its trail goes on."""

    object: str
    record: UUID
    by: str


@dataclass(frozen=True, slots=True)
class WantPlace:
    """The record needs an owner from a policy; answered late, when all wishes of the batch are known."""

    policy: str
    reason: str
    avoid: UUID | None = None
    note: str | None = None
    patient: bool = False
    """Whether the record waits already: nothing changes and nobody is told where there is still nobody."""


@dataclass(frozen=True, slots=True)
class Then:
    """Carry out another command in the same transaction, caused by this one, under the system's rights.

    `asked_by` is the definition that asks and the place in it, such as `rule/pre_check: do[0]`: errors and chains of
    causes name it. An `optional` command may fail without what caused it: all is done again, and its handler then
    only notes the failure.
    """

    command: Command
    asked_by: str = ""
    optional: bool = False
    cause: UUID | None = None
    """The event that set it off; the last one of the command that asks, if nothing is said."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """Send the record at hand to a webhook once all is committed; `type` says what the delivery is about."""

    webhook: str
    type: str


Effect = SetFields | Log | Insert | Upsert | Patch | Notify | Join | WantPlace | Then | Deliver
