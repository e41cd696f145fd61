"""Why can I, or somebody else, do this or not: the roles behind each action and field of one record."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from closeloop.access.decide import Actor
from closeloop.access.roles import ACTIONS, HIDDEN, READ, WRITE, Role
from closeloop.access.sight import Sight, sight_of
from closeloop.api.answers import Json
from closeloop.api.deps import Caller, Signed
from closeloop.base.errors import Forbidden, NotFound
from closeloop.catalog.model import text_of
from closeloop.engine.operations.model import OPERATIONS
from closeloop.expr import Explanation, ExpressionError
from closeloop.records.columns import Columns
from closeloop.records.present import person as person_out
from closeloop.records.reasons import Ground, Verdict, verdicts

router = APIRouter(prefix="/objects/{object_name}/records/{record}", tags=["records"])


@router.get("/access")
async def explain_access(object_name: str, record: UUID, caller: Signed, person: UUID | None = None) -> Json:
    """Say what one may do with a record and see of it, and why; with `person`, of somebody else.

    A record that isn't the asker's to read is not there, whoever it is asked about. About others ask those who
    administer people.
    """
    actor = _about(person, caller)
    reader = caller.reader()
    env = actor.env(caller.runtime.clock.now(), caller.catalog)
    operations = {f"do:{one.key}": one for one in caller.catalog.on(OPERATIONS, object_name)}
    async with caller.runtime.database.autocommit() as session:
        row = await reader.whole(session, object_name, record)
        what = caller.catalog.object(object_name)
        asked = [*ACTIONS, *operations]
        judged = await verdicts(session, what, row, actor, env, Columns(caller.catalog, what, env), asked)
    sight = reader.sight(what)
    actions: list[dict[str, Any]] = []
    for one in judged:
        operation = operations.get(one.action)
        label = {"label": text_of(operation.label, caller.locale)} if operation else {}
        actions.append({"action": one.action, **label, **_verdict(one, sight, caller)})
    return Json(
        {
            "person": person_out(actor.id, caller.runtime.org),
            "active": actor.person is not None and actor.person.active,
            "actions": actions,
            "fields": _fields(sight, actor, caller),
        }
    )


def _about(person: UUID | None, caller: Caller) -> Actor:
    """Return whom it is asked about, with all of that person's rights."""
    if person not in (None, caller.person.id) and not caller.actor.administers:
        raise Forbidden
    found = caller.runtime.org.people.get(person or caller.person.id)
    if found is None:
        raise NotFound("unknown_person")
    return caller.runtime.actor_of(found)


def _verdict(verdict: Verdict, sight: Sight, caller: Caller) -> dict[str, Any]:
    return {"allowed": verdict.allowed, "grounds": [_ground(one, sight, caller) for one in verdict.grounds]}


def _ground(ground: Ground, sight: Sight, caller: Caller) -> dict[str, Any]:
    out: dict[str, Any] = {"role": _role(ground.role, caller), "holds": ground.holds}
    if ground.condition is None:
        return {**out, "scope": ground.scope}
    try:  # a condition about what the asker doesn't see is told to be there, and no more
        sight.filter(ground.condition.source)
    except ExpressionError:
        return {**out, "condition": None, "explanation": None}
    explanation = ground.explanation
    return {
        **out,
        "condition": ground.condition.source,
        "explanation": explanation_out(explanation) if explanation else None,
    }


def _role(role: Role, caller: Caller) -> dict[str, Any]:
    return {"key": role.key, "label": text_of(role.label, caller.locale)}


def explanation_out(one: Explanation) -> dict[str, Any]:
    """Return how an expression came to its value, clause by clause."""
    return {
        "source": one.source,
        "value": _plain(one.value),
        "values": {path: _plain(value) for path, value in one.values.items()},
        "decided": one.decided,
        "parts": [explanation_out(part) for part in one.parts],
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _fields(sight: Sight, actor: Actor, caller: Caller) -> list[dict[str, Any]]:
    """Return the level of each field that the asker sees, and what each role says of it."""
    theirs = sight_of(caller.catalog, sight.what, actor)
    fields: list[dict[str, Any]] = []
    for name, field in sight.fields.items():
        if field.system:
            continue
        level = HIDDEN if name not in theirs.fields else WRITE if theirs.writable(name) else READ
        said = [{"role": _role(role, caller), "level": role.level(sight.what.name, name)} for role in actor.roles]
        fields.append({"name": name, "label": text_of(field.label, caller.locale), "level": level, "roles": said})
    return fields
