"""Make a write with an Idempotency-Key happen once: the first answer is kept with the write itself."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from closeloop.access.sight import sight_of
from closeloop.base.errors import Conflict
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.records.batch import Batch, Work
from closeloop.records.effects import Effect, Insert
from closeloop.records.parts import Load
from closeloop.records.present import present

NAME = "answers"


class AnswerLoader:
    """Finds earlier answers under the same person and key."""

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        keyed = {
            (work.actor.id, work.submission.once.key): work
            for work in works
            if work.submission.once is not None and work.actor.id is not None and work.depth == 0
        }
        if not keyed:
            return

        def receive(result: Result) -> None:
            for person, key, hash_, body in result.rows:
                work = keyed.get((person, key))
                if work is not None and work.submission.once is not None:
                    same = work.submission.once.hash == hash_
                    work.answer = body if same else Conflict("idempotency_mismatch")

        people = sorted({person for person, _ in keyed})
        yield Load(_statement(batch.catalog), {"people": people, "keys": [key for _, key in keyed]}, receive)


class AnswerKeeper:
    """Keeps the answer of a command that came through; two at once collide on the key and one of them starts again."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        once = work.submission.once
        if once is None or work.actor.id is None:
            return
        sight = sight_of(batch.catalog, work.what, work.actor)
        yield Insert(
            "answer",
            {
                "person": work.actor.id,
                "key": once.key,
                "at": batch.now,
                "hash": once.hash,
                "status": 200,
                "body": present(work.what, work.row, batch.org, sight.fields),
            },
        )


def _statement(catalog: Snapshot) -> Statement:
    found = catalog.statements.get(NAME)
    if found is None:
        answer = catalog.system.answer
        query = sa.select(answer.c.person, answer.c.key, answer.c.hash, answer.c.body).where(
            answer.c.person == sa.any_(sa.bindparam("people", type_=sa.ARRAY(sa.Uuid()))),
            answer.c.key == sa.any_(sa.bindparam("keys", type_=sa.ARRAY(sa.Text()))),
        )
        found, _ = compile_statement(query, "earlier answers")
        catalog.statements[NAME] = found
    return found
