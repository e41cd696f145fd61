"""One's own desk over HTTP: to-dos, the clocks that wait for one, and the figures of the day."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query

from closeloop.api.answers import Json
from closeloop.api.clocks import CLOCK_COLUMNS, clock_out
from closeloop.api.deps import Caller, Signed
from closeloop.catalog.model import text_of
from closeloop.db.statement import Params, Statement, compile_statement
from closeloop.db.unit_of_work import Session
from closeloop.engine.clocks.model import CLOCKS
from closeloop.engine.desk.model import DESKS, Desk, Todos, shown
from closeloop.engine.operations.meets import first_to_meet
from closeloop.engine.operations.model import OPERATIONS
from closeloop.records.present import fill_titles, present
from closeloop.records.query import Query as ListQuery
from closeloop.records.query import Reader

router = APIRouter(tags=["desk"])


@router.get("/desk")
async def get_desk(caller: Signed, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Json:
    """Return what each app puts on the caller's desk, `limit` of each list.

    A list says with which `object`, `filter` and `sort` the list of records goes on behind its `next_cursor`.
    """
    desks = sorted(caller.catalog.all(DESKS).values(), key=lambda desk: (desk.position, desk.key))

    reader = caller.reader()
    async with caller.runtime.database.autocommit() as session:
        lists = [
            await _todos(session, caller, reader, desk.todos, limit)
            for desk in desks
            if desk.todos is not None and _open(caller, reader, desk.todos)
        ]
        clocks = await _clocks(session, caller, reader, limit)
        figures = await _figures(session, caller, reader, desks)
    return Json({"todos": lists, "clocks": {"items": clocks}, "figures": figures})


def _open(caller: Caller, reader: Reader, todos: Todos) -> bool:
    if not caller.actor.reach(todos.object, "read"):
        return False
    return shown(reader.sight(caller.catalog.object(todos.object)), todos.when, todos.due)


async def _todos(session: Session, caller: Caller, reader: Reader, todos: Todos, limit: int) -> dict[str, Any]:
    """Return the first of one's open to-dos, those due first in front, and how many there are."""
    what = caller.catalog.object(todos.object)
    found = await reader.page(session, ListQuery(what.name, todos.when, todos.due, limit=limit))
    items = [present(what, row, caller.actor.org) for row in found.rows]
    await fill_titles(session, reader, what, items)
    ((total, total_is),) = await reader.counts(session, what.name, [todos.when])

    def operation(key: str | None) -> str | None:
        return key if key is not None and caller.actor.reach(what.name, f"do:{key}") else None

    return {
        "label": text_of(todos.label, caller.locale),
        "object": what.name,
        "title": what.title if what.title in reader.sight(what).fields else None,
        "due": todos.due,
        "about": [one for one in todos.about if one in reader.sight(what).fields],
        "done": operation(todos.done),
        "undo": operation(todos.undo),
        "filter": todos.when,
        "sort": todos.due,
        "items": items,
        "next_cursor": found.next_cursor,
        "total": total,
        "total_is": total_is,
    }


async def _clocks(session: Session, caller: Caller, reader: Reader, limit: int) -> list[dict[str, Any]]:
    """Return the clocks that wait for one's own records, each with its record, in the order in which to see to them.

    Those due today or later come first, by their time; what fell due on an earlier day comes after them, the newest
    first, so that a backlog never hides what can still be met. `meets` is the operation that would meet the clock,
    null where none can be told. Cost: a statement for each object that has clocks, all in one round trip.
    """
    zone = caller.catalog.zone
    dawn = caller.runtime.clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    calls: list[tuple[Statement, Params]] = []
    for what in caller.catalog.objects.values():
        if not caller.catalog.on(CLOCKS, what.name) or not caller.actor.reach(what.name, "read"):
            continue
        columns, sight = reader.columns(what), reader.sight(what)
        readable = reader.within(what, columns)
        title = columns(what.title) if what.title in sight.fields else sa.null()
        clock, table = caller.catalog.system.clock, what.table
        query = (
            sa.select(*(clock.c[name] for name in CLOCK_COLUMNS), title.label("title"))
            .where(
                table.c.owner == caller.person.id, table.c.deleted_at.is_(None), readable.element,
                clock.c.object == what.name, clock.c.ended_at.is_(None),
            )
            .select_from(columns.source.join(clock, table.c.id == clock.c.record))
            .order_by(
                clock.c.due_at < dawn, sa.case((clock.c.due_at >= dawn, clock.c.due_at)), clock.c.due_at.desc(),
                clock.c.id,
            )
            .limit(limit)
        )  # fmt: skip
        statement, params = compile_statement(query, f"desk clocks {what.name}")
        calls.append((statement, {**params, **readable.params(statement.names)}))
    if not calls:
        return []
    rows = [row for result in await session.fetch_many(calls) for row in result.dicts()]

    def order(row: Mapping[str, Any]) -> tuple[bool, timedelta, UUID]:
        ahead = row["due_at"] - dawn
        return ahead < timedelta(), abs(ahead), row["id"]

    rows.sort(key=order)
    meets = _meeting(caller)
    return [
        {
            **clock_out(row, caller, rungs=False),
            "record": {"id": str(row["record"]), "label": row["title"]},
            "meets": meets.get(row["policy"]),
        }
        for row in rows[:limit]
    ]


def _meeting(caller: Caller) -> dict[str, str]:
    """Return by clock policy the operation that meets its clocks, of those that the caller's roles grant."""
    catalog, actor = caller.catalog, caller.actor
    env = actor.env(caller.runtime.clock.now(), catalog)
    found: dict[str, str] = {}
    for policy in catalog.all(CLOCKS).values():
        granted = [one for one in catalog.on(OPERATIONS, policy.object) if actor.reach(policy.object, f"do:{one.key}")]
        if policy.met is not None:
            operation = first_to_meet(policy.met, catalog.object(policy.object), granted, env)
            if operation is not None:
                found[policy.key] = operation.key
    return found


async def _figures(session: Session, caller: Caller, reader: Reader, desks: list[Desk]) -> list[dict[str, Any]]:
    """Return the figures that one sees; those of one object cost one round trip."""
    figures = [
        one
        for desk in desks
        for one in desk.figures
        if caller.actor.reach(one.object, "read") and shown(reader.sight(caller.catalog.object(one.object)), one.when)
    ]
    values: dict[tuple[str, str], tuple[int, str]] = {}
    for name in dict.fromkeys(one.object for one in figures):
        asked = list(dict.fromkeys(one.when for one in figures if one.object == name))
        counted = await reader.counts(session, name, asked)
        values.update({(name, when): value for when, value in zip(asked, counted, strict=True)})
    return [
        {
            "key": one.key,
            "label": text_of(one.label, caller.locale),
            "object": one.object,
            "filter": one.when,
            "value": values[one.object, one.when][0],
            "value_is": values[one.object, one.when][1],
        }
        for one in figures
    ]
