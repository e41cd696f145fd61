"""What an import would do, before it does: how the file is read, which column is which field, what is wrong."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from closeloop.access.decide import Actor
from closeloop.access.sight import Sight
from closeloop.base.messages import message
from closeloop.catalog.model import text_of
from closeloop.connect.mapping import Column, guess, read_mapping
from closeloop.connect.tables import Layout, Rows, TableRow, detect, normalise
from closeloop.records.query import Reader
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.files import Files, StoredFile, file_out
from closeloop.runtime.importing import Plan, RowRead, RowReader, fetched, importable, is_xlsx

CHECKED = 1000
"""Rows that a dry run looks at."""
_SHOWN = 20
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that is understood: what an import of it would be told, and its first rows."""

    stored: StoredFile
    layout: Layout
    header: Sequence[str]
    total: int
    plan: Plan
    rows: Sequence[TableRow]

    def params(self) -> dict[str, Any]:
        """Return the parameters of the job."""
        return {
            "object": self.plan.object,
            "file": str(self.stored.id),
            "sha256": self.stored.sha256,
            "name": self.stored.name,
            "header": list(self.header),
            "layout": self.layout.out(),
            "columns": [column.out() for column in self.plan.columns],
            "mode": self.plan.mode,
            "key": self.plan.key,
            "duplicates": self.plan.duplicates,
            "empty": self.plan.empty,
        }


async def prepare(
    files: Files,
    runtime: CompanyRuntime,
    sight: Sight,
    stored: StoredFile,
    asked: Mapping[str, Any],
    mapping: Any,
) -> Prepared:
    """Read a stored table's layout and first rows and map its columns; raises Invalid naming what is wrong."""
    xlsx = is_xlsx(stored)
    async with fetched(files, runtime, stored.id) as folder:
        layout, header, total, rows = await asyncio.to_thread(_look, folder, xlsx, dict(asked))
    fields = importable(sight)
    if asked.get("key") == "id":
        fields["id"] = sight.what.fields["id"]
    zone, samples = ZoneInfo(runtime.company.time_zone), [row.cells for row in rows]
    guessed = await asyncio.to_thread(guess, header, samples, fields, zone, runtime.org)
    columns = read_mapping(mapping, guessed, fields)
    plan = Plan(
        sight.what.name,
        tuple(columns),
        asked.get("mode", "create"),
        asked.get("key"),
        asked.get("duplicates", "join"),
        asked.get("empty", "keep"),
    )
    return Prepared(stored, layout, header, total, plan, rows)


def _look(folder: Path, xlsx: bool, asked: dict[str, Any]) -> tuple[Layout, list[str], int, list[TableRow]]:
    layout = detect(folder / "source", is_xlsx=xlsx, asked=asked)
    table = folder / "table.csv"
    total = normalise(folder / "source", layout, table)
    rows = Rows(table)
    try:
        return layout, rows.header, total, rows.take(CHECKED)
    finally:
        rows.close()


async def preview(
    prepared: Prepared, runtime: CompanyRuntime, sight: Sight, actor: Actor, reader: Reader, locale: str
) -> dict[str, Any]:
    """Return what a dry run answers; nothing is changed. Cells are read in a thread: there may be half a million."""
    fields = importable(sight)
    rows = RowReader(prepared.plan, sight.what, runtime.catalog_for(actor), runtime.org)
    reads = await asyncio.to_thread(rows.read, prepared.rows)
    await rows.resolve(reads, runtime, reader)
    values = await asyncio.to_thread(lambda: [rows.checked(read, fields) for read in reads])
    return {
        "file": file_out(prepared.stored),
        "layout": prepared.layout.out(),
        "total": prepared.total,
        "columns": [_column(column, i, prepared.rows) for i, column in enumerate(prepared.plan.columns)],
        "fields": [
            {"name": one.name, "label": text_of(one.label, locale), "type": one.type, "required": one.required}
            for one in fields.values()
        ],
        "checked": len(reads),
        "error_count": sum(bool(read.errors) for read in reads),
        "rows": [_row(read, typed, prepared.plan, locale) for read, typed in zip(reads[:_SHOWN], values, strict=False)],
        "errors": [_row(read, {}, prepared.plan, locale) for read in reads if read.errors][:_SHOWN],
    }


def _column(column: Column, index: int, rows: Sequence[TableRow]) -> dict[str, Any]:
    samples = [row.cells[index] for row in rows if index < len(row.cells) and row.cells[index]]
    return {**column.out(), "samples": samples[:_SAMPLES]}


def _row(read: RowRead, values: Mapping[str, Any], plan: Plan, locale: str) -> dict[str, Any]:
    written = {column.field: text for column, text in zip(plan.columns, read.row.cells, strict=False)}
    errors = [
        {
            "field": one.field,
            "code": one.code,
            "message": message(one.code, one.params, locale),
            "written": written.get(one.field) or None,
        }
        for one in read.errors
    ]
    shown = {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}
    return {"row": read.row.number, "values": shown, "errors": errors}
