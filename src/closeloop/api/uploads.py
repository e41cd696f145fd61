"""Files that come in with a request: spooled to disk part by part, and no longer than allowed."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from closeloop.base.errors import FieldError, Invalid

_REST = 64 * 1024
"""Bytes that the other fields and the marks between them may have."""
_MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Form:
    """A form with one file: its text fields, and the file where there is one."""

    values: dict[str, str]
    name: str
    file: BinaryIO | None


@asynccontextmanager
async def form_of(request: Request, limit: int) -> AsyncGenerator[Form]:
    """Read a request of the type multipart/form-data with at most one file of up to `limit` bytes, named `file`.

    A longer one is not read to its end. The file lies on disk beyond its first megabyte and is gone afterwards.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Invalid("not_a_form")
    try:
        parser = MultiPartParser(
            request.headers, _counted(request.stream(), limit), max_files=1, max_fields=_MOST_FIELDS
        )
        parsed = await parser.parse()
    except MultiPartException:
        raise Invalid("not_a_form") from None
    try:
        values = {name: value for name, value in parsed.multi_items() if isinstance(value, str)}
        sent = parsed.get("file")
        if isinstance(sent, UploadFile):
            if (sent.size or 0) > limit:
                raise Invalid(errors=[FieldError("file", "too_big", {"limit": limit})])
            yield Form(values, sent.filename or "file", sent.file)
        else:
            yield Form(values, "file", None)
    finally:
        await parsed.close()


async def _counted(stream: AsyncIterator[bytes], limit: int) -> AsyncGenerator[bytes]:
    size = 0
    async for part in stream:
        size += len(part)
        if size > limit + _REST:
            raise Invalid(errors=[FieldError("file", "too_big", {"limit": limit})])
        yield part
