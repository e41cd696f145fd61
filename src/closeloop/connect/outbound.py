"""Send what waits in a company's outbox: signed, again until it arrives, no target at another's expense."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx
import orjson
import sqlalchemy as sa
import structlog

from closeloop.base.clock import Clock
from closeloop.base.figures import DELIVERIES
from closeloop.catalog.snapshot import Snapshot
from closeloop.connect.addresses import PrivateAddress, resolve
from closeloop.connect.webhooks import WEBHOOKS, headers_of
from closeloop.db.engine import Database
from closeloop.db.statement import compile_statement
from closeloop.events.outbox import (
    DEAD,
    DONE,
    WAITING,
    Delivery,
    claim_deliveries,
    settle,
    settle_deliveries,
    settled,
)

TIMEOUT = 10.0
"""Seconds that a target has to answer."""
END_WITHIN = 1.0
"""Seconds that deliveries under way are given when a worker stops."""
AT_ONCE = 4
"""Deliveries under way to one target."""
CLAIMED = 40
LEASE = timedelta(seconds=150)
"""Longer than a target may take for what is claimed at once; after it, what a dead worker held is sent again."""
MOST_ATTEMPTS = 12
_FIRST, _LONGEST = timedelta(seconds=10), timedelta(hours=6)
_LONGEST_REST = timedelta(minutes=5)
_LONGEST_ASKED = timedelta(days=1)
_GONE = 410

_log = structlog.stdlib.get_logger()


class Company(Protocol):
    """What is known of a company: its definitions and where its rows are."""

    @property
    def catalog(self) -> Snapshot: ...
    @property
    def database(self) -> Database: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one attempt: the target's status, or why there is none; `wait` is how long it asked for."""

    status: int | None = None
    error: str | None = None
    wait: timedelta | None = None

    @property
    def final(self) -> bool:
        """Whether there is no sense in trying again."""
        return self.status == _GONE or self.error == "delivery_no_webhook"


