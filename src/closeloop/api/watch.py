"""How an object's records are spread over people, and why somebody is given none, over HTTP."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from closeloop.access.messages import away_text
from closeloop.api.answers import Json
from closeloop.api.assignment import may_switch, object_to_assign
from closeloop.api.deps import Caller, Signed
from closeloop.base.errors import NotFound
from closeloop.catalog.snapshot import ObjectType
from closeloop.engine.assign.figures import Share, Spread, spread_of
from closeloop.engine.assign.messages import finding_text
from closeloop.records.present import person as person_out
from closeloop.runtime.causes import Cause, causes_of

router = APIRouter(prefix="/assignment/{object_name}/watch", tags=["assignment"])


@router.get("")
async def get_watch(object_name: str, caller: Signed) -> Json:
    """Return what each candidate holds and was given lately; who waits too long comes first.

    For those who may assign records of others; of people it shows those whose records they may assign.
    """
    what = object_to_assign(object_name, caller)
    spread = await _spread(what, caller)
    visible = [one for one in spread.shares if _in_reach(one.person, what, caller)]
    visible.sort(key=lambda one: _place(one, spread))
    swing = spread.swing()
    watch = spread.watch
    return Json(
        {
            "object": what.name,
            "automatic": what.name not in caller.runtime.org.by_hand,
            "may_switch": may_switch(what, caller),
            "days": watch.days,
            "limits": {"waiting": watch.waiting, "per_person": watch.per_person, "swing": watch.swing},
            "waiting": spread.waiting,
            "last_day": None if swing is None else {"day": swing[0], "given": swing[1], "mean": round(swing[2], 2)},
            "items": [_share(one, spread, caller) for one in visible],
        }
    )


@router.get("/{person}")
async def get_causes(object_name: str, person: UUID, caller: Signed) -> Json:
    """Walk the causes why a person is given nothing, in order: rule, people, room, filters, connector, last change.

    `cause` is the first that holds. Records that show one are those that the caller may read.
    """
    what = object_to_assign(object_name, caller)
    org = caller.runtime.org
    found = org.people.get(person)
    if found is None or not _in_reach(person, what, caller):
        raise NotFound
    spread = await _spread(what, caller)
    causes = await causes_of(caller.runtime, what, found)
    titles = await _titles(what, causes, caller)
    share = next((one for one in spread.shares if one.person == person), None)
    return Json(
        {
            "person": person_out(person, org),
            "share": None if share is None else _share(share, spread, caller),
            "automatic": what.name not in org.by_hand,
            "may_switch": may_switch(what, caller),
            "cause": next((one.key for one in causes if one.holds), None),
            "causes": [_cause(one, titles, caller) for one in causes],
        }
    )


async def _spread(what: ObjectType, caller: Caller) -> Spread:
    runtime = caller.runtime
    async with runtime.database.autocommit() as session:
        return await spread_of(session, runtime.catalog, runtime.org, runtime.clock.now(), what.name)


def _in_reach(person: UUID, what: ObjectType, caller: Caller) -> bool:
    scope = caller.actor.reach(what.name, "assign").scope
    return scope == "all" or person in caller.actor.owners(scope)


def _place(one: Share, spread: Spread) -> tuple[Any, ...]:
    return (not one.waits, not one.part, one.away is not None, -one.idle_days(spread.today), one.open)


def _share(one: Share, spread: Spread, caller: Caller) -> dict[str, Any]:
    return {
        "person": person_out(one.person, caller.runtime.org),
        "on_duty": one.away is None,
        "away": None if one.away is None else away_text(one.away, caller.locale),
        "open": one.open,
        "given": one.given,
        "last": one.last,
        "part": one.part,
        "idle_days": one.idle_days(spread.today) if one.part else None,
        "waits": one.waits,
    }


def _cause(one: Cause, titles: dict[UUID, Any], caller: Caller) -> dict[str, Any]:
    params = dict(one.params)
    if "by" in params:
        params["by"] = person_out(params["by"], caller.runtime.org)
    return {
        "key": one.key,
        "holds": one.holds,
        "code": one.code,
        "text": finding_text(one.code, one.params, caller.locale),
        **params,
        "records": [{"id": record, "label": titles[record]} for record in one.records if record in titles],
    }


async def _titles(what: ObjectType, causes: list[Cause], caller: Caller) -> dict[UUID, Any]:
    records = list(dict.fromkeys(record for one in causes for record in one.records))
    call = caller.reader().titles_call(what.name, records) if records else None
    if call is None:
        return {}
    async with caller.runtime.database.autocommit() as session:
        return dict(await session.fetch(*call))
