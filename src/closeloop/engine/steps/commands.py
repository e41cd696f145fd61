"""The commands that steps set off and other mechanisms carry out: run an operation, hold a clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from closeloop.records.commands import RecordCommand, Values


@dataclass(frozen=True, slots=True)
class RunOperation(RecordCommand):
    """Do one of the object's operations on a record."""

    operation: str = ""
    values: Values = field(default_factory=dict[str, Any])

    def access_action(self) -> str:
        return f"do:{self.operation}"


@dataclass(frozen=True, slots=True)
class HoldClock(RecordCommand):
    """Start, stop, pause or resume a record's clock of a policy.

    Steps ask for what shall be so, and are content where it is so already; `by_hand` it must be possible, and `note`
    says why.
    """

    policy: str = ""
    doing: str = "start"
    by_hand: bool = False
    note: str | None = None
    action: ClassVar[str] = "clocks"


@dataclass(frozen=True, slots=True)
class CarryOn(RecordCommand):
    """Do the steps that had to wait until the records before them were made.

    `steps` and `context` are those of the run that asks: data of the same process, never stored.
    """

    steps: tuple[Any, ...] = ()
    context: Any = None


NO_VALUES: Mapping[str, Any] = {}
"""What a command carries that has no fields to fill."""
