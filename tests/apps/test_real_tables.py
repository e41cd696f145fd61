"""Tables of real companies import whole: a CRM's, a shop's, and Chinese companies with their places.

The files are public and not ours to ship: CLOSELOOP_REAL_DATA says where they are, else these tests are left out.
"""

import asyncio
import csv
import json
import os
from collections.abc import AsyncGenerator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.company import Clocked, fresh_company
from tests.support.jobs import work_off
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.runtime.importing import ImportJob
from closeloop.runtime.job_runner import JobRunner

pytestmark = pytest.mark.db

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("CLOSELOOP_REAL_DATA") or ROOT / ".." / "shared" / "data")

OBJECTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "account": (
        "maven_crm/accounts.csv",
        "account",
        {
            "account": "text", "sector": "text", "year_established": "integer", "revenue": "money",
            "employees": "integer", "office_location": "text", "subsidiary_of": "text",
        },
    ),
    "product": (
        "maven_crm/products.csv", "product", {"product": "text", "series": "text", "sales_price": "money"},
    ),
    "seller": (
        "maven_crm/sales_teams.csv", "sales_agent",
        {"sales_agent": "text", "manager": "text", "regional_office": "text"},
    ),
    "term": ("maven_crm/data_dictionary.csv", "field", {"table": "text", "field": "text", "description": "text"}),
    "deal": (
        "maven_crm/sales_pipeline_asof_2017-10-01.csv", "opportunity_id",
        {
            "opportunity_id": "text", "sales_agent": "seller", "product": "product", "account": "account",
            "deal_stage": "text", "engage_date": "date", "close_date": "date", "close_value": "money",
        },
    ),
    "sale": (
        "superstore/superstore_2016_2018.csv", "order_id",
        {
            "row_id": "integer", "order_id": "text", "order_date": "date", "ship_date": "date", "ship_mode": "text",
            "customer_id": "text", "customer_name": "text", "segment": "text", "country": "text", "city": "text",
            "state": "text", "postal_code": "text", "region": "text", "product_id": "text", "category": "text",
            "sub_category": "text", "product_name": "text", "sales": "money", "quantity": "integer",
            "discount": "percent", "profit": "money",
        },
    ),
    "business": (
        "zh_companies_geo/beijing_businesses_crosswoz.csv", "name",
        {
            "kind": "text", "name": "text", "category": "text", "address": "text", "phone": "text",
            "avg_price": "money", "rating": "decimal",
        },
    ),
    "area": (
        "zh_companies_geo/cn_adcodes_lnglat_cpca.csv", "name",
        {"adcode": "text", "name": "text", "longitude": "decimal", "latitude": "decimal"},
    ),
    "dealer": (
        "zh_companies_geo/dealers_cn_375.csv", "dealername",
        {"city": "text", "dealername": "text", "dealeraddress": "text", "lng": "decimal", "lat": "decimal"},
    ),
    "short_name": ("zh_companies_geo/company_short_names_3000.txt", "name", {"name": "text"}),
}  # fmt: skip
"""What a table becomes: its file, the title, and each column's type, or the object that it names a record of."""
COMPARED = {"account", "product", "seller"}
"""Objects that others name records of: their titles are compared, and looked up, in their normal form."""


def definition(name: str) -> Body:
    _, title, columns = OBJECTS[name]
    fields: dict[str, Any] = {}
    for column, kind in columns.items():
        is_object = kind in OBJECTS
        fields[column] = {"type": "relation" if is_object else kind, "label": {"zh-CN": column.replace("_", " ")}}
        if is_object:
            fields[column]["object"] = kind
    body: dict[str, Any] = {"object": name, "label": {"zh-CN": name}, "title": title, "fields": fields}
    if name in COMPARED:
        body["duplicates"] = [{"match": [title], "then": "flag"}]
    return Body("object", name, body)


@pytest.fixture(scope="module")
async def shop(database: Database, migrated_url: str) -> AsyncGenerator[tuple[Clocked, Api, httpx.AsyncClient]]:
    """Return a company with the objects and an administrator, after all tables have been imported."""
    if not await asyncio.to_thread(FOLDER.is_dir):
        pytest.skip(f"the real tables are not there: {FOLDER}")
    async with (
        fresh_company(database, *(definition(name) for name in OBJECTS)) as company,
        serve(migrated_url, company) as api,
    ):
        admin = await api.sign_in("admin")
        for name in OBJECTS:
            await import_all(name, company, api, admin)
        yield company, api, admin


