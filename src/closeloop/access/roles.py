"""Role definitions: what a role grants on each object. Roles add up; nothing that no role grants is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass

from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import Snapshot

SCOPES = ("none", "own", "department", "below", "all")
"""Whose records: nobody's, one's own, those of one's departments' people, of departments below too, everybody's."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role allows on one object, each as a scope; `create` has no record yet, so it is yes or no."""

    read: str = "none"
    create: bool = False
    update: str = "none"
    delete: str = "none"
    assign: str = "none"
    operations: Mapping[str, str] | None = None

    def scope(self, action: str) -> str:
        """Return the scope of read, update, delete, assign or of `do:<operation>`."""
        if action.startswith("do:"):
            return (self.operations or {}).get(action[3:], "none")
        return str(getattr(self, action))


@dataclass(frozen=True, slots=True)
class Role:
    """One role; `everything` is the administrator's: all objects, all records, and the set-up."""

    key: str
    label: Label
    everything: bool
    objects: Mapping[str, Grant]

    def grant(self, object_name: str) -> Grant:
        return self.objects.get(object_name, _NOTHING)


_NOTHING = Grant()


@dataclass(frozen=True, slots=True)
class RoleKind:
    """Roles as a kind of definition."""

    name: str = "role"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Role:  # noqa: ARG002 - Kind
        key = node.name("role")
        grants: dict[str, Grant] = {}
        for object_name, raw in node.entries("objects"):
            part = Node(raw, node.at(f"objects.{object_name}"), node.problems)
            if object_name not in catalog.objects:
                node.problems.add(part.place, "unknown_object", name=object_name)
            operations: dict[str, str] = {}
            for name, scope in part.entries("operations"):
                if scope in SCOPES:
                    operations[name] = str(scope)
                else:
                    node.problems.add(part.at(f"operations.{name}"), "not_one_of", words=list(SCOPES))
            grants[object_name] = Grant(
                read=part.one_of("read", SCOPES, "none"),
                create=part.take("create", bool, default=False),
                update=part.one_of("update", SCOPES, "none"),
                delete=part.one_of("delete", SCOPES, "none"),
                assign=part.one_of("assign", SCOPES, "none"),
                operations=operations,
            )
            part.done()
        return Role(key, node.label(), node.take("everything", bool, default=False), grants)


ROLES = RoleKind()
