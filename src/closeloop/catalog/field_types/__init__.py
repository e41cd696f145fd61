"""The registry of field types: each owns its column, its coercion, its place in expressions and its form outside."""

from closeloop.base.registry import Registry
from closeloop.catalog.field_types.base import Coercion, FieldType
from closeloop.catalog.field_types.children import Children
from closeloop.catalog.field_types.choice import Choice, MultiChoice, StageChoice
from closeloop.catalog.field_types.link import Person, Relation
from closeloop.catalog.field_types.number import Checkbox, Integer, Money, Number, Percent
from closeloop.catalog.field_types.temporal import Date, DateTime
from closeloop.catalog.field_types.text import Email, LongText, Phone, Text, Url

FIELD_TYPES: Registry[FieldType] = Registry(
    "field type",
    [
        (one.name, one)
        for one in (
            Text(), LongText(), Phone(), Email(), Url(),
            Integer(), Number(), Money(), Percent(), Checkbox(),
            Date(), DateTime(),
            Choice(), MultiChoice(), StageChoice(),
            Person(), Relation(), Children(),
        )
    ],
)  # fmt: skip

__all__ = ["FIELD_TYPES", "Coercion", "FieldType"]
