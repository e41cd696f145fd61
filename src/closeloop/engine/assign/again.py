"""Deal a record again that nobody could take: only where it still waits, and in silence where there is still nobody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import sqlalchemy as sa

from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.engine.assign.model import POLICIES
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import RecordCommand, Values
from closeloop.records.effects import Effect, WantPlace
from closeloop.records.handlers import begin_change, require_record
from closeloop.records.parts import Load

NAME = "waiting"
ROOM_FREED = "room_freed"


@dataclass(frozen=True, slots=True)
class DealAgain(RecordCommand):
    """Ask the policies for a record that waits."""

    action: ClassVar[str] = "assign"


class WaitingLoader:
    """Finds which of the records at hand still wait, once they are locked."""

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        ids = sorted({work.command.record for work in works if isinstance(work.command, DealAgain)})
        if not ids:
            return

        def receive(result: Result) -> None:
            batch.loaded.setdefault(NAME, set[UUID]()).update(one for (one,) in result.rows)

        yield Load(_statement(batch.catalog), {"ids": ids}, receive)


class DealAgainHandler:
    """Whoever comes second finds that the record has an owner, or waits no more, and does nothing: it is dealt once."""

    def inputs(self, command: DealAgain, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:  # noqa: ARG002
        return {}, {}

    def check(self, work: Work, batch: Batch) -> None:
        require_record(work, batch)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        begin_change(work)
        row = work.row
        if row["owner"] is not None or row["id"] not in batch.loaded.get(NAME, ()):
            return
        env = batch.env(work.actor)
        if any(policy.fits(row, env) for policy in batch.catalog.on(POLICIES, work.what.name)):
            yield WantPlace("", ROOM_FREED, patient=True)


def _statement(catalog: Snapshot) -> Statement:
    found = catalog.statements.get(NAME)
    if found is None:
        waiting = catalog.system.waiting
        mine = waiting.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid())))
        found, _ = compile_statement(sa.select(waiting.c.id).where(mine, waiting.c.until.is_(None)), "still waiting")
        catalog.statements[NAME] = found
    return found
