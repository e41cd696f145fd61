"""A registry holds each name once and never changes."""

import pytest

from closeloop.base.registry import Registry


def test_it_gives_back_what_it_was_made_of_in_order():
    numbers = Registry("number", [("two", 2), ("one", 1)])
    assert dict(numbers) == {"two": 2, "one": 1}
    assert list(numbers) == ["two", "one"]
    with pytest.raises(KeyError):
        numbers["three"]


def test_a_name_given_twice_is_refused_by_its_name():
    with pytest.raises(ValueError, match="number 'one' is registered twice"):
        Registry("number", [("one", 1), ("one", 2)])
