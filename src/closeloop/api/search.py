"""Search over HTTP: in every object at once, and whether what was typed is there already."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from closeloop.api.answers import Json
from closeloop.api.deps import Caller, Signed
from closeloop.catalog.object_type import Duplicate
from closeloop.catalog.snapshot import ObjectType
from closeloop.db.unit_of_work import Session
from closeloop.engine.dedupe.found import as_found, found_call
from closeloop.records.present import fill_titles, person, present
from closeloop.records.query import Page, Reader

router = APIRouter(tags=["search"])

_MATCHES = 10
"""What a rule may find of the same; who types so common a name asks anew with a better one."""


class SearchParams(BaseModel):
    """What a search may be asked for."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(max_length=100)
    limit: int = Field(default=5, ge=1, le=20)


@router.get("/search")
async def search(caller: Signed, params: Annotated[SearchParams, Query()]) -> Json:
    """Return the first `limit` records of each object that a list searched by `q` shows, and what counts as the same.

    Cost: an indexed statement for each object that one may read and for each duplicate rule, in two round trips.
    """
    reader = caller.reader()
    readable = (what for what in caller.catalog.objects.values() if caller.actor.reach(what.name, "read"))
    searched = sorted((what for what in readable if what.search), key=lambda what: (what.position, what.name))
    async with caller.runtime.database.autocommit() as session:
        pages = await reader.search(session, searched, params.q, params.limit)
        objects = [
            await _out(session, caller, reader, what, page)
            for what, page in zip(searched, pages, strict=True)
            if page.rows
        ]
        matches = await _matches(session, caller, reader, params.q)
    return Json({"objects": objects, "matches": matches})


async def _out(session: Session, caller: Caller, reader: Reader, what: ObjectType, page: Page) -> dict[str, Any]:
    """Return what was found of an object, of each record what it is found by, where it stands and whose it is."""
    stage = (what.stage_field.name,) if what.stage_field else ()
    sight = reader.sight(what)
    names = [one for one in dict.fromkeys((what.title, *what.search, *stage, "owner")) if one in sight.fields]
    items = [present(what, row, caller.actor.org, names) for row in page.rows]
    await fill_titles(session, reader, what, items)
    return {"object": what.name, "items": items, "more": page.next_cursor is not None}


async def _matches(session: Session, caller: Caller, reader: Reader, q: str) -> list[dict[str, Any]]:
    """Return the living records that a new one with these words would count as.

    Of one that isn't the caller's to read only the owner is told, and only to whom making the record would tell it:
    the rules are those of objects that one may create, over fields that one may see.
    """
    asked = _asked(caller, reader, q)
    calls = [found_call(caller.catalog, reader, rule, normal, _MATCHES) for rule, normal in asked]
    results = await session.fetch_many(calls) if calls else []
    found = {
        one.record: (one, rule)
        for (rule, _), result in zip(asked, results, strict=True)
        for one in (as_found(rule, caller.catalog, row) for row in result.rows)
    }
    return [
        {
            "object": one.object,
            "id": one.record if one.readable else None,
            "label": one.label,
            "owner": person(one.owner, caller.actor.org),
            "by": rule.field.name,
        }
        for one, rule in found.values()
    ]


def _asked(caller: Caller, reader: Reader, q: str) -> list[tuple[Duplicate, str]]:
    """Return the rules to ask, each with the normal form to look for; one that looks at the same is asked once."""
    rules: dict[tuple[str | None, ...], tuple[Duplicate, str]] = {}
    for what in caller.catalog.objects.values():
        if not caller.actor.may_create(what.name):
            continue
        sight = reader.sight(what)
        for rule in what.duplicates:
            normal = rule.normal(q.strip())
            if not normal or rule.field.name not in sight.fields or rule.field.name in sight.locked:
                continue
            if rule.against in reader.sight(caller.catalog.object(rule.object)).fields:
                when = rule.when.source if rule.when else None
                rules.setdefault((rule.object, rule.against, rule.to, when, normal), (rule, normal))
    return list(rules.values())
