"""In which order candidates are asked, and who is a candidate for which record."""

from collections import Counter
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.test_assign import SALES, intakes, owners, policy_with
from tests.support.company import Clocked, fresh_company
from tests.support.definitions import changed, release

from closeloop.access.org import Org, Person
from closeloop.base.errors import Invalid
from closeloop.catalog.model import Definition
from closeloop.catalog.reading import Node, Problems
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.assign.model import POLICIES, Policy
from closeloop.engine.assign.pick import pick
from closeloop.engine.assign.room import Load, Room
from closeloop.expr import Env

pytestmark = pytest.mark.db


def by_hand(key: str, position: int, **body: Any) -> Body:
    """Return a policy for leads, with some of its keys given."""
    usual = {"to": {"role": "sales"}, "nobody": {"pool": "public", "alarm": "manager"}}
    return Body("assignment", key, {"assignment": key, "on": "lead", "position": position, **usual, **body})


def people_of(count: int, *off: int) -> list[Person]:
    return [
        Person(UUID(int=n + 1), f"p{n}", "", n not in off, True, None, None, None, "zh-CN", ("sales",), ())
        for n in range(count)
    ]


@given(weights=st.lists(st.integers(0, 7), min_size=1, max_size=6).filter(any), cycles=st.integers(1, 3))
async def test_weighted_turns_give_exactly_the_shares_over_each_cycle_and_never_stray_far(
    company: Clocked, weights: list[int], cycles: int
):
    policy = weighted(company, {f"p{n}": weight for n, weight in enumerate(weights)})
    people, env = people_of(len(weights)), Env(company.clock.now(), company.catalog.zone)
    room = Room(policy, Org(1, people, []), env, {person.id: Load() for person in people})
    total = sum(weights)
    counts: Counter[int] = Counter()
    for number in range(1, cycles * total + 1):
        chosen = pick(room, {}, env).chosen
        assert chosen is not None
        room.give(chosen)
        counts[chosen.person.int - 1] += 1
        for n, weight in enumerate(weights):  # nobody is ever a whole record ahead of the share but by ties
            assert counts[n] < Fraction(weight * number, total) + 1
    assert counts == Counter({n: weight * cycles for n, weight in enumerate(weights) if weight})
    assert not any(one.credit for one in room.candidates)


def weighted(company: Clocked, people: dict[str, int]) -> Policy:
    """Return the sales app's policy with weights, as it is compiled."""
    body = {**policy_with().body, "order": "weighted", "weight": {"people": people}}
    problems = Problems()
    made = POLICIES.compile(
        Node(body, "", problems), Definition(UUID(int=9), "assignment", "online", 1, body), company.catalog
    )
    assert not problems.errors
    return made


async def test_shares_are_exact_with_two_processes_at_once(database: Database):
    weight = {"departments": {"east_sales_1": 3}, "people": {"sales5": 0, "sales6": 2}}
    async with fresh_company(database, policy_with(order="weighted", weight=weight)) as company:
        await intakes(company, 2 * (12 + 2 + 1 + 1))
        expected = {**dict.fromkeys(SALES[:4], 6), "sales6": 4, "sales7": 2, "sales8": 2}
        assert Counter(await owners(company)) == expected
        (event, *_) = await company.system_rows("event", type="record.assigned")
        reasons = {company.login_of(UUID(c["person"])): c["reason"] for c in event["why"]["assignment"]["candidates"]}
        assert reasons["sales5"] == "no_weight"


async def test_a_weight_is_what_a_company_says_of_its_people(database: Database):
    async with fresh_company(database, policy_with(order="weighted", weight="candidate.weight")) as company:
        await company.change_person("sales1", attributes={"weight": "2.5"})
        await company.change_person("sales2", attributes={"weight": "0.5"})
        await intakes(company, 18)
        assert Counter(await owners(company)) == {**dict.fromkeys(SALES[2:], 2), "sales1": 5, "sales2": 1}


