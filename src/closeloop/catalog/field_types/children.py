"""The list of the records of another object that point here; it has no column, since the relation there says it all."""

from closeloop.catalog.field_types.base import Abilities, Coercion, Plain
from closeloop.catalog.model import Field
from closeloop.expr import Type, Value


class Children(Plain):
    """The records of `object` whose relation `by` is this record."""

    name = "children"
    can = Abilities(filter=False, sort=False, imported=False, index=False)
    settings = needs = ("object", "by")

    def column(self) -> None:
        return None

    def expr_type(self, field: Field) -> Type | None:  # noqa: ARG002 - the protocol's shape
        return None

    def coerce(self, raw: object, field: Field) -> Value:  # noqa: ARG002 - the protocol's shape
        raise Coercion("readonly")
