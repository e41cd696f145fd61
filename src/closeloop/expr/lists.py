"""What is asked of lists, in Python and in SQL side by side. Nulls in a list are left out of sums and comparisons."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import Grouping

from closeloop.expr.numbers import ADD, DIVIDE, NUMERIC, Element, Number, constant, limited, limited_sql, numeric
from closeloop.expr.operators import ORDERED, SQL_TYPES
from closeloop.expr.overloads import ListOfSame, Overload, Sql, over_all
from closeloop.expr.types import BOOL, NUMBER, Env, Value, list_of


def there(items: Sequence[Any]) -> list[Any]:
    """Return the items that aren't null."""
    return [item for item in items if item is not None]


def total(numbers: Sequence[Number]) -> Number | None:
    """Return the sum; 0 of nothing."""
    result: Number = 0
    for number in numbers:
        result = ADD.python(result, number)
    return limited(result)


def average(numbers: Sequence[Number]) -> Number | None:
    """Return the mean; null of nothing."""
    result = total(numbers) if numbers else None
    return None if result is None else DIVIDE.python(result, len(numbers))


def total_sql(number: Element) -> Element:
    """Return the sum of a group of rows, as `total`."""
    return limited_sql(sa.func.coalesce(sa.func.sum(numeric(number)), constant("0"), type_=NUMERIC))


def average_sql(number: Element) -> Element:
    """Return the mean of a group of rows, as `average`."""
    return DIVIDE.sql(limited_sql(sa.func.sum(numeric(number), type_=NUMERIC)), sa.func.count(number))


def _each(items: Sql) -> Element:
    """Return a list's items as rows of their own, for a subquery."""
    of = items.type.of
    assert of is not None
    item: Element = sa.func.unnest(items.element, type_=SQL_TYPES[of.kind]).column_valued()
    return sa.collate(item, "C") if of.kind == "text" else item


def _numbers(python: Callable[[Sequence[Number]], Value], sql: Callable[[Element], Element]) -> Overload:
    def over(args: list[Any]) -> Value:
        return None if args[0] is None else python(there(args[0]))

    def to_sql(args: Sequence[Sql], _env: Env) -> Element:
        (items,) = args
        made = sa.select(sql(_each(items))).scalar_subquery()
        return sa.case((items.element.is_not(None), made), else_=sa.cast(sa.null(), NUMERIC))

    return Overload((list_of(NUMBER),), NUMBER, over_all(over), to_sql, writes=(2,))


def extreme_of(python: Callable[[list[Any]], Any], name: str) -> Overload:
    """Make the overload of `min` or `max` over one list."""

    def pick(args: list[Any]) -> Value:
        items = there(args[0] or ())
        return python(items) if items else None

    def to_sql(args: Sequence[Sql], _env: Env) -> Element:
        return sa.select(getattr(sa.func, name)(_each(args[0]))).scalar_subquery()

    return Overload((ListOfSame(ORDERED.kinds),), None, over_all(pick), to_sql)


def _at_end(index: int) -> Overload:
    def pick(args: list[Any]) -> Value:
        return args[0][index] if args[0] else None

    def to_sql(args: Sequence[Sql], _env: Env) -> Element:
        items = args[0].element
        place = sa.literal_column("1", sa.Integer()) if index == 0 else sa.func.cardinality(items, type_=sa.Integer())
        of = args[0].type.of
        assert of is not None
        return Grouping(sa.type_coerce(items, sa.ARRAY(SQL_TYPES[of.kind])))[place]

    return Overload((ListOfSame(),), None, over_all(pick), to_sql, writes=(1 if index == 0 else 2,))


def _compare(sign: str, python: Callable[[list[Any], list[Any]], bool]) -> Overload:
    def compare(args: list[Any]) -> Value:
        left, right = args
        return None if left is None or right is None else python(left, right)

    def to_sql(args: Sequence[Sql], _env: Env) -> Element:
        left, right = (_same_items(arg) for arg in args)
        return left.op(sign, return_type=sa.Boolean())(right)

    return Overload((ListOfSame(), ListOfSame()), BOOL, over_all(compare), to_sql)


def _same_items(arg: Sql) -> Element:
    """Return the list as an array of the one type that its kind has: arrays of two types can't be compared."""
    assert arg.type.of is not None
    return sa.cast(arg.element, sa.ARRAY(SQL_TYPES[arg.type.of.kind]))


SUM = _numbers(total, total_sql)
AVG = _numbers(average, average_sql)
HAS_ANY = _compare("&&", lambda left, right: any(item is not None and item in left for item in right))
HAS_ALL = _compare("@>", lambda left, right: all(item is not None and item in left for item in right))
FIRST, LAST = _at_end(0), _at_end(-1)
