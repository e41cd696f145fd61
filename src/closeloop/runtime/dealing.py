"""Deal what waits once there is room: the longest waiting first, in batches, by any number of workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.catalog.snapshot import ObjectType
from closeloop.db.statement import Statement, compile_statement
from closeloop.engine.assign.again import DealAgain
from closeloop.engine.assign.model import POLICIES, Policy
from closeloop.engine.assign.reserve import open_condition, open_stages, rooms_now
from closeloop.engine.assign.room import FITS
from closeloop.records.commands import Submission
from closeloop.runtime.company import CompanyRuntime

EVERY = timedelta(seconds=2)
"""How long room stays free at most while records wait for it."""
AGAIN = timedelta(seconds=60)
"""When all that wait are asked about anew though the same people have room: a record may have changed itself."""
PAGE = 100
PAGES = 5
"""Pages in one look, so that many that nobody can take keep no clock waiting."""

_IDS = sa.ARRAY(sa.Uuid())
_MOMENT = sa.DateTime(timezone=True)


_Place = tuple[datetime, UUID]
"""Since when a record waits, and the record."""


@dataclass(slots=True)
class _Pass:
    """How far one worker has come through what waits of an object, and what it last went through it for."""

    behind: _Place | None = None
    room: object = None
    ended: datetime | None = None


class Dealer:
    """One worker's looks at what waits in a company; what it remembers only saves it looks in vain."""

    def __init__(self, runtime: CompanyRuntime) -> None:
        self._runtime = runtime
        self._next: datetime | None = None
        self._passes: dict[str, _Pass] = {}

    async def look(self) -> bool:
        """Deal what can be dealt; returns whether more may be waiting that has not been asked about yet.

        Room frees in many ways: records end or move on, a day begins, somebody comes on duty or gets a higher quota,
        a policy changes. So a look asks who has room now rather than waiting to be told. Cost: nothing waits: one
        probe of an index. Else the read of a reservation without its lock, and a page only if the people with room
        are others than those that all that waits has been offered to.
        """
        now = self._runtime.clock.now()
        if self._next is not None and now < self._next:
            return False
        self._next = now + EVERY
        more = False
        for name in await self._with_waiting():
            more = await self._deal(name) or more
        if more:
            self._next = None
        return more

    async def _with_waiting(self) -> list[str]:
        """Return the objects of which records wait, save those that are assigned by hand."""
        runtime = self._runtime
        names = sorted({one.object for one in runtime.catalog.all(POLICIES).values()} - runtime.org.by_hand)
        if not names:
            return []
        async with runtime.database.autocommit() as session:
            rows = await session.fetch(_some_wait(runtime), {"objects": names})
        return [name for (name,) in rows]

    async def _deal(self, name: str) -> bool:
        runtime, now = self._runtime, self._runtime.clock.now()
        done = self._passes.setdefault(name, _Pass())
        room = await self._with_room(name)
        if done.behind is None:
            tried = done.ended is not None and now - done.ended < AGAIN
            if not room or (tried and done.room == room):
                return False
        actor = runtime.system()
        for _ in range(PAGES):
            records, done.behind = await self._page(name, done.behind)
            if records:
                await runtime.executor.run([Submission(DealAgain(name, record), actor) for record in records])
                room = await self._with_room(name)
            if done.behind is None or not room:
                done.behind, done.room, done.ended = None, room, now
                return False
        return True

    async def _with_room(self, name: str) -> object:
        """Return which policy could give something to whom at the moment, with the versions that say so."""
        runtime, now = self._runtime, self._runtime.clock.now()
        catalog, org = runtime.catalog, runtime.org
        policies: Sequence[Policy] = catalog.on(POLICIES, name)
        async with runtime.database.autocommit() as session:
            rooms = await rooms_now(session, catalog, org, now, policies)
        found = [(key, one.person) for key, room in rooms.items() for one in room.candidates if one.standing() == FITS]
        return (runtime.revision, org.version, frozenset(found)) if found else None

    async def _page(self, name: str, behind: _Place | None) -> tuple[list[UUID], _Place | None]:
        """Return those that have waited longest, and what the next page is behind; those that wait no more are closed.

        A record that has an owner, is over or in the trash waits no more.
        """
        runtime = self._runtime
        what = runtime.catalog.object(name)
        moment, record = behind or (runtime.catalog.never, UUID(int=0))
        params: dict[str, Any] = {"object": name, "moment": moment, "record": record, "most": PAGE}
        if what.stage_field is not None:
            params["stages"] = open_stages(what, runtime.catalog)
        async with runtime.database.autocommit() as session:
            rows = await session.fetch(_waiting_page(runtime, what), params)
            over = [one for one, _, still in rows if still is None]
            if over:
                await session.execute(_close(runtime), {"ids": over, "now": runtime.clock.now()})
        place = (rows[-1][1], rows[-1][0]) if len(rows) == PAGE else None
        return [one for one, _, still in rows if still is not None], place


def _some_wait(runtime: CompanyRuntime) -> Statement:
    found = runtime.catalog.statements.get("some wait")
    if found is None:
        waiting = runtime.tables.waiting
        names = (
            sa.func.unnest(sa.bindparam("objects", type_=sa.ARRAY(sa.Text())))
            .table_valued(sa.column("name", sa.Text()))
            .render_derived(name="asked")
        )
        some = sa.select(waiting.c.id).where(waiting.c.object == names.c.name, waiting.c.until.is_(None)).exists()
        found, _ = compile_statement(sa.select(names.c.name).where(some).order_by(names.c.name), "some wait")
        runtime.catalog.statements["some wait"] = found
    return found


def _waiting_page(runtime: CompanyRuntime, what: ObjectType) -> Statement:
    key = ("waiting page", what.name)
    found = runtime.catalog.statements.get(key)
    if found is None:
        waiting, table = runtime.tables.waiting, what.table
        open_ = sa.and_(
            table.c.id == waiting.c.id, table.c.owner.is_(None), table.c.deleted_at.is_(None), open_condition(what)
        )
        place = sa.tuple_(sa.bindparam("moment", type_=_MOMENT), sa.bindparam("record", type_=sa.Uuid()))
        query = (
            sa.select(waiting.c.id, waiting.c.since, table.c.id)
            .select_from(waiting.outerjoin(table, open_))
            .where(
                waiting.c.object == sa.bindparam("object", type_=sa.Text()),
                waiting.c.until.is_(None),
                sa.tuple_(waiting.c.since, waiting.c.id) > place,
            )
            .order_by(waiting.c.since, waiting.c.id)
            .limit(sa.bindparam("most", type_=sa.Integer()))
        )
        found, _ = compile_statement(query, f"waiting {what.name}")
        runtime.catalog.statements[key] = found
    return found


def _close(runtime: CompanyRuntime) -> Statement:
    found = runtime.catalog.statements.get("wait no more")
    if found is None:
        waiting = runtime.tables.waiting
        change = (
            sa.update(waiting)
            .where(waiting.c.id == sa.any_(sa.bindparam("ids", type_=_IDS)))
            .values(until=sa.bindparam("now", type_=_MOMENT))
        )
        found, _ = compile_statement(change, "wait no more")
        runtime.catalog.statements["wait no more"] = found
    return found
