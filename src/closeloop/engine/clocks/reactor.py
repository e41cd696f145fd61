"""Start clocks, and end them when what they wait for has come: judged by the record's state, not by who changed it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.engine.clocks.model import BREACHED, CANCELLED, CLOCKS, MET, PAUSED, RUNNING, ClockPolicy, calendars_of
from closeloop.events.model import ASSIGNED, CLOCK_BREACHED, CLOCK_CANCELLED, CLOCK_MET, CREATED, DELETED
from closeloop.records.batch import Batch, Row, Work
from closeloop.records.commands import RecordCommand
from closeloop.records.effects import Effect, Insert, Log, Patch
from closeloop.records.parts import Load

NAME = "clocks"


def clocks_of(batch: Batch, record: UUID) -> list[Row]:
    """Return all clocks that the record has had, as the batch sees them."""
    loaded: dict[UUID, list[Row]] = batch.loaded.setdefault(NAME, {})
    return loaded.setdefault(record, [])


def waiting_clocks(batch: Batch, record: UUID) -> list[Row]:
    """Return those of the record's clocks that have not ended, a late one that is still to be met among them."""
    return [clock for clock in clocks_of(batch, record) if clock["ended_at"] is None]


def new_clock(policy: ClockPolicy, record: UUID, batch: Batch) -> Row:
    """Start a clock of a record: return its row, which is among the record's clocks from now on.

    All that start in one batch start at one moment, so their steps are worked out once.
    """
    known: dict[UUID, Row] = batch.loaded.setdefault((NAME, "started"), {})
    begun = known.get(policy.definition.id)
    if begun is None:
        begun = known[policy.definition.id] = policy.started(batch.now, batch.catalog)
    row = {"id": batch.new_id(), "record": record, **begun}
    clocks_of(batch, record).append(row)
    return row


class ClockLoader:
    """Loads and locks the clocks of the records that commands are about."""

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        seen: dict[UUID, list[Row]] = batch.loaded.setdefault(NAME, {})
        ids = {
            work.command.record
            for work in works
            if isinstance(work.command, RecordCommand) and work.command.record not in seen
        }
        if not ids:
            return
        for record in ids:
            seen[record] = []

        def receive(result: Result) -> None:
            for row in result.dicts():
                seen[row["record"]].append(row)
                if row["ended_at"] is None:
                    batch.need(row["definition"])
                if row["state"] == PAUSED:  # it may be resumed
                    for version in calendars_of(row):
                        batch.need(version)

        yield Load(_statement(batch.catalog), {"records": sorted(ids)}, receive)


class ClockReactor:
    """Runs once the owner is known, since what a clock's first rung does may depend on it."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        if not work.events:
            return
        policies = batch.catalog.on(CLOCKS, work.what.name)
        changed = work.changed()
        if work.has(DELETED):
            for clock in waiting_clocks(batch, work.row["id"]):
                yield from end(clock, CANCELLED, batch)
            return
        if not work.has(CREATED):
            for clock in waiting_clocks(batch, work.row["id"]):
                policy = batch.catalog.version(CLOCKS, clock["policy"], clock["definition"])
                if policy is not None and changed & policy.fields:
                    yield from self._judge(clock, policy, work, batch)
        for policy in policies:
            if self._starts(policy, work, batch):
                yield from self._start(policy, work, batch)

    def _starts(self, policy: ClockPolicy, work: Work, batch: Batch) -> bool:
        started = {clock["policy"] for clock in clocks_of(batch, work.row["id"])}
        assigned = work.has(ASSIGNED)
        if policy.key in started and not (assigned and policy.restart == "reassigned"):
            return False
        begins = work.has(CREATED) if policy.start == "created" else assigned
        begins = begins or (assigned and policy.restart == "reassigned" and policy.key in started)
        if not begins:
            return False
        env = batch.env(work.actor)
        if policy.when is not None and policy.when.evaluate(work.row, env) is not True:
            return False
        return policy.met is None or policy.met.evaluate(work.row, env) is not True

    def _start(self, policy: ClockPolicy, work: Work, batch: Batch) -> Iterable[Effect]:
        for clock in waiting_clocks(batch, work.row["id"]):
            if clock["policy"] == policy.key:
                yield from end(clock, CANCELLED, batch)
        yield Insert("clock", new_clock(policy, work.row["id"], batch))

    def _judge(self, clock: Row, policy: ClockPolicy, work: Work, batch: Batch) -> Iterable[Effect]:
        env = batch.env(work.actor)
        if policy.met is not None and policy.met.evaluate(work.row, env) is True:
            yield from end(clock, MET, batch)
        elif policy.cancel is not None and policy.cancel.evaluate(work.row, env) is True:
            yield from end(clock, CANCELLED, batch)


def end(clock: Row, state: str, batch: Batch) -> Iterable[Effect]:
    """End a clock. One that is met after its due time stays breached: it was late, whoever noticed first."""
    late = clock["due_at"] < (clock["paused_at"] or batch.now)
    open_ = clock["state"] in (RUNNING, PAUSED)
    values: dict[str, Any] = {"next_at": None, "ended_at": batch.now}
    if state == MET:
        values["met_at"] = batch.now
    if open_ and late:
        values["state"] = BREACHED
        yield Log(CLOCK_BREACHED, {"clock": {"policy": clock["policy"], "due_at": clock["due_at"]}})
    elif open_:
        values["state"] = state
    clock.update(values)
    yield Patch("clock", clock["id"], values)
    kind = CLOCK_MET if state == MET else CLOCK_CANCELLED
    yield Log(kind, {"clock": {"policy": clock["policy"], "due_at": clock["due_at"], "late": late}})


def _statement(catalog: Snapshot) -> Statement:
    found = catalog.statements.get(NAME)
    if found is None:
        clock = catalog.system.clock
        query = (
            sa.select(*clock.columns)
            .where(clock.c.record == sa.any_(sa.bindparam("records", type_=sa.ARRAY(sa.Uuid()))))
            .order_by(clock.c.id)
            .with_for_update(key_share=True)
        )
        found, _ = compile_statement(query, "clocks of records")
        catalog.statements[NAME] = found
    return found
