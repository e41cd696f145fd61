"""Carry hints of new events from the database to whoever listens in this process; the tables hold the truth."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import structlog

from closeloop.base.figures import STREAMS
from closeloop.db.notify import listen
from closeloop.records.flush import CHANNEL

_MOST_PENDING = 5_000
"""Records that wait for a slow listener; beyond that it is told to fetch anew."""

_log = structlog.stdlib.get_logger()


@dataclass(eq=False)
class Listener:
    """One open stream: whose it is, and what has come for it since it last looked."""

    company: str
    person: UUID
    objects: frozenset[str]
    news: asyncio.Event = field(default_factory=asyncio.Event)
    records: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict[tuple[str, str], tuple[int, str]])
    notices: bool = False
    jobs: bool = False
    resync: bool = False

    def take(self) -> tuple[dict[tuple[str, str], tuple[int, str]], bool, bool, bool]:
        """Return what has come since the last call: records, whether notices, whether jobs, whether to fetch anew."""
        taken = (self.records, self.notices, self.jobs, self.resync)
        self.records, self.notices, self.jobs, self.resync = {}, False, False, False
        self.news.clear()
        return taken


class Hub:
    """All open streams of a process, fed by one listening connection."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self.closing = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def end_streams(self) -> None:
        """Let every open stream end by itself, so that a process can stop without cutting it off."""
        self.closing = True
        for listener in self._listeners:
            listener.news.set()

    async def stop(self) -> None:
        """End every stream and the listening connection."""
        self.end_streams()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @asynccontextmanager
    async def listener(self, company: str, person: UUID, objects: frozenset[str]) -> AsyncGenerator[Listener]:
        """Give a listener for the length of a stream."""
        one = Listener(company, person, objects)
        self._listeners.add(one)
        try:
            with STREAMS.track_inprogress():
                yield one
        finally:
            self._listeners.discard(one)

    async def _run(self) -> None:
        async for hint in listen(self._url, CHANNEL):
            try:
                self.spread(None if hint.payload is None else orjson.loads(hint.payload))
            except (ValueError, KeyError, TypeError):
                _log.warning("a hint could not be read")

    def spread(self, hint: dict[str, Any] | None) -> None:
        """Hand a hint to the listeners that it concerns; None tells all of them to fetch anew."""
        for listener in self._listeners:
            if hint is None:
                listener.resync = True
                listener.news.set()
            elif hint["company"] == listener.company:
                _hand(hint, listener)


def _hand(hint: dict[str, Any], listener: Listener) -> None:
    if "many" in hint:
        listener.resync = listener.resync or bool(listener.objects & set(hint["many"]))
        listener.notices = True
        listener.news.set()
        return
    if hint.get("release"):
        listener.news.set()  # whose release has moved on, the stream sees when it looks
    if hint.get("job") == str(listener.person):
        listener.jobs = True
        listener.news.set()
    for name, record, version, kind in hint["records"]:
        if name in listener.objects:
            listener.records[name, record] = (version, kind)
            listener.news.set()
    if len(listener.records) > _MOST_PENDING:
        listener.records, listener.resync = {}, True
    if str(listener.person) in hint["people"]:
        listener.notices = True
        listener.news.set()
