"""Tell the time: the only caller of datetime.now, so that a test or a replay can stand at any moment."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What tells the present moment, always in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place that may ask


class FrozenClock:
    """A clock that stands until it is moved; for tests, replays and the demo's made-up history."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            msg = "a clock needs a time with a zone"
            raise ValueError(msg)
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def move(self, by: timedelta) -> None:
        """Go on by `by`; a negative span goes back, as a machine's clock may."""
        self._at += by

    def move_to(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)
