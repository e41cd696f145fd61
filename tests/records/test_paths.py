"""What lies beyond a record: a filter asks PostgreSQL for it, a definition finds it in the row, and both agree."""

import re
from collections.abc import AsyncGenerator, Mapping
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.catalog.test_snapshot import changed, problems
from tests.support.company import Clocked, fresh_company

from closeloop.base.errors import CloseloopError
from closeloop.catalog.store import Body
from closeloop.db.connection import Connection
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.events.model import SCORED
from closeloop.expr import ExpressionError, compile_expression, from_ast
from closeloop.records.batch import Batch
from closeloop.records.columns import Columns
from closeloop.records.commands import Command, CreateRecord, DeleteRecord, UpdateRecord
from closeloop.records.numbers import Numbers
from closeloop.records.query import Query, Reader
from closeloop.records.related import NotLoaded

pytestmark = pytest.mark.db

CITIES = (None, "苏州", "Beijing", "")
AMOUNTS = (None, "0.5", "12", "-3.25")


def an_object(name: str, fields: Mapping[str, Any], **more: Any) -> Body:
    body = {"object": name, "label": name, "title": "name", "fields": {"name": {"type": "text"}, **fields}, **more}
    return Body("object", name, body)


def relation(name: str) -> dict[str, Any]:
    return {"type": "relation", "object": name, "label": {"zh-CN": {"buyer": "客户", "agent": "联系人"}[name]}}


BUYER = an_object(
    "buyer",
    {
        "city": {"type": "text", "label": "城市"},
        "secret": {"type": "text"},
        "parent": relation("buyer"),
        "orders": {"type": "children", "object": "order", "by": "buyer", "label": "订单"},
        "doubled": {"type": "formula", "value": "length(city) * 2"},
    },
)
AGENT = an_object("agent", {"buyer": relation("buyer")})
ORDER = an_object(
    "order",
    {
        "amount": {"type": "money", "label": "金额"},
        "won": {"type": "checkbox"},
        "buyer": relation("buyer"),
        "agent": relation("agent"),
    },
)
DEAL = an_object(
    "deal",
    {
        "buyer": relation("buyer"),
        "agent": relation("agent"),
        "city": {"type": "lookup", "via": "buyer", "field": "city"},
        "limit": {"type": "money"},
    },
)
OBJECTS = (BUYER, AGENT, ORDER, DEAL)
ASKED = (
    "buyer.city",
    "agent.buyer.city",
    "客户.城市 == '苏州'",
    "buyer.parent.city",
    "buyer.doubled",
    "city",
    "length(city)",
    "owner.name",
    "buyer.owner.name",
    "owner.roles",
    "length(owner.departments)",
    "count(buyer.orders)",
    "count(buyer.订单, won)",
    "sum(buyer.orders.amount)",
    "sum(buyer.orders.amount, amount > record.limit)",
    "avg(buyer.orders.amount, not won)",
    "min(buyer.orders.amount) + max(buyer.orders.amount)",
    "latest(buyer.orders.name)",
    "latest(buyer.orders.amount, amount != null and agent == record.agent)",
    "any(buyer.orders, won and amount > coalesce(record.limit, 0))",
    "all(buyer.orders, won)",
    "sum(buyer.orders.amount) > limit and count(buyer.orders) >= 2",
)


@pytest.fixture(scope="module")
async def filled(database: Database) -> AsyncGenerator[Clocked]:
    """Return a company with buyers that point to each other, and what belongs to them, some of it in the trash."""
    async with fresh_company(database, *OBJECTS) as company:
        yield company


async def made(company: Clocked, object_name: str, **values: Any) -> UUID:
    (outcome,) = await company.run(CreateRecord(object_name, values))
    return outcome.record()["id"]


