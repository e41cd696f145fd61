"""The company's people and departments over HTTP: who there is, and for administrators how it changes."""

import asyncio
import secrets
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response

from closeloop.access.audit import Call
from closeloop.access.duty import away
from closeloop.access.messages import away_text
from closeloop.access.org import Department, Person
from closeloop.access.passwords import hash_password
from closeloop.access.people import Administration, headships
from closeloop.access.roles import ROLES
from closeloop.api.answers import Json, json_body
from closeloop.api.bodies import list_of, optional_id
from closeloop.api.deps import Administrator, Caller, DoorOf, Signed
from closeloop.api.session import end_sessions
from closeloop.base.errors import FieldError, Forbidden, Invalid, NotFound
from closeloop.catalog.model import text_of
from closeloop.runtime.people import change_org, hand_over, holdings

router = APIRouter(tags=["people"])

_FIRST = 5
"""Records of each object that a hand-over list shows."""


@router.get("/people")
async def list_people(
    caller: Signed,
    q: Annotated[str | None, Query(max_length=100)] = None,
    department: UUID | None = None,
    role: Annotated[str | None, Query(max_length=48)] = None,
    active: bool | None = None,
    on_duty: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Json:
    """List people by login; `q` is part of a name or login. From memory: a company's people are held whole.

    `department` takes in those below it; `on_duty` asks whether somebody may be given records now.
    """
    org, now, is_open = caller.actor.org, caller.runtime.clock.now(), caller.catalog.is_open
    word, under = (q or "").strip().casefold(), org.below(department) if department else None
    people = [
        one
        for one in sorted(org.people.values(), key=lambda one: one.login)
        if (word in one.name.casefold() or word in one.login.casefold())
        and (under is None or not under.isdisjoint(one.departments))
        and (role is None or role in one.roles)
        and (active is None or one.active == active)
        and (on_duty is None or (away(one, now, is_open) is None) == on_duty)
    ]
    page = [one for one in people if one.login > (cursor or "")]
    more = page[limit - 1].login if len(page) > limit else None
    return Json({"items": [_person(one, caller) for one in page[:limit]], "next_cursor": more, "total": len(people)})


@router.get("/people/attributes")
async def list_attributes(caller: Administrator) -> Json:
    """List what the company says of its people beyond what every company does: the profile's attributes."""
    items = [
        {"name": one.name, "label": text_of(one.label, caller.locale), "type": one.type, "options": one.options}
        for one in caller.catalog.profile.attributes.values()
    ]
    return Json({"items": items})


def _person(one: Person, caller: Caller) -> dict[str, Any]:
    roles, org = caller.catalog.all(ROLES), caller.runtime.org
    reason = away(one, caller.runtime.clock.now(), caller.catalog.is_open)
    out: dict[str, Any] = {
        "id": one.id,
        "name": one.name,
        "login": one.login,
        "active": one.active,
        "on_duty": one.on_duty,
        "away": away_text(reason, caller.locale) if reason else None,
        "quota_open": one.quota_open,
        "quota_daily": one.quota_daily,
        "departments": [{"id": d, "label": org.departments[d].name} for d in one.departments],
        "roles": [{"key": k, "label": text_of(roles[k].label, caller.locale)} for k in one.roles if k in roles],
    }
    if caller.actor.administers:
        out["attributes"] = caller.catalog.profile.values(one.attributes)
        out.update(city=one.city, locale=one.locale, email=one.email)
        out.update(must_change=one.must_change, second_factor=one.second_factor)
    return out


def _found(person: UUID, caller: Caller) -> Person:
    found = caller.runtime.org.people.get(person)
    if found is None:
        raise NotFound
    return found


@router.get("/people/{person}")
async def get_person(person: UUID, caller: Signed) -> Json:
    """Return one person."""
    return Json(_person(_found(person, caller), caller))


@router.post("/people", status_code=201)
async def create_person(request: Request, caller: Administrator) -> Json:
    """Make a person: `{login, name, departments?, roles?, …}`; the answer holds the password for the first sign-in."""
    body = await json_body(request)
    password, stored = await _one_time_password()
    made: list[UUID] = []

    def plan(administration: Administration) -> list[Call]:
        person, calls = administration.create(body, stored)
        made[:] = [person]
        return calls

    await change_org(caller.runtime, caller.actor, plan)
    return Json({**_person(_found(made[0], caller), caller), "password": password}, 201)


async def _one_time_password() -> tuple[str, str]:
    """Return a password that is shown once, and what is stored of it."""
    password = secrets.token_urlsafe(9)
    return password, await asyncio.to_thread(hash_password, password)


@router.patch("/people/{person}")
async def change_person(person: UUID, request: Request, caller: Administrator) -> Json:
    """Change a person: departments, the main one first, and roles are then all that the person has."""
    body = await json_body(request)
    await change_org(caller.runtime, caller.actor, lambda administration: administration.change(person, body))
    return Json(_person(_found(person, caller), caller))


@router.post("/people/{person}/password")
async def reset_password(person: UUID, caller: Administrator) -> Json:
    """Give a person a password for one sign-in, after which another has to be set; the person's sessions end."""
    password, stored = await _one_time_password()
    await change_org(caller.runtime, caller.actor, lambda administration: administration.reset(person, stored))
    return Json({"password": password})


@router.delete("/people/{person}/totp", status_code=204)
async def drop_factor(person: UUID, caller: Administrator, way: DoorOf) -> Response:
    """Take away the second factor of somebody who has lost it."""
    _touchable(person, caller)
    await way.drop_factor(person, by=caller.person.id)
    return Response(status_code=204)


@router.delete("/people/{person}/sessions", status_code=204)
async def end_persons_sessions(person: UUID, caller: Administrator) -> Response:
    """Sign a person out everywhere; tokens for programs stay."""
    _touchable(person, caller)
    await end_sessions(caller.runtime, person, sa.true(), by=caller.person.id)
    return Response(status_code=204)


def _touchable(person: UUID, caller: Caller) -> None:
    """Let nobody who only administers people change somebody who may do everything."""
    roles = caller.catalog.all(ROLES)
    found = _found(person, caller)
    if not caller.actor.everything and any(roles[key].everything for key in found.roles if key in roles):
        raise Forbidden


@router.post("/people/{person}/deactivate")
async def deactivate_person(person: UUID, request: Request, caller: Administrator) -> Json:
    """Take somebody out in one step; the answer is the hand-over list. With `{to}` the records are given away too."""
    body = await json_body(request) if await request.body() else {}
    to = _to(body, caller, person) if body.get("to") is not None else None
    await change_org(caller.runtime, caller.actor, lambda administration: administration.deactivate(person))
    given = await hand_over(caller.runtime, caller.actor, person, to, None) if to else (0, None)
    return Json({**await _hand_over_list(person, caller), "handed_over": given[0]})


@router.post("/people/{person}/reactivate")
async def reactivate_person(person: UUID, caller: Administrator) -> Json:
    """Let somebody sign in again, off duty until that is changed."""
    await change_org(caller.runtime, caller.actor, lambda administration: administration.reactivate(person))
    return Json(_person(_found(person, caller), caller))


@router.get("/people/{person}/holdings")
async def list_holdings(person: UUID, caller: Administrator) -> Json:
    """Return what a person holds: the hand-over list, before or after somebody leaves."""
    _found(person, caller)
    return Json(await _hand_over_list(person, caller))


@router.post("/people/{person}/hand_over")
async def hand_over_records(person: UUID, request: Request, caller: Administrator) -> Json:
    """Give a person's records to `{to}`, of all or some `objects`; `remaining` says how many a next call is for."""
    _found(person, caller)
    body = await json_body(request)
    names: list[str] | None = None if body.get("objects") is None else list_of(body, "objects", str)
    given, left = await hand_over(caller.runtime, caller.actor, person, _to(body, caller, person), names)
    return Json({"handed_over": given, "remaining": left})


def _to(body: dict[str, Any], caller: Caller, person: UUID) -> UUID:
    to = optional_id(body, "to")
    if to is None:
        raise Invalid(errors=[FieldError("to", "required")])
    receiver = caller.runtime.org.people.get(to)
    if receiver is None or not receiver.active or to == person:
        raise Invalid(errors=[FieldError("to", "unknown_person")])
    return to


async def _hand_over_list(person: UUID, caller: Caller) -> dict[str, Any]:
    """Return what somebody holds; of the records those are named that the caller may read."""
    found, org, reader = _found(person, caller), caller.runtime.org, caller.reader()
    held = await holdings(caller.runtime, person, _FIRST)
    roles = caller.catalog.all(ROLES)
    items: list[dict[str, Any]] = []
    async with caller.runtime.database.autocommit() as session:
        for one in held:
            call = reader.titles_call(one.what.name, one.first)
            titles = dict(await session.fetch(*call)) if call else {}
            items.append(
                {
                    "object": one.what.name,
                    "label": text_of(one.what.label, caller.locale),
                    "count": one.records,
                    "clocks": one.clocks,
                    "first": [{"id": record, "label": titles[record]} for record in one.first if record in titles],
                }
            )
    return {
        "person": _person(found, caller),
        "objects": items,
        "heads": [_department(one) for one in headships(org, person)],
        "roles": [{"key": k, "label": text_of(roles[k].label, caller.locale)} for k in found.roles if k in roles],
    }


def _department(one: Department) -> dict[str, Any]:
    return {"id": one.id, "key": one.key, "name": one.name, "parent": one.parent, "head": one.head}


@router.get("/departments")
async def list_departments(caller: Signed) -> Json:
    """List all departments; the tree is in `parent`."""
    return Json({"items": [_department(one) for one in caller.actor.org.departments.values()]})


@router.post("/departments", status_code=201)
async def create_department(request: Request, caller: Administrator) -> Json:
    """Make a department: `{key, name, parent?, head?}`; the key never changes."""
    body = await json_body(request)
    made: list[UUID] = []

    def plan(administration: Administration) -> list[Call]:
        department, calls = administration.create_department(body)
        made[:] = [department]
        return calls

    await change_org(caller.runtime, caller.actor, plan)
    return Json(_department(caller.runtime.org.departments[made[0]]), 201)


@router.patch("/departments/{department}")
async def change_department(department: UUID, request: Request, caller: Administrator) -> Json:
    """Rename or move a department, or give it another head."""
    body = await json_body(request)
    await change_org(
        caller.runtime, caller.actor, lambda administration: administration.change_department(department, body)
    )
    return Json(_department(caller.runtime.org.departments[department]))


@router.delete("/departments/{department}", status_code=204)
async def delete_department(department: UUID, caller: Administrator) -> Response:
    """Delete a department that nobody and nothing belongs to."""
    await change_org(caller.runtime, caller.actor, lambda administration: administration.delete_department(department))
    return Response(status_code=204)


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
