"""Lists, counts, views and figures over HTTP, and what is wrong with a question."""

import base64
from datetime import timedelta
from decimal import Decimal
from statistics import median

import orjson
import pytest
from tests.support.company import Clocked, a_phone
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api

pytestmark = pytest.mark.db

LEADS = "/objects/lead/records"


async def some(api: Api, mark: str, *leads: dict[str, object]) -> str:
    """Make leads under a mark of their own, and return the filter that finds them."""
    for values in leads:
        await api.lead(campaign=mark, **values)
    return f"campaign == '{mark}'"


async def test_filter_sort_fields_limit_and_count(api: Api):
    mine = await some(api, "list", *({"company": f"公司{n}", "downloads": n} for n in range(5)))
    admin = await api.signed_in("admin")
    asked = {
        "filter": f"{mine} and downloads >= 1", "sort": "-downloads", "fields": "company,downloads", "limit": 2,
        "count": "true",
    }  # fmt: skip
    page = (await admin.get(LEADS, params=asked)).json()
    assert [(one["company"], one["downloads"]) for one in page["items"]] == [("公司4", 4), ("公司3", 3)]
    assert set(page["items"][0]) == {"id", "version", "company", "downloads"}
    assert (page["total"], page["total_is"]) == (4, "exact")
    rest = (await admin.get(LEADS, params={**asked, "cursor": page["next_cursor"]})).json()
    assert [one["downloads"] for one in rest["items"]] == [2, 1]
    assert rest["next_cursor"] is None
    second = (await admin.get(LEADS, params={**asked, "page": 2})).json()
    assert second["items"] == rest["items"]


async def test_without_being_asked_a_list_counts_nothing_and_shows_the_newest_first(api: Api):
    mine = await some(api, "order", {"name": "first"}, {"name": "second"})
    listed = (await (await api.signed_in("admin")).get(LEADS, params={"filter": mine})).json()
    assert [one["name"] for one in listed["items"]] == ["second", "first"]
    assert set(listed) == {"items", "next_cursor"}


async def test_a_filter_may_use_the_labels_and_who_asks(api: Api):
    lead = await api.lead_of("sales1", campaign="labels", company="标签")
    client = await api.signed_in("sales1")
    for filter_ in ("公司 == '标签' and 负责人 == me", "record.company == '标签' and owner in my_subtree"):
        found = (await client.get(LEADS, params={"filter": filter_})).json()["items"]
        assert [one["id"] for one in found] == [lead["id"]]


async def test_a_wrong_expression_is_told_with_its_place(api: Api):
    client = await api.signed_in("sales1")
    for filter_, place in (("stage == ", 9), ("nothing == 1", 0), ("1 + 1", 0), ("company == 1", None)):
        body = problem(await client.get(LEADS, params={"filter": filter_}), 422, "bad_expression")
        assert body["detail"]
        if place is not None:
            assert body["at"] == place


async def test_what_is_wrong_with_a_list_is_named(api: Api):
    client = await api.signed_in("sales1")
    for asked, expected in (
        ({"sort": "nothing"}, {"sort": "unknown_field"}),
        ({"sort": "needs"}, {"sort": "unknown_field"}),
        ({"sort": "company,,name"}, {"sort": "unknown_field"}),
        ({"fields": "company,nothing"}, {"nothing": "unknown_field"}),
        ({"view": "nothing"}, {"view": "unknown_view"}),
        ({"cursor": "!"}, {"cursor": "bad_cursor"}),
        ({"cursor": "é"}, {"cursor": "bad_cursor"}),
        ({"cursor": base64.urlsafe_b64encode(b"[]").decode()}, {"cursor": "bad_cursor"}),
        ({"cursor": base64.urlsafe_b64encode(b'{"a":1}').decode()}, {"cursor": "bad_cursor"}),
        ({"page": 201}, {"page": "out_of_range"}),
    ):
        assert wrong_fields(await client.get(LEADS, params=asked)) == expected
    for asked in ({"limit": 0}, {"limit": 501}, {"limit": "x"}, {"page": 0}, {"count": "perhaps"}):
        assert list(wrong_fields(await client.get(LEADS, params=asked))) == list(asked)


async def test_a_cursor_says_where_its_page_begins_whatever_number_comes_with_it(api: Api):
    mine = await some(api, "both", *({"company": f"续{n}"} for n in range(5)))
    admin = await api.signed_in("admin")
    asked = {"filter": mine, "limit": 2}
    cursor = (await admin.get(LEADS, params=asked)).json()["next_cursor"]
    alone = (await admin.get(LEADS, params={**asked, "cursor": cursor})).json()["items"]
    numbered = (await admin.get(LEADS, params={**asked, "cursor": cursor, "page": 2})).json()["items"]
    assert [one["company"] for one in alone] == ["续2", "续1"]
    assert numbered == alone


