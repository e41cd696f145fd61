"""Post leads over HTTP from a process of its own, cheaply enough to leave the machine to what is measured.

Orders come in on standard input and reports leave on standard output, one JSON object a line.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import cast

import httptools
import orjson
import uvloop
from bench.leads import lead


@dataclass(frozen=True, slots=True)
class Order:
    """Post the leads `first` to `first + count - 1`, never more than `connections` at once."""

    port: int
    path: str
    headers: dict[str, str]
    first: int
    count: int
    connections: int


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an order; times in seconds, one for each lead in the order of the answers."""

    seconds: float
    cpu: float
    times: list[float]
    refused: dict[int, int]
    """The status of every lead that was not answered with 201, by its number."""


class Poster(asyncio.Protocol):
    """One keep-alive connection, which posts the next lead as soon as the last is answered."""

    def __init__(self, requests: Iterator[tuple[int, bytes]], report: Report) -> None:
        self._requests = requests
        self._report = report
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own, which is no subclass
        self._post_next()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))

    def on_message_complete(self) -> None:
        self._report.times.append(time.perf_counter() - self._started)
        if self._parser.get_status_code() != 201:
            self._report.refused[self._number] = self._parser.get_status_code()
        self._post_next()

    def _post_next(self) -> None:
        following = next(self._requests, None)
        if following is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._number, request = following
        self._parser = httptools.HttpResponseParser(self)
        self._started = time.perf_counter()
        self._transport.write(request)


async def carry_out(order: Order) -> Report:
    """Post all leads of an order; they are made up before the time runs."""
    numbers = range(order.first, order.first + order.count)
    requests = iter([(number, _request(order, number)) for number in numbers])
    times: list[float] = []
    refused: dict[int, int] = {}
    report = Report(0, 0, times, refused)
    loop = asyncio.get_running_loop()
    started, cpu = time.perf_counter(), time.process_time()
    posters = [
        (await loop.create_connection(lambda: Poster(requests, report), "127.0.0.1", order.port))[1]
        for _ in range(order.connections)
    ]
    await asyncio.gather(*(poster.done for poster in posters))
    return Report(time.perf_counter() - started, time.process_time() - cpu, times, refused)


def _request(order: Order, number: int) -> bytes:
    body = orjson.dumps(lead(number))
    headers = {
        "Host": f"127.0.0.1:{order.port}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **order.headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {order.path} HTTP/1.1\r\n{head}\r\n".encode() + body


if __name__ == "__main__":
    for line in sys.stdin.buffer:
        done = uvloop.run(carry_out(Order(**orjson.loads(line))))
        sys.stdout.buffer.write(orjson.dumps(asdict(done), option=orjson.OPT_NON_STR_KEYS) + b"\n")
        sys.stdout.buffer.flush()
