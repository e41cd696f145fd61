"""A restored copy equals the source; what is no backup, or no empty database, is refused and changes nothing."""

import asyncio
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from obstore.store import LocalStore
from psycopg import sql
from tests.support.company import Clocked

from closeloop.base.errors import Conflict, Invalid
from closeloop.connect.store import FileStore
from closeloop.runtime.backup import BackupFailed, Installation, back_up, restore

pytestmark = pytest.mark.db

Contents = dict[tuple[str, str], list[tuple[object, ...]]]


@pytest.fixture
def empty(database_url: str) -> Iterator[str]:
    """Return the URL of an empty database on the same server."""
    name = f"{urlsplit(database_url).path[1:]}_copy"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlsplit(database_url)._replace(path=f"/{name}").geturl()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def installation(url: str, home: Path) -> Installation:
    """Return an installation with a folder of files and a home of its own below `home`."""
    (home / "files").mkdir(parents=True)
    return Installation(url, FileStore(LocalStore(prefix=home / "files", mkdir=True)), home)


@pytest.fixture
def source(database_url: str, tmp_path: Path) -> Installation:
    return installation(database_url, tmp_path / "source")


@pytest.fixture
def copy(empty: str, tmp_path: Path) -> Installation:
    return installation(empty, tmp_path / "copy")


def contents(url: str) -> Contents:
    """Return every row of every table, and the indexes and constraints of the database, by where they are."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        found: Contents = {
            (schema, table): sorted(
                connection.execute(
                    sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(schema, table))
                ).fetchall()
            )
            for schema, table in tables
        }
        found["", "indexes"] = connection.execute(
            "SELECT indexdef FROM pg_indexes ORDER BY schemaname, indexname"
        ).fetchall()
        found["", "constraints"] = connection.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace IN"
            " (SELECT oid FROM pg_namespace WHERE nspname = 'platform' OR nspname LIKE 't\\_%') ORDER BY 1, 2"
        ).fetchall()
    return found


async def test_a_restored_copy_equals_the_source(
    own_company: Clocked, source: Installation, copy: Installation, tmp_path: Path
):
    await own_company.lead(company="云帆%智能\t\n'\"\\", note="一\n二")
    await source.store.put("company/a", BytesIO(b"a picture"))
    await source.store.put("company/empty", BytesIO())
    (source.home / "secret.key").write_text("the key")
    file = tmp_path / "backup.tar"
    await asyncio.to_thread(back_up, source, file, own_company.clock)
    assert file.stat().st_mode & 0o077 == 0
    await asyncio.to_thread(restore, copy, file)
    before = contents(source.url)
    assert any(rows for (_, table), rows in before.items() if table == "lead")
    assert contents(copy.url) == before
    assert await files(copy.store) == {"company/a": b"a picture", "company/empty": b""}
    assert (copy.home / "secret.key").read_text() == "the key"
    assert (copy.home / "secret.key").stat().st_mode & 0o077 == 0
    assert sorted(os.listdir(tmp_path)) == ["backup.tar", "copy", "source"]


async def files(store: FileStore) -> dict[str, bytes]:
    return {key: b"".join([part async for part in store.read(key)]) async for key in store.all()}


async def test_a_backup_is_restored_into_an_empty_database_only(
    own_company: Clocked, source: Installation, tmp_path: Path
):
    file = tmp_path / "backup.tar"
    await asyncio.to_thread(back_up, source, file, own_company.clock)
    before = contents(source.url)
    with pytest.raises(Conflict, match="not_empty"):
        await asyncio.to_thread(restore, source, file)
    assert contents(source.url) == before


@pytest.mark.parametrize("damage", ["cut", "changed", "other", "future"])
async def test_what_is_no_whole_backup_is_refused_and_nothing_is_made(
    damage: str, own_company: Clocked, source: Installation, copy: Installation, tmp_path: Path
):
    file = tmp_path / "backup.tar"
    await asyncio.to_thread(back_up, source, file, own_company.clock)
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(
        {
            "cut": whole[:middle],
            "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "other": b"not a tar at all",
            "future": whole.replace(b'"format": 1', b'"format": 9', 1),
        }[damage]
    )
    with pytest.raises(Invalid, match="bad_backup"):
        await asyncio.to_thread(restore, copy, file)
    assert [key for key in contents(copy.url) if key[0]] == []


async def test_nothing_installed_is_nothing_to_back_up(own_company: Clocked, copy: Installation, tmp_path: Path):
    with pytest.raises(Conflict, match="not_installed"):
        await asyncio.to_thread(back_up, copy, tmp_path / "backup.tar", own_company.clock)
    assert os.listdir(tmp_path) == ["copy"]


async def test_a_database_that_does_not_answer_leaves_no_file(own_company: Clocked, tmp_path: Path):
    nowhere = installation("postgresql://nobody:secret@127.0.0.1:9/none", tmp_path / "source")
    with pytest.raises(BackupFailed):
        await asyncio.to_thread(back_up, nowhere, tmp_path / "backup.tar", own_company.clock)
    assert os.listdir(tmp_path) == ["source"]
