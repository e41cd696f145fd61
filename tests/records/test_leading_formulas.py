"""A formula that leads to other records holds what the same expression would give at any moment, whatever changed."""

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.catalog.test_snapshot import CLOCK, COMPANY, KINDS
from tests.support.company import Clocked, fresh_company
from tests.support.definitions import release

from closeloop.base.errors import Invalid
from closeloop.catalog.fitted import fitted_sql
from closeloop.catalog.releases import next_release
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.events.model import UPDATED
from closeloop.expr import compile_expression
from closeloop.records.batch import Row
from closeloop.records.columns import Columns
from closeloop.records.commands import Command, CreateRecord, DeleteRecord, UpdateRecord
from closeloop.records.query import Query, Reader

pytestmark = pytest.mark.db


def an_object(name: str, fields: Mapping[str, Any], **more: Any) -> Body:
    body = {"object": name, "label": name, "title": "name", "fields": {"name": {"type": "text"}, **fields}, **more}
    return Body("object", name, body)


def formula(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "formula", "value": value, **more}


def relation(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "relation", "object": name, **more}


BUYER = an_object(
    "buyer",
    {
        "level": {"type": "integer", "label": "等级"},
        "factor": {"type": "percent"},
        "parent": relation("buyer", label="母公司"),
        "orders": {"type": "children", "object": "order", "by": "buyer", "label": "订单"},
        "spent": formula("sum(orders.net)", result="money"),
        "won": formula("sum(orders.amount, kind == 'a' and product.weight > 1)"),
        "newest": formula("latest(订单.name, amount > coalesce(record.level, 0))"),
        "any_heavy": formula("any(orders, product.weight > 2)"),
        "big": formula("spent > 20"),
        "above": formula("母公司.等级 + coalesce(level, 0)"),
        "group": formula("parent.spent"),
        "counted": {"type": "rollup", "of": "orders", "fn": "count"},
        "total": {"type": "rollup", "of": "orders", "fn": "sum", "field": "net"},
    },
)
AGENT = an_object("agent", {"buyer": relation("buyer")})
PRODUCT = an_object("product", {"weight": {"type": "decimal"}})
ORDER = an_object(
    "order",
    {
        "amount": {"type": "money"},
        "kind": {"type": "choice", "options": {"a": "A", "b": "B"}},
        "buyer": relation("buyer"),
        "agent": relation("agent"),
        "product": relation("product"),
        "net": formula("amount * coalesce(buyer.factor, 1)", result="money"),
        "far": formula("agent.buyer.level", result="integer", index=True),
        "far_name": formula("coalesce(agent.buyer.name, '-') + name"),
        "siblings": formula("count(buyer.orders, amount >= record.amount)"),
        "whale": formula("buyer.big and net > 1"),
        "twice": formula("net * 2 + coalesce(far, 0)"),
    },
)
OBJECTS = (BUYER, AGENT, PRODUCT, ORDER)
FORMULAS = {
    body.key: {name: one["value"] for name, one in body.body["fields"].items() if one["type"] == "formula"}
    for body in OBJECTS
}


@pytest.fixture(scope="module")
async def shop(database: Database) -> AsyncGenerator[Clocked]:
    async with fresh_company(database, *OBJECTS) as company:
        yield company


async def make(within: Clocked, object_name: str, **values: Any) -> UUID:
    (outcome,) = await within.run(CreateRecord(object_name, values))
    return outcome.record()["id"]


