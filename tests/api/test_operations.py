"""Which operations a record offers: those, and only those, that doing them would not refuse."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx
import pytest
from tests.support.company import Clocked, fresh_company
from tests.support.definitions import changed, shipped
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database

pytestmark = pytest.mark.db

GOOD: Mapping[str, Mapping[str, Any]] = {
    "touch": {"kind": "call", "outcome": "interested"},
    "solution_talk": {"kind": "call", "summary": "s"},
    "tag_needs": {"needs": ["price"]},
    "release": {"reason": "no_time"},
    "discard": {"reason": "no_need"},
    "deny_discard": {"note": "n"},
}
"""An input with which nothing is wrong, for each operation on leads that asks for something."""
STATES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "new": (),
    "contacted": (("sales1", "touch"),),
    "given back": (("sales1", "release"),),
    "claimed by another": (("sales1", "release"), ("sales2", "claim")),
    "converted": (("sales1", "convert"),),
    "discarded": (("manager1", "discard"),),
    "asked to discard": (("sales1", "discard"),),
    "refused to discard": (("sales1", "discard"), ("manager1", "deny_discard")),
    "taken up again": (("manager1", "discard"), ("manager1", "restore")),
}
"""How a lead of sales1, of grade A, gets where it stands: who did what."""
PEOPLE = ("sales1", "sales2", "manager1", "admin", "finance1")
WATCHER = Body("role", "watcher", {"role": "watcher", "label": "旁观", "objects": {"lead": {"read": "all"}}})
"""Reads every lead and does nothing with them."""


@pytest.fixture(scope="module")
async def company(database: Database) -> AsyncGenerator[Clocked]:
    sales = shipped("role", "sales")
    lead = {
        **sales["objects"]["lead"],
        "fields": {**sales["objects"]["lead"]["fields"], "released_by": "hidden", "budget": "hidden"},
    }
    blind = changed("role", "sales", objects={**sales["objects"], "lead": lead})
    async with fresh_company(database, WATCHER, blind) as runtime:
        yield runtime


@pytest.fixture(scope="module")
async def api(migrated_url: str, company: Clocked) -> AsyncGenerator[Api]:
    async with serve(migrated_url, company) as served:
        admin = await served.signed_in("admin")
        answer = await admin.patch(f"/people/{company.id_of('finance1')}", json={"roles": ["watcher"]})
        assert answer.status_code == 200, answer.text
        yield served


def place(lead: str) -> str:
    return f"/objects/lead/records/{lead}"


async def do(api: Api, login: str, lead: str, operation: str) -> httpx.Response:
    client = await api.signed_in(login)
    return await client.post(f"{place(lead)}/do/{operation}", json={"values": GOOD.get(operation, {})})


async def lead_in(api: Api, state: str) -> str:
    """Return a new lead that stands where the state says."""
    lead = (await api.lead_of("sales1", company="Acme", name="Li", budget="900000", registered_capital="90000000",
                              employees=900, source="expo"))["id"]  # fmt: skip
    for login, operation in STATES[state]:
        answer = await do(api, login, lead, operation)
        assert answer.status_code == 200, answer.text
    return lead


async def offered(api: Api, login: str, lead: str) -> dict[str, Any] | None:
    """Return what is said of each operation; None where the record isn't there for the person."""
    answer = await (await api.signed_in(login)).get(f"{place(lead)}/operations")
    return {one["name"]: one for one in answer.json()["items"]} if answer.status_code == 200 else None


@pytest.mark.parametrize("state", STATES)
async def test_an_operation_is_offered_if_and_only_if_it_would_be_done(api: Api, state: str):
    lead = await lead_in(api, state)
    for login in PEOPLE:
        told = await offered(api, login, lead)
        catalog = (await (await api.signed_in(login)).get("/catalog")).json()
        granted = next((one["operations"] for one in catalog["objects"] if one["name"] == "lead"), [])
        for name in [one["name"] for one in granted]:
            if told is None:
                assert (await do(api, login, lead, name)).status_code == 404
            elif told[name]["allowed"]:
                assert told[name]["code"] is None
                done = await do(api, login, await lead_in(api, state), name)
                assert done.status_code == 200, (login, name, done.text)
            else:
                refused = await do(api, login, lead, name)
                assert refused.status_code in (403, 422), (login, name, refused.text)
                assert refused.json()["code"] == told[name]["code"], (login, name)
                assert told[name]["reason"] == refused.json()["title"], (login, name)
        assert told is None or set(told) == {one["name"] for one in granted}


