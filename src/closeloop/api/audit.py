"""The audit trail over HTTP, for those who administer people."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from closeloop.access.audit import audit_page
from closeloop.api.answers import Json
from closeloop.api.deps import Administrator, Behind
from closeloop.records.present import person as person_out

router = APIRouter(tags=["people"])


@router.get("/audit")
async def list_audit(
    caller: Administrator,
    person: UUID | None = None,
    type: Annotated[str | None, Query(max_length=40)] = None,  # noqa: A002 - the contract's word
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Behind = None,
) -> Json:
    """List sign-ins, refusals and changes of people and rights, newest first; about one person or of one type."""
    org = caller.actor.org
    async with caller.runtime.database.autocommit() as session:
        rows = await audit_page(
            session, caller.runtime.tables, person=person, kind=type, before=cursor, limit=limit + 1
        )
    items = [
        {**row, "actor": person_out(row["actor"], org), "person": person_out(row["person"], org)}
        for row in rows[:limit]
    ]
    return Json({"items": items, "next_cursor": str(items[-1]["id"]) if len(rows) > limit else None})
