"""The functions that an expression may call, with what an editor shows about them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from closeloop.base.registry import Registry
from closeloop.expr.days import ADD_MONTHS, DATE_OF, HOUR, end_of, of_day, of_days, of_period, of_wall, part, start_of
from closeloop.expr.lists import AVG, FIRST, HAS_ALL, HAS_ANY, LAST, SUM, extreme_of
from closeloop.expr.messages import FUNCTION_DOCS
from closeloop.expr.moments import (
    count_of,
    day_in,
    in_utc,
    span_of,
)
from closeloop.expr.numbers import ABSOLUTE, CEIL, DIVIDE, FLOOR, ROUND, Element, Meaning, constant
from closeloop.expr.operators import EVERY, ORDERED, PICKS, SCALAR, is_member, is_member_sql, ordered
from closeloop.expr.overloads import (
    Anything,
    ListOfSame,
    Overload,
    Places,
    Same,
    Sql,
    binary,
    elements,
    from_env,
    over_all,
    ternary,
    unary,
)
from closeloop.expr.places import DISTANCE
from closeloop.expr.texts import (
    BLANKS,
    ENDS_WITH,
    FIND,
    JOIN,
    LEFT,
    READ_NUMBER,
    REPLACE,
    RIGHT,
    SUBSTRING,
    WRITTEN_DAY,
    WRITTEN_NUMBER,
    WRITTEN_WALL,
)
from closeloop.expr.types import BOOL, DATE, DATETIME, DURATION, NUMBER, PLACE, TEXT, Env, Value, list_of


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its name, how it is written, what it does in each language, and its ways to be called.

    One that is only for lists of records has no other ways: see `aggregates`.
    """

    name: str
    signature: str
    doc: Mapping[str, str]
    overloads: tuple[Overload, ...]


_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER = _UPPER.lower()
_ZERO = sa.literal_column("0", sa.Integer)
_ONE = sa.literal_column("1", sa.Integer)


def _case(letters: str, become: str) -> Overload:
    table = str.maketrans(letters, become)
    return unary(
        TEXT,
        TEXT,
        lambda text: text.translate(table),
        lambda text: sa.func.translate(text, letters, become, type_=sa.Text()),
    )


def _is_filled(value: Any) -> bool:
    return value is not None and not (isinstance(value, Sequence) and not value)


def _is_filled_sql(arg: Sql) -> Element:
    if arg.type.kind == "text":
        return arg.element != sa.literal_column("''")
    if arg.type.kind == "list":
        return sa.func.cardinality(arg.element) > _ZERO
    return arg.element.is_not(None)


def _filled(args: list[Any]) -> Value:
    return DIVIDE.python(sum(map(_is_filled, args)), len(args))


def _filled_sql(args: Sequence[Sql], _env: Env) -> Element:
    total: Element = _ZERO
    for arg in args:
        total = total + sa.case((_is_filled_sql(arg), _ONE), else_=_ZERO)
    return DIVIDE.sql(total, constant(str(len(args))))


def _coalesce(args: list[Any]) -> Value:
    return next((arg for arg in args if arg is not None), None)


def _extreme(python: Callable[[list[Any]], Any], name: str) -> Overload:
    def pick(args: list[Any]) -> Value:
        there = [arg for arg in args if arg is not None]
        return python(there) if there else None

    def to_sql(args: Sequence[Sql], _env: Env) -> Element:
        return getattr(sa.func, name)(ordered(args[0]), *elements(args[1:]))

    return Overload((ORDERED, ORDERED), None, over_all(pick), to_sql, rest=True)


def _unit(unit: timedelta) -> tuple[Overload, ...]:
    return (
        unary(DURATION, NUMBER, *count_of(unit)),
        unary(NUMBER, DURATION, *span_of(unit)),
    )


def _same(day: Any) -> Any:
    return day


def _function(signature: str, *overloads: Overload) -> Function:
    name = signature.partition("(")[0]
    return Function(name, signature, FUNCTION_DOCS[name], overloads)


