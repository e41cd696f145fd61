"""What the write path is made of: the protocols that mechanisms implement, and the ordered lists they stand in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Params, Statement
from closeloop.db.unit_of_work import Transaction
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import Command, Values
from closeloop.records.effects import Effect


@dataclass(frozen=True, slots=True)
class Load:
    """One statement of the batch's load, and who takes its rows."""

    statement: Statement
    params: Params
    receive: Callable[[Result], None]


class Loader(Protocol):
    """Says what must be read before the commands can be decided; all loads of a round travel together."""

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]: ...


class Handler(Protocol):
    """Carries out one type of command. `check` changes nothing and may veto; `start` makes the change."""

    def inputs(self, command: Any, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:
        """Return the raw values that the command carries, and the fields that they are for."""
        ...

    def check(self, work: Work, batch: Batch) -> None: ...
    def start(self, work: Work, batch: Batch) -> Iterable[Effect]: ...


class Reactor(Protocol):
    """Answers a change with effects."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]: ...


class Reserver(Protocol):
    """Answers the wishes for an owner, late and all at once, under the policies' locks."""

    async def reserve(self, tx: Transaction, works: Sequence[Work], batch: Batch) -> None: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """The write path's ordered lists; they are filled in runtime/kernel.py and nowhere else."""

    loaders: Sequence[Loader]
    handlers: Mapping[type[Command], Handler]
    deciders: Sequence[Reactor]
    """Before places are reserved: duplicates, score, the wish for an owner."""
    reserver: Reserver
    followers: Sequence[Reactor]
    """After the owner is known: clocks, notices."""
    closers: Sequence[Reactor]
    """Once a command has come through with all that it set off: what is kept of its answer."""