async def stale(company: Clocked) -> list[tuple[str, str, Any, Any]]:
    """Return every stored formula of a living record that differs from what its expression gives in a read."""
    found: list[tuple[str, str, Any, Any]] = []
    for object_name, formulas in FORMULAS.items():
        what = company.catalog.object(object_name)
        env = company.system().env(company.clock.now(), company.catalog)
        columns = Columns(company.catalog, what, env)
        asked = [
            fitted_sql(compile_expression(source, what.scope).sql(columns, env), what.fields[name].kind).label(f"e{i}")
            for i, (name, source) in enumerate(formulas.items())
        ]
        both: list[sa.ColumnElement[Any]] = [*(what.table.c[name] for name in formulas), *asked]
        if not asked:
            continue
        query = sa.select(*both).where(what.table.c.deleted_at.is_(None)).select_from(columns.source)
        for row in await company.rows(query):
            values = list(row.values())
            pairs = zip(formulas, values[: len(formulas)], values[len(formulas) :], strict=True)
            found += [(object_name, name, has, gives) for name, has, gives in pairs if has != gives]
    return found


def test_they_are_stored_unless_they_read_what_moves(shop: Clocked):
    assert not [name for name in FORMULAS["buyer"] if shop.catalog.object("buyer").fields[name].live]
    assert not [name for name in FORMULAS["order"] if shop.catalog.object("order").fields[name].live]


async def test_a_new_record_has_them_at_once_and_others_follow_it(shop: Clocked):
    parent = await make(shop, "buyer", level=3, factor="0.5")
    buyer = await make(shop, "buyer", parent=parent, level=1)
    assert (await shop.record("buyer", buyer))["above"] == 4
    agent = await make(shop, "agent", buyer=parent)
    order = await make(shop, "order", name="x", buyer=parent, agent=agent, amount="50")
    row = await shop.record("order", order)
    assert (row["net"], row["far"], row["far_name"], row["siblings"]) == (25, 3, "-x", 1)
    assert (row["whale"], row["twice"]) == (True, 53)
    assert (await shop.record("buyer", parent))["spent"] == 25
    assert (await shop.record("buyer", buyer))["group"] == 25
    await shop.run(UpdateRecord("buyer", parent, values={"factor": "0.1", "level": 9}))
    row = await shop.record("order", order)
    assert (row["net"], row["far"], row["twice"], row["whale"], row["version"]) == (5, 9, 19, False, 1)
    assert (await shop.record("buyer", buyer))["group"] == 5
    await shop.run(DeleteRecord("buyer", parent))
    row = await shop.record("order", order)
    assert (row["net"], row["far"], row["siblings"]) == (50, None, 0)
    assert await stale(shop) == []


async def test_what_follows_from_an_own_change_stands_in_its_event(shop: Clocked):
    buyers = [await make(shop, "buyer", factor=factor) for factor in ("0.5", "0.25")]
    order = await make(shop, "order", buyer=buyers[0], amount="8")
    (outcome,) = await shop.run(UpdateRecord("order", order, values={"buyer": str(buyers[1])}))
    assert outcome.record()["net"] == 2
    (event,) = await shop.system_rows("event", record=order, type=UPDATED)
    assert event["changes"]["net"] == ["4.0000", "2.0000"]


async def test_a_change_that_it_does_not_read_leaves_it(shop: Clocked):
    buyer = await make(shop, "buyer", level=1)
    order = await make(shop, "order", buyer=buyer, amount="1")
    before = await shop.record("order", order)
    await shop.run(UpdateRecord("buyer", buyer, values={"level": 2}))
    assert await shop.record("order", order) == before


async def test_both_of_two_at_once_are_seen(shop: Clocked):
    buyers = [await make(shop, "buyer", factor="0.5") for _ in range(2)]
    orders = [await make(shop, "order", buyer=buyers[0], amount="8") for _ in range(4)]
    other = await shop.another_process()
    for turn in range(4):
        await asyncio.gather(
            shop.run(UpdateRecord("buyer", buyers[1], values={"factor": f"0.{turn + 1}"})),
            other.run(*(UpdateRecord("order", one, values={"buyer": str(buyers[turn % 2])}) for one in orders)),
            *(one.run(CreateRecord("order", {"buyer": buyers[1], "amount": "3"})) for one in (shop, other)),
        )
        assert await stale(shop) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
