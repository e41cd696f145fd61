"""Remember which rules have run for which records, where that decides whether they run again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.engine.rules.model import RULES
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import RecordCommand
from closeloop.records.parts import Load

NAME = "rules"

Marks = dict[tuple[str, UUID], datetime]
"""When a rule ran for a record, or for which time that it was due at, by rule and record."""


def mark_of(batch: Batch, rule: str, record: UUID) -> datetime | None:
    """Return the mark of a rule on a record, None where it has not run."""
    marks: Marks = batch.loaded.get(NAME, {})
    return marks.get((rule, record))


def set_mark(batch: Batch, rule: str, record: UUID, at: datetime) -> None:
    """Take note within the batch; the row is written with the run."""
    marks: Marks = batch.loaded.setdefault(NAME, {})
    marks[rule, record] = at


class MarkLoader:
    """Loads the marks of the records that commands are about, of objects with rules that ask for them."""

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        seen: set[UUID] = batch.loaded.setdefault(("seen", NAME), set())
        records = {
            work.command.record
            for work in works
            if isinstance(work.command, RecordCommand)
            and work.command.record not in seen
            and _keeps_marks(batch.catalog, work.command.object)
        }
        if not records:
            return
        seen.update(records)
        marks: Marks = batch.loaded.setdefault(NAME, {})

        def receive(result: Result) -> None:
            for rule, record, at, occurrence in result.rows:
                marks.setdefault((rule, record), occurrence or at)

        yield Load(_statement(batch.catalog), {"records": sorted(records)}, receive)


def _keeps_marks(catalog: Snapshot, object_name: str) -> bool:
    key = ("marks", object_name)
    found = catalog.statements.get(key)
    if found is None:
        rules = catalog.on(RULES, object_name)
        found = catalog.statements[key] = any(rule.once or rule.every is not None for rule in rules)
    return found


def _statement(catalog: Snapshot) -> Statement:
    found = catalog.statements.get(NAME)
    if found is None:
        run = catalog.system.rule_run
        query = sa.select(run.c.rule, run.c.record, run.c.at, run.c.occurrence).where(
            run.c.record == sa.any_(sa.bindparam("records", type_=sa.ARRAY(sa.Uuid())))
        )
        found, _ = compile_statement(query, "marks of rules")
        catalog.statements[NAME] = found
    return found