async def in_sql(company: Clocked, sources: tuple[str, ...], deal: UUID) -> list[Any]:
    """Return what a read gives for a deal."""
    what = company.catalog.object("deal")
    env = company.system().env(company.clock.now(), company.catalog)
    columns = Columns(company.catalog, what, env)
    asked = [compile_expression(one, what.scope).sql(columns, env).label(f"e{i}") for i, one in enumerate(sources)]
    query = sa.select(*asked).where(what.table.c.id == deal).select_from(columns.source)
    (row,) = await company.rows(query)
    return list(row.values())


async def in_python(company: Clocked, sources: tuple[str, ...], deal: UUID) -> list[Any]:
    """Return what a definition finds in the row, reading what it turns out to need."""
    what = company.catalog.object("deal")
    expressions = [compile_expression(one, what.scope) for one in sources]
    wanted: set[Any] = set()
    while True:
        batch = batch_of(company, wanted)
        batch.take(what, await company.record("deal", deal))
        async with company.database.transaction() as tx:
            await batch.beyond.read(tx, [])
        try:
            row = batch.records["deal", deal].row
            return [one.evaluate(row, batch.env(company.system())) for one in expressions]
        except NotLoaded as lost:
            before, wanted = wanted, wanted | {lost.what}
        assert wanted != before


def batch_of(company: Clocked, wanted: set[Any]) -> Batch:
    return Batch(company.catalog, company.org, company.clock, Numbers(company.catalog, company.clock.now()), wanted)


links = st.one_of(st.none(), st.integers(0, 2))
maybe = st.sampled_from([None, True, False])
scenes = st.fixed_dictionaries(
    {
        "cities": st.lists(st.sampled_from(CITIES), min_size=3, max_size=3),
        "parents": st.lists(links, min_size=3, max_size=3),
        "contacts": st.lists(links, min_size=3, max_size=3),
        "orders": st.lists(
            st.tuples(links, links, st.sampled_from(AMOUNTS), st.sampled_from([None, True, False])), max_size=5
        ),
        "deal": st.tuples(links, links, st.sampled_from(AMOUNTS)),
        "deleted": st.sets(st.tuples(st.sampled_from(["buyer", "agent", "order"]), st.integers(0, 4)), max_size=3),
    }
)


async def build(company: Clocked, scene: Mapping[str, Any]) -> UUID:
    """Make the records of a scene and return its deal."""

    def pick(ids: list[UUID], index: int | None) -> UUID | None:
        return None if index is None or index >= len(ids) else ids[index]

    ids: dict[str, list[UUID]] = {"buyer": [], "agent": [], "order": []}
    for city, parent in zip(scene["cities"], scene["parents"], strict=True):
        values = {"name": "c", "city": city, "parent": pick(ids["buyer"], parent)}
        ids["buyer"].append(await made(company, "buyer", **values))
    for buyer in scene["contacts"]:
        ids["agent"].append(await made(company, "agent", name="p", buyer=pick(ids["buyer"], buyer)))
    for n, (buyer, agent, amount, won) in enumerate(scene["orders"]):
        values = {"buyer": pick(ids["buyer"], buyer), "agent": pick(ids["agent"], agent)}
        ids["order"].append(await made(company, "order", name=f"o{n}", amount=amount, won=won, **values))
    buyer, agent, limit = scene["deal"]
    values = {"buyer": pick(ids["buyer"], buyer), "agent": pick(ids["agent"], agent), "limit": limit}
    deal = await made(company, "deal", name="d", owner=str(company.id_of("sales1")), **values)
    gone = [DeleteRecord(name, ids[name][n]) for name, n in scene["deleted"] if n < len(ids[name])]
    if gone:
        await company.run(*gone)
    return deal


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(scene=scenes)
async def test_a_read_and_a_definition_agree(filled: Clocked, scene: Mapping[str, Any]) -> None:
    deal = await build(filled, scene)
    assert await in_python(filled, ASKED, deal) == await in_sql(filled, ASKED, deal)


