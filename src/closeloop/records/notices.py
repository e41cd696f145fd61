"""A notice as it is kept: whether it pops up, and when it goes out of the house, by what its reader wants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from closeloop.access.org import Org
from closeloop.access.preferences import USUAL
from closeloop.catalog.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody is told: a type with what its text needs, how urgent it is, and which record it is about."""

    type: str
    level: str
    params: Mapping[str, Any]
    object: str | None = None
    record: UUID | None = None


def notice_row(notice: UUID, person: UUID, told: Told, now: datetime, org: Org, catalog: Snapshot) -> dict[str, Any]:
    """Return the row of a notice. One that its reader doesn't want in the app is in the list and counts as read."""
    reader = org.people.get(person)
    wanted = reader.preferences if reader is not None else USUAL
    mailed = reader is not None and reader.email
    return {
        "id": notice,
        "person": person,
        "at": now,
        "type": told.type,
        "level": told.level,
        "params": told.params,
        "object": told.object,
        "record": told.record,
        "read_at": None if wanted.choice(told.type, told.level).in_app else now,
        "push_at": wanted.email_at(told.type, told.level, now, catalog.zone) if mailed else None,
    }