_ALL = (
    _function(
        "coalesce(a, b, …)",
        Overload(
            (EVERY, EVERY),
            None,
            over_all(_coalesce),
            lambda args, _env: sa.func.coalesce(*elements(args)),
            rest=True,
        ),
    ),
    _function(
        "filled(a, b, …)",
        Overload((Anything(),), NUMBER, over_all(_filled), _filled_sql, rest=True),
    ),
    _function("pick(condition, value, …, otherwise)", *PICKS),
    _function(
        "min(a, b, …), min(list) or min(records.field, condition)", _extreme(min, "least"), extreme_of(min, "min")
    ),
    _function(
        "max(a, b, …), max(list) or max(records.field, condition)", _extreme(max, "greatest"), extreme_of(max, "max")
    ),
    _function("count(records, condition)"),
    _function("any(records, condition)"),
    _function("all(records, condition)"),
    _function("latest(records.field, condition)"),
    _function("sum(list) or sum(records.field, condition)", SUM),
    _function("avg(list) or avg(records.field, condition)", AVG),
    _function("first(list)", FIRST),
    _function("last(list)", LAST),
    _function("has_any(list, list)", HAS_ANY),
    _function("has_all(list, list)", HAS_ALL),
    _function(
        "has(list, value)",
        Overload(
            (ListOfSame(), SCALAR),
            BOOL,
            over_all(lambda args: is_member(args[1], args[0])),
            lambda args, _env: is_member_sql(args[1].element, args[0].element),
        ),
    ),
    _function(
        "contains(text, part)",
        binary(
            TEXT,
            TEXT,
            BOOL,
            lambda text, part: part in text,
            lambda text, part: sa.func.strpos(text, part, type_=sa.Integer()) > _ZERO,
        ),
    ),
    _function(
        "starts_with(text, part)",
        binary(
            TEXT,
            TEXT,
            BOOL,
            str.startswith,
            lambda text, part: sa.func.starts_with(text, part, type_=sa.Boolean()),
        ),
    ),
    _function("ends_with(text, part)", binary(TEXT, TEXT, BOOL, *ENDS_WITH, (1, 2))),
    _function("find(text, part)", binary(TEXT, TEXT, NUMBER, *FIND)),
    _function("left(text, count)", binary(TEXT, NUMBER, TEXT, *LEFT)),
    _function("right(text, count)", binary(TEXT, NUMBER, TEXT, *RIGHT)),
    _function("substring(text, from, count)", ternary((TEXT, NUMBER, NUMBER), TEXT, SUBSTRING)),
    _function("replace(text, part, by)", ternary((TEXT, TEXT, TEXT), TEXT, REPLACE, (2, 1, 2))),
    _function("join(list, separator)", binary(list_of(TEXT), TEXT, TEXT, *JOIN, (2, 2))),
    _function(
        "text(number, day or moment)",
        unary(NUMBER, TEXT, *WRITTEN_NUMBER),
        unary(DATE, TEXT, *WRITTEN_DAY),
        of_wall(WRITTEN_WALL, TEXT),
    ),
    _function("number(text)", unary(TEXT, NUMBER, *READ_NUMBER)),
    _function(
        "lower(text)",
        _case(_UPPER, _LOWER),
    ),
    _function(
        "upper(text)",
        _case(_LOWER, _UPPER),
    ),
    _function(
        "trim(text)",
        unary(
            TEXT,
            TEXT,
            lambda text: text.strip(BLANKS),
            lambda text: sa.func.btrim(text, BLANKS, type_=sa.Text()),
        ),
    ),
    _function(
        "length(text or list)",
        unary(TEXT, NUMBER, len, lambda text: sa.func.char_length(text, type_=sa.BigInteger())),
        unary(
            Same(frozenset({"list"})),
            NUMBER,
            len,
            lambda items: sa.func.cardinality(items, type_=sa.BigInteger()),
        ),
    ),
    _function("abs(number)", unary(NUMBER, NUMBER, *ABSOLUTE)),
    _function(
        "round(number, places)",
        binary(NUMBER, Places(), NUMBER, *ROUND),
        unary(
            NUMBER,
            NUMBER,
            lambda number: ROUND.python(number, 0),
            lambda number: ROUND.sql(number, _ZERO),
        ),
    ),
    _function("floor(number)", unary(NUMBER, NUMBER, *FLOOR)),
    _function("ceil(number)", unary(NUMBER, NUMBER, *CEIL)),
    _function("distance(place, place)", binary(PLACE, PLACE, NUMBER, *DISTANCE, (4, 4))),
    _function("now()", *from_env(DATETIME, lambda env: in_utc(env.now))),
    _function(
        "today()",
        *from_env(DATE, lambda env: day_in(env.now, env.tz)),
    ),
    _function(
        "days(span or number)",
        *_unit(timedelta(days=1)),
    ),
    _function(
        "hours(span or number)",
        *_unit(timedelta(hours=1)),
    ),
    _function(
        "minutes(span or number)",
        *_unit(timedelta(minutes=1)),
    ),
    _function(
        "date(moment) or date(year, month, day)",
        *of_day(Meaning(_same, _same), DATE),
        ternary((NUMBER, NUMBER, NUMBER), DATE, DATE_OF, (3, 3, 1)),
    ),
    _function("year(day or moment)", *of_day(part("year", lambda day: day.year), NUMBER)),
    _function("quarter(day or moment)", *of_day(part("quarter", lambda day: (day.month + 2) // 3), NUMBER)),
    _function("month(day or moment)", *of_day(part("month", lambda day: day.month), NUMBER)),
    _function("day(day or moment)", *of_day(part("day", lambda day: day.day), NUMBER)),
    _function("weekday(day or moment)", *of_day(part("isodow", date.isoweekday), NUMBER)),
    _function("hour(moment)", of_wall(HOUR, NUMBER)),
    _function(
        "is_workday(day or moment)",
        *of_days(1, lambda env: Meaning(env.calendar.is_workday, env.calendar.is_workday_sql), BOOL, writes=(3,)),
    ),
    _function(
        "workdays(from, to)",
        *of_days(2, lambda env: Meaning(env.calendar.count, env.calendar.count_sql), NUMBER, writes=(11, 11)),
    ),
    _function(
        "add_workdays(day or moment, count)",
        *of_days(1, lambda env: Meaning(env.calendar.step, env.calendar.step_sql), DATE, NUMBER, writes=(7, 3)),
    ),
    _function("add_months(day or moment, count)", *of_day(ADD_MONTHS, DATE, NUMBER)),
    _function("start_of(day or moment, period)", *of_period(start_of)),
    _function("end_of(day or moment, period)", *of_period(end_of)),
)
SPREADSHEET: Mapping[str, str] = {
    "average": "avg",
    "datevalue": "date",
    "edate": "add_months",
    "eomonth": "end_of",
    "if": "pick",
    "ifs": "pick",
    "isblank": "filled",
    "len": "length",
    "mid": "substring",
    "rounddown": "floor",
    "roundup": "ceil",
    "search": "find",
    "substitute": "replace",
    "switch": "pick",
    "textjoin": "join",
    "networkdays": "workdays",
    "value": "number",
    "workday": "add_workdays",
}
"""What a spreadsheet calls them: told to whoever writes those names."""

FUNCTIONS: Registry[Function] = Registry("function", ((one.name, one) for one in _ALL))
