"""People read and write in several processes while fields come, change, go and come back: not one request fails."""

import asyncio
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from tests.support.company import Clocked
from tests.support.definitions import note_object, release
from tests.support.problems import problem
from tests.support.web import Api, serve

from closeloop.db.statement import Statement
from closeloop.records.commands import CreateRecord, UpdateRecord
from closeloop.runtime.company import CompanyRuntime

pytestmark = pytest.mark.db

TEXT = {"type": "text", "label": "值"}
NUMBER = {"type": "decimal", "label": "值"}
SHAPES = [
    note_object(worth=TEXT),
    note_object(worth=TEXT, more=NUMBER),
    note_object(worth=NUMBER, more=NUMBER),
    note_object(more=NUMBER),
    note_object(worth=NUMBER),
    note_object(worth=TEXT, more={"type": "text", "label": "值"}),
    note_object(),
    note_object(worth=TEXT),
]


class Load:
    """Requests without a pause, of one web process through HTTP and of another by commands; each answer is counted."""

    def __init__(self, api: Api, other: Clocked) -> None:
        self.answers: Counter[str] = Counter()
        self.made = 0
        self._api = api
        self._other = other
        self._over = False

    async def read(self) -> None:
        admin = await self._api.sign_in("admin")
        while not self._over:
            for path in ("records?limit=20&count=true", "records?filter=title%20==%20'a'&sort=title", "views"):
                answer = await admin.get(f"/objects/memo/{path}")
                self.answers[f"GET {answer.status_code}"] += 1

    async def write(self) -> None:
        admin = await self._api.sign_in("admin")
        while not self._over:
            made = await admin.post("/objects/memo/records", json={"title": "a"})
            self.answers[f"POST {made.status_code}"] += 1
            self.made += made.status_code == 201
            changed = await admin.patch(f"/objects/memo/records/{made.json()['id']}", json={"title": "b"})
            self.answers[f"PATCH {changed.status_code}"] += 1
            counted = await admin.post("/objects/memo/aggregate", json={"group_by": [], "measures": [{"fn": "count"}]})
            self.answers[f"AGGREGATE {counted.status_code}"] += 1

    async def write_elsewhere(self) -> None:
        while not self._over:
            asked = [CreateRecord("memo", {"title": "c", **self._worth(n)}) for n in range(3)]
            for outcome in await self._other.run(*asked):
                self.answers[type(outcome.error).__name__] += 1
                if outcome.error is None:
                    self.made += 1
                    (again,) = await self._other.run(
                        UpdateRecord("memo", outcome.record()["id"], values={"title": "d"})
                    )
                    self.answers[type(again.error).__name__] += 1

    def _worth(self, n: int) -> dict[str, Any]:
        """Return a value of the field where the process at hand has one; it may be gone by the time it is written."""
        return {"worth": str(n)} if n and "worth" in self._other.catalog.object("memo").fields else {}

    async def beside(self, company: Clocked) -> None:
        async with asyncio.TaskGroup() as group:
            for one in (self.read, self.read, self.write, self.write_elsewhere):
                group.create_task(one())
            try:
                for shape in SHAPES:
                    await release(company, shape, accept_loss=True)
                    for _ in range(20):
                        await asyncio.sleep(0)
            finally:
                self._over = True


async def test_no_request_fails_while_fields_come_and_go(own_company: Clocked, migrated_url: str):
    await release(own_company, note_object())
    other = await own_company.another_process()
    async with serve(migrated_url, own_company) as api:
        load = Load(api, other)
        await load.beside(own_company)
    unknown_field = load.answers.pop("Invalid", 0)  # a value of a field that has just gone has no place any more
    assert set(load.answers) == {"GET 200", "POST 201", "PATCH 200", "AGGREGATE 200", "NoneType"}, load.answers
    assert min(load.answers.values()) > 10, load.answers
    assert unknown_field < load.answers["NoneType"]
    table = own_company.catalog.object("memo").table
    assert await own_company.rows(sa.select(sa.func.count().label("n")).select_from(table)) == [{"n": load.made}]


async def blinded(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let processes overlook that definitions have moved on, for so many requests: as if it happened just after."""
    fresh = CompanyRuntime.fresh

    async def looked_away(self: CompanyRuntime, revision: int, org: int) -> None:
        nonlocal times
        times -= 1
        if times < 0:
            await fresh(self, revision, org)

    monkeypatch.setattr(CompanyRuntime, "fresh", looked_away)


async def test_a_read_that_meets_a_changed_table_is_answered_with_the_newer_catalog(
    own_company: Clocked, migrated_url: str, monkeypatch: pytest.MonkeyPatch
):
    await release(own_company, note_object(worth=TEXT))
    async with serve(migrated_url, own_company) as api:
        admin = await api.sign_in("admin")
        body = {"group_by": [], "measures": [{"fn": "count"}], "filter": "worth != null"}
        assert (await admin.get("/objects/memo/records")).status_code == 200
        assert (await admin.post("/objects/memo/aggregate", json=body)).status_code == 200
        await release(own_company, note_object(worth=NUMBER))
        await blinded(monkeypatch, times=1)
        assert (await admin.post("/objects/memo/aggregate", json={**body, "filter": "worth == '1'"})).status_code == 422
        await release(own_company, note_object())
        await blinded(monkeypatch, times=1)
        answer = await admin.get("/objects/memo/records")
        assert answer.status_code == 200, answer.text


async def test_a_statement_that_no_catalog_mends_is_our_fault_and_says_so(own_company: Clocked, migrated_url: str):
    await release(own_company, note_object(worth=TEXT))
    async with serve(migrated_url, own_company) as api:
        admin = await api.sign_in("admin")
        assert (await admin.get("/objects/memo/records")).status_code == 200
        drop = f'ALTER TABLE "{own_company.company.schema}".memo DROP COLUMN worth'
        async with own_company.database.autocommit() as session:
            await session.execute(Statement(drop, "test", prepared=False))
        problem(await admin.get("/objects/memo/records"), 500, "internal")
        made = await admin.post("/objects/memo/records", json={"title": "x"})
        problem(made, 500, "internal")
