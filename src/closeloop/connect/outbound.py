"""Send what waits in a company's outbox: again until it arrives, no target at another's expense."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from closeloop.access.secrets import SecretBox
from closeloop.base.clock import Clock
from closeloop.base.figures import DELIVERIES
from closeloop.connect.adapters.base import Adapter, Answer, Company, Send
from closeloop.connect.adapters.email import Mail, Mailer
from closeloop.connect.adapters.webhook import Webhooks
from closeloop.connect.dead import tell_dead
from closeloop.events.outbox import (
    DEAD,
    DONE,
    EMAIL,
    WAITING,
    WEBHOOK,
    Delivery,
    channel_of,
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

_log = structlog.stdlib.get_logger()


class Outbound:
    """The deliveries of one company. Each target has its own task, so a slow one delays nothing but itself.

    A target that fails rests for a while, longer each time: one delivery then tries how it is, the others wait without
    using up their attempts.
    """

    def __init__(
        self, company: Company, clock: Clock, secrets: SecretBox, *, private: bool, mail: Mail | None = None
    ) -> None:
        """Webhooks may call addresses of private networks if `private` is set; e-mail needs a server."""
        self._company = company
        self._clock = clock
        self._adapters: dict[str, Adapter] = {
            WEBHOOK: Webhooks(clock, secrets, private=private),
            EMAIL: Mailer(mail, clock),
        }
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
        for adapter in self._adapters.values():
            await adapter.close()

    async def _send_all(self, target: str, some: Sequence[Delivery]) -> None:
        """Send deliveries in waves up to the first that fails: what is left waits until the target has rested."""
        try:
            send = await self._adapters[channel_of(target)].opened(self._company, target)
            at = 0
            while at < len(some):
                wave = some[at : at + (1 if self._failures.get(target) else AT_ONCE)]
                at += len(wave)
                answers = await asyncio.gather(*(self._send(one, send) for one in wave))
                left = some[at:] if any(one.error and not one.final for one in answers) else ()
                rows = [self._settled(one, answer) for one, answer in zip(wave, answers, strict=True)]
                rows += [settled(one, WAITING, next_at=self._clock.now()) for one in left]
                await self._settle(target, rows)
                self._note(target, answers)
                if left:
                    return
        except Exception:  # noqa: BLE001 - the lease brings them back
            _log.exception("deliveries were cut off", target=target)

    async def _send(self, delivery: Delivery, send: Send) -> Answer:
        try:
            async with asyncio.timeout(TIMEOUT):
                return await send(delivery)
        except TimeoutError:
            return Answer(error="delivery_timeout")

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

    async def _settle(self, target: str, rows: Sequence[dict[str, Any]]) -> None:
        catalog = self._company.catalog
        statement = catalog.statements.get("settle deliveries")
        if statement is None:
            statement = catalog.statements["settle deliveries"] = settle_deliveries(catalog.system)
        dead = next((str(row["error"]) for row in rows if row["state"] == DEAD), None)
        async with self._company.database.transaction() as tx:
            await settle(tx, statement, rows)
            if dead is not None:
                await tell_dead(tx, self._company, target, dead, self._clock)

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


def pause(delivery: Delivery) -> timedelta:
    """Return how long to wait after an attempt: twice as long each time, spread out so that not all come at once."""
    longest = min(_FIRST * 2 ** (delivery.attempts - 1), _LONGEST)
    return longest * (1 + (delivery.id.int * delivery.attempts % 1000) / 4000)
