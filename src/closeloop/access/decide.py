"""The one place that decides who may do what: roles and actor in, a reach and its SQL predicate out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from closeloop.access.org import Org, Person
from closeloop.access.roles import EVERYTHING, LEVELS, NOTHING, ROLES, WRITE, Reach, Role, together
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.expr import Env, Expression

ActorKey = tuple[str, UUID | None, bool, frozenset[str] | None]
"""What tells two actors of a batch apart."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a person, an intake channel, or the system itself on behalf of a definition.

    Channels and the system aren't people with hidden rights: what they do is what a definition says, and it stands
    in the log under their kind.
    """

    kind: str
    person: Person | None
    roles: tuple[Role, ...]
    org: Org
    elevated: bool = False
    """Whether the actor carries out what a definition says, under the definition's rights."""
    limits: frozenset[str] | None = None
    """What a program's token may do of what its person may: see `access.tokens`; None is all of it."""
    _reaches: dict[tuple[str, str], Reach] = field(
        default_factory=dict[tuple[str, str], Reach], init=False, repr=False, compare=False
    )

    @property
    def key(self) -> ActorKey:
        return self.kind, self.id, self.elevated, self.limits

    @property
    def id(self) -> UUID | None:
        return self.person.id if self.person else None

    @cached_property
    def _open(self) -> bool:
        """Whether every record and action is open to the actor, as far as a token's limits go."""
        return self.elevated or self.person is None or any(role.everything for role in self.roles)

    @property
    def everything(self) -> bool:
        """Whether the actor may do all that there is, the set-up of the company too."""
        return self._open and (self.limits is None or self.elevated)

    @property
    def administers(self) -> bool:
        """Whether the actor may change people, departments and who has which role."""
        return self._within("people") and (self._open or any(role.people for role in self.roles))

    @property
    def must(self) -> str | None:
        """Return what the person has to do before anything else: set a `password` or a `second_factor`."""
        if self.person is None:
            return None
        if self.person.must_change:
            return "password"
        unsafe = any(role.second_factor for role in self.roles) and not self.person.second_factor
        return "second_factor" if unsafe else None

    @cached_property
    def colleagues(self) -> tuple[UUID, ...]:
        return self.org.colleagues(self.person) if self.person else ()

    @cached_property
    def subtree(self) -> tuple[UUID, ...]:
        return self.org.subtree(self.person) if self.person else ()

    @property
    def sees_all_fields(self) -> bool:
        """Whether no role hides or locks a field from the actor."""
        return self._open

    @cached_property
    def seen(self) -> object:
        """What two actors have in common who see the same objects and fields."""
        if self.sees_all_fields:
            return self.everything or self.limits
        grants = ((name, one) for role in self.roles for name, one in role.objects.items())
        levels = {(name, bool(one.read), one.usual, frozenset(one.fields.items())) for name, one in grants}
        return self.limits, frozenset(levels)

    def env(self, now: datetime, catalog: Snapshot) -> Env:
        """Return what expressions know about the moment and the one who asks."""
        return Env(
            now=now,
            tz=catalog.zone,
            me=self.id,
            my_departments=self.person.departments if self.person else (),
            my_subtree=self.subtree,
            calendar=catalog.calendar,
        )

    def may_create(self, object_name: str) -> bool:
        if not self._within(WRITE, object_name):
            return False
        return self._open or any(role.grant(object_name).create for role in self.roles)

    def may_define(self, kind: str, key: str, level: str = WRITE) -> bool:
        """Tell whether the actor may read or write a definition; without a key, any of the kind."""
        if not self._within("definitions"):
            return False
        granted = {
            given
            for role in self.roles
            for name, given in role.definitions.items()
            if name in (kind, f"{kind}/{key}") or (not key and name.startswith(f"{kind}/"))
        }
        return self._open or WRITE in granted or level in granted

    def defines(self, kinds: Iterable[str]) -> dict[str, str]:
        """Return what the actor may do with definitions as a role says it: `read` or `write` by kind or `kind/key`."""
        if not self._within("definitions"):
            return {}
        if self._open:
            return dict.fromkeys(sorted(kinds), WRITE)
        levels: dict[str, str] = {}
        for role in self.roles:
            for name, given in role.definitions.items():
                levels[name] = max(given, levels.get(name, given), key=LEVELS.index)
        return dict(sorted(levels.items()))

    def reach(self, object_name: str, action: str) -> Reach:
        """Return which records the actor's roles give together for read, update, delete, assign or `do:<operation>`."""
        found = self._reaches.get((object_name, action))
        if found is None:
            found = self._reaches[object_name, action] = self._reach(object_name, action)
        return found

    def _reach(self, object_name: str, action: str) -> Reach:
        if not self._within("read" if action == "read" else WRITE, object_name):
            return NOTHING
        if self._open:
            return EVERYTHING
        return together(role.grant(object_name).reach(action) for role in self.roles)

    def _within(self, scope: str, object_name: str | None = None) -> bool:
        """Tell whether a token's limits leave this; to write takes in to read."""
        if self.limits is None or self.elevated:
            return True
        wider = (scope, WRITE) if scope == "read" else (scope,)
        return any(one in self.limits or f"object:{object_name}:{one}" in self.limits for one in wider)

    def owners(self, scope: str) -> list[UUID]:
        """Return whose records a scope other than `all` holds."""
        if self.person is None or scope == "none":
            return []
        return {
            "own": [self.person.id],
            "department": list(self.colleagues),
            "below": list(self.subtree),
        }[scope]


