"""Files over HTTP: in with their type checked, out to those who may read a record that refers to them."""

import re
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from closeloop.api.answers import Json
from closeloop.api.deps import Signed
from closeloop.api.uploads import form_of
from closeloop.base.errors import FieldError, Invalid
from closeloop.connect.file_types import PICTURES
from closeloop.runtime.files import THUMBNAILS, Files, file_out

router = APIRouter(prefix="/files", tags=["files"])

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_SHOWN = PICTURES | {"application/pdf", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "video/mp4", "video/webm"}
"""What a browser may show in place; anything else is saved."""


async def files_of(request: Request) -> Files:
    """Return the files of the installation."""
    return request.app.state.files


FilesOf = Annotated[Files, Depends(files_of)]


@router.post("", status_code=201)
async def post_file(request: Request, caller: Signed, files: FilesOf) -> Json:
    """Keep the form's `file`; it is gone after a day unless a record refers to it."""
    async with form_of(request, files.limit) as form:
        if form.file is None:
            raise Invalid(errors=[FieldError("file", "required")])
        stored = await files.keep(caller.runtime, caller.person.id, form.name, form.file)
    return Json(file_out(stored), 201)


@router.get("/{file}")
async def get_file(file: UUID, request: Request, caller: Signed, files: FilesOf) -> Response:
    """Return a file, or the part that `Range` asks for."""
    stored = await files.readable(caller.runtime, caller.actor, file)
    etag = f'"{stored.sha256}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes", **_SAFE, "Content-Disposition": _named(stored.name, stored.type)}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    span = _span(request.headers.get("range"), stored.size) if request.headers.get("if-range", etag) == etag else None
    if span == (0, 0):
        return Response(status_code=416, headers={"Content-Range": f"bytes */{stored.size}"})
    start, end = span or (0, stored.size)
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{stored.size}"
    headers["Content-Length"] = str(end - start)
    body = files.read(caller.runtime, stored, start, end if span is not None else None)
    return StreamingResponse(body, 206 if span is not None else 200, headers, media_type=stored.type)


@router.get("/{file}/thumbnail")
async def get_thumbnail(
    file: UUID, caller: Signed, files: FilesOf, size: Annotated[int, Query(ge=1)] = THUMBNAILS[1]
) -> Response:
    """Return a small picture of a picture, 64, 160, 320 or 640 pixels at most, without what its camera wrote."""
    if size not in THUMBNAILS:
        raise Invalid(errors=[FieldError("size", "not_one_of", {"words": ", ".join(map(str, THUMBNAILS))})])
    stored = await files.readable(caller.runtime, caller.actor, file)
    small = await files.thumbnail(caller.runtime, stored, size)
    return Response(small, media_type="image/webp", headers=_SAFE)


_SAFE: dict[str, Any] = {
    "Cache-Control": "private, max-age=0, must-revalidate",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}
"""What was uploaded runs nothing in our place, whatever it is."""


def _named(name: str, media_type: str) -> str:
    kind = "inline" if media_type in _SHOWN else "attachment"
    plain = re.sub(r"[^\w .()-]", "_", name, flags=re.ASCII)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _span(header: str | None, size: int) -> tuple[int, int] | None:
    """Return what one range asks for as (start, end), None for everything, (0, 0) for what is not there."""
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1 if last else size, size)
    return (start, end) if start < end else (0, 0)
