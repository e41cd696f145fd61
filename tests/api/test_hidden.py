"""What a person doesn't see stays hidden in conflicts, gates, kept answers and labels."""

from collections.abc import AsyncGenerator

import pytest
from tests.support.company import Clocked, a_phone, fresh_company
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database

pytestmark = pytest.mark.db

LEADS = "/objects/lead/records"
SUPPORT = Body(
    "role",
    "support",
    {
        "role": "support",
        "label": "技术支持",
        "objects": {
            "lead": {
                "read": "own",
                "create": True,
                "update": "own",
                "fields": {"budget": "hidden", "discard_reason": "hidden", "company": "hidden", "email": "hidden"},
            },
            "touch": {"read": "all"},
        },
    },
)
FINANCE = Body(
    "role",
    "finance",
    {
        "role": "finance",
        "label": "财务",
        "objects": {"lead": {"read": "all", "update": "all", "fields": {"stage": "read"}}},
    },
)


@pytest.fixture(scope="module")
async def hiding(database: Database, migrated_url: str) -> AsyncGenerator[tuple[Api, Clocked]]:
    """Return the API of a company where support doesn't see a lead's budget, company and e-mail."""
    async with fresh_company(database, SUPPORT, FINANCE) as company, serve(migrated_url, company) as api:
        yield api, company


async def test_a_stale_version_shows_the_present_record_without_them(hiding: tuple[Api, Clocked]):
    api, _ = hiding
    lead = await api.lead_of("support1", company="秘密公司", budget="4711")
    client = await api.signed_in("support1")
    answer = await client.patch(f"{LEADS}/{lead['id']}", json={"version": 1, "note": "x"})
    current = problem(answer, 409, "version_conflict")["current"]
    assert current["id"] == lead["id"]
    assert "budget" not in current
    assert "4711" not in answer.text
    assert "秘密公司" not in answer.text


async def test_an_answer_that_was_kept_is_kept_without_them(hiding: tuple[Api, Clocked]):
    api, company = hiding
    client = await api.signed_in("support1")
    headers = {"Idempotency-Key": "once-more"}
    first = await client.post(LEADS, json={"phone": a_phone(), "source": "manual"}, headers=headers)
    again = await client.post(LEADS, json={"phone": first.json()["phone"], "source": "manual"}, headers=headers)
    assert again.json() == first.json()
    (kept,) = await company.system_rows("answer", key="once-more")
    for answer in (first.json(), kept["body"]):
        assert answer["id"] == first.json()["id"]
        assert {"budget", "company", "email"}.isdisjoint(answer)
    lead = await api.lead_of("support1", budget="4712")
    changed = [
        await client.patch(f"{LEADS}/{lead['id']}", json={"note": "y"}, headers={"Idempotency-Key": "twice"})
        for _ in range(2)
    ]
    assert changed[0].json() == changed[1].json()
    assert "4712" not in changed[0].text


async def test_of_a_twin_that_is_not_mine_to_read_only_the_owner_is_told(hiding: tuple[Api, Clocked]):
    api, _ = hiding
    twin = await api.lead_of("sales1", company="甲方")
    client = await api.signed_in("support1")
    answer = await client.post(LEADS, json={"phone": twin["phone"], "source": "manual"})
    (one,) = problem(answer, 409, "duplicate")["duplicates"]
    assert (one["id"], one["label"], one["by"]) == (None, None, "phone")
    assert one["owner"] == twin["owner"]["id"]
    assert twin["id"] not in answer.text
    mine = await api.lead_of("support1", company="甲方甲")
    answer = await client.post(LEADS, json={"phone": mine["phone"], "source": "manual"})
    (one,) = problem(answer, 409, "duplicate")["duplicates"]
    assert (one["id"], one["label"]) == (mine["id"], None)  # the label would be the company


async def test_a_gate_asks_for_something_hidden_without_its_name(hiding: tuple[Api, Clocked]):
    api, _ = hiding
    lead = await api.lead_of("support1")
    client = await api.signed_in("support1")
    answer = await client.post(f"{LEADS}/{lead['id']}/transition", json={"to": "discarded"})
    (unmet,) = problem(answer, 422, "gate_unmet")["unmet"]
    assert unmet["field"] is None
    assert unmet["label"] == "Something that you may not see"
    assert "discard_reason" not in answer.text
    gates = (await client.get(f"{LEADS}/{lead['id']}/explain")).json()["gates"]
    assert next(one for one in gates if one["to"] == "discarded")["unmet"][0]["field"] is None


