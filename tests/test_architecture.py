"""What must hold of every file in the repository, beyond what linters check."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "closeloop"
NOT_OURS = {
    ".build",
    ".closeloop",
    ".git",
    ".hypothesis",
    ".import_linter_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "dist",
    "node_modules",
    "playwright-report",
    "test-results",
}
LONGEST_FILE = 400
# Every ideograph, kana, full-width form and piece of Chinese punctuation.
CHINESE = re.compile("[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]")
# Joined here from parts, so that this file does not hold the words itself.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?<![\w.-])/work/" + r"(main|shared|steering)",
            r"\." + r"library/",
            "farm-" + "(studio|bench)",
            r"registry\." + r"npmjs\.org",
            r"files\." + r"pythonhosted\.org",
            r"pypi\." + r"org/simple",
        ]
    )
)


def files(top: Path) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(top):
        subfolders[:] = [name for name in subfolders if name not in NOT_OURS]
        yield from (Path(folder, name) for name in names if name not in NOT_OURS)


def sources() -> list[Path]:
    return [path for path in files(SOURCE) if path.suffix == ".py"]


def may_hold_chinese(path: Path) -> bool:
    inside = path.relative_to(SOURCE)
    return inside.parts[0] == "apps" or inside.name in ("messages.py", "wordlists.py")


def used_strings(tree: ast.AST) -> Iterator[ast.Constant]:
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
            yield node


def test_no_source_file_has_more_than_400_lines():
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in sources()}
    assert not {path: length for path, length in lengths.items() if length > LONGEST_FILE}


def test_every_module_says_its_one_purpose_in_its_first_line():
    documented = {path: ast.get_docstring(ast.parse(path.read_text())) for path in sources()}
    assert not [
        path.relative_to(ROOT)
        for path, text in documented.items()
        if not text or not text.splitlines()[0].endswith((".", ":", "?"))
    ]


def test_chinese_texts_stand_in_definitions_and_catalogs_only():
    """A comment or docstring may give a Chinese example; a string in use may not be Chinese."""
    assert not [
        f"{path.relative_to(ROOT)}:{text.lineno} {text.value}"
        for path in sources()
        if not may_hold_chinese(path)
        for text in used_strings(ast.parse(path.read_text()))
        if CHINESE.search(text.value)
    ]


def test_no_import_hides_inside_a_function():
    hidden = [
        f"{path.relative_to(ROOT)}:{statement.lineno}"
        for path in sources()
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in ast.walk(function)
        if isinstance(statement, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


def test_no_file_names_a_registry_or_the_place_where_it_was_written():
    named: list[str] = []
    for path in files(ROOT):
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        named += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in FORBIDDEN.finditer(text)]
    assert not named


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [("see /work/" + "main/x", True), ("cd /work/" + "shared", True), ("a team/work/" + "main", False)],
)
def test_the_forbidden_words_are_found_and_no_others(text: str, forbidden: bool):
    assert bool(FORBIDDEN.search(text)) is forbidden
