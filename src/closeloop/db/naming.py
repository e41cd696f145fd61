"""Name tables' parts: names of ours, ASCII, short and stable, which no shard's number can be mistaken for."""

import hashlib
import re
from collections.abc import Sequence

LONGEST = 48
UNFINISHED = "sys_new_"
"""With a field's name, the column that a conversion fills until it takes the field's place."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LIKE_A_SHARD = re.compile(r"_\d{6,}$")
TRASH = re.compile(r"^trash\d+_")
"""With the name that it had, what went into the trash."""


def primary_key_name(table: str) -> str:
    """Name a primary key."""
    return _name((table,), "pk")


def index_name(table: str, columns: Sequence[str]) -> str:
    """Name an index."""
    return _name((table, *columns), "i")


def unique_name(table: str, columns: Sequence[str]) -> str:
    """Name a unique index or constraint."""
    return _name((table, *columns), "u")


def foreign_key_name(table: str, columns: Sequence[str]) -> str:
    """Name a foreign key."""
    return _name((table, *columns), "fk")


def check_name(table: str, expression: str) -> str:
    """Name a check by what it says, so that another expression is another constraint.

    PostgreSQL gives an expression back in words of its own; the name is how a change of it is seen.
    """
    return f"{table[: LONGEST - 12]}_{_digest(expression)}_ck"


def is_good_name(name: str) -> bool:
    """Tell whether a table, column, constraint or index may have this name."""
    return len(name) <= LONGEST and bool(_PLAIN.fullmatch(name)) and not _LIKE_A_SHARD.search(name)


def is_free_name(name: str) -> bool:
    """Tell whether a table or column of a company's own may have this name: none that we give others by ourselves."""
    return is_good_name(name) and not TRASH.match(name) and not name.startswith("sys_")


def _name(parts: Sequence[str], kind: str) -> str:
    name = "_".join((*parts, kind))
    if len(name) <= LONGEST:
        return name
    kept = LONGEST - len(kind) - 10
    return f"{name[:kept]}_{_digest(name)}_{kind}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
