"""Claim the clocks that are due, a batch at a time, by any number of workers."""

from datetime import datetime, timedelta

from closeloop.catalog.snapshot import Snapshot
from closeloop.db.claims import claim_statement
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.engine.clocks.fire import FireClock

LEASE = timedelta(seconds=30)
"""How long a claim keeps other workers away; a worker that dies, or a clock that fails, delays no further than this."""

CLAIMED_AT_ONCE = 200


async def claim_due(database: Database, catalog: Snapshot, now: datetime) -> list[FireClock]:
    """Lease up to CLAIMED_AT_ONCE due clocks, those due longest first; the commands that fire them come back."""
    async with database.transaction() as tx:
        rows = await tx.fetch(_claim(catalog), {"now": now, "lease": now + LEASE, "most": CLAIMED_AT_ONCE})
    return [FireClock(object_name, record, clock=clock) for clock, object_name, record in rows]


def _claim(catalog: Snapshot) -> Statement:
    found = catalog.statements.get("claim clocks")
    if found is None:
        found = claim_statement(catalog.system.clock, "next_at", ("id", "object", "record"), "claim clocks")
        catalog.statements["claim clocks"] = found
    return found
