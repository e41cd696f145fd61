"""Cells as people write them: numbers with units, shares, days and times in the forms that are common in China."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.access.org import Org, Person
from closeloop.catalog.field_types import FIELD_TYPES, Coercion
from closeloop.catalog.model import Field
from closeloop.connect.cells import Cell, date_order, read_cell, write_cell
from closeloop.connect.mapping import guess

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOBODY = Org(1, [], [])


def field(kind: str, name: str = "f", **more: Any) -> Field:
    return Field(name, {"zh-CN": name}, kind, **more)


def read(text: str, kind: str, order: str = "ymd") -> Any:
    one = field(kind)
    raw = read_cell(text, one, SHANGHAI, NOBODY, order)
    return FIELD_TYPES[kind].coerce(raw, one) if raw is not None else None


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("¥1,234.50", "money", Decimal("1234.5")),
        ("１２３元", "money", Decimal(123)),
        ("1.2万", "money", Decimal(12_000)),
        ("￥3.5亿元", "money", Decimal(350_000_000)),
        ("RMB 5,000", "money", Decimal(5000)),
        ("(300)", "decimal", Decimal(-300)),
        ("-7", "integer", -7),
        ("12%", "percent", Decimal("0.12")),
        ("０.5％", "percent", Decimal("0.005")),
        ("0.12", "percent", Decimal("0.12")),
        ("2026年3月4日", "date", date(2026, 3, 4)),
        ("2026/3/4", "date", date(2026, 3, 4)),
        ("2026.03.04", "date", date(2026, 3, 4)),
        ("20260304", "date", date(2026, 3, 4)),
        ("2026-03-04 15:30", "date", date(2026, 3, 4)),
        ("46085", "date", date(2026, 3, 4)),
        ("2026年3月4日 下午3:05", "datetime", datetime(2026, 3, 4, 7, 5, tzinfo=UTC)),
        ("2026/3/4 9时30分", "datetime", datetime(2026, 3, 4, 1, 30, tzinfo=UTC)),
        ("46085.5", "datetime", datetime(2026, 3, 4, 4, 0, tzinfo=UTC)),
        ("2026-03-04T02:00:00Z", "datetime", datetime(2026, 3, 4, 2, 0, tzinfo=UTC)),
        ("2026-03-04T02:00:00+08:00", "datetime", datetime(2026, 3, 3, 18, 0, tzinfo=UTC)),
        ("2026-03-04", "datetime", datetime(2026, 3, 3, 16, 0, tzinfo=UTC)),
        ("12:00 am", "text", "12:00 am"),
        ("  ", "text", None),
        ("'=x", "text", "=x"),
        ("是", "checkbox", True),
    ],
)
def test_a_cell_is_read_as_a_person_means_it(text: str, kind: str, value: Any):
    assert read(text, kind) == value


@pytest.mark.parametrize(("order", "day"), [("mdy", date(2018, 8, 11)), ("dmy", date(2018, 11, 8))])
def test_days_that_end_with_the_year_are_read_in_the_columns_order(order: str, day: date):
    assert read("8/11/2018", "date", order) == day
    assert read("8/11/18", "date", order) == day


def test_a_columns_order_shows_where_a_number_can_be_no_month():
    assert date_order(["8/11/2018", "8/25/2018"]) == "mdy"
    assert date_order(["8/11/2018", "25/8/2018"]) == "dmy"
    assert date_order(["2018-8-25", ""]) == "ymd"


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("many", "money", "not_number"),
        ("nan", "decimal", "not_number"),
        ("1.2.3", "decimal", "not_number"),
        ("2026-13-01", "date", "not_date"),
        ("yesterday", "date", "not_date"),
        ("99999999", "date", "not_date"),
        ("2026-02-30 10:00", "datetime", "not_moment"),
        ("2026-02-20 25:00", "datetime", "not_moment"),
        ("nobody", "person", "unknown_person"),
    ],
)
def test_what_can_not_be_meant_is_told(text: str, kind: str, code: str):
    with pytest.raises(Coercion) as told:
        read(text, kind)
    assert told.value.code == code


VALUES = {
    "integer": st.integers(-(2**63) + 1, 2**63 - 1),
    "money": st.decimals(-(10**15), 10**15, places=4),
    "percent": st.decimals(-100, 100, places=4),
    "checkbox": st.booleans(),
    "date": st.dates(date(1, 1, 2)),
    "datetime": st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1)).map(lambda one: one.replace(tzinfo=UTC)),  # noqa: DTZ001
}


@given(
    st.sampled_from(sorted(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), VALUES[kind])),
    st.sampled_from([None, "zh-CN", "en-US"]),
)
def test_what_is_written_is_read_as_the_same_value(typed: tuple[str, Any], locale: str | None):
    kind, value = typed
    cell = write_cell(value, field(kind), SHANGHAI, locale)
    assert read(cell.text if isinstance(cell, Cell) else cell, kind) == value


def person(login: str, name: str, *, active: bool = True) -> Person:
    number = sum(login.encode())
    return Person(UUID(int=number), login, name, active, True, None, None, None, "zh-CN", (), ())


def test_people_are_named_by_login_or_by_a_name_that_only_one_has():
    org = Org(1, [person("a", "王伟"), person("b", "王伟"), person("c", "李娜"), person("d", "李娜", active=False)], [])
    one = field("person")
    assert read_cell("B", one, SHANGHAI, org) == person("b", "").id
    assert read_cell("李娜", one, SHANGHAI, org) == person("c", "").id
    with pytest.raises(Coercion, match="ambiguous"):
        read_cell("王伟", one, SHANGHAI, org)


def test_columns_are_guessed_by_name_other_name_near_name_and_content():
    fields = {
        one.name: one
        for one in (
            Field("company", {"zh-CN": "公司", "en-US": "Company"}, "text"),
            Field("phone", {"zh-CN": "电话", "en-US": "Phone"}, "phone"),
            Field("email", {"zh-CN": "邮箱", "en-US": "E-mail"}, "email"),
            Field("registered_capital", {"zh-CN": "注册资本", "en-US": "Registered capital"}, "money"),
            Field("owner", {"zh-CN": "负责人", "en-US": "Owner"}, "person"),
        )
    }
    header = ["COMPANY", "手机号", "x", "Registred capital", "跟进人", "unknown"]
    samples = [["云起", "13800138000", "a@b.cn", "1", "", "z"], ["海川", "", "c@d.cn", "2", "", ""]]
    columns = guess(header, samples, fields, SHANGHAI, NOBODY)
    assert [(column.field, column.how) for column in columns] == [
        ("company", "name"),
        ("phone", "word"),
        ("email", "values"),
        ("registered_capital", "near"),
        ("owner", "word"),
        (None, None),
    ]


def test_a_title_with_a_word_more_is_the_field_that_it_ends_with_or_that_a_word_saying_nothing_follows():
    fields = {
        one.name: one
        for one in (
            Field("company", {"zh-CN": "公司", "en-US": "Company"}, "text"),
            Field("customer", {"zh-CN": "客户", "en-US": "Customer"}, "text"),
            Field("name", {"zh-CN": "联系人", "en-US": "Contact"}, "text"),
            Field("phone", {"zh-CN": "电话", "en-US": "Phone"}, "phone"),
            Field("industry", {"zh-CN": "行业", "en-US": "Industry"}, "text"),
            Field("budget", {"zh-CN": "预算", "en-US": "Budget"}, "money"),
        )
    }
    header = ["公司名称", "联系人姓名", "联系人电话", "所属行业", "客户经理(旧)", "预算（万元）"]
    columns = guess(header, [], fields, SHANGHAI, NOBODY)
    assert [column.field for column in columns] == ["company", "name", "phone", "industry", None, None]
    assert guess(["Company phone"], [], fields, SHANGHAI, NOBODY)[0].field == "phone"
