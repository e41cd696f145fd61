"""Let commands that arrive together share a transaction: what comes while one batch is under way makes the next."""

import asyncio
from collections import deque
from contextvars import Context

from closeloop.records.commands import Submission
from closeloop.records.execute import Executor, Outcome

MOST = 64
"""Commands in one batch: more would make the first of them wait for the last without saving much."""


class Batcher:
    """One queue a company and process. A command that comes alone is carried out at once, as a batch of one."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._waiting: deque[tuple[Submission, asyncio.Future[Outcome]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def submit(self, submission: Submission) -> Outcome:
        """Wait for the outcome; raises Unavailable where the database can't be reached. Its error is in the outcome."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((submission, future))
        if self._running is None:
            # a context of its own: what the first caller's log lines carry is not the others'
            self._running = asyncio.create_task(self._drain(), context=Context())
        return await future

    async def _drain(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
                await self._run(batch)
        finally:
            self._running = None

    async def _run(self, batch: list[tuple[Submission, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self._executor.run([submission for submission, _ in batch])
        except Exception as error:  # noqa: BLE001 - handed to each of those who wait
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)
