"""The registry of field types: each owns its column, its coercion, its place in expressions and its form outside."""

from dataclasses import replace

from closeloop.base.registry import Registry
from closeloop.catalog.field_types.base import Abilities, Coercion, FieldType
from closeloop.catalog.field_types.children import Children
from closeloop.catalog.field_types.choice import Checklist, Choice, MultiChoice, StageChoice
from closeloop.catalog.field_types.computed import FormulaField, LookupField, RollupField
from closeloop.catalog.field_types.counted import AutoNumber
from closeloop.catalog.field_types.files import Files, Photos, Voice
from closeloop.catalog.field_types.link import Department, Person, Relation
from closeloop.catalog.field_types.number import Checkbox, Integer, Money, Number, Percent
from closeloop.catalog.field_types.place import Address, Place
from closeloop.catalog.field_types.temporal import Date, DateTime
from closeloop.catalog.field_types.text import Email, LongText, Phone, Text, Url
from closeloop.catalog.model import Field

FIELD_TYPES: Registry[FieldType] = Registry(
    "field type",
    [
        (one.name, one)
        for one in (
            Text(), LongText(), Phone(), Email(), Url(),
            Integer(), Number(), Money(), Percent(), Checkbox(),
            Date(), DateTime(),
            Choice(), MultiChoice(), StageChoice(), Checklist(),
            Person(), Department(), Relation(), Children(),
            LookupField(), RollupField(), FormulaField(), AutoNumber(),
            Files(), Photos(), Voice(), Place(), Address(),
        )
    ],
)  # fmt: skip

FILES = frozenset({"file", "photo", "voice"})
"""The types whose values are lists of ids of files."""


def type_for(field: Field) -> FieldType:
    """Return the type that answers for the field's values: of a computed field that of its result."""
    return FIELD_TYPES[field.kind]


def has_column(field: Field) -> bool:
    """Tell whether the field is stored in its record's row."""
    return not field.live and type_for(field).column() is not None


def abilities(field: Field) -> Abilities:
    """Return what the field can be used for."""
    can = type_for(field).can
    if field.computed is None:
        return can
    short = not isinstance(type_for(field), Text)  # a long text doesn't fit into an index
    return replace(can, search=False, imported=False, unique=False, index=can.index and short and not field.live)


__all__ = ["FIELD_TYPES", "FILES", "Abilities", "Coercion", "FieldType", "abilities", "has_column", "type_for"]
