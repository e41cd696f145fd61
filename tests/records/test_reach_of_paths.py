"""To a filter a related record that its reader may not read isn't there, on whichever way it leads to it."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from tests.support.company import Clocked, fresh_company

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.metrics.model import METRICS as METRIC_KIND
from closeloop.engine.metrics.read import Slice, measured
from closeloop.records.aggregate import Aggregate
from closeloop.records.commands import CreateRecord
from closeloop.records.query import Query, Reader

pytestmark = pytest.mark.db


def an_object(name: str, **fields: Any) -> Body:
    body = {"object": name, "label": name, "title": "name", "fields": {"name": {"type": "text"}, **fields}}
    return Body("object", name, body)


def to(name: str) -> dict[str, Any]:
    return {"type": "relation", "object": name}


def children(name: str, by: str) -> dict[str, Any]:
    return {"type": "children", "object": name, "by": by}


FIRM = an_object(
    "firm",
    limit={"type": "integer"},
    parent=to("firm"),
    bids=children("bid", "firm"),
    notes=children("memo", "firm"),
    mother={"type": "lookup", "via": "parent", "field": "name"},
    bid_count={"type": "formula", "value": "count(bids)"},
)
BID = an_object(
    "bid",
    firm=to("firm"),
    firm_name={"type": "lookup", "via": "firm", "field": "name"},
    limit={"type": "formula", "value": "firm.limit"},
)
MEMO = an_object("memo", firm=to("firm"))
ROLE = Body(
    "role",
    "sales",
    {
        "role": "sales",
        "label": "Sales",
        "objects": {
            "firm": {"read": ["own", "parent.limit == 7"]},
            "bid": {"read": "all"},
            "memo": {"read": "own"},
        },
    },
)
METRICS = tuple(
    Body("metric", f"{name}s", {"metric": f"{name}s", "label": name, "on": name, "of": "count()"})
    for name in ("firm", "bid")
)
BIDS = ("mine", "theirs")


@pytest.fixture(scope="module")
async def market(database: Database) -> AsyncGenerator[Clocked]:
    """Return a company with a firm of one's own and one of somebody else, each with a bid and a memo."""
    async with fresh_company(database, FIRM, BID, MEMO, ROLE, *METRICS) as company:
        group = await made(company, "firm", None, name="group", limit=3)
        for name in BIDS:
            owner = company.id_of("sales1" if name == "mine" else "sales2")
            firm = await made(company, "firm", owner, name=name, limit=5, parent=group)
            await made(company, "bid", None, name=name, firm=firm)
            await made(company, "memo", company.id_of("sales2"), name=name, firm=firm)
        yield company


async def made(company: Clocked, of: str, owner: UUID | None, **values: Any) -> UUID:
    (outcome,) = await company.run(CreateRecord(of, values))
    record: UUID = outcome.record()["id"]
    table = company.catalog.object(of).table
    await company.change(sa.update(table).where(table.c.id == record).values(owner=owner))
    return record


async def found(company: Clocked, of: str, filter_: str, login: str = "sales1") -> list[str]:
    """Return the names of the records that a person finds, which must be as many as are counted and measured for it."""
    actor = company.actor_of(company.org.people[company.id_of(login)])
    reader = Reader(company.catalog, actor, actor.env(company.clock.now(), company.catalog))
    async with company.database.autocommit() as session:
        rows = (await reader.page(session, Query(of, filter=filter_, sort="name"))).rows
        ((count, _),) = await reader.counts(session, of, [filter_])
        groups, _ = await reader.aggregate(session, Aggregate(of, ["name"], filter=filter_))
        metric = company.catalog.all(METRIC_KIND)[f"{of}s"]
        assert metric is not None
        ((figure,), _) = await measured(session, company.catalog, reader, metric, Slice(filter=filter_))
    assert count == len(rows) == len(groups) == figure.value
    return [row["name"] for row in rows]


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ("firm.name == 'mine' or firm.name == 'theirs'", ["mine"]),
        ("firm.limit == 5", ["mine"]),
        ("firm.limit == null", ["theirs"]),
        ("firm.owner.name != null", ["mine"]),
        ("firm.mother == 'group'", ["mine"]),
        ("firm.bid_count == 1", ["mine"]),
        ("firm.parent.name == 'group'", []),
        ("count(firm.bids) == 1", ["mine"]),
        ("count(firm.notes) > 0", []),
        ("any(firm.bids, name == 'theirs')", []),
        ("any(firm.bids, name == record.firm.name)", ["mine"]),
    ],
)
async def test_a_record_out_of_reach_is_not_there(market: Clocked, filter_: str, expected: list[str]):
    assert await found(market, "bid", filter_) == expected


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ("firm_name == 'theirs'", ["theirs"]),
        ("limit == 5", ["mine", "theirs"]),
        ("firm != null", ["mine", "theirs"]),
    ],
)
async def test_a_field_of_ones_own_record_is_under_its_own_permission(
    market: Clocked, filter_: str, expected: list[str]
):
    assert await found(market, "bid", filter_) == expected


async def test_a_list_s_records_lead_no_further_than_one_may_read(market: Clocked):
    assert await found(market, "firm", "any(bids, firm.name == record.name)") == ["mine"]
    assert await found(market, "firm", "count(notes, name == 'mine') > 0") == []


async def test_who_may_read_all_is_told_all(market: Clocked):
    for filter_ in ("firm.limit == 5", "firm.parent.name == 'group'", "count(firm.notes) == 1"):
        assert await found(market, "bid", filter_, "admin") == ["mine", "theirs"]


async def test_a_condition_of_the_role_itself_sees_what_it_needs(market: Clocked):
    """A role's condition leads where its writer wants, whoever may read that."""
    firm = market.catalog.object("firm").table
    await market.change(sa.update(firm).where(firm.c.name == "group").values(limit=7))
    try:
        assert await found(market, "bid", "firm.limit == 5") == ["mine", "theirs"]
        assert await found(market, "bid", "firm.parent.limit == 7") == []
        assert await found(market, "firm", "parent.name == 'group'") == []
        assert await found(market, "firm", "bid_count == 1") == ["mine", "theirs"]
    finally:
        await market.change(sa.update(firm).where(firm.c.name == "group").values(limit=3))
