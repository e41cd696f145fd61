"""What arithmetic means, in Python and in SQL side by side, so that both give the same number.

A number is exact. The results of `*` and `/` have at most ten places, rounded half away from zero; a result
of 10^30 or more, and what is divided by zero, is null. `//` rounds down and `%` has the sign of its divisor,
for whole numbers and decimals alike.
"""

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

Number: TypeAlias = int | Decimal
Element: TypeAlias = ColumnElement[Any]


class Meaning(NamedTuple):
    """What an operator does, as a Python function over values and as a function over SQL elements."""

    python: Callable[..., Any]
    sql: Callable[..., Any]


PLACES = 10
_LIMIT = 10**30
_STEP = Decimal(1).scaleb(-PLACES)
# Sums of at most 500 such numbers stay below 10^33 and products of those below 10^66, with 20 places: 100
# digits hold every intermediate result exactly, whatever the precision of the calling thread's context is.
_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
_CUT = Context(prec=100, rounding=ROUND_DOWN)


NUMERIC = sa.Numeric()


def constant(written: str) -> Element:
    """Return a number of ours as it stands in the statement; a person's numbers are always parameters."""
    return sa.literal_column(written, NUMERIC)


def numeric(element: Element) -> Element:
    """Return the element as numeric, since bigint arithmetic overflows and divides differently."""
    return element if isinstance(element.type, sa.Numeric) else sa.cast(element, NUMERIC)


def between(element: Element, low: Element, high: Element) -> Element:
    """Return the element where it lies strictly between the two, else null; it is written once only."""
    inside = sa.func.least(sa.func.greatest(element, low), high)
    return sa.func.nullif(sa.func.nullif(inside, high), low, type_=element.type)


def limited_sql(element: Element) -> Element:
    """Return the same as `limited`."""
    return between(element, constant("-1e30"), constant("1e30"))


def _or_null(divisor: Element) -> Element:
    return sa.func.nullif(numeric(divisor), constant("0"), type_=NUMERIC)


def _quotient_sql(a: Element, b: Element, places: int) -> Element:
    """Return the quotient cut off after the places: `div` is exact, while `/` chooses a scale of its own."""
    cut = sa.func.div(numeric(a) * constant(f"1e{places}"), _or_null(b), type_=NUMERIC)
    return cut * constant(f"1e-{places}")


def _tidy(number: Number) -> Number:
    """Return the same number as an int where it is whole, and without trailing zeros."""
    whole = int(number)
    return whole if whole == number else Decimal(number).normalize(_EXACT)


def limited(number: Number) -> Number | None:
    """Return the number where it is below 10^30."""
    return _tidy(number) if -_LIMIT < number < _LIMIT else None


def _add(a: Number, b: Number) -> Number:
    return a + b if type(a) is int and type(b) is int else _tidy(_EXACT.add(a, b))


def _add_sql(a: Element, b: Element) -> Element:
    return numeric(a) + numeric(b)


def _subtract(a: Number, b: Number) -> Number:
    return a - b if type(a) is int and type(b) is int else _tidy(_EXACT.subtract(a, b))


def _subtract_sql(a: Element, b: Element) -> Element:
    return numeric(a) - numeric(b)


def _multiply(a: Number, b: Number) -> Number | None:
    if type(a) is int and type(b) is int:
        product = a * b
        return product if -_LIMIT < product < _LIMIT else None
    return limited(_EXACT.multiply(a, b).quantize(_STEP, context=_EXACT))


def _multiply_sql(a: Element, b: Element) -> Element:
    return limited_sql(sa.func.round(numeric(a) * numeric(b), PLACES, type_=NUMERIC))


def _divide(a: Number, b: Number) -> Number | None:
    # Rounding a quotient that was cut off further right gives what rounding the exact one gives.
    return limited(_CUT.divide(a, b).quantize(_STEP, context=_EXACT)) if b else None


def _divide_sql(a: Element, b: Element) -> Element:
    return limited_sql(sa.func.round(_quotient_sql(a, b, PLACES + 1), PLACES, type_=NUMERIC))


def _floor_divide(a: Number, b: Number) -> Number | None:
    if not b:
        return None
    rest = _CUT.remainder(a, b)
    below = bool(rest) and (rest < 0) != (b < 0)
    return limited(_EXACT.subtract(_CUT.divide_int(a, b), int(below)))


def _floor_divide_sql(a: Element, b: Element) -> Element:
    # The smallest fraction that a quotient can have is 10^-10 / 10^33; 50 places don't lose it.
    return limited_sql(sa.func.floor(_quotient_sql(a, b, 50), type_=NUMERIC))


def _modulo(a: Number, b: Number) -> Number | None:
    if not b:
        return None
    rest = _EXACT.remainder(a, b)
    return _tidy(_EXACT.add(rest, b) if rest and (rest < 0) != (b < 0) else rest)


def _modulo_sql(a: Element, b: Element) -> Element:
    rest = sa.func.mod(numeric(a), _or_null(b), type_=NUMERIC)
    return sa.func.mod(rest + numeric(b), _or_null(b), type_=NUMERIC)


def _negate(a: Number) -> Number:
    return a.copy_negate() if isinstance(a, Decimal) else -a


def _negate_sql(a: Element) -> Element:
    return -numeric(a)


def _absolute(a: Number) -> Number:
    return a.copy_abs() if isinstance(a, Decimal) else abs(a)


def _absolute_sql(a: Element) -> Element:
    return sa.func.abs(numeric(a), type_=NUMERIC)


def _round(a: Number, places: int) -> Number:
    return _tidy(a.quantize(Decimal(1).scaleb(-places), context=_EXACT)) if isinstance(a, Decimal) else a


def _round_sql(a: Element, places: Element) -> Element:
    return sa.func.round(numeric(a), sa.cast(places, sa.Integer()), type_=NUMERIC)


def _floor(a: Number) -> Number:
    return int(a.to_integral_value(ROUND_FLOOR)) if isinstance(a, Decimal) else a


def _floor_sql(a: Element) -> Element:
    return sa.func.floor(numeric(a), type_=NUMERIC)


def _ceil(a: Number) -> Number:
    return int(a.to_integral_value(ROUND_CEILING)) if isinstance(a, Decimal) else a


def _ceil_sql(a: Element) -> Element:
    return sa.func.ceil(numeric(a), type_=NUMERIC)


def whole_between(number: Number, low: int, high: int) -> int | None:
    """Return the number rounded down where it then lies strictly between the two."""
    whole = int(_floor(number))
    return whole if low < whole < high else None


def whole_between_sql(number: Element, low: int, high: int) -> Element:
    """Return the same as `whole_between`, as an integer."""
    return sa.cast(between(_floor_sql(number), constant(str(low)), constant(str(high))), sa.Integer())


ADD = Meaning(_add, _add_sql)
SUBTRACT = Meaning(_subtract, _subtract_sql)
MULTIPLY = Meaning(_multiply, _multiply_sql)
DIVIDE = Meaning(_divide, _divide_sql)
FLOOR_DIVIDE = Meaning(_floor_divide, _floor_divide_sql)
MODULO = Meaning(_modulo, _modulo_sql)
NEGATE = Meaning(_negate, _negate_sql)
ABSOLUTE = Meaning(_absolute, _absolute_sql)
ROUND = Meaning(_round, _round_sql)
FLOOR = Meaning(_floor, _floor_sql)
CEIL = Meaning(_ceil, _ceil_sql)
