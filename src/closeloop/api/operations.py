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
from closeloop.engine.operations.model import OPERATIONS, Operation
from closeloop.engine.operations.now import Outlook, outlooks
from closeloop.expr import Env
from closeloop.records.present import present_value
from closeloop.records.related import Beyond

router = APIRouter(tags=["records"])


@router.get("/objects/{object_name}/records/{record}/operations")
async def list_operations(object_name: str, record: UUID, caller: Signed) -> Json:
    """List the object's operations that a role grants one, each with whether it may be done with the record now.

    `label` is what it is called by what it will do with the record. One that may not says why: `code` and `reason`, and
    with `operation_unmet` what it still asks for. What depends on its input is only known when it is done. One that may
    be done has in `suggested` what its form begins with: of the inputs whose default is worked out from the record, as
    far as one sees what it is worked out from.
    """
    reader = caller.reader()
    env = caller.actor.env(caller.runtime.clock.now(), caller.catalog)
    async with caller.runtime.database.autocommit() as session:
        what = reader.require_readable(object_name)
        beyond = Beyond(caller.catalog, caller.actor.org, env, {}, ())
        row = beyond.row(what, await reader.whole(session, object_name, record))
        await beyond.read(session, [(what, row)])
        granted = [
            one for one in caller.catalog.on(OPERATIONS, what.name) if caller.actor.reach(what.name, f"do:{one.key}")
        ]
        found = await outlooks(session, what, row, granted, caller.actor, env, caller.catalog)
    sight = reader.sight(what)
    items = [
        _item(one, sight, caller)
        | {"suggested": _suggested(one.operation, row, env, sight, caller) if one.allowed else {}}
        for one in found
    ]
    return Json({"version": row["version"], "items": items})


def _suggested(operation: Operation, row: Mapping[str, Any], env: Env, sight: Sight, caller: Caller) -> dict[str, Any]:
    return {
        name: present_value(operation.input[name], expression.evaluate(row, env), caller.actor.org)
        for name, expression in operation.suggested.items()
        if all(path.partition(".")[0] in sight.fields for path in expression.paths)
    }


def _item(one: Outlook, sight: Sight, caller: Caller) -> dict[str, Any]:
    return {
        "name": one.operation.key,
        "label": text_of(one.label, caller.locale),
        "allowed": one.allowed,
        "code": one.refused or None,
        "reason": message(one.refused, {}, caller.locale) if one.refused else None,
        "unmet": [_asked(each, caller) for each in unmet_seen(one.unmet, sight)],
    }


def _asked(one: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    return {**one, "label": text_of(one["label"], caller.locale)}
