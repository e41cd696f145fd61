"""Tables of real companies import whole over HTTP alone: a CRM's, a shop's, and Chinese companies with their places.

Each table's object is made by `POST /catalog/apply`, its columns are guessed, and what has arrived is read back through
the API and held against the file as the standard library reads it, cell by cell.

The files are public and not ours to ship: CLOSELOOP_REAL_DATA says where they are, else these tests are left out.
"""

import asyncio
import csv
import io
import json
import os
import re
from collections import Counter
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
            "kind": "text", "name": "text", "category": "text", "address": "long_text", "phone": "text",
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
FOLDERS = ("maven_crm", "superstore", "zh_companies_geo")
COMPARED = {"account", "product", "seller"}
"""Objects that others name records of: their titles are compared, and looked up, in their normal form."""


def definition(name: str) -> dict[str, Any]:
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
    return body


@pytest.fixture(scope="module")
async def admin(database: Database, migrated_url: str) -> AsyncGenerator[httpx.AsyncClient]:
    """Return an administrator's client, after the objects have been made and all tables imported."""
    if not await asyncio.to_thread(FOLDER.is_dir):
        pytest.skip(f"the real tables are not there: {FOLDER}")
    async with fresh_company(database) as company, serve(migrated_url, company) as api:
        client = await api.sign_in("admin")
        changes = [{"put": {"kind": "object", "key": name, "body": definition(name)}} for name in OBJECTS]
        made = await client.post("/catalog/apply", json={"changes": changes})
        assert made.status_code == 200, made.text
        assert {one["key"] for one in made.json()["definitions"]} == set(OBJECTS)
        await company.refresh()
        for name in OBJECTS:
            await import_all(name, company, api, client)
        yield client


async def import_all(name: str, company: Clocked, api: Api, admin: httpx.AsyncClient) -> None:
    """Import an object's table with the guessed mapping; every row must come in."""
    file = FOLDER / OBJECTS[name][0]
    form: dict[str, str] = {}
    if file.suffix == ".txt":  # a list without a header: there is nothing to guess by
        form = {"options": json.dumps({"header": False, "separator": "\t"}), "mapping": json.dumps({"1": "name"})}
    sent = {"file": (file.name, file.read_bytes())}
    dry = await admin.post(f"/objects/{name}/import", params={"dry_run": "true"}, files=sent, data=form)
    assert dry.status_code == 200, dry.text
    assert dry.json()["error_count"] == 0, dry.json()["errors"]
    assert [column["field"] for column in dry.json()["columns"]] == list(OBJECTS[name][2])
    answer = await admin.post(f"/objects/{name}/import", files=sent, data=form)
    assert answer.status_code == 202, answer.text
    await work_off(company, JobRunner((ImportJob(api.app.state.files),)))
    job = (await admin.get(f"/jobs/{answer.json()['id']}")).json()
    assert (job["state"], job["errors"]) == ("done", []), name
    assert job["progress"] == job["total"] == len(rows_of(name))


def test_no_table_of_the_folders_is_left_out():
    if not FOLDER.is_dir():
        pytest.skip(f"the real tables are not there: {FOLDER}")
    there = {f"{folder}/{file.name}" for folder in FOLDERS for file in (FOLDER / folder).iterdir()}
    assert there == {path for path, _, _ in OBJECTS.values()}


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


STEP = Decimal("0.0001")
"""Decimals and amounts have four places."""
NUMBERS = ("money", "integer", "decimal", "percent")


def read(kind: str, cell: str) -> Any:
    """Return what a cell of a file means, read without any of the product's code."""
    text = cell.strip()
    if not text:
        return None
    if kind in NUMBERS:
        number = Decimal(text.rstrip("%")) / (100 if text.endswith("%") else 1)
        return number.quantize(STEP, ROUND_HALF_UP) if kind in ("money", "decimal") else number.normalize()
    if kind == "date" and "/" in text:
        month, day, year = map(int, text.split("/"))
        return date(year, month, day).isoformat()
    if kind in OBJECTS:  # the file writes one product with and without its space
        return text.replace(" ", "")
    return text if kind == "long_text" else re.sub(r"\s+", " ", text)  # `text` is one line with single spaces


async def exported(admin: httpx.AsyncClient, name: str) -> list[dict[str, str]]:
    """Return all records of an object as its export has them."""
    asked = {"fields": ",".join(OBJECTS[name][2])}
    answer = await admin.get(f"/objects/{name}/export", params=asked)
    assert answer.status_code == 200, answer.text
    text = answer.text.removeprefix("\ufeff")
    _, *rows = csv.reader(io.StringIO(text, newline=""))
    return [dict(zip(OBJECTS[name][2], row, strict=True)) for row in rows]


@pytest.mark.parametrize("name", OBJECTS)
async def test_every_cell_of_the_file_is_there_as_the_file_has_it(admin: httpx.AsyncClient, name: str):
    columns = OBJECTS[name][2]

    def means(rows: list[dict[str, str]]) -> Counter[tuple[Any, ...]]:
        return Counter(tuple(read(kind, row[column]) for column, kind in columns.items()) for row in rows)

    given, there = means(rows_of(name)), means(await exported(admin, name))
    assert not given - there, (next(iter(given - there)), next(iter(there - given), None))
    assert not there - given, next(iter(there - given))


@pytest.mark.parametrize("name", OBJECTS)
async def test_counts_and_sums_are_those_of_the_file(admin: httpx.AsyncClient, name: str):
    numbers = [column for column, kind in OBJECTS[name][2].items() if kind in NUMBERS]
    measures = [{"fn": "count"}, *({"fn": "sum", "field": column} for column in numbers)]
    answer = await admin.post(f"/objects/{name}/aggregate", json={"group_by": [], "measures": measures})
    assert answer.status_code == 200, answer.text
    (group,) = answer.json()["groups"]
    rows = rows_of(name)
    count, *sums = group["values"]
    assert count == len(rows)
    for column, total in zip(numbers, sums, strict=True):
        cells = [read(OBJECTS[name][2][column], row[column]) for row in rows]
        assert Decimal(total) == sum(one for one in cells if one is not None), column


async def test_a_deal_points_to_its_product_though_the_file_writes_it_otherwise(admin: httpx.AsyncClient):
    wanted = next(row for row in rows_of("deal") if row["product"] == "GTXPro" and row["account"])
    asked = {"filter": f"opportunity_id == '{wanted['opportunity_id']}'"}
    (deal,) = (await admin.get("/objects/deal/records", params=asked)).json()["items"]
    assert deal["product"]["label"] == "GTX Pro"
    assert deal["account"]["label"] == wanted["account"]
    account = (await admin.get(f"/objects/account/records/{deal['account']['id']}")).json()
    (given,) = [row for row in rows_of("account") if row["account"] == wanted["account"]]
    assert (account["sector"], Decimal(account["revenue"])) == (given["sector"], Decimal(given["revenue"]))


async def test_records_are_counted_by_what_they_point_to(admin: httpx.AsyncClient):
    body = {"group_by": ["sales_agent"], "measures": [{"fn": "count"}, {"fn": "sum", "field": "close_value"}]}
    groups = (await admin.post("/objects/deal/aggregate", json=body)).json()["groups"]
    there = {one["key"]["sales_agent"]["label"]: (one["values"][0], Decimal(one["values"][1] or 0)) for one in groups}
    given: dict[str, tuple[int, Decimal]] = {}
    for row in rows_of("deal"):
        count, total = given.get(row["sales_agent"], (0, Decimal()))
        given[row["sales_agent"]] = (count + 1, total + Decimal(row["close_value"] or 0))
    assert there == given
