"""Duplicates over HTTP: what a record matches and by which rule, and two records made into one."""

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query

from closeloop.api.answers import Json
from closeloop.api.bodies import known, mapping, number, optional_id
from closeloop.api.deps import Caller, Signed
from closeloop.api.records import Written, submit
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.object_type import Duplicate
from closeloop.db.statement import compile_statement
from closeloop.db.unit_of_work import Session
from closeloop.engine.merge.handler import MergeRecord
from closeloop.records.present import person
from closeloop.records.query import Reader

router = APIRouter(prefix="/objects/{object_name}/records/{record}", tags=["duplicates"])


@router.get("/duplicates")
async def list_duplicates(
    object_name: str, record: UUID, caller: Signed, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Json:
    """List the living records that a record matches by its object's duplicate rules, the oldest first.

    Of one that isn't the caller's to read only the owner is told. `more` says that some were left out.
    """
    reader = caller.reader()
    items: list[dict[str, Any]] = []
    async with caller.runtime.database.autocommit() as session:
        row = await reader.whole(session, object_name, record)
        what = caller.catalog.object(object_name)
        sight = reader.sight(what)
        seen: set[Any] = {record}
        for rule in what.duplicates:
            normal = rule.normal(row[rule.field.name])
            if normal is None or rule.field.name in sight.hidden:
                continue
            for found in await _matches(session, caller, reader, rule, normal, limit + len(seen)):
                if found[0] not in seen:
                    seen.add(found[0])
                    items.append(_item(found, rule, caller))
    return Json({"items": items[:limit], "more": len(items) > limit})


async def _matches(
    session: Session, caller: Caller, reader: Reader, rule: Duplicate, normal: str, most: int
) -> list[tuple[UUID, str | None, UUID | None, bool, str]]:
    """Return (id, title, owner, readable, object) of what a rule finds: one indexed statement."""
    there = caller.catalog.object(rule.object)
    env = caller.actor.env(caller.runtime.clock.now(), caller.catalog)
    columns = reader.columns(there)
    same = [there.table.c[rule.column] == normal, there.table.c.deleted_at.is_(None)]
    if rule.when is not None:
        same.append(rule.when.sql(columns, env))
    shown = there
    if rule.to is not None:
        led = there.fields[rule.to].object or ""
        ids = sa.select(there.table.c[rule.to]).select_from(columns.source).where(*same)
        shown = caller.catalog.object(led)
        columns = reader.columns(shown)
        same = [shown.table.c.id.in_(ids), shown.table.c.deleted_at.is_(None)]
    readable = reader.within(shown, columns)
    title = columns(shown.title) if shown.title in reader.sight(shown).fields else sa.null()
    query = (
        sa.select(
            shown.table.c.id,
            sa.case((readable.element, title), else_=sa.null()),
            shown.table.c.owner,
            sa.func.coalesce(readable.element, sa.false()),
        )
        .select_from(columns.source)
        .where(*same)
        .order_by(shown.table.c.id)
        .limit(most)
    )
    statement, params = compile_statement(query, f"duplicates {shown.name}")
    rows = await session.fetch(statement, {**params, **readable.params(statement.names)})
    return [(row[0], row[1], row[2], row[3], shown.name) for row in rows]


def _item(found: tuple[UUID, str | None, UUID | None, bool, str], rule: Duplicate, caller: Caller) -> dict[str, Any]:
    record, label, owner, readable, name = found
    return {
        "object": name,
        "id": record if readable else None,
        "label": label,
        "owner": None if owner is None else person(owner, caller.actor.org),
        "by": rule.field.name,
        "then": rule.then,
    }


@router.post("/merge")
async def merge_records(record: UUID, asked: Written) -> Json:
    """Merge another record into this one: `{other, version, other_version, values}`; the answer is what remains.

    `values` are those that were chosen; fields without a value here take the other one's.
    """
    body = asked.body
    known(body, "version", "other", "other_version", "values")
    other = optional_id(body, "other")
    if other is None:
        raise Invalid(errors=[FieldError("other", "required")])
    version = number(body, "other_version") if body.get("other_version") is not None else None
    values = mapping(body, "values")
    command = MergeRecord(asked.object_name, record, asked.version, other=other, other_version=version, values=values)
    return await submit(asked, command)
