"""Carry out a plan: what needs the tables to itself in one transaction, the rest after it."""

from collections.abc import Iterable

import sqlalchemy as sa

from closeloop.base.errors import Conflict
from closeloop.db.connection import Call
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.db.unit_of_work import Session, Transaction
from closeloop.schema.changes import BuildIndex, quoted
from closeloop.schema.introspect import present_shape
from closeloop.schema.plan import Plan, plan
from closeloop.schema.shape import wanted_shape

LOCK_SECONDS = 3

_LOCK_SCHEMA = Statement("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", "lock a schema's plan")
_LEFT_INVALID = Statement(
    """SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    WHERE x.relname = %s AND NOT i.indisvalid
        AND x.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s)""",
    "index left invalid",
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


async def make_plan(tx: Transaction, schema: str, tables: Iterable[sa.Table]) -> Plan:
    """Compare the tables with those that are there; until the transaction ends nobody else can."""
    await tx.execute(_LOCK_SCHEMA, [schema])
    return plan(await present_shape(tx, schema), wanted_shape(tables))


async def apply(tx: Transaction, schema: str, planned: Plan) -> None:
    """Make the changes that belong in a transaction.

    A lock that can't be had in time raises an Unavailable which db.errors.retrying runs again.
    """
    if planned.problems:
        raise UnsafePlan(planned.problems)
    changes = [_once(sql) for change in planned.now for sql in change.sql(schema)]
    if changes:
        await tx.fetch_many([_once(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"), *changes])


async def finish(db: Database, schema: str, planned: Plan) -> None:
    """Make the late changes, each by itself; killed half-way it is done again from a new plan."""
    async with db.autocommit() as session:
        for change in planned.late:
            if isinstance(change, BuildIndex):
                await _drop_if_invalid(session, schema, change.index.name)
            for sql in change.sql(schema):
                await session.fetch_many([_once(sql)])


async def _drop_if_invalid(session: Session, schema: str, index: str) -> None:
    """A build that was killed leaves an index that is kept up to date and never used."""
    if await session.fetch(_LEFT_INVALID, [index, schema]):
        await session.fetch_many([_once(f"DROP INDEX CONCURRENTLY {quoted(schema, index)}")])


def _once(sql: str) -> Call:
    return Statement(sql.replace("%", "%%"), "schema change", prepared=False), ()
