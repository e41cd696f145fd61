"""The form in which two names of companies are compared: what only tells how a name is written is left out.

Left out are width and case, spaces and full stops, brackets, and the legal form at the end: 有限公司, 股份, 集团,
`Co., Ltd.`. What stands in brackets stays, since a place or a branch makes another company of it (强生（上海） is not
强生（中国）); only a legal form or a remark there goes: （集团）, （有限合伙）, （筹）. A place at the beginning stays
for the same reason: a name is the only one of its kind within its province. The words 省 and 市 behind a province go.
"""

import re
import unicodedata
from functools import lru_cache

from closeloop.catalog.wordlists import (
    BRACKETS,
    BRANCHES,
    FILLING,
    LEGAL,
    PLACES,
    PROVINCE_WORDS,
    PROVINCES,
    REMARKS,
    WORDS,
)

_SHORTEST = 2
"""Of a name at least so many characters are left; a legal form alone is all the name that there is."""
_BRACKETED = re.compile(r"\(([^()]*)\)")
_AT_PLACE = re.compile(rf"({'|'.join(PROVINCES)})(?:{'|'.join(PROVINCE_WORDS)})(?=.{{2}})")
_LAST_WORD = re.compile(r"(?<=[^a-z])([a-z]+)$")
_FILLING = re.compile(rf"[\s{FILLING}]|(?<!\d)\.|\.(?!\d)")
_SPACES = re.compile(rf"(?:[\s{FILLING}]|(?<!\d)\.|\.(?!\d))+")


@lru_cache(maxsize=20_000)  # each rule that looks for a name asks for its form, and so does the record that has it
def same_name(text: str) -> str | None:
    """Return the form of a name; applied to a form it gives that form. None where there is nothing to compare.

    Cost: a few passes over the text.
    """
    bare = folded = _folded(text)
    while (again := _folded(_bare(bare))) != bare:  # what is left may be another name's end, or compose with it
        bare = again
    return bare or _FILLING.sub("", folded) or None


def _folded(text: str) -> str:
    once = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", once).translate(BRACKETS)


def _bare(name: str) -> str:
    name = _BRACKETED.sub(_inside, name)
    name = _SPACES.sub(" ", name.replace("(", " ").replace(")", " ")).strip()
    while (shorter := _without_words(_without_legal_form(name)).rstrip()) != name:
        name = shorter
    return _AT_PLACE.sub(r"\1", _FILLING.sub("", name), count=1)


def _inside(bracketed: re.Match[str]) -> str:
    """Return what counts of a pair of brackets: its content, unless it is a legal form or a remark."""
    inside = bracketed[1]
    return " " if _FILLING.sub("", inside) in REMARKS else f" {inside} "


def _without_words(name: str) -> str:
    """Take off English words of a legal form at the end, as far as something stands before them."""
    while (last := _LAST_WORD.search(name)) and last[1] in WORDS:
        rest = name[: last.start()].rstrip(" &-")
        if len(rest) < _SHORTEST:
            break
        name = rest
    return name


def _without_legal_form(name: str) -> str:
    """Take off Chinese legal forms at the end, as far as a name of its own stands before them."""
    while not name.endswith(BRANCHES):
        if not name.endswith(LEGAL):
            return name
        form = next(one for one in LEGAL if name.endswith(one))
        if len(name) - len(form) < _SHORTEST:
            return name
        rest = name[: -len(form)]
        if _AT_PLACE.sub(r"\1", rest + "..").removesuffix("..") in PLACES:
            return name
        name = rest
    return name
