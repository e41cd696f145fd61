"""A process of its own that gives a field another type, to be killed; its arguments are the URL and the company."""

import asyncio
import sys

from tests.support.definitions import note_object

from closeloop.base.clock import SystemClock
from closeloop.catalog.companies import load_companies
from closeloop.db.engine import Database
from closeloop.runtime.publish import order_of, publish


async def retype(url: str, key: str) -> None:
    database = Database(url, min_size=1, max_size=4, application_name="test-retyping")
    await database.open()
    async with database.autocommit() as session:
        company = next(one for one in await load_companies(session) if one.key == key)
    change = note_object(worth={"type": "decimal", "label": "值"})
    await publish(database, SystemClock(), company, order_of([change]), accept_loss=True)


if __name__ == "__main__":
    asyncio.run(retype(sys.argv[1], sys.argv[2]))
