"""Role definitions: what a role grants on each object. Roles add up; nothing that no role grants is allowed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import NAME, Node
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.expr import BOOL, Expression

SCOPES = ("none", "own", "department", "below", "all")
"""Whose records: nobody's, one's own, those of one's departments' people, of departments below too, everybody's."""

HIDDEN, READ, WRITE = LEVELS = ("hidden", "read", "write")
"""What a person may do with a field, the least first; `read` and `write` of definitions too."""

REST = "*"
"""Under this name a role says what holds of the fields that it doesn't name."""

ACTIONS = ("read", "update", "delete", "assign", "merge", "clocks")
"""What a role grants on records; `clocks` is to pause and resume theirs by hand."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression over a record; two about the same object are one where their texts are."""

    source: str
    expression: Expression = field(compare=False)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which records: those in a scope, and those of which one of the conditions is true."""

    scope: str = "none"
    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return self.scope != "none" or bool(self.conditions)


NOTHING, EVERYTHING = Reach(), Reach("all")


def together(reaches: Iterable[Reach]) -> Reach:
    """Return what several reaches hold together: the widest scope, and every condition where that isn't `all`."""
    scope, conditions = "none", dict[str, Condition]()
    for reach in reaches:
        scope = max(scope, reach.scope, key=SCOPES.index)
        conditions.update({one.source: one for one in reach.conditions})
    return EVERYTHING if scope == "all" else Reach(scope, tuple(conditions[source] for source in sorted(conditions)))


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role allows on one object; `create` has no record yet, so it is yes or no."""

    read: Reach = NOTHING
    create: bool = False
    update: Reach = NOTHING
    delete: Reach = NOTHING
    assign: Reach = NOTHING
    merge: Reach = NOTHING
    clocks: Reach = NOTHING
    operations: Mapping[str, Reach] = field(default_factory=dict[str, Reach])
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    """The level of each field that the role names, and of the others under REST."""

    def reach(self, action: str) -> Reach:
        """Return the reach of one of ACTIONS or of `do:<operation>`."""
        if action.startswith("do:"):
            return self.operations.get(action[3:], NOTHING)
        return getattr(self, action)

    @property
    def usual(self) -> str:
        """What the role grants on a field that it says nothing of: as much as on the object."""
        return WRITE if self.create or self.update else READ if self.read else HIDDEN

    def level(self, name: str) -> str:
        """Return what the role grants on a field."""
        return self.fields.get(name, self.fields.get(REST, self.usual))


@dataclass(frozen=True, slots=True)
class Role:
    """One role; `everything` is the administrator's: all objects, all records, and the set-up."""

    key: str
    label: Label
    everything: bool
    objects: Mapping[str, Grant]
    people: bool = False
    """Whether it administers people, departments and who has which role."""
    definitions: Mapping[str, str] = field(default_factory=dict[str, str])
    """`read` or `write` by kind or by `kind/key`."""
    second_factor: bool = False
    """Whether who has the role must sign in with a one-time code too."""

    def grant(self, object_name: str) -> Grant:
        return self.objects.get(object_name, _NO_GRANT)

    def level(self, object_name: str, field_name: str) -> str:
        return WRITE if self.everything else self.grant(object_name).level(field_name)


_NO_GRANT = Grant()


@dataclass(frozen=True, slots=True)
class RoleKind:
    """Roles as a kind of definition."""

    name: str = "role"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Role:  # noqa: ARG002 - Kind
        key = node.name("role")
        grants: dict[str, Grant] = {}
        for object_name, raw in node.entries("objects"):
            part = Node(raw, node.at(f"objects.{object_name}"), node.problems)
            what = catalog.objects.get(object_name)
            if what is None:
                node.problems.add(part.place, "unknown_object", name=object_name)
            grants[object_name] = _grant(part, what)
            part.done()
        definitions = _levels(node, "definitions", (READ, WRITE))
        people = node.one_of("people", ("none", "manage"), "none")
        return Role(
            key=key,
            label=node.label(),
            everything=node.take("everything", bool, default=False),
            objects=grants,
            people=people == "manage",
            definitions=definitions,
            second_factor=node.take("second_factor", bool, default=False),
        )


def _grant(part: Node, what: ObjectType | None) -> Grant:
    reaches = {action: _reach(part, action, part.any(action), what) for action in ACTIONS}
    operations = {name: _reach(part, f"operations.{name}", raw, what) for name, raw in part.entries("operations")}
    fields = _levels(part, "fields", LEVELS)
    for name in fields:
        if name != REST and what is not None and name not in what.own_fields:
            part.problems.add(part.at(f"fields.{name}"), "unknown_field", name=name)
    create = part.take("create", bool, default=False)
    return Grant(**reaches, create=create, operations=operations, fields=fields)


def _reach(node: Node, key: str, raw: object, what: ObjectType | None) -> Reach:
    """Read a reach: a scope's word, a condition, or a list of both, of which one is enough."""
    several = isinstance(raw, list)
    items: Sequence[object] = cast("Sequence[object]", raw) if several else () if raw is None else (raw,)
    reaches: list[Reach] = []
    for i, item in enumerate(items):
        place = node.at(f"{key}[{i}]" if several else key)
        if item in SCOPES:
            reaches.append(Reach(str(item)))
        elif not isinstance(item, str) or (NAME.fullmatch(item) and (what is None or item not in what.fields)):
            node.problems.add(place, "not_one_of", words=list(SCOPES))
        elif what is not None:
            expression = node.compile(item, place, what.scope, BOOL)
            if expression is not None:
                reaches.append(Reach(conditions=(Condition(item, expression),)))
    return together(reaches)


def _levels(node: Node, key: str, words: Sequence[str]) -> dict[str, str]:
    levels: dict[str, str] = {}
    for name, level in node.entries(key):
        if level in words:
            levels[name] = str(level)
        else:
            node.problems.add(node.at(f"{key}.{name}"), "not_one_of", words=list(words))
    return levels


ROLES = RoleKind()
