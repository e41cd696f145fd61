"""Publish definitions: versions, releases and the tables that follow them, all in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.base.clock import Clock
from closeloop.base.errors import FieldError, Invalid, Unavailable
from closeloop.base.ids import new_id
from closeloop.catalog.model import Company, Definition
from closeloop.catalog.releases import (
    Change,
    move_on,
    newest_versions,
    next_number,
    next_release,
    release_calls,
    version_calls,
)
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Body, Conversion, Group, Pilot, Present, load_present
from closeloop.db.connection import Call
from closeloop.db.engine import Database
from closeloop.db.errors import OutOfDate
from closeloop.db.statement import compile_statement, insert_rows
from closeloop.db.system_tables import SystemTables, system_tables
from closeloop.db.unit_of_work import Transaction
from closeloop.records.flush import release_hint
from closeloop.runtime.convert import Retype, convert_fields, count_losses, has_more_than, retypes
from closeloop.runtime.fill import fill, fill_calls
from closeloop.runtime.kernel import KINDS
from closeloop.runtime.trash import restorable, trash_calls
from closeloop.schema.apply import apply, finish, lock_schema, make_plan
from closeloop.schema.plan import Adopted, Plan

T = TypeVar("T")

LATE = timedelta(minutes=5)
"""When a worker takes up what a publication has left undone: long after it would have done it itself."""

_TRIES, _PAUSE, _LONGEST_PAUSE = 40, 0.2, 1.0
"""A change that finds a table in use waits 0.4 s for it and lets the others through before it tries again."""


NOT_PILOTABLE = frozenset({"object", "options"})
"""Kinds that make tables: those are everybody's."""


def is_kernel(table: str) -> bool:
    """Tell whether a table is one of the kernel's own."""
    return table.startswith("sys_")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be published: for everyone, or for a group."""

    changes: Sequence[Change]
    by: UUID | None = None
    note: str = ""
    app: str | None = None
    offers: Sequence[Body] = ()
    """Content of the app that is stored as a version and not released, since the company has its own."""
    group: Group | None = None
    ends: frozenset[int] = frozenset()
    """Pilots that are over with this."""
    drafts: Sequence[UUID] = ()
    """Drafts that are none any more with this, by their ids: one that has been changed meanwhile has another."""


Decide = Callable[[Transaction, Present], Awaitable[Order]]
"""Says what to publish, given what is in force; nobody else can publish meanwhile."""


@dataclass(frozen=True, slots=True)
class Published:
    """A publication that has been worked out: compiled, compared with the tables, and not yet made."""

    order: Order
    present: Present
    number: int
    definitions: Sequence[Definition]
    fresh: Sequence[Definition]
    changed: Sequence[Definition]
    """The versions that the release brings, new or not."""
    catalog: Snapshot
    before: Snapshot
    plan: Plan
    retypes: Sequence[Retype]
    late: UUID | None = None
    """The note that late changes are still to be made, under which others make them if this process dies."""

    @property
    def is_new(self) -> bool:
        """Whether anybody's definitions change."""
        there = {one.id for one in self.present.definitions}
        return bool(self.order.group or self.order.ends) or {one.id for one in self.definitions} != there


class Unconverted(Exception):
    """Fields must be converted before the release that gives them another type."""

    def __init__(self, made: Published, fields: Sequence[Retype]) -> None:
        super().__init__("fields have to be converted first")
        self.made = made
        self.retypes = fields


async def publish(
    database: Database,
    clock: Clock,
    company: Company,
    decide: Decide,
    *,
    accept_loss: bool = False,
    at_hand: Snapshot | None = None,
    most: int | None = None,
) -> Published:
    """Publish what `decide` says, and return what was done. A catalog `at_hand` saves reading and compiling it again.

    Fields of another type are converted first, while people go on working; raises Invalid `values_lost` where values
    don't fit and `accept_loss` doesn't say that they may stay behind in the trash; Unconverted where more than `most`
    values are to be converted.
    """
    while True:
        try:
            made = await patiently(lambda: _in_transaction(database, clock, company, decide, at_hand))
        except Unconverted as needed:
            if most is not None and await has_more_than(database, needed.retypes, most):
                raise
            if not accept_loss:
                await refuse_losses(database, needed.retypes)
            await convert_fields(database, clock, company, needed.retypes, patiently)
            continue
        await finish_publication(database, company, made)
        return made


