"""The one place that decides who may do what: roles and actor in, a scope and its SQL predicate out."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.org import Org, Person
from closeloop.access.roles import ROLES, SCOPES, Grant, Role
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.expr import Env

OWNERS = "access_owners"
"""The name of the bind parameter that carries the ids of the owners whose records are in scope."""


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

    @property
    def key(self) -> tuple[str, UUID | None, bool]:
        """What tells two actors of a batch apart."""
        return self.kind, self.id, self.elevated

    @property
    def id(self) -> UUID | None:
        return self.person.id if self.person else None

    @cached_property
    def everything(self) -> bool:
        """Whether every record and action is open to the actor."""
        return self.elevated or self.person is None or any(role.everything for role in self.roles)

    @cached_property
    def colleagues(self) -> tuple[UUID, ...]:
        return self.org.colleagues(self.person) if self.person else ()

    @cached_property
    def subtree(self) -> tuple[UUID, ...]:
        return self.org.subtree(self.person) if self.person else ()

    def env(self, now: datetime, catalog: Snapshot) -> Env:
        """Return what expressions know about the moment and the one who asks."""
        return Env(
            now=now,
            tz=catalog.zone,
            me=self.id,
            my_departments=self.person.departments if self.person else (),
            my_subtree=self.subtree,
        )

    def may_create(self, object_name: str) -> bool:
        return self.everything or any(role.grant(object_name).create for role in self.roles)

    def scope(self, object_name: str, action: str) -> str:
        """Return the widest scope that the actor's roles give for read, update, delete, assign or `do:<operation>`."""
        if self.everything:
            return "all"
        grants: list[Grant] = [role.grant(object_name) for role in self.roles]
        return max((grant.scope(action) for grant in grants), key=SCOPES.index, default="none")

    def owners(self, scope: str) -> list[UUID]:
        """Return whose records a scope other than `all` holds."""
        if self.person is None or scope == "none":
            return []
        return {
            "own": [self.person.id],
            "department": list(self.colleagues),
            "below": list(self.subtree),
        }[scope]


def person_actor(person: Person, catalog: Snapshot, org: Org) -> Actor:
    """Make the actor of a signed-in person; a role that is no longer defined grants nothing."""
    roles = catalog.all(ROLES)
    return Actor("person", person, tuple(roles[key] for key in person.roles if key in roles), org)


def predicate(what: ObjectType, scope: str, parameter: str = OWNERS) -> sa.ColumnElement[bool]:
    """Return the condition under which a record is in the scope; the owners' ids are the parameter named so.

    Every read and every write of a record goes through this: a record is listed if and only if it is readable.
    """
    if scope == "all":
        return sa.true()
    if scope == "none":
        return sa.false()
    owner = what.table.c.owner
    return owner == sa.any_(sa.bindparam(parameter, type_=sa.ARRAY(sa.Uuid())))
