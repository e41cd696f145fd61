"""When people are on duty, over HTTP: switch, calendar and leave, one's own and that of one's people."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request

from closeloop.access import audit
from closeloop.access.duty import away, may_set_duty, read_duty
from closeloop.access.messages import away_text
from closeloop.access.org import Person
from closeloop.access.sign_in import org_moves_on
from closeloop.api.answers import Json, json_body
from closeloop.api.deps import Caller, Signed
from closeloop.base.errors import FieldError, Forbidden, Invalid, NotFound
from closeloop.catalog.calendars import CALENDARS
from closeloop.catalog.model import text_of
from closeloop.db.statement import compile_statement

router = APIRouter(prefix="/people/{person}/duty", tags=["people"])


@router.get("")
async def get_duty(person: UUID, caller: Signed) -> Json:
    """Return a person's duty: the switch, the calendar and which there are, leave that isn't over, and how it is now.

    For the person, the heads of departments above, and those who administer people.
    """
    return Json(await _duty(_found(person, caller), caller))


@router.put("")
async def set_duty(person: UUID, request: Request, caller: Signed) -> Json:
    """Change a person's duty: `{on_duty?, calendar?, leave?: [{from, until, note?}]}`.

    `leave` is all of it that isn't over. `from` and `until` are days, both taken in, or moments. Switch and leave are
    also the person's own to set; the calendar is set by those above.
    """
    found = _found(person, caller)
    body = await json_body(request)
    if "calendar" in body and found.id == caller.person.id and not caller.actor.administers:
        raise Forbidden
    runtime, catalog = caller.runtime, caller.catalog
    duty = read_duty(body, sorted(catalog.all(CALENDARS)), catalog.zone)
    if not found.active:
        raise Invalid(errors=[FieldError("on_duty", "unknown_person")])
    calls = duty.calls(runtime.tables, runtime.clock, found.id, caller.person.id)
    told = {name: body[name] for name in ("on_duty", "calendar", "leave") if name in body}
    entry = audit.audit_call(
        runtime.tables, runtime.clock, audit.DUTY_CHANGED, actor=caller.person.id, person=found.id, data=told
    )
    async with runtime.database.transaction() as tx:
        await tx.commit_with([*calls, entry, org_moves_on(runtime.tables)])
    await runtime.refresh()
    return Json(await _duty(_found(person, caller), caller))


def _found(person: UUID, caller: Caller) -> Person:
    """Return a person whose duty is the caller's to see; raises NotFound or Forbidden."""
    org = caller.runtime.org
    found = org.people.get(person)
    if found is None:
        raise NotFound
    if not caller.actor.administers and not may_set_duty(caller.person, found, org):
        raise Forbidden
    return found


async def _duty(person: Person, caller: Caller) -> dict[str, Any]:
    leave, now = caller.runtime.tables.leave, caller.runtime.clock.now()
    query = (
        sa.select(leave.c.starts_at, leave.c.ends_at, leave.c.note)
        .where(leave.c.person == person.id, leave.c.ends_at > now)
        .order_by(leave.c.starts_at, leave.c.id)
    )
    async with caller.runtime.database.autocommit() as session:
        rows = await session.fetch(*compile_statement(query, "leave of a person"))
    reason = away(person, now, caller.catalog.is_open)
    return {
        "on_duty": person.on_duty,
        "calendar": person.calendar,
        "calendars": [
            {"key": one.key, "label": text_of(one.label, caller.locale)}
            for one in caller.catalog.all(CALENDARS).values()
        ],
        "leave": [{"from": starts, "until": ends, "note": note} for starts, ends, note in rows],
        "now": {
            "on_duty": reason is None,
            "code": reason,
            "reason": None if reason is None else away_text(reason, caller.locale),
        },
    }
