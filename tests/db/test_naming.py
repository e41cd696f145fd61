"""Names: the rules, and that what is made keeps them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.db.naming import (
    check_name,
    foreign_key_name,
    index_name,
    is_good_name,
    primary_key_name,
    unique_name,
)

IDENTIFIER = st.from_regex(r"[a-z][a-z0-9_]{0,46}[a-z]", fullmatch=True)


@pytest.mark.parametrize("name", ["lead", "sys_event_record", "a1", "lead_12345", "x" * 48])
def test_good_names(name: str) -> None:
    assert is_good_name(name)


@pytest.mark.parametrize("name", ["", "x" * 49, "lead_123456", "lead_u_102048", "电话", "a b", "1a", 'a"b'])
def test_bad_names(name: str) -> None:
    assert not is_good_name(name)


@given(IDENTIFIER, st.lists(IDENTIFIER, min_size=1, max_size=4), st.text(min_size=1))
def test_made_names_are_good_and_tell_kinds_apart(table: str, columns: list[str], expression: str) -> None:
    names = [
        primary_key_name(table),
        index_name(table, columns),
        unique_name(table, columns),
        foreign_key_name(table, columns),
        check_name(table, expression),
    ]
    assert all(is_good_name(name) for name in names)
    assert len(set(names)) == len(names)


def test_long_names_stay_apart() -> None:
    table = "t" * 47
    assert index_name(table, ["a"]) != index_name(table, ["b"])
    assert check_name(table, "a > 0") != check_name(table, "a > 1")
