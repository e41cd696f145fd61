"""Import a table: rows become creates and updates of the one write path, a chunk at a time."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from closeloop.access.decide import Actor
from closeloop.access.org import Org
from closeloop.access.sight import Sight
from closeloop.base.errors import FieldError, Forbidden, Invalid
from closeloop.catalog.field_types import Coercion, abilities, type_for
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.connect.cells import read_cell
from closeloop.connect.file_types import TEXT, XLSX
from closeloop.connect.mapping import Column
from closeloop.connect.tables import Layout, Rows, TableRow, normalise
from closeloop.expr import Value
from closeloop.records.coerce import coerce_value, missing
from closeloop.records.commands import AssignRecord, Command, CreateRecord, Submission, UpdateRecord
from closeloop.records.query import Reader
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.files import Files, StoredFile
from closeloop.runtime.jobs import Item, Job, person_of, run_items

MODES = ("create", "update", "upsert")
DUPLICATES = ("join", "skip", "error")
EMPTY = ("keep", "clear")
CHUNK = 600
"""Rows of one transaction: for as long as it takes to write them, 0.2 s, other records wait for their owners."""
LASTS = timedelta(days=7)
"""How long a file that was sent for an import is kept."""
_REMEMBERED = 50_000
"""Texts whose records are remembered, for each field that relations are looked up by."""


def importable(sight: Sight) -> dict[str, Field]:
    """Return the fields that a table may fill for the one whose sight it is."""
    what = sight.what
    fields = {
        name: one
        for name, one in what.own_fields.items()
        if not one.readonly and sight.writable(name) and name in what.columns and abilities(one).imported
    }
    return {**fields, "owner": what.fields["owner"]}


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of each row. `key` is the field by which a record that is there is found."""

    object: str
    columns: tuple[Column, ...]
    mode: str = "create"
    key: str | None = None
    duplicates: str = "join"
    empty: str = "keep"

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> "Plan":
        columns = tuple(Column(**one) for one in params["columns"])
        return cls(params["object"], columns, params["mode"], params["key"], params["duplicates"], params["empty"])

    def check(self, what: ObjectType, catalog: Snapshot, actor: Actor) -> None:
        """Refuse what could become of no row at all; raises Invalid, or Forbidden where the actor may not create."""
        if self.mode != "update" and not actor.may_create(what.name):
            raise Forbidden
        mapped = {column.field for column in self.columns if column.field}
        errors = [] if mapped else [FieldError("mapping", "nothing_mapped")]
        if self.mode != "create" and (self.key is None or self.key not in mapped):
            errors.append(FieldError("key", "required"))
        for column in self.columns:
            target = _target(what, column, catalog)
            if column.field and column.by is not None and (target is None or column.by not in target.columns):
                errors.append(FieldError(f"mapping.{column.header}.by", "unknown_field", {"name": column.by}))
        if errors:
            raise Invalid(errors=errors)


def _target(what: ObjectType, column: Column, catalog: Snapshot) -> ObjectType | None:
    name = what.fields[column.field].object if column.field else None
    return catalog.objects.get(name) if name else None


@dataclass(slots=True)
class RowRead:
    """A row as far as it can be understood by itself: values for fields, and what is wrong with it."""

    row: TableRow
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    errors: list[FieldError] = field(default_factory=list[FieldError])
    lookups: list[tuple[str, str, str, Value]] = field(default_factory=list[tuple[str, str, str, Value]])
    """(field, object, field of that object, value) of each relation that is told by a text."""
    key: Value = None


