"""Views that people keep: their own, shared ones, who may change them, and what they never show."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.problems import problem
from tests.support.web import Api

pytestmark = pytest.mark.db

VIEWS = "/objects/lead/views"
PEOPLE = ("admin", "director", "manager1", "sales1", "sales2", "sales5")


async def keep(client: httpx.AsyncClient, name: str, **sent: Any) -> dict[str, Any]:
    answer = await client.post(VIEWS, json={"name": name, **sent})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def shown(client: httpx.AsyncClient, **params: str) -> dict[str, Any]:
    answer = await client.get(VIEWS, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def found(client: httpx.AsyncClient, key: str, **params: str) -> dict[str, Any] | None:
    return next((one for one in (await shown(client, **params))["items"] if one["key"] == key), None)


async def test_an_own_view_is_kept_counted_and_shown_to_nobody_else(api: Api):
    await api.lead_of("sales1", campaign="kept")
    await api.lead_of("sales2", campaign="kept")
    me = await api.signed_in("sales1")
    look = {
        "filter": "(campaign == 'kept' or score >= 1000)",
        "filters": [
            {"field": "campaign", "op": "is", "values": ["kept"]},
            {"field": "score", "op": "at_least", "values": ["1000"], "or": True},
        ],
        "sort": "-score,name",
        "columns": ["company", "clocks", "score"],
        "widths": {"company": 240},
        "group": "source",
        "totals": {"score": "avg"},
        "layout": "kanban",
        "lanes": "stage",
    }
    made = await keep(me, " 展会跟进 ", look=look)
    assert made["label"] == "展会跟进"
    assert made["look"] == {**look, "condition": None}
    again = await found(me, made["key"], count="true")
    assert again is not None
    assert (again["look"], again["mine"], again["count"], again["count_is"]) == (made["look"], True, 1, "exact")
    for other in ("admin", "director", "sales2"):
        client = await api.signed_in(other)
        assert await found(client, made["key"]) is None
        problem(await client.patch(f"{VIEWS}/{made['key']}", json={"name": "x"}), 404, "not_found")
        problem(await client.delete(f"{VIEWS}/{made['key']}"), 404, "not_found")


async def test_a_shared_view_shows_each_reader_the_own_records_and_is_its_keepers_to_change(api: Api):
    await api.lead_of("sales1", campaign="shared")
    await api.lead_of("sales2", campaign="shared")
    director, sales = await api.signed_in("director"), await api.signed_in("sales1")
    made = await keep(director, "全员", look={"filter": "campaign == 'shared'"}, everyone=True)
    seen = await found(sales, made["key"], count="true")
    assert seen is not None
    assert (seen["mine"], seen["everyone"], seen["count"]) == (False, True, 1)
    problem(await sales.patch(f"{VIEWS}/{made['key']}", json={"name": "x"}), 403, "forbidden")
    problem(await sales.delete(f"{VIEWS}/{made['key']}"), 403, "forbidden")
    changed = await director.patch(f"{VIEWS}/{made['key']}", json={"name": "只给自己", "everyone": False})
    assert changed.json()["label"] == "只给自己"
    assert await found(sales, made["key"]) is None


async def test_a_salesperson_shares_with_the_own_department_only(api: Api):
    sales = await api.signed_in("sales1")
    offered = (await shown(sales))["may_share"]
    assert not offered["everyone"]
    problem(await sales.post(VIEWS, json={"name": "x", "look": {}, "everyone": True}), 403, "view_for_everyone")
    departments = (await sales.get("/departments")).json()["items"]
    foreign = next(one["id"] for one in departments if one["id"] not in offered["departments"])
    refused = await sales.post(VIEWS, json={"name": "x", "look": {}, "departments": [foreign]})
    assert [one["field"] for one in refused.json()["errors"]] == ["departments"]
    await keep(sales, "本组", look={}, departments=offered["departments"])


async def test_an_administrator_deletes_what_others_share(api: Api):
    director, admin = await api.signed_in("director"), await api.signed_in("admin")
    made = await keep(director, "多余的", look={}, everyone=True)
    assert (await admin.delete(f"{VIEWS}/{made['key']}")).status_code == 204
    assert await found(director, made["key"]) is None


async def test_the_list_begins_with_the_chosen_view_until_that_is_gone(api: Api):
    me = await api.signed_in("sales2")
    first = (await shown(me))["items"][0]["key"]
    for key in (first, (await keep(me, "先看这个", look={}))["key"]):
        assert (await me.put(f"{VIEWS}/default", json={"view": key})).json() == {"default": key}
        assert (await shown(me))["default"] == key
    assert (await me.delete(f"{VIEWS}/{key}")).status_code == 204
    assert (await shown(me))["default"] is None
    await me.put(f"{VIEWS}/default", json={"view": first})
    assert (await me.put(f"{VIEWS}/default", json={"view": None})).json() == {"default": None}
    assert (await shown(me))["default"] is None


@pytest.mark.parametrize(
    ("look", "place"),
    [
        ({"filter": "nothing == 1"}, "look.filter"),
        ({"condition": "score >"}, "look.condition"),
        ({"sort": "-nothing"}, "look.sort"),
        ({"columns": ["nothing"]}, "look.columns"),
        ({"columns": "score"}, "look.columns"),
        ({"widths": {"score": 1}}, "look.widths"),
        ({"totals": {"score": "median"}}, "look.totals"),
        ({"group": "nothing"}, "look.group"),
        ({"layout": "calendar"}, "look.layout"),
        ({"filters": [{"field": "score", "op": "is", "values": [1]}]}, "look.filters"),
        ({"filters": [{"field": "nothing", "op": "is", "values": []}]}, "look.filters"),
        ({"filters": [{"field": "score", "op": "is", "values": ["1"], "or": "yes"}]}, "look.filters"),
        ({"colour": "red"}, "look.colour"),
    ],
)
async def test_what_is_wrong_in_a_look_is_told_at_its_place(api: Api, look: dict[str, Any], place: str):
    refused = await (await api.signed_in("sales1")).post(VIEWS, json={"name": "x", "look": look})
    assert refused.status_code == 422
    assert place in [one["field"] for one in refused.json()["errors"]]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_view_is_seen_by_its_keeper_and_by_those_it_is_shared_with(api: Api, data: st.DataObject):
    keeper = data.draw(st.sampled_from(PEOPLE))
    client = await api.signed_in(keeper)
    offered = (await shown(client))["may_share"]
    everyone = offered["everyone"] and data.draw(st.booleans())
    some = data.draw(st.lists(st.sampled_from(offered["departments"]), unique=True)) if offered["departments"] else []
    made = await keep(client, "谁看得到", look={}, everyone=everyone, departments=some)
    parents = {one["id"]: one["parent"] for one in (await client.get("/departments")).json()["items"]}
    for login in PEOPLE:
        reader = await api.signed_in(login)
        me = (await reader.get("/me")).json()
        above: set[str] = set()
        at = [one["id"] for one in me["departments"]]
        while at:
            one = at.pop()
            above.add(one)
            at += [parents[one]] if parents[one] else []
        expected = login == keeper or everyone or not above.isdisjoint(some)
        assert (await found(reader, made["key"]) is not None) == expected, (login, keeper, everyone, some)
    assert (await client.delete(f"{VIEWS}/{made['key']}")).status_code == 204
