"""What a day of the company consists of: leads that come in, and the round of managers, pool and notices."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.duty import Duty, Leave
from closeloop.access.org import Person
from closeloop.access.sign_in import org_moves_on
from closeloop.apps.sales.demo.deals import Deals
from closeloop.apps.sales.demo.habits import GOOD, STREAMS
from closeloop.apps.sales.demo.selling import HOUR, OPEN, Selling
from closeloop.apps.sales.demo.wordlists import AWAY, CAMPAIGNS, SPECIAL, TRY_AGAIN, WHILE_AWAY
from closeloop.apps.sales.demo.words import make_lead
from closeloop.apps.sales.demo.world import World
from closeloop.base.clock import FrozenClock
from closeloop.db.statement import compile_statement
from closeloop.records.commands import AssignRecord, CreateRecord
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.files import Files

SEED = "lingchuan"
PHONES_A_DAY = 1000
"""Numbers set aside for each day, so that a day's leads are the same wherever the history is taken up."""
AGAIN = 0.06
"""How many leads come a second time, through another source."""
COLLEAGUES, IN_EARNEST = 0.6, 0.75
"""On how many working days somebody asks whose company one is selling to already, and how many of them mean it."""
FRIDAY, STALE = 5, 18
"""When the pool is cleared, and of leads how many days old."""
FAIRS = {12: 70, 13: 85, 14: 40, 54: 60, 55: 75}
"""Trade fairs: on which days of the history, and how many leads are scanned there."""
LISTS = {27: 80, 66: 70}
"""Lists that marketing imports."""


def begin(runtime: CompanyRuntime, clock: FrozenClock, files: Files, began: datetime) -> "Days":
    """Return the story of a company whose past began at a moment, as it goes on at the clock's."""
    random = Random(f"{SEED}:{clock.now().isoformat()}")  # noqa: S311 - not for secrets
    first = began.astimezone(runtime.catalog.zone).date()
    return Days(World(runtime, clock, files, random), first)


