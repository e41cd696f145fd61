"""The Python closure and the SQL of an expression give the same value, whatever the expression and the row are.

The expressions are drawn from the operator table itself, so one that is added is tested without a change here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st
from tests.expr.conftest import LIST, Asking

from closeloop.expr import (
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    FUNCTIONS,
    ID,
    NUMBER,
    PLACE,
    TEXT,
    Calendar,
    Env,
    Expression,
    SimpleScope,
    Type,
    compile_expression,
    from_ast,
    list_of,
)
from closeloop.expr.aggregates import AGGREGATES
from closeloop.expr.nodes import plain_value
from closeloop.expr.operators import OPERATORS, SQL_TYPES
from closeloop.expr.overloads import Anything, ListOfSame, Overload, Places, Same, Word
from closeloop.expr.scope import OUTSIDE

pytestmark = pytest.mark.db

FIELDS: dict[str, Type] = {
    "whole": NUMBER,
    "money": NUMBER,
    "exact": NUMBER,
    "text": TEXT,
    "other": TEXT,
    "yes": BOOL,
    "maybe": BOOL,
    "day": DATE,
    "due": DATE,
    "at": DATETIME,
    "since": DATETIME,
    "owner": ID,
    "helper": ID,
    "tags": list_of(TEXT),
    "people": list_of(ID),
    "numbers": list_of(NUMBER),
    "here": PLACE,
    "there": PLACE,
}
SCOPE = SimpleScope(FIELDS, own_root="record", lists={LIST: SimpleScope(FIELDS)})
SCALARS = (NUMBER, TEXT, BOOL, DATE, DATETIME, DURATION, ID, PLACE)
LISTS = (list_of(TEXT), list_of(ID), list_of(NUMBER))
ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia")]
IDS = [UUID(int=n << 96 | n) for n in (1, 2, 0x99, 0xFEDC)]

LONGEST_CALL = 5  # the longer ways to call pick do what the shorter ones do
# Departments and people are told apart by the type of their ids, which made-up expressions don't keep apart.
TABLE: list[tuple[str, Overload]] = [
    (name, overload)
    for name, overloads in [*OPERATORS.items(), *((name, one.overloads) for name, one in FUNCTIONS.items())]
    if name != "my_departments"
    for overload in overloads
    if len(overload.params) <= LONGEST_CALL
]

whole_numbers = st.one_of(st.integers(-12, 12), st.integers(-(2**63), 2**63 - 1))
decimals = st.one_of(
    st.decimals(-20, 20, places=1),
    st.decimals(-2, 2, places=10),
    st.decimals(-(10**15), 10**15, places=4),
)
exact_numbers = st.one_of(decimals, st.decimals(-(10**20), 10**20, places=10))
texts = st.one_of(
    st.sampled_from(
        ["", "a", "A", "B", "展会", "展", "云启科技", "Ⅷ", "é", "%", "_", "\\", "'", " a ", "　b　", "𝄞", "￿"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6),
)
near_days = st.dates(date(2025, 12, 1), date(2026, 3, 31))
days = st.one_of(near_days, st.dates(date(2020, 1, 1), date(2027, 12, 31)), st.dates(date(2, 1, 1), date(9998, 12, 31)))
FIRST, LAST = datetime.fromisoformat("0002-01-02"), datetime.fromisoformat("9998-12-30")
RECENT, SOON = datetime.fromisoformat("2019-01-01"), datetime.fromisoformat("2037-12-31")
moments = st.one_of(
    st.datetimes(RECENT, SOON, timezones=st.sampled_from([UTC, *ZONES])),
    st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
)
ids = st.sampled_from(IDS)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, values, values, st.none())


def list_values(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(maybe(values), max_size=3)


degrees = st.decimals(-90, 90, places=7).map(float)
near_places = st.builds(
    lambda lat, lng: {"lat": 31.3 + float(lat), "lng": 120.6 + float(lng), "accuracy": 20.0},
    *[st.decimals("-0.05", "0.05", places=7)] * 2,
)
places = st.one_of(near_places, st.builds(lambda lat, lng: {"lat": lat, "lng": 2 * lng}, degrees, degrees))
records = st.fixed_dictionaries(
    {
        "whole": maybe(whole_numbers),
        "money": maybe(st.decimals(-(10**15), 10**15, places=4)),
        "exact": maybe(exact_numbers),
        "text": maybe(texts),
        "other": maybe(texts),
        "yes": maybe(st.booleans()),
        "maybe": maybe(st.booleans()),
        "day": maybe(days),
        "due": maybe(days),
        "at": maybe(moments),
        "since": maybe(moments),
        "owner": maybe(ids),
        "helper": maybe(ids),
        "tags": maybe(list_values(texts)),
        "people": maybe(list_values(ids)),
        "numbers": maybe(list_values(exact_numbers)),
        "here": maybe(places),
        "there": maybe(places),
    }
)
calendars = st.builds(
    Calendar,
    st.frozensets(st.integers(1, 7), max_size=6),
    st.frozensets(near_days, max_size=12),
    st.frozensets(near_days, max_size=12),
)
rows = st.builds(lambda row, kids: {**row, LIST: kids}, records, st.lists(records, max_size=3))
envs = st.builds(
    Env,
    now=st.datetimes(RECENT, SOON, timezones=st.sampled_from([UTC, *ZONES])),
    tz=st.sampled_from(ZONES),
    me=maybe(ids),
    my_subtree=st.lists(ids, max_size=3).map(tuple),
    calendar=calendars,
)
IN_BERLIN = Env(
    datetime(2026, 1, 1, tzinfo=UTC),
    ZoneInfo("Europe/Berlin"),
    IDS[0],
    (),
    tuple(IDS[1:3]),
    Calendar(
        holidays=frozenset({date(2026, 1, 1), date(2026, 1, 2)}),
        workdays=frozenset({date(2026, 1, 4), date(2026, 2, 28)}),
    ),
)
LITERALS: dict[str, st.SearchStrategy[Any]] = {
    "number": st.one_of(whole_numbers, decimals),
    "text": texts,
    "bool": st.booleans(),
    "date": days,
    "datetime": moments,
    "id": ids,
}


def constant(value: Any, of: Type) -> dict[str, Any]:
    return {"op": "const", "type": str(of), "value": plain_value(value)}


def field(name: str) -> dict[str, Any]:
    return {"op": "field", "path": name}


def call(op: str, *args: dict[str, Any]) -> dict[str, Any]:
    return {"op": op, "args": args}


@cache
def leaves(of: Type) -> st.SearchStrategy[dict[str, Any]]:
    if of == DURATION:
        return leaves(NUMBER).map(lambda hours: call("hours", hours))
    fields = st.sampled_from([field(name) for name, kind in FIELDS.items() if kind == of])
    if of.of is not None:
        return st.one_of(
            fields,
            fields,
            st.lists(leaves(of.of), min_size=1, max_size=3).map(lambda items: call("list", *items)),
        )
    if of == PLACE:
        return fields
    literal = LITERALS[of.kind].map(lambda value: constant(value, of))
    if of not in {NUMBER, TEXT, BOOL}:  # a written date, moment or id is only known for one beside a field
        literal = st.builds(call, st.just("coalesce"), fields, literal)
    return st.one_of(fields, fields, literal)


@cache
def entries(of: Type) -> list[tuple[str, Overload]]:
    return [(name, overload) for name, overload in TABLE if usable(overload, of)]


def usable(overload: Overload, of: Type) -> bool:
    if overload.result is not None:
        return overload.result.fits(of)
    return any(
        of.kind in one.kinds if isinstance(one, Same) else isinstance(one, ListOfSame) and takes(one, of)
        for one in overload.params
    )


def takes(parameter: ListOfSame, of: Type) -> bool:
    return list_of(of) in LISTS and (parameter.kinds is None or of.kind in parameter.kinds)


@cache
def trees(of: Type, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    if depth == 0 or not entries(of):
        return leaves(of)
    calls = st.sampled_from(entries(of)).flatmap(lambda entry: calls_of(*entry, of, depth - 1))
    return st.one_of(leaves(of), calls, calls, calls)


@cache
def calls_of(name: str, overload: Overload, of: Type, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    shared = [of] if overload.result is None else sharable(overload)
    counts = [len(overload.params), len(overload.params) + 1] if overload.rest else [len(overload.params)]
    return st.one_of(
        *(
            st.tuples(*(arguments(overload.parameter(i), one, depth) for i in range(count)))
            for one in shared
            for count in counts
        )
    ).map(lambda args: call(name, *args))


def sharable(overload: Overload) -> Sequence[Type]:
    kinds = [one.kinds for one in overload.params if isinstance(one, Same)]
    fitting = [one for one in (*SCALARS, *LISTS) if not kinds or one.kind in kinds[0]]
    lists = [one for one in overload.params if isinstance(one, ListOfSame)]
    return [one for one in fitting if all(takes(parameter, one) for parameter in lists)]


def arguments(parameter: Any, shared: Type, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    match parameter:
        case Type():
            return trees(parameter, depth)
        case Same():
            return trees(shared, depth)
        case ListOfSame():
            return trees(list_of(shared), depth)
        case Anything():
            return st.one_of(*(trees(of, depth) for of in (*SCALARS, *LISTS)))
        case Places():
            return st.integers(0, 10).map(lambda n: constant(n, NUMBER))
        case Word():
            return st.just(constant(parameter.word, TEXT))
    raise AssertionError(parameter)


typed_trees = st.one_of(*(st.tuples(st.just(of), trees(of, 3)) for of in (*SCALARS, *LISTS)))


@settings(
    max_examples=max(300, settings().max_examples),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(
    drawn=st.lists(typed_trees, min_size=4, max_size=8),
    data=st.lists(rows, min_size=1, max_size=3),
    env=envs,
)
def test_python_and_sql_agree(
    asking: Asking, drawn: list[tuple[Type, dict[str, Any]]], data: list[Mapping[str, Any]], env: Env
) -> None:
    expressions = [from_ast(tree, SCOPE, expect=of) for of, tree in drawn]
    for expression in expressions:
        note(expression.source)
        event(str(expression.type))
    compare(expressions, data, env, asking.answers(asking.question(expressions, env), data))


def over_kids(name: str, value: Type | None, condition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tree of a function over the list, whose condition may name the record around it too."""
    args = [constant(True, BOOL) if value is None else field(next(n for n, kind in FIELDS.items() if kind == value))]
    return {"op": name, "over": LIST, "args": [*args, condition]}


