"""Bring an installation up to date before it serves: platform tables, companies' schemas, apps, the demo company."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog

from closeloop.access.passwords import hash_password
from closeloop.base.clock import Clock, FrozenClock, SystemClock
from closeloop.base.errors import Unavailable
from closeloop.base.ids import new_id
from closeloop.base.settings import Settings
from closeloop.catalog.companies import load_companies
from closeloop.catalog.model import Company
from closeloop.catalog.object_type import FORMS
from closeloop.catalog.releases import hash_of
from closeloop.catalog.store import Body, Present
from closeloop.db.engine import Database
from closeloop.db.statement import Params, Statement, compile_statement, insert_rows
from closeloop.db.system_tables import KERNEL_VERSION, SystemTables, system_tables
from closeloop.db.unit_of_work import Session, Transaction
from closeloop.runtime.app_files import APPS, demo_of, read_definitions, read_yaml, shipped_apps
from closeloop.runtime.jobs import RUNNING
from closeloop.runtime.mend import mend_tables, renew_forms
from closeloop.runtime.publish import (
    Decide,
    Order,
    is_kernel,
    order_of,
    patiently,
    publish,
    publish_in,
)
from closeloop.schema.apply import apply, create_schema, finish, make_plan
from closeloop.schema.plan import Plan
from closeloop.schema.platform.migrate import migrate

DEMO_PASSWORD = "closeloop-demo"  # noqa: S105 - published in the README, for demo companies only
HISTORY = "demo_history"
"""The job of a demo company that is still being given its past. No worker takes it up as one of its own."""

_INSERT_COMPANY = Statement(
    "INSERT INTO platform.company (id, key, name, schema_name, time_zone, currency, locale, host, kernel_version,"
    " created_at, state) VALUES (%(id)s, %(key)s, %(name)s, %(schema)s, %(zone)s, %(currency)s, %(locale)s, %(host)s,"
    " %(kernel)s, %(at)s, 'active')",
    "new company",
)

_KERNEL = Statement("SELECT kernel_version FROM platform.company WHERE id = %s", "kernel of a company")
_NEW_KERNEL = Statement("UPDATE platform.company SET kernel_version = %s WHERE id = %s", "new kernel of a company")

_log = structlog.stdlib.get_logger()


async def prepare(settings: Settings, url: str) -> None:
    """Make the installation ready to serve; running it again changes nothing that is up to date.

    A kill in the middle leaves each company either before or after its change; the next run goes on.
    """
    await migrate(settings.ddl_url or url)
    database = Database(settings.ddl_url or url, min_size=1, max_size=4, application_name="closeloop-install")
    await database.open()
    try:
        await prepare_companies(database, SystemClock(), demo=settings.demo, history=settings.demo_history)
    finally:
        await database.close()


async def prepare_companies(database: Database, clock: Clock, *, demo: bool, history: bool = False) -> None:
    """Bring every company to the shipped apps' present definitions; where there is none, make the apps' demo companies.

    With `history` a demo company begins as long ago as its file says; `runtime.history` goes on.
    """
    async with database.autocommit() as session:
        companies = await load_companies(session)
    shipped = {name: read_definitions(APPS / name) for name in shipped_apps()}
    if demo and not companies:
        for name, bodies in shipped.items():
            if (folder := demo_of(name)) is not None:
                await _make_demo(database, clock, name, folder, bodies, history=history)
        return
    for company in companies:
        try:
            await patiently(lambda company=company: _upgrade_kernel(database, company))
            for name in await _installed_apps(database, company):
                await install(database, clock, company, shipped.get(name, []), app=name)
            await mend_tables(database, company, clock)
            await renew_forms(database, clock, company)
        except Unavailable:
            raise  # the database, not the company
        except Exception:  # noqa: BLE001 - one company's fault must not keep the others from being served
            _log.exception("a company can't be brought up to date", company=company.key)


async def _make_demo(
    database: Database, clock: Clock, app: str, folder: Path, bodies: list[Body], *, history: bool
) -> None:
    content = read_yaml(folder / "company.yaml")
    days = content.get("history", 0) if history else 0
    began = FrozenClock(clock.now() - timedelta(days=days)) if days else clock
    async with database.transaction() as tx:
        made = await create_in(tx, began, content, [*bodies, *read_definitions(folder)], app)
        if days:  # or a start that is cut off in between would leave a company without its past for good
            await ask_for_history(tx, began, made, app, days)
    _log.info("company created", company=made.key, schema=made.schema)


async def ask_for_history(session: Session, began: Clock, company: Company, app: str, days: int) -> None:
    """Keep that the company is to be given a past as an app tells it: its administrator sees it as a job."""
    tables, now = system_tables(company.schema), began.now()
    admin = sa.select(tables.person.c.id).where(tables.person.c.login == "admin")
    row: dict[str, Any] = {
        "id": new_id(began),
        "kind": HISTORY,
        "state": RUNNING,
        "created_at": now,
        "started_at": now,
        "total": days,
        **dict.fromkeys(("attempts", "step", "progress", "errors"), 0),
        "params": {"app": app},
        "cursor": {},
    }
    found = await session.fetch_one(*compile_statement(admin, "administrator"))
    row["person"] = found[0] if found else None
    await session.execute(*_insert_one(tables, "job", [row]))


async def _installed_apps(database: Database, company: Company) -> list[str]:
    """Return the apps that the company has definitions of."""
    definition = system_tables(company.schema).definition
    query = sa.select(definition.c.app).where(definition.c.app.is_not(None)).distinct().order_by(definition.c.app)
    async with database.autocommit() as session:
        return [app for (app,) in await session.fetch(*compile_statement(query, "installed apps"))]


async def create_company(
    database: Database,
    clock: Clock,
    content: dict[str, Any],
    bodies: Iterable[Body],
    app: str,
    password: str = DEMO_PASSWORD,
) -> Company:
    """Create a company as `create_in` does, in a transaction of its own."""
    async with database.transaction() as tx:
        company = await create_in(tx, clock, content, bodies, app, password)
    _log.info("company created", company=company.key, schema=company.schema)
    return company


async def create_in(
    tx: Transaction,
    clock: Clock,
    content: dict[str, Any],
    bodies: Iterable[Body],
    app: str,
    password: str = DEMO_PASSWORD,
) -> Company:
    """Create a company with its schema, its people and an app's definitions; Conflict if its key or host is taken.

    `content` is a company file: `company`, `departments` and `people` as in an app's demo folder; all of the people
    get the one password.
    """
    company = _new_company(new_id(clock), content["company"])
    tables = system_tables(company.schema)
    await create_schema(tx, company.schema)
    await _kernel_tables(tx, company)
    registered = {
        "id": company.id,
        "key": company.key,
        "name": company.name,
        "schema": company.schema,
        "zone": company.time_zone,
        "currency": company.currency,
        "locale": company.locale,
        "host": company.host,
        "kernel": KERNEL_VERSION,
        "at": clock.now(),
    }
    await tx.fetch_many(
        [
            _insert_one(tables, "state", [{"id": 1, "release": 0, "org": 1, "revision": 0, "forms": FORMS}]),
            *_people_calls(tables, clock, content, company.locale, password),
            (_INSERT_COMPANY, registered),
        ]
    )
    await publish_in(tx, clock, company, order_of(bodies, app=app))
    return company


def _new_company(company_id: UUID, head: dict[str, Any]) -> Company:
    return Company(
        id=company_id,
        key=head["key"],
        name=head["name"],
        schema=f"t_{company_id.hex[-12:]}",
        time_zone=head["time_zone"],
        currency=head["currency"],
        locale=head["locale"],
        host=head.get("host"),
    )


async def install(database: Database, clock: Clock, company: Company, bodies: list[Body], *, app: str) -> None:
    """Bring a company to an app's definitions and its tables to what they say; nothing new is a no-op.

    What the company has changed stays as it is: the app's newer content is then kept as a version to choose.
    """
    made = await publish(database, clock, company, _upgrade(company, app, bodies), accept_loss=True)
    if made.fresh:
        _log.info("definitions installed", company=company.key, release=made.number, new=len(made.fresh))


async def _upgrade_kernel(database: Database, company: Company) -> None:
    async with database.transaction() as tx:
        planned = await _kernel_tables(tx, company)
        ((held,),) = await tx.fetch(_KERNEL, [company.id])
        if held < KERNEL_VERSION:
            await tx.execute(_NEW_KERNEL, [KERNEL_VERSION, company.id])
    await finish(database, company.schema, planned)


async def _kernel_tables(tx: Transaction, company: Company) -> Plan:
    """Bring the kernel's own tables to this version, before anything else is read from them."""
    planned = await make_plan(tx, company.schema, system_tables(company.schema).all(), among=is_kernel)
    await apply(tx, company.schema, planned)
    return planned


