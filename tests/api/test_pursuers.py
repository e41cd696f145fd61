"""Customers that several people pursue: groups of the same company with more than one owner, as far as one reads."""

from typing import Any

import pytest
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api

pytestmark = pytest.mark.http

REPORT: dict[str, Any] = {
    "group_by": ["company"],
    "alike": True,
    "measures": [{"fn": "count"}, {"fn": "count_distinct", "field": "owner", "as": "owners"}],
    "having": "owners > 1",
}
AT = "/objects/lead/aggregate"


async def test_companies_with_several_pursuers_are_told_to_whom_may_read_them(api: Api):
    for login, company in (
        ("sales1", "华川机电有限公司"), ("sales2", "华川机电"), ("sales3", "华川机电（集团）股份有限公司"),
        ("sales1", "宁远仪器"), ("sales1", "宁远仪器有限公司"),
        ("sales1", "众合重工"), ("sales2", "众合重工有限公司"),
    ):  # fmt: skip
        await api.lead_of(login, company=company)
    manager = await api.signed_in("manager1")
    found = (await manager.post(AT, json=REPORT)).json()
    assert found == {
        "groups": [
            {"key": {"company": "华川机电"}, "values": [3, 3]},
            {"key": {"company": "众合重工"}, "values": [2, 2]},
        ],
        "more": False,
    }
    pages = [(await manager.post(AT, json={**REPORT, "limit": 1, "page": page})).json() for page in (1, 2, 3)]
    assert [page["groups"] for page in pages] == [found["groups"][:1], found["groups"][1:], []]
    assert [page["more"] for page in pages] == [True, False, False]
    apart = (await manager.post(AT, json={**REPORT, "alike": False})).json()
    assert apart["groups"] == []
    own = await (await api.signed_in("sales1")).post(AT, json=REPORT)
    assert own.json()["groups"] == []
    problem(await (await api.signed_in("support1")).post(AT, json=REPORT), 404, "unknown_object")


async def test_a_group_shows_the_other_keys_as_they_are(api: Api):
    await api.lead_of("sales5", company="同源科技", source="expo")
    await api.lead_of("sales5", company="同源科技有限公司", source="expo")
    manager = await api.signed_in("manager1")
    asked = {"group_by": ["owner", "company", "source"], "alike": True, "filter": "starts_with(company, '同源')"}
    (group,) = (await manager.post(AT, json=asked)).json()["groups"]
    assert group["key"]["owner"]["label"] == "郑一诺"
    assert (group["key"]["company"], group["key"]["source"], group["values"]) == ("同源科技", "expo", [2])


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"alike": "yes"}, "alike", "not_boolean"),
        ({"limit": 501}, "limit", "out_of_range"),
        ({"limit": 0}, "limit", "not_integer"),
        ({"page": 1000}, "page", "out_of_range"),
        ({"measures": [{"fn": "count_distinct", "field": "nothing"}]}, "nothing", "unknown_field"),
        ({"measures": [{"fn": "count_distinct"}]}, "measures[0].field", "unknown_field"),
        ({"measures": [{"fn": "count", "as": "a b"}]}, "measures[0].as", "bad_name"),
        ({"measures": [{"fn": "count", "as": "n"}, {"fn": "count", "as": "n"}]}, "measures[1].as", "name_taken"),
        ({"measures": [{"fn": "count", "of": "n"}]}, "measures[0].of", "unknown_parameter"),
        ({"sort": "n"}, "sort", "unknown_parameter"),
    ],
)
async def test_wrong_input_is_told_at_its_place(api: Api, change: dict[str, Any], place: str, code: str):
    answer = await (await api.signed_in("manager1")).post(AT, json={**REPORT, **change})
    assert wrong_fields(answer) == {place: code}


async def test_a_condition_on_what_is_not_measured_is_refused(api: Api):
    answer = await (await api.signed_in("manager1")).post(AT, json={**REPORT, "having": "people > 1"})
    problem(answer, 422, "bad_expression")
