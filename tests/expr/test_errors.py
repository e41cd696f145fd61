"""What is refused, with the place, what may have been meant, and a text for a person in each language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.expr import (
    BOOL,
    DATETIME,
    FUNCTIONS,
    NUMBER,
    PLACE,
    TEXT,
    ExpressionError,
    SimpleScope,
    compile_expression,
    id_of,
    list_of,
    message_of,
)
from closeloop.expr.messages import MESSAGES

LINES = SimpleScope({"n": NUMBER})
SCOPE = SimpleScope(
    {
        "source": TEXT,
        "page_seconds": NUMBER,
        "at": DATETIME,
        "owner": id_of("person"),
        "department": id_of("department"),
        "needs": list_of(TEXT),
        "done": BOOL,
        "place": PLACE,
    },
    {"来源": "source", "页面停留": "page_seconds"},
    {"candidate": SimpleScope({"city": TEXT})},
    own_root="record",
    members={"owner": SimpleScope({"name": TEXT, "chief": id_of("person")})},
    lists={
        "orders": SimpleScope(
            {"amount": NUMBER, "won": BOOL, "name": TEXT}, lists={"lines": SimpleScope({"n": NUMBER})}
        )
    },
)

REFUSED: list[tuple[str, str, str, str | None]] = [
    ("distance(place, source)", "wrong_types", "source", "distance(place, place)"),
    ("distance(place)", "wrong_count", "distance(place)", "distance(place, place)"),
    ("place == place", "wrong_types", "place == place", None),
    ("[place]", "mixed_list", "place", None),
    # source, reason, the text at the place, suggestion
    ("", "empty", "", None),
    ("  ", "empty", "", None),
    ("来源 == 来原", "unknown_name", "来原", "来源"),
    ("来源 == '展会' and soure == 'a'", "unknown_name", "soure", "source"),
    ("`来 源` == 'a'", "unknown_name", "`来 源`", "来源"),
    ("candidate.citi == 'a'", "unknown_name", "candidate.citi", "city"),
    ("candidate == 'a'", "root_alone", "candidate", "candidate.city"),
    ("source.city == 'a'", "not_a_root", "source", None),
    ("source.__class__", "not_a_root", "source", None),
    ("'a'.join", "not_a_root", "'a'", None),
    ("candidate.city.x", "not_a_root", "candidate.city", None),
    ("owner.chief.name == 'a'", "too_far", "owner.chief", None),
    ("owner.nam == 'a'", "unknown_name", "owner.nam", "name"),
    ("orders == null", "list_alone", "orders", "count(orders)"),
    ("1 + orders.amount", "list_alone", "orders.amount", "latest(orders.amount)"),
    ("length(orders)", "list_alone", "orders", "count(orders)"),
    ("count(needs)", "not_a_list", "needs", "count(records, condition)"),
    ("count(ordrs)", "unknown_name", "ordrs", "orders"),
    ("count()", "not_a_list", "count()", "count(records, condition)"),
    ("count(orders.amount)", "wrong_value", "orders.amount", "count(records, condition)"),
    ("sum(orders)", "wrong_value", "orders", "sum(list) or sum(records.field, condition)"),
    ("sum(orders.name)", "wrong_types", "orders.name", "sum(list) or sum(records.field, condition)"),
    ("any(orders, won, won)", "wrong_count", "any(orders, won, won)", "any(records, condition)"),
    ("all(orders)", "wrong_count", "all(orders)", "all(records, condition)"),
    ("any(orders, amount)", "not_a_condition", "amount", None),
    ("any(orders, page_seconds > 1)", "unknown_name", "page_seconds", None),
    ("any(orders, any(lines, n > 1))", "nested_list", "any(lines, n > 1)", None),
    ("any(orders, count(record.orders) > 1)", "nested_list", "count(record.orders)", None),
    ("fild(source)", "unknown_function", "fild", "filled"),
    ("__import__('os')", "unknown_function", "__import__", None),
    ("IF(done, 1, 2)", "unknown_function", "IF", "pick"),
    ("SUBSTITUTE(source, 'a', 'b')", "unknown_function", "SUBSTITUTE", "replace"),
    ("Filled(source)", "unknown_function", "Filled", "filled"),
    ("if(done, 1, 2)", "syntax", "if", "pick"),
    ("start_of(at, 'day')", "wrong_types", "start_of(at, 'day')", "start_of(day or moment, period)"),
    ("left(source, 'a')", "wrong_types", "'a'", "left(text, count)"),
    ("pick(done, 1)", "wrong_count", "pick(done, 1)", "pick(condition, value, …, otherwise)"),
    ("now > at", "function_without_call", "now", "now()"),
    ("days()", "wrong_count", "days()", "days(span or number)"),
    ("length(source, 1)", "wrong_count", "length(source, 1)", "length(text or list)"),
    ("contains(source, 1)", "wrong_types", "1", "contains(text, part)"),
    ("days(source)", "wrong_types", "days(source)", "days(span or number)"),
    (
        "round(page_seconds, page_seconds)",
        "wrong_types",
        "page_seconds",
        "round(number, places)",
    ),
    ("来源 == 1", "wrong_types", "来源 == 1", None),
    ("source < needs", "wrong_types", "source < needs", None),
    ("done < true", "wrong_types", "done < true", None),
    ("'a' in source", "wrong_types", "'a' in source", None),
    ("owner == department", "wrong_types", "owner == department", None),
    ("1 + 'a'", "wrong_types", "1 + 'a'", None),
    ("'展会' and done", "not_a_condition", "'展会'", None),
    ("not page_seconds", "not_a_condition", "page_seconds", None),
    ("owner == 'sales1'", "bad_literal", "'sales1'", None),
    ("at > '2026-01-01T00:00:00'", "bad_literal", "'2026-01-01T00:00:00'", None),
    ("page_seconds in [1, 'a']", "mixed_list", "'a'", None),
    ("[[1]]", "mixed_list", "[1]", None),
    ("source = 'a'", "syntax", "=", "=="),
    ("done && done", "syntax", "&", "and"),
    ("source ==", "unfinished", "", None),
    ("(done", "unclosed", "(done", None),
    ("source == 'a", "unclosed", "'a", None),
    ("`来源", "unclosed", "`来源", None),
    ("`` == 1", "empty_name", "``", None),
    ("source ＝= 'a'", "bad_sign", "＝", "=="),
    ("filled（source)", "bad_sign", "（", "("),
    ("来源 == “a”", "bad_sign", "“", '"'),
    ("done # yes", "bad_sign", "#", None),
    ("'a\\x00'", "bad_escape", "\\x", None),
    ("'\\u0000'", "bad_text", "'\\u0000'", None),
    ("'\\ud800'", "bad_text", "'\\ud800'", None),
    ("1and 2", "bad_number", "1and", None),
    ("1e5", "bad_number", "1e5", None),
    ("0x10", "bad_number", "0x10", None),
    ("100000000000000000000", "number_too_long", "100000000000000000000", None),
    ("0.00000000001", "number_too_long", "0.00000000001", None),
    ("page_seconds ** 2", "not_allowed", "page_seconds ** 2", None),
    ("source is null", "not_allowed", "source is null", "=="),
    ("lambda: 1", "not_allowed", "lambda: 1", None),
    ("[x for x in needs]", "not_allowed", "[x for x in needs]", None),
    ("f'{source}'", "not_allowed", "f'{source}'", None),
    ("b'a'", "not_allowed", "b'a'", None),
    ("needs[0]", "not_allowed", "needs[0]", None),
    ("{'a': 1}", "not_allowed", "{'a': 1}", None),
    ("(x := 1)", "not_allowed", "x := 1", None),
    ("filled(*needs)", "not_allowed", "*needs", None),
    ("filled(a=source)", "not_allowed", "source", None),
    ("needs.append('a')", "not_allowed", "needs.append", None),
    ("~page_seconds", "not_allowed", "~page_seconds", None),
    ("(1).real", "not_a_root", "1", None),
]


@pytest.mark.parametrize(("source", "reason", "place", "suggestion"), REFUSED, ids=[one[0] for one in REFUSED])
def test_refused_with_its_place(source: str, reason: str, place: str, suggestion: str | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source, SCOPE)
    error = caught.value
    assert error.code == "bad_expression"
    assert error.params["reason"] == reason
    assert source[error.at : error.at + error.length] == place
    assert error.params["suggestion"] == suggestion
    for locale in ("zh-CN", "en-US"):
        assert "{" not in message_of(error, locale).replace(place, "")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a" * 4001, "too_long"),
        ("[" + ",".join("1" * 501) + "]", "too_many_parts"),
        ("not " * 41 + "done", "too_deep"),
        ("(" * 150 + "done" + ")" * 150, None),
        ("(" * 1900 + "done" + ")" * 1900, "too_deep"),
        ("-" * 3900 + "1", "too_deep"),
        ("owner" + ".x" * 1900, "too_deep"),
        ("count(owner" + ".x" * 1900 + ")", "too_deep"),
        ("1" + " % (page_seconds" * 9 + ")" * 9, "too_costly"),
    ],
    ids=["long", "parts", "deep", "brackets", "many brackets", "signs", "dots", "dots of a list", "costly"],
)
def test_too_large(source: str, reason: str | None) -> None:
    if reason is None:
        assert compile_expression(source, SCOPE).type == BOOL
        return
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source, SCOPE)
    assert caught.value.reason == reason
    assert message_of(caught.value, "zh-CN")


def test_what_was_asked_for_is_checked() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression("page_seconds", SCOPE, expect=BOOL)
    assert message_of(caught.value, "zh-CN") == "结果应为是/否，实际是数字"
    assert message_of(caught.value, "en-US") == "The result must be yes/no, not a number"
    assert compile_expression("null", SCOPE, expect=NUMBER).type == NUMBER


def test_suggestion_is_part_of_the_message() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression("来原 == 'a'", SCOPE)
    assert message_of(caught.value, "zh-CN") == "没有名为“来原”的字段，是否想写“来源”？"


def test_texts_are_complete_in_both_languages() -> None:
    tested_below = {"not_a_measure", "too_long", "too_many_parts", "too_deep", "too_costly", "result_type"}
    assert {one[1] for one in REFUSED} | tested_below == set(MESSAGES)
    for texts in [*MESSAGES.values(), *(function.doc for function in FUNCTIONS.values())]:
        assert set(texts) == {"zh-CN", "en-US"}


@given(st.text(st.sampled_from("ab来源 ().,[]'\"`\\=<>!+-*/%#0123.eif or not and null{}:~@^&|\n　，"), max_size=40))
def test_any_text_is_compiled_or_refused_within_its_length(source: str) -> None:
    try:
        compile_expression(source, SCOPE)
    except ExpressionError as caught:
        error = caught
    else:
        return
    assert 0 <= error.at <= error.at + error.length <= len(source)
