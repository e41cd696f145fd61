"""The stand-in for the demo's people: a burst of it against the API leaves work behind and no error."""

import asyncio
from collections.abc import AsyncGenerator

import httpx
import pytest
from tests.support.company import Clocked
from tests.support.web import Api, serve

from closeloop.base.clock import SystemClock
from closeloop.demo.live import Live
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
        transport=httpx.ASGITransport(own_api.app),
        headers={"Closeloop-Company": own_api.company},
    )
    playing = asyncio.create_task(live.run(["sales1", "sales2", "nobody"], ["manager1"], DEMO_PASSWORD))
    await asyncio.wait_for(enough.wait(), 60)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert not live.played.failed, said[-5:]
    assert live.played.done["intake"]
    assert live.played.done["touch"]
    assert any("nobody can't sign in" in line for line in said)
    assert len(await own_company.system_rows("event", type="lead.touch")) == live.played.done["touch"]
