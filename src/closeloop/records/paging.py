"""Order a list and go on where a page ended: sort keys, and cursors that hold the last row's."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.access.sight import Sight
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.field_types import Coercion, abilities, type_for
from closeloop.catalog.model import Field
from closeloop.catalog.pinyin import order_key
from closeloop.records.columns import Columns

_NEVER_NULL = frozenset({"id", "created_at", "updated_at", "version"})


@dataclass(frozen=True, slots=True)
class Key:
    """One field that a list is sorted by; the last key is always the id, so that the order is total."""

    field: Field
    descending: bool
    column: str
    """The column that holds what it is sorted by: the field's own, or how its text is read."""

    def of(self, value: Any) -> Any:
        """Return what a value of the field is sorted by."""
        return value if self.column == self.field.name else order_key(value)


def sort_keys(sight: Sight, sort: str | None) -> list[Key]:
    """Read `-created_at,score`; raises Invalid for a field that one doesn't see or that can't be sorted by."""
    keys: list[Key] = []
    for part in (sort or "-created_at").split(","):
        name = part.strip().removeprefix("-")
        field = sight.fields.get(name)
        if field is None or not abilities(field).sort:
            raise Invalid(errors=[FieldError("sort", "unknown_field", {"name": name})])
        if name not in (key.field.name for key in keys):
            keys.append(Key(field, part.strip().startswith("-"), sight.what.ordered_by(name)))
    if keys[-1].field.name != "id":
        keys.append(Key(sight.fields["id"], keys[-1].descending, "id"))
    return keys


def ordering(columns: Callable[[str], sa.ColumnElement[Any]], keys: Sequence[Key]) -> list[sa.ColumnElement[Any]]:
    """Return what a statement is ordered by; empty values stand last in either direction."""
    order: list[sa.ColumnElement[Any]] = []
    for key in keys:
        column = columns(key.column)
        ordered = column.desc() if key.descending else column.asc()
        order.append(ordered if key.field.name in _NEVER_NULL else ordered.nulls_last())
    return order


def behind(columns: Columns, keys: Sequence[Key], values: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Return the condition of the rows behind a cursor's; empty values stand last in either direction."""
    elements = [columns(key.column) for key in keys]
    one_way = len({key.descending for key in keys}) == 1
    if one_way and all(key.field.name in _NEVER_NULL for key in keys):
        # a row comparison is one range of an index, which the chain of ors below is not
        here = sa.tuple_(*elements)
        there = sa.tuple_(*(sa.literal(v, c.type) for c, v in zip(elements, values, strict=True)))
        return here < there if keys[0].descending else here > there
    parts: list[sa.ColumnElement[bool]] = []
    same: list[sa.ColumnElement[bool]] = []
    for key, column, value in zip(keys, elements, values, strict=True):
        if value is None:
            same.append(column.is_(None))
            continue
        bound = sa.literal(key.of(value), column.type)
        beyond = column < bound if key.descending else column > bound
        if key.field.name not in _NEVER_NULL:
            beyond = sa.or_(beyond, column.is_(None))
        parts.append(sa.and_(*same, beyond))
        same.append(column == bound)
    return sa.or_(*parts) if parts else sa.false()


def shape(keys: Sequence[Key]) -> str:
    """Write the keys as they are asked for."""
    return ",".join(("-" if key.descending else "") + key.field.name for key in keys)


def encode(keys: Sequence[Key], row: dict[str, Any]) -> str:
    """Return the cursor with which the list goes on behind a row."""
    data = [shape(keys), *(row[key.field.name] for key in keys)]
    return base64.urlsafe_b64encode(orjson.dumps(data, default=str)).decode().rstrip("=")


def cursor_behind(record: UUID) -> str:
    """Return the cursor with which a list that is sorted by id goes on behind a record."""
    return base64.urlsafe_b64encode(orjson.dumps(["id", str(record)])).decode().rstrip("=")


def decode(cursor: str, keys: Sequence[Key]) -> list[Any]:
    """Return the keys' values that a cursor holds; raises Invalid for one of another order, or none at all."""
    bad = Invalid(errors=[FieldError("cursor", "bad_cursor")])
    try:
        data: Any = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(data, list) or data[0] != shape(keys) or len(data) != len(keys) + 1:  # pyright: ignore[reportUnknownArgumentType]
            raise bad
        given: list[Any] = data[1:]  # pyright: ignore[reportUnknownVariableType]
        return [
            None if value is None else type_for(key.field).coerce(value, key.field)
            for key, value in zip(keys, given, strict=True)
        ]
    except (binascii.Error, ValueError, IndexError, Coercion):
        raise bad from None
