"""Every field type: what it takes, what it refuses and why, and when two values are the same."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.catalog.field_types import FIELD_TYPES, Coercion
from closeloop.catalog.model import Field, Option
from closeloop.catalog.same_names import same_name

OPTIONS = (Option("a", {"zh-CN": "甲", "en-US": "First"}), Option("b", {"zh-CN": "乙"}), Option("c", {"zh-CN": "丙"}))
ID = UUID(int=5)


def field(kind: str, **more: Any) -> Field:
    return Field("f", {"zh-CN": "f"}, kind, options=OPTIONS, **more)


def coerce(kind: str, raw: Any, **more: Any) -> Any:
    return FIELD_TYPES[kind].coerce(raw, field(kind, **more))


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", "  a \n b ", "a b"),
        ("text", "", None),
        ("text", 5, "5"),
        ("long_text", " a\r\nb ", "a\nb"),
        ("phone", " 138-0013 8000 ", "138-0013 8000"),
        ("email", "Ａ@x.example", "A@x.example"),
        ("url", "https://x.example/a?b", "https://x.example/a?b"),
        ("integer", "1,234", 1234),
        ("integer", 5.0, 5),
        ("integer", "-9223372036854775807", -9223372036854775807),
        ("decimal", "0.00005", Decimal("0.0001")),
        ("decimal", 0.1, Decimal("0.1000")),
        ("money", "9999999999999999.9999", Decimal("9999999999999999.9999")),
        ("percent", "0.25", Decimal("0.2500")),
        ("checkbox", "是", True),
        ("checkbox", 0, False),
        ("checkbox", "", None),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("datetime", "2026-03-04T10:00:00+08:00", datetime(2026, 3, 4, 2, tzinfo=UTC)),
        ("datetime", "2026-03-04T02:00:00Z", datetime(2026, 3, 4, 2, tzinfo=UTC)),
        ("choice", "b", "b"),
        ("choice", " First ", "a"),
        ("choice", "", None),
        ("multi_choice", "乙,a,b", ["a", "b"]),
        ("multi_choice", [], None),
        ("checklist", [{"key": "b", "done": True}, {"key": "a", "done": False}], ["b"]),
        ("checklist", ["甲", "c"], ["a", "c"]),
        ("person", {"id": str(ID), "label": "x"}, ID),
        ("department", str(ID), ID),
        ("file", str(ID), [ID]),
        ("photo", [{"id": str(ID), "name": "x.png"}, str(ID)], [ID]),
        ("voice", [], None),
        ("place", "39.9042， 116.4074", {"lat": 39.9042, "lng": 116.4074}),
        (
            "place",
            {"lat": "1", "lng": 2, "accuracy": 5, "at": "2026-03-04T10:00:00+08:00"},
            {"lat": 1.0, "lng": 2.0, "accuracy": 5.0, "at": "2026-03-04T02:00:00Z"},
        ),
        ("address", {"city": "厦门", "street": " 湖滨  1 号 "}, "\n厦门\n\n湖滨 1 号\n\n"),
        ("address", "湖滨 1 号", "\n\n\n湖滨 1 号\n\n"),
        ("address", {}, None),
        ("relation", str(ID), ID),
        ("relation", "", None),
    ],
)
def test_what_fits(kind: str, raw: Any, value: Any):
    assert coerce(kind, raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        ("text", "a\x00b", "bad_character"),
        ("text", "x" * 201, "too_long"),
        ("text", ["x"], "not_text"),
        ("text", True, "not_text"),
        ("long_text", "x" * 10_001, "too_long"),
        ("phone", "12", "not_phone"),
        ("phone", "no phone", "not_phone"),
        ("email", "a@b", "not_email"),
        ("email", "a b@c.example", "not_email"),
        ("url", "javascript:alert(1)", "not_url"),
        ("integer", "1.5", "not_integer"),
        ("integer", "x", "not_number"),
        ("integer", True, "not_number"),
        ("integer", "9223372036854775808", "too_large"),
        ("integer", "1e400", "too_large"),
        ("decimal", "NaN", "not_number"),
        ("decimal", "Infinity", "not_number"),
        ("money", "1e16", "too_large"),
        ("money", "9999999999999999.99996", "too_large"),
        ("percent", "-9999999999999999.99999", "too_large"),
        ("checkbox", "perhaps", "not_boolean"),
        ("date", "2026-02-29", "not_date"),
        ("date", 20260228, "not_date"),
        ("datetime", "2026-03-04T10:00:00", "no_zone"),
        ("datetime", "soon", "not_datetime"),
        ("datetime", "0001-01-01T00:00:00+08:00", "not_datetime"),
        ("choice", "z", "not_an_option"),
        ("choice", 1, "not_an_option"),
        ("multi_choice", ["a", "z"], "not_an_option"),
        ("multi_choice", 1, "not_a_list"),
        ("checklist", ["z"], "not_an_option"),
        ("file", ["x"], "not_an_id"),
        ("file", [str(UUID(int=n)) for n in range(21)], "too_many"),
        ("place", {"lat": 91, "lng": 0}, "out_of_range"),
        ("place", {"lat": 0, "lng": "x"}, "not_a_place"),
        ("place", {"lat": 0}, "not_a_place"),
        ("place", {"lat": 0, "lng": 0, "height": 1}, "not_a_place"),
        ("place", "here", "not_a_place"),
        ("place", {"lat": 0, "lng": 0, "at": "2026-03-04T10:00:00"}, "no_zone"),
        ("address", {"city": 5}, "not_text"),
        ("address", {"town": "x"}, "not_an_address"),
        ("address", {"street": "x" * 201}, "too_long"),
        ("person", 7, "not_an_id"),
        ("relation", "x", "not_an_id"),
    ],
)
def test_what_does_not_fit_says_why(kind: str, raw: Any, code: str):
    with pytest.raises(Coercion) as caught:
        coerce(kind, raw)
    assert caught.value.code == code


@pytest.mark.parametrize(("raw", "code"), [(4, "too_small"), (11, "too_large")])
def test_limits_hold(raw: int, code: str):
    with pytest.raises(Coercion) as caught:
        coerce("integer", raw, min=Decimal(5), max=Decimal(10))
    assert caught.value.code == code


@given(kind=st.sampled_from(sorted(FIELD_TYPES)), raw=st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates().map(str),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(), some, max_size=3), max_leaves=4,
))  # fmt: skip
def test_anything_that_json_can_hold_either_fits_or_is_refused(kind: str, raw: Any):
    if raw is None:
        return
    try:
        value = coerce(kind, raw)
    except Coercion:
        return
    assert value is None or coerce(kind, value) == value  # what is stored may be written back


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "13800138000", "+86 138 0013 8000"),
        ("phone", "13800138000", "８６１３８００１３８０００"),
        ("phone", "010-65551234", "+86 10 65551234"),
        ("email", "A@X.example", "a@x.example"),
        ("phone", "13800138000", "0086-138-0013-8000"),
        ("phone", "010-65551234转8001", "（010）65551234 分机：8001"),
        ("phone", "0571-88888888-801", "+86 571 8888 8888 ext. 801"),
        ("phone", "400-820-8820", "4008208820"),
        ("text", "云启（北京）科技", "云启(北京)科技有限公司"),
        ("text", "云启科技有限责任公司", "云启 科技"),
        ("text", "上海汽车(集团)股份有限公司", "上海市汽车集团"),
        ("text", "云启【筹】", "云启"),
        ("text", "Yunqi Tech Co., Ltd.", "YUNQI TECH INC"),
        ("text", "ＡＢＣ Co", "abc co"),
    ],
)
def test_the_same_written_differently(kind: str, one: str, other: str):
    what = FIELD_TYPES[kind]
    assert what.normal(coerce(kind, one)) == what.normal(coerce(kind, other)) is not None


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "13800138000", "13800138001"),
        ("phone", "010-65551234", "010-65551234转8001"),
        ("phone", "010-65551234-8001", "010-65551234-8002"),
        ("text", "（甲）", "（乙）"),
        ("text", "云启（北京）科技有限公司", "云启（上海）科技有限公司"),
        ("text", "云启科技有限公司", "云启科技有限公司上海分公司"),
        ("text", "上海集团", "上海股份有限公司"),
        ("text", "有限公司", "股份有限公司"),
        ("text", "Alco", "Al"),
    ],
)
def test_different_ones_stay_different(kind: str, one: str, other: str):
    what = FIELD_TYPES[kind]
    assert what.normal(coerce(kind, one)) != what.normal(coerce(kind, other))


def test_a_number_without_its_area_is_the_same_as_no_other():
    assert FIELD_TYPES["phone"].normal(coerce("phone", "6555 1234")) is None


NAMES = st.text(
    st.sampled_from([*"云启科技上海北京中国省市分（）()【】 .,·AaCcoLtd股份集团有限责任公司ｅé\u0301"]), max_size=16
)


@given(NAMES | st.text(max_size=20))
def test_the_form_of_a_name_is_its_own_form(name: str):
    form = same_name(name)
    assert form is None or same_name(form) == form


@given(
    st.text(st.sampled_from([*"云启明远精密机械电子"]), min_size=2, max_size=6),
    st.lists(
        st.sampled_from([" ", "有限公司", "股份有限公司", "（集团）", "集团", " Co., Ltd.", "(筹)", "有限责任公司"]),
        max_size=3,
    ),
)
def test_legal_forms_and_remarks_behind_a_name_do_not_matter(name: str, behind: list[str]):
    assert same_name(name + "".join(behind)) == same_name(name) == name


def test_the_table_of_the_documents_is_what_types_can_do():
    page = (Path(__file__).parents[2] / "docs/mechanisms/catalog.md").read_text()
    listed = {
        cells[0].strip("`"): [cell == "yes" for cell in cells[1:]]
        for line in page.splitlines()
        if line.startswith("| `") and len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 8
    }
    assert listed == {
        name: [can.filter, can.sort, can.group, can.search, can.imported, can.unique, can.index]
        for name, can in ((one.name, one.can) for one in FIELD_TYPES.values())
    }
