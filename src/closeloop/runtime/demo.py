"""What an app may bring beside its definitions: a company to look at, with a past, and with people who are at work."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any, Protocol

from closeloop.base.clock import Clock, FrozenClock
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.files import Files
from closeloop.runtime.past import Past

Say = Callable[[str], None]
People = Sequence[Mapping[str, Any]]
"""As a company file has them: `login`, `roles` and the rest."""


class Story(Protocol):
    """What happens in a company's past. `take_up` goes on where another process has left off."""

    @property
    def past(self) -> Past: ...
    def plan(self, day: date) -> None: ...
    async def take_up(self) -> None: ...


@dataclass
class Played:
    """What was done and what went wrong."""

    done: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    failed: Counter[str] = field(default_factory=Counter[str])


class Player(Protocol):
    """A stand-in for a company's people, until it is cancelled."""

    @property
    def played(self) -> Played: ...
    async def run(self, people: People, password: str) -> None: ...


class Play(Protocol):
    """Makes the stand-in that plays over the HTTP of a running system."""

    def __call__(self, url: str, clock: Clock, say: Say, speed: float, headers: Mapping[str, str]) -> Player: ...


Begin = Callable[[CompanyRuntime, FrozenClock, Files, datetime], Story]
"""Makes the story of a company whose past began at a moment, to go on at the clock's."""


@dataclass(frozen=True, slots=True)
class Demo:
    """How an app's demo company lives; its people and channels are the files of the app's folder `demo`."""

    begin: Begin
    play: Play


def sign_ins(people: People) -> str:
    """Name the logins; those that differ in their number only by the first and the last of them."""
    logins = [str(one["login"]) for one in people]
    runs = [list(run) for _, run in groupby(logins, lambda login: login.rstrip("0123456789"))]
    return ", ".join(" ... ".join((run[0], run[-1])) if len(run) > 2 else ", ".join(run) for run in runs)