async def test_a_cursor_belongs_to_its_order(api: Api):
    mine = await some(api, "cursor", {}, {}, {})
    admin = await api.signed_in("admin")
    cursor = (await admin.get(LEADS, params={"filter": mine, "limit": 1})).json()["next_cursor"]
    answer = await admin.get(LEADS, params={"filter": mine, "cursor": cursor, "sort": "company"})
    assert wrong_fields(answer) == {"cursor": "bad_cursor"}
    shape = orjson.loads(base64.urlsafe_b64decode(cursor + "=="))
    for values in (["x", "y"], [5, 5], shape[1:2], [*shape[1:], 1]):
        forged = base64.urlsafe_b64encode(orjson.dumps([shape[0], *values])).decode()
        answer = await admin.get(LEADS, params={"filter": mine, "cursor": forged})
        assert wrong_fields(answer) == {"cursor": "bad_cursor"}


async def test_a_view_is_a_filter_an_order_and_columns_for_whoever_asks(api: Api):
    lead = await api.lead_of("sales6", company="视图")
    await api.lead_of("sales7")
    client = await api.signed_in("sales6")
    views = {
        one["key"]: one for one in (await client.get("/objects/lead/views", params={"count": "true"})).json()["items"]
    }
    assert views["lead_mine"]["label"] == "Mine"
    assert views["lead_mine"]["columns"][0] == "company"
    listed = (await client.get(LEADS, params={"view": "lead_mine", "count": "true", "limit": 500})).json()
    assert lead["id"] in {one["id"] for one in listed["items"]}
    assert {one["owner"]["label"] for one in listed["items"]} == {"何雨彤"}
    assert views["lead_mine"]["count"] == listed["total"] == views["lead_all"]["count"]
    narrowed = {"view": "lead_mine", "filter": "company == '视图'"}
    assert [one["id"] for one in (await client.get(LEADS, params=narrowed)).json()["items"]] == [lead["id"]]
    problem(await (await api.signed_in("finance1")).get("/objects/lead/views"), 404, "unknown_object")


async def test_a_list_brings_its_clocks_along(api: Api):
    mine = await some(api, "clocks", {"source": "website"}, {"source": "referral"})
    admin = await api.signed_in("admin")
    items = (await admin.get(LEADS, params={"filter": mine, "include": "clocks", "sort": "source"})).json()["items"]
    assert [[clock["policy"] for clock in one["clocks"]] for one in items] == [
        [],
        ["first_touch", "need_tags", "untouched"],
    ]


class TestAggregate:
    PATH = "/objects/lead/aggregate"

    async def test_groups_and_measures_are_those_of_the_records(self, api: Api):
        budgets = [("expo", "10.5"), ("ad", "20"), ("expo", "0.1"), ("ad", None)]
        mine = await some(api, "figures", *({"source": source, "budget": budget} for source, budget in budgets))
        admin = await api.signed_in("admin")
        fns = ("count", "sum", "avg", "min", "max", "median", "p90")
        body = {
            "group_by": ["source"], "filter": mine,
            "measures": [{"fn": "count"}, *({"fn": fn, "field": "budget"} for fn in fns[1:])],
        }  # fmt: skip
        answer = (await admin.post(self.PATH, json=body)).json()
        by_source = {group["key"]["source"]: group["values"] for group in answer["groups"]}
        count, total, mean, least, most, middle, p90 = by_source["expo"]
        assert (count, total, least, most) == (2, "10.6", "0.1", "10.5")
        assert Decimal(mean) == Decimal("5.3")
        assert float(middle) == pytest.approx(float(median([10.5, 0.1])))
        assert float(p90) == pytest.approx(0.1 + 0.9 * 10.4)
        assert by_source["ad"][0] == 2
        assert by_source["ad"][1] == "20"

    async def test_groups_by_a_person_come_with_the_name(self, api: Api):
        await api.lead_of("sales1", campaign="people")
        await api.lead_of("sales2", campaign="people")
        admin = await api.signed_in("admin")
        body = {"group_by": ["owner"], "filter": "campaign == 'people'"}
        groups = (await admin.post(self.PATH, json=body)).json()["groups"]
        assert {group["key"]["owner"]["label"]: group["values"] for group in groups} == {"林晓": [1], "陈思齐": [1]}

    async def test_each_sees_the_own_share(self, api: Api):
        await api.lead_of("sales1", campaign="share")
        await api.lead_of("sales5", campaign="share")
        body = {"filter": "campaign == 'share'"}
        for login, count in (("sales1", 1), ("sales2", 0), ("manager1", 2), ("director", 2)):
            groups = (await (await api.signed_in(login)).post(self.PATH, json=body)).json()["groups"]
            assert [group["values"] for group in groups] == [[count]]
        problem(await (await api.signed_in("support1")).post(self.PATH, json=body), 404, "unknown_object")

    async def test_what_is_wrong_is_named(self, api: Api):
        client = await api.signed_in("sales1")
        for body, expected in (
            ({"group_by": "source"}, {"group_by": "not_a_list"}),
            ({"group_by": [1]}, {"group_by": "not_a_list"}),
            ({"group_by": ["needs"]}, {"group_by": "unknown_field"}),
            ({"group_by": ["nothing"]}, {"nothing": "unknown_field"}),
            ({"measures": {"fn": "count"}}, {"measures": "not_a_list"}),
            ({"measures": ["count"]}, {"measures": "not_a_list"}),
            ({"measures": [{"fn": "sum"}]}, {"measures[0].field": "not_number"}),
            ({"measures": [{"fn": "sum", "field": "company"}]}, {"measures[0].field": "not_number"}),
            ({"measures": [{"fn": "sum", "field": ["score"]}]}, {"measures[0].field": "not_text"}),
            ({"measures": [{"fn": "mode", "field": "score"}]}, {"measures[0].fn": "unknown_measure"}),
            ({"sort": "x"}, {"sort": "unknown_parameter"}),
            ({"filter": 5}, {"filter": "not_text"}),
        ):
            assert wrong_fields(await client.post(self.PATH, json=body)) == expected, body
        problem(await client.post(self.PATH, json={"filter": "("}), 422, "bad_expression")


