"""Working time is what one counts minute by minute, whatever the calendar; adding gives back what is between."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalog.test_snapshot import snapshot

from closeloop.catalog.calendars import BusinessCalendar
from closeloop.catalog.store import Body
from closeloop.catalog.working_time import WALL_CLOCK, DayPlan, Hours

MINUTE = timedelta(minutes=1)
HOURS = ["09:00-12:00", "13:30-18:00"]
ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Kathmandu",
)
CHANGES = tuple(
    date.fromisoformat(day)
    for day in (["2026-03-08", "2026-11-01", "2026-03-29", "2026-10-25", "2025-12-31", "2026-04-05", "2026-10-04"])
)
"""Days about which clocks change in one of the zones, and a new year."""


def calendar(**body: Any) -> BusinessCalendar:
    found = snapshot(Body("calendar", "duty", {"calendar": "duty", **body})).business_calendar("duty")
    assert found is not None
    return found


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@st.composite
def intervals(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Return hours in order and apart; the last may go on into the night, but no later than 04:00."""
    edges = draw(st.lists(st.integers(8, 56), min_size=0, max_size=6, unique=True).map(sorted))
    return [(30 * a, 30 * b) for a, b in zip(edges[::2], edges[1::2], strict=False)]


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    week = draw(st.lists(intervals(), min_size=7, max_size=7).filter(any))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    own: dict[date, list[tuple[int, int]]] = {}
    for day in draw(st.lists(st.sampled_from(CHANGES), max_size=3)):
        own[day + timedelta(days=draw(st.integers(-3, 3)))] = draw(intervals())
    return Hours(lambda day: DayPlan(own.get(day, week[day.weekday()])), zone)


def open_minutes(of: Hours, first: datetime, minutes: int) -> list[bool]:
    """Tell of each minute whether it is worked, by a person with a clock on the wall: begun and not yet ended."""
    moments = [first + n * MINUTE for n in range(-3 * 1440, minutes)]
    local = [one.astimezone(of.zone).replace(tzinfo=None) for one in moments]
    days = sorted({one.date() for one in local})

    def reached(day: date, minute: int) -> int:
        wanted = datetime.combine(day, time()) + minute * MINUTE
        return next((i for i, one in enumerate(local) if one >= wanted), len(local))

    found = [False] * len(moments)
    for day in days[1:]:
        for begin, end in of.plan(day).intervals:
            for i in range(reached(day, begin), reached(day, end)):
                found[i] = True
    return found[3 * 1440 :]


LENGTH = 9 * 1440


@st.composite
def cases(draw: st.DrawFn) -> tuple[Hours, datetime]:
    near = datetime.combine(draw(st.sampled_from(CHANGES)), time(), UTC)
    return draw(hours()), near + draw(st.integers(-4 * 1440, 1440)) * MINUTE


@settings(max_examples=60)
@given(cases(), st.data())
def test_it_equals_what_is_counted_minute_by_minute(case: tuple[Hours, datetime], data: st.DataObject):
    of, first = case
    worked = open_minutes(of, first, LENGTH)
    assert [of.is_inside(first + n * MINUTE) for n in range(0, LENGTH, 7)] == worked[::7]
    last = data.draw(st.integers(0, LENGTH))
    assert of.between(first, first + last * MINUTE) == sum(worked[:last]) * MINUTE
    assert of.between(first + last * MINUTE, first) == -sum(worked[:last]) * MINUTE
    if total := sum(worked):
        wanted = data.draw(st.integers(1, total))
        places = [n + 1 for n, one in enumerate(worked) if one]
        assert of.add(first, wanted * MINUTE) == first + places[wanted - 1] * MINUTE
        end = first + LENGTH * MINUTE
        assert of.add(end, -wanted * MINUTE) == first + (places[-wanted] - 1) * MINUTE


MOMENTS = st.integers(0, 10 * 365 * 86_400).map(
    lambda second: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)
SPANS = st.timedeltas(timedelta(days=-40), timedelta(days=40))


@given(hours(), MOMENTS, MOMENTS, SPANS)
def test_adding_gives_back_what_is_between_and_never_turns_time_round(
    of: Hours, one: datetime, two: datetime, span: timedelta
):
    assert of.between(one, of.add(one, span)) == span
    first, last = sorted((one, two))
    assert of.add(first, span) <= of.add(last, span)
    assert of.add(one, span) <= of.add(one, span + MINUTE)
    assert of.between(first, last) >= timedelta(0)
    assert of.add(first, of.between(first, last)) <= last
    assert of.add(of.add(one, abs(span)), timedelta(0)) == of.add(one, abs(span))


