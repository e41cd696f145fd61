"""Tables in and out over HTTP: a dry run first, then a job; an export is sent while it is read."""

from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from closeloop.api.answers import Json
from closeloop.api.deps import Caller, Signed
from closeloop.api.files import FilesOf
from closeloop.api.jobs import job_with_errors
from closeloop.api.records import filter_and_sort
from closeloop.api.uploads import Form, form_of
from closeloop.base.errors import FieldError, Forbidden, Invalid
from closeloop.connect.file_types import XLSX
from closeloop.records.query import Query as ListQuery
from closeloop.runtime.exporting import Export, Exporter
from closeloop.runtime.files import Files, StoredFile
from closeloop.runtime.import_preview import prepare, preview
from closeloop.runtime.importing import DUPLICATES, EMPTY, LASTS, MODES
from closeloop.runtime.jobs import start_job

router = APIRouter(prefix="/objects/{object_name}", tags=["transfer"])

_SYSTEM = ("owner", "created_at", "updated_at", "id")
"""System fields of an export, behind the object's own."""
_MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
_WORDS = {"mode": MODES, "duplicates": DUPLICATES, "empty": EMPTY}
_TEXTS = ("key", "encoding", "separator", "sheet")


@router.post("/import")
async def post_import(
    object_name: str,
    request: Request,
    caller: Signed,
    files: FilesOf,
    dry_run: bool = False,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Json:
    """Import a table: a form with `file`, or `file_id` of a dry run, and optionally `mapping` and `options` as JSON.

    With `dry_run=true` nothing is changed: the answer tells layout, mapping, first rows and their errors.
    """
    reader = caller.reader()
    what = reader.require_readable(object_name)
    sight = reader.sight(what)
    if not (caller.actor.may_create(what.name) or caller.actor.reach(what.name, "update")):
        raise Forbidden
    async with form_of(request, files.limit) as form:
        options = _options(_json(form, "options"))
        stored = await _stored(form, caller, files)
        mapping = _json(form, "mapping")
    prepared = await prepare(files, caller.runtime, sight, stored, options, mapping)
    if dry_run:
        return Json(await preview(prepared, caller.runtime, sight, caller.actor, reader, caller.locale))
    prepared.plan.check(what, caller.catalog, caller.actor)
    job = await start_job(
        caller.runtime, "import", caller.actor, prepared.params(), total=prepared.total, key=idempotency_key
    )
    return Json(await job_with_errors(caller, job), 202)


class ExportParams(BaseModel):
    """What an export may be asked for; anything else in the address is an error."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["csv", "xlsx"] = "csv"
    filter: str | None = Field(default=None, max_length=4000)
    sort: str | None = Field(default=None, max_length=400)
    fields: str | None = Field(default=None, max_length=4000)
    view: str | None = Field(default=None, max_length=100)
    q: str | None = Field(default=None, max_length=100)
    header: Literal["labels", "names"] = "labels"


@router.get("/export")
async def get_export(
    object_name: str, request: Request, caller: Signed, params: Annotated[ExportParams, Query()]
) -> StreamingResponse:
    """Send the records that the caller may read, with the fields that the caller sees, as of one moment."""
    reader = caller.reader()
    what = reader.require_readable(object_name)
    sight = reader.sight(what)
    both, sort = filter_and_sort(caller, sight, params.filter, params.sort, params.view)
    names = params.fields.split(",") if params.fields else [*what.own_fields, *_SYSTEM]
    if not params.fields:
        names = [name for name in names if name in sight.fields]
    fields = [sight.field(name.strip()) for name in names]
    virtual = [FieldError("fields", "unknown_field", {"name": one.name}) for one in fields if one.name in what.virtual]
    if params.fields and virtual:
        raise Invalid(errors=virtual)
    query = ListQuery(what.name, both, sort or "id", params.q)
    async with caller.runtime.database.autocommit() as session:  # what is wrong is told before anything is sent
        await reader.page(session, replace(query, limit=1))
    exporter: Exporter = request.app.state.exporter
    seen = [one for one in fields if one.name not in what.virtual]
    export = Export(query, seen, params.header == "names", caller.locale)
    blocks = await exporter.begun(caller.runtime, reader, export, params.format)
    day = caller.runtime.clock.now().astimezone(caller.catalog.zone).date().isoformat()
    headers = {
        "Content-Disposition": f'attachment; filename="{what.name}-{day}.{params.format}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(blocks, headers=headers, media_type=_MEDIA[params.format])


async def _stored(form: Form, caller: Caller, files: Files) -> StoredFile:
    """Keep the form's file, or find the one that an earlier dry run has kept."""
    if form.file is not None:
        return await files.keep(caller.runtime, caller.person.id, form.name, form.file, LASTS)
    given = form.values.get("file_id")
    if given is None:
        raise Invalid(errors=[FieldError("file", "required")])
    try:
        return await files.readable(caller.runtime, caller.actor, UUID(given))
    except ValueError:
        raise Invalid(errors=[FieldError("file_id", "not_an_id")]) from None


def _json(form: Form, name: str) -> Any:
    text = form.values.get(name)
    if not text:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Invalid(errors=[FieldError(name, "bad_json")]) from None


def _options(raw: Any) -> dict[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise Invalid(errors=[FieldError("options", "not_a_mapping")])
    given: dict[str, Any] = {k: v for k, v in raw.items() if v is not None}  # pyright: ignore[reportUnknownVariableType]
    errors: list[FieldError] = []
    for name, value in given.items():
        place = f"options.{name}"
        if name in _WORDS:
            if value not in _WORDS[name]:
                errors.append(FieldError(place, "not_one_of", {"words": ", ".join(_WORDS[name])}))
        elif name in _TEXTS:
            if not isinstance(value, str):
                errors.append(FieldError(place, "not_text"))
        elif name == "header":
            if not isinstance(value, bool):
                errors.append(FieldError(place, "not_boolean"))
        else:
            errors.append(FieldError(place, "unknown_parameter", {"name": name}))
    if errors:
        raise Invalid(errors=errors)
    return given
