"""Tokens for programs: each acts for the person who made it, within the scopes that it was given."""

from datetime import UTC, datetime
from typing import Annotated, Any, cast
from uuid import UUID

import orjson
import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response

from closeloop.access import audit
from closeloop.access.audit import audit_call
from closeloop.access.tokens import hashed_token, new_token, unknown_scopes
from closeloop.api.answers import Json, json_body
from closeloop.api.deps import AtScreen, Behind, Caller
from closeloop.base.errors import FieldError, Forbidden, Invalid, NotFound
from closeloop.base.ids import new_id
from closeloop.db.statement import compile_statement, insert_rows

router = APIRouter(tags=["session"])

MOST_SCOPES = 100


@router.post("/tokens", status_code=201)
async def make_token(request: Request, caller: AtScreen) -> Json:
    """Make a token: `{name, scopes, expires_at?}`; its secret is in this answer and nowhere else."""
    if caller.actor.must is not None:
        raise Forbidden(f"{caller.actor.must}_needed")
    name, scopes, expires_at = _asked(await json_body(request), caller)
    secret, now = new_token(), caller.runtime.clock.now()
    row = {
        "id": new_id(caller.runtime.clock),
        "person": caller.person.id,
        "name": name,
        "token_hash": hashed_token(secret),
        "scopes": scopes,
        "created_at": now,
        "expires_at": expires_at,
        "seen_at": None,
    }
    tables, me = caller.runtime.tables, caller.person.id
    data = {"token": row["id"], "name": name, "scopes": scopes}
    entry = audit_call(tables, caller.runtime.clock, audit.TOKEN_MADE, actor=me, person=me, data=data)
    async with caller.runtime.database.transaction() as tx:
        await tx.commit_with([(insert_rows(tables.token, list(row)), [orjson.dumps([row]).decode()]), entry])
    return Json({**_out(row), "secret": secret}, 201)


def _asked(body: dict[str, Any], caller: Caller) -> tuple[str, list[str], datetime | None]:
    errors: list[FieldError] = []
    name: Any = body.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > 100:
        errors.append(FieldError("name", "required"))
    given: Any = body.get("scopes")
    scopes = sorted({str(one) for one in cast("list[Any]", given)}) if isinstance(given, list) else []
    if not 1 <= len(scopes) <= MOST_SCOPES:
        errors.append(FieldError("scopes", "required"))
    unknown = unknown_scopes(scopes, caller.catalog.objects)
    errors += [FieldError("scopes", "unknown_scope", {"name": one}) for one in unknown]
    expires_at: datetime | None = None
    if body.get("expires_at") is not None:
        try:
            asked = datetime.fromisoformat(str(body["expires_at"]))
            expires_at = asked.astimezone(UTC)
        except (ValueError, OverflowError):
            errors.append(FieldError("expires_at", "not_datetime"))
        else:
            if asked.tzinfo is None:
                errors.append(FieldError("expires_at", "no_zone"))
            elif expires_at <= caller.runtime.clock.now():
                errors.append(FieldError("expires_at", "in_the_past"))
    if errors:
        raise Invalid(errors=errors)
    return str(name).strip(), scopes, expires_at


@router.get("/tokens")
async def list_tokens(
    caller: AtScreen,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Behind = None,
) -> Json:
    """List one's tokens, newest first, without their secrets."""
    table = caller.runtime.tables.token
    query = sa.select(*table.columns).where(table.c.person == caller.person.id).order_by(table.c.id.desc())
    if cursor is not None:
        query = query.where(table.c.id < cursor)
    async with caller.runtime.database.autocommit() as session:
        rows = await session.fetch_dicts(*compile_statement(query.limit(limit + 1), "tokens"))
    items = [_out(row) for row in rows[:limit]]
    return Json({"items": items, "next_cursor": str(items[-1]["id"]) if len(rows) > limit else None})


@router.delete("/tokens/{token}", status_code=204)
async def revoke_token(token: UUID, caller: AtScreen) -> Response:
    """End a token; one who administers people may end anybody's."""
    tables, me = caller.runtime.tables, caller.person.id
    gone = sa.delete(tables.token).where(tables.token.c.id == token).returning(tables.token.c.person)
    if not caller.actor.administers:
        gone = gone.where(tables.token.c.person == me)
    async with caller.runtime.database.transaction() as tx:
        rows = await tx.fetch(*compile_statement(gone, "revoke token"))
        if not rows:
            raise NotFound
        data = {"token": token}
        entry = audit_call(tables, caller.runtime.clock, audit.TOKEN_REVOKED, actor=me, person=rows[0][0], data=data)
        await tx.commit_with([entry])
    return Response(status_code=204)


def _out(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "scopes": row["scopes"],
        "created_at": row["created_at"],
        "expires_at": row["expires_at"],
        "last_used_at": row["seen_at"],
    }
