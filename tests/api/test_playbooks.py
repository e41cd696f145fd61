"""Playbooks over HTTP: the right one for a record, its texts filled in, and what was used on the timeline."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from tests.support.company import Clocked, fresh_company
from tests.support.definitions import changed, release, shipped
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database

pytestmark = pytest.mark.db

TOUCH = {"kind": "call", "outcome": "interested"}


def contact(key: str, *items: str, when: str | None = None) -> dict[str, Any]:
    made = [
        {
            "key": one,
            "text": {"zh-CN": f"您好{{name}}，{one}", "en-US": f"Hello {{name}} of {{company}}: {one}"},
            "answer": {"zh-CN": "预算{budget}", "en-US": "{budget} by {next_contact_at}, {source}"},
        }
        for one in items
    ]
    body = {
        "key": key,
        "label": key,
        "sections": [{"key": "say", "label": {"zh-CN": "说", "en-US": "Say"}, "items": made}],
    }
    return body if when is None else {**body, "when": when}


def playbook(key: str, position: int = 1, **keys: Any) -> Body:
    body = {
        "playbook": key, "on": "lead", "label": key, "beside": "touch", "position": position,
        "contacts": [contact("first", "who", "why", when="reached_count == 0"), contact("later", "next")],
    }  # fmt: skip
    return Body("playbook", key, {**body, **keys})


WATCHER = Body("role", "watcher", {"role": "watcher", "label": "旁观", "objects": {"lead": {"read": "all"}}})
"""Reads every lead and does nothing with them."""
WEB = playbook("web", when="source == 'website' and city == 'W'")
SECRET = playbook("secret", 2, when="city == 'S' and budget > 5")
NEVER = playbook("never", 3, when="city == 'N'", contacts=[contact("first", "who", when="reached_count < 0")])


@pytest.fixture(scope="module")
async def company(database: Database) -> AsyncGenerator[Clocked]:
    sales = shipped("role", "sales")
    lead = {**sales["objects"]["lead"], "fields": {"budget": "hidden"}}
    blind = changed("role", "sales", objects={**sales["objects"], "lead": lead})
    async with fresh_company(database, WEB, SECRET, NEVER, WATCHER, blind) as runtime:
        yield runtime


@pytest.fixture(scope="module")
async def api(migrated_url: str, company: Clocked) -> AsyncGenerator[Api]:
    async with serve(migrated_url, company) as served:
        yield served


def place(lead: dict[str, Any]) -> str:
    return f"/objects/lead/records/{lead['id']}"


async def shown(api: Api, login: str, lead: dict[str, Any], **headers: str) -> dict[str, Any] | None:
    client = await api.signed_in(login)
    answer = await client.get(f"{place(lead)}/playbook", params={"operation": "touch"}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["playbook"]


async def touched(api: Api, login: str, lead: dict[str, Any], guide: Any, outcome: str = "interested"):
    body = {"values": {"kind": "call", "outcome": outcome}, "playbook": guide}
    return await (await api.signed_in(login)).post(f"{place(lead)}/do/touch", json=body)


async def test_the_first_that_fits_is_shown_with_the_contact_whose_turn_it_is(api: Api):
    lead = await api.lead_of("sales1", company="Acme", name="Li", city="W")
    book = await shown(api, "sales1", lead)
    assert book is not None
    assert (book["key"], book["contact"]["key"]) == ("web", "first")
    (section,) = book["contact"]["sections"]
    assert section["label"] == "Say"
    assert [item["text"] for item in section["items"]] == ["Hello Li of Acme: who", "Hello Li of Acme: why"]
    assert (await touched(api, "sales1", lead, {"key": "web", "used": []}, "no_answer")).status_code == 200
    assert (await shown(api, "sales1", lead))["contact"]["key"] == "first"  # type: ignore[index]
    assert (await touched(api, "sales1", lead, {"key": "web", "used": ["who"]})).status_code == 200
    assert (await shown(api, "sales1", lead))["contact"]["key"] == "later"  # type: ignore[index]
    elsewhere = await api.lead_of("sales1", city="N")
    assert (await shown(api, "sales1", elsewhere))["key"] == "website"  # type: ignore[index]


async def test_a_text_says_what_the_reader_may_see_and_shows_a_gap_for_what_is_not_known(api: Api):
    lead = await api.lead_of("sales1", company="Acme", city="S", budget="6", source="expo")
    seen = (await shown(api, "admin", lead))["contact"]["sections"][0]["items"][0]  # type: ignore[index]
    assert seen == {
        "key": "who",
        "text": "Hello [Contact] of Acme: who",
        "answer": "6 by [Next contact], Trade fair",
    }
    blind = await shown(api, "sales1", lead, **{"Accept-Language": "zh-CN"})
    assert blind is not None
    item = blind["contact"]["sections"][0]["items"][0]
    assert (item["text"], item["answer"]) == ("您好【联系人】，who", "预算…")
    assert "6" not in str(blind["contact"])


async def test_what_was_used_stands_on_the_timeline_in_words_of_its_version(api: Api, company: Clocked):
    lead = await api.lead_of("sales1", company="Acme", name="Li", city="W")
    answer = await touched(api, "sales1", lead, {"key": "web", "contact": "first", "used": ["why", "why"]})
    assert answer.status_code == 200, answer.text
    client = await api.signed_in("sales1")

    async def why() -> dict[str, Any]:
        items = (await client.get(f"{place(lead)}/timeline")).json()["items"]
        (event,) = [one for one in items if one["type"] == "lead.touch"]
        assert event["why"]["input"] == TOUCH
        return event["why"]["playbook"]

    told = {
        "key": "web",
        "label": "web",
        "version": 1,
        "contact": {"key": "first", "label": "first"},
        "used": [{"key": "why", "section": "Say", "text": "Hello Li of Acme: why"}],
    }
    assert await why() == told
    newer = playbook("web", when="source == 'website'", contacts=[contact("first", "other")])
    await release(company, newer)
    assert (await shown(api, "sales1", lead))["version"] == 2  # type: ignore[index]
    assert await why() == told
    await release(company, WEB)


async def test_use_is_counted_item_by_item_on_the_records_that_one_may_read(api: Api, company: Clocked):
    book = playbook("counted", 0, when="city == 'C'")
    await release(company, book)
    mine, other = await api.lead_of("sales1", city="C"), await api.lead_of("sales2", city="C")
    for login, lead, used in (("sales1", mine, ["who", "why"]), ("sales1", mine, ["who"]), ("sales2", other, [])):
        guide = {"key": "counted", "contact": "first", "used": used}
        assert (await touched(api, login, lead, guide)).status_code == 200

    async def counted(login: str, **params: Any) -> dict[str, Any]:
        answer = await (await api.signed_in(login)).get("/playbooks/counted/use", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    everything = await counted("admin")
    assert everything["times"] == 3
    assert [(one["contact"], one["key"], one["used"]) for one in everything["items"]] == [
        ("first", "who", 2),
        ("first", "why", 1),
        ("later", "next", 0),
    ]
    assert (await counted("sales2"))["times"] == 1
    assert [one["used"] for one in (await counted("sales2"))["items"]] == [0, 0, 0]
    now = company.clock.now()
    later = {"from": (now + timedelta(seconds=1)).isoformat(), "to": "2030-01-01T00:00:00Z"}
    assert (await counted("admin", **later))["times"] == 0
    first = await counted("admin", limit=2)
    assert [one["key"] for one in first["items"]] == ["who", "why"]
    last = await counted("admin", limit=2, cursor=first["next_cursor"])
    assert ([one["key"] for one in last["items"]], last["next_cursor"]) == (["next"], None)

    admin = await api.signed_in("admin")

    async def refused(**params: str) -> dict[str, str]:
        return wrong_fields(await admin.get("/playbooks/counted/use", params=params))

    assert await refused(**{"from": "yesterday"}) == {"from": "not_datetime"}
    assert await refused(**{"from": "2026-01-01T00:00:00"}) == {"from": "no_zone"}
    assert await refused(**{"from": "2030-01-01T00:00:00Z"}) == {"from": "not_before"}
    assert await refused(cursor="x") == {"cursor": "bad_cursor"}
    await admin.delete(f"/objects/lead/records/{mine['id']}")
    assert (await counted("admin"))["times"] == 1


@pytest.mark.parametrize(
    ("guide", "errors"),
    [
        ("web", {"playbook": "not_a_mapping"}),
        ({"used": []}, {"playbook.key": "required"}),
        ({"key": 5, "used": []}, {"playbook.key": "not_text"}),
        ({"key": "web", "used": "who"}, {"playbook.used": "not_a_list"}),
        ({"key": "web", "used": [5]}, {"playbook.used": "not_a_list"}),
        ({"key": "web", "used": [], "by": 1}, {"playbook.by": "unknown_parameter"}),
        ({"key": "nothing", "used": []}, {"playbook.key": "unknown_playbook"}),
        ({"key": "never", "used": []}, {"playbook.key": "playbook_not_now"}),
        ({"key": "web", "contact": "tenth", "used": []}, {"playbook.contact": "unknown_item"}),
        ({"key": "web", "used": ["who", "next"]}, {"playbook.used[1]": "unknown_item"}),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_told_at_its_place_and_nothing_is_done(api: Api, guide: Any, errors: dict[str, str]):
    lead = await api.lead_of("sales1", city="W")
    assert wrong_fields(await touched(api, "sales1", lead, guide)) == errors
    after = (await (await api.signed_in("sales1")).get(place(lead))).json()
    assert (after["version"], after["reached_count"]) == (lead["version"], 0)


async def test_it_is_for_who_may_read_the_record_and_do_the_operation(api: Api, company: Clocked):
    lead = await api.lead_of("sales1", city="W")

    async def asked(login: str, operation: str = "touch"):
        client = await api.signed_in(login)
        return await client.get(f"{place(lead)}/playbook", params={"operation": operation})

    problem(await asked("sales2"), 404, "not_found")
    problem(await asked("support1"), 404, "unknown_object")
    problem(await asked("sales1", "dance"), 404, "unknown_operation")
    problem(await (await api.signed_in("sales1")).get(f"{place(lead)}/playbook"), 422, "invalid")
    admin = await api.signed_in("admin")
    watcher = await admin.patch(f"/people/{company.id_of('finance1')}", json={"roles": ["watcher"]})
    assert watcher.status_code == 200, watcher.text
    problem(await asked("finance1"), 403, "forbidden")
    unowned = await api.lead(city="W")
    table = company.catalog.object("lead").table
    await company.change(sa.update(table).values(owner=None).where(table.c.id == unowned["id"]))
    client = await api.signed_in("admin")
    answer = await client.get(f"{place(unowned)}/playbook", params={"operation": "touch"})
    problem(answer, 403, "operation_not_now")
    assert (await admin.get(f"{place(lead)}/playbook", params={"operation": "tag_needs"})).json() == {"playbook": None}


async def test_the_catalog_says_beside_which_operations_there_are_playbooks(api: Api):
    catalog = (await (await api.signed_in("sales1")).get("/catalog")).json()
    (lead,) = [one for one in catalog["objects"] if one["name"] == "lead"]
    assert [one["name"] for one in lead["operations"] if one["playbooks"]] == ["touch"]


async def test_a_playbook_that_is_wrong_is_refused_with_every_place(api: Api):
    admin = await api.signed_in("admin")
    twice = contact("first", "who", "who")
    unknown = contact("first", "why")
    unknown["sections"][0]["items"][0]["text"] = "{nobody}"
    unknown["sections"][0]["items"][0]["answer"] = "{touches}"
    empty = {"key": "none", "label": "none", "sections": []}
    body = {**playbook("bad").body, "beside": "dance", "when": "source", "contacts": [twice, unknown, empty]}
    answer = await admin.put("/definitions/playbook/bad", json={"body": body})
    assert wrong_fields(answer, "bad_definition") == {
        "beside": "unknown_operation",
        "when": "bad_expression",
        "contacts": "twice",
        "contacts[0].sections": "twice",
        "contacts[1].sections[0].items[0].text": "unknown_field",
        "contacts[1].sections[0].items[0].answer": "not_possible",
        "contacts[2].sections": "required",
    }
