"""Files on a disk and in an S3 store: the same calls, and what a store asks of its clients."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from closeloop.base.errors import NotFound
from closeloop.base.settings import Settings
from closeloop.connect.store import FileStore, open_store

pytestmark = pytest.mark.http

LONG = bytes(range(256)) * 50_000
"""More than one part of an upload in parts."""
KEY, SECRET = "AKIDEXAMPLE", "not-so-secret"


class Bucket(BaseHTTPRequestHandler):
    """Enough of the S3 protocol for one bucket; it refuses who doesn't sign, and keeps what it was asked."""

    objects: ClassVar[dict[str, bytes]] = {}
    parts: ClassVar[dict[str, dict[int, bytes]]] = {}
    asked: ClassVar[list[str]] = []

    def _begin(self) -> tuple[str, dict[str, list[str]], bytes] | None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = parse_qs(parts.query, keep_blank_values=True)
        self.asked.append(f"{self.command} {'&'.join(sorted(query))}".strip())
        signed = self.headers.get("Authorization", "")
        if not re.match(rf"AWS4-HMAC-SHA256 Credential={KEY}/\d{{8}}/cn-north-1/s3/aws4_request", signed):
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return None
        return parts.path, query, body

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_PUT(self) -> None:
        if (begun := self._begin()) is None:
            return
        path, query, body = begun
        if "uploadId" in query:
            self.parts[query["uploadId"][0]][int(query["partNumber"][0])] = body
        else:
            self.objects[path] = body
        self._answer(200, ETag='"x"')

    def do_POST(self) -> None:
        if (begun := self._begin()) is None:
            return
        path, query, body = begun
        if "uploads" in query:
            self.parts["up"] = {}
            self._answer(200, b"<InitiateMultipartUploadResult><UploadId>up</UploadId></InitiateMultipartUploadResult>")
        elif "uploadId" in query:
            held = self.parts.pop("up")
            self.objects[path] = b"".join(held[number] for number in sorted(held))
            done = b'<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>'
            self._answer(200, done)
        else:  # some deleted at once
            keys = re.findall(rb"<Key>(.*?)</Key>", body)
            for key in keys:
                self.objects.pop(f"/files/{key.decode()}", None)
            told = b"".join(b"<Deleted><Key>%s</Key></Deleted>" % key for key in keys)
            self._answer(200, b"<DeleteResult>%s</DeleteResult>" % told)

    def do_GET(self) -> None:
        if (begun := self._begin()) is None:
            return
        found = self.objects.get(begun[0])
        if found is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        dated = {"ETag": '"x"', "Last_Modified": "Wed, 04 Mar 2026 02:00:00 GMT"}
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if span is None:
            self._answer(200, found, **dated)
            return
        start, end = int(span[1]), int(span[2]) + 1 if span[2] else len(found)
        dated["Content_Range"] = f"bytes {start}-{min(end, len(found)) - 1}/{len(found)}"
        self._answer(206, found[start:end], **dated)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        if (begun := self._begin()) is not None:
            self.objects.pop(begun[0], None)
            self._answer(204)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        pass


@pytest.fixture
def bucket() -> Iterator[str]:
    """Return the address of a store with an empty bucket."""
    Bucket.objects, Bucket.asked = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def in_bucket(address: str, key: str = KEY) -> FileStore:
    return open_store(
        Settings(
            file_store="s3://files/of/closeloop",
            s3_endpoint=address,
            s3_key=key,
            s3_secret=SecretStr(SECRET),
            s3_region="cn-north-1",
        )
    )


@pytest.fixture(params=["disk", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "disk":
        return open_store(Settings(file_store=str(tmp_path / "files")))
    return in_bucket(request.getfixturevalue("bucket"))


async def content(store: FileStore, key: str, *span: int) -> bytes:
    return b"".join([part async for part in store.read(key, *span)])


@pytest.mark.parametrize("size", [1, 1000, len(LONG)])
async def test_what_was_kept_is_read_again_whole_and_in_part(store: FileStore, size: int, tmp_path: Path):
    given = LONG[:size]
    await store.put("t_1/a", BytesIO(given))
    assert await content(store, "t_1/a") == given
    assert await content(store, "t_1/a", size // 2) == given[size // 2 :]
    assert await content(store, "t_1/a", 0, 1) == given[:1]
    await store.fetch("t_1/a", tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == given


async def test_what_is_not_there_is_told_and_deleting_it_is_no_error(store: FileStore):
    await store.put("t_1/a", BytesIO(b"x"))
    await store.delete(["t_1/a", "t_1/never"])
    await store.delete(["t_1/a"])
    for key in ("t_1/a", "t_1/never"):
        with pytest.raises(NotFound):
            await content(store, key)


async def test_a_long_file_goes_up_in_parts_under_the_prefix(bucket: str):
    await in_bucket(bucket).put("t_1/a", BytesIO(LONG))
    assert Bucket.objects == {"/files/of/closeloop/t_1/a": LONG}
    assert sum(asked.startswith("PUT partNumber") for asked in Bucket.asked) > 1


async def test_a_store_that_refuses_keeps_nothing(bucket: str):
    with pytest.raises(Exception, match=r"AccessDenied|403"):
        await in_bucket(bucket, "somebody else").put("t_1/a", BytesIO(b"x"))
    assert Bucket.objects == {}


def test_the_secret_is_not_shown():
    assert SECRET not in repr(Settings(s3_secret=SecretStr(SECRET)))
