"""A record's history over HTTP: its timeline, and why it has this score, this owner and these clocks."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query

from closeloop.access.sight import Sight
from closeloop.api.answers import Json
from closeloop.api.clocks import clocks_by_record
from closeloop.api.deps import Behind, Caller, Signed
from closeloop.api.event_titles import event_title
from closeloop.api.playbooks import used_by, used_in_words, versions_used, words_of
from closeloop.api.redact import unmet_seen, without_hidden
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.field_types.place import address_parts
from closeloop.catalog.model import Field, Pipeline, text_of
from closeloop.catalog.snapshot import ObjectType
from closeloop.db.statement import compile_statement
from closeloop.db.unit_of_work import Session
from closeloop.engine.assign.messages import cause_text, reason_text
from closeloop.engine.assign.model import POLICIES
from closeloop.engine.clocks.model import CLOCKS
from closeloop.engine.playbooks.words import Words
from closeloop.engine.rules.model import RULES
from closeloop.engine.scoring.model import SCORECARDS
from closeloop.engine.stages.gates import missing_at
from closeloop.events.log import KINDS, OTHER, WORK, last_decisions, timeline, transfers
from closeloop.events.messages import TITLES
from closeloop.events.model import ASSIGNED, GIVEN_BACK, RULE_FAILED, RULE_RUN, SCORED, UNASSIGNED
from closeloop.records.present import department, fill_titles, person, plain_decimal

router = APIRouter(prefix="/objects/{object_name}/records/{record}", tags=["history"])

TIMELINE_KINDS = (WORK, *KINDS, OTHER)


@router.get("/timeline")
async def get_timeline(
    object_name: str,
    record: UUID,
    caller: Signed,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Behind = None,
    kind: Annotated[str | None, Query(max_length=20)] = None,
) -> Json:
    """List what happened to a record, newest first; with `kind` only what is of that kind."""
    if kind is not None and kind not in TIMELINE_KINDS:
        raise Invalid(errors=[FieldError("kind", "not_an_option", {"options": list(TIMELINE_KINDS)})])
    async with caller.runtime.database.autocommit() as session:
        reader = caller.reader()
        what, row = await reader.one(session, object_name, record)
        events = await timeline(session, caller.catalog.system, record, before=cursor, limit=limit + 1, kind=kind)
        unread = [one for one in versions_used(events) if not caller.catalog.knows(one)]
        if unread:
            await caller.runtime.pin(unread, session)
    sight = reader.sight(what)
    words = words_of(sight, row, caller)
    items = [_event(event, sight, words, caller) for event in events[:limit]]
    relations = {name for name, field in sight.fields.items() if field.kind == "relation"}
    changes = [(name, pair) for item in items for name, pair in item["changes"].items() if name in relations]
    if changes:
        async with caller.runtime.database.autocommit() as session:
            await fill_titles(session, reader, what, [{name: one} for name, pair in changes for one in pair])
    return Json({"items": items, "next_cursor": str(events[limit - 1]["id"]) if len(events) > limit else None})


@router.get("/transfers")
async def get_transfers(
    object_name: str,
    record: UUID,
    caller: Signed,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: UUID | None = None,
) -> Json:
    """List who had the record and who got it, when, by whom, by which policy and why, newest first."""
    async with caller.runtime.database.autocommit() as session:
        reader = caller.reader()
        await reader.one(session, object_name, record)
        events = await transfers(session, caller.catalog.system, record, before=cursor, limit=limit + 1)
    items = [_transfer(event, caller) for event in events[:limit]]
    return Json({"items": items, "next_cursor": str(events[limit - 1]["id"]) if len(events) > limit else None})


def _transfer(event: dict[str, Any], caller: Caller) -> dict[str, Any]:
    changes: dict[str, list[Any]] = event["changes"] or {}
    before, after = changes.get("owner", [None, None])
    why: dict[str, dict[str, Any]] = event["why"] or {}
    decision = why.get("assignment") or dict[str, Any]()
    policy = caller.catalog.all(POLICIES).get(decision.get("policy") or "")
    reason = str(decision.get("reason") or "created")
    return {
        "id": event["id"],
        "at": event["at"],
        "from": _person(decision.get("from", before), caller),
        "to": _person(after, caller),
        "by": person(event["actor"], caller.actor.org),
        "by_kind": event["actor_kind"],
        "policy": decision.get("policy"),
        "label": text_of(policy.label, caller.locale) if policy else None,
        "code": reason,
        "reason": cause_text(reason, caller.locale),
        "note": decision.get("note"),
    }


def _event(event: dict[str, Any], sight: Sight, words: Words, caller: Caller) -> dict[str, Any]:
    what = sight.what
    logged: dict[str, list[Any]] = event["changes"] or {}
    changes = {
        name: [_value(one, sight.fields[name], caller) for one in pair]
        for name, pair in logged.items()
        if name in sight.fields and name not in ("version", "updated_at", "updated_by")
    }
    why = _why(without_hidden(event["why"], sight.hidden), sight, caller)
    used = used_by(event)
    if why is not None and used is not None:
        why["playbook"] = used_in_words(used, words, caller)
    return {
        "id": event["id"],
        "record": event["record"],
        "at": event["at"],
        "type": event["type"],
        "label": _title(event, what, caller),
        "actor": person(event["actor"], caller.actor.org),
        "actor_kind": event["actor_kind"],
        "changes": changes,
        "cause": event["cause"],
        "why": why,
    }


def _title(event: dict[str, Any], what: ObjectType, caller: Caller) -> str:
    """Return what an event is called: an operation by what it did, a rule with its own name as far as it is there."""
    if event["type"] not in TITLES and "named" in (event["why"] or {}):
        return text_of(event["why"]["named"], caller.locale)
    title = event_title(event["type"], what.name, caller)
    rule = caller.catalog.all(RULES).get(_rule_of(event))
    return title if rule is None else f"{title} · {text_of(rule.label, caller.locale)}"


def _rule_of(event: dict[str, Any]) -> str:
    why: dict[str, Any] = event["why"] or {}
    if event["type"] == RULE_RUN:
        return why["rule"]["rule"]
    return why["failed"]["by"].removeprefix("rule/") if event["type"] == RULE_FAILED else ""


def _value(value: Any, field: Field, caller: Caller) -> Any:
    if value is not None and field.kind in ("department", "address"):
        return department(UUID(value), caller.actor.org) if field.kind == "department" else address_parts(value)
    if value is not None and field.kind == "person":
        return person(UUID(value), caller.actor.org)
    if value is not None and field.kind == "relation":
        return {"id": value, "label": None}
    return value


def _labelled(duplicate: dict[str, Any], sight: Sight, caller: Caller) -> bool:
    """Tell whether the caller sees what records like a duplicate are called; older events are of the same object."""
    other = caller.catalog.objects.get(duplicate.get("object", sight.what.name))
    if other is None or not caller.actor.reach(other.name, "read"):
        return False
    return other.title in caller.reader().sight(other).fields


def _why(why: dict[str, Any] | None, sight: Sight, caller: Caller) -> dict[str, Any] | None:
    if why is None:
        return None
    out = {name: value for name, value in why.items() if name != "named"}
    if "score" in why:
        out["score"] = _score(why["score"], sight, caller)
    if "clock" in why:
        policy = caller.catalog.all(CLOCKS).get(why["clock"]["policy"])
        out["clock"] = {**why["clock"], "label": text_of(policy.label, caller.locale) if policy else None}
    if "assignment" in why:
        out["assignment"] = _assignment(why["assignment"], caller)
    if "values" in why and "object" in why:  # what came as a record of another object is seen as that object's is
        source = caller.catalog.objects.get(why["object"])
        hidden = caller.reader().sight(source).hidden if source else frozenset[str]()
        out["values"] = {name: value for name, value in why["values"].items() if name not in hidden}
    if "duplicates" in why:
        out["duplicates"] = [
            {**one, "label": one["label"] if _labelled(one, sight, caller) else None,
             "owner": _person(one["owner"], caller)}
            for one in why["duplicates"]
        ]  # fmt: skip
    return out


@router.get("/explain")
async def explain(object_name: str, record: UUID, caller: Signed) -> Json:
    """Say why the record has its score, its owner and its clocks, and what the next stages ask for."""
    reader = caller.reader()
    async with caller.runtime.database.autocommit() as session:
        what = reader.require_readable(object_name)
        row = await reader.whole(session, object_name, record)
        scored, assigned = await last_decisions(
            session, caller.catalog.system, record, [[SCORED], [ASSIGNED, UNASSIGNED, GIVEN_BACK]]
        )
        clocks = (await clocks_by_record(session, caller, [record], whole=True)).get(record, [])
        judged, since = await _open_stay(session, what, record, caller)
    sight = reader.sight(what)
    why: dict[str, Any] = without_hidden(scored["why"], sight.hidden) if scored else {}
    return Json(
        {
            "score": _score(why["score"], sight, caller) if "score" in why else None,
            "assignment": {**_assignment(assigned["why"]["assignment"], caller), "at": assigned["at"]}
            if assigned
            else None,
            "stage_since": since if what.stage_field and what.stage_field.name in sight.fields else None,
            "gates": _gates(sight, row, judged, caller),
            "clocks": clocks,
        }
    )


def _score(score: dict[str, Any], sight: Sight, caller: Caller) -> dict[str, Any] | None:
    """Return a score with what gave it; None for whom the total is hidden, since the factors add up to it."""
    what = sight.what
    hidden = {what.fields[name].source for name in sight.hidden}
    if f"{score['scorecard']}.total" in hidden:
        return None
    grade = None if f"{score['scorecard']}.grade" in hidden else score["grade"]
    card = caller.catalog.all(SCORECARDS).get(score["scorecard"])
    known = {factor.key: factor for factor in card.factors} if card else {}
    factors: list[dict[str, Any]] = []
    for part in score["factors"]:
        factor = known.get(part["key"])
        factors.append(
            {
                "key": part["key"],
                "label": text_of(factor.label, caller.locale) if factor else part["key"],
                "points": part["points"],
                "max": factor.most if factor else None,
                "reason": " · ".join(_seen(name, value, what, caller) for name, value in part["values"].items()),
            }
        )
    label = text_of(card.label, caller.locale) if card else score["scorecard"]
    return {"scorecard": label, "total": score["total"], "grade": grade, "factors": factors}


def _seen(name: str, value: Any, what: ObjectType, caller: Caller) -> str:
    """Return a field and the value that a decision saw, in words."""
    field = what.fields.get(name)
    if field is None:
        return name
    shown = "—" if value in (None, "", []) else str(value)
    if field.kind in ("decimal", "money", "percent") and value is not None:
        shown = plain_decimal(Decimal(value))
    if field.options:
        labels = {option.key: text_of(option.label, caller.locale) for option in field.options}
        keys = value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]
        shown = "/".join(labels.get(str(key), str(key)) for key in keys if key) or "—"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return f"{text_of(field.label, caller.locale)} {shown}"


def _assignment(decision: dict[str, Any], caller: Caller) -> dict[str, Any]:
    policy = caller.catalog.all(POLICIES).get(decision["policy"] or "")
    return {
        "policy": decision["policy"],
        "label": text_of(policy.label, caller.locale) if policy else None,
        "reason": decision.get("reason"),
        "note": decision.get("note"),
        "chosen": _person(decision["chosen"], caller),
        "candidates": [
            {
                "person": _person(one["person"], caller),
                "eligible": one["eligible"],
                "code": one["reason"],
                "reason": reason_text(one["reason"], caller.locale),
            }
            for one in decision["candidates"]
        ],
    }


def _person(value: str | None, caller: Caller) -> dict[str, Any] | None:
    return person(UUID(value), caller.actor.org) if value else None


async def _open_stay(
    session: Session, what: ObjectType, record: UUID, caller: Caller
) -> tuple[Pipeline | None, datetime | None]:
    """Return the pipeline in the version that the record's next move is judged by, and since when it is where it is."""
    field = what.stage_field
    if field is None or field.pipeline is None:
        return None, None
    stay = caller.catalog.system.stage_stay
    query = sa.select(stay.c.definition, stay.c.entered_at).where(stay.c.record == record, stay.c.left_at.is_(None))
    row = await session.fetch_one(*compile_statement(query, "open stay"))
    if row is None:
        return None, None
    if not caller.catalog.knows(row[0]):
        await caller.runtime.pin([row[0]], session)
    return caller.catalog.pipeline_version(field.pipeline, row[0]), row[1]


def _gates(sight: Sight, row: dict[str, Any], judged: Pipeline | None, caller: Caller) -> list[dict[str, Any]]:
    """Return for every other stage whether it may be entered, and what it still asks for."""
    what = sight.what
    pipeline = caller.catalog.pipeline_of(what)
    if pipeline is None or what.stage_field is None or what.stage_field.name in sight.hidden:
        return []
    env = caller.actor.env(caller.runtime.clock.now(), caller.catalog)
    gates: list[dict[str, Any]] = []
    for present in pipeline.stages:
        by = judged if judged is not None and judged.stage(present.key) else pipeline
        stage = by.stage(present.key) or present
        if stage.key == row[what.stage_field.name]:
            continue
        asked = unmet_seen(missing_at(caller.catalog, what, by, stage.key, row, env), sight)
        missing = [{**one, "label": text_of(one["label"], caller.locale)} for one in asked]
        gates.append(
            {
                "to": stage.key,
                "label": text_of(stage.label, caller.locale),
                "met": not missing,
                "unmet": missing,
            }
        )
    return gates
