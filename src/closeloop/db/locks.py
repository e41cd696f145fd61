"""Locks that one process holds over many statements, on a connection that is kept for them: who dies lets go."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from closeloop.db.statement import Statement
from closeloop.db.unit_of_work import Session

LOOK_AGAIN = 0.5
"""Seconds between two looks whether another process is through."""

WRITING_HISTORY, LATE_CHANGES = 2, 3
"""What a name is locked for; 0 and 1 are those of single transactions."""

_LOCK = Statement("SELECT pg_try_advisory_lock(hashtextextended(%s, %s::bigint))", "lock for a while")
_UNLOCK = Statement("SELECT pg_advisory_unlock(hashtextextended(%s, %s::bigint))", "unlock")


@asynccontextmanager
async def alone(session: Session, name: str, purpose: int) -> AsyncGenerator[None]:
    """Keep every other process from the same until the end; the session must be no transaction."""
    # asked anew each time: a statement that waits would hold up the building of indexes
    while not (await session.fetch(_LOCK, [name, purpose]))[0][0]:  # noqa: ASYNC110 - another process is waited for
        await asyncio.sleep(LOOK_AGAIN)
    try:
        yield
    finally:
        await session.execute(_UNLOCK, [name, purpose])