def _upgrade(company: Company, app: str, bodies: list[Body]) -> Decide:
    """Decide three ways: what the app brought last, what it brings now, and what the company has."""

    async def decide(tx: Transaction, present: Present) -> Order:
        definition = system_tables(company.schema).definition
        query = (
            sa.select(definition.c.kind, definition.c.key, definition.c.hash)
            .where(definition.c.app == app)
            .order_by(definition.c.kind, definition.c.key, definition.c.version)
        )
        rows = await tx.fetch(*compile_statement(query, "what an app brought"))
        last = {(kind, key): hash_ for kind, key, hash_ in rows}
        taken: list[Body] = []
        offers: list[Body] = []
        for body in bodies:
            place = (body.kind, body.key)
            here = present.by_place.get(place)
            if last.get(place) == body.hash:
                continue
            untouched = place not in last if here is None else hash_of(here) in (last.get(place), body.hash)
            (taken if untouched else offers).append(body)
        for body in offers:
            _log.warning("the company's own definition is kept", company=company.key, kind=body.kind, key=body.key)
        return Order(taken, app=app, offers=offers)

    return decide


def _people_calls(
    tables: SystemTables, clock: Clock, content: dict[str, Any], locale: str, password: str
) -> list[tuple[Statement, Params]]:
    """Return the statements that make departments and people, with one password for all of them."""
    hashed = hash_password(password)
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
                "password": hashed,
                "active": True,
                "on_duty": True,
                "quota_open": one.get("quota_open"),
                "quota_daily": one.get("quota_daily"),
                "city": one.get("city"),
                "locale": locale,
                "failures": 0,
                "locked_until": None,
                "created_at": clock.now(),
                "attributes": one.get("attributes"),
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
