"""How a lead is worked: by whoever owns it at that moment, from the first touch to a customer, or to its end."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from closeloop.access.org import Person
from closeloop.apps.sales.demo.deals import Deals
from closeloop.apps.sales.demo.habits import GOOD, HABITS, USUAL, Habit
from closeloop.apps.sales.demo.wordlists import GIVEN_UP, PROMISES, QUALIFIED, TAKEN_OVER, TALKED, TO_KEY_ACCOUNTS
from closeloop.apps.sales.demo.words import sentence
from closeloop.apps.sales.demo.world import World
from closeloop.records.batch import Row
from closeloop.records.commands import AssignRecord, CreateRecord, MoveRecord

OPEN = ("new", "contacted", "qualified")
HOUR, DAY = 60.0, 450.0
"""Minutes of work."""
NEEDS = ("price", "trial", "replace", "expand", "custom", "service", "integration")
BIG = 350_000
"""A budget with which a lead is handed to the key accounts."""


@dataclass(slots=True)
class Story:
    """What is decided about a lead beyond its record: whether there is an order in it, and how its owner sees it."""

    good: bool
    owner: UUID | None = None
    neglected: bool = False
    calls: int = 0
    talks: int = 0
    looks: int = 0


class Selling:
    """The salespeople at their leads."""

    def __init__(self, world: World, deals: Deals) -> None:
        self._world = world
        self._deals = deals
        self._stories: dict[UUID, Story] = {}

    def look_at(self, lead: UUID, minutes: float = 0, *, good: bool | None = None) -> None:
        """Have a lead looked at soon, by whoever will own it by then."""
        if good is not None:
            self._stories[lead] = Story(good)
        moment = self._world.now() + timedelta(minutes=minutes)
        self._world.visit(moment, "lead", lead, self._look)

    def _again(self, person: Person, lead: UUID, minutes: float) -> None:
        self._world.visit(self._world.later(person, minutes), "lead", lead, self._look)

    def _story(self, row: Row) -> Story:
        if row["id"] not in self._stories:
            good = self._world.random.random() < GOOD.get(row["source"] or "", 0.1)
            self._stories[row["id"]] = Story(good)
        return self._stories[row["id"]]

    async def _look(self, row: Row | None) -> None:
        """Do the next thing about a lead, if its owner is at work and doesn't let it lie."""
        world = self._world
        if row is None or row["stage"] not in OPEN or row["discard_asked_by"] is not None:
            return
        story = self._story(row)
        if row["owner"] is None:  # in the pool: whoever claims it looks at it then; a policy may also find somebody
            story.looks += 1
            if story.looks < 6:
                self.look_at(row["id"], 24 * HOUR)
            return
        person = world.runtime.org.people[row["owner"]]
        if story.owner != person.id:
            await self._take_over(story, person, row)
        elif not world.works(person):
            self._again(person, row["id"], world.random.uniform(3, 40))
        elif story.neglected:
            story.looks += 1
            story.neglected = story.looks < 8
            self._again(person, row["id"], DAY)
        elif "manager" in person.roles or "admin" in person.roles:
            await self._pass_on(person, row)
        elif row["stage"] == "qualified":
            await self._close(person, row, story)
        else:
            await self._talk(person, row, story)

    async def _take_over(self, story: Story, person: Person, row: Row) -> None:
        world, habit = self._world, HABITS.get(person.login, USUAL)
        story.owner, story.calls, story.looks = person.id, 0, 0
        story.neglected = world.random.random() < habit.neglect and (row["budget"] or 0) < BIG
        if (row["budget"] or 0) >= BIG and "sales" in person.roles and person not in world.key_accounts():
            director = world.person("director")
            world.visit(
                world.later(director, world.random.uniform(20, 90)), "lead", row["id"], self._hand_to_key_account
            )
        late = 3.0 if row["source"] in ("import", "expo") else 1.0  # lists are worked through, not answered
        self._again(person, row["id"], world.random.lognormvariate(0, 0.8) * habit.pace * late)

    async def _hand_to_key_account(self, row: Row | None) -> None:
        world = self._world
        if row is None or row["stage"] not in OPEN or row["owner"] is None:
            return
        people = [one for one in world.key_accounts() if one.id != row["owner"]]
        to = world.random.choice(people)
        note = TO_KEY_ACCOUNTS
        if await world.submit(world.person("director"), AssignRecord("lead", row["id"], person=to.id, note=note)):
            self.look_at(row["id"], 1)

    async def _pass_on(self, manager: Person, row: Row) -> None:
        """A manager whom a late lead has come to gives it to somebody who will see to it."""
        world = self._world
        below = world.runtime.org.subtree(manager)
        people = [one for one in world.people("sales") if one.id in below and world.works(one)]
        others = [one for one in people if HABITS.get(one.login, USUAL).neglect < 0.05]
        if not others:
            self._again(manager, row["id"], HOUR)
            return
        to = world.random.choice(others)
        await world.submit(manager, AssignRecord("lead", row["id"], person=to.id, note=TAKEN_OVER))
        self.look_at(row["id"], 1)

    async def _talk(self, person: Person, row: Row, story: Story) -> None:
        """Try to reach somebody; what comes of it decides how it goes on."""
        world, random = self._world, self._world.random
        habit = HABITS.get(person.login, USUAL)
        outcome = self._outcome(story, habit)
        values: dict[str, Any] = {
            "kind": random.choice(("call", "call", "wechat")),
            "outcome": outcome,
            "summary": sentence(random, TALKED[outcome]),
        }
        if outcome in ("call_back", "interested"):
            values["next_contact_at"] = world.later(person, random.uniform(0.5, 3) * DAY).isoformat()
        story.calls += 1
        if await world.operate(person, row["id"], "touch", **values) is None:
            return
        tagged = row["needs"] is not None
        if not tagged and outcome != "wrong_number" and random.random() < habit.tidy:
            tagged = await self._tag(person, row)
        if outcome == "no_answer":
            if story.calls < 4:
                self._again(person, row["id"], random.uniform(2, 9) * HOUR)
            else:
                await self._give_up(person, row, "unreachable")
        elif outcome == "wrong_number":
            await self._give_up(person, row, "fake")
        elif outcome == "not_now":
            await self._let_go(person, row)
        elif outcome == "call_back":
            self._again(person, row["id"], random.uniform(0.4, 1.5) * DAY)
        else:
            await self._deepen(person, row, story, tagged=tagged)

    def _outcome(self, story: Story, habit: Habit) -> str:
        random = self._world.random
        if random.random() > 0.66:
            return "no_answer"
        if story.good:
            return random.choices(("interested", "call_back"), (3 * habit.skill, 1))[0]
        if story.calls > 2:
            return "not_now"
        return random.choices(("interested", "call_back", "not_now", "wrong_number"), (2, 2, 5, 1))[0]

    async def _tag(self, person: Person, row: Row) -> bool:
        """Note what a lead needs, as its inquiry says or the talk has shown."""
        random = self._world.random
        needs = random.sample(NEEDS, random.choice((1, 1, 2)))
        return await self._world.operate(person, row["id"], "tag_needs", needs=needs) is not None

    async def _deepen(self, person: Person, row: Row, story: Story, *, tagged: bool) -> None:
        """After a talk that went well: a solution is talked over, something is sent, and it is qualified in the end."""
        world, random = self._world, self._world.random
        story.talks += 1
        if not tagged and story.talks >= 2:
            tagged = await self._tag(person, row)
        if row["grade"] == "A" and row["solution_talk_at"] is None and random.random() < 0.85:
            world.visit(world.later(person, random.uniform(8, 80)), "lead", row["id"], self._solution_talk)
        if random.random() < 0.15:
            await self._promise(person, row)
        if story.good and story.talks >= 2 and tagged:
            await world.submit(person, MoveRecord("lead", row["id"], to="qualified", note=QUALIFIED))
        self._again(person, row["id"], random.uniform(0.4, 1.6) * DAY)

    async def _solution_talk(self, row: Row | None) -> None:
        if row is None or row["owner"] is None or row["stage"] not in OPEN or row["solution_talk_at"] is not None:
            return
        person = self._world.runtime.org.people[row["owner"]]
        summary = sentence(self._world.random, TALKED["solution"])
        await self._world.operate(person, row["id"], "solution_talk", kind="visit", summary=summary)

    async def _promise(self, person: Person, row: Row) -> None:
        """Write down something to do for a customer, and mostly do it."""
        world, random = self._world, self._world.random
        what = sentence(random, PROMISES)
        values: dict[str, Any] = {
            "title": f"{what}：{row['company'] or row['name']}",
            "reason": "other",
            "lead": str(row["id"]),
            "owner": str(person.id),
            "due_at": world.later(person, DAY).isoformat(),
        }
        made = await world.submit(person, CreateRecord("todo", values))
        if made is not None and random.random() < 0.9:

            async def finish(todo: Row | None) -> None:
                if todo is not None and todo["done_at"] is None and todo["owner"] == person.id:
                    await world.operate(person, todo["id"], "finish", what="todo")

            world.visit(world.later(person, random.uniform(0.3, 1.3) * DAY), "todo", made["id"], finish)

    async def _close(self, person: Person, row: Row, story: Story) -> None:
        """Visit, and convert or lose."""
        world, random = self._world, self._world.random
        habit = HABITS.get(person.login, USUAL)
        story.talks += 1
        if story.talks < 4:
            kind = random.choice(("visit", "call", "wechat"))
            summary = sentence(random, TALKED["visit" if kind == "visit" else "interested"])
            await world.operate(person, row["id"], "touch", kind=kind, outcome="interested", summary=summary)
            self._again(person, row["id"], random.uniform(0.8, 3) * DAY)
        elif random.random() < min(0.92, 0.62 * habit.skill + 0.1):
            await self._deals.convert(person, row)
        else:
            await self._give_up(person, row, random.choice(("rival", "rival", "no_need", "out_of_scope")))

    async def _let_go(self, person: Person, row: Row) -> None:
        """Nothing to be had for now: end it, give it back, or leave it lying until it goes back by itself."""
        random = self._world.random
        way = random.random()
        if way < 0.6:
            await self._give_up(person, row, random.choice(("no_need", "no_need", "out_of_scope")))
        elif way < 0.85:
            reason = random.choice(("no_progress", "not_mine", "no_time"))
            await self._world.operate(person, row["id"], "release", reason=reason)

    async def _give_up(self, person: Person, row: Row, reason: str) -> None:
        note = GIVEN_UP.get(reason)
        values = {"reason": reason} | ({"note": note} if note else {})
        await self._world.operate(person, row["id"], "discard", **values)
