"""Search tokens: what a record can be found by, and what a search asks for. Both sides are made here, so they agree.

A Chinese run gives its characters and pairs of characters, and the pairs of its pinyin initials; a word gives its
beginnings; a phone number its ends. A search asks for all of its own tokens, which one inverted index answers,
whatever the language: PostgreSQL's text search knows no Chinese words, and LIKE scans.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from pypinyin.pinyin_dict import pinyin_dict

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
_LONGEST_BEGINNING = 12
_SHORTEST_END = 4
_MOST = 400
"""Tokens of one record; a longer text is found by its beginning only."""


def tokens(values: Iterable[str | None]) -> list[str]:
    """Return the tokens of a record's searchable values."""
    found: dict[str, None] = {}
    for value in values:
        if value:
            found.update(dict.fromkeys(_tokens(value)))
    return list(found)[:_MOST]


@lru_cache(maxsize=20_000)
def _tokens(value: str) -> tuple[str, ...]:
    found: list[str] = []
    for run in runs(value):
        if _is_chinese(run):
            found += [*run, *_pairs(run), *_initial_pairs(run)]
        else:
            found += [run[:n] for n in range(2, min(len(run), _LONGEST_BEGINNING) + 1)]
            if run.isdigit():
                found += [run[-n:] for n in range(_SHORTEST_END, len(run) + 1)]
    return tuple(found)


def asked(words: str) -> list[list[list[str]]]:
    """Return what a search asks for: for each run the alternatives, each of them tokens that must all be there.

    A run of letters may be the beginning of a word or the initials of Chinese.
    """
    wanted: list[list[list[str]]] = []
    for run in runs(words):
        if _is_chinese(run):
            wanted.append([_pairs(run) if len(run) > 1 else [run]])
        elif len(run) > 1:
            ways = [[run[:_LONGEST_BEGINNING]]]
            if run.isdigit() and len(run) > _LONGEST_BEGINNING:
                ways = [[run]]
            if len(run) > 2 and run.isascii() and run.isalpha():
                ways.append(_pairs(run))
            wanted.append(ways)
    return wanted


def runs(text: str) -> list[str]:
    """Return the words and Chinese runs of a text, in the form under which they are compared."""
    return _RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _is_chinese(run: str) -> bool:
    return 0x3400 <= ord(run[0]) <= 0x9FFF or 0xF900 <= ord(run[0]) <= 0xFAFF


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]


def _initial_pairs(run: str) -> list[str]:
    """Return the pairs of initials; a character with several readings gives each of them."""
    initials = [_initials(character) for character in run]
    return [a + b for i in range(len(run) - 1) for a in initials[i] for b in initials[i + 1]]


@lru_cache(maxsize=20_000)
def _initials(character: str) -> tuple[str, ...]:
    readings = pinyin_dict.get(ord(character), "")
    return tuple(sorted({unicodedata.normalize("NFD", reading)[0] for reading in readings.split(",") if reading}))
