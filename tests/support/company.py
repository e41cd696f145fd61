"""A company of a test's own in the worker's database, at a moment that stands until the test moves it."""

import itertools
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from closeloop.base.clock import FrozenClock
from closeloop.catalog.store import Body
from closeloop.connect.channels import CHANNELS
from closeloop.connect.inbound import Receipt
from closeloop.db.engine import Database
from closeloop.db.statement import Statement, compile_statement
from closeloop.records.batch import Row
from closeloop.records.commands import Command, Submission
from closeloop.records.execute import Outcome
from closeloop.runtime.app_files import APPS, read_definitions, read_yaml
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.install import create_company
from closeloop.runtime.intake import take_in
from closeloop.schema.platform.migrate import migrate

DEMO = APPS / "sales" / "demo"

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
"""A Wednesday, ten in the morning in Shanghai."""

_numbers = itertools.count(1)


class Clocked(CompanyRuntime):
    """A company as one process holds it, under a clock that a test moves."""

    clock: FrozenClock

    def id_of(self, login: str) -> UUID:
        return next(one.id for one in self.org.people.values() if one.login == login)

    def login_of(self, person: UUID | None) -> str | None:
        return None if person is None else self.org.people[person].login

    async def another_process(self) -> "Clocked":
        """Return the company as a second process would hold it, at the same moment."""
        other = Clocked(self.company, self.database, self.clock)
        await other.refresh()
        return other

    async def run(self, *commands: Command, by: str | None = None) -> list[Outcome]:
        """Carry out commands as one batch, by a person or by the system itself."""
        actor = self.system() if by is None else self.actor_of(self.org.people[self.id_of(by)])
        return await self.executor.run([Submission(command, actor) for command in commands])

    async def take_in(self, payload: Mapping[str, Any], key: str | None = None) -> Receipt:
        return await take_in(self, self.catalog.all(CHANNELS)["website"], payload, key)

    async def lead(self, **values: Any) -> Row:
        """Take a lead in through the website's channel and return its record."""
        receipt = await self.take_in({"phone": a_phone(), **values})
        assert receipt.record is not None
        return await self.record("lead", receipt.record)

    async def record(self, name: str, record: UUID) -> Row:
        """Return a record as it is stored, whoever may read it."""
        table = self.catalog.object(name).table
        (row,) = await self.rows(sa.select(*table.columns).where(table.c.id == record))
        return row

    async def system_rows(self, name: str, **equal: Any) -> list[Row]:
        """Return rows of one of the kernel's tables, in the order in which they were made."""
        table: sa.Table = getattr(self.tables, name)
        conditions = [table.c[column] == value for column, value in equal.items()]
        return await self.rows(sa.select(*table.columns).where(*conditions).order_by(*table.primary_key.columns))

    async def rows(self, query: sa.Select[Any]) -> list[Row]:
        async with self.database.autocommit() as session:
            return await session.fetch_dicts(*compile_statement(query, "test"))

    async def change(self, *changes: sa.Update | sa.Delete | sa.Insert) -> None:
        """Change the tables behind the kernel's back."""
        async with self.database.autocommit() as session:
            for change in changes:
                await session.execute(*compile_statement(change, "test"))

    async def change_person(self, login: str, **values: Any) -> None:
        """Change a person as an administrator's page would: the organisation moves on."""
        person, state = self.tables.person, self.tables.state
        await self.change(
            sa.update(person).where(person.c.login == login).values(**values),
            sa.update(state).where(state.c.id == 1).values(org=state.c.org + 1),
        )
        await self.refresh()


def a_phone() -> str:
    """Return a mobile number that no test has used before."""
    return f"139{next(_numbers):08d}"


@lru_cache(maxsize=1)
def sales_app() -> Sequence[Body]:
    """Return the definitions of the sales app and of its demo."""
    return [*read_definitions(APPS / "sales"), *read_definitions(DEMO)]


def with_fields(name: str, **fields: Any) -> Body:
    """Return an object of the sales app with these fields beside its own."""
    body = next(one.body for one in sales_app() if (one.kind, one.key) == ("object", name))
    return Body("object", name, {**body, "fields": {**body["fields"], **fields}})


@lru_cache(maxsize=1)
def company_content() -> Mapping[str, Any]:
    """Return departments and people of every test's company, which are not those of the demo."""
    return read_yaml(Path(__file__).parent / "company.yaml")


@asynccontextmanager
async def fresh_company(database: Database, *more: Body) -> AsyncGenerator[Clocked]:
    """Make a company with the sales app under a key of its own, with definitions that replace or join the app's."""
    clock = FrozenClock(START)
    replaced = {(body.kind, body.key) for body in more}
    bodies = [*(body for body in sales_app() if (body.kind, body.key) not in replaced), *more]
    usual = company_content()
    content = {**usual, "company": {**usual["company"], "key": f"company{next(_numbers)}"}}
    company = await create_company(database, clock, content, bodies, "sales")
    runtime = Clocked(company, database, clock)
    await runtime.refresh()
    yield runtime
    async with database.autocommit() as session:
        await session.execute(Statement("DELETE FROM platform.company WHERE id = %s", "test"), [company.id])
        await session.execute(Statement(f"DROP SCHEMA {company.schema} CASCADE", "test", prepared=False))


@pytest.fixture(scope="session")
async def migrated_url(database_url: str) -> str:
    """Return the URL of the worker's database once the platform's tables are there."""
    await migrate(database_url)
    return database_url


@pytest.fixture(scope="session")
async def database(migrated_url: str) -> AsyncGenerator[Database]:
    opened = Database(migrated_url, min_size=1, max_size=8, application_name="tests")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def company(database: Database) -> AsyncGenerator[Clocked]:
    """Return a company that the tests of a module share: each uses records of its own and leaves the clock alone."""
    async with fresh_company(database) as runtime:
        yield runtime


@pytest.fixture
async def own_company(database: Database) -> AsyncGenerator[Clocked]:
    """Return a company that no other test sees, for one that moves the clock or counts everything."""
    async with fresh_company(database) as runtime:
        yield runtime
