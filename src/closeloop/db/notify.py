"""Listen to PostgreSQL's notifications on a connection of its own that is made again whenever it is lost."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import psycopg
from psycopg import sql

_log = logging.getLogger(__name__)

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Hint:
    """A notification; without a payload it says that some may have been missed."""

    payload: str | None


RESYNC = Hint(None)


async def listen(url: str, channel: str) -> AsyncGenerator[Hint]:
    """Give RESYNC after each connecting, and between them what is notified; it never ends by itself."""
    pause = _FIRST_PAUSE
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                url, autocommit=True, application_name=f"listen {channel}", keepalives_idle=30
            ) as connection:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                pause = _FIRST_PAUSE
                yield RESYNC
                async for notification in connection.notifies():
                    yield Hint(notification.payload)
        except psycopg.OperationalError as error:
            _log.warning("listening to %s was cut off: %s", channel, error)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
