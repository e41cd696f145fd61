"""An app's story gives a company its past: once, however many processes are started for it at the same moment."""

import asyncio
from datetime import date, datetime, timedelta

import pytest
from tests.support.company import START, Clocked

from closeloop.base.clock import FrozenClock
from closeloop.base.settings import Settings
from closeloop.connect.store import open_store
from closeloop.db import locks
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.demo import sign_ins
from closeloop.runtime.files import Files
from closeloop.runtime.history import Histories, Tell
from closeloop.runtime.install import ask_for_history
from closeloop.runtime.past import Past

pytestmark = pytest.mark.db

DAYS = 5
BEGAN = START - timedelta(days=DAYS)


class Killed(Exception):
    """The process dies."""


class Story:
    """Somebody writes each day at noon; what it does is told to the test."""

    def __init__(self, past: Past, told: list[str], dies_on: date | None) -> None:
        self.past = past
        self.told = told
        self.dies_on = dies_on

    def plan(self, day: date) -> None:
        if day == self.dies_on:
            raise Killed
        noon = datetime(day.year, day.month, day.day, 4, tzinfo=BEGAN.tzinfo)

        async def write() -> None:
            await self.past.post("website", {"company": "云麓机床", "phone": f"1390000{day:%m%d}"}, str(day))
            self.told.append(str(day))

        if noon > self.past.now():
            self.past.at(noon, write)

    async def take_up(self) -> None:
        self.told.append("taken up")


@pytest.fixture
async def asked(own_company: Clocked) -> Clocked:
    """Return a company that waits for its past."""
    async with own_company.database.autocommit() as session:
        await ask_for_history(session, FrozenClock(BEGAN), own_company.company, "stories", DAYS)
    return own_company


async def write(
    company: Clocked,
    told: list[str],
    dies_on: date | None = None,
    app: str = "stories",
    tell: Tell = lambda done, total: None,
) -> Past | None:
    """Write the past as a process of its own would: with its own clock and its own view of the company."""
    clock = FrozenClock(START)
    files = Files(open_store(Settings()), 1000)
    begins = {app: lambda runtime, clock, files, _: Story(Past(runtime, clock, files), told, dies_on)}
    histories = Histories(files, begins, tell, FrozenClock(START))
    return await histories.write(CompanyRuntime(company.company, company.database, clock), clock)


DATES = [str((BEGAN + timedelta(days=n)).date()) for n in range(DAYS)]


async def test_of_two_processes_one_writes_and_the_other_waits_for_it(asked: Clocked, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(locks, "LOOK_AGAIN", 0.01)
    told: tuple[list[str], list[str]] = ([], [])
    pasts = await asyncio.gather(*(write(asked, one) for one in told))
    assert sorted(told) == [[], DATES]
    assert pasts.count(None) == 1
    assert len(await asked.system_rows("intake")) == DAYS
    (job,) = await asked.system_rows("job")
    assert (job["state"], job["progress"]) == ("done", DAYS)


async def test_who_waits_goes_on_where_the_other_has_died(asked: Clocked, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(locks, "LOOK_AGAIN", 0.01)
    first: list[str] = []
    second: list[str] = []
    begun = asyncio.Event()

    async def wait_for_the_first() -> Past | None:
        await begun.wait()
        return await write(asked, second)

    dies_on = (BEGAN + timedelta(days=2)).date()
    died, past = await asyncio.gather(
        write(asked, first, dies_on=dies_on, tell=lambda *_: begun.set()), wait_for_the_first(), return_exceptions=True
    )
    assert isinstance(died, Killed)
    assert isinstance(past, Past)
    assert first == DATES[:2]
    assert second == ["taken up", *DATES[2:]]


async def test_a_history_that_no_app_tells_is_left_alone(asked: Clocked):
    assert await write(asked, [], app="another") is None
    (job,) = await asked.system_rows("job")
    assert job["state"] == "running"


def test_logins_are_named_shortly():
    people = [{"login": name} for name in ("admin", "boss1", "boss2", "sales1", "sales2", "sales3", "finance1")]
    assert sign_ins(people) == "admin, boss1, boss2, sales1 ... sales3, finance1"
