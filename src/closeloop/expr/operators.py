"""The operator table: what each operator takes, and what it means as a Python closure and as SQL.

Null logic is SQL's three-valued one: what is asked of null is null; `and`, `or` and `not` know true, false
and null; `x in list` is null where x or an element is null and no other element is equal.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from closeloop.expr.moments import (
    ADD_SPANS,
    DAY_EARLIER,
    DAY_LATER,
    DAYS_SINCE,
    EARLIER,
    LATER,
    NEGATE_SPAN,
    SINCE,
)
from closeloop.expr.numbers import (
    ADD,
    DIVIDE,
    FLOOR_DIVIDE,
    MODULO,
    MULTIPLY,
    NEGATE,
    NUMERIC,
    SUBTRACT,
    Element,
    Meaning,
)
from closeloop.expr.overloads import (
    Closure,
    ListOfSame,
    Overload,
    Same,
    Sql,
    binary,
    elements,
    from_env,
    over_all,
    strict,
    unary,
)
from closeloop.expr.types import (
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    NUMBER,
    TEXT,
    Env,
    Kind,
    Row,
    Type,
    Value,
    id_of,
    list_of,
)

_ORDERED: tuple[Kind, ...] = ("text", "number", "date", "datetime", "duration")
ORDERED = Same(frozenset[Kind](_ORDERED))
SCALAR = Same(frozenset[Kind]((*_ORDERED, "bool", "id")))
EVERY = Same(frozenset[Kind]((*_ORDERED, "bool", "id", "place", "list")))

EQUALITY: Mapping[str, Callable[[Any, Any], Any]] = {"==": operator.eq, "!=": operator.ne}
ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

SQL_TYPES: Mapping[Kind, sa.types.TypeEngine[Any]] = {
    "number": NUMERIC,
    "bool": sa.Boolean(),
    "date": sa.Date(),
    "datetime": sa.DateTime(timezone=True),
    "duration": sa.Interval(),
    "id": sa.Uuid(),
    "place": JSONB(),
    "text": sa.Text(),
}


def literal(value: Any, of: Type) -> Element:
    """Return a value as a parameter; a null has its type written out.

    A whole number stays one, so that an index on a whole-number column serves.
    """
    scalar = of.of or of
    items = list(value) if of.of else [value]
    sql_type = SQL_TYPES[scalar.kind]
    if scalar == NUMBER and all(isinstance(one, int) and abs(one) < 2**63 for one in items):
        sql_type = sa.BigInteger()
    elif scalar == NUMBER:
        items = [None if one is None else Decimal(one) for one in items]  # a parameter's items are of one type
    if of.of:
        return sa.literal(items, sa.ARRAY(sql_type))
    return sa.cast(sa.null(), sql_type) if value is None else sa.literal(items[0], sql_type)


def ordered(arg: Sql) -> Element:
    """Return the element so that the server compares text by code points, as Python does."""
    return sa.collate(arg.element, "C") if arg.type.kind == "text" else arg.element


def is_member(item: Value, items: Sequence[Value] | None) -> bool | None:
    """Tell whether a value is in a list."""
    if items is None:
        return None
    if item is None:
        return None if items else False
    if item in items:
        return True
    return None if None in items else False


def is_member_sql(item: Element, items: Element) -> Element:
    """Return the same as `is_member`."""
    return item == sa.any_(items)


def _and(args: Sequence[Closure]) -> Closure:
    def closure(row: Row, env: Env) -> Value:
        result = True
        for arg in args:
            value = arg(row, env)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return closure


def _or(args: Sequence[Closure]) -> Closure:
    def closure(row: Row, env: Env) -> Value:
        result = False
        for arg in args:
            value = arg(row, env)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return closure


def _if(args: Sequence[Closure]) -> Closure:
    condition, met, other = args
    return lambda row, env: met(row, env) if condition(row, env) is True else other(row, env)


def _pick(args: Sequence[Closure]) -> Closure:
    cases, other = list(zip(args[::2], args[1::2], strict=False)), args[-1]

    def closure(row: Row, env: Env) -> Value:
        for condition, met in cases:
            if condition(row, env) is True:
                return met(row, env)
        return other(row, env)

    return closure


def _pick_sql(args: Sequence[Sql], _env: Env) -> Element:
    *cases, other = elements(args)
    return sa.case(*zip(cases[::2], cases[1::2], strict=True), else_=other)


def _order(compare: Callable[[Any, Any], Any]) -> Overload:
    def to_sql(args: Sequence[Sql], _env: Env) -> Element:
        return compare(ordered(args[0]), args[1].element)

    return Overload((ORDERED, ORDERED), BOOL, strict(compare), to_sql)


def _arithmetic(meaning: Meaning, writes: tuple[int, ...] = ()) -> Overload:
    return binary(NUMBER, NUMBER, NUMBER, *meaning, writes)


OPERATORS: Mapping[str, tuple[Overload, ...]] = {
    "and": (Overload((BOOL, BOOL), BOOL, _and, lambda args, _env: sa.and_(*elements(args)), rest=True),),
    "or": (Overload((BOOL, BOOL), BOOL, _or, lambda args, _env: sa.or_(*elements(args)), rest=True),),
    "not": (unary(BOOL, BOOL, operator.not_, sa.not_),),
    "if": (Overload((BOOL, EVERY, EVERY), None, _if, _pick_sql),),
    "is null": (
        Overload(
            (EVERY,),
            BOOL,
            over_all(lambda args: args[0] is None),
            lambda args, _env: args[0].element.is_(None),
        ),
    ),
    **{sign: (binary(SCALAR, SCALAR, BOOL, equal, equal),) for sign, equal in EQUALITY.items()},
    **{sign: (_order(compare),) for sign, compare in ORDER.items()},
    "in": (
        Overload(
            (SCALAR, ListOfSame()),
            BOOL,
            over_all(lambda args: is_member(args[0], args[1])),
            lambda args, _env: is_member_sql(args[0].element, args[1].element),
        ),
    ),
    "+": (
        _arithmetic(ADD),
        binary(TEXT, TEXT, TEXT, operator.add, lambda a, b: a.op("||")(b)),
        binary(DATETIME, DURATION, DATETIME, *LATER),
        binary(DATE, DURATION, DATE, *DAY_LATER),
        binary(DURATION, DURATION, DURATION, *ADD_SPANS),
    ),
    "-": (
        _arithmetic(SUBTRACT),
        binary(DATETIME, DATETIME, DURATION, *SINCE),
        binary(DATE, DATE, DURATION, *DAYS_SINCE),
        binary(DATETIME, DURATION, DATETIME, *EARLIER),
        binary(DATE, DURATION, DATE, *DAY_EARLIER),
        binary(DURATION, DURATION, DURATION, *SINCE),
    ),
    "*": (_arithmetic(MULTIPLY),),
    "/": (_arithmetic(DIVIDE),),
    "//": (_arithmetic(FLOOR_DIVIDE),),
    "%": (_arithmetic(MODULO, (1, 3)),),
    "negative": (
        unary(NUMBER, NUMBER, *NEGATE),
        unary(DURATION, DURATION, *NEGATE_SPAN),
    ),
    "me": from_env(id_of("person"), lambda env: env.me),
    "my_departments": from_env(list_of(id_of("department")), lambda env: env.my_departments),
    "my_subtree": from_env(list_of(id_of("person")), lambda env: env.my_subtree),
}
PICKS = tuple(Overload((BOOL, EVERY) * cases + (EVERY,), None, _pick, _pick_sql) for cases in range(1, 11))
"""The function `pick` with up to ten cases."""
PEOPLE = ("me", "my_departments", "my_subtree")
"""The operators that are written as a bare name."""
