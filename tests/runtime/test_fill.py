"""A column that a release brings or changes is right in the rows from before it, also after a kill in the middle."""

from typing import Any
from uuid import UUID

import pytest
from tests.support.company import Clocked
from tests.support.definitions import release

from closeloop.catalog.store import Body
from closeloop.db.unit_of_work import Transaction
from closeloop.records.commands import CreateRecord, DeleteRecord, UpdateRecord
from closeloop.records.query import Query, Reader
from closeloop.runtime import fill
from closeloop.runtime.mend import mend_due

pytestmark = pytest.mark.db


def an_object(name: str, **fields: Any) -> Body:
    body = {"object": name, "label": name, "title": "name", "search": ["name"]}
    return Body("object", name, {**body, "fields": {"name": {"type": "text"}, **fields}})


BOX = an_object("box", parts={"type": "children", "object": "part", "by": "box"}, code={"type": "text"})
PART = an_object("part", box={"type": "relation", "object": "box"}, weight={"type": "decimal"})
FIGURES: dict[str, Any] = {
    "heavy": {"type": "formula", "value": "total > 2"},
    "total": {"type": "rollup", "of": "parts", "fn": "sum", "field": "double"},
    "count": {"type": "rollup", "of": "parts", "fn": "count"},
}
RICH_BOX = Body("object", "box", {**BOX.body, "fields": {**BOX.body["fields"], **FIGURES}})
RICH_PART = Body(
    "object",
    "part",
    {**PART.body, "fields": {**PART.body["fields"], "double": {"type": "formula", "value": "weight * 2"}}},
)


async def boxes(company: Clocked) -> list[UUID]:
    """Make seven boxes; box n has n parts of weight 1, and one in the trash."""
    await release(company, BOX, PART)
    made = await company.run(*(CreateRecord("box", {"name": f"b{n}"}) for n in range(7)))
    ids = [one.record()["id"] for one in made]
    for n, one in enumerate(ids):
        await company.run(*[CreateRecord("part", {"box": one, "weight": 1})] * n)
        (gone,) = await company.run(CreateRecord("part", {"box": one, "weight": 5}))
        await company.run(DeleteRecord("part", gone.record()["id"]))
    return ids


async def right(company: Clocked, ids: list[UUID]) -> bool:
    rows = [await company.record("box", one) for one in ids]
    return [(row["count"], row["total"], row["heavy"]) for row in rows] == [(n, 2 * n, n > 1) for n in range(7)]


async def test_new_figures_and_formulas_are_worked_out_for_the_rows_that_are_there(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fill, "AT_ONCE", 3)
    ids = await boxes(own_company)
    await release(own_company, RICH_BOX, RICH_PART)
    assert await right(own_company, ids)
    assert await own_company.system_rows("fill") == []
    before = [await own_company.record("box", one) for one in ids]
    other = Body("object", "box", {**RICH_BOX.body, "label": "chest"})
    await release(own_company, other)
    assert [await own_company.record("box", one) for one in ids] == before


async def test_a_changed_formula_changes_what_reads_it(own_company: Clocked):
    ids = await boxes(own_company)
    await release(own_company, RICH_BOX, RICH_PART)
    fields = {**RICH_PART.body["fields"], "double": {"type": "formula", "value": "weight * 3"}}
    await release(own_company, Body("object", "part", {**RICH_PART.body, "fields": fields}))
    row = await own_company.record("box", ids[1])
    assert (row["total"], row["heavy"]) == (3, True)


async def test_a_worker_goes_on_where_a_kill_has_ended_it(own_company: Clocked, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fill, "AT_ONCE", 3)
    ids = await boxes(own_company)
    whole, chunks = fill._chunk, 0  # pyright: ignore[reportPrivateUsage]

    async def killed(tx: Transaction, catalog: Any) -> bool:
        nonlocal chunks
        chunks += 1
        if chunks == 4:
            raise KeyboardInterrupt
        return await whole(tx, catalog)

    monkeypatch.setattr(fill, "_chunk", killed)
    with pytest.raises(KeyboardInterrupt):
        await release(own_company, RICH_BOX, RICH_PART)
    await own_company.refresh()
    assert not await right(own_company, ids)
    await own_company.run(UpdateRecord("box", ids[0], values={"name": "other"}))
    await mend_due(own_company)
    assert await right(own_company, ids)
    assert await own_company.system_rows("fill") == []


async def test_a_new_search_field_finds_older_records(own_company: Clocked):
    ids = await boxes(own_company)
    await own_company.run(UpdateRecord("box", ids[3], values={"code": "QX7788"}))
    await release(own_company, Body("object", "box", {**BOX.body, "search": ["name", "code"]}))
    actor = own_company.system()
    reader = Reader(own_company.catalog, actor, actor.env(own_company.clock.now(), own_company.catalog))
    async with own_company.database.autocommit() as session:
        page = await reader.page(session, Query("box", q="QX7788"))
    assert [row["id"] for row in page.rows] == [ids[3]]


async def test_of_values_that_are_there_twice_the_first_is_the_one(own_company: Clocked):
    ids = await boxes(own_company)
    await own_company.run(*(UpdateRecord("box", one, values={"code": "same"}) for one in ids[:2]))
    unique = {**BOX.body["fields"], "code": {"type": "text", "unique": True}}
    await release(own_company, Body("object", "box", {**BOX.body, "fields": unique}))
    (taken,) = await own_company.run(CreateRecord("box", {"code": "SAME"}))
    assert taken.error is not None
    assert (await own_company.record("box", ids[1]))["code"] == "same"
    await own_company.run(DeleteRecord("box", ids[0]))
    (made,) = await own_company.run(CreateRecord("box", {"code": "SAME"}))
    assert made.error is None
