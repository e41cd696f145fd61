"""Files: kept with their type and hash, read by whom they concern, gone when nothing refers to them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.decide import Actor
from closeloop.base.errors import NotFound
from closeloop.base.ids import new_id
from closeloop.catalog.snapshot import ObjectType
from closeloop.connect.file_types import PICTURES, thumbnail, type_of
from closeloop.connect.store import FileStore
from closeloop.db.statement import compile_statement, insert_rows
from closeloop.records.filing import LASTS
from closeloop.records.flush import dump
from closeloop.records.query import Reader
from closeloop.runtime.company import CompanyRuntime

THUMBNAILS = (64, 160, 320, 640)
_AT_ONCE = 100
_PART = 1024 * 1024
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file."""

    id: UUID
    name: str
    type: str
    size: int
    sha256: str
    person: UUID | None
    created_at: Any
    expires_at: Any


_COLUMNS = tuple(StoredFile.__dataclass_fields__)


class Files:
    """The files of all companies of an installation."""

    def __init__(self, store: FileStore, limit: int) -> None:
        self._store = store
        self.limit = limit

    async def keep(
        self, runtime: CompanyRuntime, person: UUID | None, name: str, file: BinaryIO, lasts: timedelta = LASTS
    ) -> StoredFile:
        """Keep an open file for `lasts`, or for as long as a record refers to it; raises Invalid for a type not taken.

        The row comes first: a process that dies in between leaves a row that expires, never bytes without one.
        """
        media_type, size, digest = await asyncio.to_thread(_examined, file)
        now = runtime.clock.now()
        named = name.replace("\\", "/").rpartition("/")[2].replace("\x00", "")[-_LONGEST_NAME:] or "file"
        stored = StoredFile(new_id(runtime.clock), named, media_type, size, digest, person, now, now + lasts)
        row = {column: getattr(stored, column) for column in _COLUMNS} | {"gone": False}
        async with runtime.database.autocommit() as session:
            await session.execute(insert_rows(runtime.tables.file, list(row)), [dump([row])])
        await self._store.put(key_of(runtime, stored.id), file)
        return stored

    async def find(self, runtime: CompanyRuntime, file_id: UUID) -> StoredFile:
        """Return what is known of a file, whoever may read it; raises NotFound."""
        file = runtime.tables.file
        query = sa.select(*(file.c[name] for name in _COLUMNS)).where(file.c.id == file_id, file.c.gone.is_(False))
        async with runtime.database.autocommit() as session:
            rows = await session.fetch_dicts(*compile_statement(query, "file"))
        if not rows:
            raise NotFound
        return StoredFile(**rows[0])

    async def readable(self, runtime: CompanyRuntime, actor: Actor, file_id: UUID) -> StoredFile:
        """Return a file that the actor may read: an own one that nothing refers to, or one of a readable record.

        Cost: the file, its uses, and one statement for each object whose records refer to it.
        """
        stored = await self.find(runtime, file_id)
        use = runtime.tables.file_use
        query = sa.select(use.c.object, use.c.record, use.c.field).where(use.c.file == file_id, use.c.until.is_(None))
        async with runtime.database.autocommit() as session:
            uses = await session.fetch_dicts(*compile_statement(query.limit(_AT_ONCE), "uses of a file"))
            if not uses and (stored.person == actor.id or actor.everything):
                return stored
            catalog = runtime.catalog_for(actor)
            reader = Reader(catalog, actor, actor.env(runtime.clock.now(), catalog))
            records: dict[ObjectType, list[UUID]] = {}
            for one in uses:
                what = catalog.objects.get(one["object"])
                if what is not None and one["field"] in reader.sight(what).fields and actor.reach(what.name, "read"):
                    records.setdefault(what, []).append(one["record"])
            for what, some in records.items():
                if await reader.readable(session, what, some):
                    return stored
        raise NotFound

    def read(
        self, runtime: CompanyRuntime, stored: StoredFile, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Give a file's bytes from `start` to before `end`."""
        return self._store.read(key_of(runtime, stored.id), start, end)

    async def thumbnail(self, runtime: CompanyRuntime, stored: StoredFile, size: int) -> bytes:
        """Return a small picture of a picture; it is made once and kept beside the file."""
        if stored.type not in PICTURES:
            raise NotFound
        key = f"{key_of(runtime, stored.id)}.{size}"
        try:
            return b"".join([part async for part in self._store.read(key)])
        except NotFound:
            whole = BytesIO(b"".join([part async for part in self.read(runtime, stored)]))
        small = await asyncio.to_thread(thumbnail, whole, size)
        await self._store.put(key, BytesIO(small))
        return small

    async def fetch(self, runtime: CompanyRuntime, file_id: UUID, to: Any) -> None:
        """Write a file to a path of this machine."""
        await self._store.fetch(key_of(runtime, file_id), to)

    async def expire(self, runtime: CompanyRuntime) -> int:
        """Delete files whose time is over and that nothing refers to; returns how many there were.

        A file is marked as gone first, then its bytes are deleted, then its row: whatever dies in between, the next
        sweep finds the row and goes on.
        """
        file, use = runtime.tables.file, runtime.tables.file_use
        kept, at_once = runtime.catalog.once("files in use", lambda: _kept(file, use))
        gone, fixed = runtime.catalog.once("files to delete", lambda: _gone(file, use))
        now = {"now": runtime.clock.now()}
        async with runtime.database.transaction() as tx:
            _, marked = await tx.fetch_many([(kept, {**at_once, **now}), (gone, {**fixed, **now})])
        rows = marked.rows
        for (file_id,) in rows:
            key = key_of(runtime, file_id)
            await self._store.delete([key, *(f"{key}.{size}" for size in THUMBNAILS)])
        if rows:
            ids = [row[0] for row in rows]
            async with runtime.database.autocommit() as session:
                ended = sa.delete(use).where(use.c.file == sa.any_(sa.literal(ids, sa.ARRAY(sa.Uuid()))))
                await session.execute(*compile_statement(ended, "uses of deleted files"))
                rest = sa.delete(file).where(file.c.id == sa.any_(sa.literal(ids, sa.ARRAY(sa.Uuid()))))
                await session.execute(*compile_statement(rest, "deleted files"))
        return len(rows)


def _over(file: sa.Table) -> sa.Select[Any]:
    """Return the files whose time is over, some of them."""
    over = file.c.expires_at <= sa.bindparam("now", type_=file.c.expires_at.type)
    return sa.select(file.c.id).where(over).limit(_AT_ONCE).with_for_update(skip_locked=True)


def _in_use(file: sa.Table, use: sa.Table) -> sa.Exists:
    return sa.exists(use.c.file).where(use.c.file == file.c.id, use.c.until.is_(None))


def _kept(file: sa.Table, use: sa.Table) -> sa.Update:
    return sa.update(file).where(file.c.id.in_(_over(file)), _in_use(file, use)).values(expires_at=None)


def _gone(file: sa.Table, use: sa.Table) -> sa.Update:
    mark = sa.update(file).where(file.c.id.in_(_over(file)), ~_in_use(file, use)).values(gone=True)
    return mark.returning(file.c.id)


def key_of(runtime: CompanyRuntime, file_id: UUID) -> str:
    """Return where a file lies in the store."""
    return f"{runtime.company.schema}/{file_id.hex}"


def _examined(file: BinaryIO) -> tuple[str, int, str]:
    """Return type, size in bytes and SHA-256 of an open file, and leave it at its beginning."""
    media_type = type_of(file)
    digest, size = sha256(), 0
    while part := file.read(_PART):
        digest.update(part)
        size += len(part)
    file.seek(0)
    return media_type, size, digest.hexdigest()


def file_out(stored: StoredFile) -> Mapping[str, Any]:
    """Return a file as it is answered."""
    return {
        "id": stored.id,
        "name": stored.name,
        "type": stored.type,
        "size": stored.size,
        "sha256": stored.sha256,
        "created_at": stored.created_at,
        "picture": stored.type in PICTURES,
    }
