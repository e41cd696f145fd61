"""Carry out a plan: what needs the tables to itself in one transaction, the rest after it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from closeloop.base.errors import Conflict
from closeloop.db.connection import Call
from closeloop.db.engine import Database
from closeloop.db.gate import close_gate
from closeloop.db.locks import LATE_CHANGES, alone
from closeloop.db.statement import Statement
from closeloop.db.unit_of_work import Session, Transaction
from closeloop.schema.changes import BuildIndex, Change, quoted
from closeloop.schema.introspect import present_shape
from closeloop.schema.plan import Adopted, Plan, plan
from closeloop.schema.shape import wanted_shape

LOCK_SECONDS = 0.4
"""How long a change waits for what is under way, and so at most how long others wait behind it: first for the
batches, then for whoever still reads the table."""

_LOCK_SCHEMA = Statement("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", "lock a schema's plan")
_BUILT = Statement(
    """SELECT i.indisvalid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    WHERE x.relname = %s
        AND x.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s)""",
    "whether an index is built",
)


class UnsafePlan(Conflict):
    """The tables that are there can't become the wanted ones by safe changes; `problems` says why."""

    code = "unsafe_plan"

    def __init__(self, problems: Iterable[object]) -> None:
        super().__init__(problems=[str(problem) for problem in problems])


async def create_schema(tx: Transaction, schema: str) -> None:
    """Create a company's schema, kept on one node where the database is a Citus cluster."""
    await tx.fetch_many(
        [_once("SET LOCAL citus.enable_schema_based_sharding = on"), _once(f"CREATE SCHEMA {quoted(schema)}")]
    )


async def lock_schema(tx: Transaction, schema: str) -> None:
    """Keep everybody else from changing the schema or its definitions until the transaction ends."""
    await tx.execute(_LOCK_SCHEMA, [schema])


async def make_plan(
    tx: Transaction,
    schema: str,
    tables: Iterable[sa.Table],
    *,
    among: Callable[[str], bool] | None = None,
    adopted: Adopted | None = None,
) -> Plan:
    """Compare the tables with those that are there; until the transaction ends nobody else can.

    `among` says of a table's name whether the comparison is about it: what isn't wanted and not among is left alone.
    """
    await lock_schema(tx, schema)
    there = await present_shape(tx, schema)
    if among is not None:
        there = replace(there, tables={name: table for name, table in there.tables.items() if among(name)})
    return plan(there, wanted_shape(tables), adopted)


async def apply(tx: Transaction, schema: str, planned: Plan) -> None:
    """Make the changes that belong in a transaction."""
    if planned.problems:
        raise UnsafePlan(planned.problems)
    await make_changes(tx, schema, planned.now)


async def make_changes(tx: Transaction, schema: str, changes: Sequence[Change]) -> None:
    """Make changes while no batch is under way.

    A lock that can't be had in time raises an Unavailable which db.errors.retrying runs again.
    """
    calls = [_once(sql) for change in changes for sql in change.sql(schema)]
    if calls:
        await tx.fetch_many([_once(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"), close_gate(schema), *calls])


async def finish(db: Database, schema: str, planned: Plan) -> None:
    """Make the late changes, each by itself; killed half-way it is done again from a new plan.

    Another process that has the same to do waits, and then finds the indexes there.
    """
    if not planned.late:
        return
    async with db.autocommit() as session, alone(session, schema, LATE_CHANGES):
        for change in planned.late:
            if isinstance(change, BuildIndex) and await _is_built(session, schema, change.index.name):
                continue
            for sql in change.sql(schema):
                await session.fetch_many([_once(sql)])


async def _is_built(session: Session, schema: str, index: str) -> bool:
    """Tell whether the index is there; what a killed build has left, kept up to date and never used, is dropped."""
    there = await session.fetch(_BUILT, [index, schema])
    if there and not there[0][0]:
        await session.fetch_many([_once(f"DROP INDEX CONCURRENTLY {quoted(schema, index)}")])
        return False
    return bool(there)


def _once(sql: str) -> Call:
    return Statement(sql.replace("%", "%%"), "schema change", prepared=False), ()
