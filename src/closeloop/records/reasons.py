"""Say why somebody may or may not do something with a record: what each role grants, and whether it holds here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from closeloop.access.decide import Actor
from closeloop.access.roles import Condition, Role
from closeloop.catalog.snapshot import ObjectType
from closeloop.db.statement import compile_statement
from closeloop.db.unit_of_work import Session
from closeloop.expr import Env, Explanation
from closeloop.records.columns import Columns
from closeloop.records.within import within


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that a role grants for an action, and whether the record falls under it."""

    role: Role
    holds: bool
    scope: str | None = None
    condition: Condition | None = None
    explanation: Explanation | None = None
    """How the condition came to its value, where that rests on the record's own fields."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an action is allowed, as every query decides it, and what there is for it in each role."""

    action: str
    allowed: bool
    grounds: tuple[Ground, ...]


async def verdicts(
    session: Session,
    what: ObjectType,
    row: Mapping[str, Any],
    actor: Actor,
    env: Env,
    columns: Columns,
    actions: Sequence[str],
) -> list[Verdict]:
    """Judge each action on a record that is there; `row` is the whole of it. One statement, whatever the number."""
    table = what.table
    judged = [within(what, actor, action, env, columns, f"a{i}") for i, action in enumerate(actions)]
    conditions = {
        one.source: one
        for action in actions
        for role in actor.roles
        for one in role.grant(what.name).reach(action).conditions
    }
    met = [sa.func.coalesce(one.expression.sql(columns, env), sa.false()) for one in conditions.values()]
    allowed = [sa.func.coalesce(one.element, sa.false()) for one in judged]
    query = sa.select(sa.true(), *allowed, *met).where(table.c.id == row["id"], table.c.deleted_at.is_(None))
    statement, params = compile_statement(query.select_from(columns.source), f"why {what.name}")
    for one in judged:
        params.update(one.params(statement.names))
    found = await session.fetch_one(statement, params)
    answers = found or (True, *(False for _ in (*allowed, *met)))
    holds = dict(zip(conditions, answers[len(actions) + 1 :], strict=True))
    return [
        Verdict(action, answers[i + 1], _grounds(what, row, actor, env, action, holds))
        for i, action in enumerate(actions)
    ]


def _grounds(
    what: ObjectType, row: Mapping[str, Any], actor: Actor, env: Env, action: str, holds: Mapping[str, bool]
) -> tuple[Ground, ...]:
    grounds: list[Ground] = []
    for role in actor.roles:
        reach = role.grant(what.name).reach(action)
        scope = "all" if role.everything else reach.scope
        if scope != "none" or not reach.conditions:
            inside = scope == "all" or row["owner"] in actor.owners(scope)
            grounds.append(Ground(role, inside, scope=scope))
        for one in reach.conditions:
            own = all(path in row for path in one.expression.paths)
            explanation = one.expression.explain(row, env) if own else None
            grounds.append(Ground(role, holds[one.source], condition=one, explanation=explanation))
    return tuple(grounds)
