"""Ids sort by the time they were made, also when the clock stands or goes back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from closeloop.base import ids
from closeloop.base.clock import FrozenClock
from closeloop.base.ids import first_id_at, new_id

_days = count()


@pytest.fixture(autouse=True)
def as_in_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_source", ids._Source())


def later_clock() -> FrozenClock:
    """Return a clock that is ahead of every other of the test run: within a process ids never go back."""
    return FrozenClock(datetime(2040, 1, 1, tzinfo=UTC) + timedelta(days=2 * next(_days)))


def test_they_are_uuid7_of_the_clocks_millisecond():
    clock = later_clock()
    made = new_id(clock)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == int(clock.now().timestamp() * 1000)


def test_they_rise_while_the_clock_stands_or_steps_back():
    clock = later_clock()
    made = [new_id(clock) for _ in range(1000)]
    clock.move(-timedelta(days=1))
    made += [new_id(clock) for _ in range(1000)]
    assert made == sorted(made)
    assert len(set(made)) == 2000
    assert {one.version for one in made} == {7}


def test_several_threads_make_none_twice():
    clock = later_clock()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: new_id(clock), range(4000)))
    assert len(set(made)) == 4000


def test_the_first_of_a_millisecond_is_before_all_that_are_made_from_then_on():
    later = later_clock()
    millis = int(later.now().timestamp() * 1000)
    assert first_id_at(millis) <= new_id(later) < first_id_at(millis + 1)


def test_a_clock_needs_a_zone():
    with pytest.raises(ValueError, match="zone"):
        FrozenClock(datetime(2040, 1, 1))  # noqa: DTZ001 - this is what is refused
