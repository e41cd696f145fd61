"""Bring an installation up to date before it serves: platform tables, companies' schemas, apps, the demo company."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
import structlog

from closeloop.access.passwords import hash_password
from closeloop.base.clock import Clock, SystemClock
from closeloop.base.ids import new_id
from closeloop.base.settings import Settings
from closeloop.catalog.companies import load_companies
from closeloop.catalog.model import Company
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Body, load_release, next_release, release_calls
from closeloop.db.engine import Database
from closeloop.db.errors import retrying
from closeloop.db.statement import Params, Statement, insert_rows
from closeloop.db.system_tables import KERNEL_VERSION, SystemTables, system_tables
from closeloop.db.unit_of_work import Transaction
from closeloop.runtime.app_files import APPS, read_definitions, read_yaml
from closeloop.runtime.kernel import KINDS
from closeloop.schema.apply import apply, create_schema, finish, make_plan
from closeloop.schema.platform.migrate import migrate

DEMO_PASSWORD = "closeloop-demo"  # noqa: S105 - published in the README, for the demo company only
DEMO = APPS / "sales" / "demo"

_INSERT_COMPANY = Statement(
    "INSERT INTO platform.company (id, key, name, schema_name, time_zone, currency, locale, kernel_version, created_at,"
    " state) VALUES (%(id)s, %(key)s, %(name)s, %(schema)s, %(zone)s, %(currency)s, %(locale)s, %(kernel)s, %(at)s,"
    " 'active')",
    "new company",
)

_log = structlog.stdlib.get_logger()


async def prepare(settings: Settings, url: str) -> None:
    """Make the installation ready to serve; running it again changes nothing that is up to date.

    A kill in the middle leaves each company either before or after its change; the next run goes on.
    """
    await migrate(settings.ddl_url or url)
    database = Database(settings.ddl_url or url, min_size=1, max_size=4, application_name="closeloop-install")
    await database.open()
    try:
        await prepare_companies(database, SystemClock(), demo=settings.demo)
    finally:
        await database.close()


async def prepare_companies(database: Database, clock: Clock, *, demo: bool) -> None:
    """Bring every company to the shipped apps' present definitions; make the demo company where there is none."""
    async with database.autocommit() as session:
        companies = await load_companies(session)
    app = read_definitions(APPS / "sales")
    if demo and not companies:
        await create_company(database, clock, read_yaml(DEMO / "company.yaml"), [*app, *read_definitions(DEMO)])
        return
    for company in companies:
        await retrying(lambda company=company: install(database, clock, company, app, app="sales"))


async def create_company(database: Database, clock: Clock, content: dict[str, Any], bodies: Iterable[Body]) -> Company:
    """Create a company with its schema, its people and the given definitions.

    `content` is a company file: `company`, `departments` and `people` as in an app's demo folder.
    """
    head = content["company"]
    company_id = new_id(clock)
    company = Company(
        id=company_id,
        key=head["key"],
        name=head["name"],
        schema=f"t_{company_id.hex[-12:]}",
        time_zone=head["time_zone"],
        currency=head["currency"],
        locale=head["locale"],
    )
    tables = system_tables(company.schema)
    async with database.transaction() as tx:
        await create_schema(tx, company.schema)
        await apply(tx, company.schema, await make_plan(tx, company.schema, tables.all()))
        calls: list[tuple[Statement, Params]] = [
            _insert_one(tables, "state", [{"id": 1, "release": 0, "org": 1}]),
            *_people_calls(tables, clock, content, head["locale"]),
            (
                _INSERT_COMPANY,
                {
                    "id": company.id,
                    "key": company.key,
                    "name": company.name,
                    "schema": company.schema,
                    "zone": company.time_zone,
                    "currency": company.currency,
                    "locale": company.locale,
                    "kernel": KERNEL_VERSION,
                    "at": clock.now(),
                },
            ),
        ]
        await tx.fetch_many(calls)
        planned = await _install(tx, clock, company, list(bodies), app="sales")
    await finish(database, company.schema, planned)
    _log.info("company created", company=company.key, schema=company.schema)
    return company


async def install(database: Database, clock: Clock, company: Company, bodies: list[Body], *, app: str) -> None:
    """Make the bodies the company's present definitions and its tables what they say; nothing new is a no-op."""
    async with database.transaction() as tx:
        planned = await _install(tx, clock, company, bodies, app=app)
    await finish(database, company.schema, planned)


async def _install(tx: Transaction, clock: Clock, company: Company, bodies: list[Body], *, app: str) -> Any:
    tables = system_tables(company.schema)
    number, present = await load_release(tx, tables)
    definitions, fresh = next_release(present, bodies, clock)
    catalog = Snapshot(company, number + 1 if fresh else number, definitions, KINDS)
    planned = await make_plan(tx, company.schema, [*tables.all(), *catalog.tables.tables.values()])
    await apply(tx, company.schema, planned)
    if fresh:
        calls = release_calls(
            tables, number + 1, definitions, fresh, now=clock.now(), by=None, app=app, note=f"install {app}"
        )
        await tx.fetch_many(calls)
        _log.info("definitions installed", company=company.key, release=number + 1, new=len(fresh))
    return planned


def _people_calls(
    tables: SystemTables, clock: Clock, content: dict[str, Any], locale: str
) -> list[tuple[Statement, Params]]:
    """Return the statements that make departments and people, with the demo's password for all of them."""
    password = hash_password(DEMO_PASSWORD)
    people = {one["login"]: new_id(clock) for one in content["people"]}
    departments: dict[str, UUID] = {one["key"]: new_id(clock) for one in content["departments"]}
    rows: dict[str, list[dict[str, Any]]] = {
        "department": [
            {
                "id": departments[one["key"]],
                "key": one["key"],
                "name": one["name"],
                "parent": departments[one["parent"]] if "parent" in one else None,
                "head": people[one["head"]] if "head" in one else None,
            }
            for one in content["departments"]
        ],
        "person": [
            {
                "id": people[one["login"]],
                "login": one["login"],
                "name": one["name"],
                "password": password,
                "active": True,
                "on_duty": True,
                "quota_open": one.get("quota_open"),
                "quota_daily": one.get("quota_daily"),
                "city": one.get("city"),
                "locale": locale,
                "failures": 0,
                "locked_until": None,
                "created_at": clock.now(),
            }
            for one in content["people"]
        ],
        "membership": [
            {"person": people[one["login"]], "department": departments[key], "main": i == 0}
            for one in content["people"]
            for i, key in enumerate(one["departments"])
        ],
        "grant": [{"person": people[one["login"]], "role": role} for one in content["people"] for role in one["roles"]],
    }
    return [_insert_one(tables, name, some) for name, some in rows.items()]


def _insert_one(tables: SystemTables, name: str, rows: list[dict[str, Any]]) -> tuple[Statement, Params]:
    return insert_rows(getattr(tables, name), list(rows[0])), [orjson.dumps(rows).decode()]
