"""The audit trail of what isn't about a record: sign-ins and failures, people, roles, tokens."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.base.clock import Clock
from closeloop.base.ids import new_id
from closeloop.db.statement import Params, Statement, compile_statement, insert_rows
from closeloop.db.system_tables import SystemTables
from closeloop.db.unit_of_work import Session

SIGNED_IN = "session.started"
SIGN_IN_FAILED = "session.refused"
LOCKED_OUT = "session.locked"
SESSIONS_ENDED = "session.ended"
PASSWORD_CHANGED = "password.changed"  # noqa: S105 - a kind of event
FACTOR_ON = "factor.on"
FACTOR_OFF = "factor.off"
RECOVERED = "factor.recovered"
TOKEN_MADE = "token.made"  # noqa: S105 - a kind of event
TOKEN_REVOKED = "token.revoked"  # noqa: S105 - a kind of event
PERSON_MADE = "person.created"
PERSON_CHANGED = "person.changed"
PERSON_LEFT = "person.deactivated"
PERSON_BACK = "person.reactivated"
DUTY_CHANGED = "person.duty"
DEALING_CHANGED = "assignment.switched"
HANDED_OVER = "person.handed_over"
DEPARTMENT_MADE = "department.created"
DEPARTMENT_CHANGED = "department.changed"
DEPARTMENT_GONE = "department.deleted"

Call = tuple[Statement, Params]


def audit_call(
    tables: SystemTables,
    clock: Clock,
    kind: str,
    *,
    actor: UUID | None,
    person: UUID | None = None,
    data: Mapping[str, Any] | None = None,
) -> Call:
    """Return the statement that writes one entry; it belongs into the transaction of what it tells."""
    row = {
        "id": new_id(clock),
        "at": clock.now(),
        "type": kind,
        "actor": actor,
        "person": person,
        "data": dict(data) if data else None,
    }
    return insert_rows(tables.audit, list(row)), [orjson.dumps([row]).decode()]


async def audit_page(
    session: Session, tables: SystemTables, *, person: UUID | None, kind: str | None, before: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Return entries, newest first: of everyone or about one person, those before the entry `before`."""
    audit = tables.audit
    query = sa.select(*audit.columns)
    if person is not None:
        query = query.where(audit.c.person == person)
    if kind is not None:
        query = query.where(audit.c.type == kind)
    if before is not None:
        query = query.where(audit.c.id < before)
    return await session.fetch_dicts(*compile_statement(query.order_by(audit.c.id.desc()).limit(limit), "audit"))
