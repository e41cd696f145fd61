"""A bulk change with an Idempotency-Key happens once: what became of each record is kept with the change itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.base.errors import Conflict
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Call, Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.records.batch import Batch
from closeloop.records.commands import Once, RecordCommand, Submission
from closeloop.records.execute import Outcome, Withdrawn
from closeloop.records.flush import dump
from closeloop.records.parts import Load
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.jobs import Problem, problem_of


@dataclass
class Kept:
    """What one bulk change is about and what has become of it; it stands beside the change's batches.

    Its row is made first and locked, and must say what is known here. So of two requests with one key the second waits
    for the first, then is withdrawn; and what a killed one left undone, whoever repeats it does.
    """

    person: UUID
    once: Once
    records: Sequence[UUID]
    told: Mapping[UUID, Problem | None] = field(default_factory=dict[UUID, Problem | None])
    """What has been committed: why a record was refused, or None where all went well."""
    _coming: Mapping[UUID, Problem | None] = field(default_factory=dict[UUID, Problem | None])

    @property
    def left(self) -> list[UUID]:
        return [one for one in self.records if one not in self.told]

    def loads(self, batch: Batch) -> Iterable[Load]:
        def receive(result: Result) -> None:
            ((hash_, body),) = result.rows
            if hash_ != self.once.hash or len(body["told"]) != len(self.told):
                raise Withdrawn

        row = {**self._key(), "at": batch.now, "hash": self.once.hash, "body": self._body(self.told)}
        yield Load(_begin(batch.catalog), row, lambda result: None)  # noqa: ARG005 - its shape
        yield Load(_lock(batch.catalog), self._key(), receive)

    def calls(self, outcomes: Sequence[tuple[Submission, Outcome]], batch: Batch) -> Sequence[Call]:
        more: dict[UUID, Problem | None] = {}
        for submission, outcome in outcomes:
            assert isinstance(submission.command, RecordCommand)
            more[submission.command.record] = None if outcome.error is None else problem_of(outcome.error)
        self._coming = {**self.told, **more}
        return [(_go_on(batch.catalog), {**self._key(), "body": self._body(self._coming)})]

    def committed(self) -> None:
        self.told = self._coming

    def _key(self) -> dict[str, Any]:
        return {"person": self.person, "key": self.once.key}

    def _body(self, told: Mapping[UUID, Problem | None]) -> str:
        return dump({"records": self.records, "told": [[record, problem] for record, problem in told.items()]})


async def kept_before(runtime: CompanyRuntime, person: UUID, once: Once) -> Kept | None:
    """Return what an earlier request with this key has done; Conflict where that one asked for something else."""
    answer = runtime.tables.answer
    query = sa.select(answer.c.hash, answer.c.body).where(answer.c.person == person, answer.c.key == once.key)
    async with runtime.database.autocommit() as session:
        row = await session.fetch_one(*compile_statement(query, "earlier bulk change"))
    if row is None:
        return None
    if row[0] != once.hash:
        raise Conflict("idempotency_mismatch")
    told = {UUID(record): problem for record, problem in row[1]["told"]}
    return Kept(person, once, [UUID(one) for one in row[1]["records"]], told)


def _begin(catalog: Snapshot) -> Statement:
    return _statement(
        catalog,
        "begin bulk change",
        "INSERT INTO {} (person, key, at, hash, status, body)"
        " VALUES (%(person)s, %(key)s, %(at)s, %(hash)s, 200, %(body)s::jsonb) ON CONFLICT (person, key) DO NOTHING",
    )


def _lock(catalog: Snapshot) -> Statement:
    return _statement(
        catalog,
        "lock bulk change",
        "SELECT hash, body FROM {} WHERE person = %(person)s AND key = %(key)s FOR UPDATE",
    )


def _go_on(catalog: Snapshot) -> Statement:
    return _statement(
        catalog, "bulk change", "UPDATE {} SET body = %(body)s::jsonb WHERE person = %(person)s AND key = %(key)s"
    )


def _statement(catalog: Snapshot, name: str, text: str) -> Statement:
    found = catalog.statements.get(name)
    if found is None:
        answer = catalog.system.answer
        found = catalog.statements[name] = Statement(text.format(f'"{answer.schema}"."{answer.name}"'), name)
    return found
