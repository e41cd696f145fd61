"""Server-sent events: one's release, notices and jobs, clocks, and the records that one may read, coalesced."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from closeloop.api.answers import dump
from closeloop.api.deps import Caller, HostOf, Signed
from closeloop.api.jobs import running_jobs
from closeloop.api.notifications import notice_out
from closeloop.base.errors import CloseloopError
from closeloop.base.ids import first_id_at
from closeloop.db.statement import compile_statement
from closeloop.runtime.hub import Hub, Listener

router = APIRouter(tags=["stream"])

GATHER = 0.15
"""Seconds in which news are gathered into one look at the database."""
QUIET = 15.0
"""Seconds after which a quiet stream says that it is alive, and looks for itself whether a hint was lost."""
OVERLAP = timedelta(seconds=10)
"""How far back a resumed stream looks again: ids are made before their commit, so a later one may be seen first."""
_PAGE = 200
"""Notices of one look at the database."""


@router.get("/stream")
async def stream(
    caller: Signed,
    host: HostOf,
    topics: Annotated[str | None, Query(max_length=1000)] = None,
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
) -> StreamingResponse:
    """Open a stream of `release`, `notification`, `job`, `clock` and, for `topics=object:lead`, `record` events.

    It begins with the release that one works with, as the catalog has it for its version, and tells each other.

    It resumes by `Last-Event-ID`, the id of the last notice; a notice may then come twice, never not at all.
    """
    objects = frozenset(
        topic.removeprefix("object:") for topic in (topics or "").split(",") if topic.startswith("object:")
    )
    for name in objects:
        caller.reader().require_readable(name)
    since = _since(last_event_id, caller.runtime.clock.now())
    return StreamingResponse(
        _events(caller, host.hub, objects, since),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _since(last_event_id: str | None, now: datetime) -> UUID:
    """Return the id behind which notices are sent: those of the last seconds, or those since the last one seen."""
    millis = int(now.timestamp() * 1000)
    if last_event_id:
        try:
            millis = min(millis, UUID(last_event_id).int >> 80)
        except ValueError:
            return first_id_at(millis)
        return first_id_at(max(0, millis - int(OVERLAP.total_seconds() * 1000)))
    return first_id_at(millis)


async def _events(caller: Caller, hub: Hub, objects: frozenset[str], since: UUID) -> AsyncIterator[bytes]:
    sent: dict[UUID, None] = {}
    seen: dict[UUID, tuple[str, int]] = {}
    async with hub.listener(str(caller.runtime.company.id), caller.person.id, objects) as listener:
        listener.notices = listener.jobs = True
        yield b"retry: 1000\n\n"  # from here on nothing is missed
        release = caller.version
        yield _event("release", {"release": release})
        while not hub.closing:
            try:
                await asyncio.wait_for(_news(listener), QUIET)
            except TimeoutError:
                listener.notices = listener.jobs = True
                yield b": alive\n\n"
            if hub.closing:
                return
            records, notices, jobs, resync = listener.take()
            try:
                caller = await _again(caller)
                if caller.version != release:
                    release = caller.version
                    yield _event("release", {"release": release})
                if resync:
                    yield _event("resync", {})
                if notices:
                    async for row in _notices(caller, since):
                        if row["id"] not in sent:
                            sent[row["id"]] = None
                            yield _event("notification", notice_out(row, caller), row["id"])
                    sent, since = _forget(sent, since)
                for event in [*await _jobs(caller, seen, jobs), *await _records(caller, records)]:
                    yield event
            except _Ended:
                return
            except CloseloopError:  # the database is away: the client is told to fetch anew once it is back
                listener.resync = True
                listener.notices = listener.jobs = True
            await asyncio.sleep(GATHER)


async def _news(listener: Listener) -> None:
    if not (listener.notices or listener.jobs or listener.resync or listener.records):
        await listener.news.wait()


class _Ended(Exception):
    """The session behind the stream has ended."""


async def _again(caller: Caller) -> Caller:
    """Return the caller as the company is now; a session that has ended ends its streams."""
    runtime = caller.runtime
    state = runtime.tables.state
    table = runtime.tables.token if caller.is_token else runtime.tables.session
    good = sa.or_(table.c.expires_at.is_(None), table.c.expires_at > runtime.clock.now())
    query = sa.select(state.c.revision, state.c.org).where(
        state.c.id == 1,
        sa.exists(table.c.id).where(table.c.id == caller.session, good),
    )
    async with runtime.database.autocommit() as session:
        row = await session.fetch_one(*compile_statement(query, "stream's session"))
    if row is None:
        raise _Ended
    await runtime.fresh(*row)
    person = runtime.org.people.get(caller.person.id)
    if person is None or not person.active:
        raise _Ended
    return replace(caller, actor=runtime.actor_of(person, caller.actor.limits))


async def _notices(caller: Caller, since: UUID) -> AsyncIterator[dict[str, Any]]:
    """Give one's unread notices behind an id, page by page, the oldest first."""
    notice = caller.catalog.system.notice
    while True:
        query = (
            sa.select(*notice.columns)
            .where(notice.c.person == caller.person.id, notice.c.id > since, notice.c.read_at.is_(None))
            .order_by(notice.c.id)
            .limit(_PAGE)
        )
        async with caller.runtime.database.autocommit() as session:
            rows = await session.fetch_dicts(*compile_statement(query, "new notices"))
        for row in rows:
            yield row
        if len(rows) < _PAGE:
            return
        since = rows[-1]["id"]


def _forget(sent: dict[UUID, None], since: UUID) -> tuple[dict[UUID, None], UUID]:
    """Move the window on, so that it stays short: what lies before the overlap won't come any more."""
    if not sent:
        return sent, since
    newest = max(sent).int >> 80
    floor = max(since, first_id_at(newest - int(OVERLAP.total_seconds() * 1000)))
    return {one: None for one in sent if one > floor}, floor


async def _jobs(caller: Caller, seen: dict[UUID, tuple[str, int]], news: int) -> list[bytes]:
    """Return the events of one's jobs that have moved on since they were last seen, if there is news of any."""
    return [_event("job", job) for job in await running_jobs(caller, seen)] if news else []


async def _records(caller: Caller, records: dict[tuple[str, str], tuple[int, str]]) -> list[bytes]:
    """Return the events of those records that the caller may read: one query an object, whatever their number."""
    events: list[bytes] = []
    by_object: dict[str, list[UUID]] = {}
    for name, record in records:
        by_object.setdefault(name, []).append(UUID(record))
    for name, ids in by_object.items():
        what = caller.catalog.objects.get(name)
        if what is None:
            continue
        async with caller.runtime.database.autocommit() as session:
            readable = await caller.reader().readable(session, what, ids)
        for record in readable:
            version, kind = records[name, str(record)]
            data = {"object": name, "id": record, "version": version, "event": kind}
            events.append(_event("record", data))
            if kind.startswith("clock."):
                events.append(_event("clock", {"object": name, "record": record, "event": kind}))
    return events


def _event(name: str, data: dict[str, Any], event_id: UUID | None = None) -> bytes:
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {name}\ndata: {dump(data).decode()}\n\n".encode()
