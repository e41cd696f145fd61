"""Group statements into a transaction: the only caller of COMMIT."""

import logging
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import pq

from closeloop.db.connection import Call, Connection, Result, Row
from closeloop.db.errors import CommitUnknown, is_stale, translated
from closeloop.db.statement import Params, Statement

_log = logging.getLogger(__name__)

_BEGIN: Call = (Statement("BEGIN", "begin"), ())
_COMMIT: Call = (Statement("COMMIT", "commit"), ())
_ROLLBACK: Call = (Statement("ROLLBACK", "rollback"), ())


class Session:
    """Runs statements, each list of them in one round trip, which commits by itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def fetch_many(self, calls: Sequence[Call]) -> list[Result]:
        """Run several statements in one round trip; if one fails, none of them has changed anything."""
        with translated():
            try:
                return await self._connection.run(calls)
            except psycopg.Error as error:
                if not is_stale(error):
                    raise
                return await self._connection.run(calls)

    async def fetch(self, statement: Statement, params: Params = ()) -> list[Row]:
        return (await self.fetch_many([(statement, params)]))[0].rows

    async def fetch_dicts(self, statement: Statement, params: Params = ()) -> list[dict[str, Any]]:
        return (await self.fetch_many([(statement, params)]))[0].dicts()

    async def fetch_one(self, statement: Statement, params: Params = ()) -> Row | None:
        """Return the first row, or None."""
        rows = await self.fetch(statement, params)
        return rows[0] if rows else None

    async def execute(self, statement: Statement, params: Params = ()) -> int:
        """Return how many rows were changed."""
        return (await self.fetch_many([(statement, params)]))[0].count


class Transaction(Session):
    """A transaction: BEGIN travels with the first statements, COMMIT with the last ones.

    Once a statement has failed nothing but the end of the block is left: the transaction is rolled back.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._begun = False
        self._ended = False
        self._callbacks: list[Callable[[], None]] = []

    async def fetch_many(self, calls: Sequence[Call]) -> list[Result]:
        """Run several statements in one round trip; a failing one raises and dooms the transaction."""
        return await self._send(calls)

    async def commit_with(self, calls: Sequence[Call]) -> list[Result]:
        """Run the last statements and commit, in one round trip; if one fails, everything is rolled back."""
        try:
            results = await self._send([*calls, _COMMIT])
        except Exception as error:
            if self._connection.closed and isinstance(error.__cause__, psycopg.OperationalError):
                raise CommitUnknown from error
            raise
        self._committed()
        return results[:-1]

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call back once the transaction has been committed; what the callback raises is only logged."""
        self._callbacks.append(callback)

    async def _send(self, calls: Sequence[Call]) -> list[Result]:
        if self._ended:
            msg = "the transaction has ended"
            raise RuntimeError(msg)
        first = not self._begun
        self._begun = True
        with translated():
            results = await self._connection.run([_BEGIN, *calls] if first else calls)
        return results[1:] if first else results

    def _committed(self) -> None:
        self._ended = True
        for callback in self._callbacks:
            try:
                callback()
            except Exception:  # noqa: BLE001 - the work is done: its caller must not take it for failed
                _log.exception("a callback failed after its transaction was committed")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ended:
            return
        if not self._begun:
            if error is None:
                self._committed()
            return
        doomed = self._connection.pgconn.transaction_status == pq.TransactionStatus.INERROR
        if error is None and not doomed:
            await self.commit_with(())
            return
        self._ended = True
        if not self._connection.closed:
            await self._connection.run([_ROLLBACK])
        if error is None:
            msg = "a statement failed and its error was kept from the transaction: it was rolled back"
            raise RuntimeError(msg)