async def test_hidden_fields_are_no_input(hiding: tuple[Api, Clocked]):
    api, _ = hiding
    lead = await api.lead_of("support1")
    client = await api.signed_in("support1")
    assert wrong_fields(await client.patch(f"{LEADS}/{lead['id']}", json={"budget": 5})) == {"budget": "unknown_field"}
    created = await client.post(LEADS, json={"phone": a_phone(), "company": "x"})
    assert wrong_fields(created) == {"company": "unknown_field"}
    moved = await client.post(
        f"{LEADS}/{lead['id']}/transition", json={"to": "discarded", "values": {"discard_reason": "fake"}}
    )
    assert wrong_fields(moved) == {"discard_reason": "unknown_field"}
    for query in ("filter=budget > 1", "sort=budget", "fields=budget"):
        name, _, value = query.partition("=")
        assert (await client.get(LEADS, params={name: value})).status_code == 422


async def test_a_stage_that_is_read_only_can_not_be_moved(hiding: tuple[Api, Clocked]):
    api, _ = hiding
    lead = await api.lead()
    client = await api.signed_in("finance1")
    answer = await client.post(f"{LEADS}/{lead['id']}/transition", json={"to": "contacted"})
    assert wrong_fields(answer) == {"to": "readonly"}
    assert (await client.patch(f"{LEADS}/{lead['id']}", json={"note": "x"})).status_code == 200


async def test_the_label_of_a_record_is_shown_to_who_may_read_it(hiding: tuple[Api, Clocked]):
    api, _ = hiding
    lead = await api.lead_of("sales1", company="标签公司")
    sales = await api.signed_in("sales1")
    values = {"kind": "call", "outcome": "interested", "next_contact_at": "2026-03-06T02:00:00Z"}
    done = await sales.post(f"{LEADS}/{lead['id']}/do/touch", json={"values": values})
    assert done.status_code == 200, done.text
    (mine,) = (await sales.get("/objects/touch/records")).json()["items"]
    assert mine["lead"] == {"id": lead["id"], "label": "标签公司"}
    support = await api.signed_in("support1")
    (theirs,) = (await support.get("/objects/touch/records")).json()["items"]
    assert theirs["lead"] == {"id": lead["id"], "label": None}


async def test_a_notice_to_who_does_not_see_the_title_names_nothing(hiding: tuple[Api, Clocked]):
    api, _ = hiding
    await api.lead_of("support1", company="通知公司")
    client = await api.signed_in("support1")
    answer = await client.get("/notifications")
    assert answer.json()["items"]
    assert "通知公司" not in answer.text


async def test_a_view_by_a_hidden_field_is_not_offered_and_columns_go(hiding: tuple[Api, Clocked]):
    api, _ = hiding
    client = await api.signed_in("support1")
    views = (await client.get("/objects/lead/views")).json()["items"]
    assert views
    assert not [one for one in views if "company" in one["columns"]]
    lead = next(one for one in (await client.get("/catalog")).json()["objects"] if one["name"] == "lead")
    assert lead["title_field"] is None
    assert {"budget", "company", "email"}.isdisjoint(one["name"] for one in lead["fields"])
    schemas = (await client.get("/openapi.json")).json()["components"]["schemas"]
    assert "budget" not in schemas["lead"]["properties"]
    assert "budget" not in schemas["lead_input"]["properties"]


async def test_whom_others_pursue_is_not_told_by_a_hidden_field(hiding: tuple[Api, Clocked]):
    api, _ = hiding
    support = await api.signed_in("support1")
    ways = {one["key"]: one["objects"] for one in (await support.get("/catalog")).json()["pursued"]}
    assert ways["lead.phone"] == ["lead"]
    assert not {"lead.company", "lead.email"} & set(ways)
    problem(await support.get("/pursued", params={"by": "lead.company"}), 404, "not_found")