@pytest.mark.parametrize("source", ASKED)
def test_what_is_stored_gives_the_same_expression(filled: Clocked, source: str) -> None:
    scope = filled.catalog.object("deal").scope
    stored = compile_expression(source, scope).ast
    assert from_ast(stored, scope).ast == stored


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("agent.buyer.owner.name == 'a'", "too_far"),
        ("buyer.parent.parent.city == 'a'", "too_far"),
        ("buyer.orders != null", "list_alone"),
        ("buyer.orders.amount > 1", "list_alone"),
        ("count(buyer.city) > 1", "not_a_list"),
        ("count(buyer.orders.amount) > 1", "wrong_value"),
        ("sum(buyer.orders) > 1", "wrong_value"),
        ("sum(buyer.orders.name) > 1", "wrong_types"),
        ("all(buyer.orders)", "wrong_count"),
        ("any(buyer.orders, amount)", "not_a_condition"),
        ("any(buyer.orders, limit > 1)", "unknown_name"),
        ("any(buyer.orders, count(record.buyer.orders) > 1)", "nested_list"),
        ("any(buyer.orders, agent.name == 'p')", "too_far"),
        ("buyer.nothing == 1", "unknown_name"),
    ],
)
def test_what_leads_nowhere_is_refused(filled: Clocked, source: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source, filled.catalog.object("deal").scope)
    assert caught.value.reason == reason


async def listed(company: Clocked, login: str, filter_: str) -> set[str]:
    actor = company.actor_of(company.org.people[company.id_of(login)])
    reader = Reader(company.catalog, actor, actor.env(company.clock.now(), company.catalog))
    async with company.database.autocommit() as session:
        return {row["name"] for row in (await reader.page(session, Query("deal", filter=filter_, limit=500))).rows}


def a_role(**objects: Any) -> Body:
    return Body("role", "sales", {"role": "sales", "label": "Sales", "objects": objects})


async def test_a_filter_leads_only_over_what_one_may_read(database: Database) -> None:
    everything = {"read": "all", "create": True}
    role = a_role(
        deal=everything, agent={"create": True}, buyer={**everything, "fields": {"secret": "hidden"}}, order={}
    )
    async with fresh_company(database, *OBJECTS, role) as company:
        buyer = await made(company, "buyer", name="c", city="苏州", secret="x")
        agent = await made(company, "agent", name="p", buyer=buyer)
        await made(company, "deal", name="d", buyer=buyer, agent=agent)
        for login, source in (("sales1", "buyer.city == '苏州'"), ("admin", "buyer.secret == 'x'")):
            assert await listed(company, login, source) == {"d"}
        for source in (
            "buyer.secret == 'x'",
            "agent.buyer.city == '苏州'",
            "any(buyer.orders)",
            "count(buyer.orders) == 0",
        ):
            with pytest.raises(CloseloopError, match="bad_expression"):
                await listed(company, "sales1", source)


async def test_a_role_reaches_records_by_what_lies_beyond_them(database: Database) -> None:
    """The condition holds for reading, and under the lock for changing."""
    condition = "buyer.city == '苏州' and count(buyer.orders, won) > 0 or owner.city == 'Nowhere'"
    role = a_role(deal={"read": condition, "update": condition})
    async with fresh_company(database, *OBJECTS, role) as company:
        near, far = [await made(company, "buyer", name=city, city=city) for city in ("苏州", "Beijing")]
        for buyer in (near, far):
            await made(company, "order", name="o", buyer=buyer, won=True)
        deals = [await made(company, "deal", name=name, buyer=c) for name, c in (("near", near), ("far", far))]
        assert await listed(company, "sales1", "name != ''") == {"near"}
        outcomes = await company.run(*(UpdateRecord("deal", deal, values={"limit": 1}) for deal in deals), by="sales1")
        assert [one.error is None for one in outcomes] == [True, False]