async def test_clocks_are_listed_by_due_time_and_state(api: Api, company: Clocked):
    lead = await api.lead_of("sales3")
    other = await api.lead_of("sales4")
    client = await api.signed_in("sales3")
    items = (await client.get("/clocks", params={"object": "lead", "record": lead["id"]})).json()["items"]
    assert [(one["policy"], one["state"], one["color"]) for one in items] == [
        ("first_touch", "running", "green"), ("need_tags", "running", "green"), ("untouched", "running", "green"),
    ]  # fmt: skip
    assert items[0]["label"] == "First touch"
    due = company.clock.now() + timedelta(minutes=30)
    assert items[0]["due_at"] == due.isoformat().replace("+00:00", "Z")
    assert [(rung["at"], rung["fired_at"]) for rung in items[0]["rungs"]] == [
        ("-5m", None),
        ("0m", None),
        ("24h", None),
    ]
    assert items[0]["rungs"][1]["do"] == ["notify the owner", "escalate to the superior"]
    everything = (await client.get("/clocks", params={"object": "lead", "limit": 500})).json()["items"]
    assert lead["id"] in {one["record"] for one in everything}
    assert other["id"] not in {one["record"] for one in everything}
    breached = await client.get("/clocks", params={"object": "lead", "record": lead["id"], "state": "breached"})
    assert breached.json() == {"items": []}
    assert wrong_fields(await client.get("/clocks", params={"object": "lead", "state": "odd"})) == {
        "state": "not_an_option"
    }
    assert list(wrong_fields(await client.get("/clocks"))) == ["object"]
    problem(await (await api.signed_in("finance1")).get("/clocks", params={"object": "lead"}), 404, "unknown_object")


async def test_a_lead_that_came_with_nothing_but_a_phone_is_listed_like_any_other(api: Api):
    phone = a_phone()
    await api.lead(phone=phone)
    found = (await (await api.signed_in("admin")).get(LEADS, params={"filter": f"phone == '{phone}'"})).json()
    assert found["items"][0]["company"] is None


async def test_a_list_says_since_when_records_stand_in_their_stage(api: Api, company: Clocked):
    mine = await some(api, "stays", {"name": "here"}, {"name": "moved"})
    entered = company.clock.now()
    admin = await api.signed_in("admin")
    rows = (await admin.get(LEADS, params={"filter": mine, "include": "clocks,stage"})).json()["items"]
    assert {row["stage_since"] for row in rows} == {entered.isoformat().replace("+00:00", "Z")}
    assert all("clocks" in row for row in rows)
    company.clock.move(timedelta(minutes=5))
    moved = next(row for row in rows if row["name"] == "moved")
    answer = await admin.post(f"{LEADS}/{moved['id']}/transition", json={"to": "contacted"})
    assert answer.status_code == 200, answer.text
    rows = (await admin.get(LEADS, params={"filter": mine, "include": "stage"})).json()["items"]
    since = {row["name"]: row["stage_since"] for row in rows}
    assert since["here"] < since["moved"]


async def test_an_aggregate_counts_what_words_find(api: Api):
    mine = await some(api, "words", {"company": "钱塘齿轮厂"}, {"company": "太湖泵业"})
    asked = {"group_by": [], "measures": [{"fn": "count"}], "filter": mine, "q": "钱塘"}
    answer = await (await api.signed_in("admin")).post("/objects/lead/aggregate", json=asked)
    assert answer.json()["groups"][0]["values"] == [1]
