"""The stand-in for the demo's people: a burst of it against the API leaves work behind and no error."""

import asyncio
from collections.abc import AsyncGenerator

import httpx
import pytest
from tests.support.company import Clocked
from tests.support.web import Api, serve

from closeloop.apps.sales.demo.live import Live
from closeloop.base.clock import SystemClock
from closeloop.runtime.install import DEMO_PASSWORD

pytestmark = pytest.mark.http

DEEDS = 150


@pytest.fixture
async def own_api(own_company: Clocked, migrated_url: str) -> AsyncGenerator[Api]:
    async with serve(migrated_url, own_company) as served:
        yield served


async def test_people_work_what_comes_in_without_an_error(own_api: Api, own_company: Clocked):
    enough = asyncio.Event()
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if live.played.done.total() >= DEEDS or live.played.failed:
            enough.set()

    live = Live(
        "http://closeloop.test",
        SystemClock(),
        say,
        speed=2000,
        headers={"Closeloop-Company": own_api.company},
        transport=httpx.ASGITransport(own_api.app),
    )
    roles = {"sales1": "sales", "sales2": "sales", "nobody": "sales", "manager1": "manager", "finance1": "finance"}
    people = [{"login": login, "roles": [role]} for login, role in roles.items()]
    playing = asyncio.create_task(live.run(people, DEMO_PASSWORD))
    await asyncio.wait_for(enough.wait(), 60)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert not live.played.failed, said[-5:]
    assert live.played.done["intake"]
    assert live.played.done["touch"]
    assert said[0] == "3 salespeople and 1 managers are at work. Ctrl-C ends it."
    assert any("nobody can't sign in" in line for line in said)
    touches = len(await own_company.system_rows("event", type="lead.touch"))
    # each who was stopped amid a request may have done it without having counted it
    assert live.played.done["touch"] <= touches <= live.played.done["touch"] + len(people)