async def test_what_leads_to_ones_own_records_is_found_by_indexes(database: Database) -> None:
    reach = ["own", "buyer.owner == me", "agent.owner == me"]
    async with fresh_company(database, *OBJECTS, a_role(deal={"read": reach, "update": reach})) as company:
        me, other = company.id_of("sales1"), company.id_of("sales2")

        async def owned(object_name: str, owner: UUID | None, **values: Any) -> UUID:
            record = await made(company, object_name, **values)
            table = company.catalog.object(object_name).table
            await company.change(sa.update(table).where(table.c.id == record).values(owner=owner))
            return record

        buyers = {owner: await owned("buyer", owner, name="b") for owner in (me, other, None)}
        agents = {owner: await owned("agent", owner, name="a") for owner in (me, other, None)}
        gone = await owned("buyer", me, name="gone")
        deals: dict[str, UUID] = {}
        mine: set[str] = set()
        for owner in (me, other, None):
            for buyer in (*buyers.values(), gone, None):
                for agent in (*agents.values(), None):
                    name = f"d{len(deals)}"
                    deals[name] = await owned("deal", owner, name=name, buyer=buyer, agent=agent)
                    if owner == me or buyer == buyers[me] or agent == agents[me]:
                        mine.add(name)
        assert (await company.run(DeleteRecord("buyer", gone)))[0].error is None
        assert await listed(company, "sales1", "name != ''") == mine
        outcomes = await company.run(
            *(UpdateRecord("deal", deal, values={"limit": 1}) for deal in deals.values()), by="sales1"
        )
        assert {name for name, one in zip(deals, outcomes, strict=True) if one.error is None} == mine

        plan = await plan_of_deals(company, me, other)
        for index in ("deal_owner", "deal_buyer_r", "deal_agent_r", "buyer_owner", "agent_owner"):
            assert index in plan
        assert "Seq Scan" not in plan


