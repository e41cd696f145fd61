"""Listed if and only if readable, counted and measured; and a cursor that visits every row once."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.company import Clocked, fresh_company
from tests.support.orgs import PEOPLE, orgs, owners_in

from closeloop.access.decide import Actor
from closeloop.access.org import Org, Person
from closeloop.access.roles import SCOPES, Grant, Reach, Role
from closeloop.base.errors import CloseloopError, NotFound
from closeloop.db.engine import Database
from closeloop.db.statement import compile_statement
from closeloop.records.aggregate import Aggregate, Measure
from closeloop.records.batch import Row
from closeloop.records.commands import CreateRecord, DeleteRecord, Submission, UpdateRecord
from closeloop.records.query import Query, Reader

pytestmark = pytest.mark.db

TEXTS = (None, "", "a", "b", "ab", "甲", "乙")


@pytest.fixture(scope="module")
async def filled(database: Database) -> AsyncGenerator[Clocked]:
    """Return a company with leads of every owner, of nobody, and in the trash, with repeated and empty values."""
    async with fresh_company(database) as company:
        made = await company.run(
            *(
                CreateRecord(
                    "lead",
                    {
                        "source": "manual",
                        "name": TEXTS[n % 7],
                        "downloads": (None, 0, 3, 10)[n % 4],
                        "budget": (None, "1.5", "0.25", "1.50", "20")[n % 5],
                        "next_contact_at": (None, "2026-03-05T00:00:00Z", "2026-03-05T00:00:00.000001Z")[n % 3],
                    },
                )
                for n in range(42)
            )
        )
        table = company.catalog.object("lead").table
        owners: list[UUID | None] = [*PEOPLE, None]
        for n, outcome in enumerate(made):
            change = sa.update(table).where(table.c.id == outcome.record()["id"])
            await company.change(change.values(owner=owners[n % 7]))
        await company.run(*(DeleteRecord("lead", outcome.record()["id"]) for outcome in made[::6]))
        yield company


@pytest.fixture(scope="module")
async def leads(filled: Clocked) -> Sequence[Row]:
    table = filled.catalog.object("lead").table
    return await filled.rows(sa.select(*table.columns).where(table.c.deleted_at.is_(None)))


def roles() -> st.SearchStrategy[tuple[Role, ...]]:
    scope = st.sampled_from(SCOPES)
    grant = st.builds(Grant, read=st.builds(Reach, scope), update=st.builds(Reach, scope))
    return st.lists(
        st.builds(lambda g: Role("r", {"zh-CN": "r"}, False, {"lead": g}), grant), max_size=2
    ).map(tuple)  # fmt: skip


def expected(leads: Sequence[Row], granted: tuple[Role, ...], action: str, person: Person, org: Org) -> set[UUID]:
    allowed: set[UUID] = set()
    for role in granted:
        owners = owners_in(role.grant("lead").reach(action).scope, person, org)
        allowed |= {row["id"] for row in leads if owners is None or row["owner"] in owners}
    return allowed


@settings(max_examples=40)
@given(org=orgs(), granted=roles(), who=st.sampled_from(PEOPLE))
async def test_listed_readable_counted_and_measured_are_the_same(
    filled: Clocked, leads: Sequence[Row], org: Org, granted: tuple[Role, ...], who: UUID
):
    person = org.people[who]
    actor = Actor("person", person, granted, org)
    reader = Reader(filled.catalog, actor, actor.env(filled.clock.now(), filled.catalog))
    allowed = expected(leads, granted, "read", person, org)
    what = filled.catalog.object("lead")
    every = [row["id"] for row in leads]
    if not actor.reach("lead", "read"):
        with pytest.raises(NotFound, match="unknown_object"):
            reader.require_readable("lead")
        assert not allowed
        return
    async with filled.database.autocommit() as session:
        page = await reader.page(session, Query("lead", limit=500))
        readable = set(await reader.readable(session, what, every))
        ((counted, _),) = await reader.counts(session, "lead", [None])
        measures = [Measure("count"), Measure("sum", "downloads")]
        ((_, (measured, total)),), _ = await reader.aggregate(session, Aggregate("lead", measures=measures))
    listed = {row["id"] for row in page.rows}
    assert listed == readable == allowed
    assert counted == measured == len(allowed)
    assert (total or 0) == sum(row["downloads"] or 0 for row in leads if row["id"] in allowed)


@settings(max_examples=25)
@given(org=orgs(), granted=roles(), who=st.sampled_from(PEOPLE))
async def test_what_may_be_changed_is_what_may_be_read_and_updated(
    filled: Clocked, leads: Sequence[Row], org: Org, granted: tuple[Role, ...], who: UUID
):
    person = org.people[who]
    actor = Actor("person", person, granted, org)
    readable = expected(leads, granted, "read", person, org)
    changeable = expected(leads, granted, "update", person, org)
    # a version that never was: whoever gets as far as that was let in, and nothing is changed
    commands = [UpdateRecord("lead", row["id"], version=0, values={"note": "x"}) for row in leads]
    outcomes = await filled.executor.run([Submission(command, actor) for command in commands])
    for row, outcome in zip(leads, outcomes, strict=True):
        wanted = "version_conflict" if row["id"] in readable & changeable else "forbidden"
        if row["id"] not in readable:
            wanted = "not_found"
        assert isinstance(outcome.error, CloseloopError)
        assert outcome.error.code == wanted


SORTABLE = ("name", "downloads", "budget", "next_contact_at", "owner", "created_at", "score", "id", "version")


@settings(max_examples=30)
@given(
    keys=st.lists(st.sampled_from(SORTABLE), unique=True, max_size=3),
    down=st.lists(st.booleans(), min_size=3, max_size=3),
    size=st.integers(min_value=2, max_value=13),
)
async def test_pages_by_cursor_visit_every_row_once_in_the_order_of_one_list(
    filled: Clocked, leads: Sequence[Row], keys: list[str], down: list[bool], size: int
):
    sort = ",".join(("-" if d else "") + key for key, d in zip(keys, down, strict=False)) or None
    actor = filled.system()
    reader = Reader(filled.catalog, actor, actor.env(filled.clock.now(), filled.catalog))
    async with filled.database.autocommit() as session:
        whole = [row["id"] for row in (await reader.page(session, Query("lead", sort=sort, limit=500))).rows]
        seen: list[UUID] = []
        cursor: str | None = None
        while True:
            page = await reader.page(session, Query("lead", sort=sort, limit=size, cursor=cursor))
            seen += [row["id"] for row in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert seen == whole
    assert len(whole) == len(leads)


async def test_an_order_puts_what_is_empty_last_both_ways(filled: Clocked, leads: Sequence[Row]):
    actor = filled.system()
    reader = Reader(filled.catalog, actor, actor.env(filled.clock.now(), filled.catalog))
    async with filled.database.autocommit() as session:
        for sort in ("downloads", "-downloads"):
            rows = (await reader.page(session, Query("lead", sort=sort, limit=500))).rows
            values = [row["downloads"] for row in rows]
            there = [value for value in values if value is not None]
            assert there == sorted(there, reverse=sort.startswith("-"))
            assert values == there + [None] * (len(values) - len(there))


async def test_reading_waits_for_no_writer(filled: Clocked, leads: Sequence[Row]):
    actor = filled.system()
    reader = Reader(filled.catalog, actor, actor.env(filled.clock.now(), filled.catalog))
    table = filled.catalog.object("lead").table
    async with filled.database.transaction() as tx, filled.database.autocommit() as session:
        await tx.fetch(*compile_statement(sa.select(table.c.id).with_for_update(), "test"))
        async with asyncio.timeout(2):
            assert (await reader.page(session, Query("lead"))).rows
