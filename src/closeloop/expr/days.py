"""What is asked of days by the calendar on the wall: months, the ends of periods, days made of numbers.

A result outside the years 1 to 9999 is null, as is a day that no month has.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import sqlalchemy as sa

from closeloop.expr.moments import day_in, day_in_sql, known_day, known_day_sql, part_sql, wall_in, wall_in_sql
from closeloop.expr.numbers import Element, Meaning, Number, whole_between, whole_between_sql
from closeloop.expr.overloads import Closure, Overload, Parameter, Sql, Word, elements
from closeloop.expr.types import DATE, DATETIME, Env, Row, Type, Value

PERIODS = ("week", "month", "quarter", "year")
_STEPS = {"week": "7 days", "month": "1 month", "quarter": "3 months", "year": "1 year"}
_MONTHS = 12_000
_ONE_DAY = timedelta(days=1)
_INTEGER = sa.Integer()
_DATE = sa.Date()
_WALL = sa.DateTime()


def _span(written: str) -> Element:
    return sa.cast(sa.literal_column(f"'{written}'"), sa.Interval())


def _moved(day: Element, span: Element) -> Element:
    return sa.cast(sa.cast(day, _WALL).op("+", return_type=_WALL)(span), _DATE)


def _start(day: date, period: str) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[period]
    return date(day.year, month, 1)


def _next(start: date, period: str) -> date:
    if period == "week":
        return start + timedelta(days=7)
    month = start.month - 1 + {"month": 1, "quarter": 3, "year": 12}[period]
    return date(start.year + month // 12, month % 12 + 1, 1)


def start_of(period: str) -> Meaning:
    """Return the first day of the week, month, quarter or year that a day lies in; weeks begin on Monday."""

    def python(day: date, _word: str) -> date | None:
        return known_day(_start(day, period))

    def sql(day: Element, _word: Element) -> Element:
        return known_day_sql(sa.cast(sa.func.date_trunc(sa.literal_column(f"'{period}'"), sa.cast(day, _WALL)), _DATE))

    return Meaning(python, sql)


def end_of(period: str) -> Meaning:
    """Return the last day of the week, month, quarter or year that a day lies in."""

    def python(day: date, _word: str) -> date | None:
        try:
            return known_day(_next(_start(day, period), period) - _ONE_DAY)
        except (ValueError, OverflowError):
            return None

    def sql(day: Element, _word: Element) -> Element:
        start = sa.func.date_trunc(sa.literal_column(f"'{period}'"), sa.cast(day, _WALL), type_=_WALL)
        after = sa.cast(start.op("+", return_type=_WALL)(_span(_STEPS[period])), _DATE)
        return known_day_sql(after.op("-", return_type=_DATE)(sa.literal_column("1", _INTEGER)))

    return Meaning(python, sql)


def _add_months(day: date, count: Number) -> date | None:
    months = whole_between(count, -_MONTHS, _MONTHS)
    if months is None:
        return None
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    if not 0 < year < 10_000:
        return None
    last = 31 if month == 11 else (date(year, month + 2, 1) - _ONE_DAY).day
    return known_day(date(year, month + 1, min(day.day, last)))


def _add_months_sql(day: Element, count: Element) -> Element:
    months = whole_between_sql(count, -_MONTHS, _MONTHS)
    return known_day_sql(_moved(day, _span("1 month").op("*", return_type=sa.Interval())(months)))


def _date_of(year: Number, month: Number, day: Number) -> date | None:
    y, m, d = whole_between(year, 0, 10_000), whole_between(month, 0, 13), whole_between(day, 0, 32)
    if y is None or m is None or d is None:
        return None
    try:
        return known_day(date(y, m, d))
    except ValueError:
        return None


def _date_of_sql(year: Element, month: Element, day: Element) -> Element:
    one = sa.literal_column("1", _INTEGER)
    first = sa.func.make_date(whole_between_sql(year, 0, 10_000), whole_between_sql(month, 0, 13), one, type_=_DATE)
    after = _moved(first, _span("1 month"))
    wanted = first.op("+", return_type=_DATE)(whole_between_sql(day, 0, 32) - one)
    return known_day_sql(sa.func.nullif(sa.func.least(wanted, after), after, type_=_DATE))


def of_days(
    count: int, meaning_of: Callable[[Env], Meaning], result: Type, *more: Parameter, writes: tuple[int, ...] = ()
) -> Iterator[Overload]:
    """Make the overloads of a question about days, each a date or a moment in the company's zone; null of null."""
    for kinds in product((DATE, DATETIME), repeat=count):
        yield _of_days(kinds, meaning_of, result, more, writes)


def _of_days(
    kinds: tuple[Type, ...],
    meaning_of: Callable[[Env], Meaning],
    result: Type,
    more: tuple[Parameter, ...],
    writes: tuple[int, ...],
) -> Overload:
    moments = [i for i, kind in enumerate(kinds) if kind == DATETIME]

    def build(args: Sequence[Closure]) -> Closure:
        def closure(row: Row, env: Env) -> Value:
            values: list[Any] = [arg(row, env) for arg in args]
            for i in moments:
                values[i] = None if values[i] is None else day_in(values[i], env.tz)
            return None if None in values else meaning_of(env).python(*values)

        return closure

    def to_sql(args: Sequence[Sql], env: Env) -> Element:
        values = elements(args)
        for i in moments:
            values[i] = day_in_sql(values[i], env.tz)
        return meaning_of(env).sql(*values)

    return Overload((*kinds, *more), result, build, to_sql, writes=writes)


def of_day(meaning: Meaning, result: Type, *more: Parameter) -> Iterator[Overload]:
    """Make the two overloads of a question about one day that the surroundings don't bear upon."""
    return of_days(1, lambda _env: meaning, result, *more)


def of_wall(meaning: Meaning, result: Type) -> Overload:
    """Make the overload of a question about what the clock on the wall shows in the company's zone."""

    def build(args: Sequence[Closure]) -> Closure:
        (moment,) = args

        def closure(row: Row, env: Env) -> Value:
            at = moment(row, env)
            wall = wall_in(at, env.tz) if isinstance(at, datetime) else None
            return None if wall is None else meaning.python(wall)

        return closure

    return Overload((DATETIME,), result, build, lambda args, env: meaning.sql(wall_in_sql(args[0].element, env.tz)))


def part(name: str, python: Callable[[Any], int]) -> Meaning:
    """Return what asks for a part of a day or of a wall clock's time."""

    def sql(at: Element) -> Element:
        return part_sql(name, at)

    return Meaning(python, sql)


def of_period(meaning_of: Callable[[str], Meaning]) -> Iterator[Overload]:
    """Make the overloads of a function whose second argument names a period."""
    for period in PERIODS:
        yield from of_day(meaning_of(period), DATE, Word(period))


def _hour(wall: datetime) -> int:
    return wall.hour


ADD_MONTHS = Meaning(_add_months, _add_months_sql)
DATE_OF = Meaning(_date_of, _date_of_sql)
HOUR = part("hour", _hour)
