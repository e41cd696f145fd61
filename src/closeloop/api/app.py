"""The web application: routes, error answers, request ids, the built web client, and how it starts and stops."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from closeloop.access.secrets import SecretBox
from closeloop.api import (
    access,
    aggregates,
    assignment,
    audit,
    boards,
    bulk,
    calendars,
    catalog,
    changes,
    channels,
    clocks,
    definitions,
    designing,
    desk,
    duty,
    expressions,
    files,
    forms,
    health,
    history,
    intake,
    jobs,
    merging,
    metrics,
    notifications,
    openapi,
    operations,
    people,
    playbooks,
    pursued,
    records,
    releases,
    search,
    session,
    stream,
    tokens,
    transfer,
    views,
    watch,
    webhooks,
)
from closeloop.api.client import serve_client
from closeloop.api.problems import OUT_OF_DATE, SECOND_TIME, add_error_handlers
from closeloop.base.clock import Clock, SystemClock
from closeloop.base.errors import Unavailable
from closeloop.base.figures import HTTP_SECONDS
from closeloop.base.ids import new_id
from closeloop.base.settings import Settings
from closeloop.connect.store import open_store
from closeloop.db.engine import Database
from closeloop.runtime.exporting import Exporter
from closeloop.runtime.files import Files
from closeloop.runtime.host import Host
from closeloop.runtime.hub import Hub

_log = structlog.stdlib.get_logger()


def create_app(settings: Settings, url: str, clock: Clock | None = None) -> FastAPI:
    """Make the application for the database at `url`; it connects when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        database = Database(url, min_size=2, max_size=settings.pool_size, application_name="closeloop-web")
        hub = Hub(url)
        await database.open()
        hub.start()
        app.state.exporter = Exporter(max(1, settings.pool_size // 4))
        app.state.files = Files(open_store(settings), settings.file_limit)
        app.state.host = Host(database, hub, clock or SystemClock())
        app.state.http = None
        with suppress(Unavailable):  # then the first request finds them, once the database is there
            await app.state.host.companies()
        try:
            yield
        finally:
            http: httpx.AsyncClient | None = app.state.http
            if http is not None:
                await http.aclose()
            await hub.stop()
            await database.close()

    app = FastAPI(
        title="Closeloop",
        version="1",
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.secrets = SecretBox.of(settings)
    add_error_handlers(app)
    app.include_router(health.router)
    for module in (
        intake,
        forms,
        channels,
        session,
        tokens,
        audit,
        catalog,
        changes,
        definitions,
        designing,
        duty,
        assignment,
        watch,
        expressions,
        openapi,
        records,
        search,
        releases,
        views,
        aggregates,
        merging,
        pursued,
        history,
        operations,
        playbooks,
        access,
        bulk,
        files,
        transfer,
        jobs,
        webhooks,
        clocks,
        calendars,
        metrics,
        boards,
        desk,
        people,
        notifications,
        stream,
    ):
        app.include_router(module.router, prefix="/api/v1")
    serve_client(app, settings.web_dist or Path(__file__).parents[3] / "web" / "dist")
    app.add_middleware(OnceMore)
    app.add_middleware(RequestLog, clock=clock or SystemClock())
    return app


class OnceMore:
    """Answers a read again that met a table in the middle of its change: by now there is a newer catalog.

    Writes need no such thing: a batch looks at the catalog's number under its transaction (records/execute.py).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        again = False

        async def first(message: Message) -> None:
            nonlocal again
            again = again or (message["type"] == "http.response.start" and scope["state"].get(OUT_OF_DATE, False))
            if not again:
                await send(message)

        scope.setdefault("state", {})
        asked = {**scope, "state": {**scope["state"], SECOND_TIME: True}}
        await self._app(scope, receive, first)
        if again:
            await self._app(asked, receive, send)


class RequestLog:
    """Gives each request an id, measures it, and logs failures; neither bodies nor addresses are logged."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(new_id(self._clock))
        started = perf_counter()
        structlog.contextvars.bind_contextvars(request=request_id)  # stands in every line that the request logs

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
                self._note(scope, message["status"], perf_counter() - started)
            await send(message)

        await self._app(scope, receive, marked)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        path = getattr(route, "path", "other")
        HTTP_SECONDS.labels(scope["method"], path, str(status)).observe(seconds)
        if status >= 500:
            _log.warning("request failed", method=scope["method"], route=path, status=status)
