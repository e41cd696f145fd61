"""The company's people over HTTP: whom a record can be given to, and where they belong."""

from typing import Annotated

from fastapi import APIRouter, Query

from closeloop.access.roles import ROLES
from closeloop.api.answers import Json
from closeloop.api.deps import Signed
from closeloop.catalog.model import text_of

router = APIRouter(tags=["people"])


@router.get("/people")
async def list_people(
    caller: Signed,
    q: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Json:
    """List people by login; `q` is part of a name or login. From memory: a company's people are held whole."""
    org = caller.actor.org
    roles = caller.catalog.all(ROLES)
    people = sorted(org.people.values(), key=lambda one: one.login)
    if q:
        word = q.strip().casefold()
        people = [one for one in people if word in one.name.casefold() or word in one.login.casefold()]
    if cursor:
        people = [one for one in people if one.login > cursor]
    items = [
        {
            "id": one.id,
            "name": one.name,
            "login": one.login,
            "active": one.active,
            "on_duty": one.on_duty,
            "quota_open": one.quota_open,
            "quota_daily": one.quota_daily,
            "departments": [{"id": d, "label": org.departments[d].name} for d in one.departments],
            "roles": [{"key": k, "label": text_of(roles[k].label, caller.locale)} for k in one.roles if k in roles],
        }
        for one in people[:limit]
    ]
    return Json({"items": items, "next_cursor": people[limit - 1].login if len(people) > limit else None})


@router.get("/departments")
async def list_departments(caller: Signed) -> Json:
    """List all departments; the tree is in `parent`."""
    return Json(
        {
            "items": [
                {"id": one.id, "key": one.key, "name": one.name, "parent": one.parent, "head": one.head}
                for one in caller.actor.org.departments.values()
            ]
        }
    )


@router.get("/roles")
async def list_roles(caller: Signed) -> Json:
    """List the roles that are defined."""
    return Json(
        {
            "items": [
                {"key": one.key, "label": text_of(one.label, caller.locale)}
                for one in caller.catalog.all(ROLES).values()
            ]
        }
    )
