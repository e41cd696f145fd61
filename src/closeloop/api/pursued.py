"""Customers that several people pursue, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from closeloop.api.answers import Json
from closeloop.api.deps import Caller, Signed
from closeloop.base.errors import NotFound
from closeloop.engine.dedupe.pursued import Group, PursuedReader, Pursuit, ties_seen
from closeloop.records.present import person

router = APIRouter(prefix="/pursued", tags=["duplicates"])

_MOST = 100
_LAST = 100
"""The last page that is numbered."""


@router.get("")
async def get_pursued(
    caller: Signed,
    by: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 20,
    page: Annotated[int, Query(ge=1, le=_LAST)] = 1,
) -> Json:
    """Return groups of open records of one customer that have several owners, those of most people first.

    `by` is one of the ties that `pursued` of the catalog names, the first unless told otherwise: a field that duplicate
    rules compare, or an object that others lead to. Records that the caller may not read count for nothing.
    """
    ties = ties_seen(caller.catalog, caller.actor)
    tie = next((one for one in ties if by in (None, one.key)), None)
    if tie is None:
        raise NotFound

    async def read() -> dict[str, Any]:
        async with caller.runtime.database.autocommit() as session:
            groups, more = await PursuedReader(caller.catalog, caller.reader(), tie).page(session, limit, page)
        return {"by": tie.key, "items": [_group(one, caller) for one in groups], "more": more}

    return Json(await caller.runtime.again(read))


def _group(group: Group, caller: Caller) -> dict[str, Any]:
    return {
        "label": next((one.label for one in group.pursuits if one.label), None),
        "people": group.people,
        "count": group.count,
        "records": [_pursuit(one, caller) for one in group.pursuits],
    }


def _pursuit(one: Pursuit, caller: Caller) -> dict[str, Any]:
    return {
        "object": one.object,
        "id": one.record,
        "version": one.version,
        "label": one.label,
        "owner": person(one.owner, caller.actor.org),
        "stage": one.stage,
        "since": one.since,
        "worked_at": one.worked_at,
    }
