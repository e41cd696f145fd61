"""Who pursues a customer that others pursue as well: whatever object it stands in, as far as one may read it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.support.company import Clocked
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api

from closeloop.engine.dedupe.pursued import MOST_SHOWN

pytestmark = pytest.mark.http

AT = "/pursued"


async def groups(client: httpx.AsyncClient, *labels: str, **query: Any) -> list[dict[str, Any]]:
    """Return the groups that go by one of the labels: other tests' stand among them."""
    answer = await client.get(AT, params={"limit": 100, **query})
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["items"] if one["label"] in labels]


async def customer_of(api: Api, login: str, **values: Any) -> dict[str, Any]:
    answer = await (await api.signed_in(login)).post("/objects/customer/records", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_leads_and_customers_of_one_company_are_one_group(own_api: Api, own_company: Clocked):
    api, clock = own_api, own_company.clock
    first = await api.lead_of("sales2", company="澄江阀门有限公司")
    clock.move(timedelta(hours=1))
    mine = (await (await api.signed_in("sales1")).get("/me")).json()["person"]["id"]
    await (await api.signed_in("admin")).post(f"/objects/lead/records/{first['id']}/assign", json={"person": mine})
    clock.move(timedelta(hours=1))
    customer = await customer_of(api, "sales2", name="澄江阀门")
    await api.lead_of("sales3", company="独一阀门")
    manager = await api.signed_in("manager1")
    (group,) = await groups(manager, "澄江阀门有限公司")
    assert (group["people"], group["count"]) == (2, 2)
    one, other = group["records"]
    assert (one["object"], one["id"], one["owner"]["label"], one["stage"]) == ("lead", first["id"], "林晓", "new")
    assert (other["object"], other["id"], other["stage"]) == ("customer", customer["id"], None)
    assert one["worked_at"] is None
    assert (one["since"], other["since"]) == ("2026-03-04T03:00:00Z", customer["created_at"])
    touched = await (await api.signed_in("sales1")).post(
        f"/objects/lead/records/{first['id']}/do/touch", json={"values": {"kind": "call", "outcome": "interested"}}
    )
    assert touched.status_code == 200, touched.text
    (group,) = await groups(manager, "澄江阀门有限公司", by="lead.company")
    assert group["records"][0]["worked_at"] == "2026-03-04T04:00:00Z"


async def test_one_sees_what_one_may_read_and_no_more(api: Api):
    await api.lead_of("sales1", company="界河轴承")
    await api.lead_of("director", company="界河轴承有限公司")
    (group,) = await groups(await api.signed_in("director"), "界河轴承")
    assert [one["owner"]["label"] for one in group["records"]] == ["林晓", "顾行舟"]
    for login in ("manager1", "sales1"):  # to whom one of the two isn't theirs to read there is no second pursuer
        assert await groups(await api.signed_in(login), "界河轴承", "界河轴承有限公司") == []
    problem(await (await api.signed_in("guest1")).get(AT), 404, "not_found")


async def test_what_has_ended_or_lies_in_the_pool_is_pursued_by_nobody(api: Api):
    await api.lead_of("sales1", company="落幕泵业")
    over = await api.lead_of("sales2", company="落幕泵业有限公司", needs=["price"])
    manager = await api.signed_in("manager1")
    assert len(await groups(manager, "落幕泵业")) == 1
    sales = await api.signed_in("sales2")
    answer = await sales.post(f"/objects/lead/records/{over['id']}/do/release", json={"values": {"reason": "no_time"}})
    assert answer.status_code == 200, answer.text
    assert await groups(manager, "落幕泵业") == []


async def test_a_customer_and_its_opportunities_are_one_group_by_the_customer(api: Api):
    customer = await customer_of(api, "sales1", name="合围电机")
    admin = await api.signed_in("admin")
    values = {"name": "合围扩产", "customer": customer["id"], "amount": "100000"}
    made = (await admin.post("/objects/opportunity/records", json=values)).json()
    me = (await (await api.signed_in("sales2")).get("/me")).json()["person"]["id"]
    await admin.post(f"/objects/opportunity/records/{made['id']}/assign", json={"person": me})
    manager = await api.signed_in("manager1")
    (group,) = await groups(manager, "合围电机", by="customer")
    assert [one["object"] for one in group["records"]] == ["customer", "opportunity"]
    assert await groups(manager, "合围电机") == []


async def test_pages_go_by_people_and_a_long_group_is_cut(api: Api):
    for login in ("sales1", "sales2", "sales3"):
        await api.lead_of(login, company="三家分机电")
    for i in range(MOST_SHOWN):
        await api.lead_of(f"sales{1 + i % 2}", company="长队机电")
    await api.lead_of("sales1", company="长队机电有限公司")
    manager = await api.signed_in("manager1")
    three, long = await groups(manager, "三家分机电", "长队机电")
    assert (three["people"], long["people"]) == (3, 2)
    assert (long["count"], len(long["records"])) == (MOST_SHOWN + 1, MOST_SHOWN)
    labels: list[str] = []
    for page in range(1, 100):
        answer = (await manager.get(AT, params={"limit": 1, "page": page})).json()
        labels += [one["label"] for one in answer["items"]]
        if not answer["more"]:
            break
    assert labels.index("三家分机电") < labels.index("长队机电")
    assert len(labels) == len(set(labels))


async def test_the_catalog_names_the_ways_that_one_may_ask_by(api: Api):
    manager = await api.signed_in("manager1")
    ways = (await manager.get("/catalog")).json()["pursued"]
    assert [(way["key"], way["objects"]) for way in ways] == [
        ("lead.company", ["lead", "customer"]),
        ("customer", ["customer", "lead", "opportunity"]),
        ("lead.phone", ["lead", "customer", "contact"]),
        ("lead.email", ["lead", "customer", "contact"]),
    ]
    for way in ways:
        assert (await manager.get(AT, params={"by": way["key"]})).status_code == 200
    assert (await (await api.signed_in("guest1")).get("/catalog")).json()["pursued"] == []
    support = (await (await api.signed_in("support1")).get("/catalog")).json()["pursued"]
    assert all("lead" not in way["objects"] for way in support)
    problem(await manager.get(AT, params={"by": "lead.name"}), 404, "not_found")
    assert wrong_fields(await manager.get(AT, params={"page": "101"})) == {"page": "too_large"}
