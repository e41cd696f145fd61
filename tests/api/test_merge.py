"""Two records made into one: chosen values win, what pointed to the other follows, and so does its trail."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.support.company import a_phone
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api

pytestmark = pytest.mark.http


async def made(client: httpx.AsyncClient, what: str, **values: Any) -> dict[str, Any]:
    answer = await client.post(f"/objects/{what}/records", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def two_customers(client: httpx.AsyncClient, **values: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    number = a_phone()
    one = await made(client, "customer", name=f"并入方{number}", city="苏州")
    return one, await made(client, "customer", name=f"被并入方{number}", industry="机械", city="无锡", **values)


def at(record: dict[str, Any]) -> str:
    return f"/objects/customer/records/{record['id']}"


async def merge(client: httpx.AsyncClient, into: dict[str, Any], other: dict[str, Any], **more: Any) -> httpx.Response:
    body = {"other": other["id"], "version": into["version"], "other_version": other["version"], **more}
    return await client.post(f"{at(into)}/merge", json=body)


async def test_everything_of_both_stands_in_one(api: Api):
    sales, manager = await api.signed_in("sales1"), await api.signed_in("manager1")
    one, other = await two_customers(sales, phone=a_phone())
    contacts = [await made(sales, "contact", name=f"人{n}", customer=other["id"]) for n in range(3)]
    deal = await made(sales, "opportunity", name="一期", customer=other["id"], amount="500")
    other = (await sales.get(at(other))).json()
    answer = await merge(manager, one, other, values={"city": "无锡"})
    assert answer.status_code == 200, answer.text
    merged = answer.json()
    assert (merged["id"], merged["name"], merged["city"]) == (one["id"], one["name"], "无锡")
    assert (merged["industry"], merged["phone"]) == ("机械", other["phone"])  # nothing stood there before
    assert merged["open_amount"] == "500"
    for contact in contacts:
        now = (await sales.get(f"/objects/contact/records/{contact['id']}")).json()
        assert now["customer"]["id"] == one["id"]
    now = (await sales.get(f"/objects/opportunity/records/{deal['id']}")).json()
    assert now["customer"]["id"] == one["id"]
    gone = problem(await sales.get(at(other)), 404, "merged")
    assert gone["into"] == one["id"]
    trail = (await sales.get(f"{at(one)}/timeline")).json()["items"]
    told = next(item for item in trail if item["type"] == "record.merged")["why"]
    assert told["merged"] == {
        "id": other["id"], "label": other["name"], "moved": {"contact.customer": 3, "opportunity.customer": 1},
    }  # fmt: skip
    assert told["values"]["name"] == other["name"]
    assert [one["record"] for one in trail if one["type"] == "record.created"] == [other["id"], one["id"]]
    page, cursor = [], ""
    while cursor is not None:
        answer = (await sales.get(f"{at(one)}/timeline", params={"limit": 2, "cursor": cursor})).json()
        page, cursor = page + answer["items"], answer["next_cursor"]
    assert page == trail


async def test_what_was_merged_before_goes_along(api: Api):
    sales, manager = await api.signed_in("sales2"), await api.signed_in("manager1")
    first, second = await two_customers(sales)
    third, _ = await two_customers(sales)
    second = (await merge(manager, second, first)).json()
    assert (await merge(manager, third, second)).status_code == 200
    assert problem(await sales.get(at(first)), 404, "merged")["into"] == third["id"]
    trail = (await sales.get(f"{at(third)}/timeline")).json()["items"]
    assert {one["record"] for one in trail} == {first["id"], second["id"], third["id"]}


async def test_files_of_both_are_kept(api: Api):
    sales, manager = await api.signed_in("sales1"), await api.signed_in("manager1")
    customer, _ = await two_customers(sales)
    charts = [
        (await sales.post("/files", files={"file": (f"{n}.txt", b"who decides", "text/plain")})).json()["id"]
        for n in range(2)
    ]
    deals = [
        await made(sales, "opportunity", name=f"同一单{n}", customer=customer["id"], decision_chart=[chart])
        for n, chart in enumerate(charts)
    ]
    address = f"/objects/opportunity/records/{deals[0]['id']}"
    answer = await manager.post(f"{address}/merge", json={"other": deals[1]["id"]})
    assert answer.status_code == 200, answer.text
    assert [one["id"] for one in (await sales.get(address)).json()["decision_chart"]] == charts
    assert (await manager.get(f"/files/{charts[1]}")).status_code == 200


async def test_a_unique_value_can_be_taken_over_and_the_chosen_one_is_checked(api: Api):
    sales, manager = await api.signed_in("sales1"), await api.signed_in("manager1")
    one, other = await two_customers(sales)
    assert wrong_fields(await merge(manager, one, other, values={"phone": "12", "nothing": 1})) == {
        "phone": "not_phone", "nothing": "unknown_field",
    }  # fmt: skip
    assert (await merge(manager, one, other, values={"name": other["name"]})).json()["name"] == other["name"]


async def test_who_may_not_merge_both_merges_nothing(api: Api):
    sales, manager = await api.signed_in("sales1"), await api.signed_in("manager1")
    one, other = await two_customers(sales)
    theirs = await made(await api.signed_in("director"), "customer", name="总监的客户")
    problem(await merge(sales, one, other), 403, "forbidden")
    problem(await merge(await api.signed_in("sales2"), one, other), 404, "not_found")
    problem(await merge(manager, one, theirs), 404, "not_found")
    problem(await merge(manager, theirs, one), 404, "not_found")
    assert (await sales.get(at(other))).status_code == 200


async def test_wrong_input_is_told_at_its_place(api: Api):
    sales, manager = await api.signed_in("sales1"), await api.signed_in("manager1")
    one, other = await two_customers(sales)
    assert wrong_fields(await merge(manager, one, one)) == {"other": "same_record"}
    for body, field, code in (
        ({}, "other", "required"),
        ({"other": "x"}, "other", "not_an_id"),
        ({"other": other["id"], "other_version": "x"}, "other_version", "not_integer"),
        ({"other": other["id"], "values": [1]}, "values", "not_a_mapping"),
        ({"other": other["id"], "odd": 1}, "odd", "unknown_parameter"),
    ):
        assert wrong_fields(await manager.post(f"{at(one)}/merge", json=body)) == {field: code}
    problem(await manager.post(f"{at(one)}/merge", json={"other": str(uuid4())}), 404, "not_found")
    changed = await sales.patch(at(other), json={"city": "常州"})
    stale = problem(await merge(manager, one, other), 409, "version_conflict")
    assert stale["current"]["version"] == changed.json()["version"]


async def test_another_company_is_not_reached(api: Api, neighbour: Api):
    one, other = await two_customers(await api.signed_in("sales1"))
    problem(await merge(await neighbour.signed_in("admin"), one, other), 404, "not_found")


async def test_duplicates_of_a_record_say_by_what_and_whose(api: Api):
    phone, company = a_phone(), f"同名{a_phone()}"
    lead = await api.lead_of("sales1", company=company, phone=phone)
    twin = await api.lead_of("sales2", company=f"{company}有限公司")
    customer = await made(await api.signed_in("sales1"), "customer", name=f"{company}（集团）", phone=phone)
    seen = await (await api.signed_in("sales1")).get(f"/objects/lead/records/{lead['id']}/duplicates")
    assert seen.json() == {
        "items": [
            {"object": "customer", "id": customer["id"], "label": customer["name"], "owner": customer["owner"],
             "by": "phone", "then": "join"},
            {"object": "lead", "id": None, "label": None, "owner": twin["owner"], "by": "company", "then": "flag"},
        ],
        "more": False,
    }  # fmt: skip
    manager = await api.signed_in("manager1")
    address = f"/objects/lead/records/{lead['id']}/duplicates"
    assert [one["id"] for one in (await manager.get(address)).json()["items"]] == [customer["id"], twin["id"]]
    some = (await manager.get(address, params={"limit": 1})).json()
    assert ([one["id"] for one in some["items"]], some["more"]) == ([customer["id"]], True)
    problem(await (await api.signed_in("sales2")).get(address), 404, "not_found")


async def test_what_a_record_became_is_no_duplicate_of_it(api: Api):
    lead = await api.lead_of("sales1", company=f"转化{a_phone()}", phone=a_phone())
    client = await api.signed_in("sales1")
    address = f"/objects/lead/records/{lead['id']}"
    converted = await client.post(f"{address}/do/convert", json={"version": lead["version"], "values": {}})
    assert converted.status_code == 200, converted.text
    assert converted.json()["customer"] is not None
    assert (await client.get(f"{address}/duplicates")).json() == {"items": [], "more": False}