@given(hours(), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_a_reckoning_adds_up_to_what_is_between(of: Hours, first: datetime, length: timedelta):
    told = of.reckon(first, first + length)
    assert sum((one.end - one.begin for one in told.counted), timedelta(0)) == of.between(first, first + length)
    assert not told.more
    assert all(not of.plan(one.day).intervals for one in told.skipped)


def spans(reckoned: Sequence[Any], zone: str = "Asia/Shanghai") -> Iterator[str]:
    for one in reckoned:
        begin, end = (moment.astimezone(ZoneInfo(zone)) for moment in (one.begin, one.end))
        yield f"{begin:%m-%d %H:%M}–{end:%m-%d %H:%M}"


def test_over_the_national_holiday_with_its_make_up_day():
    duty = calendar(hours=HOURS)
    due = duty.time.add(at("2026-09-30 17:50"), timedelta(minutes=30))
    assert due == at("2026-10-08 09:20")
    told = duty.time.reckon(at("2026-09-30 17:50"), due)
    assert list(spans(told.counted)) == ["09-30 17:50–09-30 18:00", "10-08 09:00–10-08 09:20"]
    assert {one.why for one in told.skipped} == {"public_holiday"}
    assert [one.name["zh-CN"] for one in told.skipped] == ["国庆节"] * 7
    assert duty.time.is_inside(at("2026-10-10 10:00"))  # a Saturday that is worked
    assert not duty.time.is_inside(at("2026-10-10 12:30"))
    assert duty.time.add(at("2026-10-09 17:50"), timedelta(minutes=30)) == at("2026-10-10 09:20")


def test_a_year_that_is_not_known_goes_by_weekdays_and_says_so():
    duty = calendar(hours=HOURS)
    assert duty.time.is_inside(at("2031-10-01 10:00"))
    told = duty.time.reckon(at("2030-12-31 17:00"), at("2031-01-02 10:00"))
    assert told.assumed == (2030, 2031)
    assert duty.time.reckon(at("2026-09-30 17:50"), at("2026-10-08 10:00")).assumed == ()
    assert calendar(public="none").time.reckon(at("2030-12-31 17:00"), at("2031-01-02 10:00")).assumed == ()


def test_own_days_have_own_hours():
    duty = calendar(
        hours={"mon": HOURS, "tue": HOURS, "wed": HOURS, "thu": HOURS, "fri": ["09:00-12:00"]},
        make_up=["10:00-11:00"],
        days={"2026-10-01": ["10:00-12:00"], "2026-10-12": []},
        workdays=["2026-10-17"],
        holidays=["2026-10-13"],
    )
    assert duty.time.add(at("2026-10-01 09:00"), timedelta(hours=1)) == at("2026-10-01 11:00")
    assert duty.time.add(at("2026-10-09 11:30"), timedelta(hours=1)) == at("2026-10-10 10:30")
    assert duty.time.add(at("2026-10-10 10:30"), timedelta(hours=1)) == at("2026-10-14 09:30")
    assert duty.time.add(at("2026-10-16 11:30"), timedelta(hours=1)) == at("2026-10-17 10:30")
    told = duty.time.reckon(at("2026-10-10 10:30"), at("2026-10-14 09:30"))
    assert [(one.day.day, one.why) for one in told.skipped] == [
        (11, "weekend"),
        (12, "own_holiday"),
        (13, "own_holiday"),
    ]
    assert duty.days.is_workday(date(2026, 10, 1))
    assert not duty.days.is_workday(date(2026, 10, 12))


def test_a_night_goes_over_midnight_the_year_and_a_change_of_clocks():
    night = calendar(hours=["22:00-06:00"], public="none", weekend=[], time_zone="America/New_York")
    zone = "America/New_York"
    assert night.time.is_inside(at("2026-01-01 01:00", zone))
    assert night.time.add(at("2025-12-31 23:00", zone), timedelta(hours=8)) == at("2026-01-01 23:00", zone)
    short, long = at("2026-03-07 22:00", zone), at("2026-10-31 22:00", zone)
    assert night.time.between(short, short + timedelta(hours=12)) == timedelta(hours=7)
    assert night.time.between(long, long + timedelta(hours=12)) == timedelta(hours=9)


@pytest.mark.parametrize("span", [timedelta(days=3), timedelta(0), timedelta(days=-3)])
def test_the_wall_clock_counts_every_moment(span: timedelta):
    first = at("2026-10-01 10:00")
    assert WALL_CLOCK.add(first, span) == first + span
    assert WALL_CLOCK.between(first, first + span) == span
    assert WALL_CLOCK.is_inside(first)


def test_a_long_reckoning_ends():
    duty = calendar(hours=HOURS)
    told = duty.time.reckon(at("2026-01-05 09:00"), at("2028-01-05 09:00"))
    assert told.more
    assert len(told.counted) + len(told.skipped) < 200
