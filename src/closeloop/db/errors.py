"""Turn PostgreSQL's errors into ours, and run a transaction again where that can help."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg_pool import PoolTimeout

from closeloop.base.errors import CloseloopError, Conflict, Invalid, Unavailable

T = TypeVar("T")

ATTEMPTS = 4
_FIRST_PAUSE = 0.02

_SHARD = re.compile(r"_\d{6,}$")
_CONSTRAINT_IN_TEXT = re.compile(r'constraint "([^"]+)"')

_CLASH = {"23505": "taken", "23P01": "taken", "23503": "referenced"}
_UNREACHABLE = ("08", "53", "57P")
_BUSY = {"40001", "40P01", "55P03"}
_REFUSED = ("22", "23")
_OUT_OF_DATE = {"42703", "42P01", "42883", "42804"}
"""No such column, table or operator, a value of another type: what a statement from before a table's change meets."""
_AGAIN = {"40001", "40P01", "55P03", "08006", "57P01"}


def constraint_name(error: psycopg.Error) -> str | None:
    """Name the constraint as we named it: Citus tells it in the text only, followed by a shard's number."""
    name = error.diag.constraint_name
    if name is None:
        found = _CONSTRAINT_IN_TEXT.search(error.diag.message_primary or str(error))
        name = found and found.group(1)
    return _SHARD.sub("", name) if name else None


def typed_error(error: psycopg.Error) -> CloseloopError | None:
    """Say what an error of the database means to a caller; None if it can only be a fault of ours."""
    state = error.sqlstate
    if state is None:
        return _without_state(error)
    if state in _CLASH:
        return Conflict(_CLASH[state], constraint=constraint_name(error))
    if state in _BUSY or is_stale(error):
        return Unavailable("busy")
    if state in _OUT_OF_DATE:
        return OutOfDate()
    if state == "57014":
        return Unavailable("too_slow")
    if state.startswith(_UNREACHABLE) or _is_lost_shard(error):
        return Unavailable()
    if state.startswith(_REFUSED):
        return Invalid("refused", constraint=constraint_name(error), column=error.diag.column_name)
    return None


def _without_state(error: psycopg.Error) -> CloseloopError | None:
    """Errors that the client library raises itself carry no SQLSTATE."""
    if isinstance(error, psycopg.OperationalError):
        return Unavailable()
    if isinstance(error, psycopg.DataError):
        return Invalid("refused")
    return None


def is_stale(error: psycopg.Error) -> bool:
    """Tell whether a table's change or a pooler in between has spoilt a prepared statement."""
    return error.sqlstate == "26000" or (error.sqlstate == "0A000" and "cached plan" in str(error))


def _is_lost_shard(error: psycopg.Error) -> bool:
    return error.sqlstate == "XX000" and "could not commit transaction" in str(error)


@contextmanager
def translated() -> Generator[None]:
    """Raise our errors instead of psycopg's; the original is the cause."""
    try:
        yield
    except psycopg.Error as error:
        ours = typed_error(error)
        if ours is None:
            raise
        raise ours from error


def is_retryable(error: BaseException) -> bool:
    """Tell whether the whole transaction may be run again: it certainly changed nothing, and it may pass."""
    if isinstance(error, CommitUnknown):
        return False
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(cause, psycopg.Error) or isinstance(cause, PoolTimeout):
        return False
    if cause.sqlstate is None:
        return isinstance(cause, psycopg.OperationalError)
    return cause.sqlstate in _AGAIN or is_stale(cause) or _is_lost_shard(cause)


class CommitUnknown(Unavailable):
    """The connection was lost while COMMIT was under way: it may have happened or not."""

    code = "commit_unknown"


class OutOfDate(Unavailable):
    """A table isn't what the statement takes it for: it was changed meanwhile, or the statement is wrong.

    Who has the newer catalog asks again; where there is none, the fault is ours and stands in the `__cause__`.
    """

    code = "busy"


async def retrying(run: Callable[[], Awaitable[T]]) -> T:
    """Run a whole transaction, and again (a few times, with growing pauses) where is_retryable says so."""
    for attempt in range(1, ATTEMPTS):
        try:
            return await run()
        except Exception as error:
            if not is_retryable(error):
                raise
        await asyncio.sleep(_FIRST_PAUSE * 4 ** (attempt - 1))
    return await run()
