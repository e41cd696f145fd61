"""What fields say of themselves holds in every write: defaults, uniqueness, patterns, checks, automatic numbers."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from tests.support.company import START, Clocked, fresh_company

from closeloop.base.errors import CloseloopError, Conflict, FieldError, Invalid
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.operations.handler import RunOperation
from closeloop.records.batch import Row
from closeloop.records.commands import CreateRecord, DeleteRecord, UpdateRecord
from closeloop.records.execute import Outcome

pytestmark = pytest.mark.db

FIELDS: dict[str, Any] = {
    "code": {"type": "text", "unique": True},
    "mobile": {"type": "phone", "unique": True},
    "rank": {"type": "integer", "unique": True},
    "plate": {"type": "text", "pattern": {"match": "[A-Z]{2}-\\d{1,4}", "hint": {"zh-CN": "字母", "en-US": "AB-12"}}},
    "kind": {"type": "choice", "options": {"x": "X", "y": "Y"}, "default": "y"},
    "weight": {"type": "decimal", "default": "1.5"},
    "due": {"type": "date", "default": {"value": "today() + days(3)"}},
    "again": {"type": "text", "default": {"value": "kind + '!'"}},
    "keeper": {"type": "person", "default": {"value": "me"}},
    "begins": {"type": "date"},
    "ends": {"type": "date"},
    "number": {"type": "auto_number", "format": "T-{year}-{number:3}"},
    "daily": {"type": "auto_number", "format": "{month}{day}/{number}"},
}
CHECKS = [{"check": "ends >= begins", "field": "ends", "message": {"zh-CN": "结束早于开始", "en-US": "ends too early"}}]


@pytest.fixture(scope="module")
async def stock(database: Database) -> AsyncGenerator[Clocked]:
    thing = {"object": "thing", "label": "thing", "title": "code", "fields": FIELDS, "checks": CHECKS}
    maker = {
        "operation": "make_two", "on": "lead", "label": "x",
        "do": [{"create": "thing", "values": {"weight": "1"}}, {"create": "thing", "values": {"weight": "2"}}],
    }  # fmt: skip
    async with fresh_company(database, Body("object", "thing", thing), Body("operation", "make_two", maker)) as company:
        yield company


async def make(company: Clocked, **values: Any) -> Row:
    (outcome,) = await company.run(CreateRecord("thing", values))
    return outcome.record()


def error_of(outcome: Outcome) -> CloseloopError:
    assert isinstance(outcome.error, CloseloopError)
    return outcome.error


async def test_nothing_said_gets_the_default_and_null_is_something_said(stock: Clocked):
    row = await make(stock)
    assert (row["kind"], row["weight"], row["again"]) == ("y", pytest.approx(1.5), "y!")
    assert row["due"] == date(2026, 3, 7)
    assert row["keeper"] is None
    assert (await make(stock, kind="x"))["again"] == "x!"
    assert (await make(stock, kind=None))["kind"] is None


async def test_a_default_may_be_who_makes_it(stock: Clocked):
    (outcome,) = await stock.run(CreateRecord("thing", {}), by="admin")
    assert outcome.record()["keeper"] == stock.id_of("admin")


@pytest.mark.parametrize(
    ("field", "one", "same", "other"),
    [
        ("code", "Ab 1", " ＡB 1", "Ab(1)"),
        ("mobile", "13800138000", "+86 138-0013-8000", "13800138001"),
        ("rank", 7, "7", 8),
    ],
)
async def test_a_taken_value_is_told_at_its_field_and_takes_nothing_with_it(
    stock: Clocked, field: str, one: Any, same: Any, other: Any
):
    first, second, third = await stock.run(*(CreateRecord("thing", {field: value}) for value in (one, same, other)))
    assert (first.error, third.error) == (None, None)
    assert isinstance(second.error, Conflict)
    assert (second.error.code, second.error.errors) == ("taken", (FieldError(field, "taken"),))
    (changed,) = await stock.run(UpdateRecord("thing", third.record()["id"], values={field: same}))
    assert error_of(changed).errors == (FieldError(field, "taken"),)
    await stock.run(DeleteRecord("thing", first.record()["id"]))
    await make(stock, **{field: same})


@pytest.mark.parametrize(("plate", "fits"), [("AB-12", True), ("AB-12345", False), ("xAB-12", False), (None, True)])
async def test_a_pattern_is_of_the_whole_text(stock: Clocked, plate: str | None, fits: bool):
    (outcome,) = await stock.run(CreateRecord("thing", {"plate": plate}))
    if fits:
        assert outcome.error is None
    else:
        assert [(one.field, one.code) for one in error_of(outcome).errors] == [("plate", "no_match")]


async def test_a_check_holds_at_creation_and_after_a_change_of_what_it_is_about(stock: Clocked):
    (outcome,) = await stock.run(CreateRecord("thing", {"begins": "2026-03-05", "ends": "2026-03-04"}))
    assert [(one.field, one.code) for one in error_of(outcome).errors] == [("ends", "check_failed")]
    row = await make(stock, begins="2026-03-05")
    good, bad = await stock.run(
        UpdateRecord("thing", row["id"], values={"ends": "2026-03-05"}),
        UpdateRecord("thing", row["id"], values={"begins": "2026-03-06"}),
    )
    assert good.error is None
    assert isinstance(bad.error, Invalid)
    assert (await stock.record("thing", row["id"]))["begins"] == date(2026, 3, 5)


async def test_numbers_count_within_what_their_format_names(database: Database):
    thing = {"object": "thing", "label": "thing", "title": "code", "fields": FIELDS}
    async with fresh_company(database, Body("object", "thing", thing)) as company:
        outcomes = await company.run(*[CreateRecord("thing", {})] * 3)
        assert [one.record()["number"] for one in outcomes] == ["T-2026-001", "T-2026-002", "T-2026-003"]
        company.clock.move_to(START + timedelta(hours=15))  # the next day in Shanghai
        row = await make(company)
        assert (row["number"], row["daily"]) == ("T-2026-004", "0305/1")
        company.clock.move_to(START + timedelta(days=400))
        assert (await make(company))["number"] == "T-2027-001"


async def test_numbers_differ_however_many_make_records(stock: Clocked):
    other = await stock.another_process()
    outcomes = await asyncio.gather(
        *(one.run(*[CreateRecord("thing", {})] * 7) for one in (stock, other) for _ in range(4))
    )
    numbers = [one.record()["number"] for some in outcomes for one in some]
    assert len(set(numbers)) == 56


async def test_a_number_is_given_to_what_a_definition_makes(stock: Clocked):
    lead = await stock.lead()
    (outcome,) = await stock.run(RunOperation("lead", lead["id"], operation="make_two"))
    assert outcome.error is None
    table = stock.catalog.object("thing").table
    made = await stock.rows(sa.select(table.c.number).where(table.c.weight.in_([1, 2])))
    assert len({row["number"] for row in made} - {None}) == 2


async def test_a_number_is_nobodys_to_set(stock: Clocked):
    (outcome,) = await stock.run(CreateRecord("thing", {"number": "T-1"}))
    assert error_of(outcome).errors == (FieldError("number", "readonly"),)
