"""A list by title stands in the order in which Chinese is read, page by page, and stays so."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin
from tests.support.company import Clocked, fresh_company
from tests.support.definitions import note_object, release

from closeloop.catalog.pinyin import order_key
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.records.batch import Row
from closeloop.records.commands import CreateRecord, DeleteRecord, UpdateRecord
from closeloop.records.query import Query, Reader
from closeloop.runtime.mend import mend_due, mend_tables

pytestmark = pytest.mark.db

MEMO = note_object("memo", place={"type": "text"})
COMMON = "张章李力王汪重庆长沙银行行走阿艾爱啊绿路女努单于的得地和"
titles = st.one_of(
    st.text(st.sampled_from(COMMON), min_size=1, max_size=5),
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4),
    st.sampled_from(["Apple", "apple 2", "阿里", "ＡＢＣ", "3M中国", "3m", "A股", "_", "张 三", "Łódź"]),
)
chinese = st.text(st.sampled_from(COMMON), min_size=1, max_size=6)


@pytest.fixture(scope="module")
async def desk(database: Database) -> AsyncGenerator[Clocked]:
    async with fresh_company(database, MEMO) as company:
        yield company


async def make(within: Clocked, *names: str | None) -> list[UUID]:
    made = await within.run(*(CreateRecord("memo", {"title": name}) for name in names))
    return [one.record()["id"] for one in made]


async def listed(company: Clocked, sort: str, **query: Any) -> list[Row]:
    """Return the whole list, three rows a page."""
    actor = company.system()
    reader = Reader(company.catalog, actor, actor.env(company.clock.now(), company.catalog))
    rows: list[Row] = []
    cursor: str | None = None
    async with company.database.autocommit() as session:
        while True:
            page = await reader.page(session, Query("memo", sort=sort, limit=3, cursor=cursor, **query))
            rows += page.rows
            cursor = page.next_cursor
            if cursor is None:
                return rows


@given(one=chinese, other=chinese)
def test_it_is_the_order_of_pinyin(one: str, other: str):
    def read(text: str) -> list[tuple[str, str]]:
        syllables: list[str] = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
        return list(zip(syllables, text, strict=True))

    keys = [order_key(text) or "" for text in (one, other)]
    assert (keys[0] < keys[1]) == (read(one) < read(other))


def test_a_character_is_read_as_its_neighbours_ask():
    assert sorted(["重庆", "成都", "重量", "长沙", "张三", "银行", "一行"], key=lambda text: order_key(text) or "") == [
        "长沙", "成都", "重庆", "一行", "银行", "张三", "重量",
    ]  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.one_of(titles, st.none()), max_size=12), changed=st.lists(titles, max_size=4))
async def test_any_list_is_in_order_over_its_pages(desk: Clocked, names: list[str | None], changed: list[str]):
    for row in await listed(desk, "id"):
        await desk.run(DeleteRecord("memo", row["id"]))
    ids = await make(desk, *names)
    for record, name in zip(ids, changed, strict=False):
        await desk.run(UpdateRecord("memo", record, values={"title": name}))
    rows = [await desk.record("memo", one) for one in ids]
    for descending in (False, True):
        there = sorted((row for row in rows if row["title"] is not None), key=_key, reverse=descending)
        empty = sorted((row for row in rows if row["title"] is None), key=lambda row: row["id"], reverse=descending)
        found = await listed(desk, "-title" if descending else "title")
        assert [row["id"] for row in found] == [row["id"] for row in [*there, *empty]]
        assert all("sys_order" not in row for row in found)


def _key(row: Row) -> tuple[str, UUID]:
    return order_key(row["title"]) or "", row["id"]


async def test_a_large_list_is_read_by_its_index(desk: Clocked):
    await make(desk, *(f"张{n}" for n in range(300)))
    memo = desk.catalog.object("memo").table
    async with desk.database.transaction() as tx:
        for way in ("seqscan", "bitmapscan", "sort"):  # few rows without statistics: another way costs as little
            await tx.execute(Statement(f"SET LOCAL enable_{way} = off", "test"), ())
        text = (
            f'EXPLAIN SELECT id FROM "{memo.schema}".memo WHERE deleted_at IS NULL'
            " ORDER BY sys_order NULLS LAST, id LIMIT 3"
        )
        plan = "\n".join(row[0] for row in await tx.fetch(Statement(text, "test"), ()))
    assert "memo_order" in plan
    assert "Sort" not in plan


async def test_an_installation_from_before_gets_it(own_company: Clocked):
    await release(own_company, MEMO)
    ids = await make(own_company, "张三", "阿里", None)
    schema = own_company.company.schema
    async with own_company.database.transaction() as tx:
        await tx.execute(Statement(f'ALTER TABLE "{schema}".memo DROP COLUMN sys_order', "test"), ())
    await mend_tables(own_company.database, own_company.company, own_company.clock)
    assert (await own_company.record("memo", ids[0]))["sys_order"] is None
    await mend_due(own_company)
    assert [(await own_company.record("memo", one))["sys_order"] for one in ids] == [
        "zhang1张san1三",
        "a1阿li3里",
        None,
    ]
    assert await own_company.system_rows("fill") == []
    await mend_tables(own_company.database, own_company.company, own_company.clock)
    assert await own_company.system_rows("fill") == []


async def test_another_field_as_title_is_what_the_list_is_ordered_by(own_company: Clocked):
    await release(own_company, MEMO)
    made = await own_company.run(*(CreateRecord("memo", {"place": one}) for one in ("武汉", "北京", "安徽")))
    ids = [one.record()["id"] for one in made]
    await release(own_company, Body("object", "memo", {**MEMO.body, "title": "place"}))
    assert [row["id"] for row in await listed(own_company, "place")] == [ids[2], ids[1], ids[0]]
