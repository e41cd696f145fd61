"""One deed on many records: at once up to 200, as a job beyond; each record passes the same guards as alone."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any
from uuid import UUID

from closeloop.access.decide import Actor
from closeloop.access.sight import Sight
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.operations.handler import RunOperation
from closeloop.engine.operations.model import OPERATIONS
from closeloop.records.commands import AssignRecord, Command, DeleteRecord, Submission, UpdateRecord
from closeloop.records.execute import Withdrawn
from closeloop.records.paging import cursor_behind
from closeloop.records.query import Query, Reader
from closeloop.runtime.bulk_once import Kept, kept_before
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.jobs import Item, Job, Problem, person_of, problem_of, run_items

AT_ONCE = 200
"""Records of a request that are done before it is answered; more are a job."""
MOST_IDS = 10_000
"""Ids that a request may name; more are said by a filter."""
_CHUNK = 100

Deed = Mapping[str, Any]
"""What is done to each record, as data: `{do: change | operation | assign | delete, …}`."""


def command_of(deed: Deed, object_name: str, record: UUID) -> Command:
    """Return the command of a deed for one record."""
    match deed["do"]:
        case "change":
            return UpdateRecord(object_name, record, values=deed["values"])
        case "operation":
            return RunOperation(object_name, record, operation=deed["operation"], values=deed["values"])
        case "assign":
            person = deed.get("person")
            return AssignRecord(object_name, record, person=UUID(person) if person else None, note=deed.get("note"))
        case _:
            return DeleteRecord(object_name, record)


def check_deed(deed: Deed, sight: Sight, catalog: Snapshot) -> None:
    """Refuse a deed that could be done to no record of the object at all, as the one who asks sees it."""
    what = sight.what
    if deed["do"] == "change":
        errors = [
            FieldError(f"change.{n}", "unknown_field", {"name": n}) for n in deed["values"] if n not in sight.fields
        ]
        if errors or not deed["values"]:
            raise Invalid(errors=errors or [FieldError("change", "required")])
    if deed["do"] == "operation" and all(one.key != deed["operation"] for one in catalog.on(OPERATIONS, what.name)):
        raise Invalid(errors=[FieldError("operation", "unknown_operation", {"name": deed["operation"]})])


async def found_ids(runtime: CompanyRuntime, reader: Reader, query: Query) -> list[UUID]:
    """Return the ids of one page of what a query finds."""
    async with runtime.database.autocommit() as session:
        page = await reader.page(session, query)
    return [row["id"] for row in page.rows]


async def do_at_once(
    runtime: CompanyRuntime, actor: Actor, object_name: str, deed: Deed, ids: Sequence[UUID]
) -> Mapping[UUID, Problem | None]:
    """Carry a deed out on up to AT_ONCE records as one batch; what is refused takes nothing else with it.

    Returns for each record why it was refused, or None.
    """
    submissions = [Submission(command_of(deed, object_name, one), actor) for one in ids]
    done = await runtime.executor.run(submissions)
    return {
        one: None if outcome.error is None else problem_of(outcome.error)
        for one, outcome in zip(ids, done, strict=True)
    }


async def do_once(
    runtime: CompanyRuntime, actor: Actor, object_name: str, deed: Deed, kept: Kept
) -> Mapping[UUID, Problem | None]:
    """The same under a key: to each record once, however often and in how many places it is asked for at a time."""
    while kept.left:
        submissions = [Submission(command_of(deed, object_name, one), actor) for one in kept.left]
        try:
            await runtime.executor.run(submissions, kept)
        except Withdrawn:  # another request has it: go on with what that one has left, mostly nothing
            kept = await kept_before(runtime, kept.person, kept.once) or kept
    return {one: kept.told[one] for one in kept.records}


class BulkJob:
    """A deed on the records that a request has named, or that a filter finds by the time the job comes to them."""

    name = "bulk"

    async def chunks(self, runtime: CompanyRuntime, job: Job) -> AsyncGenerator[None]:
        """Go through the ids in chunks; `at` of the cursor is a position in the list, or the last id seen."""
        object_name: str = job.params["object"]
        deed: Deed = job.params["deed"]
        while True:
            actor = person_of(runtime, job)
            at = job.cursor.get("at")
            ids = await self._next(runtime, job, actor, at)
            if not ids:
                return
            items = [
                Item(
                    row=job.progress + i + 1,
                    behind=(at or 0) + i + 1 if "ids" in job.params else str(one),
                    submissions=[Submission(command_of(deed, object_name, one), actor, gathered=True)],
                    record=one,
                )
                for i, one in enumerate(ids)
            ]
            await run_items(runtime, job, items)
            yield

    async def _next(self, runtime: CompanyRuntime, job: Job, actor: Actor, at: Any) -> list[UUID]:
        if "ids" in job.params:
            start = at or 0
            return [UUID(one) for one in job.params["ids"][start : start + _CHUNK]]
        behind = cursor_behind(UUID(at)) if at is not None else None
        query = Query(job.params["object"], job.params["filter"], "id", limit=_CHUNK, cursor=behind)
        catalog = runtime.catalog_for(actor)
        reader = Reader(catalog, actor, actor.env(job.created_at, catalog))
        ids = await found_ids(runtime, reader, query)
        return [one for one in ids if one <= job.id]  # what was made since the job was asked for is not meant
