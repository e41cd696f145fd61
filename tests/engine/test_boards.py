"""A board tells of every record that one may read under which light it stands, counted in its person's lane."""

from collections import Counter
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.company import START, Clocked, a_phone, fresh_company
from tests.support.definitions import changed, note_object, release, shipped
from tests.support.problems import problem
from tests.support.web import Api, serve

from closeloop.base.errors import Invalid
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.boards.model import BOARDS
from closeloop.engine.boards.read import BoardReader
from closeloop.engine.clocks.colors import color_sql
from closeloop.engine.clocks.model import color_of
from closeloop.records.commands import AssignRecord, CreateRecord

pytestmark = pytest.mark.db

LIGHTS = "lead_lights"


@pytest.fixture(scope="module")
async def served(database: Database) -> AsyncGenerator[Clocked]:
    async with fresh_company(database) as runtime:
        yield runtime


def board(**keys: Any) -> Body:
    body = {"board": "b", "on": "memo", "label": "板", "lights": [{"key": "all", "color": "green"}], **keys}
    return Body("board", "b", body)


async def api_of(url: str, company: Clocked) -> AsyncGenerator[Api]:
    async with serve(url, company) as api:
        yield api


def lane_of(body: dict[str, Any], login: str, company: Clocked) -> dict[str, Any]:
    wanted = str(company.id_of(login))
    return next(lane for lane in body["lanes"] if lane["person"] and lane["person"]["id"] == wanted)


async def test_lanes_count_by_light_and_show_the_worst_first(migrated_url: str, own_company: Clocked):
    company = own_company
    async with serve(migrated_url, company) as api:
        old = [await api.lead_of("sales1", source="expo", company=f"旧{i}") for i in range(3)]
        company.clock.advance(timedelta(hours=25))
        late = await api.lead_of("sales1", source="website", company="迟")
        company.clock.advance(timedelta(minutes=31))
        fresh = await api.lead_of("sales1", source="expo", company="新")
        touched = await api.lead_of("sales2", source="expo", company="好")
        admin = await api.signed_in("admin")
        done = await admin.post(
            f"/objects/lead/records/{touched['id']}/do/touch",
            json={"version": touched["version"], "values": {"kind": "call", "outcome": "interested"}},
        )
        assert done.status_code == 200, done.text
        answer = await admin.get(f"/boards/{LIGHTS}", params={"cards": "3"})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        mine, other = lane_of(body, "sales1", company), lane_of(body, "sales2", company)
        assert mine["lights"] == {"overdue": 1, "idle": 3, "waiting": 1, "well": 0}
        assert other["lights"] == {"overdue": 0, "idle": 0, "waiting": 0, "well": 1}
        assert [card["record"]["id"] for card in mine["items"]] == [late["id"], old[0]["id"], old[1]["id"]]
        assert [card["light"] for card in mine["items"]] == ["overdue", "idle", "idle"]
        assert (mine["count"], mine["more"], mine["figures"]) == (5, True, {"untouched": "1"})
        assert body["totals"] == {
            "count": 6,
            "lights": {"overdue": 1, "idle": 3, "waiting": 1, "well": 1},
            "figures": {"untouched": "0.8333"},
        }
        assert body["lanes"][0]["person"] == mine["person"], "who stands worst comes first"
        assert len(body["lanes"]) == 8, "the people of the board's roles have a lane, empty or not"
        rest = await admin.get(f"/boards/{LIGHTS}/lanes/{mine['person']['id']}", params={"limit": "3", "page": "2"})
        assert [card["record"]["id"] for card in rest.json()["items"]] == [old[2]["id"], fresh["id"]]
        assert rest.json()["more"] is False