class RowReader:
    """Reads rows after a plan. What needs no database is done by `read`, the rest for many rows at once."""

    def __init__(self, plan: Plan, what: ObjectType, catalog: Snapshot, org: Org) -> None:
        self._plan = plan
        self._what = what
        self._catalog = catalog
        self._org = org
        self._known: dict[tuple[str, str], dict[Value, list[UUID]]] = {}

    def read(self, rows: Sequence[TableRow]) -> list[RowRead]:
        """Turn cells into what fields take."""
        return [self._read(row) for row in rows]

    def think_ahead(self, reads: Sequence[RowRead]) -> None:
        """Work out what a write will want to know of the texts that have been read."""
        for read in reads:
            self._what.think_ahead(read.values)

    def _read(self, row: TableRow) -> RowRead:
        read = RowRead(row)
        zone, columns = self._catalog.zone, self._plan.columns
        if len(row.cells) > len(columns):
            read.errors.append(FieldError("", "too_many_cells"))
        for column, text in zip(columns, row.cells, strict=False):
            if column.field is None:
                continue
            one = self._what.fields[column.field]
            try:
                value = read_cell(text, one, zone, self._org, column.order)
                target = _target(self._what, column, self._catalog)
                if target is not None and value is not None:
                    self._wish(read, one, column, target, value)
                else:
                    read.values[one.name] = value
                if one.name == self._plan.key and value is not None:
                    read.key = _comparable(self._what, one, value)
            except Coercion as problem:
                read.errors.append(FieldError(one.name, problem.code, problem.params))
        return read

    def _wish(self, read: RowRead, one: Field, column: Column, target: ObjectType, text: str) -> None:
        """Note that a relation is to be looked up; an id needs no look."""
        try:
            read.values[one.name] = UUID(text)
        except ValueError:
            by = target.fields[column.by or target.title]
            value = _comparable(target, by, read_cell(text, by, self._catalog.zone, self._org, column.order))
            read.lookups.append((one.name, target.name, by.name, value))

    async def resolve(self, reads: Sequence[RowRead], runtime: CompanyRuntime, reader: Reader) -> None:
        """Look up the records that relations name, one statement for each field that they are looked up by."""
        wanted: dict[tuple[str, str], dict[Value, None]] = {}
        for read in reads:
            for _, target, by, value in read.lookups:
                if value not in self._known.setdefault((target, by), {}):
                    wanted.setdefault((target, by), {})[value] = None
        if wanted:
            async with runtime.database.autocommit() as session:
                for (target, by), values in wanted.items():
                    known = self._known[target, by]
                    if len(known) > _REMEMBERED:
                        known.clear()
                    known.update((value, []) for value in values)
                    for value, record in await reader.ids_by(session, self._catalog.object(target), by, list(values)):
                        known[value].append(record)
        for read in reads:
            for name, target, by, value in read.lookups:
                found = self._known[target, by].get(value, [])
                if len(found) == 1:
                    read.values[name] = found[0]
                elif found:
                    read.errors.append(FieldError(name, "ambiguous", {"count": len(found)}))
                else:
                    read.errors.append(FieldError(name, "not_found_by", {"value": str(value)}))

    async def present_ids(
        self, reads: Sequence[RowRead], runtime: CompanyRuntime, reader: Reader
    ) -> dict[Value, list[UUID]]:
        """Return the records that are there under the keys of the rows."""
        if self._plan.key is None:
            return {}
        found: dict[Value, list[UUID]] = {read.key: [] for read in reads if read.key is not None}
        async with runtime.database.autocommit() as session:
            for value, record in await reader.ids_by(session, self._what, self._plan.key, list(found)):
                found[value].append(record)
        return found

    def commands(self, read: RowRead, found: Mapping[Value, list[UUID]]) -> list[Command]:
        """Return what is asked of the write path for a row; raises Invalid."""
        plan, name = self._plan, self._what.name
        errors = list(read.errors)
        ids = found.get(read.key, []) if read.key is not None else []
        if plan.mode != "create" and plan.key is not None:
            if read.key is None and not any(error.field == plan.key for error in errors):
                errors.append(FieldError(plan.key, "required"))
            if len(ids) > 1:
                errors.append(FieldError(plan.key, "ambiguous", {"count": len(ids)}))
            if not ids and plan.mode == "update" and read.key is not None:
                errors.append(FieldError(plan.key, "not_found_by", {"value": str(read.key)}))
        if errors:
            raise Invalid(errors=errors)
        values = {n: v for n, v in read.values.items() if v is not None or (ids and plan.empty == "clear")}
        values.pop("id", None)
        if not ids:
            return [CreateRecord(name, values, joins=plan.duplicates == "join")]
        values.pop(plan.key or "", None)
        owner = values.pop("owner", None)
        commands: list[Command] = [UpdateRecord(name, ids[0], values=values)]
        if owner is not None:
            commands.append(AssignRecord(name, ids[0], person=owner))
        return commands

    def checked(self, read: RowRead, fields: Mapping[str, Field]) -> dict[str, Value]:
        """Return a row's typed values, adding what is wrong with them to the row's errors; for a dry run."""
        values: dict[str, Value] = {}
        for name, raw in read.values.items():
            try:
                values[name] = coerce_value(raw, fields[name], self._org)
            except Coercion as problem:
                read.errors.append(FieldError(name, problem.code, problem.params))
        if self._plan.mode == "create":
            wrong = {error.field for error in read.errors}
            required = {name: one for name, one in fields.items() if name not in wrong}
            read.errors += missing({**dict.fromkeys(required), **values}, required)
        return values


