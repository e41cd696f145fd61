"""How an entry of the operator table is written: parameter types, a Python closure and a SQL form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from closeloop.expr.numbers import Element, Meaning
from closeloop.expr.types import Env, Kind, Row, Type, Value

Closure: TypeAlias = Callable[[Row, Env], Value]


class Sql(NamedTuple):
    """An argument in SQL, with the type that it has in the expression."""

    element: Element
    type: Type


Build: TypeAlias = Callable[[Sequence[Closure]], Closure]
ToSql: TypeAlias = Callable[[Sequence[Sql], Env], Element]


@dataclass(frozen=True, slots=True)
class Same:
    """A parameter type that all arguments of one call share, out of some kinds."""

    kinds: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class ListOfSame:
    """A list whose elements have the type that the call's other arguments share, out of some kinds."""

    kinds: frozenset[Kind] | None = None
    """None takes every kind."""


@dataclass(frozen=True, slots=True)
class Anything:
    """A parameter that takes a value of any type."""


@dataclass(frozen=True, slots=True)
class Places:
    """A number of decimal places, written out: 0 to 10."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word, written out as a text: it chooses what is done, such as "month"."""

    word: str


Parameter: TypeAlias = Type | Same | ListOfSame | Anything | Places | Word


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to use an operator: what it takes and gives, and how it is done."""

    params: tuple[Parameter, ...]
    result: Type | None
    """None where the result has the type that the arguments share."""
    build: Build
    to_sql: ToSql | None = None
    """None where there are no parameters: what reads no field is evaluated before the statement is made."""
    rest: bool = False
    """Whether the last parameter may be repeated."""
    writes: tuple[int, ...] = ()
    """How many times the SQL holds each argument, where that is more than once; a cost counts it so."""

    def takes(self, count: int) -> bool:
        return count >= len(self.params) if self.rest else count == len(self.params)

    def parameter(self, index: int) -> Parameter:
        return self.params[min(index, len(self.params) - 1)]

    def times(self, index: int) -> int:
        return self.writes[index] if self.writes else 1


def unary(takes: Parameter, result: Type | None, python: Callable[[Any], Any], sql: Callable[[Any], Any]) -> Overload:
    """Make the overload of a function of one argument that is null where the argument is."""

    def build(args: Sequence[Closure]) -> Closure:
        (only,) = args

        def closure(row: Row, env: Env) -> Value:
            a = only(row, env)
            return None if a is None else python(a)

        return closure

    return Overload((takes,), result, build, lambda args, _env: sql(args[0].element))


def binary(
    left: Parameter,
    right: Parameter,
    result: Type | None,
    python: Callable[[Any, Any], Any],
    sql: Callable[[Any, Any], Any],
    writes: tuple[int, ...] = (),
) -> Overload:
    """Make the overload of a function of two arguments that is null where one of them is."""

    def to_sql(args: Sequence[Sql], _env: Env) -> Element:
        return sql(args[0].element, args[1].element)

    return Overload((left, right), result, strict(python), to_sql, writes=writes)


def ternary(
    params: tuple[Parameter, Parameter, Parameter], result: Type, meaning: Meaning, writes: tuple[int, ...] = ()
) -> Overload:
    """Make the overload of a function of three arguments that is null where one of them is."""

    def python(args: list[Any]) -> Value:
        return None if None in args else meaning.python(*args)

    return Overload(params, result, over_all(python), lambda args, _env: meaning.sql(*elements(args)), writes=writes)


def strict(python: Callable[[Any, Any], Any]) -> Build:
    """Make the closure of a function of two arguments that is null where one of them is."""

    def build(args: Sequence[Closure]) -> Closure:
        left, right = args

        def closure(row: Row, env: Env) -> Value:
            a = left(row, env)
            if a is None:
                return None
            b = right(row, env)
            return None if b is None else python(a, b)

        return closure

    return build


def over_all(python: Callable[[list[Any]], Any]) -> Build:
    """Make the closure of a function that sees every argument, nulls included."""
    return lambda args: lambda row, env: python([arg(row, env) for arg in args])


def from_env(result: Type, python: Callable[[Env], Value]) -> tuple[Overload, ...]:
    """Make the one overload of what takes no arguments and comes from the surroundings."""
    return (Overload((), result, lambda _args: lambda _row, env: python(env)),)


def elements(args: Sequence[Sql]) -> list[Element]:
    """Return the arguments without their types."""
    return [arg.element for arg in args]
