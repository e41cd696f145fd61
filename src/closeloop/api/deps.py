"""From a request to the one who asks: company, session, actor, language. One query a request."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request

from closeloop.access.decide import Actor
from closeloop.access.org import Person
from closeloop.base.errors import Forbidden, NotFound, NotSignedIn
from closeloop.base.messages import locale_of
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.statement import Statement
from closeloop.records.query import Reader
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.host import Host

COOKIE = "closeloop_session"


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person's request: what the company is now, and who asks."""

    runtime: CompanyRuntime
    session: UUID
    actor: Actor
    locale: str

    @property
    def catalog(self) -> Snapshot:
        return self.runtime.catalog_for(self.actor)

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


async def same_origin(request: Request) -> None:
    """Refuse writes that another site's page sends along with our cookie."""
    origin = request.headers.get("origin")
    if origin is None or request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("foreign_origin")


async def caller(
    request: Request,
    runtime: Annotated[CompanyRuntime, Depends(company)],
    language: Annotated[str, Depends(locale)],
    _: Annotated[None, Depends(same_origin)],
) -> Caller:
    """Return who is signed in; raises NotSignedIn."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn
    statement = _session_statement(runtime)
    async with runtime.database.autocommit() as session:
        row = await session.fetch_one(statement, [sha256(token.encode()).hexdigest()])
    if row is None or row[2] <= runtime.clock.now():
        raise NotSignedIn("expired")
    session_id, person_id, _, revision, org = row
    await runtime.fresh(revision, org)
    person = runtime.org.people.get(person_id)
    if person is None or not person.active:
        raise NotSignedIn("expired")
    return Caller(runtime, session_id, runtime.actor_of(person), language)


def _session_statement(runtime: CompanyRuntime) -> Statement:
    schema = runtime.company.schema
    found = _SESSIONS.get(schema)
    if found is None:
        found = _SESSIONS[schema] = Statement(
            f'SELECT s.id, s.person, s.expires_at, t.revision, t.org FROM "{schema}".sys_session s'  # noqa: S608 - our own name
            f' JOIN "{schema}".sys_state t ON t.id = 1 WHERE s.token_hash = %s',
            "session",
        )
    return found


_SESSIONS: dict[str, Statement] = {}

Signed = Annotated[Caller, Depends(caller)]
"""A route's parameter: the signed-in caller."""
HostOf = Annotated[Host, Depends(host_of)]
CompanyOf = Annotated[CompanyRuntime, Depends(company)]
Locale = Annotated[str, Depends(locale)]
