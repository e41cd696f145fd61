"""An object as an actor sees it: a hidden field is not there, a locked one can't be set."""

from collections.abc import Mapping
from functools import cached_property, lru_cache

from closeloop.access.decide import Actor
from closeloop.access.roles import HIDDEN, LEVELS, READ
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.expressions import Related, object_scope
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.expr import BOOL, Expression, Measure, SimpleScope, compile_expression, compile_measure

_FILTERS = 200
"""The filters that are kept compiled, of one object and set of roles."""


class Sight:
    """The fields of an object that an actor may read, and those among them that it may not set."""

    def __init__(
        self, what: ObjectType, hidden: frozenset[str], locked: frozenset[str], related: Related | None = None
    ) -> None:
        """`related` gives what the actor may read of other objects; None is all of it."""
        self.what = what
        self.hidden = hidden
        self.locked = locked
        """The own fields that the roles let the actor read only; what the system keeps is locked for everyone."""
        self.fields: Mapping[str, Field] = (
            {name: field for name, field in what.fields.items() if name not in hidden} if hidden else what.fields
        )
        self._related = related
        # of the sight's own: one for all would keep the catalogs of old releases
        self.filter = lru_cache(maxsize=_FILTERS)(self._filter)
        """Compile a condition over the fields that one sees."""
        self.measure = lru_cache(maxsize=_FILTERS)(self._measure)
        """Compile a measure over them."""

    def _filter(self, source: str) -> Expression:
        return compile_expression(source, self.scope, expect=BOOL)

    def _measure(self, source: str) -> Measure:
        return compile_measure(source, self.scope)

    @cached_property
    def scope(self) -> SimpleScope:
        """What the actor's own expressions may name: a path leads over what the actor may read, and no further."""
        return self.what.scope if self._related is None else object_scope(self.fields, related=self._related)

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
    key = ("sight", what.name, actor.seen)
    found = catalog.statements.get(key)
    if found is None:
        found = catalog.statements[key] = _made(catalog, what, actor)
    return found


def _made(catalog: Snapshot, what: ObjectType, actor: Actor) -> Sight:
    """Add the grants up: the widest level of each field counts."""

    def related(name: str) -> Mapping[str, Field] | None:
        other = catalog.objects.get(name)
        if other is None or not actor.reach(name, "read"):
            return None
        return sight_of(catalog, other, actor).fields

    if actor.sees_all_fields:
        return Sight(what, frozenset(), frozenset(), None if actor.everything else related)
    grants = [role.grant(what.name) for role in actor.roles]
    levels = {
        name: max((grant.level(name) for grant in grants), key=LEVELS.index, default=HIDDEN) for name in what.own_fields
    }
    hidden = frozenset(name for name, level in levels.items() if level == HIDDEN)
    return Sight(what, hidden, frozenset(name for name, level in levels.items() if level == READ), related)
