"""Finance sees what is sold and changes nothing; technical support notes what it knows, without amounts."""

from typing import Any

import httpx
import pytest
from tests.support.problems import problem
from tests.support.web import Api

pytestmark = pytest.mark.http


@pytest.fixture
async def deal(api: Api) -> dict[str, Any]:
    client = await api.signed_in("sales1")

    async def made(what: str, **values: Any) -> dict[str, Any]:
        answer = await client.post(f"/objects/{what}/records", json=values)
        assert answer.status_code == 201, answer.text
        return answer.json()

    customer = (await client.get("/objects/customer/records", params={"filter": "name == '博翰精密'"})).json()["items"]
    known = customer[0] if customer else await made("customer", name="博翰精密")
    return await made("opportunity", name="博翰一期", customer=known["id"], amount="120000", note="先送样")


def at(deal: dict[str, Any]) -> str:
    return f"/objects/opportunity/records/{deal['id']}"


async def changes(client: httpx.AsyncClient, deal: dict[str, Any]) -> dict[str, int]:
    """Return how each way to change an opportunity is answered."""
    ways = {
        "set": client.patch(at(deal), json={"amount": "1"}),
        "note": client.patch(at(deal), json={"note": "改写"}),
        "move": client.post(f"{at(deal)}/transition", json={"to": "needs"}),
        "lose": client.post(f"{at(deal)}/transition", json={"to": "lost", "values": {"lost_reason": "price"}}),
        "give": client.post(f"{at(deal)}/assign", json={}),
        "touch": client.post(
            f"{at(deal)}/do/touch_opportunity", json={"values": {"kind": "call", "outcome": "not_now"}}
        ),
        "delete": client.delete(at(deal)),
        "create": client.post("/objects/opportunity/records", json={"name": "x", "customer": deal["customer"]["id"]}),
    }
    return {name: (await asking).status_code for name, asking in ways.items()}


async def test_finance_sees_amounts_and_changes_nothing(api: Api, deal: dict[str, Any]):
    client = await api.signed_in("finance1")
    assert (await client.get(at(deal))).json()["amount"] == "120000"
    customer = await client.get(f"/objects/customer/records/{deal['customer']['id']}")
    assert float(customer.json()["open_amount"]) >= 120000
    assert set((await changes(client, deal)).values()) == {403}
    values = {"values": {"text": "备注"}}
    problem(await client.post(f"{at(deal)}/do/note_opportunity", json=values), 403, "forbidden")
    for hidden in ("lead", "contact", "touch"):
        problem(await client.get(f"/objects/{hidden}/records"), 404, "unknown_object")


async def test_support_adds_notes_without_amounts_and_closes_nothing(api: Api, deal: dict[str, Any]):
    client = await api.signed_in("support1")
    seen = (await client.get(at(deal))).json()
    assert {"amount", "currency"}.isdisjoint(seen)
    assert seen["note"] == "先送样"
    assert set((await changes(client, deal)).values()) <= {403, 422}
    noted = await client.post(f"{at(deal)}/do/note_opportunity", json={"values": {"text": "图纸已核对"}})
    assert noted.json()["note"] == "先送样\n图纸已核对", "what others have noted stays"
    owner = await (await api.signed_in("sales1")).get(at(deal))
    assert (owner.json()["amount"], owner.json()["stage"]) == ("120000", "contact")
    problem(await client.get("/objects/lead/records"), 404, "unknown_object")


async def test_support_reads_touches_of_customers_and_not_those_of_leads(api: Api, deal: dict[str, Any]):
    sales, support = await api.signed_in("sales1"), await api.signed_in("support1")
    lead = await api.lead_of("sales1")
    spoken = {"values": {"kind": "call", "outcome": "interested"}}
    assert (await sales.post(f"/objects/lead/records/{lead['id']}/do/touch", json=spoken)).status_code == 200
    assert (await sales.post(f"{at(deal)}/do/touch_opportunity", json=spoken)).status_code == 200
    items = (await support.get("/objects/touch/records")).json()["items"]
    assert deal["id"] in {one["opportunity"]["id"] for one in items if one["opportunity"]}
    assert all(one["lead"] is None for one in items)


@pytest.mark.parametrize("login", ["finance1", "support1"])
async def test_their_desk_and_lists_are_not_empty(api: Api, deal: dict[str, Any], login: str):
    client = await api.signed_in(login)
    desk = (await client.get("/desk")).json()
    assert [one["object"] for one in desk["todos"]] == ["todo"]
    assert "closing" in [one["key"] for one in desk["figures"]]
    for view in (await client.get("/objects/opportunity/views")).json()["items"]:
        answer = await client.get("/objects/opportunity/records", params={"view": view["key"]})
        assert answer.status_code == 200, answer.text
    listed = (await client.get("/objects/opportunity/records", params={"view": "opportunity_all"})).json()["items"]
    assert deal["id"] in {one["id"] for one in listed}
