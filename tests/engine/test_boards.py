"""A board tells of every record that one may read under which light it stands, counted in its person's lane."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import JSONB
from tests.support.company import Clocked, fresh_company
from tests.support.definitions import note_object, release
from tests.support.problems import problem
from tests.support.web import serve

from closeloop.base.errors import Invalid
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.db.statement import compile_statement
from closeloop.engine.clocks.colors import color_sql
from closeloop.engine.clocks.model import BREACHED, PAUSED, RUNNING, color_of
from closeloop.records.commands import CreateRecord, DeleteRecord
from closeloop.records.flush import dump

pytestmark = pytest.mark.db

LIGHTS = "lead_lights"
MINUTE = timedelta(minutes=1)


def board(**keys: Any) -> Body:
    """Return a board of a company's own, over an object of its own."""
    body = {"board": "b", "on": "memo", "label": "板", "lights": [{"key": "all", "color": "green"}], **keys}
    return Body("board", "b", body)


MEMO = note_object("memo", urgency={"type": "integer", "label": "急"}, helper={"type": "person", "label": "帮手"})


async def look(client: httpx.AsyncClient, key: str = LIGHTS, **query: str) -> dict[str, Any]:
    answer = await client.get(f"/boards/{key}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def lanes_of(body: dict[str, Any]) -> dict[str | None, dict[str, Any]]:
    return {lane["person"]["label"] if lane["person"] else None: lane for lane in body["lanes"]}


async def touch(client: httpx.AsyncClient, lead: dict[str, Any]) -> None:
    values = {"kind": "call", "outcome": "interested"}
    answer = await client.post(
        f"/objects/lead/records/{lead['id']}/do/touch", json={"version": lead["version"], "values": values}
    )
    assert answer.status_code == 200, answer.text


async def test_lanes_count_by_light_and_show_the_worst_first(migrated_url: str, own_company: Clocked):
    company = own_company
    async with serve(migrated_url, company) as api:
        old = [await api.lead_of("sales1", source="expo", company=f"旧{i}") for i in range(3)]
        company.clock.move(timedelta(hours=25))
        late = await api.lead_of("sales1", source="website", company="迟")
        company.clock.move(31 * MINUTE)
        fresh = await api.lead_of("sales1", source="expo", company="新")
        touched = await api.lead_of("sales2", source="expo", company="好")
        admin = await api.signed_in("admin")
        await touch(admin, touched)
        body = await look(admin, cards="3")
        mine, other = (lanes_of(body)[name] for name in ("林晓", "陈思齐"))
        assert mine["lights"] == {"overdue": 1, "idle": 3, "waiting": 1, "well": 0}
        assert other["lights"] == {"overdue": 0, "idle": 0, "waiting": 0, "well": 1}
        assert [card["record"]["company"] for card in mine["items"]] == ["迟", "旧0", "旧1"]
        assert [card["light"] for card in mine["items"]] == ["overdue", "idle", "idle"]
        assert [clock["color"] for clock in mine["items"][0]["clocks"]] == ["red", "green", "green"]
        assert (mine["count"], mine["more"], mine["figures"]) == (5, True, {"untouched": "1"})
        assert body["totals"] == {
            "count": 6,
            "lights": {"overdue": 1, "idle": 3, "waiting": 1, "well": 1},
            "figures": {"untouched": "0.8333"},
        }
        assert body["lanes"][0]["person"] == mine["person"], "who stands worst comes first"
        assert body["lane_count"] == len(body["lanes"]) == 8, "people of the board's roles have a lane, empty or not"
        rest = await admin.get(f"/boards/{LIGHTS}/lanes/{mine['person']['id']}", params={"limit": "3", "page": "2"})
        assert [card["record"]["id"] for card in rest.json()["items"]] == [old[2]["id"], fresh["id"]]
        assert rest.json()["more"] is False
        assert late["id"] == mine["items"][0]["record"]["id"]


async def test_what_stands_in_a_lane_is_what_one_may_read_and_who_may_take_is_who_one_may_assign_to(
    migrated_url: str, own_company: Clocked
):
    async with serve(migrated_url, own_company) as api:
        for login in ("sales1", "sales1", "sales5"):
            await api.lead_of(login, source="expo")
        own = await look(await api.signed_in("sales1"))
        assert [(lane["person"]["label"], lane["count"], lane["takes"]) for lane in own["lanes"]] == [
            ("林晓", 2, False)
        ]
        assert own["movable"] is False
        manager = await look(await api.signed_in("manager1"))
        assert manager["movable"] is True
        assert {lane["takes"] for lane in manager["lanes"]} == {True}
        assert (manager["totals"]["count"], len(manager["lanes"])) == (3, 8)
        problem(await (await api.signed_in("finance1")).get(f"/boards/{LIGHTS}"), 404, "unknown_board")
        stranger = await (await api.signed_in("sales2")).get(f"/boards/{LIGHTS}/lanes/{own_company.id_of('sales1')}")
        assert (stranger.status_code, stranger.json()["count"], stranger.json()["items"]) == (200, 0, [])


async def test_a_drag_is_an_assignment_and_the_board_follows(migrated_url: str, own_company: Clocked):
    async with serve(migrated_url, own_company) as api:
        lead = await api.lead_of("sales1", source="expo")
        manager = await api.signed_in("manager1")
        body = {"person": str(own_company.id_of("sales3")), "version": lead["version"]}
        answer = await manager.post(f"/objects/lead/records/{lead['id']}/assign", json=body)
        assert answer.status_code == 200, answer.text
        lanes = lanes_of(await look(manager))
        assert (lanes["林晓"]["count"], lanes["周明轩"]["count"]) == (0, 1)
        stale = await manager.post(f"/objects/lead/records/{lead['id']}/assign", json=body)
        problem(stale, 409, "version_conflict")


async def test_nobodys_records_have_a_lane_and_so_has_any_person_of_any_field(database: Database, migrated_url: str):
    lights = [
        {"key": "hot", "color": "red", "label": "急", "when": "urgency > 5"},
        {"key": "cold", "color": "green", "label": "不急", "when": "urgency <= 5"},
    ]
    async with fresh_company(database, MEMO, board(group="helper", lights=lights, sort="-urgency")) as company:
        made = [
            CreateRecord("memo", {"title": str(urgency), "urgency": urgency, "helper": helper and str(helper)})
            for urgency, helper in [(7, None), (9, None), (1, company.id_of("support1")), (None, None)]
        ]
        rows = [outcome.record() for outcome in await company.run(*made)]
        await company.run(DeleteRecord("memo", rows[0]["id"]))
        async with serve(migrated_url, company) as api:
            admin = await api.signed_in("admin")
            body = await look(admin, "b")
            assert list(lanes_of(body)) == [None, "田野"]
            assert body["movable"] is False, "only owners are assigned"
            assert [lane["lights"] for lane in body["lanes"]] == [{"hot": 1, "cold": 0}, {"hot": 0, "cold": 1}]
            nobody = (await admin.get("/boards/b/lanes/none")).json()
            assert [card["record"]["title"] for card in nobody["items"]] == ["9"]
            second = await look(admin, "b", limit="1", page="2")
            assert [lane["person"]["label"] for lane in second["lanes"]] == ["田野"]
            assert (await look(admin, "b", cards="0"))["lanes"][0]["items"] == []


async def test_a_board_that_rests_on_a_hidden_field_is_not_there(database: Database, migrated_url: str):
    role = {"role": "sales", "label": "销售", "objects": {"memo": {"read": "all", "fields": {"urgency": "hidden"}}}}
    plain = board(lights=[{"key": "all", "color": "green", "label": "全"}], columns=["urgency", "title"])
    hot = board(lights=[{"key": "hot", "color": "red", "label": "急", "when": "urgency > 5"}])
    other = Body("board", "hot", {**hot.body, "board": "hot"})
    async with fresh_company(database, MEMO, plain, other, Body("role", "sales", role)) as company:
        await company.run(CreateRecord("memo", {"title": "x", "urgency": 9}))
        async with serve(migrated_url, company) as api:
            client = await api.signed_in("sales1")
            problem(await client.get("/boards/hot"), 404, "unknown_board")
            assert [one["key"] for one in (await client.get("/catalog")).json()["boards"]] == ["b"]
            body = await look(client, "b")
            assert body["columns"] == ["title"]
            assert "urgency" not in body["lanes"][0]["items"][0]["record"]
            assert [one["key"] for one in (await (await api.signed_in("admin")).get("/catalog")).json()["boards"]] == [
                "b", "hot", LIGHTS,
            ]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "place", "code"),
    [
        ({"group": "title"}, "group", "not_a_person_field"),
        ({"group": "nowhere"}, "group", "not_a_person_field"),
        ({"lights": []}, "lights", "required"),
        ({"lights": [{"key": "a", "color": "blue"}]}, "lights[0].color", "not_one_of"),
        ({"lights": [{"key": "a", "color": "red"}, {"key": "b", "color": "red"}]}, "lights[0].when", "required"),
        ({"lights": [{"key": "a", "when": "true"}, {"key": "a"}]}, "lights[1].key", "taken"),
        ({"lights": [{"key": "a", "color": "red", "clock": "first_touch"}]}, "lights[0].clock", "unknown_clock"),
        ({"lights": [{"key": "a", "color": "red", "when": "urgency"}]}, "lights[0].when", "bad_expression"),
        ({"filter": "nothing == 1"}, "filter", "bad_expression"),
        ({"figures": [{"key": "a"}]}, "figures[0].when", "required"),
        ({"figures": [{"key": "a", "when": "true", "as": "sum"}]}, "figures[0].as", "not_one_of"),
        ({"columns": ["nothing"]}, "columns", "unknown_field"),
        ({"sort": "-nothing"}, "sort", "unknown_field"),
        ({"people": ["pirates"]}, "people", "unknown_role"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_definition_is_said_at_its_place(
    company: Clocked, keys: dict[str, Any], place: str, code: str
):
    with pytest.raises(Invalid) as caught:
        await release(company, MEMO, board(**keys))
    assert (f"board/b: {place}", code) in [(error.field, error.code) for error in caught.value.errors]


@st.composite
def clocks(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a clock that waits, with its steps in the order in which a policy makes them."""
    offsets = sorted(draw(st.lists(st.integers(-60, 60), max_size=4)))
    return {
        "offsets": offsets,
        "state": draw(st.sampled_from([RUNNING, BREACHED, PAUSED])),
        "paused": draw(st.integers(-90, 0)),
        "due": draw(st.integers(-90, 90)),
    }


@given(drawn=clocks())
@settings(max_examples=60, deadline=None)
async def test_a_clocks_colour_in_sql_is_that_of_its_row(company: Clocked, drawn: dict[str, Any]):
    now = company.clock.now()
    due = now + drawn["due"] * MINUTE
    steps = [{"at": "0m", "due_at": due, "kind": "due", "do": []}]
    steps += [{"at": "", "due_at": due + at * MINUTE, "kind": "rung", "do": []} for at in drawn["offsets"]]
    steps.sort(key=lambda step: step["due_at"])
    paused = now + drawn["paused"] * MINUTE if drawn["state"] == PAUSED else None
    row = {"state": drawn["state"], "due_at": due, "met_at": None, "paused_at": paused, "steps": steps}
    moment = sa.DateTime(timezone=True)
    stored = sa.select(
        sa.cast(sa.literal(paused, moment), moment).label("paused_at"),
        sa.cast(sa.literal(due, moment), moment).label("due_at"),
        sa.literal(row["state"], sa.Text()).label("state"),
        sa.cast(sa.literal(dump(steps), sa.Text()), JSONB()).label("steps"),
    ).subquery()
    async with company.database.autocommit() as session:
        ((color,),) = await session.fetch(*compile_statement(sa.select(color_sql(stored, now)), "colour"))
    assert color == color_of(row, now)