async def import_all(name: str, company: Clocked, api: Api, admin: httpx.AsyncClient) -> None:
    """Import an object's table with the guessed mapping; every row must come in."""
    file = FOLDER / OBJECTS[name][0]
    form: dict[str, str] = {}
    if file.suffix == ".txt":
        form = {"options": json.dumps({"header": False, "separator": "\t"}), "mapping": json.dumps({"1": "name"})}
    sent = {"file": (file.name, file.read_bytes())}
    dry = await admin.post(f"/objects/{name}/import", params={"dry_run": "true"}, files=sent, data=form)
    assert dry.status_code == 200, dry.text
    assert dry.json()["error_count"] == 0, dry.json()["errors"]
    answer = await admin.post(f"/objects/{name}/import", files=sent, data=form)
    assert answer.status_code == 202, answer.text
    await work_off(company, JobRunner((ImportJob(api.app.state.files),)))
    job = (await admin.get(f"/jobs/{answer.json()['id']}")).json()
    assert (job["state"], job["errors"]) == ("done", []), name
    assert job["progress"] == job["total"] == len(rows_of(name))


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the file's rows as the standard library reads them."""
    path, title, _ = OBJECTS[name]
    with (FOLDER / path).open(encoding="utf-8-sig", newline="") as file:
        if path.endswith(".txt"):
            return [{title: line.strip()} for line in file if line.strip()]
        return [
            {key.lower().replace(" ", "_").replace("-", "_"): v for key, v in row.items()}
            for row in csv.DictReader(file)
        ]


Shop = tuple[Clocked, Api, httpx.AsyncClient]


async def stored(company: Clocked, name: str) -> list[dict[str, Any]]:
    return await company.rows(company.catalog.object(name).table.select())


def cents(values: list[str]) -> Decimal:
    step = Decimal("0.0001")
    return sum((Decimal(value).quantize(step, ROUND_HALF_UP) for value in values if value), Decimal())


async def test_every_row_and_every_amount_is_there(shop: Shop):
    company, _, _ = shop
    for name, (_, _, columns) in OBJECTS.items():
        there, given = await stored(company, name), rows_of(name)
        assert len(there) == len(given), name
        for column, kind in columns.items():
            filled = [row[column] for row in given if row[column].strip()]
            assert sum(row[column] is not None for row in there) == len(filled), (name, column)
            if kind in ("money", "integer", "decimal", "percent"):
                assert sum(Decimal(row[column]) for row in there if row[column] is not None) == cents(filled)


async def test_deals_point_to_their_products_though_the_file_writes_one_of_them_otherwise(shop: Shop):
    company, _, _ = shop
    products = {row["id"]: row["product"] for row in await stored(company, "product")}
    accounts = {row["id"]: row["account"] for row in await stored(company, "account")}
    deals = {row["opportunity_id"]: row for row in await stored(company, "deal")}
    for row in rows_of("deal"):
        deal = deals[row["opportunity_id"]]
        assert products[deal["product"]].replace(" ", "") == row["product"].replace(" ", "")
        assert accounts.get(deal["account"]) == (row["account"] or None)
        assert str(deal["close_date"] or "") == row["close_date"]


async def test_american_days_are_read_as_such(shop: Shop):
    company, _, _ = shop
    sales = {row["row_id"]: row for row in await stored(company, "sale")}
    for row in rows_of("sale"):
        month, day, year = map(int, row["order_date"].split("/"))
        assert sales[int(row["row_id"])]["order_date"] == date(year, month, day)


async def test_what_was_imported_is_exported_as_it_was(shop: Shop):
    _, _, admin = shop
    fields = "opportunity_id,sales_agent,account,deal_stage,engage_date,close_value"
    answer = await admin.get("/objects/deal/export", params={"fields": fields, "sort": "opportunity_id"})
    there = list(csv.reader(answer.text.removeprefix("\ufeff").splitlines()))[1:]
    given = sorted([row[name] for name in fields.split(",")] for row in rows_of("deal"))
    assert sorted(there) == given
