"""Sign in, sign out, who am I."""

import asyncio
import secrets
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import orjson
import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response

from closeloop.access.passwords import NOBODY, check_password
from closeloop.access.roles import ROLES
from closeloop.api.answers import Json, json_body
from closeloop.api.deps import COOKIE, CompanyOf, Signed, same_origin
from closeloop.base.errors import FieldError, Invalid, Locked, NotSignedIn
from closeloop.base.ids import new_id
from closeloop.base.messages import LOCALES
from closeloop.catalog.model import text_of
from closeloop.db.statement import Params, Statement, compile_statement, insert_rows
from closeloop.records.present import moment
from closeloop.runtime.company import CompanyRuntime

LASTS = timedelta(days=14)
FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)

router = APIRouter(tags=["session"])


@router.post("/session", status_code=204, dependencies=[Depends(same_origin)])
async def sign_in(request: Request, runtime: CompanyOf) -> Response:
    """Sign in with `{login, password}`; the session is a cookie. Five failures lock the login for 15 minutes."""
    body = await json_body(request)
    login, password = body.get("login"), body.get("password")
    errors = [
        FieldError(n, "required") for n, v in (("login", login), ("password", password)) if not isinstance(v, str)
    ]
    if errors or not isinstance(login, str) or not isinstance(password, str):
        raise Invalid(errors=errors)
    person = await _check(runtime, login.strip(), password)
    token = secrets.token_urlsafe(32)
    now = runtime.clock.now()
    row = {
        "id": new_id(runtime.clock),
        "token_hash": sha256(token.encode()).hexdigest(),
        "person": person,
        "created_at": now,
        "expires_at": now + LASTS,
        "agent": (request.headers.get("user-agent") or "")[:200],
    }
    async with runtime.database.autocommit() as session:
        await session.execute(insert_rows(runtime.tables.session, list(row)), [orjson.dumps([row]).decode()])
    response = Response(status_code=204)
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=secure,
        path="/",
    )
    return response


async def _check(runtime: CompanyRuntime, login: str, password: str) -> UUID:
    """Return whose password it is. Counts failures; neither the answer nor its time tells whether a login exists."""
    person = runtime.tables.person
    columns = (person.c.id, person.c.password, person.c.active, person.c.failures, person.c.locked_until)
    now = runtime.clock.now()
    async with runtime.database.autocommit() as session:
        row = await session.fetch_one(*compile_statement(sa.select(*columns).where(person.c.login == login), "login"))
    locked_until = row[4] if row else None
    if locked_until is not None and locked_until > now:
        raise Locked(retry_after=int((locked_until - now).total_seconds()) + 1)
    stored = row[1] if row and row[1] and row[2] else NOBODY
    right = await asyncio.to_thread(check_password, stored, password)
    if row is None:
        raise NotSignedIn("bad_sign_in")
    if right and stored is not NOBODY:
        if row[3]:
            await _write(runtime, sa.update(person).where(person.c.id == row[0]).values(failures=0, locked_until=None))
        return row[0]
    last = person.c.failures + 1 >= FAILURES  # judged in the statement: two guesses at once count as two
    values = {
        "failures": sa.case((last, 0), else_=person.c.failures + 1),
        "locked_until": sa.case((last, now + LOCKED_FOR), else_=person.c.locked_until),
    }
    await _write(runtime, sa.update(person).where(person.c.id == row[0]).values(**values))
    raise NotSignedIn("bad_sign_in")


async def _write(runtime: CompanyRuntime, change: sa.Update) -> None:
    call: tuple[Statement, Params] = compile_statement(change, "sign-in")
    async with runtime.database.autocommit() as session:
        await session.execute(*call)


@router.delete("/session", status_code=204)
async def sign_out(caller: Signed) -> Response:
    """End the session."""
    table = caller.runtime.tables.session
    async with caller.runtime.database.autocommit() as session:
        await session.execute(*compile_statement(sa.delete(table).where(table.c.id == caller.session), "sign out"))
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/me")
async def me(caller: Signed) -> Json:
    """Return the signed-in person, roles, departments, the company, and the server's time."""
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
            "permissions": {"everything": caller.actor.everything},
            "now": moment(caller.runtime.clock.now()),
        }
    )


@router.patch("/me")
async def change_me(request: Request, caller: Signed) -> Json:
    """Change one's own settings: `{locale}`."""
    body = await json_body(request)
    if body.get("locale") not in LOCALES:
        raise Invalid(errors=[FieldError("locale", "not_an_option", {"options": list(LOCALES)})])
    person, state = caller.runtime.tables.person, caller.runtime.tables.state
    async with caller.runtime.database.transaction() as tx:
        await tx.commit_with(
            [
                compile_statement(
                    sa.update(person).where(person.c.id == caller.person.id).values(locale=body["locale"]),
                    "locale",
                ),
                compile_statement(sa.update(state).where(state.c.id == 1).values(org=state.c.org + 1), "org moves on"),
            ]
        )
    return Json({"locale": body["locale"]})
