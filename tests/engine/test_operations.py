"""Operations as data: what they require, make, link and move, as one step that is done whole or not at all."""

from typing import Any
from uuid import UUID

import pytest
from tests.support.company import Clocked, fresh_company, sales_app
from tests.support.definitions import changed, release

from closeloop.base.errors import Forbidden, Invalid
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.operations.handler import RunOperation
from closeloop.records.batch import Row

pytestmark = pytest.mark.db

BUYER = Body(
    "object", "buyer",
    {"object": "buyer", "label": "buyer", "title": "name", "fields": {
        "name": {"type": "text", "required": True}, "main": {"type": "relation", "object": "agent"},
        "note": {"type": "text"},
     }, "duplicates": [{"match": ["name"], "then": "flag"}]},
)  # fmt: skip
AGENT = Body(
    "object", "agent",
    {"object": "agent", "label": "agent", "title": "name", "fields": {
        "name": {"type": "text"}, "buyer": {"type": "relation", "object": "buyer", "required": True},
    }},
)  # fmt: skip
PIPELINE = Body(
    "pipeline", "deal",
    {"pipeline": "deal", "on": "deal", "stages": [
        {"key": "open", "label": "open"},
        {"key": "offered", "label": "offered",
         "enter": [{"kind": "expression", "check": "amount > 0", "label": "amount"}]},
    ]},
)  # fmt: skip
DEAL = Body(
    "object", "deal",
    {"object": "deal", "label": "deal", "title": "name", "fields": {
        "name": {"type": "text"}, "buyer": {"type": "relation", "object": "buyer"},
        "agent": {"type": "relation", "object": "agent"}, "amount": {"type": "money"},
        "stage": {"type": "stage", "pipeline": "deal"},
    }},
)  # fmt: skip
CONVERT: dict[str, Any] = {
    "operation": "convert", "on": "lead", "label": "convert", "confirm": "sure?", "only": "stage != 'converted'",
    "input": {"amount": {"type": "money"}},
    "do": [
        {"require": [{"kind": "field", "fields": ["company"]},
                     {"kind": "expression", "check": "input.amount > 0", "label": "an amount"}]},
        {"create": "buyer", "values": {"name": "company"}, "match": ["name"], "as": "buyer"},
        {"create": "agent", "values": {"name": "name", "buyer": "buyer.id"}, "as": "agent"},
        {"create": "deal", "values": {"name": "company", "buyer": "buyer.id", "agent": "agent.id",
                                      "amount": "input.amount"}, "as": "deal"},
        {"link": {"main": "agent.id"}, "of": "buyer"},
        {"move": "offered", "of": "deal"},
        {"move": "converted"},
    ],
}  # fmt: skip
NEW = (BUYER, AGENT, PIPELINE, DEAL)


def operation(**keys: Any) -> Body:
    return Body("operation", "convert", {**CONVERT, **keys})


def convert(lead: Row, **values: Any) -> RunOperation:
    return RunOperation("lead", lead["id"], operation="convert", values=values)


async def all_of(company: Clocked, name: str) -> list[Row]:
    table = company.catalog.object(name).table
    return await company.rows(table.select().order_by(table.c.id))


def role_that_may_convert() -> Body:
    """Return the sales role, which may convert its own leads and touch nothing else of them."""
    body = next(one.body for one in sales_app() if (one.kind, one.key) == ("role", "sales"))
    lead = {"read": "own", "operations": {"convert": "own"}}
    return Body("role", "sales", {**body, "objects": {"lead": lead}})