def _comparable(what: ObjectType, one: Field, raw: Any) -> Value:
    """Return a value as it is compared: in its normal form where the object keeps those, typed else."""
    kind = type_for(one)
    value = kind.coerce(raw, one) if raw is not None else None
    return kind.normal(value) if f"sys_norm_{one.name}" in what.normed else value


def runs(reads: Sequence[RowRead]) -> Iterator[list[RowRead]]:
    """Cut rows where a key comes again: the second one must find what the first has made."""
    run: list[RowRead] = []
    keys: set[Value] = set()
    for read in reads:
        if read.key is not None and read.key in keys:
            yield run
            run, keys = [], set()
        run.append(read)
        keys.add(read.key)
    if run:
        yield run


def is_xlsx(stored: StoredFile) -> bool:
    """Tell which kind of table a file is; raises Invalid where it is none."""
    if stored.type not in (TEXT, XLSX):
        raise Invalid(errors=[FieldError("file", "unknown_file_type")])
    return stored.type == XLSX


@asynccontextmanager
async def fetched(files: Files, runtime: CompanyRuntime, file_id: UUID) -> AsyncGenerator[Path]:
    """Give a folder of this machine for a while, in which the file `source` is the stored one."""
    with TemporaryDirectory(prefix="closeloop-") as folder:
        await files.fetch(runtime, file_id, Path(folder) / "source")
        yield Path(folder)


class ImportJob:
    """Rows of a stored table, in their order; the cursor is the byte behind the last row of the plain form."""

    name = "import"

    def __init__(self, files: Files) -> None:
        self._files = files

    async def chunks(self, runtime: CompanyRuntime, job: Job) -> AsyncGenerator[None]:
        plan = Plan.of(job.params)
        layout = Layout(**job.params["layout"])
        benign = frozenset({"duplicate"}) if plan.duplicates == "skip" else frozenset[str]()
        async with fetched(self._files, runtime, UUID(job.params["file"])) as folder:
            table = folder / "table.csv"
            await asyncio.to_thread(normalise, folder / "source", layout, table)
            rows = Rows(table, job.cursor.get("at", 0))
            try:
                chunk = _Chunk(plan, runtime, rows, job)
                reads = await asyncio.to_thread(chunk.next)
                while reads:
                    ahead = asyncio.create_task(asyncio.to_thread(chunk.next))
                    try:
                        for run in runs(reads):
                            await run_items(runtime, job, await chunk.items(run), benign)
                    finally:
                        reads = await ahead
                    yield
            finally:
                rows.close()


class _Chunk:
    """Reads one chunk while the one before it is being written."""

    def __init__(self, plan: Plan, runtime: CompanyRuntime, rows: Rows, job: Job) -> None:
        self._job = job
        self._plan = plan
        self._runtime = runtime
        self._rows = rows
        self._read_by = (-1, -1)
        self._reader: RowReader | None = None

    def next(self) -> list[RowRead]:
        """Take and read the next rows, and think about their texts; runs in a thread."""
        reader = self._row_reader()
        reads = reader.read(self._rows.take(CHUNK))
        reader.think_ahead(reads)
        return reads

    def _row_reader(self) -> RowReader:
        catalog, org = self._runtime.catalog_for(person_of(self._runtime, self._job)), self._runtime.org
        if self._reader is None or self._read_by != (self._runtime.revision, org.version):
            self._read_by = (self._runtime.revision, org.version)
            self._reader = RowReader(self._plan, catalog.object(self._plan.object), catalog, org)
        return self._reader

    async def items(self, reads: Sequence[RowRead]) -> list[Item]:
        """Return the items of rows that have been read."""
        runtime = self._runtime
        actor = person_of(runtime, self._job)
        catalog = runtime.catalog_for(actor)
        reader = Reader(catalog, actor, actor.env(runtime.clock.now(), catalog))
        rows = self._row_reader()
        await rows.resolve(reads, runtime, reader)
        found = await rows.present_ids(reads, runtime, reader)
        return [_item(read, rows, found, actor) for read in reads]


def _item(read: RowRead, rows: RowReader, found: Mapping[Value, list[UUID]], actor: Actor) -> Item:
    row = read.row
    error: Exception | None = None
    submissions: Iterable[Submission] = ()
    try:
        submissions = [Submission(command, actor, gathered=True) for command in rows.commands(read, found)]
    except Invalid as problem:
        error = problem
    return Item(row.number, row.behind, tuple(submissions), error, source=row.cells)
