"""The name that is proposed for what a person calls by a label: the name of a field, the key of a definition."""

import re
import unicodedata

from pypinyin import lazy_pinyin

from closeloop.catalog.field_reader import LONGEST_DERIVED
from closeloop.catalog.manifest import KEPT_NAMES
from closeloop.catalog.reading import NAME

_CHINESE = re.compile(r"([\u3400-\u9fff\uf900-\ufaff]+)")
_OTHER = re.compile(r"[^a-z0-9]+")


def name_for(label: str) -> str | None:
    """Return a name that a definition may have, Chinese by its sound; None where nothing is left.

    It is short enough for any kind of field, and none that the kernel keeps for itself.
    """
    name = ""
    for i, run in enumerate(_CHINESE.split(unicodedata.normalize("NFKC", label).casefold())):
        gap = "_"
        for part in lazy_pinyin(run) if i % 2 else _words(run):
            longer = f"{name}{gap}{part}" if name else part
            if len(longer) > LONGEST_DERIVED:
                break
            name, gap = longer, "" if i % 2 else "_"
    if name and not name[0].isalpha():
        name = f"n_{name}"[:LONGEST_DERIVED]
    if name in KEPT_NAMES or name.startswith("sys_"):
        name = f"own_{name}"
    return name if NAME.fullmatch(name) else None


def _words(text: str) -> list[str]:
    """Return the words of a text in bare letters: é is e."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return [word[:LONGEST_DERIVED] for word in _OTHER.split(bare) if word]