class Outbound:
    """The deliveries of one company. Each target has its own task, so a slow one delays nothing but itself.

    A target that fails rests for a while, longer each time: one delivery then tries how it is, the others wait without
    using up their attempts.
    """

    def __init__(self, company: Company, clock: Clock, *, private: bool) -> None:
        self._company = company
        self._clock = clock
        self._private = private
        self._client: httpx.AsyncClient | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._rests: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}

    async def look(self) -> bool:
        """Take up what is due and isn't being sent already; returns whether there was anything."""
        now = self._clock.now()
        self._tasks = {target: task for target, task in self._tasks.items() if not task.done()}
        busy = {*self._tasks, *(target for target, until in self._rests.items() if until > now)}
        catalog = self._company.catalog
        statement = catalog.statements.get("claim deliveries")
        if statement is None:
            statement = catalog.statements["claim deliveries"] = claim_deliveries(catalog.system)
        params = {"now": now, "lease": now + LEASE, "most": CLAIMED, "busy": sorted(busy)}
        async with self._company.database.transaction() as tx:
            rows = await tx.fetch(statement, params)
        by_target: dict[str, list[Delivery]] = {}
        for row in rows:
            one = Delivery(*row)
            by_target.setdefault(one.target, []).append(one)
        for target, some in by_target.items():
            self._tasks[target] = asyncio.create_task(self._send_all(target, some))
        return bool(by_target)

    async def wait(self) -> None:
        """Wait until everything that is under way has been settled."""
        await asyncio.gather(*self._tasks.values())

    async def close(self) -> None:
        """Let what is under way come to its end for a moment; what is cut off is sent again after its lease."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=END_WITHIN)
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    async def _send_all(self, target: str, some: Sequence[Delivery]) -> None:
        """Send deliveries in waves up to the first that fails: what is left waits until the target has rested."""
        try:
            secret = await self._secret(target)
            at = 0
            while at < len(some):
                wave = some[at : at + (1 if self._failures.get(target) else AT_ONCE)]
                at += len(wave)
                answers = await asyncio.gather(*(self._send(one, secret) for one in wave))
                left = some[at:] if any(one.error for one in answers) else ()
                rows = [self._settled(one, answer) for one, answer in zip(wave, answers, strict=True)]
                rows += [settled(one, WAITING, next_at=self._clock.now()) for one in left]
                await self._settle(rows)
                self._note(target, answers)
                if left:
                    return
        except Exception:  # noqa: BLE001 - the lease brings them back
            _log.exception("deliveries were cut off", target=target)

    async def _send(self, delivery: Delivery, secret: str | None) -> Answer:
        hook = self._company.catalog.all(WEBHOOKS).get(delivery.target)
        if hook is None:
            return Answer(error="delivery_no_webhook")
        if secret is None:
            return Answer(error="delivery_no_secret")
        body = orjson.dumps(delivery.payload)
        headers = headers_of(delivery, secret, body, self._clock.now())
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._post(httpx.URL(hook.url), headers, body)
        except PrivateAddress:
            return Answer(error="delivery_private")
        except (TimeoutError, httpx.TimeoutException):
            return Answer(error="delivery_timeout")
        except (OSError, httpx.HTTPError, httpx.InvalidURL):
            return Answer(error="delivery_unreachable")

    async def _post(self, url: httpx.URL, headers: dict[str, str], body: bytes) -> Answer:
        port = url.port or (443 if url.scheme == "https" else 80)
        address = await resolve(url.host, port, private=self._private)
        headers = {**headers, "Host": url.netloc.decode()}
        if self._client is None:  # made for the first delivery: reading the certificates takes its time
            self._client = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False)
        request = self._client.build_request(
            "POST", url.copy_with(host=address), headers=headers, content=body, extensions={"sni_hostname": url.host}
        )
        response = await self._client.send(request, stream=True)
        await response.aclose()  # what it says beside its status is of no use
        status = response.status_code
        if response.is_success:
            return Answer(status)
        error = "delivery_redirected" if response.is_redirect else "delivery_refused"
        return Answer(status, error, _asked(response.headers.get("retry-after")))

    def _settled(self, delivery: Delivery, answer: Answer) -> dict[str, Any]:
        now = self._clock.now()
        tried = replace(delivery, attempts=delivery.attempts + 1)
        values: dict[str, Any] = {"status": answer.status, "error": answer.error}
        DELIVERIES.labels(answer.error or "arrived").inc()
        if answer.error is None:
            return settled(tried, DONE, done_at=now, **values)
        if answer.final or tried.attempts >= MOST_ATTEMPTS:
            _log.warning("a delivery was given up", target=delivery.target, delivery=str(delivery.id), **values)
            return settled(tried, DEAD, done_at=now, **values)
        return settled(tried, WAITING, next_at=now + (answer.wait or pause(tried)), **values)

    async def _settle(self, rows: Sequence[dict[str, Any]]) -> None:
        catalog = self._company.catalog
        statement = catalog.statements.get("settle deliveries")
        if statement is None:
            statement = catalog.statements["settle deliveries"] = settle_deliveries(catalog.system)
        async with self._company.database.autocommit() as session:
            await settle(session, statement, rows)

    def _note(self, target: str, answers: Sequence[Answer]) -> None:
        """Let a target rest that failed, and forget its failures once something has arrived."""
        failed = [one for one in answers if one.error is not None and not one.final]
        if not failed:
            self._failures.pop(target, None)
            self._rests.pop(target, None)
            return
        number = self._failures[target] = self._failures.get(target, 0) + 1
        rest = min(_FIRST * 2 ** (number - 1), _LONGEST_REST)
        asked = max((one.wait for one in failed if one.wait is not None), default=rest)
        self._rests[target] = self._clock.now() + max(rest, asked)

    async def _secret(self, target: str) -> str | None:
        secret = self._company.catalog.system.secret
        query = sa.select(secret.c.secret).where(secret.c.kind == WEBHOOKS.name, secret.c.key == target)
        async with self._company.database.autocommit() as session:
            row = await session.fetch_one(*compile_statement(query, "webhook secret"))
        return row[0] if row else None


def pause(delivery: Delivery) -> timedelta:
    """Return how long to wait after an attempt: twice as long each time, spread out so that not all come at once."""
    longest = min(_FIRST * 2 ** (delivery.attempts - 1), _LONGEST)
    return longest * (1 + (delivery.id.int * delivery.attempts % 1000) / 4000)


def _asked(text: str | None) -> timedelta | None:
    """Read a Retry-After in seconds; one that names a date is passed over."""
    if text is None or not text.isdecimal():
        return None
    return min(timedelta(seconds=int(text[:9])), _LONGEST_ASKED)
