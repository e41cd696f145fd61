"""Tables in every form that people send become one plain form, and can be read from any place on."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closeloop.base.errors import Invalid
from closeloop.connect.tables import Layout, Rows, detect, normalise

CELL = st.text(st.characters(codec="gb18030", exclude_characters="\x00\r", exclude_categories=["Cs", "Cc"]), max_size=8)
TABLE = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=8)
)


def read(path: Path, layout: Layout, folder: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    total = normalise(path, layout, folder / "plain.csv")
    rows = Rows(folder / "plain.csv")
    try:
        found = rows.take(10_000)
    finally:
        rows.close()
    assert len(found) == total
    return rows.header, [(row.number, row.cells) for row in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(("line_end", "name"), [("\n", "lf"), ("\r\n", "crlf"), ("\r", "cr")])
def test_encoding_separator_and_line_end_are_found_out(
    tmp_path: Path, encoding: str, separator: str, line_end: str, name: str
):
    rows = [
        ["公司", "联系人", "备注"],
        ["云起装备", "王伟", '说 "好"'],
        ["海川", "李娜", f"两{line_end}行{separator}尾"],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=line_end).writerows(rows)
    source = tmp_path / "source"
    source.write_bytes(out.getvalue().encode(encoding))
    layout = detect(source, is_xlsx=False, asked={})
    assert (layout.encoding, layout.separator, layout.line_end) == (encoding, separator, name)
    header, found = read(source, layout, tmp_path)
    assert header == rows[0]
    assert found == [(2, rows[1]), (3, [*rows[2][:2], f"两\n行{separator}尾"])]


@given(table=TABLE, cut=st.integers(0, 8), newline=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reading_on_from_any_row_gives_the_rest(tmp_path: Path, table: list[list[str]], cut: int, newline: bool):
    """The place behind a row is where the next one begins, whatever the cells hold."""
    table = [[f"x{cell}\n{i}" if newline else f"x{cell}" for i, cell in enumerate(row)] for row in table]
    out = io.StringIO()
    csv.writer(out).writerows([[f"c{i}" for i in range(len(table[0]))], *table])
    source = tmp_path / "source"
    source.write_bytes(out.getvalue().encode())
    normalise(source, Layout("csv", "utf-8", ","), tmp_path / "plain.csv")
    whole = Rows(tmp_path / "plain.csv")
    every = whole.take(100)
    whole.close()
    assert [row.cells for row in every] == table
    at = every[min(cut, len(every)) - 1].behind if cut else 0
    rest = Rows(tmp_path / "plain.csv", at)
    assert rest.take(100) == every[min(cut, len(every)) :]
    assert rest.take(100) == []
    rest.close()


def test_empty_rows_keep_the_numbers_of_the_others(tmp_path: Path):
    source = tmp_path / "source"
    source.write_text("a,b\n1,2\n\n,,\n3,4,,\n")
    assert read(source, detect(source, is_xlsx=False, asked={}), tmp_path) == (
        ["a", "b"],
        [(2, ["1", "2"]), (5, ["3", "4"])],
    )


def test_columns_without_a_name_or_with_the_same_get_one(tmp_path: Path):
    source = tmp_path / "source"
    source.write_text("a,,a, b \n1,2,3,4\n")
    header, _ = read(source, detect(source, is_xlsx=False, asked={}), tmp_path)
    assert header == ["a", "2", "a (3)", "b"]


def test_a_table_without_a_header_has_numbered_columns(tmp_path: Path):
    source = tmp_path / "source"
    source.write_text("云起\n海川\n")
    layout = detect(source, is_xlsx=False, asked={"header": False})
    assert read(source, layout, tmp_path) == (["1"], [(1, ["云起"]), (2, ["海川"])])


@pytest.mark.parametrize("content", [b"\x81\x20\xff\xff", b"abc\xff"])
def test_bytes_in_no_known_encoding_are_told(tmp_path: Path, content: bytes):
    source = tmp_path / "source"
    source.write_bytes(content)
    with pytest.raises(Invalid, match="unknown_encoding"):
        detect(source, is_xlsx=False, asked={})


def test_a_broken_workbook_is_told(tmp_path: Path):
    source = tmp_path / "source"
    source.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(Invalid, match="bad_table"):
        detect(source, is_xlsx=True, asked={})
