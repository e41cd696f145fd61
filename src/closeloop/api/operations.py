"""Which operations may be done with a record now, and why the others may not."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from closeloop.access.sight import Sight
from closeloop.api.answers import Json
from closeloop.api.deps import Caller, Signed
from closeloop.api.redact import unmet_seen
from closeloop.base.messages import message
from closeloop.catalog.model import text_of
from closeloop.engine.operations.model import OPERATIONS
from closeloop.engine.operations.now import Outlook, outlooks

router = APIRouter(tags=["records"])


@router.get("/objects/{object_name}/records/{record}/operations")
async def list_operations(object_name: str, record: UUID, caller: Signed) -> Json:
    """List the object's operations that a role grants one, each with whether it may be done with the record now.

    One that may not says why: `code` and `reason`, and with `operation_unmet` what it still asks for. What depends on
    its input is only known when it is done.
    """
    reader = caller.reader()
    env = caller.actor.env(caller.runtime.clock.now(), caller.catalog)
    async with caller.runtime.database.autocommit() as session:
        row = await reader.whole(session, object_name, record)
        what = caller.catalog.object(object_name)
        granted = [
            one for one in caller.catalog.on(OPERATIONS, what.name) if caller.actor.reach(what.name, f"do:{one.key}")
        ]
        found = await outlooks(session, what, row, granted, caller.actor, env, caller.catalog)
    sight = reader.sight(what)
    return Json({"version": row["version"], "items": [_item(one, sight, caller) for one in found]})


def _item(one: Outlook, sight: Sight, caller: Caller) -> dict[str, Any]:
    return {
        "name": one.operation.key,
        "label": text_of(one.operation.label, caller.locale),
        "allowed": one.allowed,
        "code": one.refused or None,
        "reason": message(one.refused, {}, caller.locale) if one.refused else None,
        "unmet": [_asked(each, caller) for each in unmet_seen(one.unmet, sight)],
    }


def _asked(one: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    return {**one, "label": text_of(one["label"], caller.locale)}