async def test_records_go_to_those_whose_territory_and_product_line_they_are_in(database: Database):
    where = "record.province in candidate.territories and 'price' in candidate.product_lines"
    near = by_hand("near", 1, when="province != null", to={"role": "sales", "where": where})
    async with fresh_company(database, near) as company:
        await company.change_person("sales2", attributes={"territories": ["江苏", "安徽"], "product_lines": ["price"]})
        await company.change_person("sales3", attributes={"territories": ["江苏"], "product_lines": ["other"]})
        lead = await company.lead(province="江苏")
        assert company.login_of(lead["owner"]) == "sales2"
        (event,) = await company.system_rows("event", type="record.assigned")
        reasons = Counter(one["reason"] for one in event["why"]["assignment"]["candidates"])
        assert reasons == {"chosen": 1, "not_for_record": 7}
        nobody = await company.lead(province="广东")
        assert (nobody["owner"], nobody["pool"]) == (None, "public")
        assert (await company.lead())["owner"] is not None  # no province: the policy behind decides


async def test_whoever_has_the_most_by_the_expression_is_asked_first(database: Database):
    best = policy_with(order="by_expression", by="candidate.weight + (1 if candidate.city == record.city else 0)")
    async with fresh_company(database, best) as company:
        await company.change_person("sales1", attributes={"weight": "3"}, quota_daily=1)
        await company.change_person("sales5", attributes={"weight": "2"})
        await company.change_person("sales6", attributes={"weight": "2"})
        got = [
            company.login_of((await company.lead(city=city))["owner"]) for city in ("南京", "南京", "合肥", "x", "x")
        ]
        assert sorted(str(one) for one in got[:2]) == ["sales1", "sales5"]
        assert got[2] == "sales6"
        assert sorted(str(one) for one in got[3:]) == ["sales5", "sales6"]  # the same worth: in turn


async def test_the_pool_is_the_field_that_the_policy_names(database: Database):
    policy = policy_with(nobody={"field": "note", "pool": "nobody there", "alarm": "manager"})
    async with fresh_company(database, policy) as company:
        for login in SALES:
            await company.change_person(login, active=False)
        lead = await company.lead()
        assert (lead["owner"], lead["pool"], lead["note"]) == (None, None, "nobody there")


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"order": "weighted", "weight": {"people": {"sales1": -1}}}, "weight.people.sales1", "out_of_range"),
        ({"weight": "candidate.weight"}, "weight", "unknown_key"),
        ({"order": "by_expression"}, "by", "required"),
        ({"by": "1"}, "by", "unknown_key"),
        ({"to": {"role": "sales", "where": "candidate.nothing == 1"}}, "to.where", "bad_expression"),
        ({"nobody": {"field": "nothing", "pool": "public"}}, "nobody.field", "unknown_field"),
        ({"nobody": {"pool": "nowhere"}}, "nobody.pool", "not_an_option"),
    ],
)
async def test_what_is_wrong_with_a_policy_is_told_at_its_place(
    company: Clocked, change: dict[str, Any], place: str, code: str
):
    with pytest.raises(Invalid) as wrong:
        await release(company, changed("assignment", "online", **change))
    assert [(one.field, one.code) for one in wrong.value.errors] == [(f"assignment/online: {place}", code)]


@pytest.mark.parametrize(
    ("attributes", "place", "code"),
    [
        ({"city": {"type": "text", "label": "城市"}}, "attributes.city", "name_taken"),
        ({"x": {"type": "colour", "label": "颜色"}}, "attributes.x.type", "not_one_of"),
        ({"x": {"type": "number", "label": "数", "options": ["1"]}}, "attributes.x.options", "unknown_key"),
    ],
)
async def test_what_is_wrong_with_a_profile_is_told_at_its_place(
    company: Clocked, attributes: dict[str, Any], place: str, code: str
):
    with pytest.raises(Invalid) as wrong:
        await release(company, Body("profile", "person", {"profile": "person", "attributes": attributes}))
    assert (f"profile/person: {place}", code) in [(one.field, one.code) for one in wrong.value.errors]
