"""Since when records stand in their stages, for whoever shows many of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from closeloop.api.deps import Caller
from closeloop.db.statement import Statement, compile_statement
from closeloop.db.unit_of_work import Session

_KEY = "stays of records"


async def stays_since(session: Session, caller: Caller, records: Sequence[UUID]) -> dict[UUID, datetime]:
    """Return when each record entered its stage; the caller is known to read them and their stage."""
    if not records:
        return {}
    statement: Statement | None = caller.catalog.statements.get(_KEY)
    if statement is None:
        stay = caller.catalog.system.stage_stay
        ids = sa.bindparam("records", type_=sa.ARRAY(sa.Uuid()))
        query = sa.select(stay.c.record, sa.func.max(stay.c.entered_at)).where(
            stay.c.record == sa.any_(ids), stay.c.left_at.is_(None)
        )
        statement, _ = compile_statement(query.group_by(stay.c.record), _KEY)
        caller.catalog.statements[_KEY] = statement
    return dict(await session.fetch(statement, {"records": list(records)}))