async def refuse_losses(database: Database, fields: Sequence[Retype]) -> None:
    """Raise Invalid `values_lost` where values don't fit the new types."""
    lossy = [loss for one in fields if (loss := await count_losses(database, one)).lost]
    if lossy:
        data = {"conversions": [loss.out() for loss in lossy]}
        lost = sum(loss.lost for loss in lossy)
        raise Invalid("values_lost", errors=[loss.error() for loss in lossy], data=data, lost=lost)


async def finish_publication(database: Database, company: Company, made: Published) -> None:
    """Do what is left once a release is in force: late changes of tables, and columns that are to be worked out."""
    if made.late is not None:
        await finish(database, company.schema, made.plan)
        await forget_late(database, company, [made.late])
    if made.is_new and made.order.group is None:
        await patiently(lambda: fill(database, made.catalog))


async def patiently(run: Callable[[], Awaitable[T]]) -> T:
    """Run a change of tables, again and again where a lock can't be had, with pauses that let the others through."""
    pause = _PAUSE
    for _ in range(_TRIES):
        try:
            return await run()
        except Unavailable as error:
            if error.code != "busy" or isinstance(error, OutOfDate):
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    return await run()


async def _in_transaction(
    database: Database, clock: Clock, company: Company, decide: Decide, at_hand: Snapshot | None
) -> Published:
    async with database.transaction() as tx:
        return await publish_in(tx, clock, company, decide, at_hand)


async def publish_in(
    tx: Transaction, clock: Clock, company: Company, decide: Decide, at_hand: Snapshot | None = None
) -> Published:
    """Publish within a transaction; what is late in the plan is still to be done after it."""
    tables = system_tables(company.schema)
    made = await work_out(tx, clock, company, decide, at_hand)
    unconverted = [one for one in made.retypes if not one.is_filled(made.present)]
    if unconverted:
        raise Unconverted(made, unconverted)
    if made.plan.late:
        made = replace(made, late=new_id(clock))
    await apply(tx, company.schema, made.plan)
    order, now = made.order, clock.now()
    calls = version_calls(tables, made.fresh, now, order.by)
    if made.is_new:
        held = made.definitions if order.group is None else made.changed
        calls += release_calls(tables, made.number, held, now=now, by=order.by, note=order.note, group=order.group)
        if order.ends:
            release = tables.release
            ended = sa.update(release).where(release.c.number.in_(order.ends)).values(ended_at=now)
            calls.append(compile_statement(ended, "pilots end"))
    if order.drafts:
        draft = tables.draft
        calls.append(compile_statement(sa.delete(draft).where(draft.c.id.in_(order.drafts)), "published drafts"))
    calls += await trash_calls(tx, tables, made.plan, made.before, clock, order.by)
    calls += _alteration_calls(tables, made, clock)
    if order.group is None:
        calls += fill_calls(made.before, made.catalog, clock, made.plan)
    if calls:
        await tx.fetch_many([*calls, move_on(tables), release_hint(made.catalog)])
    return made


