"""Keep the connections to one PostgreSQL database."""

import select
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import monotonic

import psycopg
from psycopg_pool import AsyncConnectionPool

from closeloop.db.connection import Connection
from closeloop.db.errors import translated
from closeloop.db.unit_of_work import Session, Transaction

CHECKOUT_SECONDS = 5.0
_RECONNECT_SECONDS = 5.0
_LIFETIME_SECONDS = 20 * 60.0  # a connection's memory grows with every company's schema that it has touched


class Database:
    """A pool of connections to one database, which outlives the server's restarts.

    With `flush=False` the server answers a commit before it is on disk: a power cut may lose the last moments.
    """

    def __init__(self, url: str, *, min_size: int, max_size: int, application_name: str, flush: bool = True) -> None:
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            connection_class=Connection,
            kwargs={
                "autocommit": True,
                "application_name": application_name,
                "client_encoding": "utf8",
                # The second makes the server give up a query whose client has died.
                "options": "-c timezone=UTC -c client_connection_check_interval=2s"
                + ("" if flush else " -c synchronous_commit=off"),
            },
            min_size=min_size,
            max_size=max_size,
            open=False,
            timeout=CHECKOUT_SECONDS,
            max_lifetime=_LIFETIME_SECONDS,
            # The pool gives a failing attempt up after this and makes a fresh one for the next caller;
            # a longer time would only lengthen its growing pauses.
            reconnect_timeout=_RECONNECT_SECONDS,
        )

    async def open(self) -> None:
        """Connect; Unavailable if the server can't be reached."""
        with translated():
            await self._pool.open(wait=True, timeout=CHECKOUT_SECONDS)

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """Give a transaction, committed at the end of the block, or rolled back if the block raises."""
        connection = await self._checkout()
        try:
            async with Transaction(connection) as tx:
                yield tx
        finally:
            await self._pool.putconn(connection)

    @asynccontextmanager
    async def autocommit(self) -> AsyncGenerator[Session]:
        """Give a session for one-off reads, and for what can't run in a transaction."""
        connection = await self._checkout()
        try:
            yield Session(connection)
        finally:
            await self._pool.putconn(connection)

    async def _checkout(self) -> Connection:
        """Take a connection that is alive, as far as can be seen without a round trip."""
        deadline = monotonic() + CHECKOUT_SECONDS
        with translated():
            while True:
                connection = await self._pool.getconn(max(0.0, deadline - monotonic()))
                alive = False
                try:
                    alive = not _has_news(connection) or await _answers(connection)
                finally:
                    if not alive:
                        await self._pool.putconn(connection)
                if alive:
                    return connection


def _has_news(connection: Connection) -> bool:
    """Tell whether something has arrived on an idle connection, as it does when the server goes away."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))


async def _answers(connection: Connection) -> bool:
    try:
        await AsyncConnectionPool.check_connection(connection)
    except psycopg.OperationalError:
        return False
    return True
