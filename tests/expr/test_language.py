"""What expressions mean: what each of a table of them gives, in Python and in PostgreSQL."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from tests.expr.conftest import COLUMNS, Asking

from closeloop.expr import (
    BOOL,
    DATE,
    DATETIME,
    NUMBER,
    PLACE,
    TEXT,
    Env,
    SimpleScope,
    compile_expression,
    from_ast,
    id_of,
    list_of,
)

ME = UUID("0190f7b4-0000-7000-8000-000000000001")
BELOW = UUID("0190f7b4-0000-7000-8000-000000000002")
STRANGER = UUID("0190f7b4-0000-7000-8000-000000000003")
SCOPE = SimpleScope(
    {
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
        "owner": id_of("person"),
        "helper": id_of("person"),
        "tags": list_of(TEXT),
        "people": list_of(id_of("person")),
        "numbers": list_of(NUMBER),
        "here": PLACE,
        "there": PLACE,
    },
    {"来源": "text", "联系人 电话": "other", "ＡＢ": "whole"},
)
# 2026-03-01 00:30 in Shanghai, still the last day of February in UTC
ENV = Env(datetime(2026, 2, 28, 16, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"), ME, (STRANGER,), (BELOW,))
EMPTY: dict[str, Any] = dict.fromkeys(COLUMNS)
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def place(lat: float, lng: float) -> dict[str, Any]:
    return {"lat": lat, "lng": lng, "accuracy": 30.0}


CASES: list[tuple[str, Mapping[str, Any], Any]] = [
    # places: on a sphere of 6,371,008.8 m a degree is 111,195.08 m, a quarter of a circle 10,007,557.2 m
    ("distance(here, there)", {"here": place(31.3, 120.6), "there": place(31.3, 120.6)}, 0),
    ("distance(here, there)", {"here": place(30, 120.6), "there": place(31, 120.6)}, 111_195),
    ("distance(here, there)", {"here": place(0, 0), "there": place(0, 90)}, 10_007_557),
    ("distance(there, here)", {"here": place(90, 0), "there": place(-90, 17)}, 20_015_114),
    ("distance(here, there)", {"here": place(0, 179.5), "there": place(0, -179.5)}, 111_195),
    ("distance(here, there) <= 3000", {"here": place(31.3, 120.6), "there": place(31.32, 120.6)}, True),
    ("distance(here, there)", {"here": place(31.3, 120.6)}, None),
    ("distance(here, null)", {"here": place(31.3, 120.6)}, None),
    ("here == null", {"here": place(31.3, 120.6)}, False),
    ("distance(coalesce(there, here), here)", {"here": place(31.3, 120.6)}, 0),
    ("filled(here, there)", {"here": place(31.3, 120.6)}, Decimal("0.5")),
    # null logic
    ("text == null", {}, True),
    ("null != text", {}, False),
    ("text == 'a'", {}, None),
    ("not (text == 'a')", {}, None),
    ("maybe and yes", {"yes": False}, False),
    ("maybe and yes", {"yes": True}, None),
    ("maybe or yes", {"yes": True}, True),
    ("maybe or yes", {"yes": False}, None),
    ("1 if maybe else 2", {}, 2),
    ("whole + null", {"whole": 1}, None),
    # membership
    ("text in ['a', 'b']", {"text": "b"}, True),
    ("text not in ['a', 'b']", {"text": "b"}, False),
    ("text in ['a']", {}, None),
    ("text in []", {}, False),
    ("'a' in tags", {"tags": ["a", None]}, True),
    ("'b' in tags", {"tags": ["a", None]}, None),
    ("has(tags, text)", {"tags": ["展会"], "text": "展会"}, True),
    ("whole in [1, 2.5]", {"whole": 1}, True),
    ("money in numbers", {"money": Decimal("1.5000"), "numbers": [Decimal("1.5")]}, True),
    # people
    ("owner == me or owner in my_subtree", {"owner": BELOW}, True),
    ("owner == me or owner in my_subtree", {"owner": STRANGER}, False),
    (f"owner == '{ME}'", {"owner": ME}, True),
    (f"owner in ['{BELOW}', '{STRANGER}']", {"owner": ME}, False),
    # numbers
    ("1 / 3", {}, Decimal("0.3333333333")),
    ("whole / 3", {"whole": 2}, Decimal("0.6666666667")),
    ("-whole / 3", {"whole": 2}, Decimal("-0.6666666667")),
    ("whole / (whole - 2)", {"whole": 2}, None),
    ("whole // 2", {"whole": -7}, -4),
    ("whole % 3", {"whole": -7}, 2),
    ("whole % -3", {"whole": 7}, -2),
    ("money // 0.3", {"money": Decimal("1.0000")}, 3),
    ("money % 0.3", {"money": Decimal("1.0000")}, Decimal("0.1")),
    ("whole // 30000000000", {"whole": 29999999999}, 0),
    ("whole % 0", {"whole": 1}, None),
    ("money * 0.1 + 0.2", {"money": Decimal("1.0000")}, Decimal("0.3")),
    ("whole + 1", {"whole": 2**63 - 1}, 2**63),
    ("whole * whole", {"whole": 10**15}, None),
    ("whole * whole", {"whole": 10**14}, 10**28),
    ("round(money)", {"money": Decimal("2.5000")}, 3),
    ("round(money, 1)", {"money": Decimal("-0.2500")}, Decimal("-0.3")),
    ("floor(money) + ceil(money)", {"money": Decimal("-1.5000")}, -3),
    ("abs(exact)", {"exact": Decimal("-12345678901234567890.0123456789")}, Decimal("12345678901234567890.0123456789")),
    ("max(whole, null, 3)", {}, 3),
    ("min(whole, money)", {}, None),
    ("1 < whole <= 3", {"whole": 3}, True),
    ("ＡＢ == 1_000", {"whole": 1000}, True),
    # text
    ("来源 + '-' + `联系人 电话`", {"text": "展会", "other": "1"}, "展会-1"),
    ("text < other", {"text": "B", "other": "a"}, True),
    ("text < other", {"text": "￿", "other": "𝄞"}, True),
    ("length(text)", {"text": "展会𝄞"}, 3),
    ("length(tags)", {"tags": ["a", "b"]}, 2),
    ("contains(text, '%')", {"text": "abc"}, False),
    ("contains(text, 'B')", {"text": "abc"}, False),
    ("contains(text, '')", {"text": ""}, True),
    ("starts_with(text, '展_')", {"text": "展会"}, False),
    ("upper(text) + lower(text)", {"text": "aBé"}, "ABéabé"),
    ("trim(text)", {"text": "\u3000 a b\n"}, "a b"),
    ("max(text, 'b')", {"text": "Z"}, "b"),
    ('text == "it\'s \\\\ \\u5c55"', {"text": "it's \\ 展"}, True),
    ("ends_with(text, '公司')", {"text": "云启公司"}, True),
    ("find(text, '公司') + find(text, 'x')", {"text": "云启公司"}, 3),
    ("left(text, 2) + right(text, 1)", {"text": "展会𝄞"}, "展会𝄞"),
    ("left(text, -1) + right(text, 9) + left(text, 1.9)", {"text": "展会"}, "展会展"),
    ("left(text, whole)", {"text": "展会", "whole": 10**9}, None),
    ("substring(text, 2, 2) + substring(text, 0, 1)", {"text": "abcd"}, "bca"),
    ("replace(text, '-', '')", {"text": "138-0013-8000"}, "13800138000"),
    ("replace(text, '', 'x')", {"text": "ab"}, "ab"),
    ("replace(text, 'a', text)", {"text": "a" * 1001}, None),
    ("join(tags, '、')", {"tags": ["展会", None, "官网"]}, "展会、官网"),
    ("text(money) + text(-0.0)", {"money": Decimal("12.5000")}, "12.50"),
    ("text(whole * 1000)", {"whole": 10**9}, "1000000000000"),
    ("text(day)", {"day": date(2026, 3, 1)}, "2026-03-01"),
    ("text(at)", {"at": at("2026-02-28T16:30:59Z")}, "2026-03-01 00:30"),
    ("number(text) + 1", {"text": " +12.50\u3000"}, Decimal("13.5")),
    ("number(text)", {"text": "1,234"}, None),
    ("pick(whole > 9, 'high', whole > 5, 'middle', 'low')", {"whole": 7}, "middle"),
    ("pick(whole > 9, 'high', 'low')", {}, "low"),
    # lists
    ("first(tags) + last(tags)", {"tags": ["a", "b", "c"]}, "ac"),
    ("first(tags)", {"tags": []}, None),
    ("has_any(tags, ['a', 'x']) and not has_all(tags, ['a', 'x'])", {"tags": ["a", None]}, True),
    ("has_all(tags, [])", {"tags": []}, True),
    ("has_any(tags, ['a'])", {}, None),
    ("sum(numbers) + avg([whole, money, null])", {"numbers": [Decimal(1), None], "whole": 2, "money": Decimal(4)}, 4),
    ("sum(numbers)", {"numbers": []}, 0),
    ("avg(numbers)", {"numbers": [None]}, None),
    ("min(numbers) + max(numbers)", {"numbers": [Decimal(3), None, Decimal("0.5")]}, Decimal("3.5")),
    # filled
    ("25 * filled(text, other, owner, tags)", {"text": "", "other": "x", "owner": ME, "tags": []}, Decimal("12.5")),
    ("filled(yes)", {"yes": False}, 1),
    ("coalesce(text, other, 'none')", {"other": ""}, ""),
    # time
    ("today()", {}, date(2026, 3, 1)),
    ("date(at)", {"at": at("2026-02-28T16:30:00Z")}, date(2026, 3, 1)),
    ("month(at)", {"at": at("2026-02-28T16:30:00Z")}, 3),
    ("hour(at)", {"at": at("2026-02-28T16:30:00Z")}, 0),
    ("quarter(at)", {"at": at("2026-03-31T16:00:00Z")}, 2),
    ("add_months(day, 1)", {"day": date(2026, 1, 31)}, date(2026, 2, 28)),
    ("add_months(at, -12)", {"at": at("2024-02-28T16:00:00Z")}, date(2023, 2, 28)),
    ("add_months(day, 12000)", {"day": date(2026, 1, 31)}, None),
    ("start_of(at, 'week')", {"at": at("2026-03-01T12:00:00Z")}, date(2026, 2, 23)),
    ("start_of(day, 'quarter')", {"day": date(2026, 5, 20)}, date(2026, 4, 1)),
    ("end_of(day, 'month')", {"day": date(2024, 2, 1)}, date(2024, 2, 29)),
    ("end_of(day, 'year') - end_of(day, 'quarter')", {"day": date(2026, 11, 24)}, timedelta()),
    ("date(2026, whole, 31)", {"whole": 3}, date(2026, 3, 31)),
    ("date(2026, whole, 31)", {"whole": 4}, None),
    ("date(2026, whole, 1)", {"whole": 13}, None),
    ("weekday(day) + year(day) + day(day)", {"day": date(2026, 3, 1)}, 7 + 2026 + 1),
    ("days(now() - coalesce(since, at))", {"at": at("2026-02-27T04:30:00Z")}, Decimal("1.5")),
    ("now() - at > hours(1)", {"at": at("2026-02-28T15:30:00Z")}, False),
    ("minutes(at - since)", {"at": at("2026-01-01T00:00:00Z"), "since": at("2026-01-01T08:30:00+08:00")}, -30),
    # 29 March 2026 has 23 hours in Berlin; a day is 24 hours all the same
    ("at + days(1)", {"at": datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))}, at("2026-03-29T11:00:00Z")),
    (
        "at - since",
        {
            "at": datetime(2026, 3, 29, 12, tzinfo=ZoneInfo("Europe/Berlin")),
            "since": datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin")),
        },
        23 * HOUR,
    ),
    ("at > '2026-01-01T00:00:00+08:00'", {"at": at("2025-12-31T16:00:01Z")}, True),
    ("day + days(1.9)", {"day": date(2026, 1, 1)}, date(2026, 1, 2)),
    ("day - hours(30)", {"day": date(2026, 1, 2)}, date(2026, 1, 1)),
    ("days(due - day)", {"day": date(2026, 1, 1), "due": date(2026, 3, 1)}, 59),
    ("day == '2026-01-01'", {"day": date(2026, 1, 1)}, True),
    ("-(at - since) < minutes(1)", {"at": at("2026-01-01T00:01:00Z"), "since": at("2026-01-01T00:00:00Z")}, True),
    ("minutes(0.0000001)", {}, 6 * timedelta(microseconds=1)),
    ("hours(whole)", {"whole": 2_400_000}, None),
    ("hours(whole)", {"whole": 2_399_999}, 2_399_999 * HOUR),
    ("at + days(99999) + days(99999)", {"at": at("9600-01-01T00:00:00Z")}, None),
    ("day + days(whole)", {"day": date(9998, 1, 1), "whole": 99999}, None),
]


@pytest.mark.parametrize(("source", "row", "expected"), CASES, ids=[f"{i} {case[0]}" for i, case in enumerate(CASES)])
def test_value(source: str, row: Mapping[str, Any], expected: Any) -> None:
    expression = compile_expression(source, SCOPE)
    value = expression.evaluate({**EMPTY, **row}, ENV)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.db
def test_value_in_postgresql(asking: Asking) -> None:
    for source, row, expected in CASES:
        question = asking.question([compile_expression(source, SCOPE)], ENV)
        ((value,),) = asking.answers(question, [{**EMPTY, **row}])
        assert value == expected, source


@pytest.mark.parametrize("source", [case[0] for case in CASES])
def test_stored_tree_gives_the_same_expression(source: str) -> None:
    expression = compile_expression(source, SCOPE)
    assert from_ast(expression.ast, SCOPE).ast == expression.ast


def test_a_renamed_label_changes_nothing() -> None:
    stored = compile_expression("来源 == '展会' and `联系人 电话` != null", SCOPE).ast
    renamed = SimpleScope({"text": TEXT, "other": TEXT}, {"渠道": "text", "来源": "other"})
    row = {"text": "展会", "other": "1"}
    assert from_ast(stored, renamed).evaluate(row, ENV) is True


def test_a_scopes_own_root_is_another_way_to_write_its_names() -> None:
    scope = SimpleScope({"city": TEXT}, {"城市": "city"}, own_root="record")
    expression = compile_expression("record.city == 'x' or record.城市 == city", scope)
    assert expression.paths == {"city"}
    assert expression.evaluate({"city": "y"}, ENV) is True


def test_names_of_roots_and_what_an_expression_reads() -> None:
    candidate = SimpleScope({"city": TEXT}, {"城市": "city", "所在 城市": "city"})
    scope = SimpleScope({"city": TEXT}, roots={"candidate": candidate, "record": SimpleScope({"from": TEXT})})
    expression = compile_expression("candidate.城市 == city and record.`from` == candidate.`所在 城市`", scope)
    assert expression.paths == {"city", "candidate.city", "record.from"}
    assert expression.evaluate({"city": "沪", "candidate.city": "沪", "record.from": "沪"}, ENV) is True
    assert from_ast(expression.ast, scope).paths == expression.paths


def test_uses_now() -> None:
    assert compile_expression("day < today() - days(1)", SCOPE).uses_now
    assert not compile_expression("date(at) == day", SCOPE).uses_now


def test_what_reads_no_field_is_one_parameter() -> None:
    """The server sees a moment, not arithmetic: the statement stays short, and an index on the column serves."""

    element = compile_expression("at < now() - days(3)", SCOPE).sql(lambda path: sa.column(path, COLUMNS[path]), ENV)
    compiled = element.compile()
    assert str(compiled) == "at < :param_1"
    assert compiled.params == {"param_1": ENV.now - timedelta(days=3)}


def test_order_of_text_does_not_rest_on_the_database() -> None:
    """The embedded server orders by code points anyway; a company's own need not."""
    for source in ("text < other", "max(text, other) == 'a'"):
        element = compile_expression(source, SCOPE).sql(lambda path: sa.column(path, COLUMNS[path]), ENV)
        assert 'text COLLATE "C"' in str(element.compile())


