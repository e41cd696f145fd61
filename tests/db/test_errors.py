"""Errors of the database in our words, and what is run again."""

import psycopg
import pytest
from psycopg_pool import PoolTimeout

from closeloop.base.errors import CloseloopError, Conflict, Invalid, Unavailable
from closeloop.db import errors
from closeloop.db.connection import Connection
from closeloop.db.engine import Database
from closeloop.db.errors import (
    CommitUnknown,
    constraint_name,
    is_retryable,
    retrying,
    translated,
    typed_error,
)
from closeloop.db.statement import Statement


def with_state(state: str, text: str = "") -> psycopg.Error:
    error = psycopg.errors.lookup(state)(text)
    assert error.sqlstate == state
    return error


@pytest.mark.parametrize(
    ("state", "kind", "code"),
    [
        ("23505", Conflict, "taken"),
        ("23503", Conflict, "referenced"),
        ("23502", Invalid, "refused"),
        ("22P05", Invalid, "refused"),
        ("40001", Unavailable, "busy"),
        ("40P01", Unavailable, "busy"),
        ("55P03", Unavailable, "busy"),
        ("57014", Unavailable, "too_slow"),
        ("57P01", Unavailable, "unavailable"),
        ("53300", Unavailable, "unavailable"),
        ("08006", Unavailable, "unavailable"),
    ],
)
def test_a_state_has_one_meaning(state: str, kind: type[CloseloopError], code: str) -> None:
    ours = typed_error(with_state(state))
    assert type(ours) is kind
    assert ours.code == code


def test_a_fault_of_ours_stays_what_it_is() -> None:
    assert typed_error(with_state("42601")) is None
    with pytest.raises(psycopg.errors.SyntaxError), translated():
        raise with_state("42601")


def test_a_lost_connection_carries_no_state() -> None:
    assert type(typed_error(psycopg.OperationalError("server closed the connection"))) is Unavailable


def test_the_constraint_is_found_in_the_text_and_loses_the_shard() -> None:
    text = 'duplicate key value violates unique constraint "lead_phone_u_102048"'
    assert constraint_name(with_state("23505", text)) == "lead_phone_u"
    assert constraint_name(with_state("23505", "no name here")) is None


@pytest.mark.parametrize(
    ("state", "text", "again"),
    [
        ("40001", "", True),
        ("40P01", "", True),
        ("55P03", "", True),
        ("08006", "", True),
        ("57P01", "", True),
        ("26000", "", True),
        ("0A000", "cached plan must not change result type", True),
        ("0A000", "something else isn't supported", False),
        ("XX000", "could not commit transaction for shard 1 on at least one active node", True),
        ("XX000", "internal", False),
        ("23505", "", False),
        ("57014", "", False),
    ],
)
def test_only_what_changed_nothing_and_may_pass_is_run_again(state: str, text: str, again: bool) -> None:
    raw = with_state(state, text)
    assert is_retryable(raw) is again
    ours = Unavailable()
    ours.__cause__ = raw
    assert is_retryable(ours) is again


def test_waiting_for_a_connection_in_vain_is_not_run_again() -> None:
    ours = Unavailable()
    ours.__cause__ = PoolTimeout()
    assert not is_retryable(ours)


def test_a_commit_whose_outcome_is_unknown_is_not_run_again() -> None:
    unknown = CommitUnknown()
    unknown.__cause__ = psycopg.OperationalError("server closed the connection")
    assert not is_retryable(unknown)


class TestRetrying:
    @pytest.fixture(autouse=True)
    def no_pause(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(errors, "_FIRST_PAUSE", 0)

    async def test_it_stops_at_the_first_success(self) -> None:
        calls: list[int] = []

        async def work() -> str:
            calls.append(1)
            if len(calls) < 3:
                raise with_state("40001")
            return "done"

        assert await retrying(work) == "done"
        assert len(calls) == 3

    async def test_it_gives_up(self) -> None:
        calls: list[int] = []

        async def work() -> None:
            calls.append(1)
            raise with_state("40P01")

        with pytest.raises(psycopg.errors.DeadlockDetected):
            await retrying(work)
        assert len(calls) == errors.ATTEMPTS

    async def test_other_errors_pass_at_once(self) -> None:
        calls: list[int] = []

        async def work() -> None:
            calls.append(1)
            raise Conflict

        with pytest.raises(Conflict):
            await retrying(work)
        assert len(calls) == 1


@pytest.mark.db
@pytest.mark.usefixtures("schema")
async def test_losing_the_connection_during_the_commit_is_told_apart(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Connection.run

    async def lose_at_commit(self: Connection, calls):
        results = await run(self, calls)
        if any(statement.name == "commit" for statement, _ in calls):
            self.pgconn.finish()
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        return results

    async def work() -> None:
        async with db.transaction() as tx:
            await tx.execute(Statement("CREATE TABLE t_db.thing (id integer)", "test", prepared=False))

    monkeypatch.setattr(Connection, "run", lose_at_commit)
    with pytest.raises(CommitUnknown):
        await work()
    monkeypatch.undo()
    async with db.autocommit() as session:
        assert await session.fetch(Statement("SELECT count(*) FROM t_db.thing", "test")) == [(0,)]
