"""What an adapter is: it takes one delivery and says what became of it; to repeat or give up is not its business."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from closeloop.access.org import Org
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.engine import Database
from closeloop.events.outbox import Delivery


class Company(Protocol):
    """What is known of a company: its definitions, its people, and where its rows are."""

    @property
    def catalog(self) -> Snapshot: ...
    @property
    def org(self) -> Org: ...
    @property
    def database(self) -> Database: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one attempt: the target's status, or why there is none; `wait` is how long it asked for.

    `final` says that there is no sense in trying again, which says nothing of the target's other deliveries.
    """

    status: int | None = None
    error: str | None = None
    wait: timedelta | None = None
    final: bool = False


Send = Callable[[Delivery], Awaitable[Answer]]


class Adapter(Protocol):
    """One channel. Whoever calls gives an attempt only so many seconds, and may call several times at once."""

    async def opened(self, company: Company, target: str) -> Send:
        """Read what the target's deliveries have in common; returns what sends one of them."""
        ...

    async def close(self) -> None: ...