async def test_conversion_makes_and_links_everything_in_one_operation(database: Database):
    async with fresh_company(database, *NEW, operation(), role_that_may_convert()) as company:
        lead = await company.lead(company="Acme", name="Li")
        owner = company.login_of(lead["owner"])
        (outcome,) = await company.run(convert(lead, amount=5000), by=owner)
        assert outcome.error is None
        (buyer,), (agent,), (deal,) = [await all_of(company, one) for one in ("buyer", "agent", "deal")]
        assert (buyer["name"], buyer["main"]) == ("Acme", agent["id"])
        assert (agent["name"], agent["buyer"]) == ("Li", buyer["id"])
        assert (deal["buyer"], deal["agent"], deal["stage"]) == (buyer["id"], agent["id"], "offered")
        assert (await company.record("lead", lead["id"]))["stage"] == "converted"
        assert buyer["owner"] == lead["owner"]


async def test_a_buyer_that_is_there_is_joined_not_made_twice(database: Database):
    async with fresh_company(database, *NEW, operation()) as company:
        one, two = await company.lead(company="Acme 有限公司", name="Li"), await company.lead(company="ACME有限公司")
        outcomes = await company.run(convert(one, amount=1), convert(two, amount=2))
        assert [outcome.error for outcome in outcomes] == [None, None]
        later = await company.lead(company="acme有限公司")
        await company.run(convert(later, amount=3))
        (buyer,) = await all_of(company, "buyer")
        deals = await all_of(company, "deal")
        assert {deal["buyer"] for deal in deals} == {buyer["id"]}
        assert len(await all_of(company, "agent")) == len(deals) == 3


async def test_what_is_required_is_told_one_by_one_and_nothing_is_done(database: Database):
    async with fresh_company(database, *NEW, operation()) as company:
        lead = await company.lead()
        (outcome,) = await company.run(convert(lead))
        assert isinstance(outcome.error, Invalid)
        assert outcome.error.code == "operation_unmet"
        assert outcome.error.data["unmet"] == [
            {"kind": "field", "field": "company", "label": company.catalog.object("lead").fields["company"].label},
            {
                "kind": "expression",
                "label": {"zh-CN": "an amount"},
                "detail": "input.amount > 0",
                "reads": ["input.amount"],
            },
        ]  # fmt: skip
        assert await company.system_rows("event", record=lead["id"], type="lead.convert") == []


async def test_a_step_that_fails_late_undoes_all(database: Database):
    do = [one for one in CONVERT["do"] if "require" not in one]
    async with fresh_company(database, *NEW, operation(do=do)) as company:
        lead, good = await company.lead(company="Acme"), await company.lead(company="Good")
        outcomes = await company.run(convert(lead, amount=0), convert(good, amount=1))
        assert isinstance(outcomes[0].error, Invalid)
        assert outcomes[0].error.code == "gate_unmet"
        assert outcomes[0].error.data["unmet"] == [
            {"kind": "expression", "label": {"zh-CN": "amount"}, "detail": "amount > 0", "reads": ["amount"]}
        ]
        assert outcomes[1].error is None
        assert [one["name"] for one in await all_of(company, "buyer")] == ["Good"]
        assert (await company.record("lead", lead["id"]))["stage"] == "new"


async def test_an_operation_grants_what_it_does_and_no_more(database: Database):
    async with fresh_company(database, *NEW, operation(), role_that_may_convert()) as company:
        lead = await company.lead(company="Acme")
        owner = company.login_of(lead["owner"])
        other = "sales1" if owner != "sales1" else "sales2"
        (refused,) = await company.run(convert(lead, amount=1), by=other)
        assert refused.error is not None
        await company.run(convert(lead, amount=1), by=owner)
        (again,) = await company.run(convert(lead, amount=1), by=owner)
        assert isinstance(again.error, Forbidden)


STEPS = [
    {"add_to": {"needs": "'trial'"}},
    {"assign": "input.who", "when": "input.who != null"},
    {"run": "tag_needs", "values": {"needs": "['price', 'trial']"}, "when": "input.who == null"},
    {"reassign": "online", "when": "city == 'again'"},
    {"notify": ["creator", "field:owner", "person:director", "department:finance"], "level": "danger"},
]


