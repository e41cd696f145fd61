"""Export an object: what a reader may see, from one moment, page by page, as CSV or XLSX."""

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from closeloop.access.org import Org
from closeloop.base.errors import Unavailable
from closeloop.catalog.model import Field, text_of
from closeloop.connect.cells import safe, write_cell
from closeloop.db.statement import Statement
from closeloop.db.unit_of_work import Session
from closeloop.records.present import fill_titles, present
from closeloop.records.query import MOST, Query, Reader
from closeloop.runtime.company import CompanyRuntime

_SNAPSHOT = Statement("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", "snapshot")
_BLOCK = 256 * 1024
_SHEET_ROWS = 1_000_000
"""Rows of a sheet; what goes beyond begins another."""
_WAIT = 10.0
"""Seconds that an export waits for its turn."""


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported: which records in which order, which fields, and how they are written.

    With `names` the header and what the cells hold are api names, keys, logins and ids, for programs; else labels in
    the locale, titles and names, for people.
    """

    query: Query
    fields: Sequence[Field]
    names: bool
    locale: str


class Exporter:
    """The exports of a process: no more at once than leave connections for everybody else."""

    def __init__(self, at_once: int) -> None:
        self._turns = asyncio.Semaphore(at_once)

    async def begun(self, runtime: CompanyRuntime, reader: Reader, export: Export, kind: str) -> AsyncIterator[bytes]:
        """Return an export as `csv` or `xlsx` whose first block is made; raises Unavailable where no turn can be had.

        So what stands in the way is told before anything has been sent.
        """
        make = self.csv if kind == "csv" else self.xlsx
        blocks = make(runtime, reader, export)
        return _on(await anext(blocks), blocks)

    def csv(self, runtime: CompanyRuntime, reader: Reader, export: Export) -> AsyncIterator[bytes]:
        """Give an export as CSV with a mark for spreadsheets; it is sent while it is made."""
        return spooled(_csv(self._pages(runtime, reader, export), _Writer(runtime, export)))

    def xlsx(self, runtime: CompanyRuntime, reader: Reader, export: Export) -> AsyncIterator[bytes]:
        """Give an export as a workbook, which is made on disk first: its index comes last."""
        return _xlsx(self._pages(runtime, reader, export), _Writer(runtime, export))

    async def _pages(self, runtime: CompanyRuntime, reader: Reader, export: Export) -> AsyncGenerator[list[Any]]:
        """Give the records of one snapshot in pages; memory is that of a page."""
        what = reader.require_readable(export.query.object)
        only = [field.name for field in export.fields]
        try:
            async with asyncio.timeout(_WAIT):
                await self._turns.acquire()
        except TimeoutError:
            raise Unavailable("busy") from None
        try:
            async with runtime.database.transaction() as tx:
                await tx.execute(_SNAPSHOT)
                query = replace(export.query, limit=MOST)
                while True:
                    page = await reader.page(tx, query)
                    items = [present(what, row, runtime.org, only) for row in page.rows]
                    await _titles(tx, reader, export, items)
                    yield [(row, item) for row, item in zip(page.rows, items, strict=True)]
                    if page.next_cursor is None:
                        return
                    query = replace(query, cursor=page.next_cursor)
        finally:
            self._turns.release()


async def _on(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for block in rest:
        yield block


async def _titles(session: Session, reader: Reader, export: Export, items: list[dict[str, Any]]) -> None:
    if not export.names:
        await fill_titles(session, reader, reader.require_readable(export.query.object), items)


class _Writer:
    """Writes records as rows of cells."""

    def __init__(self, runtime: CompanyRuntime, export: Export) -> None:
        self._export = export
        self._zone = ZoneInfo(runtime.company.time_zone)
        self._org: Org = runtime.org
        self.header = [field.name if export.names else text_of(field.label, export.locale) for field in export.fields]

    def row(self, record: Mapping[str, Any], item: Mapping[str, Any]) -> list[Any]:
        """Return the cells of a record: text, numbers, days, moments in the company's zone."""
        return [self._cell(field, record.get(field.name), item.get(field.name)) for field in self._export.fields]

    def _cell(self, field: Field, value: Any, shown: Any) -> Any:
        if value is None:
            return None
        if field.kind == "person" and isinstance(value, UUID):
            person = self._org.people.get(value)
            if person is None:
                return str(value)
            return person.login if self._export.names or self._org.namesakes(person) else person.name
        if field.kind == "department" and isinstance(value, UUID):
            department = self._org.departments.get(value)
            if department is None:
                return str(value)
            return department.key if self._export.names else department.name
        if field.kind == "relation":
            return str(value) if self._export.names or field.name == "id" else shown["label"] or str(value)
        return write_cell(value, field, self._zone, None if self._export.names else self._export.locale)


