"""How an object's records are spread over people: what each holds, was given lately, and how long each waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.duty import away
from closeloop.access.org import Org
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.statement import compile_statement
from closeloop.db.unit_of_work import Session
from closeloop.engine.assign.model import POLICIES, Policy, Watch, watch_of
from closeloop.engine.assign.reserve import open_condition, open_stages
from closeloop.expr import Calendar, Env

_UUIDS = sa.ARRAY(sa.Uuid())
WEEK = 5
"""Working days whose mean a working day is held against."""
_BACK = 21
"""Days that hold those working days also where holidays lie between."""


@dataclass(frozen=True, slots=True)
class Share:
    """One person's share: open records, what was given by policies within the watched days, and since when nothing."""

    person: UUID
    away: str | None
    """Why the person isn't on duty now; None for on duty."""
    open: int
    given: int
    last: date | None
    """The day of the last record that a policy gave, if that is within the days that were read."""
    idle_since: date
    """The first day from which nothing was given: after the last record, or after the person came or came back."""
    part: bool
    """Whether some policy can give the person anything; who takes no part waits for nothing."""
    waits: bool
    """Whether that is too long, by the policy's days, while others were given something."""

    def idle_days(self, today: date) -> int:
        return max((today - self.idle_since).days, 0)


@dataclass(frozen=True, slots=True)
class Spread:
    """An object's records over its candidates at one moment."""

    today: date
    watch: Watch
    shares: Sequence[Share]
    days: Mapping[date, int]
    """How many records were given on each of the days read, all people together."""
    calendar: Calendar
    waiting: int
    """Records without an owner that wait, counted to 10,000."""

    def swing(self) -> tuple[date, int, float] | None:
        """Return the last working day before today, what was given on it, and the mean of the working days before it.

        None where there are not that many days since the first record, or nothing was given on them.
        """
        worked = [day for n in range(1, _BACK) if self.calendar.is_workday(day := self.today - timedelta(days=n))]
        if len(worked) <= WEEK or min(self.days, default=self.today) > worked[WEEK]:
            return None
        mean = sum(self.days.get(day, 0) for day in worked[1 : WEEK + 1]) / WEEK
        return (worked[0], self.days.get(worked[0], 0), mean) if mean else None


async def spread_of(session: Session, catalog: Snapshot, org: Org, now: datetime, object_name: str) -> Spread:
    """Return the spread of an object's records over everybody whom its policies may ask.

    Cost: five reads by index in one round trip, whatever the number of people: their daily counts of the days
    watched, their open records, leave that ended lately, when they were made, and what waits.
    """
    policies: Sequence[Policy] = catalog.on(POLICIES, object_name)
    watch, what = watch_of(policies), catalog.object(object_name)
    people = sorted({one for policy in policies for one in policy.candidates(org)})
    env = Env(now, catalog.zone, calendar=catalog.calendar)
    sharing = {one for policy in policies for one in policy.candidates(org) if policy.takes_part(one, org, env)}
    today = now.astimezone(catalog.zone).date()
    first = today - timedelta(days=max(watch.days, _BACK))
    daily, leave, person, waiting = (
        catalog.system.daily, catalog.system.leave, catalog.system.person, catalog.system.waiting,
    )  # fmt: skip
    owner, stages = what.table.c.owner, open_stages(what, catalog)
    mine = sa.bindparam("people", people, type_=_UUIDS)
    held = sa.select(owner, sa.func.count()).where(
        owner == sa.any_(mine), what.table.c.deleted_at.is_(None), open_condition(what)
    )
    if what.stage_field is not None:
        held = held.params(stages=stages)
    some = sa.select(waiting.c.id).where(waiting.c.object == object_name, waiting.c.until.is_(None)).limit(10_000)
    queries = (
        sa.select(daily.c.person, daily.c.day, daily.c.given).where(
            daily.c.object == object_name, daily.c.person == sa.any_(mine), daily.c.day >= first
        ),
        held.group_by(owner),
        sa.select(leave.c.person, sa.func.max(leave.c.ends_at))
        .where(leave.c.person == sa.any_(mine), leave.c.ends_at <= now)
        .group_by(leave.c.person),
        sa.select(person.c.id, person.c.created_at).where(person.c.id == sa.any_(mine)),
        sa.select(sa.func.count()).select_from(some.subquery()),
    )
    results = await session.fetch_many([compile_statement(query, "spread") for query in queries])
    given: dict[UUID, dict[date, int]] = {}
    days: dict[date, int] = {}
    for one, day, number in results[0].rows:
        given.setdefault(one, {})[day] = number
        days[day] = days.get(day, 0) + number
    open_: dict[UUID, int] = dict(results[1].rows)
    back: dict[UUID, datetime] = dict(results[2].rows)
    made: dict[UUID, datetime] = dict(results[3].rows)
    others_got = {one for one, found in given.items() if any(day > today - timedelta(days=watch.days) for day in found)}

    def share(one: UUID) -> Share:
        got = given.get(one, {})
        last = max(got) if got else None
        starts = [made[one].astimezone(catalog.zone).date()]
        starts += [back[one].astimezone(catalog.zone).date()] if one in back else []
        starts += [last] if last else []
        since = max(starts)
        reason = away(org.people[one], now, catalog.is_open)
        long = (today - since).days >= watch.days and bool(others_got - {one})
        waits = one in sharing and reason is None and long
        recent = sum(number for day, number in got.items() if day > today - timedelta(days=watch.days))
        return Share(one, reason, open_.get(one, 0), recent, last, since, one in sharing, waits)

    return Spread(today, watch, [share(one) for one in people], days, catalog.calendar, results[4].rows[0][0])
