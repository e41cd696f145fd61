"""The condition under which an actor may do something with a record, as queries and loads carry it."""

from closeloop.access.decide import Actor, Predicate
from closeloop.catalog.snapshot import ObjectType
from closeloop.expr import Env
from closeloop.records.columns import Columns


def within(
    what: ObjectType, actor: Actor, action: str, env: Env, columns: Columns, prefix: str = "access"
) -> Predicate:
    """Return the predicate of an action on an object's records; `columns` are those of the query that it is for."""
    return Predicate(what, actor.reach(what.name, action), actor, env, columns, prefix)
