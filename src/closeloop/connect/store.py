"""Where files lie: a folder, or a bucket of any S3 store; the same few calls on either."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, ObjectStore, S3Store

from closeloop.base.errors import NotFound
from closeloop.base.settings import Settings

if TYPE_CHECKING:
    from obstore import GetOptions  # there for type checkers only

_PART = 1024 * 1024
"""Bytes that are read at once when a file is sent on."""


class FileStore:
    """Files by key. A key has the form `company/file`; what it holds is written whole or not at all."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, key: str, file: BinaryIO) -> None:
        """Keep what is left of an open file; it is read in parts."""
        await obstore.put_async(self._store, key, file)

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Give the bytes from `start` to before `end`; raises NotFound where nothing was kept under the key."""
        options: GetOptions = {}
        if end is not None:
            options["range"] = (start, end)
        elif start:  # an empty file has no range to begin with
            options["range"] = {"offset": start}
        try:
            found = await obstore.get_async(self._store, key, options=options)
        except FileNotFoundError:
            raise NotFound from None
        async for read in found.stream(min_chunk_size=_PART):
            yield bytes(read)

    async def fetch(self, key: str, to: Path) -> None:
        """Write what is kept under a key to a file of this machine."""
        with to.open("wb") as file:
            async for part in self.read(key):
                file.write(part)

    async def all(self) -> AsyncIterator[str]:
        """Give every key that there is."""
        async for some in obstore.list(self._store):  # pyright: ignore[reportUnknownMemberType] - of Arrow, unused
            for one in some:
                yield one["path"]

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete what is there of the keys; a second time is no error."""
        for key in keys:
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError:
                continue


def open_store(settings: Settings) -> FileStore:
    """Return the store that the settings name: a folder, or `s3://bucket/prefix`."""
    place = settings.file_store or str(settings.home / "files")
    parts = urlsplit(place)
    if parts.scheme != "s3":
        folder = Path(place).absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FileStore(LocalStore(prefix=folder, mkdir=True))
    return FileStore(S3Store(parts.netloc, client_options={"allow_http": True}, **_s3_options(settings, parts.path)))


def _s3_options(settings: Settings, path: str) -> dict[str, Any]:
    """Return what the settings say of an S3 store; what they don't say comes from the machine it runs on."""
    config: dict[str, Any] = {"region": settings.s3_region}
    if path.strip("/"):
        config["prefix"] = path.strip("/")
    if settings.s3_endpoint:
        config["endpoint"] = settings.s3_endpoint
    if settings.s3_key and settings.s3_secret:
        config["access_key_id"] = settings.s3_key
        config["secret_access_key"] = settings.s3_secret.get_secret_value()
    return config
