"""What an expression may name: the fields of an object, and the roots that stand beside them."""

import unicodedata
from collections.abc import Mapping

from closeloop.catalog.field_types import type_for
from closeloop.catalog.model import Field
from closeloop.expr import NUMBER, TEXT, Expression, Scope, SimpleScope, Type, Value, id_of, list_of

CANDIDATE = SimpleScope(
    {
        "id": id_of("person"),
        "city": TEXT,
        "quota_open": NUMBER,
        "quota_daily": NUMBER,
        "roles": list_of(TEXT),
        "departments": list_of(id_of("department")),
    }
)
"""What an assignment policy may ask about a person."""


def type_of(field: Field) -> Type | None:
    """Return the type that the field has in expressions; None where they can't name it."""
    return type_for(field).expr_type(field)


def object_scope(fields: Mapping[str, Field], roots: Mapping[str, Scope] | None = None) -> SimpleScope:
    """Make the scope of an object's expressions: bare field names or labels, `record.`, and the given roots."""
    types = {name: type_ for name, field in fields.items() if (type_ := type_of(field)) is not None}
    labels: dict[str, str] = {}
    for name in types:
        for label in fields[name].label.values():
            labels.setdefault(unicodedata.normalize("NFKC", label), name)
    return SimpleScope(types, labels, roots, own_root="record")


def row_for(expression: Expression, fields: Mapping[str, Value], **roots: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the row that an expression evaluates on: the record's fields, and `root.field` for what it names so."""
    dotted = {path: path.partition(".") for path in expression.paths if "." in path}
    if not dotted:
        return fields
    return {**fields, **{path: roots[root].get(name) for path, (root, _, name) in dotted.items()}}
