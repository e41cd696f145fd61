"""Sign in, sign out, who am I."""

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Request, Response

from closeloop.access import audit
from closeloop.access.audit import audit_call
from closeloop.access.factor import uri
from closeloop.access.roles import ROLES
from closeloop.access.sign_in import LASTS, org_moves_on
from closeloop.api.answers import Json, json_body
from closeloop.api.deps import COOKIE, AtScreen, Behind, DoorOf, Known, same_origin
from closeloop.base.errors import FieldError, Forbidden, Invalid, NotFound
from closeloop.base.messages import LOCALES
from closeloop.catalog.model import text_of
from closeloop.db.statement import compile_statement
from closeloop.records.present import moment
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.definitions import EVERY_KIND

router = APIRouter(tags=["session"])


@router.post("/session", status_code=204, dependencies=[Depends(same_origin)])
async def sign_in(request: Request, way: DoorOf) -> Response:
    """Sign in with `{login, password, otp?}`; the session is a cookie. Five failures lock the login for 15 minutes."""
    body = await json_body(request)
    login, password = _texts(body, "login", "password")
    otp = body.get("otp")
    if otp is not None and not isinstance(otp, str):
        raise Invalid(errors=[FieldError("otp", "not_text")])
    token = await way.enter(login.strip(), password, otp, request.headers.get("user-agent") or "")
    response = Response(status_code=204)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return response


def _texts(body: dict[str, object], *names: str) -> list[str]:
    """Return texts that must be there; raises Invalid naming those that aren't."""
    values = [body.get(name) for name in names]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < len(names):
        missing = [name for name, value in zip(names, values, strict=True) if not isinstance(value, str)]
        raise Invalid(errors=[FieldError(name, "required") for name in missing])
    return texts


@router.delete("/session", status_code=204)
async def sign_out(caller: AtScreen) -> Response:
    """End the session."""
    table = caller.runtime.tables.session
    async with caller.runtime.database.autocommit() as session:
        await session.execute(*compile_statement(sa.delete(table).where(table.c.id == caller.session), "sign out"))
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/me")
async def me(caller: Known) -> Json:
    """Return the signed-in person, roles, departments, what one may set up, the company, and the server's time."""
    person, company, org = caller.person, caller.runtime.company, caller.actor.org
    roles = caller.catalog.all(ROLES)
    return Json(
        {
            "person": {"id": person.id, "login": person.login, "name": person.name, "locale": person.locale},
            "roles": [{"key": k, "label": text_of(roles[k].label, caller.locale)} for k in person.roles if k in roles],
            "departments": [{"id": one, "label": org.departments[one].name} for one in person.departments],
            "company": {
                "id": company.id,
                "name": company.name,
                "time_zone": company.time_zone,
                "currency": company.currency,
            },
            "permissions": {
                "everything": caller.actor.everything,
                "people": caller.actor.administers,
                "definitions": caller.actor.defines(EVERY_KIND),
                "assigns": [
                    name
                    for name in caller.catalog.objects
                    if caller.actor.reach(name, "assign").scope not in ("none", "own")
                ],
            },
            "second_factor": person.second_factor,
            "must": caller.actor.must,
            "now": moment(caller.runtime.clock.now()),
        }
    )


@router.patch("/me")
async def change_me(request: Request, caller: AtScreen) -> Json:
    """Change one's own settings: `{locale}`."""
    body = await json_body(request)
    if body.get("locale") not in LOCALES:
        raise Invalid(errors=[FieldError("locale", "not_an_option", {"options": list(LOCALES)})])
    person = caller.runtime.tables.person
    change = sa.update(person).where(person.c.id == caller.person.id).values(locale=body["locale"])
    async with caller.runtime.database.transaction() as tx:
        await tx.commit_with([compile_statement(change, "locale"), org_moves_on(caller.runtime.tables)])
    return Json({"locale": body["locale"]})


@router.put("/me/password", status_code=204)
async def change_password(request: Request, caller: AtScreen, way: DoorOf) -> Response:
    """Set another password: `{password, new}`, the present one and the new; one's other sessions end."""
    present, new = _texts(await json_body(request), "password", "new")
    await way.confirm(caller.person.id, present)
    if new == present:
        raise Invalid(errors=[FieldError("new", "same_password")])
    await way.set_password(caller.person.id, caller.person.login, new, keep=caller.session)
    return Response(status_code=204)


@router.put("/me/totp")
async def set_factor(request: Request, caller: AtScreen, way: DoorOf) -> Json:
    """Set up one-time codes: `{}` gives the secret, `{code}` puts it into force, `{off: true, password}` ends them.

    To begin anew while codes are in force takes the password too.
    """
    body = await json_body(request)
    person = caller.person
    if body.get("code") is not None:
        (code,) = _texts(body, "code")
        return Json({"recovery_codes": await way.confirm_factor(person.id, code)})
    if person.second_factor or body.get("off") is True:
        (password,) = _texts(body, "password")
        await way.confirm(person.id, password)
    if body.get("off") is True:
        if any(role.second_factor for role in caller.actor.roles):
            raise Forbidden("second_factor_needed")
        await way.drop_factor(person.id, by=person.id)
        return Json({"second_factor": False})
    secret = await way.begin_factor(person.id)
    return Json({"secret": secret, "uri": uri(secret, person.login, caller.runtime.company.name)})


@router.get("/me/sessions")
async def list_sessions(
    caller: AtScreen,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Behind = None,
) -> Json:
    """List where one is signed in, newest first."""
    table = caller.runtime.tables.session
    columns = (table.c.id, table.c.agent, table.c.created_at, table.c.seen_at, table.c.expires_at)
    mine = sa.and_(table.c.person == caller.person.id, table.c.expires_at > caller.runtime.clock.now())
    query = sa.select(*columns).where(mine).order_by(table.c.id.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(table.c.id < cursor)
    async with caller.runtime.database.autocommit() as session:
        rows = await session.fetch_dicts(*compile_statement(query, "sessions"))
    items = [{**row, "current": row["id"] == caller.session} for row in rows[:limit]]
    return Json({"items": items, "next_cursor": str(items[-1]["id"]) if len(rows) > limit else None})


@router.delete("/me/sessions", status_code=204)
async def end_other_sessions(caller: AtScreen) -> Response:
    """End all of one's sessions but this one."""
    table = caller.runtime.tables.session
    await end_sessions(caller.runtime, caller.person.id, table.c.id != caller.session, by=caller.person.id)
    return Response(status_code=204)


@router.delete("/me/sessions/{session}", status_code=204)
async def end_session(session: UUID, caller: AtScreen) -> Response:
    """End one of one's sessions."""
    table = caller.runtime.tables.session
    if not await end_sessions(caller.runtime, caller.person.id, table.c.id == session, by=caller.person.id):
        raise NotFound
    return Response(status_code=204)


async def end_sessions(runtime: CompanyRuntime, person: UUID, which: sa.ColumnElement[bool], *, by: UUID) -> int:
    """End sessions of a person; returns how many there were."""
    tables = runtime.tables
    ended = sa.delete(tables.session).where(tables.session.c.person == person, which)
    entry = audit_call(tables, runtime.clock, audit.SESSIONS_ENDED, actor=by, person=person)
    async with runtime.database.transaction() as tx:
        result = await tx.commit_with([compile_statement(ended, "end sessions"), entry])
    return result[0].count