async def work_out(
    tx: Transaction, clock: Clock, company: Company, decide: Decide, at_hand: Snapshot | None = None
) -> Published:
    """Work a publication out: which versions there will be, what they compile to, and what becomes of the tables.

    Compiles in a thread, so that a web process goes on answering meanwhile.
    """
    tables = system_tables(company.schema)
    await lock_schema(tx, company.schema)
    present = await load_present(tx, tables, at_hand.by_id if at_hand else None)
    order = await decide(tx, present)
    bodies = [one for one in (*order.changes, *order.offers) if isinstance(one, Body)]
    newest = await newest_versions(tx, tables, [(one.kind, one.key) for one in bodies]) if bodies else {}
    definitions, fresh = next_release(present.definitions, order.changes, clock, newest, order.app)
    _, offered = next_release([], order.offers, clock, newest, order.app)
    there = {one.id for one in present.definitions}
    changed = [one for one in definitions if one.id not in there]
    number = await next_number(tx, tables)
    before = at_hand
    if before is None or (before.release, before.conversions) != (present.release, present.conversions):
        before = await _compiled(company, present.release, present.definitions, present.conversions)
    conversions = () if order.group is None else present.conversions
    catalog = await _compiled(company, number, definitions, conversions)
    made = Published(
        order, present, number, definitions, [*fresh, *offered], changed, catalog, before, Plan((), ()), ()
    )
    if order.group is not None:
        _check_pilot(made)
        return made
    for pilot in present.pilots:
        if pilot.number not in order.ends:
            await _check_still_works(company, made, pilot)
    changing = retypes(before, catalog)
    adopted: dict[tuple[str, str | None], str] = dict(await restorable(tx, tables, before, catalog))
    adopted.update({one.place: one.column for one in changing if one.is_filled(present)})
    return replace(made, plan=await _plan(tx, company, made, adopted), retypes=changing)


async def _plan(tx: Transaction, company: Company, made: Published, adopted: Adopted) -> Plan:
    """Compare the tables of the objects that change; a company's first release brings all of them."""
    old, new = made.before.objects, made.catalog.objects
    touched = {
        name
        for name in {*old, *new}
        if name not in old or name not in new or old[name].definition.id != new[name].definition.id
    }
    touched |= {name for name in new if name in old and old[name].columns != new[name].columns}
    if not touched:
        return Plan((), ())
    tables = [what.table for name, what in new.items() if name in touched]
    return await make_plan(tx, company.schema, tables, among=touched.__contains__, adopted=adopted)


def _check_pilot(made: Published) -> None:
    """Refuse to try out what changes tables: those are everybody's."""
    kinds = {one.kind for one in made.changed} | {one.kind for one in made.order.changes if isinstance(one, Body)}
    errors = [FieldError(kind, "not_pilotable") for kind in sorted(kinds & NOT_PILOTABLE)]
    if not made.changed:
        errors.append(FieldError("items", "nothing_to_publish"))
    if errors:
        raise Invalid(errors=errors)


async def _compiled(
    company: Company, number: int, definitions: Sequence[Definition], conversions: Sequence[Conversion] = ()
) -> Snapshot:
    return await asyncio.to_thread(Snapshot, company, number, definitions, KINDS, conversions)


async def _check_still_works(company: Company, made: Published, pilot: Pilot) -> None:
    """See that what a group is trying out still compiles with what everybody will have."""
    after = Present(by_place={(one.kind, one.key): one for one in made.definitions})
    try:
        await _compiled(company, pilot.number, after.with_pilot(pilot))
    except Invalid as error:
        errors = [FieldError(f"pilot {pilot.number}: {one.field}", one.code, one.params) for one in error.errors]
        raise Invalid("bad_definition", errors=errors) from None


def _alteration_calls(tables: SystemTables, made: Published, clock: Clock) -> list[Call]:
    alteration = tables.alteration
    calls: list[Call] = []
    for one in made.retypes:
        done = sa.delete(alteration).where(alteration.c.object == one.object, alteration.c.field == one.new.name)
        calls.append(compile_statement(done, "converted"))
    if made.late is not None:
        row: dict[str, Any] = {
            "id": made.late, "object": None, "field": None, "body": None, "due_at": clock.now() + LATE,
            "filled": False,
        }  # fmt: skip
        calls.append((insert_rows(alteration, list(row)), [orjson.dumps([row]).decode()]))
    return calls


async def forget_late(database: Database, company: Company, notes: Sequence[UUID]) -> None:
    """Forget notes of late changes that have been made: those alone, for a newer release may have left others."""
    alteration = system_tables(company.schema).alteration
    gone = sa.delete(alteration).where(alteration.c.id.in_(notes))
    async with database.autocommit() as session:
        await session.execute(*compile_statement(gone, "late changes made"))


def order_of(changes: Iterable[Change], **rest: Any) -> Decide:
    """Return what decides on the same changes whatever is in force."""
    order = Order(list(changes), **rest)

    async def decide(tx: Transaction, present: Present) -> Order:  # noqa: ARG001 - Decide
        return order

    return decide
