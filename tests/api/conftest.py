"""A second company beside the module's own, served by the same process."""

from collections.abc import AsyncGenerator

import pytest
from tests.support.company import fresh_company
from tests.support.web import Api

from closeloop.db.engine import Database


@pytest.fixture(scope="module")
async def neighbour(api: Api, database: Database) -> AsyncGenerator[Api]:
    """Return the same web process as another company's people see it."""
    async with fresh_company(database) as other:
        yield Api(api.app, other.company.key)
