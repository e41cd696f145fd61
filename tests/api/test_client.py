"""The built web client: its files as a browser takes them, its page for its own addresses, nothing beside it."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from closeloop.api.client import serve_client
from closeloop.api.problems import add_error_handlers


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncGenerator[httpx.AsyncClient]:
    dist = tmp_path / "dist"
    for name, text in {
        "index.html": "page",
        "sw.js": "worker",
        "manifest.webmanifest": "{}",
        "assets/a-1.js": "plain",
        "assets/a-1.js.br": "as br",
        "assets/a-1.js.gz": "as gzip",
        "assets/b-2.css": "only plain",
        "../secret": "not yours",
    }.items():
        file = dist / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    app = FastAPI()
    add_error_handlers(app)
    serve_client(app, dist)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://closeloop.test") as client:
        yield client


async def body(browser: httpx.AsyncClient, path: str, accepted: str) -> tuple[str | None, bytes]:
    async with browser.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
        assert answer.status_code == 200
        assert answer.headers["vary"] == "Accept-Encoding"
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        return answer.headers.get("content-encoding"), raw


@pytest.mark.parametrize(
    ("accepted", "encoding", "text"),
    [
        ("gzip, deflate, br", "br", b"as br"),
        ("gzip", "gzip", b"as gzip"),
        ("br;q=0, gzip;q=0.5", "gzip", b"as gzip"),
        ("identity", None, b"plain"),
        ("", None, b"plain"),
    ],
)
async def test_a_part_comes_packed_as_the_browser_takes_it(
    browser: httpx.AsyncClient, accepted: str, encoding: str | None, text: bytes
):
    assert await body(browser, "/assets/a-1.js", accepted) == (encoding, text)
    assert await body(browser, "/assets/b-2.css", accepted) == (None, b"only plain")


async def test_what_has_its_hash_in_its_name_is_kept_for_good_and_the_rest_is_asked_for_anew(
    browser: httpx.AsyncClient,
):
    assert "immutable" in (await browser.get("/assets/b-2.css")).headers["cache-control"]
    for path in ("/", "/sw.js", "/desk"):
        assert (await browser.get(path)).headers["cache-control"] == "no-cache"
    manifest = await browser.get("/manifest.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"


async def test_an_address_of_the_client_is_its_page_and_a_part_that_is_gone_is_not(browser: httpx.AsyncClient):
    assert (await browser.get("/o/lead/records/1")).text == "page"
    assert (await browser.get("/assets/a-0.js")).status_code == 404
    assert (await browser.get("/api/v1/nothing")).status_code == 404
    assert (await browser.get("/..%2Fsecret")).text == "page"


@pytest.mark.parametrize("name", ["%00", "a" * 300, "a%00b/c"])
async def test_what_no_file_can_be_called_is_an_address_like_any_other(browser: httpx.AsyncClient, name: str):
    assert (await browser.get(f"/{name}")).text == "page"
    assert (await browser.get(f"/assets/{name}")).status_code == 404