class Days:
    """Plans one day after the other; each is drawn from its own number, so it doesn't matter where one begins."""

    def __init__(self, world: World, first: date) -> None:
        self.past = world
        self._world = world
        self._deals = Deals(world)
        self._selling = Selling(world, self._deals)
        self._first = first

    def plan(self, day: date) -> None:
        """Plan what is still to come of a day."""
        number = (day - self._first).days
        random = Random(f"{SEED}:{number}")  # noqa: S311 - not for secrets
        works = self._world.is_workday(self._moment(day, 10.5))
        for order, (moment, source) in enumerate(self._arrivals(day, number, random, works=works)):
            payload = make_lead(random, source, number * PHONES_A_DAY + order)
            if number > 2 and random.random() < AGAIN:  # somebody of the last days, by another way
                earlier = random.randint(number - 3, number - 1)
                payload["phone"] = make_lead(random, source, earlier * PHONES_A_DAY + random.randint(0, 9))["phone"]
            self._arrive(moment, payload, f"{number}-{order}")
        if number in SPECIAL:
            phone = make_lead(random, "website", number * PHONES_A_DAY + 990)["phone"]
            self._arrive(self._moment(day, 10.2), {**SPECIAL[number], "phone": phone}, f"{number}-s", good=True)
            again = {**SPECIAL[number], "phone": phone, "source": "ad", "campaign": CAMPAIGNS["ad"][0]}
            self._arrive(self._moment(day + timedelta(days=1), 11.4), again, f"{number}-t")
        if works and number > 2 and random.random() < COLLEAGUES:
            payload = make_lead(
                random, random.choice(("website", "ad", "wechat_official")), number * PHONES_A_DAY + 980
            )
            self._later(self._moment(day, random.uniform(9.2, 17)), lambda: self._colleague(payload, f"{number}-c"))
        if works:
            self._rounds(day, random)
            if number in LISTS:
                self._later(self._moment(day, 10.1), lambda: self._import(number, random))
        for login, (start, end, note) in AWAY.items():
            if number == start - 1:
                self._leave(self._world.person(login), day + timedelta(days=1), end - start + 1, note)

    def _moment(self, day: date, hour: float) -> datetime:
        local = datetime.combine(day, time(), self._world.runtime.catalog.zone)
        return (local + timedelta(hours=hour)).astimezone(UTC)

    def _later(self, moment: datetime, errand: Any) -> None:
        if moment > self._world.now():
            self._world.at(moment, errand)

    def _arrivals(self, day: date, number: int, random: Random, *, works: bool) -> Iterator[tuple[datetime, str]]:
        for source, stream in STREAMS.items():
            usual = stream.workday if works else stream.weekend
            growth = 0.85 + 0.3 * number / 90
            for _ in range(round(random.gauss(usual * growth, usual**0.5 * 0.6))):
                first, last = stream.hours
                yield self._moment(day, random.triangular(first, last, 10.5)), source
        if day.isoweekday() in (2, 4):  # the evenings of the livestream
            for _ in range(random.randint(9, 16)):
                yield self._moment(day, random.uniform(19.6, 21.0)), "livestream"
        for _ in range(FAIRS.get(number, 0)):
            yield self._moment(day, random.uniform(9.2, 16.8)), "expo"

    def _arrive(self, moment: datetime, payload: dict[str, Any], key: str, *, good: bool | None = None) -> None:
        async def arrive() -> None:
            record = await self._world.inquire(payload, f"{SEED}-{key}")
            if record is not None:
                self._selling.look_at(record, 1, good=good)

        self._later(moment, arrive)

    async def _colleague(self, payload: dict[str, Any], key: str) -> None:
        """Somebody asks of a company that one of the salespeople has at hand: another name, another phone."""
        world, lead = self._world, self._world.runtime.catalog.object("lead").table
        lately = world.now() - timedelta(days=30)
        query = sa.select(lead.c.company, lead.c.industry, lead.c.province, lead.c.city).where(
            lead.c.owner.is_not(None), lead.c.stage.in_(("qualified", "converted")), lead.c.created_at > lately
        )
        known = await world.rows(query.where(lead.c.company.is_not(None)).order_by(lead.c.id))
        if known:
            company = {name: value for name, value in world.random.choice(known).items() if value is not None}
            record = await world.inquire({**payload, **company}, f"{SEED}-{key}")
            if record is not None:
                self._selling.look_at(record, 1, good=world.random.random() < IN_EARNEST)

    async def _import(self, number: int, random: Random) -> None:
        """Marketing brings in a list, row by row as an import does."""
        marketing = self._world.people("marketing")[0]
        for order in range(LISTS[number]):
            values = make_lead(random, "import", number * PHONES_A_DAY + 500 + order)
            made = await self._world.submit(marketing, CreateRecord("lead", values, joins=True))
            if made is not None:
                self._selling.look_at(made["id"], 5)

    def _rounds(self, day: date, random: Random) -> None:
        world = self._world
        for hour in (11.5, 16.5):
            for manager in world.people("manager"):
                self._later(self._moment(day, hour), lambda one=manager: self._second_looks(one))
        if day.isoweekday() == FRIDAY:
            self._later(self._moment(day, 15.5), self._clear_pool)
        key_accounts = world.key_accounts()
        for person in world.people("sales"):
            if person in key_accounts or person.login in ("sales1", "sales5"):
                hour = 10 + random.random() * 7
                self._later(self._moment(day, hour), lambda one=person: self._claim(one))
            if random.random() < 0.12:
                hour = 9.5 + random.random() * 7
                self._later(self._moment(day, hour), lambda one=person: self._by_hand(one))
        for person in sorted(world.runtime.org.people.values(), key=lambda one: one.id):
            for hour in (12.1, 17.8):
                self._later(self._moment(day, hour + random.random() / 5), lambda one=person: self._read_notices(one))

    async def _second_looks(self, manager: Person) -> None:
        """A manager goes through the leads of grade A and B that people ask to discard."""
        world = self._world
        lead = world.runtime.catalog.object("lead").table
        asked = lead.c.discard_asked_by
        below = world.runtime.org.subtree(manager)
        query = sa.select(lead.c.id).where(asked.is_not(None), asked != manager.id, lead.c.owner.in_(below))
        for row in await world.rows(query.where(lead.c.stage.in_(OPEN)).order_by(lead.c.id).limit(40)):
            if world.random.random() < 0.85:
                await world.operate(manager, row["id"], "confirm_discard")
            else:
                await world.operate(manager, row["id"], "deny_discard", note=TRY_AGAIN)
                self._selling.look_at(row["id"], 90)

    async def _claim(self, person: Person) -> None:
        world = self._world
        if not world.works(person):
            return
        lead = world.runtime.catalog.object("lead").table
        query = sa.select(lead.c.id).where(lead.c.owner.is_(None), lead.c.pool == "public", lead.c.stage.in_(OPEN))
        query = query.where(sa.or_(lead.c.released_by.is_(None), lead.c.released_by != person.id))
        rows = await world.rows(query.order_by(lead.c.score.desc(), lead.c.id).limit(12))
        for row in world.random.sample(rows, min(len(rows), world.random.choice((0, 1, 1, 2)))):
            if await world.operate(person, row["id"], "claim"):
                self._selling.look_at(row["id"], 1)

    async def _clear_pool(self) -> None:
        """At the end of the week the director ends what has lain in the pool for long."""
        world, lead = self._world, self._world.runtime.catalog.object("lead").table
        long_ago = world.now() - timedelta(days=STALE)
        query = sa.select(lead.c.id).where(lead.c.owner.is_(None), lead.c.stage.in_(OPEN), lead.c.created_at < long_ago)
        for row in await world.rows(query.order_by(lead.c.id).limit(60)):
            await world.operate(world.person("director"), row["id"], "discard", reason="no_need")

    async def _by_hand(self, person: Person) -> None:
        """A salesperson enters somebody whom they have met."""
        world = self._world
        number = 50_000_000 + int(world.now().timestamp()) // 60 % 10_000_000
        values = make_lead(world.random, "manual", number + world.random.randint(0, 50))
        made = await world.submit(person, CreateRecord("lead", values))
        if made is not None:
            self._selling.look_at(made["id"], HOUR, good=world.random.random() < GOOD["manual"])

    async def _read_notices(self, person: Person) -> None:
        world, notice = self._world, self._world.runtime.tables.notice
        if world.random.random() < 0.15 or (person.login in world.away and not world.works(person)):
            return
        read = sa.update(notice).where(notice.c.person == person.id, notice.c.read_at.is_(None))
        async with world.runtime.database.autocommit() as session:
            await session.execute(*compile_statement(read.values(read_at=world.now()), "read notices"))

    def _leave(self, person: Person, first: date, days: int, note: str) -> None:
        """Somebody goes away for some days; the manager gives what can't wait to others."""
        world, runtime = self._world, self._world.runtime
        starts, ends = self._moment(first, 0), self._moment(first + timedelta(days=days), 0)

        async def enter() -> None:
            world.away[person.login] = (starts, ends)
            calls = Duty(leave=[Leave(starts, ends, note)]).calls(runtime.tables, world.clock, person.id, person.id)
            async with runtime.database.transaction() as tx:
                await tx.commit_with([*calls, org_moves_on(runtime.tables)])
            await runtime.refresh()

        async def hand_on() -> None:
            lead = runtime.catalog.object("lead").table
            query = sa.select(lead.c.id).where(lead.c.owner == person.id, lead.c.stage == "contacted")
            manager = runtime.org.people[runtime.org.superior(person.id) or person.id]
            below = runtime.org.subtree(manager)
            others = [one for one in world.people("sales") if one.id in below and one.id != person.id][:3]
            for row in await world.rows(query.order_by(lead.c.id).limit(8)):
                to, note = world.random.choice(others), WHILE_AWAY.format(name=person.name)
                await world.submit(manager, AssignRecord("lead", row["id"], person=to.id, note=note))
                self._selling.look_at(row["id"], 30)

        self._later(self._moment(first - timedelta(days=1), 17.2), enter)
        self._later(self._moment(first, 9.6), hand_on)

    async def take_up(self) -> None:
        """Go on where another run has left off: whatever is open is looked at again during the next hours."""
        world = self._world
        for name, stages in (
            ("lead", OPEN),
            ("opportunity", ("contact", "needs", "proposal", "negotiation", "contract")),
        ):
            table = world.runtime.catalog.object(name).table
            query = sa.select(table.c.id, table.c.owner).where(table.c.stage.in_(stages), table.c.deleted_at.is_(None))
            for row in await world.rows(query.order_by(table.c.id)):
                self._go_on(name, row["id"], row["owner"])

    def _go_on(self, name: str, record: UUID, owner: UUID | None) -> None:
        if name == "lead":
            self._selling.look_at(record, self._world.random.uniform(1, 400))
        elif owner is not None:
            self._deals.go_on(self._world.runtime.org.people[owner], record)
