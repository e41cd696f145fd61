"""The working state of one batch: what was loaded, what each command changed, and the rows that wait to be written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from closeloop.access.decide import Actor, ActorKey
from closeloop.access.org import Org
from closeloop.base.clock import Clock
from closeloop.base.errors import CloseloopError
from closeloop.base.ids import new_id_at
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.events.model import Event
from closeloop.expr import Env
from closeloop.records.commands import Command, Submission
from closeloop.records.effects import (
    Deliver,
    Effect,
    Insert,
    Join,
    Log,
    Notify,
    Patch,
    SetFields,
    Then,
    Upsert,
    WantPlace,
)
from closeloop.records.notices import Told, notice_row
from closeloop.records.numbers import Numbers
from closeloop.records.related import Beyond, List, RecordRow, Target

Row = dict[str, Any]


class RecordState:
    """One record as the batch sees it: as loaded, as it is by now, and the version it started from."""

    __slots__ = ("env", "is_new", "loaded_version", "row", "touched", "was", "what")

    def __init__(self, what: ObjectType, row: RecordRow, env: Env, *, is_new: bool) -> None:
        self.what = what
        self.row = row
        self.env = env
        self.is_new = is_new
        self.loaded_version: int = row["version"]
        self.touched: set[str] = set()
        self.was: Row = {}
        """What touched columns held when the record was loaded."""

    @property
    def id(self) -> UUID:
        return self.row["id"]

    def set(self, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
        """Set columns, and what follows from them; returns which fields really changed, old and new."""
        changed: dict[str, tuple[Any, Any]] = {}
        for name, value in values.items():
            old = self.row.get(name)
            if old != value:
                changed[name] = (old, value)
                self.row[name] = value
        before = {name: old for name, (old, _) in changed.items()}
        derived = self.what.derive(self.row, changed, self.env)
        for name, old in (*before.items(), *derived.items()):
            self.was.setdefault(name, old)
            self.touched.add(name)
        changed.update({name: (old, self.row[name]) for name, old in derived.items() if name in self.what.own_fields})
        return changed


@dataclass
class Work:
    """One command being carried out, and all that came of it."""

    submission: Submission
    command: Command
    actor: Actor
    depth: int = 0
    cause: UUID | None = None
    parent: "Work | None" = None
    """The work that set this one off."""
    path: tuple[int, ...] = ()
    """Where it stands among all that a batch sets off: the submission's number, then which of its parent's commands."""
    asked_by: str = ""
    optional: bool = False
    failure: CloseloopError | None = None
    """Why an optional command failed when the batch was first tried; its handler notes it and does nothing else."""
    state: RecordState | None = None
    before: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The record before this command; empty for one that is made."""
    events: list[Event] = field(default_factory=list[Event])
    wants: list[WantPlace] = field(default_factory=list[WantPlace])
    then: list[Then] = field(default_factory=list[Then])
    deliver: list[Deliver] = field(default_factory=list[Deliver])
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    """The command's typed values, once its handler has checked them."""
    joined: UUID | None = None
    answer: Any = None
    """What an earlier run of the same submission answered; nothing is done again then."""

    @property
    def row(self) -> RecordRow:
        if self.state is None:
            msg = "the command has no record yet"
            raise RuntimeError(msg)
        return self.state.row

    @property
    def what(self) -> ObjectType:
        if self.state is None:
            msg = "the command has no record yet"
            raise RuntimeError(msg)
        return self.state.what

    def lineage(self) -> "Iterator[Work]":
        """Yield this work and those that set it off, up to what somebody submitted."""
        work: Work | None = self
        while work is not None:
            yield work
            work = work.parent

    def changed(self) -> set[str]:
        """Return the names of the fields that this command has changed so far."""
        return {name for event in self.events for name in event.changes}

    def has(self, event_type: str) -> bool:
        for event in self.events:  # noqa: SIM110 - asked many times a command, and a generator costs twice the loop
            if event.type == event_type:
                return True
        return False


