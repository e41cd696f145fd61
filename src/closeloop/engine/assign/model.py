"""Assignment policies: whose turn it is, who may be asked, and what happens when nobody fits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from closeloop.access.org import Org
from closeloop.catalog.expressions import CANDIDATE
from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import Snapshot, scope_with
from closeloop.expr import BOOL, NUMBER, Env, Expression, SimpleScope

_ROOM = SimpleScope({}, roots={"candidate": CANDIDATE})
"""A quota may ask about the candidate only: it is counted once for all records of a batch."""

ORDERS = ("round_robin", "least_loaded")


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy as it runs. `open` and `daily` give a candidate's room; without one there is no limit."""

    key: str
    object: str
    definition: Definition
    label: Label
    position: int
    when: Expression | None
    department: str | None
    role: str | None
    on_duty: bool
    open: Expression | None
    daily: Expression | None
    prefer: Expression | None
    order: str
    pool: str | None
    alarm: str | None

    def candidates(self, org: Org) -> list[UUID]:
        """Return everybody whom the policy may ask, eligible or not, in a stable order."""
        return org.keep(("candidates", self.definition.id), lambda: self._candidates(org))

    def _candidates(self, org: Org) -> list[UUID]:
        people = set(org.people)
        if self.department is not None:
            department = org.by_key(self.department)
            people &= org.members(org.below(department.id)) if department else set()
        if self.role is not None:
            people = {one for one in people if self.role in org.people[one].roles}
        return sorted(people, key=lambda one: org.people[one].login)

    def limit(self, which: Expression | None, candidate: Mapping[str, Any], env: Env) -> int | None:
        """Return a candidate's quota, None for none."""
        if which is None:
            return None
        value = which.evaluate(candidate, env)
        return None if value is None else int(value)  # pyright: ignore[reportArgumentType]

    def fits(self, row: Mapping[str, Any], env: Env) -> bool:
        return self.when is None or self.when.evaluate(row, env) is True


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """Assignment policies as a kind of definition."""

    name: str = "assignment"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Policy:
        key = node.name("assignment")
        object_name, what = catalog.target(node)
        scope = scope_with(what, candidate=CANDIDATE) if what else CANDIDATE
        to = node.child("to")
        department = role = None
        if to is not None:
            department, role = to.take("department", str, "") or None, to.take("role", str, "") or None
            to.done()
        if department is None and role is None:
            node.problems.add(node.at("to"), "required")
        room = node.child("room")
        open_ = daily = None
        if room is not None:
            open_ = room.expression("open", _ROOM, NUMBER)
            daily = room.expression("daily", _ROOM, NUMBER)
            room.done()
        nobody = node.child("nobody")
        pool = alarm = None
        if nobody is not None:
            pool, alarm = nobody.take("pool", str, "") or None, nobody.take("alarm", str, "") or None
            nobody.done()
        if pool is not None and what is not None and "pool" not in what.own_fields:
            node.problems.add(node.at("nobody.pool"), "unknown_field", name="pool")
        return Policy(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            position=node.take("position", int, 100),
            when=node.expression("when", scope, BOOL),
            department=department,
            role=role,
            on_duty=node.one_of("duty", ("any", "on_duty"), "any") == "on_duty",
            open=open_,
            daily=daily,
            prefer=node.expression("prefer", scope, BOOL),
            order=node.one_of("order", ORDERS, "round_robin"),
            pool=pool,
            alarm=alarm,
        )


POLICIES = PolicyKind()
