"""Bringing an installation up to date: once is enough, twice changes nothing, a new version is a new release."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.support.company import DEMO, Clocked, sales_app

from closeloop.catalog.companies import load_companies
from closeloop.catalog.model import Company
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.runtime import install as installing
from closeloop.runtime.app_files import APPS, read_definitions
from closeloop.runtime.install import install, prepare_companies

pytestmark = pytest.mark.db


def with_target(target: str) -> list[Body]:
    """Return the app's definitions with another target of its first clock."""
    return [
        replace(one, body={**one.body, "target": target}) if (one.kind, one.key) == ("clock", "first_touch") else one
        for one in sales_app()
    ]


async def releases(company: Clocked) -> list[int]:
    return [row["number"] for row in await company.system_rows("release")]


async def test_a_demo_company_that_is_to_have_a_past_is_not_made_without_it(
    own_company: Clocked, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A kill between the company and its past would leave a company that nobody makes again."""
    whole = (DEMO / "company.yaml").read_text()
    (tmp_path / "company.yaml").write_text(whole.replace("key: demo", "key: cut-off", 1))
    ask = installing.ask_for_history

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    async def made() -> list[Company]:
        async with database.autocommit() as session:
            return [one for one in await load_companies(session) if one.key == "cut-off"]

    async def make() -> None:
        await installing._make_demo(database, own_company.clock, "sales", tmp_path, list(sales_app()), history=True)

    monkeypatch.setattr(installing, "ask_for_history", killed)
    with pytest.raises(asyncio.CancelledError):
        await make()
    assert await made() == []
    monkeypatch.setattr(installing, "ask_for_history", ask)
    await make()
    (company,) = await made()
    (job,) = await Clocked(company, database, own_company.clock).system_rows("job")
    assert (job["kind"], job["state"]) == (installing.HISTORY, "running")
    async with database.autocommit() as session:
        await session.execute(Statement("DELETE FROM platform.company WHERE id = %s", "test"), [company.id])
        await session.execute(Statement(f"DROP SCHEMA {company.schema} CASCADE", "test", prepared=False))


async def test_the_same_definitions_again_change_nothing(own_company: Clocked, database: Database):
    await install(database, own_company.clock, own_company.company, list(sales_app()), app="sales")
    assert await releases(own_company) == [1]


async def test_new_content_is_a_new_release_that_every_process_sees(own_company: Clocked, database: Database):
    other = await own_company.another_process()
    before = await own_company.lead()
    await install(database, own_company.clock, own_company.company, with_target("45m"), app="sales")
    assert await releases(own_company) == [1, 2]
    after = await other.lead()
    minutes = {
        str(row["record"]): (row["due_at"] - row["started_at"]).total_seconds() / 60
        for row in await own_company.system_rows("clock", policy="first_touch")
    }
    assert (minutes[str(before["id"])], minutes[str(after["id"])]) == (30, 45)
    versions = [row["version"] for row in await own_company.system_rows("definition", key="first_touch")]
    assert sorted(versions) == [1, 2]


async def test_a_field_that_is_new_is_there_for_records_old_and_new(own_company: Clocked, database: Database):
    old = await own_company.lead()
    lead = next(one for one in sales_app() if (one.kind, one.key) == ("object", "lead"))
    more = {**lead.body, "fields": {**lead.body["fields"], "fax": {"type": "phone", "label": "传真"}}}
    bodies = [Body("object", "lead", more) if one is lead else one for one in sales_app()]
    await install(database, own_company.clock, own_company.company, bodies, app="sales")
    new = await own_company.lead(fax="010-65551234")
    assert new["fax"] == "010-65551234"
    assert (await own_company.record("lead", old["id"]))["fax"] is None


async def test_a_faulty_definition_leaves_all_as_it_was(own_company: Clocked, database: Database):
    with pytest.raises(Exception, match="first_touch"):
        await install(database, own_company.clock, own_company.company, with_target("soon"), app="sales")
    assert await releases(own_company) == [1]
    assert (await own_company.lead())["owner"] is not None


async def test_preparing_keeps_the_company_and_brings_it_to_the_shipped_app(
    own_company: Clocked, database: Database, monkeypatch: pytest.MonkeyPatch
):
    async def only_this(_: object):
        return [own_company.company]

    monkeypatch.setattr(installing, "load_companies", only_this)
    await install(database, own_company.clock, own_company.company, with_target("45m"), app="sales")
    await prepare_companies(database, own_company.clock, demo=True)
    await prepare_companies(database, own_company.clock, demo=True)
    assert await releases(own_company) == [1, 2, 3]
    await own_company.refresh()
    shipped = next(one.body for one in read_definitions(APPS / "sales") if one.key == "first_touch")
    current = next(one for one in own_company.catalog.definitions["clock"] if one.key == "first_touch")
    assert current.body == shipped


async def test_two_that_install_at_once_make_one_release(own_company: Clocked, database: Database):
    await asyncio.gather(
        *(install(database, own_company.clock, own_company.company, with_target("45m"), app="sales") for _ in range(3)),
        return_exceptions=True,
    )
    assert await releases(own_company) == [1, 2]


async def test_normal_forms_and_search_tokens_of_an_older_version_are_made_anew(
    database: Database, own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    async def only_this(_: object):
        return [own_company.company]

    monkeypatch.setattr(installing, "load_companies", only_this)
    lead = await own_company.lead(company="云启科技股份有限公司")
    table, state = own_company.catalog.object("lead").table, own_company.tables.state
    await own_company.change(
        sa.update(table)
        .where(table.c.id == lead["id"])
        .values(sys_norm_company="云启科技股份有限公司", sys_search=["云", "启", "云启", "yq"]),
        sa.update(state).values(forms=0),
    )
    await prepare_companies(database, own_company.clock, demo=True)
    made = await own_company.record("lead", lead["id"])
    assert made["sys_norm_company"] == "云启科技"
    assert "yunqi" in made["sys_search"]
    later = await own_company.lead(company="云启科技")
    assert await own_company.system_rows("event", type="record.flagged", record=later["id"])
    assert not await own_company.system_rows("fill")
