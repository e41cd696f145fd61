"""A lead of whom is known already goes onto the customer's trail, and the customer's owner is told."""

from typing import Any

import pytest
from tests.support.company import Clocked, a_phone, fresh_company
from tests.support.definitions import changed, note_object
from tests.support.web import Api

from closeloop.base.errors import Invalid
from closeloop.db.engine import Database
from closeloop.records.commands import CreateRecord

pytestmark = pytest.mark.http


async def customer_of(api: Api, login: str, **values: str) -> dict[str, Any]:
    """Return a customer that a person owns, with a contact under the given details."""
    client = await api.signed_in(login)
    customer = await client.post("/objects/customer/records", json={"name": f"客户{a_phone()}"})
    assert customer.status_code == 201, customer.text
    contact = await client.post(
        "/objects/contact/records", json={"name": "钱多", "customer": customer.json()["id"], **values}
    )
    assert contact.status_code == 201, contact.text
    return customer.json()


async def test_a_known_phone_joins_the_customer_and_tells_its_owner(api: Api):
    phone = a_phone()
    customer = await customer_of(api, "sales3", phone=phone)
    answer = await api.post_lead(phone=f"0086-{phone}", name="钱多", note="想再买两台")
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"id": customer["id"], "object": "customer", "duplicate_of": customer["id"]}
    owner = await api.signed_in("sales3")
    trail = (await owner.get(f"/objects/customer/records/{customer['id']}/timeline")).json()["items"]
    joined = next(one for one in trail if one["type"] == "record.joined")
    assert (joined["why"]["by"], joined["why"]["object"]) == ("phone", "lead")
    assert joined["why"]["values"]["note"] == "想再买两台"
    told = (await owner.get("/notifications")).json()["items"]
    assert [one["record"] for one in told if one["type"] == "joined"] == [customer["id"]]
    listed = await owner.get("/objects/lead/records", params={"filter": f"phone == '0086-{phone}'"})
    assert listed.json()["items"] == []


async def test_a_known_address_joins_too_and_the_same_key_gives_the_same_answer(api: Api):
    customer = await customer_of(api, "sales4", email="qian@duo.example")
    answers = [await api.post_lead(key="again", phone="13512340000", email="Qian@Duo.example") for _ in range(2)]
    assert [one.json()["id"] for one in answers] == [customer["id"]] * 2
    owner = await api.signed_in("sales4")
    trail = (await owner.get(f"/objects/customer/records/{customer['id']}/timeline")).json()["items"]
    assert [one["type"] for one in trail].count("record.joined") == 1


async def test_by_hand_it_is_refused_and_says_whose_customer_it_is(api: Api):
    phone = a_phone()
    customer = await customer_of(api, "sales5", phone=phone)
    for login, seen in (("sales6", None), ("sales5", customer["id"])):
        client = await api.signed_in(login)
        answer = await client.post("/objects/lead/records", json={"phone": phone, "source": "manual"})
        assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
        (twin,) = answer.json()["duplicates"]
        assert (twin["object"], twin["id"], twin["by"]) == ("customer", seen, "phone")
        assert twin["owner"] == customer["owner"]["id"]
        assert (twin["label"] is None) == (seen is None)


async def test_the_company_alone_is_flagged_and_the_owner_of_the_customer_told(api: Api):
    client = await api.signed_in("sales7")
    customer = (await client.post("/objects/customer/records", json={"name": "明川机电有限公司"})).json()
    lead = await api.lead(company="明川机电（集团）股份有限公司")
    admin = await api.signed_in("admin")
    trail = (await admin.get(f"/objects/lead/records/{lead['id']}/timeline")).json()["items"]
    flagged = next(one for one in trail if one["type"] == "record.flagged")
    (twin,) = flagged["why"]["duplicates"]
    assert (twin["object"], twin["id"], twin["label"]) == ("customer", customer["id"], "明川机电有限公司")
    told = (await client.get("/notifications")).json()["items"]
    assert [one["type"] for one in told].count("flagged") == 1
    other = await api.signed_in("support1")
    assert (await other.get(f"/objects/lead/records/{lead['id']}/timeline")).status_code == 404


async def test_a_contact_made_in_the_same_transaction_counts(company: Clocked):
    phone = a_phone()
    customer, contact, lead = await company.run(
        CreateRecord("customer", {"name": "同批科技"}),
        CreateRecord("contact", {"name": "甲", "phone": phone}),
        CreateRecord("lead", {"phone": phone}, joins=True),
    )
    assert customer.error is None
    assert lead.joined == contact.record()["id"]  # a contact without a customer stands for itself


@pytest.mark.parametrize(
    ("rule", "place", "code"),
    [
        ({"in": "nothing"}, "in", "unknown_object"),
        ({"in": "memo"}, "against", "unknown_field"),
        ({"in": "memo", "against": "mobile"}, "against", "no_duplicate_rule"),
        ({"in": "contact", "to": "name"}, "to", "not_a_relation"),
    ],
)
async def test_a_rule_that_looks_where_there_is_nothing_to_see_is_refused(
    database: Database, rule: dict[str, str], place: str, code: str
):
    rules = [{"match": ["phone"], "then": "join", **rule}]
    lead = changed("object", "lead", duplicates=rules)
    with pytest.raises(Invalid) as failure:
        async with fresh_company(database, note_object(mobile={"type": "phone"}), lead):
            pass
    assert [(one.field, one.code) for one in failure.value.errors] == [(f"object/lead: duplicates[0].{place}", code)]