def test_a_row_must_hold_what_is_read() -> None:
    with pytest.raises(KeyError):
        compile_expression("text == 'a'", SCOPE).evaluate({}, ENV)


def test_explanation_shows_which_clause_decided() -> None:
    source = "来源 == '展会' and (whole > 180 or money > 5) and not yes"
    row = {**EMPTY, "text": "展会", "whole": 200, "money": Decimal(1), "yes": True}
    told = compile_expression(source, SCOPE).explain(row, ENV)
    assert (told.source, told.value, told.decided) == (source, False, True)
    assert told.values == {"text": "展会", "whole": 200, "money": Decimal(1), "yes": True}
    assert [(part.source, part.value, part.decided) for part in told.parts] == [
        ("来源 == '展会'", True, False),
        ("whole > 180 or money > 5", True, False),
        ("not yes", False, True),
    ]
    assert [(part.source, part.value) for part in told.parts[1].parts] == [
        ("whole > 180", True),
        ("money > 5", False),
    ]
    assert told.parts[2].parts[0].values == {"yes": True}


def test_explanation_of_a_choice_shows_the_branch_that_was_taken() -> None:
    told = compile_expression("1 if whole > 3 else money", SCOPE).explain({**EMPTY, "money": Decimal(2)}, ENV)
    assert told.value == 2
    assert [(part.source, part.decided) for part in told.parts] == [
        ("whole > 3", True),
        ("1", False),
        ("money", True),
    ]
