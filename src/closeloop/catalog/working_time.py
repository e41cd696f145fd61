"""Working time: how much of it lies between two moments, which moment lies so much later, and why.

Hours are said in local time. What a year holds of them is laid out once, as moments in order with the time worked up
to each, and kept: a few hundred intervals, about ten milliseconds. From then on every question is a bisection, and one
more for each year that the span goes over; nothing steps through minutes or days. Only `reckon`, which is for people,
goes through the days, and no further than MOST_DAYS of them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import accumulate
from typing import Protocol

DAY = 24 * 60
"""Minutes; an interval that goes over midnight ends behind it."""
MOST_DAYS = 62
"""So many days of a reckoning are told one by one; of a longer one it is said that there are more."""

Interval = tuple[int, int]
"""From and to in minutes of the local day on which it begins; less than two days."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What a day holds, and why it isn't what its weekday says: a code, and the name of a public holiday."""

    intervals: Sequence[Interval]
    why: str = ""
    name: Mapping[str, str] = field(default_factory=dict[str, str])
    assumed: bool = False
    """Whether public holidays of its year aren't known yet, so that it counts by its weekday only."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A stretch that counted."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Skipped:
    """A whole day on which nothing is worked, and why."""

    day: date
    why: str
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a span of working time came about, in order; `more` says that not all of it is told."""

    counted: tuple[Counted, ...]
    skipped: tuple[Skipped, ...]
    assumed: tuple[int, ...]
    """Years of which the public holidays aren't known yet."""
    more: bool


class WorkingTime(Protocol):
    """What a clock counts by; moments know their zone, spans are of working time and may be negative."""

    def add(self, moment: datetime, span: timedelta) -> datetime:
        """Return the moment between which and the given one lies the span: of several the nearest."""
        ...

    def between(self, first: datetime, last: datetime) -> timedelta:
        """Return how much is worked from one moment to the other; less than nothing if they stand the wrong way."""
        ...

    def is_inside(self, moment: datetime) -> bool:
        """Tell whether it is worked at a moment; the end of an interval is outside."""
        ...

    def reckon(self, first: datetime, last: datetime) -> Reckoning:
        """Say what counted between two moments in order, and what did not."""
        ...


class WallClock:
    """Time as it passes: every moment counts."""

    def add(self, moment: datetime, span: timedelta) -> datetime:
        return moment + span

    def between(self, first: datetime, last: datetime) -> timedelta:
        return last - first

    def is_inside(self, moment: datetime) -> bool:  # noqa: ARG002 - the protocol's
        return True

    def reckon(self, first: datetime, last: datetime) -> Reckoning:
        return Reckoning((Counted(first, last),) if last > first else (), (), (), more=False)


class _Year:
    """The intervals that begin on the days of one local year, as ticks since the epoch, with the sums of them."""

    def __init__(self, begins: Sequence[int], ends: Sequence[int]) -> None:
        self.begins = begins
        self.ends = ends
        self.sums = [0, *accumulate(end - begin for begin, end in zip(begins, ends, strict=True))]

    @property
    def total(self) -> int:
        return self.sums[-1]

    def until(self, tick: int) -> int:
        """Return how much of the year's is worked up to a moment."""
        place = bisect_right(self.begins, tick)
        if not place:
            return 0
        return self.sums[place] - max(0, self.ends[place - 1] - tick)

    def first_at(self, worked: int) -> int:
        """Return the first moment up to which so much is worked; `worked` is more than nothing."""
        place = bisect_left(self.sums, worked)
        return self.ends[place - 1] - (self.sums[place] - worked)

    def last_at(self, worked: int) -> int:
        """Return the last moment up to which so much is worked; `worked` is less than all."""
        place = bisect_right(self.sums, worked) - 1
        return self.begins[place] + worked - self.sums[place]

    def is_inside(self, tick: int) -> bool:
        place = bisect_right(self.begins, tick)
        return place > 0 and tick < self.ends[place - 1]


