"""A desk holds one's own: to-dos in the order in which they are due, clocks that wait, figures of the day."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.support.company import START, Clocked, fresh_company
from tests.support.definitions import note_object, release
from tests.support.problems import problem
from tests.support.web import serve

from closeloop.base.errors import Invalid
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.records.commands import CreateRecord

pytestmark = pytest.mark.db

HOUR = timedelta(hours=1)
TODOS = {"on": "lead", "when": "true", "due": "created_at"}


def desk(**keys: Any) -> Body:
    return Body("desk", "own", {"desk": "own", **keys})


async def look(client: httpx.AsyncClient, **query: str) -> dict[str, Any]:
    answer = await client.get("/desk", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_to_dos_are_ones_own_and_go_on_as_a_list(migrated_url: str, own_company: Clocked):
    company = own_company
    mine, other = (str(company.id_of(login)) for login in ("sales1", "sales2"))
    made = [
        CreateRecord("todo", {"title": f"{hours} 时", "due_at": (START + hours * HOUR).isoformat(), "owner": owner})
        for hours, owner in [(3, mine), (1, mine), (2, mine), (1, other)]
    ]
    await company.run(*made)
    async with serve(migrated_url, company) as api:
        client = await api.signed_in("sales1")
        (todos,) = (await look(client, limit="2"))["todos"]
        assert [item["title"] for item in todos["items"]] == ["1 时", "2 时"]
        assert (todos["total"], todos["total_is"]) == (3, "exact")
        rest = await client.get(
            f"/objects/{todos['object']}/records",
            params={"filter": todos["filter"], "sort": todos["sort"], "cursor": todos["next_cursor"]},
        )
        assert [item["title"] for item in rest.json()["items"]] == ["3 时"]
        first = todos["items"][0]
        at = f"/objects/todo/records/{first['id']}"
        done = await client.post(f"{at}/do/{todos['done']}", json={"version": first["version"]})
        assert done.json()["done_at"] is not None
        assert (await look(client))["todos"][0]["total"] == 2
        undone = await client.post(f"{at}/do/{todos['undo']}", json={"version": done.json()["version"]})
        assert undone.json()["done_at"] is None
        assert (await look(client))["todos"][0]["total"] == 3
        stranger = await api.signed_in("sales2")
        problem(await stranger.post(f"{at}/do/finish", json={"version": 3}), 404, "not_found")
        assert (await look(await api.signed_in("guest1"))) == {"todos": [], "clocks": {"items": []}, "figures": []}


async def test_clocks_that_wait_are_ones_own_and_figures_count_what_one_sees(migrated_url: str, own_company: Clocked):
    company = own_company
    async with serve(migrated_url, company) as api:
        first = await api.lead_of("sales1", source="website", company="先")
        company.clock.move(timedelta(minutes=40))
        await api.lead_of("sales1", source="website", company="后")
        await api.lead_of("sales2", source="website")
        client = await api.signed_in("sales1")
        clocks = (await look(client, limit="3"))["clocks"]["items"]
        assert [(one["policy"], one["record"]["label"], one["color"]) for one in clocks] == [
            ("first_touch", "先", "red"),
            ("first_touch", "后", "green"),
            ("need_tags", "先", "green"),
        ]
        assert clocks[0]["record"]["id"] == first["id"]
        assert [one["meets"] for one in clocks] == ["touch", "touch", "tag_needs"]
        figures = {one["key"]: one["value"] for one in (await look(client))["figures"]}
        none = {"idle_deals": 0, "closing": 0}
        assert figures == {"new_leads": 2, "touches": 0, "waiting": 2, "contacts": 0, **none}
        values = {"kind": "call", "outcome": "interested", "next_contact_at": (company.clock.now() + HOUR).isoformat()}
        body = {"version": first["version"], "values": values}
        answer = await client.post(f"/objects/lead/records/{first['id']}/do/touch", json=body)
        assert answer.status_code == 200, answer.text
        figures = {one["key"]: one["value"] for one in (await look(client))["figures"]}
        assert figures == {"new_leads": 2, "touches": 1, "waiting": 1, "contacts": 1, **none}
        team = {one["key"]: one["value"] for one in (await look(await api.signed_in("manager1")))["figures"]}
        assert team == {"new_leads": 3, "touches": 1, "waiting": 2, "contacts": 1, **none}
        other = {one["key"]: one["value"] for one in (await look(await api.signed_in("sales2")))["figures"]}
        assert other == {"new_leads": 1, "touches": 0, "waiting": 1, "contacts": 0, **none}
        company.clock.move(24 * HOUR)
        figures = {one["key"]: one["value"] for one in (await look(client))["figures"]}
        assert figures == {"new_leads": 0, "touches": 0, "waiting": 1, "contacts": 1, **none}


async def test_what_fell_due_on_earlier_days_does_not_hide_what_can_still_be_met(
    migrated_url: str, own_company: Clocked
):
    async with serve(migrated_url, own_company) as api:
        client = await api.signed_in("sales1")
        for name, days in [("前天", 1), ("昨天", 1), ("今天", 0)]:
            await api.lead_of("sales1", source="website", company=name)
            own_company.clock.move(timedelta(days=days))
        await api.lead_of("sales1", source="website", company="刚来")
        own_company.clock.move(timedelta(minutes=40))
        clocks = (await look(client))["clocks"]["items"]
        touches = [(one["record"]["label"], one["color"]) for one in clocks if one["policy"] == "first_touch"]
        assert touches == [("今天", "red"), ("刚来", "red"), ("昨天", "red"), ("前天", "red")]
        few = (await look(client, limit="4"))["clocks"]["items"]
        assert [one["id"] for one in few] == [one["id"] for one in clocks[:4]]


async def test_what_rests_on_a_hidden_field_is_not_on_the_desk(database: Database, migrated_url: str):
    memo = note_object("memo", due={"type": "datetime", "label": "到期"}, secret={"type": "integer", "label": "密"})
    grants = {"memo": {"read": "all", "create": True, "fields": {"secret": "hidden"}}}
    role = Body("role", "sales", {"role": "sales", "label": "销售", "objects": grants})
    part = desk(
        todos={"on": "memo", "when": "secret == null", "due": "due"},
        figures=[
            {"key": "all", "on": "memo", "when": "owner == me"},
            {"key": "some", "on": "memo", "when": "secret > 1"},
        ],
    )
    async with fresh_company(database, memo, role, part) as company, serve(migrated_url, company) as api:
        body = await look(await api.signed_in("sales1"))
        assert (body["todos"], [one["key"] for one in body["figures"]]) == ([], ["all"])
        whole = await look(await api.signed_in("admin"))
        assert [one["object"] for one in whole["todos"]] == ["memo", "todo"]
        assert (whole["todos"][0]["done"], whole["todos"][0]["about"]) == (None, [])


@pytest.mark.parametrize(
    ("keys", "place", "code"),
    [
        ({"todos": {**TODOS, "due": "nothing"}}, "todos.due", "unknown_field"),
        ({"todos": {**TODOS, "when": "owner"}}, "todos.when", "bad_expression"),
        ({"todos": {"on": "lead", "due": "created_at"}}, "todos.when", "required"),
        ({"todos": {"on": "lead", "when": "true"}}, "todos.due", "required"),
        ({"todos": {**TODOS, "about": "name"}}, "todos.about", "not_a_relation"),
        ({"todos": {**TODOS, "done": "fly"}}, "todos.done", "unknown_operation"),
        ({"figures": [{"key": "a", "on": "nothing", "when": "true"}]}, "figures[0].on", "unknown_object"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_definition_is_said_at_its_place(
    company: Clocked, keys: dict[str, Any], place: str, code: str
):
    with pytest.raises(Invalid) as caught:
        await release(company, desk(**keys))
    assert (f"desk/own: {place}", code) in [(error.field, error.code) for error in caught.value.errors]
