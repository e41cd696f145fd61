"""Search tokens: what a record can be found by, and what a search asks for. Both sides are made here, so they agree.

A Chinese run gives its characters and pairs of characters, its pinyin syllables and pairs of them, and the pairs of
its pinyin initials; a word gives its beginnings; a phone number its ends. A search asks for all of its own tokens,
which one inverted index answers, whatever the language: PostgreSQL's text search knows no Chinese words, LIKE scans.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, pairwise

from pypinyin.pinyin_dict import pinyin_dict

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
_VOWELS = re.compile("[aeiouv]")
_LONGEST_SYLLABLE = 6
_LONGEST_BEGINNING = 12
_SHORTEST_END = 4
_MOST = 400
"""Tokens of one record; a longer text is found by its beginning only."""
_LONGEST = 2000
"""Characters of a value that are looked at: more would hardly give a token that still counts."""
_LONGEST_END = 40
"""Digits of the longest end that is kept; a longer number is asked for by its last ones."""
_REMEMBERED = 200
"""Characters of a value whose tokens are kept at hand, as of names that come again; notes would fill the memory."""
_READINGS = 3
"""A character counts with so many of its readings, the commonest: names use no others."""
_LONGEST_SPOKEN = 40
"""Letters that are looked at as pinyin syllables."""
_WAYS = 8
"""Ways to cut letters into syllables that are asked for, such as xian and xi'an."""


def tokens(values: Iterable[str | None]) -> list[str]:
    """Return the tokens of a record's searchable values; how they are written comes before how they are spoken."""
    both = [(_kept if len(value) <= _REMEMBERED else _tokens)(value[:_LONGEST]) for value in values if value]
    written = chain.from_iterable(one for one, _ in both)
    spoken = chain.from_iterable(one for _, one in both)
    return list(dict.fromkeys(chain(written, spoken)))[:_MOST]


def _tokens(value: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    written: list[str] = []
    spoken: list[str] = []
    for run in runs(value):
        if _is_chinese(run):
            written += [*run, *_pairs(run)]
            syllables = [_syllables(character) for character in run]
            spoken += [*_joined(map(_initials, run)), *(one for some in syllables for one in some)]
            spoken += _joined(syllables)
        else:
            written += [run[:n] for n in range(2, min(len(run), _LONGEST_BEGINNING) + 1)]
            if run.isdigit():
                written += [run[-n:] for n in range(_SHORTEST_END, min(len(run), _LONGEST_END) + 1)]
    return tuple(written), tuple(spoken)


_kept = lru_cache(maxsize=20_000)(_tokens)


def asked(words: str) -> list[list[list[str]]]:
    """Return what a search asks for: for each run the alternatives, each of them tokens that must all be there.

    A run of letters may be the beginning of a word, the initials of Chinese, or its pinyin.
    """
    wanted: list[list[list[str]]] = []
    for run in runs(words):
        if _is_chinese(run):
            wanted.append([_pairs(run) if len(run) > 1 else [run]])
        elif len(run) > 1:
            ways = [[run[:_LONGEST_BEGINNING]]]
            if run.isdigit() and len(run) > _LONGEST_BEGINNING:
                ways = [[run[-_LONGEST_END:]]]
            if len(run) > 2 and run.isascii() and run.isalpha():
                ways.append(_pairs(run))
                ways += [list(map("".join, pairwise(cut))) or cut for cut in _cuts(run)]
            wanted.append([way for n, way in enumerate(ways) if way not in ways[:n]])
    return wanted


def runs(text: str) -> list[str]:
    """Return the words and Chinese runs of a text, in the form under which they are compared."""
    return _RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _is_chinese(run: str) -> bool:
    return 0x3400 <= ord(run[0]) <= 0x9FFF or 0xF900 <= ord(run[0]) <= 0xFAFF


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]


def _joined(sounds: Iterable[tuple[str, ...]]) -> list[str]:
    """Return each pair of neighbours; a character with several readings gives each of them."""
    return [a + b for before, after in pairwise(sounds) for a in before for b in after]


@lru_cache(maxsize=20_000)
def _initials(character: str) -> tuple[str, ...]:
    readings = pinyin_dict.get(ord(character), "")
    return tuple(sorted({unicodedata.normalize("NFD", reading)[0] for reading in readings.split(",") if reading}))


@lru_cache(maxsize=20_000)
def _syllables(character: str) -> tuple[str, ...]:
    """Return the commonest readings without their tones; ü is written v or u, as people type it."""
    found: dict[str, None] = {}
    for reading in pinyin_dict.get(ord(character), "").split(","):
        if len(found) >= _READINGS:
            break
        parts = unicodedata.normalize("NFD", reading)
        plain = "".join(one for one in parts if one.isascii() and one.isalpha())
        if "\u0308" in parts:
            found[plain.replace("u", "v")] = None
        if _VOWELS.search(plain):
            found[plain] = None
    return tuple(found)


@lru_cache(maxsize=1)
def _known_syllables() -> frozenset[str]:
    return frozenset(one for code in pinyin_dict for one in _syllables(chr(code)))


def _cuts(run: str) -> list[list[str]]:
    """Return the ways to cut letters into whole syllables, those with the longest first ones first."""
    known, found = _known_syllables(), list[list[str]]()
    dead: set[int] = set()  # places from which no cut reaches the end: without them this would be exponential

    def go_on(at: int, cut: list[str]) -> bool:
        if at == len(run):
            found.append(cut)
            return True
        reached = False
        for end in range(min(at + _LONGEST_SYLLABLE, len(run)), at, -1):
            if len(found) < _WAYS and end not in dead and run[at:end] in known:
                reached = go_on(end, [*cut, run[at:end]]) or reached
        if not reached and len(found) < _WAYS:
            dead.add(at)
        return reached

    if len(run) <= _LONGEST_SPOKEN:
        go_on(0, [])
    return found
