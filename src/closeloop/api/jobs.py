"""Jobs over HTTP: how far one's own long work is, what it could not do, and calling it off."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from closeloop.api.answers import Json
from closeloop.api.deps import Behind, Caller, Signed
from closeloop.base.errors import NotFound
from closeloop.base.messages import message
from closeloop.catalog.model import text_of
from closeloop.connect.cells import safe
from closeloop.connect.messages import NUMBER, REASON
from closeloop.db.statement import compile_statement
from closeloop.db.unit_of_work import Session
from closeloop.runtime.jobs import QUEUED, RUNNING, Problem, cancel_job

router = APIRouter(prefix="/jobs", tags=["jobs"])

_SHOWN = 50
"""Errors that a job's answer holds; all of them are in the file."""
_STREAMED = 20
"""Of one's jobs the newest so many are followed by a stream."""
_PAGE = 1000


@router.get("")
async def list_jobs(
    caller: Signed,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Behind = None,
) -> Json:
    """List one's own jobs, the newest first."""
    job = caller.runtime.tables.job
    query = sa.select(*_told(job)).where(job.c.person == caller.person.id)
    if cursor is not None:
        query = query.where(job.c.id < cursor)
    async with caller.runtime.database.autocommit() as session:
        rows = await session.fetch_dicts(*compile_statement(query.order_by(job.c.id.desc()).limit(limit + 1), "jobs"))
    more = str(rows[limit - 1]["id"]) if len(rows) > limit else None
    return Json({"items": [job_out(row, caller.locale) for row in rows[:limit]], "next_cursor": more})


@router.get("/{job}")
async def get_job(job: UUID, caller: Signed) -> Json:
    """Return a job with its first errors; somebody else's is only an administrator's to see."""
    return Json(await job_with_errors(caller, job))


@router.delete("/{job}")
async def delete_job(job: UUID, caller: Signed) -> Json:
    """Call a job off; what it has done stays done. One that is over stays as it ended."""
    async with caller.runtime.database.autocommit() as session:
        await _row(session, caller, job)
    await cancel_job(caller.runtime, job)
    return Json(await job_with_errors(caller, job))


@router.get("/{job}/errors")
async def get_errors(job: UUID, caller: Signed) -> StreamingResponse:
    """Return what the job could not do as CSV: the columns of the file that was imported, number and reason."""
    async with caller.runtime.database.autocommit() as session:
        row = await _row(session, caller, job)
    return StreamingResponse(
        _errors_csv(caller, row),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="errors-{job}.csv"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


async def job_with_errors(caller: Caller, job: UUID) -> dict[str, Any]:
    """Return a job as it is answered; raises NotFound for one that is not the caller's to see."""
    error = caller.runtime.tables.job_error
    query = sa.select(error.c.row, error.c.record, error.c.problem).where(error.c.job == job)
    async with caller.runtime.database.autocommit() as session:
        row = await _row(session, caller, job)
        rows = await session.fetch_dicts(*compile_statement(query.order_by(error.c.row).limit(_SHOWN), "job errors"))
    errors = [
        {"row": one["row"], "record": one["record"], **reason}
        for one in rows
        for reason in reasons(one["problem"], caller.locale)
    ]
    return {**job_out(row, caller.locale), "errors": errors}


async def running_jobs(caller: Caller, seen: dict[UUID, tuple[str, int]]) -> list[dict[str, Any]]:
    """Return those of one's newest jobs that have moved on since they were last `seen`, which is brought up to date.

    At the first look only what is not over counts as news.
    """
    job = caller.runtime.tables.job
    query = sa.select(*_told(job)).where(job.c.person == caller.person.id).order_by(job.c.id.desc()).limit(_STREAMED)
    async with caller.runtime.database.autocommit() as session:
        rows = await session.fetch_dicts(*compile_statement(query, "jobs of a stream"))
    first = not seen
    seen.setdefault(UUID(int=0), ("", 0))
    news: list[dict[str, Any]] = []
    for row in reversed(rows):
        now = (row["state"], row["step"])
        if seen.get(row["id"]) != now and not (first and row["state"] not in (QUEUED, RUNNING)):
            news.append(job_out(row, caller.locale))
        seen[row["id"]] = now
    return news


def job_out(row: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """Return a job without its errors."""
    problem: Problem | None = row["problem"]
    return {
        "id": row["id"],
        "kind": row["kind"],
        "object": row["object"],
        "state": row["state"],
        "progress": row["progress"],
        "total": row["total"],
        "counts": row["counts"] or {},
        "error_count": row["errors"],
        "problem": reasons(problem, locale)[0] if problem else None,
        "created_at": row["created_at"],
        "started_at": row["started_at"],
        "finished_at": row["finished_at"],
        "errors_url": f"/api/v1/jobs/{row['id']}/errors" if row["errors"] else None,
    }


def reasons(problem: Problem, locale: str) -> list[dict[str, Any]]:
    """Return a kept error as what people read: one entry for each field that is wrong."""
    errors: list[dict[str, Any]] = problem.get("errors") or []
    if not errors:
        text = message(problem["code"], problem.get("params", {}), locale)
        return [{"field": None, "code": problem["code"], "message": text}]
    return [
        {"field": one["field"], "code": one["code"], "message": message(one["code"], one["params"], locale)}
        for one in errors
    ]


def _told(job: sa.Table) -> list[sa.ColumnElement[Any]]:
    """Return what is told of a job: what it was asked for may be ten thousand ids, and stays where it is."""
    names = (
        "id", "kind", "state", "person", "step", "progress", "total", "errors", "problem", "created_at", "started_at",
        "finished_at",
    )  # fmt: skip
    asked = (job.c.params["object"].astext.label("object"), job.c.params["header"].label("header"))
    return [*(job.c[name] for name in names), *asked, job.c.cursor["counts"].label("counts")]


async def _row(session: Session, caller: Caller, job_id: UUID) -> dict[str, Any]:
    job = caller.runtime.tables.job
    query = sa.select(*_told(job)).where(job.c.id == job_id)
    rows = await session.fetch_dicts(*compile_statement(query, "job"))
    if not rows or (rows[0]["person"] != caller.person.id and not caller.actor.everything):
        raise NotFound
    return rows[0]


async def _errors_csv(caller: Caller, job: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """Give the file of errors in pages, so that its size doesn't matter."""
    locale = caller.locale
    header: list[str] = job["header"] or ["id"]
    yield "\ufeff".encode() + _line([text_of(NUMBER, locale), text_of(REASON, locale), *header])
    error = caller.runtime.tables.job_error
    what = caller.catalog.objects.get(job["object"] or "")
    last = -1
    while True:
        query = sa.select(*error.columns).where(error.c.job == job["id"], error.c.row > last)
        async with caller.runtime.database.autocommit() as session:
            rows = await session.fetch_dicts(*compile_statement(query.order_by(error.c.row).limit(_PAGE), "errors"))
        if not rows:
            return
        lines: list[bytes] = []
        for row in rows:
            texts: list[str] = []
            for one in reasons(row["problem"], locale):
                field = what.fields.get(one["field"]) if what and one["field"] else None
                texts.append(f"{text_of(field.label, locale)}: {one['message']}" if field else one["message"])
            source: list[str] = row["source"] or [str(row["record"] or "")]
            lines.append(_line([str(row["row"]), "; ".join(texts), *source]))
        yield b"".join(lines)
        last = rows[-1]["row"]


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([safe(cell) for cell in cells])
    return out.getvalue().encode()
