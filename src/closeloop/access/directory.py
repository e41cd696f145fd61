"""Read a company's organisation from its tables: one round trip, whatever its size."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.org import Department, Org, Person
from closeloop.access.preferences import stored_preferences
from closeloop.db.statement import Statement, compile_statement
from closeloop.db.system_tables import SystemTables, system_tables
from closeloop.db.unit_of_work import Session


async def load_org(session: Session, tables: SystemTables, now: datetime) -> Org:
    """Return all people and departments, with the version that they were read at, and who is away from now on."""
    calls = [
        (statement, {"now": now} if "now" in statement.names else ())
        for statement in _statements(str(tables.state.schema))
    ]
    version, people, departments, members, grants, factors, leaves, by_hand = await session.fetch_many(calls)
    belongs: dict[UUID, list[UUID]] = {}
    for one, where in members.rows:
        belongs.setdefault(one, []).append(where)
    roles: dict[UUID, list[str]] = {}
    for one, role in grants.rows:
        roles.setdefault(one, []).append(role)
    away: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for one, starts, ends in leaves.rows:
        away.setdefault(one, []).append((starts, ends))
    coded = {one for (one,) in factors.rows}
    return Org(
        version.rows[0][0],
        [
            Person(
                *row[:-5],
                roles=tuple(roles.get(row[0], ())),
                departments=tuple(belongs.get(row[0], ())),
                must_change=row[-5],
                second_factor=row[0] in coded,
                attributes=row[-4] or {},
                calendar=row[-3],
                leave=tuple(sorted(away.get(row[0], ()))),
                email=row[-2],
                preferences=stored_preferences(row[-1]),
            )
            for row in people.rows
        ],
        [Department(*row) for row in departments.rows],
        [name for (name,) in by_hand.rows],
    )


@lru_cache(maxsize=1000)
def _statements(schema: str) -> Sequence[Statement]:
    """Return what reads the organisation, compiled once: whenever somebody goes on leave every process asks."""
    tables = system_tables(schema)
    person, department = tables.person, tables.department
    membership, grant, state, factor = tables.membership, tables.grant, tables.state, tables.factor
    leave = tables.leave
    now = sa.bindparam("now", type_=leave.c.ends_at.type)
    queries = (
        sa.select(state.c.org),
        sa.select(
            person.c.id, person.c.login, person.c.name, person.c.active, person.c.on_duty, person.c.quota_open,
            person.c.quota_daily, person.c.city, person.c.locale, person.c.must_change, person.c.attributes,
            person.c.calendar, person.c.email, person.c.preferences,
        ),
        sa.select(department.c.id, department.c.key, department.c.name, department.c.parent, department.c.head),
        sa.select(membership.c.person, membership.c.department).order_by(sa.not_(membership.c.main)),
        sa.select(grant.c.person, grant.c.role).order_by(grant.c.role),
        sa.select(factor.c.person).where(factor.c.secret.is_not(None)),
        sa.select(leave.c.person, leave.c.starts_at, leave.c.ends_at).where(leave.c.ends_at > now),
        sa.select(tables.by_hand.c.object),
    )  # fmt: skip
    return [compile_statement(query, "organisation")[0] for query in queries]