async def test_what_it_waits_for_is_told_without_what_one_may_not_see(api: Api):
    lead = await lead_in(api, "given back")
    told = await offered(api, "sales1", lead)
    assert told is not None
    assert told["claim"]["code"] == "operation_unmet"
    (asked,) = told["claim"]["unmet"]
    assert "7 days" not in asked["label"]  # it rests on a field that salespeople don't see here
    assert (await offered(api, "sales8", lead))["claim"]["allowed"]  # type: ignore[index]


async def test_limits_are_counted_for_each_person(api: Api, company: Clocked):
    await company.change_person("sales3", quota_open=1)
    first, second = await lead_in(api, "given back"), await lead_in(api, "given back")
    assert (await offered(api, "sales3", first))["claim"]["allowed"]  # type: ignore[index]
    assert (await do(api, "sales3", first, "claim")).status_code == 200
    told = (await offered(api, "sales3", second))["claim"]  # type: ignore[index]
    assert told["unmet"] == [{"kind": "limit", "label": "You hold as many leads as you may", "detail": "1"}]
    assert (await do(api, "sales3", second, "claim")).json()["code"] == told["code"] == "operation_unmet"
    assert (await offered(api, "sales4", second))["claim"]["allowed"]  # type: ignore[index]


async def test_an_operation_is_called_by_what_it_will_do_with_the_record(api: Api):
    lead = await lead_in(api, "contacted")
    assert (await offered(api, "sales1", lead))["discard"]["label"] == "Ask to discard"  # type: ignore[index]
    assert (await offered(api, "manager1", lead))["discard"]["label"] == "Discard"  # type: ignore[index]
    small = (await api.lead_of("sales1"))["id"]
    assert (await offered(api, "sales1", small))["discard"]["label"] == "Discard"  # type: ignore[index]
    client = await api.signed_in("sales1")
    for one, said in ((lead, "Ask to discard"), (small, "Discard")):
        assert (await do(api, "sales1", one, "discard")).status_code == 200
        events = (await client.get(f"{place(one)}/timeline")).json()["items"]
        event = next(event for event in events if event["type"] == "lead.discard")
        assert (event["label"], "named" in event["why"]) == (said, False)


async def test_the_answer_is_about_the_version_that_it_names(api: Api):
    lead = await lead_in(api, "contacted")
    client = await api.signed_in("sales1")
    answer = await client.get(f"{place(lead)}/operations")
    assert answer.json()["version"] == (await client.get(place(lead))).json()["version"]


async def test_a_form_begins_with_what_follows_from_the_record(api: Api):
    lead = await lead_in(api, "contacted")
    told = await offered(api, "manager1", lead)
    assert told is not None
    names = {"customer_name": "Acme", "opportunity_name": "Acme"}
    assert told["convert"]["suggested"] == {**names, "amount": "900000"}
    told = await offered(api, "sales1", lead)
    assert told is not None
    assert told["convert"]["suggested"] == names  # the budget is hidden from salespeople here
    assert told["claim"]["suggested"] == {}  # it may not be done


@pytest.mark.parametrize(
    "way", ["owner.city == '上海' and customer == null", "count(touches, owner.city == '上海') == 0"]
)
async def test_a_condition_may_lead_beyond_the_record(database: Database, migrated_url: str, way: str):
    require = [{"kind": "expression", "check": way, "label": "asked"}]
    body = {"only": way, "named": [{"when": way, "label": "beyond"}], "do": [{"require": require}], "input": {}}
    odd = changed("operation", "discard", **body, undo=None)
    async with fresh_company(database, odd) as company, serve(migrated_url, company) as api:
        lead = (await api.lead_of("sales1"))["id"]
        told = await offered(api, "sales1", lead)
        assert told is not None
        assert (told["discard"]["allowed"], told["discard"]["label"]) == (True, "beyond")
        answer = await (await api.signed_in("sales1")).post(f"{place(lead)}/do/discard", json={"values": {}})
        assert answer.status_code == 200, answer.text
        assert (await do(api, "sales1", lead, "touch")).status_code == 200
        again = await offered(api, "sales1", lead)
        assert again is not None
        assert again["discard"]["allowed"] is ("count" not in way)
