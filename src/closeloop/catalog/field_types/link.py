"""Fields that point to a person, a department or a record of another object; whether it exists is asked elsewhere."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.types import TypeEngine

from closeloop.catalog.field_types.base import Abilities, Coercion, Plain
from closeloop.catalog.model import Field
from closeloop.expr import Type, Value, id_of


class Person(Plain):
    """One of the company's people: an id in, `{id, label}` out."""

    name = "person"
    can = Abilities(group=True, unique=True)

    def column(self) -> TypeEngine[Any]:
        return Uuid()

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return id_of("person")

    def coerce(self, raw: Any, field: Field) -> Value:  # noqa: ARG002 - the protocol's shape
        if isinstance(raw, dict):  # what was read may be written back
            raw = raw.get("id")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if isinstance(raw, UUID):
            return raw
        if raw == "":
            return None
        if not isinstance(raw, str):
            raise Coercion("not_an_id")
        try:
            return UUID(raw)
        except ValueError:
            raise Coercion("not_an_id") from None


class Department(Person):
    """One of the company's departments: an id in, `{id, label}` out."""

    name = "department"

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return id_of("department")


class Relation(Person):
    """A record of another object: an id in, `{id, label}` out."""

    name = "relation"
    settings = needs = ("object",)

    def expr_type(self, field: Field) -> Type:
        return id_of(field.object or "")
