"""The registry of companies, read from the platform's table before any company's own data is touched."""

from closeloop.catalog.model import Company
from closeloop.db.statement import Statement
from closeloop.db.unit_of_work import Session

_ALL = Statement(
    "SELECT id, key, name, schema_name, time_zone, currency, locale, host FROM platform.company"
    " WHERE state = 'active' ORDER BY key",
    "companies",
)


async def load_companies(session: Session) -> list[Company]:
    """Return all active companies of the installation."""
    return [Company(*row) for row in await session.fetch(_ALL)]
