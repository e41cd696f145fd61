"""Exports: what one may read and sees, from one moment; what was exported imports again into equal records."""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from tests.support.company import Clocked, a_phone, fresh_company
from tests.support.jobs import work_off
from tests.support.problems import problem
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.connect.cells import plain, safe
from closeloop.db.engine import Database
from closeloop.records.commands import CreateRecord
from closeloop.runtime import exporting
from closeloop.runtime.exporting import spooled
from closeloop.runtime.importing import ImportJob
from closeloop.runtime.job_runner import JobRunner

pytestmark = pytest.mark.db

EVERYTHING = Body(
    "object",
    "thing",
    {
        "object": "thing",
        "label": {"zh-CN": "东西", "en-US": "Thing"},
        "title": "name",
        "fields": {
            "name": {"type": "text", "label": {"zh-CN": "名称", "en-US": "Name"}},
            "story": {"type": "long_text", "label": {"zh-CN": "说明", "en-US": "Story"}},
            "phone": {"type": "phone", "label": {"zh-CN": "电话", "en-US": "Phone"}},
            "email": {"type": "email", "label": {"zh-CN": "邮箱", "en-US": "E-mail"}},
            "site": {"type": "url", "label": {"zh-CN": "网址", "en-US": "Site"}},
            "pieces": {"type": "integer", "label": {"zh-CN": "件数", "en-US": "Pieces"}},
            "weight": {"type": "decimal", "label": {"zh-CN": "重量", "en-US": "Weight"}},
            "price": {"type": "money", "label": {"zh-CN": "价格", "en-US": "Price"}},
            "share": {"type": "percent", "label": {"zh-CN": "份额", "en-US": "Share"}},
            "sold": {"type": "checkbox", "label": {"zh-CN": "已售", "en-US": "Sold"}},
            "day": {"type": "date", "label": {"zh-CN": "日期", "en-US": "Day"}},
            "moment": {"type": "datetime", "label": {"zh-CN": "时刻", "en-US": "Moment"}},
            "size": {
                "type": "choice",
                "label": {"zh-CN": "尺寸", "en-US": "Size"},
                "options": {"s": {"zh-CN": "小", "en-US": "Small"}, "l": {"zh-CN": "大", "en-US": "Large"}},
            },
            "marks": {
                "type": "multi_choice",
                "label": {"zh-CN": "标记", "en-US": "Marks"},
                "options": {"a": {"zh-CN": "甲", "en-US": "A"}, "b": {"zh-CN": "乙", "en-US": "B"}},
            },
            "team": {"type": "department", "label": {"zh-CN": "部门", "en-US": "Team"}},
            "spot": {"type": "place", "label": {"zh-CN": "地点", "en-US": "Spot"}},
            "sent_to": {"type": "address", "label": {"zh-CN": "地址", "en-US": "Sent to"}},
            "steps": {
                "type": "checklist",
                "label": {"zh-CN": "清单", "en-US": "Steps"},
                "items": {"one": {"zh-CN": "其一", "en-US": "One"}, "two": {"zh-CN": "其二, 三", "en-US": "Two"}},
            },
            "keeper": {"type": "person", "label": {"zh-CN": "保管人", "en-US": "Keeper"}},
            "lead": {"type": "relation", "object": "lead", "label": {"zh-CN": "线索", "en-US": "Lead"}},
        },
    },
)
OWN = ("id", "created_at", "created_by", "updated_at", "updated_by", "version", "extra", "deleted_at")


@pytest.fixture
async def admin(api: Api) -> httpx.AsyncClient:
    return await api.signed_in("admin")


