"""Give a field another type while people go on working: a second column is filled, then takes the first one's place.

From the first transaction on every process writes both columns, so that the filling never runs after the writers.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from closeloop.base.clock import Clock
from closeloop.base.errors import Conflict, FieldError
from closeloop.base.ids import new_id
from closeloop.catalog.convert import as_stored, becomes, convert
from closeloop.catalog.field_types import FIELD_TYPES
from closeloop.catalog.model import Company, Field
from closeloop.catalog.releases import move_on
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Present
from closeloop.db.connection import Row
from closeloop.db.engine import Database
from closeloop.db.naming import UNFINISHED
from closeloop.db.statement import compile_statement, insert_rows, update_rows
from closeloop.db.system_tables import SystemTables, system_tables
from closeloop.db.unit_of_work import Session
from closeloop.records.flush import dump
from closeloop.schema.apply import lock_schema, make_changes
from closeloop.schema.changes import AddColumn, Change, PurgeColumn
from closeloop.schema.shape import ColumnShape, type_text

AT_ONCE = 500
"""Rows that are converted in one transaction: a writer of one of them waits for no more than that."""
EXAMPLES = 20
LEASE = timedelta(seconds=30)
"""A conversion that has not moved for so long is taken for dead, and undone."""

Patiently = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Retype:
    """A field of an object that becomes another type."""

    object: str
    old: Field
    new: Field
    table: sa.Table

    @property
    def place(self) -> tuple[str, str]:
        return self.object, self.new.name

    @property
    def column(self) -> str:
        """The second column."""
        return UNFINISHED + self.new.name

    @property
    def column_type(self) -> TypeEngine[Any]:
        found = FIELD_TYPES[as_stored(self.new)["type"]].column()
        assert found is not None  # only fields with a column are converted
        return found

    def is_filled(self, present: Present) -> bool:
        """Tell whether the second column has the values of all rows and each write keeps it so."""
        body = as_stored(self.new)
        return any(
            (one.object, one.field) == self.place and one.body == body and one.filled for one in present.conversions
        )


class Unconverted(Exception):
    """Fields must be converted before the release that gives them another type."""

    def __init__(self, retypes: Sequence[Retype]) -> None:
        super().__init__("fields have to be converted first")
        self.retypes = retypes


@dataclass(slots=True)
class Losses:
    """How many values a field has, how many don't fit its new type, and some of those: (record, value)."""

    retype: Retype
    values: int = 0
    lost: int = 0
    examples: list[tuple[UUID, Any]] = field(default_factory=list[tuple[UUID, Any]])

    def out(self) -> dict[str, Any]:
        one = self.retype
        examples = [{"id": str(record), "value": orjson.loads(dump(value))} for record, value in self.examples]
        return {
            "object": one.object, "field": one.new.name, "from": one.old.type, "to": one.new.type,
            "values": self.values, "lost": self.lost, "examples": examples,
        }  # fmt: skip

    def error(self) -> FieldError:
        return FieldError(f"{self.retype.object}.{self.retype.new.name}", "values_lost", {"lost": self.lost})


def retypes(before: Snapshot, after: Snapshot) -> list[Retype]:
    """Return the fields that have a column in both and whose values must be converted."""
    found: list[Retype] = []
    for name, what in after.objects.items():
        old = before.objects.get(name)
        if old is None or old.definition.id == what.definition.id:
            continue
        found += [
            Retype(name, old.stored[f.name], f, old.table)
            for f in what.stored.values()
            if f.name in old.stored and becomes(old.stored[f.name], f)
        ]
    return found


async def count_losses(database: Database, retype: Retype) -> Losses:
    """Try every value. Cost: reads the whole column, AT_ONCE rows at a time."""
    losses = Losses(retype)
    values = _Values(retype)
    after = UUID(int=0)
    async with database.autocommit() as session:
        while rows := await values.behind(session, after):
            after = rows[-1][0]
            losses.values += len(rows)
            for record, _, value in rows:
                if convert(value, retype.new) is None:
                    losses.lost += 1
                    if len(losses.examples) < EXAMPLES:
                        losses.examples.append((record, value))
    return losses


async def convert_fields(
    database: Database, clock: Clock, company: Company, fields: Sequence[Retype], patiently: Patiently
) -> None:
    """Begin conversions and carry them through; killed in the middle they are undone by whoever comes by later."""
    tables = system_tables(company.schema)
    for one in fields:
        await patiently(lambda one=one: _begin(database, clock, company, tables, one))
        filling = _Filling(database, clock, tables, one)
        while not filling.done:
            await patiently(filling.go_on)


