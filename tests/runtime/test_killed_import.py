"""A worker that is killed in the middle of an import, by SIGKILL: the next one goes on, no row is lost or double."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql
from tests.runtime.system import System
from tests.runtime.waiting import eventually

pytestmark = [pytest.mark.db, pytest.mark.embedded]

ROWS = 3000
AGAIN = 50
"""Every so many-th row has the phone of an earlier one, and the one behind it none that is right."""
KILLS = (1, 900, 1800)
"""Rows after which the worker is killed; the chunk behind them is then under way."""


def phone(number: int) -> str:
    return f"136{number:08d}"


def table() -> tuple[bytes, set[str]]:
    """Return a file, and the phones of which a lead must come out of it."""
    lines, phones = ["手机号,公司名称"], set[str]()
    for number in range(ROWS):
        match number % AGAIN:
            case 10:
                given = phone(number - 5)
            case 11:
                given = "no number"
            case _:
                given = phone(number)
                phones.add(given)
        lines.append(f"{given},公司{number}")
    return "\n".join(lines).encode(), phones


@dataclass
class Tables:
    """The company's tables, looked into from outside."""

    url: str

    def rows(self, query: str, *params: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            (schema,) = connection.execute("SELECT schema_name FROM platform.company").fetchone() or ("",)
            connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)))
            found = connection.execute(query.encode(), params)
            return found.fetchall() if found.description else []

    def progress(self) -> int:
        ((done,),) = self.rows("SELECT progress FROM sys_job")
        return done

    def let_the_lease_end(self) -> None:
        """Let the half minute pass in which a job is left to a worker that may be alive."""
        self.rows("UPDATE sys_job SET next_at = created_at, lease_until = created_at WHERE state = 'running'")


async def test_an_import_goes_on_where_it_was_each_time_its_worker_is_killed(system: System):
    tables = Tables(system.database.url)
    content, phones = table()
    async with httpx.AsyncClient(base_url=f"{system.url}/api/v1", timeout=60) as client:
        await client.post("/session", json={"login": "admin", "password": "closeloop-demo"})
        mapping = json.dumps({"手机号": "phone", "公司名称": "company"})
        sent = {"file": ("leads.csv", content)}
        answer = await client.post("/objects/lead/import", files=sent, data={"mapping": mapping})
        assert answer.status_code == 202, answer.text
        place = f"/jobs/{answer.json()['id']}"
        for rows in KILLS:
            await asyncio.to_thread(eventually, lambda rows=rows: tables.progress() >= rows)
            await asyncio.to_thread(system.kill, "worker")
            assert rows <= tables.progress() < ROWS, "it was over before it was killed"
            tables.let_the_lease_end()
        await asyncio.to_thread(eventually, lambda: tables.progress() == ROWS, 60)
        await asyncio.to_thread(eventually, lambda: tables.rows("SELECT state FROM sys_job") == [("done",)])
        job = (await client.get(place)).json()

    wrong = joined = ROWS // AGAIN
    assert job["counts"] == {"created": len(phones), "joined": joined, "failed": wrong}
    assert (job["progress"], job["total"], job["error_count"]) == (ROWS, ROWS, wrong)
    assert sorted(one for (one,) in tables.rows("SELECT phone FROM lead")) == sorted(phones)
    assert tables.rows("SELECT count(*), count(DISTINCT row) FROM sys_job_error") == [(wrong, wrong)]
    assert tables.rows("SELECT count(*) FROM lead WHERE score IS NULL") == [(0,)]
    each = [(len(phones), len(phones))]
    assert tables.rows("SELECT count(*), count(DISTINCT record) FROM sys_event WHERE type = 'record.created'") == each
    assert tables.rows("SELECT count(*), count(DISTINCT record) FROM sys_stage_stay") == each
