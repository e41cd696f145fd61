"""Fields that hold uploaded files: any file, photos, voice memos; the value is a list of the files' ids."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid
from sqlalchemy.types import TypeEngine

from closeloop.catalog.field_types.base import Abilities, Coercion, Plain
from closeloop.catalog.model import Field
from closeloop.expr import Type, Value, id_of, list_of


class Files(Plain):
    """Files of any kind: ids in, `[{id, name, type, size}]` out; 20 at most unless the field says otherwise."""

    name = "file"
    can = Abilities(sort=False, imported=False, index=False)
    settings = ("max",)
    most = 20

    def column(self) -> TypeEngine[Any]:
        return ARRAY(Uuid())

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return list_of(id_of("file"))

    def coerce(self, raw: Any, field: Field) -> Value:
        if raw == "":
            return None
        given: list[Any] = list(raw) if isinstance(raw, list | tuple) else [raw]  # pyright: ignore[reportUnknownArgumentType]
        ids = list(dict.fromkeys(_id(one) for one in given))
        most = int(field.max) if field.max is not None else self.most
        if len(ids) > most:
            raise Coercion("too_many", max=most)
        return ids or None

    def searched(self, value: Value) -> None:  # noqa: ARG002 - the protocol's shape
        return None


class Photos(Files):
    """Photos."""

    name = "photo"


class Voice(Files):
    """Voice memos."""

    name = "voice"


def _id(raw: Any) -> UUID:
    if isinstance(raw, dict):  # what was read may be written back
        raw = raw.get("id")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if isinstance(raw, UUID):
        return raw
    try:
        return UUID(raw)  # pyright: ignore[reportUnknownArgumentType]
    except (AttributeError, TypeError, ValueError):
        raise Coercion("not_an_id") from None
