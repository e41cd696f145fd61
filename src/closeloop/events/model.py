"""The event: one thing that happened to one record, with its cause and the reason for what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

CREATED = "record.created"
UPDATED = "record.updated"
DELETED = "record.deleted"
MOVED = "record.moved"
JOINED = "record.joined"
MERGED = "record.merged"
SCORED = "record.scored"
ASSIGNED = "record.assigned"
UNASSIGNED = "record.unassigned"
KEPT = "record.kept"
GIVEN_BACK = "record.given_back"
CLOCK_FIRED = "clock.fired"
CLOCK_BREACHED = "clock.breached"
CLOCK_MET = "clock.met"
CLOCK_CANCELLED = "clock.cancelled"
CLOCK_PAUSED = "clock.paused"
CLOCK_RESUMED = "clock.resumed"
CLOCK_FAILED = "clock.failed"
RULE_RUN = "rule.run"
RULE_FAILED = "rule.failed"


@dataclass(frozen=True, slots=True)
class Event:
    """What is written to the log; `changes` holds old and new by field, `why` the inputs of a decision."""

    id: UUID
    at: datetime
    type: str
    object: str
    record: UUID
    record_version: int
    actor: UUID | None
    actor_kind: str
    release: int
    cause: UUID | None = None
    depth: int = 0
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict[str, tuple[Any, Any]])
    why: Mapping[str, Any] | None = None

    def row(self) -> dict[str, Any]:
        """Return the row of the event table."""
        return {
            "id": self.id,
            "at": self.at,
            "type": self.type,
            "object": self.object,
            "record": self.record,
            "record_version": self.record_version,
            "actor": self.actor,
            "actor_kind": self.actor_kind,
            "cause": self.cause,
            "depth": self.depth,
            "release": self.release,
            "changes": self.changes or None,
            "why": self.why,
        }
