"""The functions that an expression may call, with what an editor shows about them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from closeloop.base.registry import Registry
from closeloop.expr.messages import FUNCTION_DOCS
from closeloop.expr.moments import count_of, day_in, day_in_sql, in_utc, part_sql, span_of
from closeloop.expr.numbers import ABSOLUTE, CEIL, DIVIDE, FLOOR, ROUND, Element, constant
from closeloop.expr.operators import EVERY, ORDERED, SCALAR, is_member, is_member_sql, ordered
from closeloop.expr.overloads import (
    Anything,
    Closure,
    ListOfSame,
    Overload,
    Places,
    Same,
    Sql,
    binary,
    elements,
    from_env,
    over_all,
    unary,
)
from closeloop.expr.types import BOOL, DATE, DATETIME, DURATION, NUMBER, TEXT, Env, Row, Type, Value


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its name, how it is written, what it does in each language, and its ways to be called."""

    name: str
    signature: str
    doc: Mapping[str, str]
    overloads: tuple[Overload, ...]


_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER = _UPPER.lower()
_BLANKS = " \t\n\r" + chr(0xA0) + chr(0x3000)
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


def _of_day(result: Type, python: Callable[[date], Value], sql: Callable[[Element], Element]) -> tuple[Overload, ...]:
    """Make the two overloads of a question about a day: of a date, or of a moment in the company's zone."""

    def build(args: Sequence[Closure]) -> Closure:
        (moment,) = args

        def closure(row: Row, env: Env) -> Value:
            at = moment(row, env)
            day = day_in(at, env.tz) if isinstance(at, datetime) else None
            return None if day is None else python(day)

        return closure

    def to_sql(args: Sequence[Sql], env: Env) -> Element:
        return sql(day_in_sql(args[0].element, env.tz))

    return (unary(DATE, result, python, sql), Overload((DATETIME,), result, build, to_sql))


def _part(name: str, python: Callable[[date], int]) -> tuple[Overload, ...]:
    return _of_day(NUMBER, python, lambda day: part_sql(name, day))


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
    _function("min(a, b, …)", _extreme(min, "least")),
    _function(
        "max(a, b, …)",
        _extreme(max, "greatest"),
    ),
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
            lambda text: text.strip(_BLANKS),
            lambda text: sa.func.btrim(text, _BLANKS, type_=sa.Text()),
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
        "date(moment)",
        *_of_day(DATE, lambda day: day, lambda day: day),
    ),
    _function("year(day or moment)", *_part("year", lambda day: day.year)),
    _function("month(day or moment)", *_part("month", lambda day: day.month)),
    _function(
        "day(day or moment)",
        *_part("day", lambda day: day.day),
    ),
    _function(
        "weekday(day or moment)",
        *_part("isodow", date.isoweekday),
    ),
)
FUNCTIONS: Registry[Function] = Registry("function", ((one.name, one) for one in _ALL))
