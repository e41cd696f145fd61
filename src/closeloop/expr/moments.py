"""What arithmetic with days, moments and spans means, in Python and in SQL side by side.

A span is an exact number of microseconds, so a day has 24 hours whatever clocks are put forward; one of
100,000 days or more is null, as is a result outside the years 1 to 9999. "Which day is it" is asked in the
company's time zone. A day plus a span moves by the span's whole days.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from closeloop.expr.numbers import (
    DIVIDE,
    MULTIPLY,
    NUMERIC,
    ROUND,
    Element,
    Meaning,
    Number,
    between,
    constant,
)

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_LONGEST = timedelta(days=100_000)
_LONGEST_MICROS = _LONGEST // _MICROSECOND  # below 2^53: SQL makes a span from a double
_FIRST_DAY, _LAST_DAY = date(1, 1, 2), date(9999, 12, 30)
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
_MOMENT = sa.DateTime(timezone=True)
_WALL = sa.DateTime()
_SPAN = sa.Interval()
_DATE = sa.Date()


def in_utc(at: datetime) -> datetime:
    """Return the moment in UTC: Python compares and subtracts two times of one zone by the wall clock."""
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def _known_moment(at: datetime) -> datetime | None:
    return at if _FIRST < at < _LAST else None


def _wall(at: Element) -> Element:
    """Return the moment as UTC's wall time, in which a day has 24 hours whatever the session's zone is."""
    return sa.func.timezone("UTC", at, type_=_WALL)


def _known_moment_sql(wall: Element) -> Element:
    first, last = (sa.literal(at.replace(tzinfo=None), _WALL) for at in (_FIRST, _LAST))
    return sa.func.timezone("UTC", between(wall, first, last), type_=_MOMENT)


def known_day(day: date) -> date | None:
    """Return the day where it lies in the years that have an answer."""
    return day if _FIRST_DAY < day < _LAST_DAY else None


def known_day_sql(day: Element) -> Element:
    """Return the same as `known_day`."""
    return between(day, sa.literal(_FIRST_DAY, _DATE), sa.literal(_LAST_DAY, _DATE))


def _known_span(span: timedelta) -> timedelta | None:
    return span if -_LONGEST < span < _LONGEST else None


def _known_span_sql(span: Element) -> Element:
    return between(span, sa.literal(-_LONGEST, _SPAN), sa.literal(_LONGEST, _SPAN))


def _seconds_sql(span: Element) -> Element:
    return sa.cast(sa.extract("epoch", span), NUMERIC)


def _from_micros_sql(micros: Element) -> Element:
    known = between(micros, constant(f"-{_LONGEST_MICROS}"), constant(f"{_LONGEST_MICROS}"))
    one = sa.cast(sa.literal_column("'1 microsecond'"), _SPAN)
    return one.op("*", return_type=_SPAN)(sa.cast(known, sa.Float(53)))


def _later(at: datetime, by: timedelta) -> datetime | None:
    try:
        return _known_moment(at + by)
    except OverflowError:
        return None


def _later_sql(at: Element, by: Element) -> Element:
    return _known_moment_sql(_wall(at).op("+", return_type=_WALL)(by))


def _earlier(at: datetime, by: timedelta) -> datetime | None:
    return _later(at, -by)


def _earlier_sql(at: Element, by: Element) -> Element:
    return _known_moment_sql(_wall(at).op("-", return_type=_WALL)(by))


def _day_later(day: date, by: timedelta) -> date | None:
    whole = abs(by) // _DAY
    try:
        return known_day(day + timedelta(days=whole if by > timedelta() else -whole))
    except OverflowError:
        return None


def _moved_day_sql(day: Element, sign: str, by: Element) -> Element:
    whole = sa.cast(sa.func.div(_seconds_sql(by), constant("86400"), type_=NUMERIC), sa.Integer())
    return known_day_sql(day.op(sign, return_type=_DATE)(whole))


def _day_later_sql(day: Element, by: Element) -> Element:
    return _moved_day_sql(day, "+", by)


def _day_earlier(day: date, by: timedelta) -> date | None:
    return _day_later(day, -by)


def _day_earlier_sql(day: Element, by: Element) -> Element:
    return _moved_day_sql(day, "-", by)


def _since(later: Any, earlier: Any) -> timedelta | None:
    return _known_span(later - earlier)


def _since_sql(later: Element, earlier: Element) -> Element:
    return _known_span_sql(later.op("-", return_type=_SPAN)(earlier))


def _days_since_sql(later: Element, earlier: Element) -> Element:
    days = sa.cast(later.op("-", return_type=sa.Integer())(earlier), NUMERIC)
    return _from_micros_sql(days * constant(str(_DAY // _MICROSECOND)))


def _add_spans(a: timedelta, b: timedelta) -> timedelta | None:
    return _known_span(a + b)


def _add_spans_sql(a: Element, b: Element) -> Element:
    return _known_span_sql(a.op("+", return_type=_SPAN)(b))


def _negate(span: timedelta) -> timedelta:
    return -span


def _negate_sql(span: Element) -> Element:
    return sa.cast(sa.literal_column("'0'"), _SPAN).op("-", return_type=_SPAN)(span)


def span_of(unit: timedelta) -> Meaning:
    """Return what makes a span of so many units, to the microsecond."""
    micros_of_unit = unit // _MICROSECOND

    def python(count: Number) -> timedelta | None:
        micros = MULTIPLY.python(count, micros_of_unit)
        rounded = None if micros is None else ROUND.python(micros, 0)
        return None if rounded is None or abs(rounded) >= _LONGEST_MICROS else rounded * _MICROSECOND

    def sql(count: Element) -> Element:
        return _from_micros_sql(ROUND.sql(MULTIPLY.sql(count, constant(str(micros_of_unit))), constant("0")))

    return Meaning(python, sql)


def count_of(unit: timedelta) -> Meaning:
    """Return what tells how many units a span has, as a fraction."""

    def python(span: timedelta) -> Number | None:
        return DIVIDE.python(span // _MICROSECOND, unit // _MICROSECOND)

    def sql(span: Element) -> Element:
        return DIVIDE.sql(_seconds_sql(span), constant(str(unit // timedelta(seconds=1))))

    return Meaning(python, sql)


def day_in(at: datetime, tz: ZoneInfo) -> date | None:
    """Return the day that a moment falls on in the zone."""
    try:
        return known_day(at.astimezone(tz).date())
    except OverflowError:
        return None


def day_in_sql(at: Element, tz: ZoneInfo) -> Element:
    """Return the same as `day_in`."""
    return known_day_sql(sa.cast(sa.func.timezone(tz.key, at), _DATE))


def wall_in(at: datetime, tz: ZoneInfo) -> datetime | None:
    """Return what the clock on the wall shows in the zone at a moment."""
    return None if day_in(at, tz) is None else at.astimezone(tz).replace(tzinfo=None)


def wall_in_sql(at: Element, tz: ZoneInfo) -> Element:
    """Return the same as `wall_in`."""
    before, after = datetime.combine(_FIRST_DAY, time.max), datetime.combine(_LAST_DAY, time.min)
    wall = sa.func.timezone(tz.key, at, type_=_WALL)
    return between(wall, sa.literal(before, _WALL), sa.literal(after, _WALL))


def part_sql(name: str, day: Element) -> Element:
    """Return a part of a day or of a wall clock's time: year, quarter, month, day, isodow, hour."""
    return sa.cast(sa.extract(name, day), NUMERIC)


LATER = Meaning(_later, _later_sql)
EARLIER = Meaning(_earlier, _earlier_sql)
SINCE = Meaning(_since, _since_sql)
DAY_LATER = Meaning(_day_later, _day_later_sql)
DAY_EARLIER = Meaning(_day_earlier, _day_earlier_sql)
DAYS_SINCE = Meaning(_since, _days_since_sql)
ADD_SPANS = Meaning(_add_spans, _add_spans_sql)
NEGATE_SPAN = Meaning(_negate, _negate_sql)
