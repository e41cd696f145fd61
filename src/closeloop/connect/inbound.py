"""Keep every inbound payload with its key and answer, in the same transaction as the record it became."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.base.errors import Conflict
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.records.batch import Batch, Work
from closeloop.records.effects import Effect, Upsert
from closeloop.records.parts import Load

NAME = "intake"
DONE, REFUSED, KEPT = "done", "refused", "kept"
"""Became or joined a record; was no contact at all; waits because processing failed."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a payload."""

    intake: UUID
    state: str
    object: str | None
    record: UUID | None
    duplicate_of: UUID | None
    problem: Any = None


class IntakeLoader:
    """Finds payloads that came in before under the same channel and key."""

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        keyed: dict[tuple[str, str], list[Work]] = {}
        for work in works:
            inbound = work.submission.inbound
            if inbound is not None and inbound.key is not None and work.depth == 0:
                keyed.setdefault((inbound.channel, inbound.key), []).append(work)
        if not keyed:
            return

        def receive(result: Result) -> None:
            for channel, key, hash_, *rest in result.rows:
                for work in keyed.get((channel, key), ()):
                    inbound = work.submission.inbound
                    same = inbound is not None and inbound.hash == hash_
                    taken_up = inbound is not None and (inbound.intake, KEPT) == (rest[0], rest[1])
                    if not taken_up:  # a kept payload is processed again under its own id
                        work.answer = Receipt(*rest) if same else Conflict("idempotency_mismatch")

        channels, keys = zip(*keyed, strict=True)
        yield Load(_statement(batch.catalog), {"channels": list(channels), "keys": list(keys)}, receive)


class IntakeKeeper:
    """Writes the payload's row once its record has come through."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        inbound = work.submission.inbound
        if inbound is None:
            return
        yield Upsert(  # a payload that was kept before has a row already
            NAME,
            {
                "id": inbound.intake,
                "at": batch.now,
                "channel": inbound.channel,
                "key": inbound.key,
                "hash": inbound.hash,
                "payload": inbound.payload,
                "state": DONE,
                "object": work.what.name,
                "record": work.row["id"],
                "duplicate_of": work.joined,
                "problem": None,
                "retry_at": None,
                "attempts": 1,
            },
        )


def _statement(catalog: Snapshot) -> Statement:
    found = catalog.statements.get(NAME)
    if found is None:
        intake = catalog.system.intake
        query = sa.select(
            intake.c.channel,
            intake.c.key,
            intake.c.hash,
            intake.c.id,
            intake.c.state,
            intake.c.object,
            intake.c.record,
            intake.c.duplicate_of,
            intake.c.problem,
        ).where(
            intake.c.channel == sa.any_(sa.bindparam("channels", type_=sa.ARRAY(sa.Text()))),
            intake.c.key == sa.any_(sa.bindparam("keys", type_=sa.ARRAY(sa.Text()))),
        )
        found, _ = compile_statement(query, "earlier intakes")
        catalog.statements[NAME] = found
    return found
