"""Who may be given records now: employed, switched on, within the hours of duty and not on leave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import sqlalchemy as sa

from closeloop.access.audit import Call
from closeloop.access.org import Org, Person
from closeloop.base.clock import Clock
from closeloop.base.errors import FieldError, Invalid
from closeloop.base.ids import new_id
from closeloop.db.statement import compile_statement, insert_rows
from closeloop.db.system_tables import SystemTables

IsOpen = Callable[[str, datetime], bool]
"""Tells whether a moment lies within the working time of the calendar of that key."""

_MOST = 100
_LONGEST_NOTE = 200


def away(person: Person, moment: datetime, is_open: IsOpen) -> str | None:
    """Return why a person isn't on duty at a moment, a code of AWAY, or None for on duty.

    Duty is all of: employed, the person's own switch, no leave, and the duty calendar, where there is one.
    """
    if not person.active:
        return "inactive"
    if not person.on_duty:
        return "off_duty"
    if any(starts <= moment < ends for starts, ends in person.leave):
        return "on_leave"
    if person.calendar is not None and not is_open(person.calendar, moment):
        return "off_hours"
    return None


def may_set_duty(actor: Person, person: Person, org: Org) -> bool:
    """Tell whether somebody answers for a person's duty: the person, or whoever heads a department above."""
    return actor.id == person.id or actor.id in org.heads_over(person)


@dataclass(frozen=True, slots=True)
class Leave:
    """A time away, the end not taken in."""

    starts_at: datetime
    ends_at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """What is to change of a person's duty; what is None stays, and `calendar` is "" for none."""

    on_duty: bool | None = None
    calendar: str | None = None
    leave: Sequence[Leave] | None = None

    def calls(self, tables: SystemTables, clock: Clock, person: UUID, by: UUID | None) -> list[Call]:
        """Return the statements of the change: leave that isn't over is replaced, what is past stays."""
        now = clock.now()
        values: dict[str, Any] = {}
        if self.on_duty is not None:
            values["on_duty"] = self.on_duty
        if self.calendar is not None:
            values["calendar"] = self.calendar or None
        calls: list[Call] = []
        if values:
            change = sa.update(tables.person).where(tables.person.c.id == person, tables.person.c.active)
            calls.append(compile_statement(change.values(**values), "duty"))
        if self.leave is not None:
            leave = tables.leave
            gone = sa.delete(leave).where(leave.c.person == person, leave.c.ends_at > now)
            calls.append(compile_statement(gone, "leave"))
            rows = [
                {
                    "id": new_id(clock),
                    "person": person,
                    "starts_at": one.starts_at,
                    "ends_at": one.ends_at,
                    "note": one.note,
                    "created_at": now,
                    "created_by": by,
                }
                for one in self.leave
                if one.ends_at > now
            ]
            if rows:
                calls.append((insert_rows(leave, list(rows[0])), [orjson.dumps(rows).decode()]))
        return calls


def read_duty(body: Mapping[str, Any], calendars: Sequence[str], zone: ZoneInfo) -> Duty:
    """Read `{on_duty?, calendar?, leave?: [{from, until, note?}]}`; raises Invalid naming each that is wrong.

    A day counts whole, the last one too, in the company's time zone; a moment counts as it is.
    """
    errors = [
        FieldError(name, "unknown_parameter", {"name": name})
        for name in body
        if name not in ("on_duty", "calendar", "leave")
    ]
    if not body:
        errors.append(FieldError("on_duty", "required"))
    on_duty, calendar, raw = body.get("on_duty"), body.get("calendar"), body.get("leave")
    if "on_duty" in body and not isinstance(on_duty, bool):
        errors.append(FieldError("on_duty", "not_boolean"))
    if calendar is not None and calendar not in calendars:
        errors.append(FieldError("calendar", "not_an_option", {"options": list(calendars)}))
    leave: list[Leave] | None = None
    if "leave" in body:
        leave = _leaves(raw, zone, errors)
    if errors:
        raise Invalid(errors=errors)
    return Duty(on_duty, (calendar or "") if "calendar" in body else None, leave)


def _leaves(raw: Any, zone: ZoneInfo, errors: list[FieldError]) -> list[Leave]:
    if not isinstance(raw, list):
        errors.append(FieldError("leave", "not_a_list"))
        return []
    items = cast("list[Any]", raw)
    if len(items) > _MOST:
        errors.append(FieldError("leave", "too_many", {"max": _MOST}))
        return []
    found: list[Leave] = []
    for i, item in enumerate(items):
        place = f"leave[{i}]"
        if not isinstance(item, dict):
            errors.append(FieldError(place, "not_a_mapping"))
            continue
        one = cast("dict[str, Any]", item)
        starts, ends = _moment(one.get("from"), zone, 0), _moment(one.get("until"), zone, 1)
        note = one.get("note")
        errors += [
            FieldError(f"{place}.{name}", "not_datetime")
            for name, moment in (("from", starts), ("until", ends))
            if moment is None
        ]
        if note is not None and (not isinstance(note, str) or len(note) > _LONGEST_NOTE):
            errors.append(FieldError(f"{place}.note", "too_long", {"max": _LONGEST_NOTE}))
        if starts is not None and ends is not None:
            if starts >= ends:
                errors.append(FieldError(f"{place}.until", "ends_too_soon"))
            found.append(Leave(starts, ends, note if isinstance(note, str) else None))
    return found


def _moment(raw: Any, zone: ZoneInfo, days: int) -> datetime | None:
    """Read a moment with its offset, or a day: its beginning, or that of so many days behind it."""
    if not isinstance(raw, str):
        return None
    try:
        if len(raw) == 10:
            return datetime.combine(date.fromisoformat(raw) + timedelta(days=days), time(), zone)
        moment = datetime.fromisoformat(raw)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None
