"""What one process serves: the companies of the installation, and which of them a request is for."""

import asyncio
from datetime import datetime, timedelta

import structlog

from closeloop.base.clock import Clock
from closeloop.base.errors import Unavailable
from closeloop.catalog.companies import load_companies
from closeloop.catalog.model import Company
from closeloop.db.engine import Database
from closeloop.db.errors import OutOfDate
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.hub import Hub

TRY_AGAIN = timedelta(seconds=10)
"""How long a company that could not be loaded is left alone: loading costs a compilation."""
FRESH = timedelta(seconds=2)
"""How old the registry as a process knows it may be: so soon a company that is new, has moved or is closed is seen."""

_log = structlog.stdlib.get_logger()


class Host:
    """The companies of the installation, found by host name or key; a new one is found without a restart.

    A company that can't be loaded, by whatever fault of its own, is unavailable by itself: the others are served.
    """

    def __init__(self, database: Database, hub: Hub, clock: Clock) -> None:
        self.database = database
        self.hub = hub
        self.clock = clock
        self._by_key: dict[str, Company] = {}
        self._by_host: dict[str, Company] = {}
        self._companies: dict[str, CompanyRuntime] = {}
        self._broken: dict[str, datetime] = {}
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def companies(self) -> list[CompanyRuntime]:
        """Read the registry and return the companies that work; those known already are kept as they are."""
        async with self._reading:
            return await self._read()

    async def _read(self) -> list[CompanyRuntime]:
        async with self.database.autocommit() as session:
            registered = await load_companies(session)
        self._by_key = {company.key: company for company in registered}
        self._by_host = {company.host: company for company in registered if company.host is not None}
        self._read_at = self.clock.now()
        loaded = [await self._loaded(company) for company in registered]
        self._companies = {one.company.key: one for one in loaded if one is not None}
        return list(self._companies.values())

    async def _loaded(self, company: Company) -> CompanyRuntime | None:
        known = self._companies.get(company.key)
        if known is not None and known.company == company:
            return known
        now = self.clock.now()
        if company.key in self._broken and now < self._broken[company.key] + TRY_AGAIN:
            return None
        runtime = CompanyRuntime(company, self.database, self.clock)
        try:
            await runtime.refresh()
        except Exception as error:
            if isinstance(error, Unavailable) and not isinstance(error, OutOfDate):
                raise  # the database, not the company
            self._broken[company.key] = now
            _log.exception("a company can't be loaded", company=company.key)
            return None
        self._broken.pop(company.key, None)
        return runtime

    async def find(self, hostname: str, key: str | None) -> CompanyRuntime | None:
        """Return the company that the host name or the header names, else the only one there is.

        Raises Unavailable for one that is registered and can't be loaded. Of many that find the registry old at once
        one reads it, and the others have what it has read.
        """
        found = self._known(hostname, key)
        if found is None:
            async with self._reading:
                found = self._known(hostname, key)
                if found is None:
                    await self._read()
                    found = self._match(hostname, key)
        if found is None:
            return None
        if found.key not in self._companies:
            raise Unavailable("company_unavailable")
        return self._companies[found.key]

    def _known(self, hostname: str, key: str | None) -> Company | None:
        """Return the company that is meant, if it is served and the registry has just been read."""
        found = self._match(hostname, key)
        return found if found is not None and found.key in self._companies and self._is_fresh() else None

    def _is_fresh(self) -> bool:
        return self._read_at is not None and abs(self.clock.now() - self._read_at) < FRESH

    def _match(self, hostname: str, key: str | None) -> Company | None:
        if hostname in self._by_host:
            return self._by_host[hostname]
        if key is not None:
            return self._by_key.get(key)
        return next(iter(self._by_key.values())) if len(self._by_key) == 1 else None
