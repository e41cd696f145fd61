"""Counting and stepping over working days give what walking from day to day gives."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from closeloop.expr import WEEKDAYS, Calendar

ONE_DAY = timedelta(days=1)
days = st.dates(date(2025, 11, 1), date(2026, 5, 31))
exceptions = st.frozensets(st.dates(date(2025, 12, 1), date(2026, 3, 31)), max_size=20)
calendars = st.builds(Calendar, st.frozensets(st.integers(1, 7), max_size=6), exceptions, exceptions)


def works(calendar: Calendar, day: date) -> bool:
    if day in calendar.workdays:
        return True
    return day.isoweekday() not in calendar.weekend and day not in calendar.holidays


@given(calendar=calendars, first=days, last=days)
def test_counting_is_walking(calendar: Calendar, first: date, last: date) -> None:
    low, high = min(first, last), max(first, last)
    walked = sum(works(calendar, low + n * ONE_DAY) for n in range((high - low).days + 1))
    assert calendar.count(first, last) == (walked if first <= last else -walked)


@given(calendar=calendars, day=days, by=st.integers(-60, 60))
def test_stepping_is_walking(calendar: Calendar, day: date, by: int) -> None:
    at, left = day, by
    while left:
        at += ONE_DAY if by > 0 else -ONE_DAY
        if works(calendar, at):
            left -= 1 if by > 0 else -1
    assert calendar.step(day, by) == at


def test_a_step_out_of_the_years_is_none() -> None:
    assert WEEKDAYS.step(date(9999, 12, 1), 99_999) is None
    assert WEEKDAYS.step(date(1, 1, 9), -99_999) is None
    assert WEEKDAYS.step(date(2026, 1, 1), 100_000) is None
