"""From a request to the one who asks: company, session or token, actor, language. One query a request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Request
from pydantic import BeforeValidator

from closeloop.access.decide import Actor
from closeloop.access.org import Person
from closeloop.access.sign_in import Door
from closeloop.access.tokens import hashed_token, may_call
from closeloop.base.errors import Forbidden, NotFound, NotSignedIn
from closeloop.base.messages import locale_of
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Row
from closeloop.db.statement import Statement, compile_statement
from closeloop.records.query import Reader
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.host import Host

COOKIE = "closeloop_session"
COARSE = timedelta(minutes=5)
"""How exactly it is known when a session or token was last used."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person's request: what the company is now, and who asks."""

    runtime: CompanyRuntime
    session: UUID
    """The session's id, or the token's."""
    actor: Actor
    locale: str
    is_token: bool = False

    @property
    def catalog(self) -> Snapshot:
        return self.runtime.catalog_for(self.actor)

    @property
    def version(self) -> int | str:
        """What the caller's catalog is told apart by: the release, of a pilot with the one that lies beneath it."""
        mine, beneath = self.catalog.release, self.runtime.catalog.release
        return mine if mine == beneath else f"{mine}.{beneath}"

    @property
    def person(self) -> Person:
        if self.actor.person is None:
            raise NotSignedIn
        return self.actor.person

    def reader(self) -> Reader:
        return Reader(self.catalog, self.actor, self.actor.env(self.runtime.clock.now(), self.catalog))


async def host_of(request: Request) -> Host:
    """Return what the process serves."""
    return request.app.state.host


async def locale(request: Request) -> str:
    """Return the language that the reader asks for."""
    return locale_of(request.headers.get("accept-language"))


async def company(request: Request) -> CompanyRuntime:
    """Find the company by the host name, by the header, or as the only one there is."""
    host: Host = request.app.state.host
    found = await host.find(request.url.hostname or "", request.headers.get("closeloop-company"))
    if found is None:
        raise NotFound("unknown_company")
    return found


async def door(request: Request, runtime: Annotated[CompanyRuntime, Depends(company)]) -> Door:
    """Return the way in to the company."""
    return Door(runtime.database, runtime.tables, runtime.clock, request.app.state.secrets)


async def same_origin(request: Request) -> None:
    """Refuse writes that another site's page sends along with our cookie."""
    origin = request.headers.get("origin")
    if origin is None or request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("foreign_origin")


async def known_caller(
    request: Request,
    runtime: Annotated[CompanyRuntime, Depends(company)],
    language: Annotated[str, Depends(locale)],
    _: Annotated[None, Depends(same_origin)],
) -> Caller:
    """Return who asks, by the session's cookie or a program's token; raises NotSignedIn."""
    bearer = request.headers.get("authorization")
    if bearer is not None:
        return await _by_token(request, bearer, runtime, language)
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn
    row = await _row(runtime, "sys_session", token)
    if row is None:
        raise NotSignedIn("expired")
    session_id, person_id, _expires, seen, revision, org, _scopes = row
    await runtime.fresh(revision, org)
    await _seen(runtime, runtime.tables.session, session_id, seen)
    return Caller(runtime, session_id, runtime.actor_of(_person(runtime, person_id)), language)


async def _by_token(request: Request, bearer: str, runtime: CompanyRuntime, language: str) -> Caller:
    scheme, _, token = bearer.partition(" ")
    row = await _row(runtime, "sys_token", token.strip()) if scheme.lower() == "bearer" else None
    if row is None:
        raise NotSignedIn("bad_token")
    token_id, person_id, _expires, seen, revision, org, scopes = row
    await runtime.fresh(revision, org)
    limits = frozenset[str](scopes)
    if not may_call(limits, request.method, request.url.path.removeprefix("/api/v1")):
        raise Forbidden("token_scope")
    await _seen(runtime, runtime.tables.token, token_id, seen)
    return Caller(runtime, token_id, runtime.actor_of(_person(runtime, person_id), limits), language, is_token=True)


def _person(runtime: CompanyRuntime, person_id: UUID) -> Person:
    person = runtime.org.people.get(person_id)
    if person is None or not person.active:
        raise NotSignedIn("expired")
    return person


async def _row(runtime: CompanyRuntime, table: str, token: str) -> Row | None:
    """Return the row of a session or token that is still good, with the numbers of release and organisation."""
    statement = _statement(runtime.company.schema, table)
    async with runtime.database.autocommit() as session:
        row = await session.fetch_one(statement, [hashed_token(token)])
    return row if row is not None and (row[2] is None or row[2] > runtime.clock.now()) else None


async def _seen(runtime: CompanyRuntime, table: sa.Table, row_id: UUID, seen: datetime | None) -> None:
    """Note that a session or token was used, every few minutes."""
    now = runtime.clock.now()
    if seen is None or now - seen >= COARSE:
        change = sa.update(table).where(table.c.id == row_id).values(seen_at=now)
        async with runtime.database.autocommit() as session:
            await session.execute(*compile_statement(change, "seen"))


async def caller(known: Annotated[Caller, Depends(known_caller)]) -> Caller:
    """Return who asks; somebody who has to set a password or a second factor first can't do anything else."""
    if known.actor.must is not None:
        raise Forbidden(f"{known.actor.must}_needed")
    return known


async def person_caller(known: Annotated[Caller, Depends(known_caller)]) -> Caller:
    """Return who asks, at a screen: no program has a say in how somebody signs in."""
    if known.is_token:
        raise Forbidden("token_scope")
    return known


async def administrator(known: Annotated[Caller, Depends(caller)]) -> Caller:
    """Return who asks, who must be allowed to change people, departments and roles."""
    if not known.actor.administers:
        raise Forbidden
    return known


def _statement(schema: str, table: str) -> Statement:
    found = _STATEMENTS.get((schema, table))
    if found is None:
        scopes = "s.scopes" if table == "sys_token" else "NULL"
        found = _STATEMENTS[schema, table] = Statement(
            f"SELECT s.id, s.person, s.expires_at, s.seen_at, t.revision, t.org, {scopes}"  # noqa: S608 - our own names
            f' FROM "{schema}".{table} s JOIN "{schema}".sys_state t ON t.id = 1 WHERE s.token_hash = %s',
            table,
        )
    return found


_STATEMENTS: dict[tuple[str, str], Statement] = {}

Signed = Annotated[Caller, Depends(caller)]
"""A route's parameter: the signed-in caller."""
Known = Annotated[Caller, Depends(known_caller)]
"""The same, also of somebody who has to set a password or a second factor first."""
AtScreen = Annotated[Caller, Depends(person_caller)]
"""The same, but never a program's token."""
Administrator = Annotated[Caller, Depends(administrator)]
HostOf = Annotated[Host, Depends(host_of)]
DoorOf = Annotated[Door, Depends(door)]
CompanyOf = Annotated[CompanyRuntime, Depends(company)]
Locale = Annotated[str, Depends(locale)]
Behind = Annotated[UUID | None, BeforeValidator(lambda sent: sent or None)]
"""The cursor of a list whose order is that of its ids: the last one seen."""
