"""Working days: a rule of the week with days that differ from it; counting and stepping need no loop over days.

The number of working days up to a day is that of the rule, which is a division, plus what the exceptions before it
have added or taken, which is looked up by bisection: `bisect` here, `width_bucket` there. Stepping is the inverse.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.elements import Grouping

from closeloop.expr.moments import known_day, known_day_sql
from closeloop.expr.numbers import Element, Number, between, whole_between, whole_between_sql

MOST = 100_000
"""So many working days and more are too far to step."""

_EPOCH = date.min
"""A Monday."""
_LAST = (date.max - _EPOCH).days
_FARTHEST = 10_000_000
"""More working days than the years 1 to 9999 have."""
_INTEGER = sa.Integer()
_DATE = sa.Date()
_ONE_DAY = timedelta(days=1)


def _integer(number: int) -> Element:
    return sa.literal_column(str(number), _INTEGER)


def _array(items: Sequence[Any], of: sa.types.TypeEngine[Any]) -> Element:
    return sa.literal(list(items), sa.ARRAY(of))


@dataclass(frozen=True)
class Calendar:
    """Which days a company works: not the weekdays of `weekend` (1 is Monday), save for the days that differ."""

    weekend: frozenset[int] = frozenset({6, 7})
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        return day in self.workdays or (day.isoweekday() not in self.weekend and day not in self.holidays)

    def count(self, first: date, last: date) -> int:
        """Return how many working days there are from the first day to the last, both taken in; less than 0 back."""
        if first > last:
            return -self.count(last, first)
        return self._until(last) - self._until(first) + self.is_workday(first)

    def step(self, day: date, by: Number) -> date | None:
        """Return the so many-th working day after a day, or before it; the day itself for 0."""
        count = whole_between(by, -MOST, MOST)
        if not count:
            return None if count is None else day
        wanted = self._until(day) + count
        return self._day_of(wanted if count > 0 else wanted + 1 - self.is_workday(day))

    @cached_property
    def _worked(self) -> tuple[int, ...]:
        """Return the worked weekdays, 0 for Monday."""
        return tuple(n for n in range(7) if n + 1 not in self.weekend)

    @cached_property
    def _up_to(self) -> tuple[int, ...]:
        """Return for each weekday how many are worked from Monday on, itself taken in."""
        return tuple(accumulate(int(n in self._worked) for n in range(7)))

    @cached_property
    def _exceptions(self) -> tuple[date, ...]:
        """Return the days that the rule is wrong about, in order, after one before all of them."""
        found = {day for day in self.holidays | self.workdays if self.is_workday(day) != self._by_rule(day)}
        return (_EPOCH, *sorted(found))

    @cached_property
    def _added(self) -> tuple[int, ...]:
        """Return for each exception how many days it and those before it add to the rule's."""
        return tuple(accumulate(0 if day == _EPOCH else 1 - 2 * self._by_rule(day) for day in self._exceptions))

    @cached_property
    def _counts(self) -> tuple[int, ...]:
        """Return for each exception how many working days there are up to it."""
        return tuple(self._until(day) for day in self._exceptions)

    def _by_rule(self, day: date) -> bool:
        return day.isoweekday() not in self.weekend

    def _until(self, day: date) -> int:
        """Return how many working days there have been, the day taken in."""
        weeks, weekday = divmod((day - _EPOCH).days, 7)
        added = self._added[bisect_right(self._exceptions, day) - 1]
        return weeks * len(self._worked) + self._up_to[weekday] + added

    def _day_of(self, number: int) -> date | None:
        """Return the first day up to which there are so many working days."""
        place = bisect_right(self._counts, number - 1) - 1
        if place < 0:
            return None
        number -= self._added[place]
        if not 0 < number < _FARTHEST:
            return None
        weeks, rest = divmod(number - 1, len(self._worked))
        day = weeks * 7 + self._worked[rest]
        following = self._exceptions[place + 1 : place + 2]
        days = min(day, *((one - _EPOCH).days for one in following), _LAST)
        return known_day(_EPOCH + timedelta(days=days))

    # The same in SQL.

    def is_workday_sql(self, day: Element) -> Element:
        weekday = sa.cast(sa.extract("isodow", day), _INTEGER)
        # with one element that nothing equals, since nothing at all would be an answer about null
        by_rule = weekday != sa.all_(_array([0, *sorted(self.weekend)], _INTEGER))
        worked = sa.and_(by_rule, day != sa.all_(_array([_EPOCH, *sorted(self.holidays)], _DATE)))
        return sa.or_(day == sa.any_(_array(sorted(self.workdays), _DATE)), worked)

    def count_sql(self, first: Element, last: Element) -> Element:
        low, high = sa.func.least(first, last, type_=_DATE), sa.func.greatest(first, last, type_=_DATE)
        days = self._until_sql(high) - self._until_sql(low) + sa.cast(self.is_workday_sql(low), _INTEGER)
        backwards = sa.case((first > last, _integer(-1)), (first <= last, _integer(1)))
        return days * backwards

    def step_sql(self, day: Element, by: Element) -> Element:
        count = whole_between_sql(by, -MOST, MOST)
        before = sa.cast(sa.not_(self.is_workday_sql(day)), _INTEGER)
        wanted = self._until_sql(day) + count + sa.case((count < _integer(0), before), else_=_integer(0))
        once = sa.func.unnest(array([wanted]), type_=_INTEGER).column_valued()  # it is looked at five times
        stepped = sa.select(self._day_of_sql(once)).scalar_subquery()
        return sa.case((count == _integer(0), day), else_=stepped)

    def _until_sql(self, day: Element) -> Element:
        days = day.op("-", return_type=_INTEGER)(sa.literal(_EPOCH, _DATE))
        weeks = days.op("/", return_type=_INTEGER)(_integer(7))
        weekday = _at(_array(self._up_to, _INTEGER), sa.func.mod(days, _integer(7), type_=_INTEGER) + _integer(1))
        place = sa.func.width_bucket(day, _array(self._exceptions, _DATE), type_=_INTEGER)
        return weeks * _integer(len(self._worked)) + weekday + _at(_array(self._added, _INTEGER), place)

    def _day_of_sql(self, number: Element) -> Element:
        counts = _array(self._counts, _INTEGER)
        place = sa.func.width_bucket(number - _integer(1), counts, type_=_INTEGER)
        added = _at(_array(self._added, _INTEGER), place)
        number = between(number - added, _integer(0), _integer(_FARTHEST)) - _integer(1)
        worked = _integer(len(self._worked))
        weeks = Grouping(number).op("/", return_type=_INTEGER)(worked)
        rest = _at(_array(self._worked, _INTEGER), sa.func.mod(number, worked, type_=_INTEGER) + _integer(1))
        day = sa.literal(_EPOCH, _DATE).op("+", return_type=_DATE)(weeks * _integer(7) + rest)
        # `least` passes nulls over: the day is null where the number is, and then so is its place
        following = _at(_array(self._exceptions, _DATE), place + _integer(1))
        return known_day_sql(sa.func.least(day, following, type_=_DATE))


def _at(items: Element, place: Element) -> Element:
    """Return an element of an array; without the brackets the place would be part of the parameter's type."""
    return Grouping(items)[place]


WEEKDAYS = Calendar()
"""Monday to Friday, whatever the year."""