async def test_any_sequence_of_changes_gives_what_a_read_gives(shop: Clocked, seed: int):
    choose = random.Random(seed)
    made: dict[str, list[UUID]] = {name: [await make(shop, name)] for name in FORMULAS}
    for _ in range(6):
        commands = [_command(choose, made) for _ in range(choose.randint(1, 7))]
        for outcome in await shop.run(*commands):
            if outcome.error is None and outcome.what is not None:
                made[outcome.what.name].append(outcome.record()["id"])
        assert await stale(shop) == []


def _command(choose: random.Random, made: Mapping[str, list[UUID]]) -> Command:
    name = choose.choice(["buyer", "agent", "product", "order", "order"])

    def one_of(of: str) -> str | None:
        return choose.choice([str(one) for one in made[of]] + [None])

    values: dict[str, dict[str, Any]] = {
        "buyer": {
            "level": choose.choice([None, 1, 5]),
            "factor": choose.choice([None, "0.3333", "2"]),
            "parent": one_of("buyer"),
        },
        "agent": {"buyer": one_of("buyer")},
        "product": {"weight": choose.choice([None, "0.5", "1.5", "3"])},
        "order": {
            "name": choose.choice([None, "x", "订单"]),
            "amount": choose.choice([None, "0.5", "12", "33.33"]),
            "kind": choose.choice([None, "a", "b"]),
            "buyer": one_of("buyer"),
            "agent": one_of("agent"),
            "product": one_of("product"),
        },
    }
    asked = dict(choose.sample(sorted(values[name].items()), choose.randint(1, len(values[name]))))
    picked = choose.random()
    if picked < 0.35:
        return CreateRecord(name, asked)
    if picked < 0.9:
        return UpdateRecord(name, choose.choice(made[name]), values=asked)
    return DeleteRecord(name, choose.choice(made[name]))


async def _read(company: Clocked, object_name: str, **query: Any) -> list[Row]:
    actor = company.system()
    reader = Reader(company.catalog, actor, actor.env(company.clock.now(), company.catalog))
    async with company.database.autocommit() as session:
        return (await reader.page(session, Query(object_name, **query))).rows


MOVING = {
    "fresh": formula("count(orders, created_at > now() - days(7))"),
    "mother": formula("parent.name + '/' + coalesce(owner.name, '?')"),
    "parents_age": formula("parent.age + 1"),
    "age": formula("days(now() - created_at)"),
    "called": {"type": "lookup", "via": "parent", "field": "mother"},
    "both": formula("fresh * 10 + length(coalesce(mother, ''))"),
}


async def test_one_that_moves_is_read_by_sql_and_never_from_a_kept_statement(own_company: Clocked):
    fields = {**BUYER.body["fields"], **MOVING}
    await release(own_company, Body("object", "buyer", {**BUYER.body, "fields": fields}), *OBJECTS[1:])
    parent = await make(own_company, "buyer", name="p")
    child = await make(own_company, "buyer", name="c", parent=parent)
    grandchild = await make(own_company, "buyer", name="g", parent=child)
    await make(own_company, "order", buyer=child)
    for days, fresh in ((0, 1), (8, 0)):
        own_company.clock.move(timedelta(days=days))
        rows = {row["id"]: row for row in await _read(own_company, "buyer")}
        assert (rows[child]["fresh"], rows[child]["mother"], rows[child]["parents_age"]) == (fresh, "p/?", days + 1)
        assert rows[child]["both"] == fresh * 10 + 3
        assert rows[grandchild]["called"] == "p/?"
        assert [row["id"] for row in await _read(own_company, "buyer", filter="fresh == 1")] == [child] * fresh
    ordered = await _read(own_company, "buyer", sort="-fresh,mother", filter="mother != null")
    assert [row["id"] for row in ordered] == [grandchild, child]


def _entered(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in fields.items() if one["type"] not in ("formula", "rollup")}


