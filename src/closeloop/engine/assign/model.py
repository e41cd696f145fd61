"""Assignment policies: whose turn it is, who may be asked, and what happens when nobody fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from closeloop.access.duty import IsOpen
from closeloop.access.org import Org
from closeloop.catalog.field_types import Coercion, type_for
from closeloop.catalog.model import Definition, Label
from closeloop.catalog.profiles import Profile
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType, Snapshot, scope_with
from closeloop.expr import BOOL, NUMBER, Env, Expression, Scope, SimpleScope

ORDERS = ("round_robin", "weighted", "least_loaded", "by_expression")

GRAIN = 100
"""Weights count in hundredths, so that turns are kept as whole numbers."""
_MOST_WEIGHT = 1_000_000
_MOST_DAYS = 30

USUAL_POOL = "pool"
"""The field of policies that name a pool and no field, as they did before fields could be named."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How many records out of many each candidate gets: an expression, or numbers for people and departments."""

    expression: Expression | None = None
    people: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    departments: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])

    def of(self, person: UUID, candidate: Mapping[str, Any], org: Org, env: Env) -> int:
        """Return a candidate's weight in hundredths: 1 where nothing is said, at least 0.

        A person's own number goes before that of the main department, which goes before those above it.
        """
        asked = self.expression
        found = self._named(person, org) if asked is None else asked.evaluate(candidate, env)
        weight = Decimal(1) if found is None else Decimal(str(found))
        return int((min(max(weight, Decimal(0)), Decimal(_MOST_WEIGHT)) * GRAIN).to_integral_value(ROUND_HALF_UP))

    def _named(self, person: UUID, org: Org) -> Decimal | None:
        one = org.people[person]
        if one.login in self.people:
            return self.people[one.login]
        return next((self.departments[key] for key in org.chain(one) if key in self.departments), None)


@dataclass(frozen=True, slots=True)
class Watch:
    """What the distribution of an object's records is watched by; a limit that is None raises no alarm."""

    days: int = 3
    """Whoever is on duty and has been given nothing for so many days, while others were, waits too long."""
    waiting: int | None = None
    """Records that wait for an owner."""
    per_person: int | None = None
    """Open records of one person."""
    swing: Decimal | None = None
    """By what fraction a working day's records may differ from the mean of the five before."""


USUAL_WATCH = Watch()


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
    where: Expression | None
    """Which candidates may be asked for the record at hand."""
    on_duty: bool
    open: Expression | None
    daily: Expression | None
    prefer: Expression | None
    order: str
    weights: Weights
    by: Expression | None
    """What `by_expression` compares: whoever has most of it is asked first."""
    pool_field: str
    pool: str | None
    alarm: str | None
    watch: Watch | None
    profile: Profile
    is_open: IsOpen

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

    def facts(self, person: UUID, org: Org) -> Mapping[str, Any]:
        """Return what the policy's expressions see as `candidate`."""
        told = self.profile.definition
        key = ("candidate", told.id if told else None, person)
        return org.keep(key, lambda: org.people[person].as_candidate(self.profile))

    def limit(self, which: Expression | None, candidate: Mapping[str, Any], env: Env) -> int | None:
        """Return a candidate's quota, None for none."""
        if which is None:
            return None
        value = which.evaluate(candidate, env)
        return None if value is None else int(value)  # pyright: ignore[reportArgumentType]

    def takes_part(self, person: UUID, org: Org, env: Env) -> bool:
        """Tell whether a candidate can be given anything, by what the policy says of people, whatever the record."""
        facts = self.facts(person, org)
        if self.order == "weighted" and self.weights.of(person, facts, org, env) == 0:
            return False
        alone = self.where is not None and all(name.startswith("candidate.") for name in self.where.reads)
        return not alone or (self.where is not None and self.where.evaluate(facts, env) is True)

    def fits(self, row: Mapping[str, Any], env: Env) -> bool:
        return self.when is None or self.when.evaluate(row, env) is True


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """Assignment policies as a kind of definition."""

    name: str = "assignment"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Policy:
        key = node.name("assignment")
        object_name, what = catalog.target(node)
        alone = SimpleScope({}, roots={"candidate": catalog.profile.scope})
        scope = scope_with(what, candidate=catalog.profile.scope) if what else alone
        to = node.child("to")
        department = role = where = None
        if to is not None:
            department, role = to.take("department", str, "") or None, to.take("role", str, "") or None
            where = to.expression("where", scope, BOOL)
            to.done()
        if department is None and role is None:
            node.problems.add(node.at("to"), "required")
        room = node.child("room")
        open_ = daily = None
        if room is not None:
            # quotas may ask about the candidate only: they are counted once for all records of a batch
            open_ = room.expression("open", alone, NUMBER)
            daily = room.expression("daily", alone, NUMBER)
            room.done()
        order = node.one_of("order", ORDERS, "round_robin")
        by = node.expression("by", scope, NUMBER)
        if (by is None) == (order == "by_expression"):
            node.problems.add(node.at("by"), "required" if by is None else "unknown_key", suggestion=None)
        pool_field, pool, alarm = _nobody(node, what)
        return Policy(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            position=node.take("position", int, 100),
            when=node.expression("when", scope, BOOL),
            department=department,
            role=role,
            where=where,
            on_duty=node.one_of("duty", ("any", "on_duty"), "any") == "on_duty",
            open=open_,
            daily=daily,
            prefer=node.expression("prefer", scope, BOOL),
            order=order,
            weights=_weights(node, alone, order),
            by=by,
            pool_field=pool_field,
            pool=pool,
            alarm=alarm,
            watch=_watch(node),
            profile=catalog.profile,
            is_open=catalog.is_open,
        )


