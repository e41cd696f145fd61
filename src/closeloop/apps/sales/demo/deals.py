"""How an opportunity goes: stage by stage, with what each gate asks for, to an order or to a reason why not."""

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

from closeloop.access.org import Person
from closeloop.apps.sales.demo.habits import HABITS, USUAL
from closeloop.apps.sales.demo.wordlists import (
    ACCEPTED,
    CARE,
    CHART,
    CHART_NAME,
    LOST_ON_PRICE,
    PROGRESS,
    PROJECTS,
    RIVALS,
    SYSTEMS,
    TALKED,
)
from closeloop.apps.sales.demo.words import sentence
from closeloop.apps.sales.demo.world import World
from closeloop.records.batch import Row
from closeloop.records.commands import MoveRecord, UpdateRecord

DAY = 450.0
GREAT = 1_000_000
LOST = {"contact": 0.10, "needs": 0.12, "proposal": 0.14, "negotiation": 0.16, "contract": 0.03}
"""How many are lost at each stage, before the salesperson's skill counts."""
UNWRITTEN = 0.1
"""How many talks nobody writes down."""
NEXT = {
    "contact": "needs",
    "needs": "proposal",
    "proposal": "negotiation",
    "negotiation": "contract",
    "contract": "won",
}


class Deals:
    """The salespeople at their opportunities."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def convert(self, person: Person, lead: Row) -> None:
        world, random = self._world, self._world.random
        amount = float(lead["budget"] or 0) or random.lognormvariate(11.6, 0.7)
        values: dict[str, Any] = {
            "opportunity_name": sentence(random, PROJECTS),
            "amount": str(round(amount / 1000) * 1000),
            "expected_close": (world.now() + timedelta(days=random.randint(18, 55))).date().isoformat(),
        }
        done = await world.operate(person, lead["id"], "convert", **values)
        if done is not None and done["opportunity"] is not None:
            self.go_on(person, done["opportunity"], self._pace(amount))

    def go_on(self, person: Person, deal: UUID, days: float = 1) -> None:
        """Have an opportunity taken a step further in some working days."""
        self._world.visit(self._world.later(person, days * DAY), "opportunity", deal, self._step)

    def _pace(self, amount: float) -> float:
        """Return how many days the next step takes: an order of the year is not decided in a month."""
        return self._world.random.uniform(1.5, 6) * (4 if amount >= GREAT else 1)

    async def _step(self, row: Row | None) -> None:
        world, random = self._world, self._world.random
        if row is None or row["owner"] is None or row["stage"] not in NEXT:
            return
        person = world.runtime.org.people[row["owner"]]
        if not world.works(person):
            self.go_on(person, row["id"], 0.1)
            return
        amount = float(row["amount"] or 0)
        days = self._pace(amount)
        if random.random() < 0.25:  # nothing has moved; the date is put off, or it gets late
            await self._touch(person, row, "call_back", days)
            if random.random() < 0.5:
                date = (world.now() + timedelta(days=random.randint(15, 40))).date().isoformat()
                await world.submit(person, UpdateRecord("opportunity", row["id"], values={"expected_close": date}))
            self.go_on(person, row["id"], days)
            return
        if amount < GREAT and random.random() < LOST[row["stage"]] / HABITS.get(person.login, USUAL).skill:
            await self._touch(person, row, "not_now")
            await self._lose(person, row)
            return
        to = NEXT[row["stage"]]
        await self._touch(person, row, "interested", None if to == "won" else days)
        values = await self._needed(person, row)
        if await world.submit(person, MoveRecord("opportunity", row["id"], to=to, values=values)) is None:
            return
        if to == "won":
            self._look_after(person, row["customer"])
        else:
            self.go_on(person, row["id"], days)

    async def _touch(self, person: Person, row: Row, outcome: str, days: float | None = None) -> None:
        """Mostly write down what was said, and when one is in touch again."""
        world, random = self._world, self._world.random
        if random.random() < UNWRITTEN:
            return
        texts = PROGRESS[row["stage"]] if outcome == "interested" else TALKED[outcome]
        again = {} if days is None else {"next_contact_at": world.later(person, days * DAY).isoformat()}
        await world.operate(
            person, row["id"], "touch_opportunity", what="opportunity",
            kind=random.choice(("call", "wechat", "visit")), outcome=outcome, summary=sentence(random, texts), **again,
        )  # fmt: skip

    def _look_after(self, person: Person, customer: UUID) -> None:
        """Have a customer who has bought asked how it goes, now and then."""
        moment = self._world.later(person, self._world.random.uniform(5, 12) * DAY)
        self._world.visit(moment, "customer", customer, self._care)

    async def _care(self, row: Row | None) -> None:
        world, random = self._world, self._world.random
        if row is None or row["owner"] is None:
            return
        person = world.runtime.org.people[row["owner"]]
        kind, text = random.choice(("call", "wechat")), sentence(random, CARE)
        again = world.later(person, random.uniform(5, 12) * DAY).isoformat()
        await world.operate(
            person, row["id"], "touch_customer", what="customer",
            kind=kind, outcome="interested", summary=text, next_contact_at=again,
        )  # fmt: skip
        if world.works(person):
            self._look_after(person, row["id"])

    async def _lose(self, person: Person, row: Row) -> None:
        random = self._world.random
        reason = random.choice(("price", "price", "rival", "budget", "timing", "product"))
        values: dict[str, Any] = {"lost_reason": reason}
        if reason in ("price", "rival"):
            values["rival"] = random.choice(RIVALS)
        note = LOST_ON_PRICE if reason == "price" else None
        await self._world.submit(person, MoveRecord("opportunity", row["id"], to="lost", values=values, note=note))

    async def _needed(self, person: Person, row: Row) -> dict[str, Any]:
        """Return what the next stage's gate asks for."""
        world, random = self._world, self._world.random
        if row["stage"] == "needs":
            chart = io.BytesIO(CHART.format(name=row["name"]).encode())
            kept = await world.files.keep(world.runtime, person.id, CHART_NAME, chart)
            return {
                "customer_systems": random.choice(SYSTEMS),
                "acceptance_criteria": random.choice(ACCEPTED),
                "decision_chart": [str(kept.id)],
            }
        if row["stage"] == "proposal":
            return {"amount": str(round(float(row["amount"] or 80_000) * random.uniform(0.85, 1.1) / 1000) * 1000)}
        return {}