class Hours:
    """Working time by the plans of days in a zone.

    Some weekday must be worked, and no interval may end behind midnight later than any day begins; who makes the
    plans sees to it. A local time that a change of clocks leaves out is the moment of the change, and one that comes
    twice is the first of the two.
    """

    def __init__(self, plan: Callable[[date], DayPlan], zone: tzinfo) -> None:
        self.plan = plan
        self.zone = zone
        self._years: dict[int, _Year] = {}

    def add(self, moment: datetime, span: timedelta) -> datetime:
        tick, left = _tick(moment), span // _TICK
        year = self._local(moment).year
        if left > 0:
            year -= 1  # whose last day may reach into this one
            while (there := self._year(year).total - self._year(year).until(tick)) < left:
                left -= there
                year += 1
            return _moment(self._year(year).first_at(self._year(year).until(tick) + left))
        if left < 0:
            while (there := self._year(year).until(tick)) < -left:
                left += there
                year -= 1
            return _moment(self._year(year).last_at(self._year(year).until(tick) + left))
        return moment

    def between(self, first: datetime, last: datetime) -> timedelta:
        if last < first:
            return -self.between(last, first)
        begin, end = _tick(first), _tick(last)
        years = map(self._year, range(self._local(first).year - 1, self._local(last).year + 1))
        return sum((year.until(end) - year.until(begin) for year in years), 0) * _TICK

    def is_inside(self, moment: datetime) -> bool:
        year = self._local(moment).year
        return any(self._year(one).is_inside(_tick(moment)) for one in (year - 1, year))

    def reckon(self, first: datetime, last: datetime) -> Reckoning:
        counted: list[Counted] = []
        skipped: list[Skipped] = []
        assumed: set[int] = set()
        begin, end = self._local(first).date(), self._local(last).date()
        told = min(end, begin + MOST_DAYS * _ONE_DAY)
        for day in _days(begin - _ONE_DAY, told):
            plan = self.plan(day)
            if plan.assumed and day >= begin:
                assumed.add(day.year)
            if not plan.intervals and day >= begin:
                skipped.append(Skipped(day, plan.why, plan.name))
            for left, right in self._moments(day, plan):
                if left < last and right > first and left < right:
                    counted.append(Counted(max(left, first), min(right, last)))
        return Reckoning(tuple(counted), tuple(skipped), tuple(sorted(assumed)), more=told < end)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _year(self, number: int) -> _Year:
        found = self._years.get(number)
        if found is None:
            days = _days(date(number, 1, 1), date(number, 12, 31))
            pairs = [pair for day in days for pair in self._moments(day, self.plan(day))]
            found = _Year([_tick(begin) for begin, _ in pairs], [_tick(end) for _, end in pairs])
            self._years[number] = found
        return found

    def _moments(self, day: date, plan: DayPlan) -> Iterator[tuple[datetime, datetime]]:
        for begin, end in plan.intervals:
            yield self._moment_of(day, begin), self._moment_of(day, end)

    def _moment_of(self, day: date, minutes: int) -> datetime:
        """Return the first moment at which local time has come to so many minutes of a day."""
        local = datetime.combine(day, time()) + timedelta(minutes=minutes)
        before, after = (local.replace(tzinfo=self.zone, fold=fold).utcoffset() or timedelta(0) for fold in (0, 1))
        found = (local - before).replace(tzinfo=UTC)
        if before >= after:  # there once, or twice
            return found
        # the change of clocks that leaves it out lies between the moments that the offsets before and after give
        low, high = _tick((local - after).replace(tzinfo=UTC)), _tick(found)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._naive(_moment(middle)) >= local else (middle, high)
        return _moment(high)

    def _naive(self, moment: datetime) -> datetime:
        return self._local(moment).replace(tzinfo=None)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * _ONE_DAY for n in range((last - first).days + 1))


def _tick(moment: datetime) -> int:
    return (moment - _EPOCH) // _TICK


def _moment(tick: int) -> datetime:
    return _EPOCH + tick * _TICK


WALL_CLOCK: WorkingTime = WallClock()
