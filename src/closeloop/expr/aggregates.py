"""The functions that go over a list of records: what each takes and gives, in Python and as a subquery.

Each is given the values of those records for which the condition is true, the newest last.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import sqlalchemy as sa

from closeloop.expr.lists import average, average_sql, there, total, total_sql
from closeloop.expr.numbers import Element
from closeloop.expr.operators import ORDERED, SCALAR
from closeloop.expr.types import BOOL, NUMBER, Kind, Type, Value


class Children(Protocol):
    """A list of records in SQL."""

    def __call__(self, path: str) -> Element:
        """Return the element of a field of the list's records."""
        ...

    def ask(self, question: Element, condition: Element) -> Element:
        """Return a subquery that asks one question of all records that meet the condition."""
        ...

    def exists(self, condition: Element) -> Element:
        """Return whether a record meets the condition."""
        ...

    def newest(self, value: Element, condition: Element) -> Element:
        """Return a subquery for the value of the newest record that meets the condition."""
        ...


@runtime_checkable
class WithLists(Protocol):
    """Columns that know lists of records too."""

    def __call__(self, path: str) -> Element: ...
    def children(self, path: str) -> Children: ...


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One function over a list of records."""

    kinds: frozenset[Kind] | None
    """Which values it takes; None where it goes over the records themselves."""
    result: Type | None
    """None where the result has the value's type."""
    python: Callable[[Sequence[Any]], Value]
    sql: Callable[[Children, Element, Element], Element]
    every: bool = False
    """Whether it is given what the condition says of every record, and so needs one."""


def _extreme(python: Callable[[list[Any]], Any], name: str) -> Aggregate:
    def pick(values: Sequence[Any]) -> Value:
        items = there(values)
        return python(items) if items else None

    def sql(children: Children, value: Element, condition: Element) -> Element:
        ordered = sa.collate(value, "C") if isinstance(value.type, sa.Text) else value
        return children.ask(getattr(sa.func, name)(ordered), condition)

    return Aggregate(ORDERED.kinds, None, pick, sql)


def _newest(values: Sequence[Any]) -> Value:
    return values[-1] if values else None


_NUMBER: frozenset[Kind] = frozenset({"number"})

AGGREGATES: Mapping[str, Aggregate] = {
    "count": Aggregate(None, NUMBER, len, lambda children, _, condition: children.ask(sa.func.count(), condition)),
    "any": Aggregate(None, BOOL, bool, lambda children, _, condition: children.exists(condition)),
    "all": Aggregate(
        None,
        BOOL,
        all,
        lambda children, _, condition: sa.not_(children.exists(condition.is_not(sa.true()))),
        every=True,
    ),
    "sum": Aggregate(
        _NUMBER,
        NUMBER,
        lambda values: total(there(values)),
        lambda children, value, condition: children.ask(total_sql(value), condition),
    ),
    "avg": Aggregate(
        _NUMBER,
        NUMBER,
        lambda values: average(there(values)),
        lambda children, value, condition: children.ask(average_sql(value), condition),
    ),
    "min": _extreme(min, "min"),
    "max": _extreme(max, "max"),
    "latest": Aggregate(
        SCALAR.kinds, None, _newest, lambda children, value, condition: children.newest(value, condition)
    ),
}