class Batch:
    """All commands of one transaction with what they share."""

    def __init__(
        self, catalog: Snapshot, org: Org, clock: Clock, numbers: Numbers, wanted: Iterable[Target | List] = ()
    ) -> None:
        """`wanted` is what an earlier attempt has found that it must read as well."""
        self.catalog = catalog
        self.numbers = numbers
        self.org = org
        self.clock = clock
        self.now: datetime = clock.now()
        self.unread = Env(self.now, catalog.zone, calendar=catalog.calendar)
        """What surrounds computed fields, which don't depend on who looks."""
        self._millis = int(self.now.timestamp() * 1000)
        self.records: dict[tuple[str, UUID], RecordState] = {}
        self.beyond = Beyond(catalog, org, self.unread, self.records, wanted)
        self.allowed: set[tuple[ActorKey, str, str, UUID]] = set()
        """(who, object, action, record) that the database said yes to."""
        self.promised: set[tuple[str, UUID]] = set()
        """(object, id) of the records that the batch makes, known before they are made."""
        self.stand_ins: dict[UUID, UUID] = {}
        """Which record a promised one turned out to be, where it joined one that was there."""
        self.loaded: dict[object, Any] = {}
        """What each mechanism's loader brought, by the mechanism's name."""
        self.unknown: set[UUID] = set()
        """Versions of definitions that something of this batch runs on and the catalog has not at hand."""
        self.inserts: dict[str, list[Mapping[str, Any]]] = {}
        self.upserts: dict[str, dict[Any, Mapping[str, Any]]] = {}
        self.patches: dict[str, dict[UUID, Row]] = {}
        self.gathered: Counter[tuple[str, UUID]] = Counter()
        """How many notices of (the type that sums them up, the person) were counted instead of written."""
        self._envs: dict[object, Env] = {}

    def take(self, what: ObjectType, row: Mapping[str, Any]) -> None:
        """Take a row as it was loaded: a later look may be the one under the lock, so it counts for more."""
        seen = self.records.get((what.name, row["id"]))
        if seen is None or not (seen.is_new or seen.touched):
            whole = self.beyond.row(what, row)
            what.complete(whole, self.unread)
            self.records[what.name, row["id"]] = RecordState(what, whole, self.unread, is_new=False)

    def need(self, definition: UUID) -> None:
        """Say that a version is needed; where it isn't at hand the batch starts again once it has been read."""
        if not self.catalog.knows(definition):
            self.unknown.add(definition)

    def new_id(self) -> UUID:
        return new_id_at(self._millis)

    def env(self, actor: Actor) -> Env:
        found = self._envs.get(actor.key)
        if found is None:
            found = self._envs[actor.key] = actor.env(self.now, self.catalog)
        return found

    def apply(self, work: Work, effects: Iterable[Effect]) -> None:
        """Carry out effects on the batch's working state; nothing reaches the database before the flush."""
        for effect in effects:
            match effect:
                case SetFields():
                    self.set_fields(work, effect.values, effect.event, effect.why)
                case Log():
                    self.log(work, effect.event, effect.why, effect.changes)
                case Insert():
                    self.inserts.setdefault(effect.table, []).append(effect.row)
                case Upsert():
                    key = _key(self.catalog, effect.table, effect.row)
                    self.upserts.setdefault(effect.table, {})[key] = effect.row
                case Patch():
                    self.patches.setdefault(effect.table, {}).setdefault(effect.id, {}).update(effect.values)
                case Notify():
                    self._notify(work, effect)
                case Join():
                    self._join(work, effect)
                case WantPlace():
                    work.wants.append(effect)
                case Then():
                    work.then.append(effect)
                case Deliver():
                    work.deliver.append(effect)

    def set_fields(
        self, work: Work, values: Mapping[str, Any], event: str, why: Mapping[str, Any] | None = None
    ) -> bool:
        """Set columns of the work's record and log it; returns whether anything changed."""
        state = work.state
        if state is None:
            return False
        changes = state.set(values)
        if changes or why:
            self.log(work, event, why, changes)
        return bool(changes)

    def log(
        self,
        work: Work,
        event: str,
        why: Mapping[str, Any] | None = None,
        changes: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> None:
        """Add an event about the work's record; the first event of a work raises the record's version."""
        row = work.row
        state = work.state
        if state is not None and not work.events and work.before:
            state.set({"version": row["version"] + 1, "updated_at": self.now, "updated_by": work.actor.id})
        work.events.append(
            Event(
                id=self.new_id(),
                at=self.now,
                type=event,
                object=work.what.name,
                record=row["id"],
                record_version=row["version"],
                actor=work.actor.id,
                actor_kind=work.actor.kind,
                release=self.catalog.release,
                cause=work.cause,
                depth=work.depth,
                changes=changes or {},
                why=why,
            )
        )

    def _notify(self, work: Work, notify: Notify) -> None:
        if work.submission.gathered and notify.many is not None:
            self.gathered.update((notify.many, person) for person in dict.fromkeys(notify.people))
            return
        title = work.row.get(work.what.title)
        params = {"title": title, **notify.params}
        told = Told(notify.type, notify.level, params, work.what.name, work.row["id"])
        for person in dict.fromkeys(notify.people):
            row = notice_row(self.new_id(), person, told, self.now, self.org, self.catalog)
            self.inserts.setdefault("notice", []).append(row)

    def _join(self, work: Work, join: Join) -> None:
        if work.state is not None:
            work.joined = join.record
            self.stand_ins[work.state.id] = join.record
            work.events.clear()  # what was logged of a record that will not be made
            work.state = self.records[join.object, join.record]
            work.before = work.state.row.copy()


def _key(catalog: Snapshot, table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    names: tuple[str, ...] | None = catalog.statements.get(("key", table))
    if names is None:
        names = tuple(str(column.name) for column in getattr(catalog.system, table).primary_key.columns)
        catalog.statements["key", table] = names
    return tuple(row[name] for name in names)
