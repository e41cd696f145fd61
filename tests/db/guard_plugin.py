"""Show every statement that the kernel sends to the guard; the test in which one breaks a rule fails.

Statements that a test writes for its own ends carry the name "test" and are left out.
"""

from collections.abc import Generator

import pytest

from closeloop.db.connection import Connection
from closeloop.db.guard import broken_rules
from closeloop.db.statement import Statement

_judged: set[str] = set()
_broken: dict[str, list[str]] = {}


def pytest_sessionstart() -> None:
    """Watch from the first fixture on: a module's company is made before its first test."""
    Connection.recorder = _record


def pytest_sessionfinish() -> None:
    Connection.recorder = None


@pytest.fixture(autouse=True)
def statement_guard() -> Generator[None]:
    yield
    broken = dict(_broken)
    _broken.clear()
    assert not broken


def _record(statement: Statement) -> None:
    """Judge a text once a process."""
    if statement.name != "test" and statement.text not in _judged:
        _judged.add(statement.text)
        broken = broken_rules(statement.text)
        if broken:
            _broken[statement.text] = broken
