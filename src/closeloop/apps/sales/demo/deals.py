"""How an opportunity goes: stage by stage, with what each gate asks for, to an order or to a reason why not."""

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

from closeloop.access.org import Person
from closeloop.apps.sales.demo.habits import HABITS, USUAL
from closeloop.apps.sales.demo.wordlists import ACCEPTED, CHART, CHART_NAME, LOST_ON_PRICE, PROJECTS, RIVALS, SYSTEMS
from closeloop.apps.sales.demo.words import sentence
from closeloop.apps.sales.demo.world import World
from closeloop.records.batch import Row
from closeloop.records.commands import MoveRecord, UpdateRecord

DAY = 450.0
GREAT = 1_000_000
LOST = {"contact": 0.10, "needs": 0.12, "proposal": 0.14, "negotiation": 0.16, "contract": 0.03}
"""How many are lost at each stage, before the salesperson's skill counts."""
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
        if random.random() < 0.25:  # nothing has moved; the date is put off, or it gets late
            if random.random() < 0.5:
                date = (world.now() + timedelta(days=random.randint(15, 40))).date().isoformat()
                await world.submit(person, UpdateRecord("opportunity", row["id"], values={"expected_close": date}))
            self.go_on(person, row["id"], self._pace(amount))
            return
        if amount < GREAT and random.random() < LOST[row["stage"]] / HABITS.get(person.login, USUAL).skill:
            await self._lose(person, row)
            return
        values = await self._needed(person, row)
        if await world.submit(person, MoveRecord("opportunity", row["id"], to=NEXT[row["stage"]], values=values)):
            self.go_on(person, row["id"], self._pace(amount))

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
