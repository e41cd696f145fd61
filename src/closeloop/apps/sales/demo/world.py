"""The demo company as its history knows it: who is at work when, and what is asked of leads."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from closeloop.access.org import Person
from closeloop.base.clock import FrozenClock
from closeloop.catalog.calendars import CALENDARS
from closeloop.engine.steps.commands import RunOperation
from closeloop.records.batch import Row
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.files import Files
from closeloop.runtime.past import Past

HOURS = "duty_hours"
"""The calendar that the company's people work by."""


class World(Past):
    """The past with the people of the demo company in it."""

    def __init__(self, runtime: CompanyRuntime, clock: FrozenClock, files: Files, random: Random) -> None:
        super().__init__(runtime, clock, files)
        self.random = random
        self.away: dict[str, tuple[datetime, datetime]] = {}
        self._time = runtime.catalog.all(CALENDARS)[HOURS].time

    def people(self, role: str) -> list[Person]:
        """Return who has a role, in the order of their ids: that in which the company took them on."""
        people = self.runtime.org.people
        return [people[one] for one in sorted(self.runtime.org.with_role(role)) if people[one].active]

    def key_accounts(self) -> list[Person]:
        """Return the salespeople of the key accounts, who take no part in the turns."""
        org = self.runtime.org
        department = org.by_key("key_accounts")
        members = org.members(org.below(department.id)) if department else set[UUID]()
        return [one for one in self.people("sales") if one.id in members]

    def person(self, login: str) -> Person:
        return next(one for one in self.runtime.org.people.values() if one.login == login)

    def works(self, person: Person) -> bool:
        """Tell whether somebody is at work now."""
        leave = self.away.get(person.login)
        return self._time.is_inside(self.now()) and not (leave and leave[0] <= self.now() < leave[1])

    def later(self, person: Person, minutes: float) -> datetime:
        """Return when somebody who is not away will have worked for so many minutes."""
        moment = self._time.add(self.now(), timedelta(minutes=max(1.0, minutes)))
        leave = self.away.get(person.login)
        if leave and leave[0] <= moment < leave[1]:
            moment = self._time.add(leave[1], timedelta(minutes=self.random.uniform(5, 240)))
        return moment

    def is_workday(self, noon: datetime) -> bool:
        return self._time.is_inside(noon)

    async def inquire(self, payload: Mapping[str, Any], key: str) -> UUID | None:
        """Let somebody write through the website."""
        return await self.post("website", payload, key)

    async def operate(
        self, person: Person, lead: UUID, operation: str, what: str = "lead", **values: Any
    ) -> Row | None:
        return await self.submit(person, RunOperation(what, lead, operation=operation, values=values))