async def test_every_other_word_does_what_it_says(database: Database):
    steps = operation(input={"who": {"type": "person"}}, only="true", do=STEPS)
    async with fresh_company(database, *NEW, steps) as company:
        lead = await company.lead(needs=["price"])
        (outcome,) = await company.run(convert(lead, who=str(company.id_of("sales8"))))
        assert outcome.error is None
        row = await company.record("lead", lead["id"])
        assert (row["needs"], company.login_of(row["owner"])) == (["price", "trial"], "sales8")
        people = {company.login_of(one["person"]) for one in await company.system_rows("notice", type="rule")}
        assert people == {company.login_of(lead["owner"]), "director", "finance1"}
        await company.run(convert(lead), by="admin")
        assert await company.system_rows("event", record=lead["id"], type="lead.tag_needs") != []


async def test_input_that_a_step_cannot_take_is_told_at_the_step(database: Database):
    odd = operation(input={}, only="true", do=[{"create": "buyer", "values": {"name": "company"}}])
    async with fresh_company(database, *NEW, odd) as company:
        lead = await company.lead()
        (outcome,) = await company.run(convert(lead))
        assert isinstance(outcome.error, Invalid)
        assert [(one.field, one.code) for one in outcome.error.errors] == [
            ("operation/convert: do[0].name", "required")
        ]


async def test_a_promised_id_is_the_records(database: Database):
    async with fresh_company(database, *NEW, operation()) as company:
        lead = await company.lead(company="Acme")
        await company.run(convert(lead, amount=1))
        (deal,) = await all_of(company, "deal")
        (created,) = await company.system_rows("event", record=deal["id"], type="record.created")
        assert isinstance(deal["id"], UUID)
        assert created["depth"] > 0


@pytest.mark.parametrize(
    ("undo", "code"), [("fly", "unknown_operation"), ("finish", "unknown_operation"), ("touch", "undo_asks")]
)
async def test_an_operation_is_taken_back_by_one_of_its_object_that_asks_for_nothing(
    own_company: Clocked, undo: str, code: str
):
    with pytest.raises(Invalid) as caught:
        await release(own_company, changed("operation", "discard", undo=undo))
    assert [(one.field, one.code) for one in caught.value.errors] == [("operation/discard: undo", code)]


@pytest.mark.parametrize(
    ("named", "place", "code"),
    [
        ({"label": "x"}, "when", "required"),
        ({"label": "x", "when": ""}, "when", "required"),
        ({"label": "x", "when": "score"}, "when", "bad_expression"),
        ({"when": "owner == me"}, "label", "no_label"),
        ({"label": "x", "when": "owner == me", "then": 1}, "then", "unknown_key"),
    ],
)
async def test_another_name_of_an_operation_needs_a_condition_and_a_label(
    own_company: Clocked, named: dict[str, Any], place: str, code: str
):
    with pytest.raises(Invalid) as caught:
        await release(own_company, changed("operation", "discard", named=[named]))
    assert [(one.field, one.code) for one in caught.value.errors] == [(f"operation/discard: named[0].{place}", code)]


@pytest.mark.parametrize(
    ("type_", "default", "code"),
    [
        ({"type": "text"}, "compny", "bad_expression"),
        ({"type": "text"}, "score + 1", "bad_expression"),
        ({"type": "relation", "object": "customer"}, "customer", "not_possible"),
    ],
)
async def test_what_a_form_begins_with_is_checked_like_any_expression(
    own_company: Clocked, type_: dict[str, Any], default: str, code: str
):
    one = {**type_, "label": "客户", "default": {"value": default}}
    with pytest.raises(Invalid) as caught:
        await release(
            own_company, changed("operation", "convert", input={"customer_name": one}, do=[{"move": "converted"}])
        )
    place = "operation/convert: input.customer_name.default"
    assert (place, code) in [(one.field, one.code) for one in caught.value.errors]
