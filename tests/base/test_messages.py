"""Every code that an error can carry has a text in every language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from closeloop.base import errors
from closeloop.base.errors import CloseloopError
from closeloop.base.messages import LOCALES, has_message, locale_of, message
from closeloop.db.errors import typed_error

SOURCE = Path(errors.__file__).parents[1]
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, CloseloopError)}
FIRST = {*ERRORS, "CommitUnknown", "Coercion"}
"""What takes a code as its first argument."""
SECOND = {"FieldError", "add"}
"""What takes a place and then a code; `add` is that of the problems of a definition."""


def codes() -> Iterator[tuple[str, str]]:
    """Give every code that the source names, with the place where it does."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            place = f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                position = 0 if name in FIRST else 1 if name in SECOND else None
                if position is not None and len(node.args) > position:
                    code = node.args[position]
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        yield place, code.value
            elif isinstance(node, ast.ClassDef) and (node.name in FIRST):
                for line in node.body:
                    target = getattr(line, "target", None) or (getattr(line, "targets", None) or [None])[0]
                    if getattr(target, "id", None) == "code" and isinstance(line.value, ast.Constant):
                        yield place, line.value.value


def test_every_code_has_a_text():
    found = list(codes())
    assert len({code for _, code in found}) > 50
    assert not {code: place for place, code in found if not has_message(code)}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_text_takes_its_parameters_and_survives_without_them(locale: str):
    assert "5" in message("too_long", {"max": 5}, locale)
    assert message("too_long", {}, locale)


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en", "en-US"),
        ("en-GB,en;q=0.9", "en-US"),
        ("zh-TW", "zh-CN"),
        ("fr, en;q=0.5, zh;q=0.7", "zh-CN"),
        ("fr;q=1, de", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("en;q=many", "zh-CN"),
    ],
)
def test_the_reader_gets_the_language_that_is_wanted_most(header: str | None, locale: str):
    assert locale_of(header) == locale


@pytest.mark.parametrize(
    "state", ["23505", "23503", "23502", "22P05", "40001", "40P01", "57014", "57P01", "53300", "08006"]
)
def test_what_a_database_can_answer_has_a_text_too(state: str):
    ours = typed_error(psycopg.errors.lookup(state)(""))
    assert ours is not None
    assert has_message(ours.code)
