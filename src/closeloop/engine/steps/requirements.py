"""What must hold before something may be done: filled fields, or a condition; what is missing is told one by one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from closeloop.catalog.model import Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType
from closeloop.expr import BOOL, Expression, Scope

KINDS = ("field", "expression")


@dataclass(frozen=True, slots=True)
class Requirement:
    """Fields that must be filled, or a `check` that must be true."""

    kind: str
    label: Label | None
    fields: tuple[str, ...] = ()
    check: Expression | None = None


def read_requirements(node: Node, key: str, what: ObjectType | None, scope: Scope | None) -> tuple[Requirement, ...]:
    """Read a list of requirements on records of an object."""
    return tuple(_read(part, what, scope) for part in node.children(key))


def _read(node: Node, what: ObjectType | None, scope: Scope | None) -> Requirement:
    kind = node.one_of("kind", KINDS, "field")
    fields = node.words("fields")
    check = node.expression("check", scope, BOOL) if scope is not None else None
    if kind == "field" and not fields:
        node.problems.add(node.at("fields"), "required")
    if kind == "expression" and not node.any("check"):
        node.problems.add(node.at("check"), "required")
    for name in fields:
        if what is not None and name not in what.fields:
            node.problems.add(node.at("fields"), "unknown_field", name=name)
    label = node.label() if node.any("label") is not None else None
    node.done()
    return Requirement(kind, label, fields, check)


def is_filled(value: Any) -> bool:
    """Tell whether a field counts as filled: neither missing nor an empty text or list."""
    return value is not None and value not in ("", [])


def unmet(
    requirements: Iterable[Requirement],
    what: ObjectType,
    row: Mapping[str, Any],
    value_of: Callable[[Expression], Any],
) -> list[dict[str, Any]]:
    """Return what is still asked for: `{kind, field?, label, detail?, reads?}` each; empty if all is there.

    `reads` are the paths that a condition looks at, by which whoever tells of it leaves out what is hidden.
    """
    missing: list[dict[str, Any]] = []
    for one in requirements:
        empty = [name for name in one.fields if not is_filled(row.get(name))]
        missing += [{"kind": one.kind, "field": name, "label": one.label or what.fields[name].label} for name in empty]
        if one.check is not None and value_of(one.check) is not True:
            label = one.label or {"zh-CN": one.check.source}
            reads = sorted(one.check.paths)
            missing.append({"kind": one.kind, "label": label, "detail": one.check.source, "reads": reads})
    return missing
