"""What a calendar makes of days and spans, so that whoever writes one sees it before it is in force."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from closeloop.access.roles import READ
from closeloop.api.answers import Json
from closeloop.api.deps import Caller, Signed
from closeloop.base.errors import FieldError, Forbidden, Invalid
from closeloop.catalog.calendars import CALENDARS, WALL, BusinessCalendar, read_calendar
from closeloop.catalog.working_time import DAY
from closeloop.engine.clocks.messages import reason_of
from closeloop.engine.clocks.model import CLOCKS
from closeloop.engine.clocks.reckon import reckoning_ahead
from closeloop.expr.spans import LONGEST, parse_span

router = APIRouter(prefix="/calendars", tags=["calendars"])

MOST_DAYS = 62
_FIRST, _LAST = 2000, 2100
"""The years between which one may ask; far off ones might not exist in every zone."""


class _Asked(BaseModel):
    """A calendar by its key, or by a body that nobody has published."""

    model_config = ConfigDict(extra="forbid")

    calendar: str | None = Field(default=None, max_length=48)
    body: dict[str, Any] | None = None

    def found(self, caller: Caller, usual: tzinfo) -> BusinessCalendar | None:
        """Return the calendar; None is the wall clock. Who writes calendars or clocks may ask."""
        if not any(caller.actor.may_define(kind.name, "", READ) for kind in (CALENDARS, CLOCKS)):
            raise Forbidden
        if (self.calendar is None) == (self.body is None):
            raise Invalid(errors=[FieldError("calendar", "required")])
        if self.body is not None:
            return read_calendar(self.body, usual)
        if self.calendar == WALL:
            return None
        found = caller.catalog.business_calendar(self.calendar or "")
        if found is None:
            raise Invalid(errors=[FieldError("calendar", "unknown_calendar", {"name": self.calendar})])
        return found


class DaysAsked(_Asked):
    """Which days, first and last."""

    since: Annotated[date, Field(alias="from", ge=date(_FIRST, 1, 1), le=date(_LAST, 1, 1))]
    until: Annotated[date, Field(ge=date(_FIRST, 1, 1), le=date(_LAST, 1, 1))]


class ReckoningAsked(_Asked):
    """When a clock would start, and its target."""

    start: Annotated[AwareDatetime, Field(ge=datetime(_FIRST, 1, 1, tzinfo=UTC), le=datetime(_LAST, 1, 1, tzinfo=UTC))]
    target: str = Field(max_length=20)


@router.post("/days")
async def list_days(asked: DaysAsked, caller: Signed) -> Json:
    """Say of each day at which hours it is worked, and why it isn't what its weekday says."""
    calendar = asked.found(caller, caller.catalog.zone)
    if calendar is None:
        raise Invalid(errors=[FieldError("calendar", "unknown_calendar", {"name": WALL})])
    length = (asked.until - asked.since).days
    if not 0 <= length < MOST_DAYS:
        raise Invalid(errors=[FieldError("until", "out_of_range", {"min": 1, "max": MOST_DAYS})])
    days = [asked.since + timedelta(days=n) for n in range(length + 1)]
    plans = [(day, calendar.time.plan(day)) for day in days]
    return Json(
        {
            "time_zone": str(calendar.zone),
            "items": [
                {
                    "date": day,
                    "hours": [f"{_clock(begin)}-{_clock(end)}" for begin, end in plan.intervals],
                    "why": plan.why,
                    "text": reason_of(plan, caller.locale),
                    "assumed": plan.assumed,
                }
                for day, plan in plans
            ],
        }
    )


@router.post("/reckon")
async def reckon(asked: ReckoningAsked, caller: Signed) -> Json:
    """Say when a clock that starts at a moment would be due, and how that comes about."""
    calendar = asked.found(caller, caller.catalog.zone)
    target = parse_span(asked.target)
    if target is None:
        raise Invalid(errors=[FieldError("target", "not_a_span", {"text": asked.target})])
    if not timedelta(0) <= target <= LONGEST:
        raise Invalid(errors=[FieldError("target", "span_too_long", {"days": LONGEST.days})])
    return Json(reckoning_ahead(calendar, asked.start.astimezone(UTC), target, caller.catalog.zone, caller.locale))


def _clock(minutes: int) -> str:
    minutes = minutes if minutes <= DAY else minutes - DAY
    return f"{minutes // 60:02}:{minutes % 60:02}"