async def plan_of_deals(company: Clocked, reader: UUID, other: UUID) -> str:
    """Return how a list is read when there are many more deals, of somebody else."""
    actor = company.actor_of(company.org.people[reader])
    readable = Reader(company.catalog, actor, actor.env(company.clock.now(), company.catalog))
    what = company.catalog.object("deal")
    asked, params = readable.compile(
        what,
        sa.select(what.table.c.name).where(what.table.c.deleted_at.is_(None), readable.within(what).element),
        "deals",
    )
    deal, schema = f'"{what.table.schema}".deal', what.table.schema
    others = {"id": "gen_random_uuid()", "owner": f"'{other}'", "buyer": "NULL", "agent": "NULL"}
    names = [one.name for one in what.table.columns if one.computed is None]
    chosen = ", ".join(others.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    async with company.database.transaction() as tx:
        for text in (
            f"INSERT INTO {deal} ({quoted}) SELECT {chosen} FROM {deal}, generate_series(1, 50)",
            f"ANALYZE {deal}",
            f'ANALYZE "{schema}".buyer',
            "SET LOCAL enable_seqscan = off",  # few records of one's own would be read whole
        ):
            await tx.execute(Statement(text, "test", prepared=False), ())
        explain = Statement("EXPLAIN " + re.sub(r"\$\d+", "%s", asked.text), "test", prepared=False)
        return "\n".join(row[0] for row in await tx.fetch(explain, asked.values(params)))


SCORED_DEAL = an_object(
    "deal",
    {
        "buyer": relation("buyer"),
        "agent": relation("agent"),
        "points": {"type": "integer", "from": "deal_score.total"},
    },
)
SCORECARD = Body(
    "scorecard",
    "deal_score",
    {
        "scorecard": "deal_score",
        "on": "deal",
        "factors": [
            {"key": "near", "label": "near", "when": "buyer.city == '苏州'", "points": 1},
            {"key": "orders", "label": "orders", "points": "10 * count(buyer.orders, amount > 1)"},
            {"key": "agent", "label": "agent", "when": "agent.buyer.city == 'Beijing'", "points": 40},
        ],
        "bands": {"A": 50},
    },
)


async def test_a_definition_sees_beyond_the_record_when_it_is_written(database: Database) -> None:
    async with fresh_company(database, BUYER, AGENT, ORDER, SCORED_DEAL, SCORECARD) as company:
        near, far = [await made(company, "buyer", name=city, city=city) for city in ("苏州", "Beijing")]
        agent = await made(company, "agent", name="p", buyer=far)
        for amount in (1, 2, 3):
            await made(company, "order", name="o", buyer=near, amount=amount)
        deal = await made(company, "deal", name="d", buyer=near)
        assert (await company.record("deal", deal))["points"] == 21
        await company.run(UpdateRecord("deal", deal, values={"agent": agent}))
        assert (await company.record("deal", deal))["points"] == 61
        await company.run(UpdateRecord("deal", deal, values={"buyer": far}))
        assert (await company.record("deal", deal))["points"] == 40
        (event,) = [one for one in await company.system_rows("event", record=deal) if one["type"] == SCORED][:1]
        values = {part["key"]: part["values"] for part in event["why"]["score"]["factors"]}
        assert values["orders"] == {"buyer.orders": 3}


async def test_a_batch_sees_what_it_has_changed_itself(database: Database) -> None:
    """An order of the same batch counts, one that it deletes doesn't, and neither does one that it moves away."""
    async with fresh_company(database, BUYER, AGENT, ORDER, SCORED_DEAL, SCORECARD) as company:
        near, far = [await made(company, "buyer", name=city, city=city) for city in ("苏州", "Beijing")]
        kept, gone, moved = [await made(company, "order", name="o", buyer=near, amount=5) for _ in range(3)]
        commands: list[Command] = [
            UpdateRecord("buyer", near, values={"city": "Beijing"}),
            CreateRecord("order", {"name": "new", "buyer": str(near), "amount": 7}),
            DeleteRecord("order", gone),
            UpdateRecord("order", moved, values={"buyer": str(far)}),
            UpdateRecord("order", kept, values={"amount": 1}),
            CreateRecord("deal", {"name": "d", "buyer": str(near)}),
        ]
        *_, outcome = await company.run(*commands)
        assert outcome.record()["points"] == 10


async def test_reading_beyond_costs_one_statement_for_each_object_and_list(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    before = Connection.recorder

    def record(statement: Statement) -> None:
        sent.append(statement.name)
        if before is not None:
            before(statement)

    async with fresh_company(database, BUYER, AGENT, ORDER, SCORED_DEAL, SCORECARD) as company:
        buyers = [await made(company, "buyer", name=f"c{n}", city="苏州") for n in range(5)]
        contacts = [await made(company, "agent", name="p", buyer=one) for one in buyers]
        commands = [
            CreateRecord("deal", {"name": "d", "buyer": str(buyer), "agent": str(agent)})
            for buyer, agent in zip(buyers, reversed(contacts), strict=True)
        ]
        monkeypatch.setattr(Connection, "recorder", record)
        outcomes = await company.run(*commands)
        assert [one.record()["points"] for one in outcomes] == [1] * 5
        beyond = sorted(name for name in sent if name.startswith("beyond"))
        assert beyond == ["beyond agent", "beyond buyer", "beyond order"]
        sent.clear()
        await made(company, "order", name="o", buyer=buyers[0])
        assert not [name for name in sent if name.startswith("beyond")]


def test_what_an_operation_is_given_leads_no_further() -> None:
    """Its values aren't records that were read: a path from them is refused, not found out about when it is run."""
    asked = {"other": {"type": "relation", "object": "lead"}}
    wrong = problems(changed("operation", "touch", input=asked, do=[{"set": {"note": "input.other.city"}}]))
    assert "bad_expression" in wrong.values()
    assert not {code for code in wrong.values() if code != "bad_expression"}