def table(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


async def things(company: Clocked) -> list[dict[str, Any]]:
    rows = await company.rows(company.catalog.object("thing").table.select())
    return sorted(({n: v for n, v in row.items() if n not in OWN} for row in rows), key=lambda row: row["name"])


def values(company: Clocked, lead: dict[str, Any]) -> list[dict[str, Any]]:
    full = {
        "name": "=1+1",
        "story": 'a, "b"\n\'c',
        "phone": "+86 138 0013 8000",
        "email": "a@b.cn",
        "site": "https://example.com/?a=1",
        "pieces": -5,
        "weight": "-0.0001",
        "price": "1234567890123456.7891",
        "share": "0.1234",
        "sold": False,
        "day": "1899-12-31",
        "moment": datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC),
        "size": "l",
        "marks": ["a", "b"],
        "team": next(iter(company.org.departments)),
        "spot": {"lat": 31.2, "lng": 121.5, "accuracy": 12, "address": "人民路, 1号"},
        "sent_to": {"province": "江苏", "city": "苏州", "street": "人民路 1 号"},
        "steps": ["one", "two"],
        "keeper": company.id_of("sales1"),
        "lead": lead["id"],
        "owner": company.id_of("sales2"),
    }
    return [full, {"name": "'=quoted"}, {"name": "@x", "sold": True, "marks": ["b"], "moment": "2026-03-04T00:00:00Z"}]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("header", ["labels", "names"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_what_was_exported_imports_again_into_equal_records(
    database: Database, migrated_url: str, kind: str, header: str, language: str
):
    async with fresh_company(database, EVERYTHING) as company, serve(migrated_url, company) as api:
        lead = await company.lead(company="唯一的公司")
        commands = [CreateRecord("thing", one) for one in values(company, lead)]
        for outcome in await company.run(*commands, by="admin"):
            outcome.record()
        before = await things(company)
        client = await api.sign_in("admin")
        client.headers["Accept-Language"] = language
        file = await client.get("/objects/thing/export", params={"format": kind, "header": header})
        assert file.status_code == 200
        found = (await client.get("/objects/thing/records")).json()["items"]
        await client.post("/objects/thing/bulk", json={"ids": [one["id"] for one in found], "delete": True})
        await company.change(company.catalog.object("thing").table.delete())

        answer = await client.post("/objects/thing/import", files={"file": ("things", file.content)})
        assert answer.status_code == 202, answer.text
        await work_off(company, JobRunner((ImportJob(api.app.state.files),)))
        job = (await client.get(f"/jobs/{answer.json()['id']}")).json()
        assert job["errors"] == []
        assert await things(company) == before


async def test_an_export_by_id_updates_the_same_records(api: Api, admin: httpx.AsyncClient, company: Clocked):
    lead = (await admin.post("/objects/lead/records", json={"phone": a_phone(), "city": "旧", "company": "E"})).json()
    params = {"header": "names", "fields": "id,city", "filter": f"phone == '{lead['phone']}'"}
    rows = table(await admin.get("/objects/lead/export", params=params))
    assert rows == [["id", "city"], [lead["id"], "旧"]]
    changed = f"id,city\n{lead['id']},新\n".encode()
    options = json.dumps({"mode": "update", "key": "id"})
    answer = await admin.post("/objects/lead/import", files={"file": ("a", changed)}, data={"options": options})
    assert answer.status_code == 202, answer.text
    await work_off(company, JobRunner((ImportJob(api.app.state.files),)))
    assert (await admin.get(f"/objects/lead/records/{lead['id']}")).json()["city"] == "新"


async def test_only_readable_records_are_exported(api: Api, company: Clocked):
    for owner in ("sales3", "sales4"):
        values = {"phone": a_phone(), "city": "G", "owner": company.id_of(owner)}
        (outcome,) = await company.run(CreateRecord("lead", values), by="admin")
        outcome.record()
    sales = await api.signed_in("sales3")
    rows = table(await sales.get("/objects/lead/export", params={"filter": "city == 'G'", "header": "names"}))
    assert [row[rows[0].index("owner")] for row in rows[1:]] == ["sales3"]
    assert (await (await api.signed_in("finance1")).get("/objects/lead/export")).status_code == 404
    assert (await api.anyone().get("/objects/lead/export")).status_code == 401


async def test_pages_come_from_one_moment_and_in_order(
    admin: httpx.AsyncClient, company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    commands = [CreateRecord("lead", {"phone": a_phone(), "city": "P", "employees": i}) for i in range(1203)]
    await company.run(*commands, by="admin")
    params = {"filter": "city == 'P'", "sort": "-employees", "fields": "employees", "header": "names"}
    rows = table(await admin.get("/objects/lead/export", params=params))
    assert [int(row[0]) for row in rows[1:]] == list(range(1202, -1, -1))
    book = await admin.get("/objects/lead/export", params={**params, "format": "xlsx"})
    sheet = CalamineWorkbook.from_object(io.BytesIO(book.content)).get_sheet_by_index(0)
    assert [row[0] for row in sheet.to_python()[1:]] == [float(i) for i in range(1202, -1, -1)]


async def test_labels_are_in_the_readers_language(admin: httpx.AsyncClient, company: Clocked):
    lead = (await admin.post("/objects/lead/records", json={"phone": a_phone(), "source": "ad"})).json()
    params = {"filter": f"phone == '{lead['phone']}'", "fields": "source,stage,owner"}
    chinese = table(await admin.get("/objects/lead/export", params=params, headers={"Accept-Language": "zh-CN"}))
    assert chinese[0] == ["来源", "阶段", "负责人"]
    assert chinese[1][0] == "广告"
    english = table(await admin.get("/objects/lead/export", params={**params, "header": "names"}))
    assert english[0] == ["source", "stage", "owner"]
    assert english[1][:2] == ["ad", "new"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"filter": "nonsense =="}, "bad_expression"),
        ({"sort": "nonsense"}, "invalid"),
        ({"fields": "nonsense"}, "invalid"),
        ({"view": "nonsense"}, "invalid"),
        ({"format": "pdf"}, "invalid"),
        ({"nonsense": "1"}, "invalid"),
    ],
)
async def test_wrong_input_is_told_before_anything_is_sent(admin: httpx.AsyncClient, params: dict[str, str], code: str):
    answer = await admin.get("/objects/lead/export", params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@given(st.text())
def test_what_looks_like_a_formula_is_quoted_and_read_again(text: str):
    assert plain(safe(text)) == text
    assert safe(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")


async def test_a_slow_reader_does_not_hold_the_maker_up():
    made: list[int] = []

    async def blocks() -> Any:
        for i in range(50):
            made.append(i)
            yield b"%04d" % i

    stream = spooled(blocks())
    first = await anext(stream)
    rest = b"".join([block async for block in stream])
    assert first + rest == b"".join(b"%04d" % i for i in range(50))


async def test_a_maker_that_fails_ends_the_stream_with_its_error():
    async def blocks() -> Any:
        yield b"x"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _ = [block async for block in spooled(blocks())]


def test_a_number_is_never_taken_for_a_formula():
    assert Decimal(-5) == Decimal(plain(safe("-5")))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_who_gets_no_turn_is_told_before_anything_is_sent(api: Api, monkeypatch: pytest.MonkeyPatch, kind: str):
    monkeypatch.setattr(exporting, "_WAIT", 0.05)
    monkeypatch.setattr(api.app.state.exporter, "_turns", asyncio.Semaphore(0))
    answer = await (await api.signed_in("admin")).get("/objects/lead/export", params={"format": kind})
    problem(answer, 503, "busy")
    assert answer.headers["retry-after"]
