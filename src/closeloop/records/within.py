"""The condition under which an actor may do something with a record, as queries and loads carry it."""

import sqlalchemy as sa

from closeloop.access.decide import Actor, Predicate
from closeloop.catalog.snapshot import ObjectType
from closeloop.expr import Env, Expression
from closeloop.records.columns import Columns


def within(
    what: ObjectType, actor: Actor, action: str, env: Env, columns: Columns, prefix: str = "access"
) -> Predicate:
    """Return the predicate of an action on an object's records; `columns` are those of the query that it is for."""

    def write(condition: Expression) -> sa.ColumnElement[bool]:
        relation = _mine(condition, what)
        return condition.sql(columns, env) if relation is None else columns.leads_to_owned(relation, condition)

    return Predicate(what, actor.reach(what.name, action), actor, write, prefix)


def _mine(condition: Expression, what: ObjectType) -> str | None:
    """Return the relation of a condition such as `lead.owner == me`, None for others.

    What one owns oneself is few of many, so it is worth finding first. What a team owns may be most there is, for which
    looking it up for each record of the query is cheaper.
    """
    tree = condition.ast
    if tree["op"] != "==" or tree["args"][1]["op"] != "me":
        return None
    relation, _, name = tree["args"][0].get("path", "").partition(".")
    return relation if name == "owner" and what.fields[relation].kind == "relation" else None
