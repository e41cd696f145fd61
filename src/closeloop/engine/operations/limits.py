"""Limits of operations: counted under a lock that lasts to the commit, so two at once get nobody beyond one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.decide import Actor
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.engine.operations.model import OPERATIONS, Limit, Operation
from closeloop.engine.steps.commands import RunOperation
from closeloop.expr import Env
from closeloop.records.batch import Batch, Work
from closeloop.records.columns import Columns
from closeloop.records.effects import Effect, Upsert
from closeloop.records.parts import Load

NAME = "limits"
_LOCK = Statement(
    "SELECT pg_advisory_xact_lock(hashtextextended(k, 0)) FROM unnest(%s::text[]) AS k", "lock operation limits"
)

Place = tuple[str, int, UUID]
"""An operation, which of its limits, and a person."""

Counts = dict[Place, int]
"""How much is held or was done, no further than the limit."""


class LimitLoader:
    """Counts what the limits of operations ask for; the lock is the one under which policies give records out.

    Cost: one indexed read a limit and person, which stops at the limit.
    """

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        asked: dict[tuple[str, UUID], tuple[Operation, Actor]] = {}
        for work in works:
            command = work.command
            if not isinstance(command, RunOperation) or work.actor.id is None:
                continue
            operation = batch.catalog.all(OPERATIONS).get(command.operation)
            if operation is not None and operation.object == command.object and operation.limits:
                asked[operation.key, work.actor.id] = operation, work.actor
        if not asked:
            return
        schema = batch.catalog.company.schema
        yield Load(_LOCK, [sorted({f"{schema}.{one.object}" for one, _ in asked.values()})], lambda _: None)
        counts: Counts = batch.loaded.setdefault(NAME, {})
        for operation, actor in asked.values():
            for place, (statement, params) in limit_calls(operation, actor, batch.catalog, batch.env(actor)):

                def receive(result: Result, place: Place = place) -> None:
                    counts[place] = counted(result)

                yield Load(statement, params, receive)


def limit_calls(
    operation: Operation, actor: Actor, catalog: Snapshot, env: Env
) -> Iterable[tuple[Place, tuple[Statement, Mapping[str, Any]]]]:
    """Return what counts how much of each limit of an operation a person has used up."""
    for number, limit in enumerate(operation.limits):
        most = _most(limit, actor)
        if most is not None and actor.id is not None:
            yield (operation.key, number, actor.id), _count(operation, limit, most, catalog, env)


def counted(result: Result) -> int:
    """Return the count that a statement of `limit_calls` answers."""
    return result.rows[0][0] if result.rows else 0


def over_limits(operation: Operation, actor: Actor, counts: Counts) -> list[dict[str, Any]]:
    """Return the limits that leave no room for doing it once more."""
    told: list[dict[str, Any]] = []
    for number, limit in enumerate(operation.limits):
        most, person = _most(limit, actor), actor.id
        if most is not None and person is not None and counts[operation.key, number, person] >= most:
            told.append({"kind": "limit", "label": limit.label, "detail": str(most), "reads": []})
    return told


def count_once_more(operation: Operation, work: Work, batch: Batch) -> Iterable[Effect]:
    """Count what the operation has just taken, for the others of the batch, and what is done today for good."""
    counts: Counts = batch.loaded.get(NAME, {})
    person = work.actor.id
    for number, limit in enumerate(operation.limits):
        if person is None or _most(limit, work.actor) is None:
            continue
        counts[operation.key, number, person] += 1
        if limit.held is None:
            row = {"object": _done(operation), "person": person, "day": _today(batch.env(work.actor))}
            yield Upsert("daily", {**row, "given": counts[operation.key, number, person]})


def _most(limit: Limit, actor: Actor) -> int | None:
    if actor.person is None:
        return None
    return getattr(actor.person, limit.most) if isinstance(limit.most, str) else limit.most


def _done(operation: Operation) -> str:
    """Return under which name the table of daily counts holds how often an operation was done."""
    return f"{operation.object}/{operation.key}"


def _today(env: Env) -> date:
    return env.now.astimezone(env.tz).date()


def _count(
    operation: Operation, limit: Limit, most: int, catalog: Snapshot, env: Env
) -> tuple[Statement, Mapping[str, Any]]:
    if limit.held is None:
        return _given(catalog), {"object": _done(operation), "person": env.me, "day": _today(env)}
    what = catalog.object(operation.object)
    columns = Columns(catalog, what, env)
    held = sa.select(what.table.c.id).where(what.table.c.deleted_at.is_(None), limit.held.sql(columns, env))
    some = held.select_from(columns.source).limit(sa.literal(most, sa.BigInteger())).subquery()
    return compile_statement(sa.select(sa.func.count()).select_from(some), f"limit of {operation.key}")


def _given(catalog: Snapshot) -> Statement:
    found = catalog.statements.get(NAME)
    if found is None:
        daily = catalog.system.daily
        query = sa.select(daily.c.given).where(
            daily.c.object == sa.bindparam("object", type_=sa.Text()),
            daily.c.person == sa.bindparam("person", type_=sa.Uuid()),
            daily.c.day == sa.bindparam("day", type_=sa.Date()),
        )
        found, _ = compile_statement(query, "done today")
        catalog.statements[NAME] = found
    return found