def person_actor(person: Person, catalog: Snapshot, org: Org, limits: frozenset[str] | None = None) -> Actor:
    """Make the actor of a signed-in person; a role that is no longer defined grants nothing."""
    roles = catalog.all(ROLES)
    held = tuple(roles[key] for key in person.roles if key in roles)
    return Actor("person", person, held, org, limits=limits)


Write = Callable[[Expression], sa.ColumnElement[bool]]
"""Writes a condition in the SQL of one query."""


@dataclass(frozen=True)
class Predicate:
    """The condition under which a record is within an actor's reach, for one statement.

    Every read and every write of a record goes through this: a record is listed if and only if it is readable. What
    differs from person to person are parameters, named after `prefix`, so that a statement serves everyone whose
    `key` is the same.
    """

    what: ObjectType
    reach: Reach
    actor: Actor
    write: Write
    prefix: str = "access"

    @property
    def _owners(self) -> str:
        return f"{self.prefix}_owners"

    @cached_property
    def _conditions(self) -> tuple[list[sa.ColumnElement[bool]], list[sa.BindParameter[Any]]]:
        """Return the conditions' elements, their parameters named in order: the same names for everyone.

        The elements are this predicate's own, so their parameters are renamed where they stand. A copy would do for
        plain ones, but it parts the aliases of a list or a relation from the joins that they belong to.
        """
        elements = [self.write(one.expression) for one in self.reach.conditions]
        binds: list[sa.BindParameter[Any]] = []
        for element in elements:
            for part in visitors.iterate(element):
                if isinstance(part, sa.BindParameter) and part.unique:
                    bind: sa.BindParameter[Any] = part  # pyright: ignore[reportUnknownVariableType]
                    bind.key, bind.unique = f"{self.prefix}_{len(binds)}", False
                    binds.append(bind)
        return elements, binds

    @property
    def key(self) -> object:
        """What a compiled statement depends on."""
        if not self.reach.conditions:
            return self.reach
        return self.reach, tuple(_kind(bind.type) for bind in self._conditions[1])

    @property
    def element(self) -> sa.ColumnElement[bool]:
        """The condition; the owners come first, since an index holds them."""
        if self.reach.scope == "all":
            return sa.true()
        parts: list[sa.ColumnElement[bool]] = []
        if self.reach.scope != "none":
            owners = sa.bindparam(self._owners, type_=sa.ARRAY(sa.Uuid()))
            parts.append(self.what.table.c.owner == sa.any_(owners))
        parts += self._conditions[0]
        return sa.or_(*parts) if parts else sa.false()

    def params(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the values of those of a statement's parameters that are the predicate's."""
        values = {str(bind.key): bind.value for bind in self._conditions[1]} if self.reach.conditions else {}
        if self.reach.scope not in ("all", "none"):
            values[self._owners] = self.actor.owners(self.reach.scope)
        return {name: values[name] for name in names if name in values}


def _kind(of: object) -> tuple[str, str]:
    """Return what a parameter's type is compiled by."""
    return type(of).__name__, type(getattr(of, "item_type", None)).__name__
