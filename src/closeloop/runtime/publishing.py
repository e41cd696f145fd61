"""A publication that takes long as a job: fields are converted chunk by chunk, then the release is made."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa

from closeloop.access.decide import Actor
from closeloop.base.errors import Conflict, Forbidden, Invalid, NotFound
from closeloop.catalog.model import Definition
from closeloop.catalog.releases import Change, Removal
from closeloop.catalog.store import Body, Place, Present, load_versions
from closeloop.db.connection import Call
from closeloop.db.statement import compile_statement
from closeloop.db.unit_of_work import Transaction
from closeloop.records.execute import Withdrawn
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.convert import Filling, Retype, undo
from closeloop.runtime.jobs import CANCELLED, LEASE, RUNNING, Job, hold_job, person_of, save_calls, start_job
from closeloop.runtime.publish import (
    Decide,
    Order,
    Published,
    Unconverted,
    finish_publication,
    patiently,
    publish_in,
    refuse_losses,
)

KIND = "publish"
AT_ONCE = 5_000
"""Values that are converted while the one who publishes waits; more are a job."""
ALIVE = timedelta(minutes=5)
"""How long a conversion may stand still while its job waits for its turn."""


async def publish_later(runtime: CompanyRuntime, actor: Actor, needed: Unconverted, *, accept_loss: bool) -> UUID:
    """Put a publication that has been worked out into the queue, and return its job.

    What is published is settled now; the job refuses it if one of its definitions has changed by the time it begins.
    """
    order, present = needed.made.order, needed.made.present
    params = {
        "changes": [_told(one) for one in order.changes],
        "note": order.note,
        "drafts": list(order.drafts),
        "seen": [[*place, _version(present, place)] for place in sorted(_place(one) for one in order.changes)],
        "accept_loss": accept_loss,
    }
    values = 0
    async with runtime.database.autocommit() as session:
        for one in needed.retypes:
            count = sa.select(sa.func.count()).select_from(one.table).where(one.table.c[one.old.name].is_not(None))
            values += (await session.fetch(*compile_statement(count, "values to convert")))[0][0]
    return await start_job(runtime, KIND, actor, params, total=values)


class PublishJob:
    """Carries a publication out: what is converted stays so if the worker dies, and nothing is in force before all is.

    Called off or refused, its conversions are undone.
    """

    name = KIND

    async def chunks(self, runtime: CompanyRuntime, job: Job) -> AsyncGenerator[None]:
        """Give control back after each chunk of a filling; raises what publishing raises."""
        if "release" in job.cursor:
            return  # what is left of one that was cut off after its release is taken up like that of any release
        begun: list[Retype] = []
        try:
            while True:
                try:
                    made = await patiently(lambda: _release(runtime, job))
                    break
                except Unconverted as needed:
                    fields = needed.retypes
                if not job.params["accept_loss"] and not job.cursor:
                    async with _kept(runtime, job):
                        await refuse_losses(runtime.database, fields)
                for one in fields:
                    own = uuid5(job.id, ".".join(one.place))
                    filling = Filling(runtime.database, runtime.clock, runtime.company, one, own, ALIVE)
                    await patiently(filling.begin)
                    begun.append(one)
                    while not filling.done:
                        await patiently(lambda filling=filling: filling.go_on(_Moves(runtime, job)))
                        yield
        except (Conflict, Forbidden, Invalid, NotFound):
            await _undo(runtime, begun)
            raise
        except Withdrawn:
            if await _is_called_off(runtime, job):
                await _undo(runtime, begun)
            raise
        async with _kept(runtime, job):
            await finish_publication(runtime.database, runtime.company, made)


class _Moves:
    """Moves the job on with each chunk of a filling."""

    def __init__(self, runtime: CompanyRuntime, job: Job) -> None:
        self._runtime = runtime
        self._job = job
        self._rows = 0

    async def hold(self, tx: Transaction) -> None:
        await hold_job(tx, self._runtime.catalog, self._job)

    def calls(self, rows: int) -> Sequence[Call]:
        job, self._rows = self._job, rows
        cursor = {"begun": True}
        now = self._runtime.clock.now()
        return save_calls(self._runtime.catalog, job, job.step + 1, job.progress + rows, job.errors, cursor, now)

    def committed(self) -> None:
        job = self._job
        job.step, job.progress, job.cursor = job.step + 1, job.progress + self._rows, {"begun": True}


async def _release(runtime: CompanyRuntime, job: Job) -> Published:
    """Make the release, and note it with the job, in one transaction."""
    async with runtime.database.transaction() as tx:
        made = await publish_in(tx, runtime.clock, runtime.company, _decide(runtime, job), runtime.catalog)
        await hold_job(tx, runtime.catalog, job)
        cursor = {"release": made.number}
        now, step = runtime.clock.now(), job.step + 1
        await tx.commit_with(save_calls(runtime.catalog, job, step, job.progress, job.errors, cursor, now))
    job.step, job.cursor = step, cursor
    return made


def _decide(runtime: CompanyRuntime, job: Job) -> Decide:
    async def decide(tx: Transaction, present: Present) -> Order:
        params = job.params
        ids = [UUID(one["version"]) for one in params["changes"] if "version" in one]
        versions = await load_versions(tx, runtime.tables, ids)
        changes = [_read(one, versions) for one in params["changes"]]
        actor = person_of(runtime, job)
        if not all(actor.may_define(*_place(one)) for one in changes):
            raise Forbidden
        for kind, key, version in params["seen"]:
            if _version(present, (kind, key)) != version:
                raise Conflict("release_moved_on", data={"current": {"release": present.release}})
        return Order(changes, job.person, params["note"], drafts=[UUID(one) for one in params["drafts"]])

    return decide


def _told(change: Change) -> dict[str, Any]:
    """Return a change as the job's parameters hold it."""
    if isinstance(change, Definition):
        return {"version": str(change.id)}
    if isinstance(change, Removal):
        return {"remove": [change.kind, change.key]}
    return {"put": [change.kind, change.key, change.body]}


def _read(told: Mapping[str, Any], versions: Mapping[UUID, Definition]) -> Change:
    if "version" in told:
        return versions[UUID(told["version"])]
    return Removal(*told["remove"]) if "remove" in told else Body(*told["put"])


def _place(change: Change) -> Place:
    return change.kind, change.key


def _version(present: Present, place: Place) -> int | None:
    found = present.by_place.get(place)
    return found.version if found else None


@asynccontextmanager
async def _kept(runtime: CompanyRuntime, job: Job) -> AsyncGenerator[None]:
    """Keep a job for its worker while one step takes longer than a lease."""
    table = runtime.tables.job
    mine = sa.update(table).where(table.c.id == job.id, table.c.state == RUNNING, table.c.step == job.step)

    async def renew() -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            change = mine.values(lease_until=runtime.clock.now() + LEASE)
            async with runtime.database.autocommit() as session:
                await session.execute(*compile_statement(change, "job kept"))

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing


async def _is_called_off(runtime: CompanyRuntime, job: Job) -> bool:
    table = runtime.tables.job
    query = sa.select(table.c.state).where(table.c.id == job.id)
    async with runtime.database.autocommit() as session:
        found = await session.fetch_one(*compile_statement(query, "state of a job"))
    return found is not None and found[0] == CANCELLED


async def _undo(runtime: CompanyRuntime, fields: Sequence[Retype]) -> None:
    for one in fields:
        await patiently(lambda one=one: undo(runtime.database, runtime.company, *one.place))