def _weights(node: Node, scope: Scope, order: str) -> Weights:
    """Read `weight`: an expression over the candidate, or `{people: {login: n}, departments: {key: n}}`."""
    raw = node.any("weight")
    if raw is None:
        return Weights()
    if order != "weighted":
        node.problems.add(node.at("weight"), "unknown_key", suggestion=None)
    if isinstance(raw, str):
        return Weights(node.expression("weight", scope, NUMBER))
    part = Node(raw, node.at("weight"), node.problems)
    read: dict[str, dict[str, Decimal]] = {"people": {}, "departments": {}}
    for name, found in read.items():
        for key, given in part.entries(name):
            if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= _MOST_WEIGHT:
                node.problems.add(part.at(f"{name}.{key}"), "out_of_range", min=0, max=_MOST_WEIGHT)
            else:
                found[str(key)] = Decimal(str(given))
    part.done()
    return Weights(None, read["people"], read["departments"])


def _nobody(node: Node, what: ObjectType | None) -> tuple[str, str | None, str | None]:
    """Read `nobody: {field, pool, alarm}`: where a record waits that nobody can take, and which role is told."""
    part = node.child("nobody")
    if part is None:
        return USUAL_POOL, None, None
    name = part.take("field", str, USUAL_POOL)
    pool, alarm = part.take("pool", str, "") or None, part.take("alarm", str, "") or None
    part.done()
    if pool is None or what is None:
        return name, pool, alarm
    found = what.own_fields.get(name)
    if found is None or found.readonly:
        node.problems.add(part.at("field"), "unknown_field", name=name)
    else:
        try:
            type_for(found).coerce(pool, found)
        except Coercion as problem:
            node.problems.add(part.at("pool"), problem.code, **problem.params)
    return name, pool, alarm


def _watch(node: Node) -> Watch | None:
    """Read `watch: {days, waiting, per_person, swing}`."""
    part = node.child("watch")
    if part is None:
        return None
    days, waiting, per_person = (
        part.take("days", int, 3),
        part.take("waiting", int, -1),
        part.take("per_person", int, -1),
    )
    swing = part.any("swing")
    if not 1 <= days <= _MOST_DAYS:
        node.problems.add(part.at("days"), "out_of_range", min=1, max=_MOST_DAYS)
    for name, limit in (("waiting", waiting), ("per_person", per_person)):
        if part.any(name) is not None and limit < 0:
            node.problems.add(part.at(name), "out_of_range", min=0, max=_MOST_WEIGHT)
    if swing is not None and (isinstance(swing, bool) or not isinstance(swing, int | float) or not 0 < swing <= 100):
        node.problems.add(part.at("swing"), "out_of_range", min=0, max=100)
        swing = None
    part.done()
    fraction = None if swing is None else Decimal(str(swing))
    return Watch(days, waiting if waiting >= 0 else None, per_person if per_person >= 0 else None, fraction)


def watch_of(policies: Sequence[Policy]) -> Watch:
    """Return what an object is watched by: what the first of its policies says that says something."""
    return next((one.watch for one in policies if one.watch is not None), USUAL_WATCH)


POLICIES = PolicyKind()
