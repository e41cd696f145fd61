"""Fields that the kernel works out; their values are of the type of their result, and nobody writes them."""

from closeloop.catalog.field_types.base import Abilities, Coercion, Plain
from closeloop.catalog.model import Field
from closeloop.expr import Type, Value


class Computed(Plain):
    """What all of them share; once the type of the result is known, that type answers for the values."""

    can = Abilities(imported=False)

    def column(self) -> None:
        return None

    def expr_type(self, field: Field) -> Type | None:  # noqa: ARG002 - the protocol's shape
        return None

    def coerce(self, raw: object, field: Field) -> Value:  # noqa: ARG002 - the protocol's shape
        raise Coercion("readonly")


class LookupField(Computed):
    """A field of a related record, read there."""

    name = "lookup"
    can = Abilities(imported=False, index=False)
    settings = needs = ("via", "field")


class RollupField(Computed):
    """A figure over a list of children, kept up with every change of theirs."""

    name = "rollup"
    settings = ("of", "fn", "field", "where")
    needs = ("of",)


class FormulaField(Computed):
    """An expression over the record: stored, or computed when read where it depends on the moment or other records."""

    name = "formula"
    settings = ("value", "result", "options")
    needs = ("value",)
