"""One company as a process holds it: its catalogs and its people, seen anew when they move on."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.decide import Actor, person_actor
from closeloop.access.directory import load_org
from closeloop.access.org import Org, Person
from closeloop.access.pilots import is_in
from closeloop.base.clock import Clock
from closeloop.base.figures import CATALOG_SECONDS
from closeloop.catalog.model import Company, Definition
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Pilot, Present, load_present, load_versions
from closeloop.db.engine import Database
from closeloop.db.errors import OutOfDate
from closeloop.db.system_tables import system_tables
from closeloop.db.unit_of_work import Session
from closeloop.records.batcher import Batcher
from closeloop.records.execute import Executor
from closeloop.runtime.kernel import KINDS, make_parts

T = TypeVar("T")

MOST_PINNED = 500
"""Old versions that are kept at hand; beyond it they are read again when they are needed."""


class CompanyRuntime:
    """What a web process or a worker needs of one company."""

    def __init__(self, company: Company, database: Database, clock: Clock) -> None:
        self.company = company
        self.database = database
        self.clock = clock
        self.tables = system_tables(company.schema)
        self.revision = -1
        self._catalog: Snapshot | None = None
        self._pilots: Sequence[tuple[Pilot, Snapshot]] = ()
        self._pinned: dict[UUID, Definition | None] = {}
        self._org: Org | None = None
        self._refreshing = asyncio.Lock()
        self.executor = Executor(self, make_parts(), clock)
        self.batcher = Batcher(self.executor)

    @property
    def catalog(self) -> Snapshot:
        """The present release: that of everybody outside a pilot, of channels, clocks and the system."""
        if self._catalog is None:
            msg = "the company has not been loaded"
            raise RuntimeError(msg)
        return self._catalog

    @property
    def org(self) -> Org:
        if self._org is None:
            msg = "the company has not been loaded"
            raise RuntimeError(msg)
        return self._org

    @property
    def pilots(self) -> list[Pilot]:
        """What groups are trying at the moment, the newest first."""
        return [pilot for pilot, _ in self._pilots]

    def catalog_of(self, person: Person | None) -> Snapshot:
        """Return the catalog that a person works with: that of the newest pilot that the person is in, if any."""
        if person is not None:
            for pilot, catalog in self._pilots:
                if is_in(person, pilot.group, self.org):
                    return catalog
        return self.catalog

    def catalog_for(self, actor: Actor) -> Snapshot:
        """Return the catalog that what an actor asks is carried out with."""
        return self.catalog_of(actor.person) if self._pilots else self.catalog

    async def refresh(self) -> None:
        """Read people anew, and the catalogs if they have moved on."""
        async with self._refreshing:
            await self._read()

    async def _read(self) -> None:
        async with self.database.autocommit() as session:
            present = await load_present(session, self.tables, self._known())
            if self._catalog is None or self.revision != present.revision:
                # in a thread, so that requests with the catalogs at hand go on meanwhile
                with CATALOG_SECONDS.time():
                    self._catalog, self._pilots = await asyncio.to_thread(self._compile, present)
                self.revision = present.revision
            org = await load_org(session, self.tables, self.clock.now())
            if self._org is None or self._org.version != org.version:
                self._org = org

    def _known(self) -> dict[UUID, Definition]:
        catalogs = [self._catalog, *(catalog for _, catalog in self._pilots)]
        return {key: one for catalog in catalogs if catalog for key, one in catalog.by_id.items()}

    def _compile(self, present: Present) -> tuple[Snapshot, list[tuple[Pilot, Snapshot]]]:
        if len(self._pinned) > MOST_PINNED:
            self._pinned = {}
        catalog = self._snapshot(present, present.release, present.definitions)
        return catalog, [
            (pilot, self._snapshot(present, pilot.number, present.with_pilot(pilot))) for pilot in present.pilots
        ]

    def _snapshot(self, present: Present, number: int, definitions: Sequence[Definition]) -> Snapshot:
        conversions, before = present.conversions, self._catalog
        return Snapshot(self.company, number, definitions, KINDS, conversions, self._pinned, before)

    async def pin(self, definitions: Iterable[UUID], session: Session | None = None) -> None:
        """Read versions that something still runs on, so that the catalogs can compile them.

        Whoever holds a session hands it in: to wait for a second connection with one in hand may be to wait for long.
        """
        wanted = set(definitions)
        if session is None:
            async with self.database.autocommit() as own:
                found = await load_versions(own, self.tables, wanted)
        else:
            found = await load_versions(session, self.tables, wanted)
        self._pinned.update({one: found.get(one) for one in wanted})

    async def fresh(self, revision: int, org: int) -> None:
        """Make sure that the catalogs and the people are those that the database has been seen to have.

        Of many that find them old at once one reads, and the others have what it has read.
        """
        if self._is_of(revision, org):
            return
        async with self._refreshing:
            if not self._is_of(revision, org):
                await self._read()

    async def catch_up(self) -> None:
        """See whether the catalogs or the people have moved on, and read anew what has: mostly one row is read."""
        state = self.tables.state
        numbers = self.catalog.once(
            "present numbers", lambda: sa.select(state.c.revision, state.c.org).where(state.c.id == 1)
        )
        async with self.database.autocommit() as session:
            row = await session.fetch_one(*numbers)
        assert row is not None
        await self.fresh(*row)

    def _is_of(self, revision: int, org: int) -> bool:
        return self._org is not None and (revision, org) == (self.revision, self._org.version)

    async def again(self, run: Callable[[], Awaitable[T]]) -> T:
        """Read, and once more with the newer catalog where a table has changed in the middle of it."""
        try:
            return await run()
        except OutOfDate:
            await self.refresh()
            return await run()

    def actor_of(self, person: Person, limits: frozenset[str] | None = None) -> Actor:
        """Return the actor of a signed-in person, or of a program that acts within a token's limits."""
        return person_actor(person, self.catalog_of(person), self.org, limits)

    def system(self) -> Actor:
        """Return the actor of clocks and other work that no person asked for."""
        return Actor("system", None, (), self.org)

    def channel(self) -> Actor:
        """Return the actor of inbound channels."""
        return Actor("channel", None, (), self.org)
