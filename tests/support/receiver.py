"""A program of somebody else's that takes webhooks: a real server on this machine, which answers as it is told."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass
class Taken:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return orjson.loads(self.body)


@dataclass
class Receiver:
    """What has arrived, and the answers to come: a status with headers, or None for none at all; then always 204."""

    port: int = 0
    answers: list[tuple[int, dict[str, str]] | None] = field(default_factory=list[tuple[int, dict[str, str]] | None])
    taken: list[Taken] = field(default_factory=list[Taken])
    together: int = 0
    most_together: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    hang: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def has_taken(self, number: int) -> None:
        """Wait until so many requests have arrived."""
        async with asyncio.timeout(30):
            async with self.news:
                await self.news.wait_for(lambda: len(self.taken) >= number)

    def events(self) -> Sequence[str]:
        return [one.headers["closeloop-event-id"] for one in self.taken]

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.taken.append(Taken(head[0].split(" ")[1], headers, body))
            async with self.news:
                self.news.notify_all()
            self.together += 1
            self.most_together = max(self.most_together, self.together)
            answer = self.answers.pop(0) if self.answers else (204, {})
            if answer is None:
                await self.hang.wait()
                return
            await asyncio.sleep(0)
            status, more = answer
            lines = [f"HTTP/1.1 {status} x", "content-length: 0", *(f"{k}: {v}" for k, v in more.items()), "", ""]
            writer.write("\r\n".join(lines).encode())
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.together -= 1
            writer.close()


@asynccontextmanager
async def receiving() -> AsyncGenerator[Receiver]:
    """Listen on a free port until the block ends."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.take, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        receiver.hang.set()
        server.close()
