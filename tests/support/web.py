"""The API as a client sees it, served in the test's own process."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from tests.support.company import Clocked, a_phone

from closeloop.api.app import create_app
from closeloop.base.settings import Settings
from closeloop.runtime.install import DEMO_PASSWORD

INTAKE_KEY = "demo-website"


class Api:
    """One web process, and clients of one company."""

    def __init__(self, app: FastAPI, company: str) -> None:
        self.app = app
        self.company = company
        self._signed_in: dict[str, httpx.AsyncClient] = {}

    def anyone(self) -> httpx.AsyncClient:
        """Return a new client that nobody has signed in with."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://closeloop.test/api/v1",
            headers={"Closeloop-Company": self.company, "Accept-Language": "en"},
        )

    async def sign_in(self, login: str, password: str = DEMO_PASSWORD) -> httpx.AsyncClient:
        """Return a new client with a session of its own."""
        client = self.anyone()
        answer = await client.post("/session", json={"login": login, "password": password})
        assert answer.status_code == 204, answer.text
        return client

    async def signed_in(self, login: str) -> httpx.AsyncClient:
        """Return the client that the tests of a module share for a person."""
        if login not in self._signed_in:
            self._signed_in[login] = await self.sign_in(login)
        return self._signed_in[login]

    async def post_lead(self, key: str | None = None, **values: Any) -> httpx.Response:
        """Post a lead to the website's channel."""
        headers = {"Closeloop-Intake-Key": INTAKE_KEY, **({"Idempotency-Key": key} if key else {})}
        return await self.anyone().post("/intake/website", json={"phone": a_phone(), **values}, headers=headers)

    async def lead(self, **values: Any) -> dict[str, Any]:
        """Post a lead and return it as the administrator sees it."""
        answer = await self.post_lead(**values)
        assert answer.status_code == 201, answer.text
        admin = await self.signed_in("admin")
        return (await admin.get(f"/objects/lead/records/{answer.json()['id']}")).json()

    async def lead_of(self, login: str, **values: Any) -> dict[str, Any]:
        """Return a new lead that a person owns."""
        lead = await self.lead(**values)
        admin = await self.signed_in("admin")
        me = (await (await self.signed_in(login)).get("/me")).json()["person"]["id"]
        answer = await admin.post(f"/objects/lead/records/{lead['id']}/assign", json={"person": me})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def stream(self, client: httpx.AsyncClient, query: str = "", **headers: str) -> "Stream":
        """Open the event stream of a signed-in client."""
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        return Stream(
            self.app, query, {"closeloop-company": self.company, "accept-language": "en", "cookie": cookies, **headers}
        )


class Stream:
    """An open stream of server-sent events; httpx's own transport waits for the end of an answer."""

    def __init__(self, app: FastAPI, query: str, headers: Mapping[str, str]) -> None:
        self._app = app
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/api/v1/stream",
            "raw_path": b"/api/v1/stream",
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(b"host", b"closeloop.test"), *((k.encode(), v.encode()) for k, v in headers.items())],
            "client": ("127.0.0.1", 1),
            "server": ("closeloop.test", 80),
        }
        self._leave = asyncio.Event()
        self._chunks: asyncio.Queue[str | None] = asyncio.Queue()
        self._open = asyncio.Event()
        self.status = 0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._app(self._scope, self._receive, self._send))
        await asyncio.wait_for(self._open.wait(), 5)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave.set()
        await asyncio.wait_for(self._task, 5)

    async def _receive(self) -> dict[str, Any]:
        await self._leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self._chunks.put_nowait(message["body"].decode())
            self._open.set()
            if not message.get("more_body"):
                self._chunks.put_nowait(None)

    async def next(self, *kinds: str, within: float = 10) -> tuple[str, dict[str, Any], str | None] | None:
        """Return the next event of one of the kinds with its data and id; None once the server has ended it."""
        async with asyncio.timeout(within):
            while (chunk := await self._chunks.get()) is not None:
                lines = dict(line.split(": ", 1) for line in chunk.splitlines() if ": " in line)
                if lines.get("event") in kinds:
                    return lines["event"], json.loads(lines["data"]), lines.get("id")
        return None


@asynccontextmanager
async def serve(url: str, company: Clocked) -> AsyncGenerator[Api]:
    """Run a web process for a company, under the company's clock."""
    with TemporaryDirectory() as home:
        settings = Settings(pool_size=4, home=Path(home), secret_key=SecretStr("a key for tests"))
        app = create_app(settings, url, company.clock)
        async with app.router.lifespan_context(app):
            yield Api(app, company.company.key)


@pytest.fixture(scope="module")
async def api(migrated_url: str, company: Clocked) -> AsyncGenerator[Api]:
    """Return the API of the module's company."""
    async with serve(migrated_url, company) as served:
        yield served


@pytest.fixture
async def own_api(migrated_url: str, own_company: Clocked) -> AsyncGenerator[Api]:
    """Return the API of a company of the test's own."""
    async with serve(migrated_url, own_company) as served:
        yield served