async def test_new_ones_are_worked_out_for_the_rows_that_are_there(own_company: Clocked):
    plain = [Body("object", one.key, {**one.body, "fields": _entered(one.body["fields"])}) for one in OBJECTS]
    await release(own_company, *plain)
    buyers = [await make(own_company, "buyer", level=n, factor=f"0.{n + 1}") for n in range(3)]
    agents = [await make(own_company, "agent", buyer=one) for one in buyers]
    for n in range(9):
        values = {"buyer": buyers[n % 3], "agent": agents[n % 2], "amount": str(n * 7)}
        await make(own_company, "order", **values)
    await release(own_company, *OBJECTS)
    assert await stale(own_company) == []
    assert (await own_company.record("buyer", buyers[2]))["spent"] > 0
    fields = {**ORDER.body["fields"], "net": formula("amount * buyer.level", result="money")}
    await release(own_company, Body("object", "order", {**ORDER.body, "fields": fields}))
    row = await own_company.record("buyer", buyers[2])
    assert row["spent"] == row["total"] == sum(2 * n * 7 for n in (2, 5, 8))


def problems_of(name: str, value: str) -> list[tuple[str, str, Any]]:
    """Return what is wrong where buyers have one formula more."""
    buyer = Body("object", "buyer", {**BUYER.body, "fields": {**BUYER.body["fields"], name: formula(value)}})
    try:
        Snapshot(COMPANY, 1, next_release([], [buyer, *OBJECTS[1:]], CLOCK)[0], KINDS)
    except Invalid as wrong:
        return [(one.field, one.code, one.params.get("path")) for one in wrong.errors]
    return []


def test_a_circle_over_objects_is_refused_with_its_path():
    ((place, code, path),) = [one for one in problems_of("level", "max(orders.far)") if one[1] == "circle"]
    assert (place, code) == ("object/buyer: fields.level", "circle")
    assert path == "buyer.level → order.far → buyer.level"


def test_a_formula_may_not_read_itself_in_another_record():
    wrong = problems_of("deep", "coalesce(parent.deep, 0) + 1")
    assert wrong == [("object/buyer: fields.deep", "circle", "buyer.deep → buyer.deep")]


def test_a_field_of_the_same_name_in_the_children_is_no_circle():
    assert problems_of("amount", "sum(orders.amount, amount > 3)") == []


def test_what_is_wrong_in_the_other_object_is_told_at_the_place():
    assert problems_of("wrong", "parent.nothing")[0][:2] == ("object/buyer: fields.wrong.value", "bad_expression")
    assert problems_of("mine", "sum(orders.amount, owner == me)")[0][1] == "depends_on_reader"


async def test_how_far_a_visit_was_from_its_customer(own_company: Clocked):
    store = an_object("store", {"place": {"type": "place"}})
    visit = an_object(
        "visit",
        {
            "place": {"type": "place"},
            "store": relation("store"),
            "apart": formula("distance(place, store.place)", result="integer"),
            "there": {"type": "lookup", "via": "store", "field": "place"},
        },
    )
    await release(own_company, store, visit)
    shop = await make(own_company, "store", place={"lat": 31.3, "lng": 120.6})
    seen = await make(own_company, "visit", store=shop, place="31.31, 120.6")
    lost = await make(own_company, "visit", store=shop)
    assert [(await own_company.record("visit", one))["apart"] for one in (seen, lost)] == [1112, None]
    near = "distance(place, store.place) <= 1200 and distance(place, there) == apart"
    assert [row["id"] for row in await _read(own_company, "visit", filter=near)] == [seen]
    await own_company.run(UpdateRecord("store", shop, values={"place": "31.3, 120.7"}))
    assert (await own_company.record("visit", seen))["apart"] > 9000
    assert await _read(own_company, "visit", filter=near) == []
    (row,) = await _read(own_company, "visit", filter="place != null")
    assert row["there"] == {"lat": 31.3, "lng": 120.7}
