"""What a record is found by stays small, however long the text is; what is asked for fits what is kept."""

import tracemalloc
from random import Random

from closeloop.catalog.search import asked, tokens

MEGABYTE = 1 << 20


def finds(words: str, *values: str) -> bool:
    kept = set(tokens(values))
    return all(any(kept.issuperset(way) for way in ways) for ways in asked(words))


def test_a_number_is_found_by_its_beginning_its_end_and_as_a_whole():
    number = "6222021234567890123"
    assert finds("622202", number)
    assert finds("0123", number)
    assert finds(number, number)
    assert not finds("1234567", number)


def test_a_run_of_digits_longer_than_any_number_is_found_too_and_keeps_few_tokens():
    digits = "".join(str(n * n % 10) for n in range(10_000))
    long = "".join(str(n * n % 7) for n in range(60))
    assert finds(long, long)
    tracemalloc.start()
    kept = tokens([digits])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(kept) < 60
    assert peak < MEGABYTE


def test_long_notes_do_not_stay_in_memory():
    draw = Random(1)
    known = [chr(0x4E00 + n) for n in range(500)]
    notes = ["".join(draw.choices(known, k=10_000)) for _ in range(20)]
    tokens(["".join(known)])  # what is known of single characters stays
    tracemalloc.start()
    for note in notes:
        assert len(tokens([note])) == 400
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < MEGABYTE
