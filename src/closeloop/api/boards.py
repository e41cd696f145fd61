"""Boards over HTTP: lanes with what stands in them, and the further records of one lane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from closeloop.api.answers import Json
from closeloop.api.clocks import clocks_by_record
from closeloop.api.deps import Caller, Signed
from closeloop.base.errors import NotFound
from closeloop.catalog.model import text_of
from closeloop.db.unit_of_work import Session
from closeloop.engine.boards.model import BOARDS, Board
from closeloop.engine.boards.read import BoardReader, Card, Count, Lane, lanes_of, may_take
from closeloop.engine.clocks.colors import color_sql
from closeloop.engine.clocks.model import CLOCKS
from closeloop.records.present import fill_titles, person, present

router = APIRouter(prefix="/boards", tags=["boards"])

NOBODY = "none"
"""The name of the lane of records that belong to nobody."""
_MOST_LANES = 200
_MOST_CARDS = 100
_IN_ALL = 2000
"""Cards of one answer."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A board as the caller sees it."""

    caller: Caller
    board: Board
    reads: BoardReader


def look(caller: Caller, key: str) -> Looked:
    """Return a board; one of an object or field that the caller may not read is not there."""
    board = caller.catalog.all(BOARDS).get(key)
    if board is None or not caller.actor.reach(board.object, "read"):
        raise NotFound("unknown_board", name=key)
    env = caller.actor.env(caller.runtime.clock.now(), caller.catalog)
    reads = BoardReader(caller.catalog, board, caller.actor, env, color_sql)
    if not board.shown_to(reads.reader.sight(reads.what)):
        raise NotFound("unknown_board", name=key)
    return Looked(caller, board, reads)


@router.get("/{board}")
async def get_board(
    board: str,
    caller: Signed,
    limit: Annotated[int, Query(ge=1, le=_MOST_LANES)] = 50,
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
    cards: Annotated[int, Query(ge=0, le=_MOST_CARDS)] = 10,
) -> Json:
    """Return `limit` lanes, those that stand worst first, with counts and the `cards` worst records of each."""

    seen = look(caller, board)
    async with caller.runtime.database.autocommit() as session:
        counts = await seen.reads.counts(session)
        lanes = lanes_of(seen.board, caller.actor, caller.actor.org, counts)
        shown = lanes[(page - 1) * limit : page * limit]
        filled = [lane for lane in shown if lane in counts]
        each = min(cards, _IN_ALL // len(filled)) if filled else 0
        found = await seen.reads.cards(session, filled, each) if each else []
        items = await _cards_out(session, seen, found)
    body = {
        **_board_out(seen),
        "totals": _count_out(seen.board, list(counts.values())),
        "lanes": [_lane_out(seen, lane, counts.get(lane), items.get(lane, [])) for lane in shown],
        "lane_count": len(lanes),
    }
    return Json(body)


@router.get("/{board}/lanes/{lane}")
async def get_lane(
    board: str,
    lane: str,
    caller: Signed,
    limit: Annotated[int, Query(ge=1, le=_MOST_CARDS)] = 50,
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Json:
    """Return one lane of a board, by its person's id or `none`, with a page of its records, the worst first."""
    whose = _lane(lane, caller)

    seen, skipped = look(caller, board), (page - 1) * limit
    async with caller.runtime.database.autocommit() as session:
        counts = await seen.reads.counts(session, [whose])
        items = await _cards_out(session, seen, await seen.reads.cards(session, [whose], limit, skipped))
    return Json(_lane_out(seen, whose, counts.get(whose), items.get(whose, []), skipped))


def _lane(name: str, caller: Caller) -> Lane:
    if name == NOBODY:
        return None
    try:
        found = UUID(name)
    except ValueError:
        raise NotFound from None
    if found not in caller.actor.org.people:
        raise NotFound
    return found


def _board_out(seen: Looked) -> dict[str, Any]:
    board, locale = seen.board, seen.caller.locale
    sight = seen.reads.reader.sight(seen.reads.what)
    return {
        "key": board.key,
        "label": text_of(board.label, locale),
        "object": board.object,
        "group": board.group,
        "movable": board.group == "owner" and bool(seen.caller.actor.reach(board.object, "assign")),
        "lights": [{"key": one.key, "label": text_of(one.label, locale), "color": one.color} for one in board.lights],
        "figures": [
            {"key": one.key, "label": text_of(one.label, locale), "as": "share" if one.share else "count"}
            for one in board.measures
        ],
        "columns": [name for name in board.columns if name in sight.fields],
    }


def _count_out(board: Board, counts: Sequence[Count]) -> dict[str, Any]:
    """Return counts by the keys of lights and figures; a share is a fraction, null where there is nothing."""
    total = sum(one.all for one in counts)
    figures: dict[str, Any] = {}
    for i, measure in enumerate(board.measures):
        hits = sum(one.measures[i] for one in counts)
        figures[measure.key] = _share(hits, total) if measure.share else hits
    lights = {light.key: sum(one.lights[i] for one in counts) for i, light in enumerate(board.lights)}
    return {"count": total, "lights": lights, "figures": figures}


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP) if whole else None


def _lane_out(
    seen: Looked, lane: Lane, count: Count | None, items: Sequence[dict[str, Any]], before: int = 0
) -> dict[str, Any]:
    org = seen.caller.actor.org
    counted = _count_out(seen.board, [count] if count else [])
    return {
        "person": person(lane, org),
        "takes": may_take(seen.board, seen.caller.actor, org, lane),
        **counted,
        "more": before + len(items) < counted["count"],
        "items": items,
    }


async def _cards_out(session: Session, seen: Looked, cards: Sequence[Card]) -> Mapping[Lane, list[dict[str, Any]]]:
    """Return the cards of each lane with what the caller sees of their records, in their order."""
    reads, board, caller = seen.reads, seen.board, seen.caller
    what, ids = reads.what, [card.record for card in cards]
    if not ids:
        return {}
    rows = {row["id"]: row for row in await reads.reader.some(session, what, ids)}
    sight = reads.reader.sight(what)
    shown = [name for name in dict.fromkeys((what.title, *board.columns, board.group)) if name in sight.fields]
    records = {record: present(what, row, caller.actor.org, shown) for record, row in rows.items()}
    await fill_titles(session, reads.reader, what, list(records.values()))
    clocks = await clocks_by_record(session, caller, list(rows)) if caller.catalog.on(CLOCKS, what.name) else {}
    lanes: dict[Lane, list[dict[str, Any]]] = {}
    for card in cards:
        record = records.get(card.record)
        if record is not None:  # one that has gone in between is counted for this once
            light = board.lights[card.light].key
            lanes.setdefault(card.lane, []).append(
                {"light": light, "record": record, "clocks": clocks.get(card.record, [])}
            )
    return lanes
