"""An object as an actor sees it: a hidden field is not there, a locked one can't be set."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from closeloop.access.decide import Actor
from closeloop.access.roles import HIDDEN, LEVELS, READ, Grant
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.expressions import object_scope
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.expr import SimpleScope


class Sight:
    """The fields of an object that an actor may read, and those among them that it may not set."""

    def __init__(self, what: ObjectType, hidden: frozenset[str], locked: frozenset[str]) -> None:
        self.what = what
        self.hidden = hidden
        self.locked = locked
        """The own fields that the roles let the actor read only; what the system keeps is locked for everyone."""
        self.fields: Mapping[str, Field] = (
            {name: field for name, field in what.fields.items() if name not in hidden} if hidden else what.fields
        )

    @cached_property
    def scope(self) -> SimpleScope:
        """What the actor's own expressions may name."""
        return object_scope(self.fields) if self.hidden else self.what.scope

    @cached_property
    def read(self) -> tuple[str, ...]:
        """What a read of a record takes out of the database: what the actor sees, and what that is computed of."""
        seen = [name for name in (*self.what.columns, *self.what.lookups) if name in self.fields]
        return tuple(dict.fromkeys((*seen, *self.what.inputs_of(self.fields))))

    def field(self, name: str) -> Field:
        """Return a field that the actor may read; raises Invalid as for one that never was."""
        found = self.fields.get(name)
        if found is None:
            raise Invalid(errors=[FieldError(name, "unknown_field", {"name": name})])
        return found

    def writable(self, name: str) -> bool:
        """Tell whether the actor may set the field, as far as roles go."""
        return name not in self.hidden and name not in self.locked


def sight_of(catalog: Snapshot, what: ObjectType, actor: Actor) -> Sight:
    """Return an object as the actor sees it; made once a release and set of roles."""
    grants = () if actor.sees_all_fields else tuple(role.grant(what.name) for role in actor.roles)
    shape = actor.sees_all_fields or frozenset((one.usual, frozenset(one.fields.items())) for one in grants)
    key = ("sight", what.name, shape)
    found = catalog.statements.get(key)
    if found is None:
        whole = Sight(what, frozenset(), frozenset())
        found = catalog.statements[key] = whole if actor.sees_all_fields else _made(what, grants)
    return found


def _made(what: ObjectType, grants: Sequence[Grant]) -> Sight:
    """Add the grants up: the widest level of each field counts."""
    levels = {
        name: max((grant.level(name) for grant in grants), key=LEVELS.index, default=HIDDEN) for name in what.own_fields
    }
    hidden = frozenset(name for name, level in levels.items() if level == HIDDEN)
    return Sight(what, hidden, frozenset(name for name, level in levels.items() if level == READ))
