"""The order of Chinese: by how it is read, as in a register; letters and digits stand among it by themselves.

The database's own order is that of code points. What a text is ordered by is therefore kept beside it: each character
as its syllable with its tone and then itself, so that the records of one family name stay together.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.core import Pinyin

_CHINESE = re.compile(r"([\u3400-\u9fff\uf900-\ufaff]+)")
_MOST = 100
"""Characters that count; texts that begin alike for so long stand in the order in which they were made."""
_CUTTER = Pinyin()
"""Cuts a text into the phrases that it knows and single characters."""


@lru_cache(maxsize=20_000)
def order_key(text: str | None) -> str | None:
    """Return what a text is ordered by, without regard to width and case; null has none.

    A character with several readings is read as its neighbours ask, by the phrases that pypinyin knows.
    """
    if text is None:
        return None
    runs = _CHINESE.split(unicodedata.normalize("NFKC", text).casefold()[:_MOST])
    return "".join(part for i, run in enumerate(runs) for part in (_read(run) if i % 2 else run))


def _read(run: str) -> Iterator[str]:
    syllables: list[str] = _syllables(run)
    if len(syllables) != len(run):
        syllables = ["".join(_syllables(character)) for character in run]
    for syllable, character in zip(syllables, run, strict=True):
        yield character if syllable == character else syllable + character


def _syllables(run: str) -> list[str]:
    return [one for word in _CUTTER.seg(run) for one in _word(word)]


@lru_cache(maxsize=20_000)  # names are made of few words, and to look one up costs ten times what cutting does
def _word(word: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True))