def seen_from_inside(tree: dict[str, Any]) -> dict[str, Any]:
    """Return a tree whose every other field is the outer record's."""
    if tree["op"] == "field":
        return field(f"{OUTSIDE}.{tree['path']}") if tree["path"] in OUTER else tree
    return {**tree, "args": list(map(seen_from_inside, tree["args"]))} if "args" in tree else tree


OUTER = list(FIELDS)[::2]
LISTED = [
    (name, value)
    for name, aggregate in AGGREGATES.items()
    for value in ([None] if aggregate.kinds is None else [one for one in SCALARS if one.kind in aggregate.kinds])
    if value != DURATION
]


@settings(
    max_examples=max(200, settings().max_examples),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(
    condition=trees(BOOL, 2).map(seen_from_inside),
    wanted=st.lists(st.sampled_from(LISTED), min_size=3, max_size=6),
    data=st.lists(rows, min_size=1, max_size=3),
    env=envs,
)
def test_functions_over_a_list_of_records_agree(
    asking: Asking,
    condition: dict[str, Any],
    wanted: list[tuple[str, Type | None]],
    data: list[Mapping[str, Any]],
    env: Env,
) -> None:
    expressions = [from_ast(over_kids(name, value, condition), SCOPE) for name, value in wanted]
    for expression in expressions:
        note(expression.source)
        assert from_ast(expression.ast, SCOPE).ast == expression.ast
    compare(expressions, data, env, asking.answers(asking.question(expressions, env), data))


@pytest.mark.parametrize("call", [f"count({LIST}, false)", f"all({LIST}, true)", f"count({LIST})"])
def test_a_condition_that_is_a_constant_is_not_lost_in_what_is_stored(call: str) -> None:
    stored = compile_expression(call, SCOPE).ast
    assert from_ast(stored, SCOPE).ast == stored


@cache
def each_overload() -> list[Expression]:
    """Return every overload over plain fields, in a few ways."""
    chosen: dict[str, Expression] = {}
    for name, overload in TABLE:
        shared = [TEXT] if all(isinstance(one, Type) for one in overload.params) else sharable(overload)
        for one in shared:
            for turn in range(3):
                args = [over_fields(overload.parameter(i), one, i + turn) for i in range(len(overload.params))]
                expression = from_ast(call(name, *args), SCOPE)
                chosen[expression.source] = expression
    return list(chosen.values())


def over_fields(parameter: Any, shared: Type, turn: int) -> dict[str, Any]:
    match parameter:
        case Places():
            return constant(turn, NUMBER)
        case Word():
            return constant(parameter.word, TEXT)
        case Same():
            wanted = shared
        case ListOfSame():
            wanted = list_of(shared)
        case Anything():
            wanted = (*SCALARS, *LISTS)[turn]
        case _:
            wanted = parameter
    if wanted == DURATION:
        return [call("hours", over_fields(NUMBER, shared, turn)), call("-", field("at"), field("since"))][turn % 2]
    names = [name for name, kind in FIELDS.items() if kind == wanted]
    return field(names[turn % len(names)])


@pytest.fixture(scope="module")
def ask(asking: Asking) -> Callable[[Sequence[Mapping[str, Any]]], list[tuple[Any, ...]]]:
    """Return what asks for every overload: the one statement is made once, the rows change."""
    question = asking.question(each_overload(), IN_BERLIN)
    return lambda data: asking.answers(question, data)


@settings(max_examples=max(300, settings().max_examples))
@given(data=st.lists(rows, min_size=3, max_size=8))
def test_every_overload_agrees_over_plain_fields(
    ask: Callable[[Sequence[Mapping[str, Any]]], list[tuple[Any, ...]]], data: list[Mapping[str, Any]]
) -> None:
    compare(each_overload(), data, IN_BERLIN, ask(data))


def test_the_cost_counts_an_argument_as_often_as_the_statement_holds_it() -> None:
    """Else nesting would double a statement with each level, behind the limit's back."""
    counted: set[str] = set()
    for name, overload in TABLE:
        kinds = [kind_of(one, next(iter(sharable(overload)))) for one in overload.params]
        types = {f"a{i}": kind for i, kind in enumerate(kinds) if kind is not None}
        if len(types) < len(kinds):
            continue
        made = from_ast(call(name, *map(field, types)), SimpleScope(types))
        columns = {one: sa.column(one, SQL_TYPES.get(kind.kind)) for one, kind in types.items()}
        text = str(made.sql(columns.__getitem__, IN_BERLIN))
        held = [len(re.findall(rf"\b{one}\b", text)) for one in types]
        assert held == [overload.times(i) for i in range(len(types))], made.source
        counted.add(name)
    assert {"+", "%", "replace", "add_workdays", "pick"} <= counted


def kind_of(parameter: Any, shared: Type) -> Type | None:
    match parameter:
        case Type():
            return parameter
        case Same():
            return shared
        case ListOfSame():
            return list_of(shared)
        case Anything():
            return TEXT
    return None


def compare(
    expressions: Sequence[Expression], data: Sequence[Mapping[str, Any]], env: Env, answers: list[tuple[Any, ...]]
) -> None:
    for row, answer in zip(data, answers, strict=True):
        for expression, there in zip(expressions, answer, strict=True):
            here = expression.evaluate(row, env)
            assert comparable(here) == comparable(there), (expression.source, here, there)


def comparable(value: Any) -> Any:
    """Return the value so that 1 and 1.0 are equal, and True and 1 are not.

    Moments in UTC: Python finds an hour that a zone has twice unequal to itself in any other zone.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, list | tuple):
        return [comparable(one) for one in value]
    if isinstance(value, bool | None):
        return repr(value)
    return Decimal(value) if isinstance(value, int) else value
