"""What an expression may name: the fields of an object, and the roots that stand beside them."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from closeloop.catalog.field_types import type_for
from closeloop.catalog.messages import PERSON_LABELS
from closeloop.catalog.model import Field
from closeloop.expr import NUMBER, TEXT, Expression, Scope, SimpleScope, Symbol, Type, Value, id_of, list_of

CANDIDATE_TYPES: Mapping[str, Type] = {
    "id": id_of("person"),
    "city": TEXT,
    "quota_open": NUMBER,
    "quota_daily": NUMBER,
    "roles": list_of(TEXT),
    "departments": list_of(id_of("department")),
}
"""What an assignment policy may ask about a person in every company; the company's profile adds its own."""

PERSON = SimpleScope(
    {"name": TEXT, "city": TEXT, "departments": list_of(id_of("department")), "roles": list_of(TEXT)},
    {label: name for name, labels in PERSON_LABELS.items() for label in labels.values()},
)
"""What a field that holds a person leads to."""


def type_of(field: Field) -> Type | None:
    """Return the type that the field has in expressions; None where they can't name it."""
    return type_for(field).expr_type(field)


Related = Callable[[str], "Mapping[str, Field] | None"]
"""Gives the fields of another object that paths may lead to; None where they may lead to none of it."""

MOST_STEPS = 2
"""How many relations a path may follow."""


def object_scope(
    fields: Mapping[str, Field], roots: Mapping[str, Scope] | None = None, related: Related | None = None
) -> SimpleScope:
    """Make the scope of an object's expressions: bare field names or labels, `record.`, and the given roots.

    With `related`, relations and people lead on to their own fields, and lists of children may be asked about.
    """
    return _scope(fields, roots, related, MOST_STEPS, lists=True, own_root="record")


def _scope(
    fields: Mapping[str, Field],
    roots: Mapping[str, Scope] | None,
    related: Related | None,
    steps: int,
    *,
    lists: bool,
    own_root: str | None = None,
) -> SimpleScope:
    types = {name: type_ for name, field in fields.items() if (type_ := type_of(field)) is not None}
    members: dict[str, Scope] = {}
    children: dict[str, Scope] = {}
    for name, field in fields.items() if related is not None and steps > 0 else ():
        to = leads_to(field, types.get(name))
        if related is None or to is None:
            continue
        if to == "person":
            members[name] = PERSON
        elif field.type != "children":
            members[name] = _Beyond(to, related, steps - 1, lists=lists)
        elif lists:
            children[name] = _Beyond(to, related, steps - 1, lists=False)
    labels: dict[str, str] = {}
    for name in (*types, *children):
        for label in fields[name].label.values():
            labels.setdefault(unicodedata.normalize("NFKC", label), name)
    return _ObjectScope(types, labels, roots, own_root, members, children)


def leads_to(field: Field, type_: Type | None) -> str | None:
    """Return the object whose fields a path may go on to behind the field: `person` behind one that holds a person."""
    if field.type == "children":
        return field.object
    to = None if type_ is None or field.name == "id" else type_.object
    return None if to == "department" else to


class _ObjectScope(SimpleScope):
    """An object's names; a list of an object that paths may lead to none of is not there."""

    def resolve(self, name: str) -> Symbol | None:
        found = super().resolve(name)
        beyond = found.members if found is not None and found.many else None
        return None if isinstance(beyond, _Beyond) and beyond.closed else found


class _Beyond:
    """The fields of the object that a relation or a list of children leads to, looked up when they are asked for.

    Objects lead to each other in circles, and some are read before those that they lead to.
    """

    def __init__(self, name: str, related: Related, steps: int, *, lists: bool) -> None:
        self._name = name
        self._related = related
        self._steps = steps
        self._lists = lists

    @property
    def closed(self) -> bool:
        return self._related(self._name) is None

    @cached_property
    def _scope(self) -> SimpleScope:
        fields = self._related(self._name)
        return _scope(fields or {}, None, self._related, self._steps, lists=self._lists)

    def resolve(self, name: str) -> Symbol | None:
        return self._scope.resolve(name)

    def names(self) -> Iterable[str]:
        return self._scope.names()


def row_for(expression: Expression, fields: Mapping[str, Value], **roots: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the row that an expression evaluates on: the record's fields, and `root.field` for what it names so.

    What lies beyond the record, or beyond the record that a root stands for, is asked of that row.
    """
    dotted = {path: path.partition(".") for path in expression.paths if path.partition(".")[0] in roots}
    if not dotted:
        return fields
    values = {path: fields[path] for path in expression.paths if path not in dotted}
    for path, (root, _, name) in dotted.items():
        given = roots[root]
        values[path] = given[name] if "." in name else given.get(name)
    return values