async def _csv(pages: AsyncGenerator[list[Any]], writer: _Writer) -> AsyncGenerator[bytes]:
    head = "\ufeff".encode() + _lines([[safe(name) for name in writer.header]])
    async with aclosing(pages):
        async for page in pages:  # one at least
            yield head + _lines([[_plain(cell) for cell in writer.row(*one)] for one in page])
            head = b""


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _plain(cell: Any) -> str:
    """Write a cell as text; only what was text can be taken for a formula."""
    if cell is None:
        return ""
    return safe(cell) if isinstance(cell, str) else cell.text


async def _xlsx(pages: AsyncGenerator[list[Any]], writer: _Writer) -> AsyncGenerator[bytes]:
    with TemporaryDirectory(prefix="closeloop-") as folder:
        path = Path(folder) / "export.xlsx"
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        book: Any = xlsxwriter.Workbook(str(path), {**options, "strings_to_numbers": False})
        formats: dict[str, Any] = {}

        def style(pattern: str) -> Any:
            if pattern not in formats:
                formats[pattern] = book.add_format({"num_format": pattern})
            return formats[pattern]

        sheet, at = None, _SHEET_ROWS
        async with aclosing(pages):
            async for page in pages:
                for one in page:
                    if at >= _SHEET_ROWS:
                        sheet, at = book.add_worksheet(), 0
                        sheet.write_row(0, 0, writer.header)
                    at += 1
                    _write_row(sheet, at, writer.row(*one), style)
        if sheet is None:
            book.add_worksheet().write_row(0, 0, writer.header)
        await asyncio.to_thread(book.close)
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block


def _write_row(sheet: Any, at: int, cells: Sequence[Any], style: Callable[[str], Any]) -> None:
    for i, cell in enumerate(cells):
        if cell is None:
            continue
        if isinstance(cell, str):
            sheet.write_string(at, i, safe(cell) if cell[:1] == "'" else cell)
        elif cell.sheet is None:
            sheet.write_string(at, i, cell.text)
        elif cell.pattern is None:
            sheet.write(at, i, cell.sheet)
        else:
            sheet.write(at, i, cell.sheet, style(cell.pattern))


async def spooled(blocks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """Give blocks on at the pace of whoever reads, while their maker goes at its own: what waits lies on disk.

    So a slow reader holds no connection and no snapshot.
    """
    with TemporaryFile() as file:
        news, written, sent = asyncio.Event(), 0, 0

        async def make() -> None:
            nonlocal written
            try:
                async with aclosing(blocks):
                    async for block in blocks:
                        file.seek(written)
                        written += file.write(block)
                        news.set()
            finally:
                news.set()

        making = asyncio.create_task(make())
        try:
            while True:
                news.clear()
                if sent < written:
                    file.seek(sent)
                    block = file.read(min(_BLOCK, written - sent))
                    sent += len(block)
                    yield block
                elif making.done():
                    making.result()
                    return
                else:
                    await news.wait()
        finally:
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)
