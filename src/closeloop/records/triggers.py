"""What sets off rules and webhooks: a word of a definition, and whether a command was such a thing."""

from collections.abc import Iterable
from dataclasses import dataclass

from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import Snapshot
from closeloop.events.model import (
    ASSIGNED,
    CLOCK_BREACHED,
    CLOCK_CANCELLED,
    CLOCK_FIRED,
    CLOCK_MET,
    CREATED,
    DELETED,
    GIVEN_BACK,
    JOINED,
    MOVED,
    UNASSIGNED,
    UPDATED,
    Event,
)

WORDS = {
    "created": CREATED,
    "updated": UPDATED,
    "deleted": DELETED,
    "moved": MOVED,
    "assigned": ASSIGNED,
    "unassigned": UNASSIGNED,
    "given_back": GIVEN_BACK,
    "joined": JOINED,
}
_CLOCK = (CLOCK_FIRED, CLOCK_BREACHED, CLOCK_MET, CLOCK_CANCELLED)
_OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One word, such as `updated`, `operation:touch` or `clock.breached:first_touch`, with the event that it means."""

    word: str
    event: str
    policy: str = ""

    @property
    def any_change(self) -> bool:
        """Whether every change of a field counts, whatever brought it about: a move, a score, an operation."""
        return self.event == UPDATED

    def cause(self, events: Iterable[Event], reads: frozenset[str] = frozenset()) -> Event | None:
        """Return the event by which a command was such a thing: of changes, the first of a field that is read."""
        for one in events:
            if self.any_change:
                if one.type in (CREATED, DELETED):
                    return None
                if one.changes and (not reads or not reads.isdisjoint(one.changes)):
                    return one
            elif one.type == self.event and (not self.policy or _policy_of(one) == self.policy):
                return one
        return None


def _policy_of(event: Event) -> str | None:
    return event.why["clock"]["policy"] if event.why else None


def read_triggers(node: Node, key: str, object_name: str, catalog: Snapshot) -> tuple[Trigger, ...]:
    """Read one word or a list of them."""
    raw = node.any(key)
    words: list[object] = list(raw) if isinstance(raw, list) else [] if raw is None else [raw]  # pyright: ignore[reportUnknownArgumentType]
    found: list[Trigger] = []
    for word in words:
        trigger = _trigger(str(word), object_name)
        if trigger is None or not _is_defined(trigger, object_name, catalog):
            known = (*WORDS, f"{_OPERATION}:…", *(f"{one}:…" for one in _CLOCK))
            node.problems.add(node.at(key), "not_one_of", words=list(known))
        else:
            found.append(trigger)
    return tuple(found)


def _trigger(word: str, object_name: str) -> Trigger | None:
    if word in WORDS:
        return Trigger(word, WORDS[word])
    kind, _, key = word.partition(":")
    if kind == _OPERATION and key:
        return Trigger(word, f"{object_name}.{key}")
    return Trigger(word, kind, key) if kind in _CLOCK and key else None


def _is_defined(trigger: Trigger, object_name: str, catalog: Snapshot) -> bool:
    if trigger.word in WORDS:
        return True
    kind = "clock" if trigger.policy else _OPERATION
    key = trigger.word.partition(":")[2]
    return any(one.key == key and one.body.get("on") == object_name for one in catalog.definitions.get(kind, ()))
