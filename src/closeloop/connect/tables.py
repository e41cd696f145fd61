"""Read tables that people send: CSV in any encoding, separator and line end, and XLSX, as one plain form.

Whatever came in is first written anew as UTF-8 CSV with commas, so that all that follows reads one form, row by row,
and can go on from the byte where it left off.
"""

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from closeloop.base.errors import FieldError, Invalid

CSV, XLSX = "csv", "xlsx"
SEPARATORS = ",;\t|"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "latin-1")
"""What a file may be said to be in; only the first few are guessed."""
MOST_COLUMNS = 500
_LOOKED_AT = 64 * 1024
_SAMPLE = 50
_LONGEST_CELL = 1024 * 1024
_LINE_ENDS = {"crlf": "\r\n", "cr": "\r", "lf": "\n"}

csv.field_size_limit(_LONGEST_CELL)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read. `line_end` is lf, crlf or cr; `sheets` are an XLSX file's."""

    kind: str
    encoding: str | None = None
    separator: str | None = None
    line_end: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header: bool = True

    def out(self) -> dict[str, Any]:
        return asdict(self)


def detect(path: Path, *, is_xlsx: bool, asked: dict[str, Any]) -> Layout:
    """Find out how a file is to be read; what is `asked` (encoding, separator, sheet, header) counts for more."""
    header = asked.get("header", True) is not False
    if is_xlsx:
        sheets = tuple(_open(path).sheet_names)
        sheet = asked.get("sheet") or (sheets[0] if sheets else None)
        if sheet not in sheets:
            raise Invalid(errors=[FieldError("sheet", "not_one_of", {"words": ", ".join(sheets)})])
        return Layout(XLSX, sheet=sheet, sheets=sheets, header=header)
    encoding = asked.get("encoding") or _encoding(path)
    if encoding not in ENCODINGS:
        raise Invalid(errors=[FieldError("encoding", "not_one_of", {"words": ", ".join(ENCODINGS)})])
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        text = file.read(_LOOKED_AT)
    separator = asked.get("separator") or _separator(text)
    if len(separator) != 1 or separator in '"\r\n':
        raise Invalid(errors=[FieldError("separator", "one_character")])
    counts = {name: text.count(sign) for name, sign in _LINE_ENDS.items()}
    rest = {"crlf": counts["crlf"], "cr": counts["cr"] - counts["crlf"], "lf": counts["lf"] - counts["crlf"]}
    return Layout(CSV, encoding, separator, max(rest, key=lambda name: rest[name]), header=header)


def _encoding(path: Path) -> str:
    """Tell by the mark at the beginning, else by which strict reading goes through to the end."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8", "gb18030"):
        if _reads(path, encoding):
            return encoding
    raise Invalid(errors=[FieldError("file", "unknown_encoding")])


def _reads(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while part := file.read(_LOOKED_AT):
                decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str) -> str:
    """Choose the sign under which most lines have the same number of cells, and more than one."""
    lines = text.splitlines()[:_SAMPLE]
    best, best_share = ",", 0.0
    for sign in SEPARATORS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
        if not widths:
            continue
        width, often = widths.most_common(1)[0]
        share = often / sum(widths.values()) if width > 1 else 0.0
        if share > best_share:
            best, best_share = sign, share
    return best


def normalise(path: Path, layout: Layout, to: Path) -> int:
    """Write a table anew as UTF-8 CSV without empty rows and return how many rows it has; raises Invalid.

    The first column is the number that a row has in the file.

    Where the file has no header the columns are numbered. Memory: one row of a CSV file; an XLSX sheet is unfolded
    by its reader, outside of Python's objects.
    """
    rows = _xlsx_rows(path, layout) if layout.kind == XLSX else _csv_rows(path, layout)
    count = 0
    width: int | None = None
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, row in _told(rows):
            if width is None:
                header = _names(row) if layout.header else [str(i + 1) for i in range(len(row))]
                width = len(header)
                if width > MOST_COLUMNS:
                    raise Invalid(errors=[FieldError("file", "too_many_columns", {"max": MOST_COLUMNS})])
                writer.writerow(["", *header])
                if layout.header:
                    continue
            while len(row) > width and not row[-1]:
                row.pop()
            writer.writerow([number, *row])
            count += 1
    if width is None:
        raise Invalid(errors=[FieldError("file", "empty_table")])
    return count


def _told(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that are not empty with their numbers; where a file can't be read any further, its row is told."""
    number = 0
    try:
        for row in rows:
            number += 1
            if any(row):
                yield number, row
    except (csv.Error, UnicodeError, CalamineError) as error:
        raise Invalid(errors=[FieldError("file", "bad_table", {"row": number + 1})]) from error


def _names(row: list[str]) -> list[str]:
    """Return the header with a name for each column, each once."""
    while row and not row[-1].strip():
        row.pop()
    names: list[str] = []
    for i, cell in enumerate(row):
        name = " ".join(cell.split()) or str(i + 1)
        if name in names:
            name = f"{name} ({i + 1})"
        names.append(name)
    return names


def _csv_rows(path: Path, layout: Layout) -> Iterator[list[str]]:
    # Every line end becomes \n, also one inside of quotes.
    with path.open(encoding=layout.encoding) as file:
        lines = (line.replace("\x00", "") for line in file)
        yield from csv.reader(lines, delimiter=layout.separator or ",")


def _xlsx_rows(path: Path, layout: Layout) -> Iterator[list[str]]:
    sheet = _open(path).get_sheet_by_name(layout.sheet or "")
    for row in sheet.iter_rows():
        yield [_text(cell) for cell in row]


def _open(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(path)  # pyright: ignore[reportUnknownMemberType]
    except (CalamineError, OSError) as error:
        raise Invalid(errors=[FieldError("file", "bad_table", {"row": 1})]) from error


def _text(cell: Any) -> str:
    """Write a cell of a sheet as a person would: no point behind a whole number, a day without a time."""
    if isinstance(cell, str):
        return cell.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its number in the file that came in, its cells, and the place behind it in the plain form."""

    number: int
    cells: list[str]
    behind: int


class Rows:
    """The rows of a table in the plain form, from any place on."""

    def __init__(self, path: Path, at: int = 0) -> None:
        self._file = path.open("rb")
        self.place = 0
        self.header = next(self._reader())[1:]
        if at > self.place:
            self._file.seek(at)
            self.place = at
        self._rows = self._reader()

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines())

    def _lines(self) -> Iterable[str]:
        # The reader takes one line at a time, so behind a row `place` is where the next one begins.
        while line := self._file.readline():
            self.place += len(line)
            yield line.decode()

    def take(self, most: int) -> list[TableRow]:
        """Return up to `most` rows; none at the end."""
        taken: list[TableRow] = []
        for row in self._rows:
            taken.append(TableRow(int(row[0]), row[1:], self.place))
            if len(taken) == most:
                break
        return taken

    def close(self) -> None:
        self._file.close()
