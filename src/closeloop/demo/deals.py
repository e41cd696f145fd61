"""How an opportunity goes: stage by stage, with what each gate asks for, to an order or to a reason why not."""

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

from closeloop.access.org import Person
from closeloop.demo.habits import HABITS, USUAL
from closeloop.demo.words import PARTS, RIVALS
from closeloop.demo.world import World
from closeloop.records.batch import Row
from closeloop.records.commands import MoveRecord, UpdateRecord

DAY = 450.0
LOST = {"contact": 0.10, "needs": 0.12, "proposal": 0.14, "negotiation": 0.16, "contract": 0.03}
"""How many are lost at each stage, before the salesperson's skill counts."""
NEXT = {
    "contact": "needs",
    "needs": "proposal",
    "proposal": "negotiation",
    "negotiation": "contract",
    "contract": "won",
}
SYSTEMS = ("现用进口减速机，备件交期长", "自有 ERP，采购走招标平台", "两条老线、一条新线，图纸齐全")
ACCEPTED = ("连续运行 500 小时无异响", "三批来料合格率 99.5%", "装机试产两周，节拍不低于现线")


class Deals:
    """The salespeople at their opportunities."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def convert(self, person: Person, lead: Row) -> None:
        world, random = self._world, self._world.random
        amount = float(lead["budget"] or 0) or random.lognormvariate(11.6, 0.7)
        part = random.choice(PARTS)
        values: dict[str, Any] = {
            "opportunity_name": f"{part}{random.choice(('年度框架', '首批采购', '新产线配套', '替换项目'))}",
            "amount": str(round(amount / 1000) * 1000),
            "expected_close": (world.now() + timedelta(days=random.randint(18, 55))).date().isoformat(),
        }
        done = await world.operate(person, lead["id"], "convert", **values)
        if done is not None and done["opportunity"] is not None:
            self.go_on(person, done["opportunity"])

    def go_on(self, person: Person, deal: UUID, days: float | None = None) -> None:
        """Have an opportunity taken a step further in some days."""
        pace = self._world.random.uniform(1.5, 6) if days is None else days
        self._world.visit(self._world.later(person, pace * DAY), "opportunity", deal, self._step)

    async def _step(self, row: Row | None) -> None:
        world, random = self._world, self._world.random
        if row is None or row["owner"] is None or row["stage"] not in NEXT:
            return
        person = world.runtime.org.people[row["owner"]]
        if not world.works(person):
            self.go_on(person, row["id"], 0.1)
            return
        if random.random() < 0.25:  # nothing has moved; the date is put off, or it gets late
            if random.random() < 0.5:
                date = (world.now() + timedelta(days=random.randint(15, 40))).date().isoformat()
                await world.submit(person, UpdateRecord("opportunity", row["id"], values={"expected_close": date}))
            self.go_on(person, row["id"])
            return
        if random.random() < LOST[row["stage"]] / HABITS.get(person.login, USUAL).skill:
            await self._lose(person, row)
            return
        values = await self._needed(person, row)
        if await world.submit(person, MoveRecord("opportunity", row["id"], to=NEXT[row["stage"]], values=values)):
            self.go_on(person, row["id"])

    async def _lose(self, person: Person, row: Row) -> None:
        random = self._world.random
        reason = random.choice(("price", "price", "rival", "budget", "timing", "product"))
        values: dict[str, Any] = {"lost_reason": reason}
        if reason in ("price", "rival"):
            values["rival"] = random.choice(RIVALS)
        note = "客户最后选了报价低一成的一家" if reason == "price" else None
        await self._world.submit(person, MoveRecord("opportunity", row["id"], to="lost", values=values, note=note))

    async def _needed(self, person: Person, row: Row) -> dict[str, Any]:
        """Return what the next stage's gate asks for."""
        world, random = self._world, self._world.random
        if row["stage"] == "needs":
            chart = io.BytesIO(f"{row['name']}\n采购提出 - 设备主管评估 - 总经理批准\n".encode())
            kept = await world.files.keep(world.runtime, person.id, "决策流程.txt", chart)
            return {
                "customer_systems": random.choice(SYSTEMS),
                "acceptance_criteria": random.choice(ACCEPTED),
                "decision_chart": [str(kept.id)],
            }
        if row["stage"] == "proposal":
            return {"amount": str(round(float(row["amount"] or 80_000) * random.uniform(0.85, 1.1) / 1000) * 1000)}
        return {}
