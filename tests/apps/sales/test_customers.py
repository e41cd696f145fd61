"""Customers, contacts and opportunities of the sales app: who sees them, how an opportunity moves, how they come."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tests.support.company import START, Clocked, a_phone, company_content, fresh_company, sales_app
from tests.support.web import Api

from closeloop.base.clock import FrozenClock
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.runtime.install import create_company, install

pytestmark = pytest.mark.http

NEWER = ("customer", "contact", "opportunity")
ELEMENTS = {"customer_systems": "ERP", "acceptance_criteria": "运行三个月"}


async def made(client: httpx.AsyncClient, what: str, **values: Any) -> dict[str, Any]:
    answer = await client.post(f"/objects/{what}/records", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_an_opportunity_goes_its_way_stage_by_stage(api: Api):
    client = await api.signed_in("sales1")
    customer = await made(client, "customer", name="启明精机有限公司", phone="0512-65551234")
    contact = await made(client, "contact", name="赵敏", customer=customer["id"], phone=a_phone())
    deal = await made(
        client, "opportunity", name="一期", customer=customer["id"], contact=contact["id"], source="website"
    )
    assert (deal["stage"], deal["currency"], deal["owner"]["label"]) == ("contact", "CNY", "林晓")
    at = f"/objects/opportunity/records/{deal['id']}"

    async def move(to: str, **values: Any) -> httpx.Response:
        return await client.post(f"{at}/transition", json={"to": to, "values": values})

    skipped = await move("proposal", **ELEMENTS)
    assert (skipped.status_code, skipped.json()["code"]) == (422, "no_skipping")
    assert (await move("needs")).status_code == 200
    closed = await move("proposal", **ELEMENTS)
    assert closed.json()["code"] == "gate_unmet"
    assert [one["field"] for one in closed.json()["unmet"]] == ["decision_chart"]
    chart = await client.post("/files", files={"file": ("chart.txt", b"who decides", "text/plain")})
    assert (await move("proposal", **ELEMENTS, decision_chart=[chart.json()["id"]])).status_code == 200
    assert (await move("negotiation", amount="120000", expected_close="2026-06-30")).status_code == 200
    assert [one["field"] for one in (await move("lost")).json()["unmet"]] == ["lost_reason"]
    assert (await move("contract")).status_code == 200
    assert (await client.get(f"/objects/customer/records/{customer['id']}")).json()["open_amount"] == "120000"
    values = {"name": "海外", "customer": customer["id"], "contact": contact["id"], "source": "website"}
    await made(client, "opportunity", **values, amount="900", currency="USD")
    assert (await move("won")).status_code == 200
    after = (await client.get(f"/objects/customer/records/{customer['id']}")).json()
    assert (after["open_amount"], after["won_amount"]) == ("0", "120000")


async def test_one_sees_ones_own_a_manager_those_below_a_director_all(api: Api):
    client = await api.signed_in("sales2")
    customer = await made(client, "customer", name="远山重工")
    for login, status in (
        ("sales2", 200),
        ("manager1", 200),
        ("director", 200),
        ("sales3", 404),
        ("finance1", 200),
        ("guest1", 404),
    ):
        answer = await (await api.signed_in(login)).get(f"/objects/customer/records/{customer['id']}")
        assert answer.status_code == status, login
    assert (await client.delete(f"/objects/customer/records/{customer['id']}")).status_code == 403


async def test_every_view_of_the_new_objects_answers(api: Api):
    client = await api.signed_in("manager1")
    for name in NEWER:
        for view in (await client.get(f"/objects/{name}/views")).json()["items"]:
            answer = await client.get(f"/objects/{name}/records", params={"view": view["key"], "count": True})
            assert answer.status_code == 200, answer.text


def _first_version() -> list[Body]:
    """Return the app as it was before there were customers."""
    bodies: list[Body] = []
    for one in sales_app():
        body = one.body
        newer = one.key in (*NEWER, "todo_agreed", "sales") and one.kind in ("object", "pipeline", "rule", "desk")
        if newer or body.get("on") in NEWER:
            continue
        if one.kind == "role" and "objects" in body:
            grants = {name: grant for name, grant in body["objects"].items() if name not in NEWER}
            if one.key == "support":
                grants = {}
            for name, grant in grants.items():
                levels = {n: level for n, level in grant.get("fields", {}).items() if n not in NEWER}
                read = grant.get("read")
                if isinstance(read, list):
                    read = [reach for reach in read if reach.partition(".")[0] not in NEWER]
                grants[name] = {**grant, "read": read, "fields": levels}
            body = {**body, "objects": grants}
        if one.kind == "object":
            fields = {n: f for n, f in body["fields"].items() if f.get("object") not in NEWER}
            rules = [one for one in body.get("duplicates", ()) if "in" not in one]
            body = {**body, "fields": fields, "duplicates": rules, "checks": []}
        if one.kind == "view":
            body = {**body, "columns": [name for name in body["columns"] if name not in NEWER]}
        if one.kind == "operation" and any("create" in step and step["create"] in NEWER for step in body["do"]):
            continue
        bodies.append(Body(one.kind, one.key, body))
    return bodies


@asynccontextmanager
async def older_company(database: Database) -> AsyncGenerator[Clocked]:
    usual = company_content()
    content = {**usual, "company": {**usual["company"], "key": "older"}}
    company = await create_company(database, FrozenClock(START), content, _first_version(), "sales")
    runtime = Clocked(company, database, FrozenClock(START))
    await runtime.refresh()
    yield runtime
    async with database.autocommit() as session:
        await session.execute(Statement("DELETE FROM platform.company WHERE id = %s", "test"), [company.id])
        await session.execute(Statement(f"DROP SCHEMA {company.schema} CASCADE", "test", prepared=False))


async def test_a_company_of_the_first_version_is_upgraded_with_its_leads(database: Database):
    async with older_company(database) as company:
        lead = await company.lead(company="老客户")
        assert "customer" not in company.catalog.objects
        await install(database, company.clock, company.company, list(sales_app()), app="sales")
        await company.refresh()
        assert set(NEWER) <= set(company.catalog.objects)
        after = await company.record("lead", lead["id"])
        assert {name: after[name] for name in lead} == lead
        async with fresh_company(database) as fresh:
            fields = {name: list(one.fields) for name, one in fresh.catalog.objects.items()}
        assert {name: list(one.fields) for name, one in company.catalog.objects.items()} == fields
