"""Finish or undo what a change of tables has left behind when its process died, and say where tables have drifted."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from closeloop.base.clock import Clock
from closeloop.catalog.model import Company
from closeloop.catalog.object_type import FORMS
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Present, load_present
from closeloop.db.claims import claim_statement
from closeloop.db.engine import Database
from closeloop.db.naming import UNFINISHED
from closeloop.db.statement import compile_statement
from closeloop.db.system_tables import system_tables
from closeloop.db.unit_of_work import Session
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.convert import undo
from closeloop.runtime.fill import fill, fill_calls, forms_calls
from closeloop.runtime.kernel import KINDS
from closeloop.runtime.publish import forget_late, is_kernel, patiently
from closeloop.schema.apply import apply, finish, lock_schema, make_plan
from closeloop.schema.drift import drift
from closeloop.schema.introspect import present_shape
from closeloop.schema.plan import Plan
from closeloop.schema.shape import SchemaShape, wanted_shape

LEASE = timedelta(minutes=5)
"""How long others leave alone what one process is mending: an index on a large table takes its time."""

_log = structlog.stdlib.get_logger()


async def mend_due(runtime: CompanyRuntime) -> int:
    """Take up what is due: late changes are made, conversions undone, columns filled; returns how many there were."""
    statements = runtime.catalog.statements
    claim = statements.get("due alterations")
    if claim is None:
        claim = claim_statement(runtime.tables.alteration, "due_at", ("id", "object", "field"), "due alterations")
        statements["due alterations"] = claim
    now = runtime.clock.now()
    unfilled = statements.get("unfilled")
    if unfilled is None:
        query = sa.select(runtime.tables.fill.c.id).limit(sa.literal_column("1"))
        unfilled, _ = compile_statement(query, "unfilled")
        statements["unfilled"] = unfilled
    async with runtime.database.transaction() as tx:
        claimed, left = await tx.fetch_many([(claim, {"now": now, "lease": now + LEASE, "most": 10}), (unfilled, ())])
        due: list[tuple[UUID, str | None, str | None]] = [(row[0], row[1], row[2]) for row in claimed.rows]
    if left.rows:
        await patiently(lambda: fill(runtime.database, runtime.catalog))
    for _, object_name, field_name in due:
        if object_name is not None and field_name is not None:
            _log.warning("a conversion has died and is undone", company=runtime.company.key, field=field_name)
            await patiently(lambda o=object_name, f=field_name: undo(runtime.database, runtime.company, o, f))
    if any(object_name is None for _, object_name, _ in due):
        await mend_tables(runtime.database, runtime.company, runtime.clock)
    return len(due)


async def mend_tables(database: Database, company: Company, clock: Clock) -> None:
    """Make the objects' tables what the definitions say, such as an index whose building was cut off.

    Columns that a newer kernel adds are noted to be filled.
    """

    async def compare_and_apply() -> None:
        nonlocal planned, notes
        async with database.transaction() as tx:
            await lock_schema(tx, company.schema)
            notes = [row[0] for row in await tx.fetch(*compile_statement(noted, "notes of late changes"))]
            present = await load_present(tx, tables)
            catalog = _catalog(company, present)
            wanted = _objects(catalog)
            planned = await make_plan(tx, company.schema, wanted, among=lambda name: not is_kernel(name))
            await apply(tx, company.schema, planned)
            calls = fill_calls(catalog, catalog, clock, planned)
            if calls:
                await tx.fetch_many(calls)

    tables = system_tables(company.schema)
    noted = sa.select(tables.alteration.c.id).where(tables.alteration.c.object.is_(None))
    planned: Plan | None = None
    notes: list[UUID] = []
    await patiently(compare_and_apply)
    if planned is not None:
        await finish(database, company.schema, planned)
    if notes:
        await forget_late(database, company, notes)


async def renew_forms(database: Database, clock: Clock, company: Company) -> None:
    """Make the normal forms anew where they were made by the rules of an older version; else this is a look."""
    state = system_tables(company.schema).state
    async with database.transaction() as tx:
        await lock_schema(tx, company.schema)
        (forms,) = (await tx.fetch(*compile_statement(sa.select(state.c.forms).where(state.c.id == 1), "forms")))[0]
        if forms >= FORMS:
            return
        present = await load_present(tx, system_tables(company.schema))
        catalog = Snapshot(company, present.release, present.definitions, KINDS)
        made = sa.update(state).where(state.c.id == 1).values(forms=FORMS)
        await tx.fetch_many([*forms_calls(catalog, clock), compile_statement(made, "forms made")])
    await patiently(lambda: fill(database, catalog))


async def drift_of(database: Database, company: Company) -> list[str]:
    """Return each difference between what the definitions say and what the database has; changes nothing."""
    tables = system_tables(company.schema)
    async with database.autocommit() as session:
        there = await present_shape(session, company.schema)
        kernel = wanted_shape(tables.all())
        found = drift(SchemaShape({n: t for n, t in there.tables.items() if is_kernel(n)}), kernel)
        if found:  # what the definitions are can't be read for certain
            return found
        present = await load_present(session, tables)
        wanted = wanted_shape([*tables.all(), *_objects(_catalog(company, present))])
        return [*drift(there, wanted), *await _lost(session, company, present, there)]


def _catalog(company: Company, present: Present) -> Snapshot:
    return Snapshot(company, present.release, present.definitions, KINDS)


def _objects(catalog: Snapshot) -> list[sa.Table]:
    return [what.table for what in catalog.objects.values()]


async def _lost(session: Session, company: Company, present: Present, there: SchemaShape) -> list[str]:
    """Return hidden columns that no conversion fills, columns that one should fill, and trash that isn't there."""
    trash = system_tables(company.schema).trash
    rows = await session.fetch(*compile_statement(sa.select(trash.c.object, trash.c.field, trash.c.name), "trash"))
    filled = {(one.object, UNFINISHED + one.field) for one in present.conversions}
    hidden = {(name, column) for name, table in there.tables.items() for column in table.hidden}
    lost = [f"{name}.{column}: left behind by a conversion" for name, column in sorted(hidden - filled)
            if column.startswith(UNFINISHED)]  # fmt: skip
    lost += [f"{name}.{column}: missing, a conversion fills it" for name, column in sorted(filled - hidden)]
    for name, field, kept in rows:
        gone = (name, kept) not in hidden if field is not None and name in there.tables else False
        if gone or (field is None and kept not in there.hidden):
            lost.append(f"{name}.{field or ''}: not in the trash, where it should be".replace(".:", ":"))
    return lost
