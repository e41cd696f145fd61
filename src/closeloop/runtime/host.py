"""What one process serves: the companies of the installation, and which of them a request is for."""

from closeloop.base.clock import Clock
from closeloop.catalog.companies import load_companies
from closeloop.db.engine import Database
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.hub import Hub


class Host:
    """The companies of the installation, found by host name or key; a new one is found without a restart."""

    def __init__(self, database: Database, hub: Hub, clock: Clock) -> None:
        self.database = database
        self.hub = hub
        self.clock = clock
        self._companies: dict[str, CompanyRuntime] = {}

    async def companies(self) -> list[CompanyRuntime]:
        """Read the registry; companies that are known already are kept as they are."""
        async with self.database.autocommit() as session:
            known = await load_companies(session)
        for company in known:
            if company.key not in self._companies:
                runtime = CompanyRuntime(company, self.database, self.clock)
                await runtime.refresh()
                self._companies[company.key] = runtime
        return [self._companies[company.key] for company in known]

    async def find(self, hostname: str, key: str | None) -> CompanyRuntime | None:
        """Return the company that the host name or the header names, else the only one there is."""
        found = self._match(hostname, key)
        if found is None:
            await self.companies()
            found = self._match(hostname, key)
        return found

    def _match(self, hostname: str, key: str | None) -> CompanyRuntime | None:
        for runtime in self._companies.values():
            if runtime.company.host is not None and runtime.company.host == hostname:
                return runtime
        if key is not None:
            return self._companies.get(key)
        return next(iter(self._companies.values())) if len(self._companies) == 1 else None
