"""Playbooks over HTTP: what to say to this record's people now, and what was said, in words."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from closeloop.access.sight import Sight
from closeloop.api.answers import Json
from closeloop.api.deps import Caller, Signed
from closeloop.base.errors import FieldError, Forbidden, Invalid, NotFound
from closeloop.catalog.model import text_of
from closeloop.engine.operations.model import OPERATIONS
from closeloop.engine.operations.now import fits
from closeloop.engine.playbooks.figures import uses
from closeloop.engine.playbooks.model import PLAYBOOKS, Contact, Playbook, playbook_now
from closeloop.engine.playbooks.words import Words
from closeloop.records.columns import Columns
from closeloop.records.query import MOST
from closeloop.records.reasons import verdicts


class UseParams(BaseModel):
    """Which time the use is counted in, and which page of the items is asked for."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime | None = Field(default=None, alias="to")
    limit: int = Field(default=50, ge=1, le=MOST)
    cursor: str | None = Field(default=None, max_length=40)


router = APIRouter(tags=["records"])

USUAL_DAYS = timedelta(days=30)


@router.get("/playbooks/{playbook}/use")
async def count_use(playbook: str, caller: Signed, params: Annotated[UseParams, Query()]) -> Json:
    """Count how often a playbook was at hand and each item of its present version used, on readable records.

    From `from` to before `to`: the last 30 days, unless told.
    """
    reader = caller.reader()
    found = caller.catalog.all(PLAYBOOKS).get(playbook)
    if found is None or not caller.actor.reach(found.object, "read"):
        raise NotFound("unknown_playbook", name=playbook)
    until = params.until or caller.runtime.clock.now()
    since = params.since or until - USUAL_DAYS
    if since >= until:
        raise Invalid(errors=[FieldError("from", "not_before")])
    start = _start(params.cursor)

    async def read() -> tuple[int, Counter[tuple[str, str]]]:
        async with caller.runtime.database.autocommit() as session:
            return await uses(session, reader, caller.catalog, found, since, params.until)

    times, used = await caller.runtime.again(read)
    items = [
        {
            "contact": contact.key,
            "contact_label": text_of(contact.label, caller.locale),
            "section": text_of(section.label, caller.locale),
            "key": item.key,
            "text": text_of(item.text, caller.locale),
            "used": used[contact.key, item.key],
        }
        for contact in found.contacts
        for section, item in contact.all_items()
    ]
    end = start + params.limit
    return Json(
        {
            "playbook": found.key,
            "label": text_of(found.label, caller.locale),
            "from": since,
            "to": until,
            "times": times,
            "items": items[start:end],
            "next_cursor": str(end) if end < len(items) else None,
        }
    )


def _start(cursor: str | None) -> int:
    """Return how many items the pages before held."""
    if cursor is None:
        return 0
    if not re.fullmatch(r"\d{1,6}", cursor, re.ASCII):
        raise Invalid(errors=[FieldError("cursor", "bad_cursor")])
    return int(cursor)


@router.get("/objects/{object_name}/records/{record}/playbook")
async def get_playbook(
    object_name: str, record: UUID, caller: Signed, operation: Annotated[str, Query(max_length=100)]
) -> Json:
    """Return `{playbook}`: what to say now to whom the record is about, or null where nothing is written for it.

    It is for those who may do the operation on the record. Its texts hold the values that the reader may see.
    """
    reader = caller.reader()
    async with caller.runtime.database.autocommit() as session:
        row = await reader.whole(session, object_name, record)
        what = caller.catalog.object(object_name)
        beside = caller.catalog.all(OPERATIONS).get(operation)
        if beside is None or beside.object != what.name:
            raise NotFound("unknown_operation", name=operation)
        env = caller.actor.env(caller.runtime.clock.now(), caller.catalog)
        columns = Columns(caller.catalog, what, env)
        (verdict,) = await verdicts(session, what, row, caller.actor, env, columns, [f"do:{operation}"])
    if not verdict.allowed:
        raise Forbidden
    if not fits(beside, row, env):
        raise Forbidden("operation_not_now")
    found = playbook_now(caller.catalog.on(PLAYBOOKS, what.name), operation, row, env)
    words = words_of(reader.sight(what), row, caller)
    return Json({"playbook": None if found is None else _playbook(*found, words, caller.locale)})


def words_of(sight: Sight, row: Mapping[str, Any], caller: Caller) -> Words:
    """Return what writes texts about a record for the caller."""
    return Words(sight, row, caller.actor.org, caller.locale, caller.catalog.zone)


def _playbook(playbook: Playbook, contact: Contact, words: Words, locale: str) -> dict[str, Any]:
    sections = [
        {
            "key": section.key,
            "label": text_of(section.label, locale),
            "items": [
                {
                    "key": item.key,
                    "text": words.write(item.text),
                    "answer": words.write(item.answer) if item.answer else None,
                }
                for item in section.items
            ],
        }
        for section in contact.sections
    ]
    return {
        "key": playbook.key,
        "label": text_of(playbook.label, locale),
        "version": playbook.definition.version,
        "contact": {"key": contact.key, "label": text_of(contact.label, locale), "sections": sections},
    }


def versions_used(events: Iterable[Mapping[str, Any]]) -> set[UUID]:
    """Return the versions of playbooks that events were done by."""
    return {UUID(used["definition"]) for event in events if (used := used_by(event)) is not None}


def used_by(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what an event keeps of the playbook that was at hand."""
    why: Mapping[str, Any] = event["why"] or {}
    return why.get("playbook")


def used_in_words(used: Mapping[str, Any], words: Words, caller: Caller) -> dict[str, Any]:
    """Return what an event keeps of the playbook that was at hand, by the version that was in force then."""
    playbook = caller.catalog.version(PLAYBOOKS, used["playbook"], UUID(used["definition"]))
    contact = playbook.contact(used["contact"]) if playbook else None
    known = {item.key: (section, item) for section, item in contact.all_items()} if contact else {}
    items: list[dict[str, Any]] = []
    for key in used["used"]:
        section, item = known.get(key, (None, None))
        items.append(
            {
                "key": key,
                "section": text_of(section.label, caller.locale) if section else None,
                "text": words.write(item.text) if item else key,
            }
        )
    return {
        "key": used["playbook"],
        "label": text_of(playbook.label, caller.locale) if playbook else used["playbook"],
        "version": used["version"],
        "contact": {
            "key": used["contact"],
            "label": text_of(contact.label, caller.locale) if contact else used["contact"],
        },
        "used": items,
    }
