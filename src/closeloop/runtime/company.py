"""One company as a process holds it: its catalog and its people, seen anew when they move on."""

import asyncio

from closeloop.access.decide import Actor, person_actor
from closeloop.access.directory import load_org
from closeloop.access.org import Org, Person
from closeloop.base.clock import Clock
from closeloop.base.figures import CATALOG_SECONDS
from closeloop.catalog.model import Company
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import load_release
from closeloop.db.engine import Database
from closeloop.db.system_tables import system_tables
from closeloop.records.batcher import Batcher
from closeloop.records.execute import Executor
from closeloop.runtime.kernel import KINDS, make_parts


class CompanyRuntime:
    """What a web process or a worker needs of one company."""

    def __init__(self, company: Company, database: Database, clock: Clock) -> None:
        self.company = company
        self.database = database
        self.clock = clock
        self.tables = system_tables(company.schema)
        self._catalog: Snapshot | None = None
        self._org: Org | None = None
        self._refreshing = asyncio.Lock()
        self.executor = Executor(self, make_parts(), clock)
        self.batcher = Batcher(self.executor)

    @property
    def catalog(self) -> Snapshot:
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

    async def refresh(self) -> None:
        """Read people anew, and the catalog if there is a new release; several at once share one reading."""
        async with self._refreshing, self.database.autocommit() as session:
            release, definitions = await load_release(session, self.tables)
            if self._catalog is None or self._catalog.release != release:
                with CATALOG_SECONDS.time():
                    self._catalog = Snapshot(self.company, release, definitions, KINDS)
            org = await load_org(session, self.tables)
            if self._org is None or self._org.version != org.version:
                self._org = org

    async def fresh(self, release: int, org: int) -> None:
        """Make sure that the catalog and the people are at least those that the database has now."""
        if self._catalog is None or self._org is None or (release, org) != (self.catalog.release, self.org.version):
            await self.refresh()

    def actor_of(self, person: Person, limits: frozenset[str] | None = None) -> Actor:
        """Return the actor of a signed-in person, or of a program that acts within a token's limits."""
        return person_actor(person, self.catalog, self.org, limits)

    def system(self) -> Actor:
        """Return the actor of clocks and other work that no person asked for."""
        return Actor("system", None, (), self.org)

    def channel(self) -> Actor:
        """Return the actor of inbound channels."""
        return Actor("channel", None, (), self.org)
