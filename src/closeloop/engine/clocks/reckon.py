"""Say how a clock's due time came about: what counted, which days did not and why, in data and in words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from closeloop.catalog.calendars import WALL, BusinessCalendar
from closeloop.catalog.model import text_of
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.working_time import WALL_CLOCK, Counted, Skipped, WorkingTime
from closeloop.engine.clocks.messages import (
    counted_line,
    line,
    moment_text,
    reason_of,
    skipped_lines,
    span_text,
)
from closeloop.engine.clocks.model import PAUSED, RUNNING, calendar_of, due_step, runs_of


def reckoning(clock: Mapping[str, Any], catalog: Snapshot, locale: str) -> dict[str, Any]:
    """Return `{calendar, label, time_zone, target, counted, skipped, pauses, assumed_years, more, left, lines}`.

    The calendar is the version that the clock was started with, which must be at hand. `pauses` are those that have
    ended; what is left of a clock that is paused now is in `left`, in seconds; `lines` says it all in the reader's
    language.
    """
    key, version = calendar_of(due_step(clock))
    calendar = None if key == WALL else catalog.business_calendar(key, version)
    return _told(clock, key, calendar, catalog.zone, locale)


def reckoning_ahead(
    calendar: BusinessCalendar | None, started: datetime, target: timedelta, usual: tzinfo, locale: str
) -> dict[str, Any]:
    """Return the reckoning and `due_at` of a clock that would start at a moment; none is the wall clock."""
    time = WALL_CLOCK if calendar is None else calendar.time
    due: dict[str, Any] = {"kind": "due", "target": target.total_seconds()}
    clock = {"state": RUNNING, "started_at": started, "due_at": time.add(started, target), "steps": [due]}
    told = _told(clock, WALL if calendar is None else calendar.key, calendar, usual, locale)
    return {**told, "started_at": started, "due_at": clock["due_at"]}


def _told(
    clock: Mapping[str, Any], key: str, calendar: BusinessCalendar | None, usual: tzinfo, locale: str
) -> dict[str, Any]:
    time: WorkingTime = WALL_CLOCK if calendar is None else calendar.time
    zone = usual if calendar is None else calendar.zone
    counted: list[Counted] = []
    skipped: dict[Any, Skipped] = {}
    assumed: set[int] = set()
    more = False
    runs = runs_of(clock)
    for begin, end in runs:
        told = time.reckon(begin, end or clock["due_at"])
        counted += [
            replace(one, begin=one.begin.astimezone(zone), end=one.end.astimezone(zone)) for one in told.counted
        ]
        skipped.update({one.day: one for one in told.skipped})
        assumed.update(told.assumed)
        more = more or told.more
    left = time.between(clock["paused_at"], clock["due_at"]) if clock["state"] == PAUSED else None
    target = due_step(clock).get("target")
    out: dict[str, Any] = {
        "calendar": key,
        "label": None if calendar is None else text_of(calendar.label, locale),
        "time_zone": str(zone),
        "target": target,
        "counted": [
            {
                "from": one.begin.astimezone(UTC),
                "to": one.end.astimezone(UTC),
                "seconds": (one.end - one.begin).total_seconds(),
            }
            for one in counted
        ],
        "skipped": [
            {"date": day, "why": one.why, "text": reason_of(one, locale)} for day, one in sorted(skipped.items())
        ],
        "pauses": [{"from": end, "to": begin} for (_, end), (begin, _) in pairwise(runs)],
        "assumed_years": sorted(assumed),
        "more": more,
        "left": None if left is None else left.total_seconds(),
    }
    span = timedelta(seconds=target) if target is not None else time.between(clock["started_at"], clock["due_at"])
    said = {"span": span_text(span, locale), "calendar": out["label"], "zone": out["time_zone"]}
    lines = [line("wall" if calendar is None else "target", locale, **said)]
    days = [(one.begin.date(), counted_line(one, locale)) for one in counted]
    days += skipped_lines([one for _, one in sorted(skipped.items())], locale)
    lines += [text for _, text in sorted(days, key=lambda one: one[0])]
    lines += [line("assumed", locale, year=year) for year in sorted(assumed)]
    lines += [line("more", locale)] if more else []
    lines.append(_end(clock, left, zone, locale))
    return {**out, "lines": lines}


def _end(clock: Mapping[str, Any], left: timedelta | None, zone: tzinfo, locale: str) -> str:
    if left is not None:
        since: datetime = clock["paused_at"].astimezone(zone)
        return line("paused", locale, **{"from": moment_text(since, locale), "span": span_text(left, locale)})
    return line("due", locale, to=moment_text(clock["due_at"].astimezone(zone), locale))