async def _begin(database: Database, clock: Clock, company: Company, tables: SystemTables, retype: Retype) -> None:
    alteration = tables.alteration
    column = ColumnShape(retype.column, type_text(retype.column_type), nullable=True)
    mine = sa.and_(alteration.c.object == retype.object, alteration.c.field == retype.new.name)
    row = {
        "id": new_id(clock),
        "object": retype.object,
        "field": retype.new.name,
        "body": as_stored(retype.new),
        "due_at": clock.now() + LEASE,
        "filled": False,
    }
    async with database.transaction() as tx:
        await lock_schema(tx, company.schema)
        under_way = await tx.fetch(*compile_statement(sa.select(alteration.c.due_at).where(mine), "conversion"))
        if under_way and under_way[0][0] > clock.now():
            raise Conflict("conversion_running", name=retype.new.name)
        changes: list[Change] = [AddColumn(retype.object, column)]
        if under_way:
            changes.insert(0, PurgeColumn(retype.object, retype.column))
            await tx.execute(*compile_statement(sa.delete(alteration).where(mine), "dead conversion"))
        await make_changes(tx, company.schema, changes)
        await tx.fetch_many([(insert_rows(alteration, list(row)), [orjson.dumps([row]).decode()]), move_on(tables)])


class _Filling:
    """Fills the second column, by id, AT_ONCE rows a transaction; a row just changed by somebody is read again."""

    def __init__(self, database: Database, clock: Clock, tables: SystemTables, retype: Retype) -> None:
        self.done = False
        self._after = UUID(int=0)
        self._database = database
        self._clock = clock
        self._retype = retype
        self._values = _Values(retype)
        second = sa.Table(
            retype.object,
            sa.MetaData(schema=retype.table.schema),
            sa.Column("id", sa.Uuid()),
            sa.Column("version", sa.BigInteger()),
            sa.Column(retype.column, retype.column_type),
        )
        self._fill = update_rows(second, [retype.column])
        table = tables.alteration
        mine = sa.update(table).where(table.c.object == retype.object, table.c.field == retype.new.name)
        due, filled = sa.bindparam("due", type_=sa.DateTime(timezone=True)), sa.bindparam("filled", type_=sa.Boolean())
        self._alive, self._mine = compile_statement(mine.values(due_at=due, filled=filled), "conversion alive")

    async def go_on(self) -> None:
        async with self._database.transaction() as tx:
            rows = await self._values.behind(tx, self._after)
            after = rows[-1][0] if rows else self._after
            while rows:
                changes = [
                    {"id": record, "expected_version": version, self._retype.column: convert(value, self._retype.new)}
                    for record, version, value in rows
                ]
                filled = {record for (record,) in await tx.fetch(self._fill, [dump(changes)])}
                missed = [record for record, _, _ in rows if record not in filled]
                rows = await self._values.of(tx, missed) if missed else []
            done = after == self._after
            await tx.commit_with([(self._alive, {**self._mine, "due": self._clock.now() + LEASE, "filled": done})])
        self.done = done
        self._after = after


async def undo(database: Database, company: Company, object_name: str, field_name: str) -> None:
    """Take a conversion back that nobody carries on: the field stays what it is."""
    tables = system_tables(company.schema)
    alteration = tables.alteration
    async with database.transaction() as tx:
        await lock_schema(tx, company.schema)
        gone = sa.delete(alteration).where(alteration.c.object == object_name, alteration.c.field == field_name)
        if await tx.execute(*compile_statement(gone, "conversion undone")):
            await make_changes(tx, company.schema, [PurgeColumn(object_name, UNFINISHED + field_name)])
            await tx.fetch_many([move_on(tables)])


class _Values:
    """Reads (id, version, value) of the records of an object that have a value in the field."""

    def __init__(self, retype: Retype) -> None:
        table = retype.table
        column = table.c[retype.old.name]
        query = sa.select(table.c.id, table.c.version, column).where(column.is_not(None))
        behind = query.where(table.c.id > sa.bindparam("after", type_=sa.Uuid())).order_by(table.c.id).limit(AT_ONCE)
        self._behind, self._limit = compile_statement(behind, f"values of {column.name}")
        among = query.where(table.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))))
        self._among, _ = compile_statement(among, f"changed values of {column.name}")

    async def behind(self, session: Session, after: UUID) -> list[Row]:
        return await session.fetch(self._behind, {**self._limit, "after": after})

    async def of(self, session: Session, records: Sequence[UUID]) -> list[Row]:
        return await session.fetch(self._among, {"ids": list(records)})
