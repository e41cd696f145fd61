"""Clock policies: when a clock starts, what meets or cancels it, and what happens before and after it is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from closeloop.catalog.calendars import WALL
from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.engine.steps.model import read_steps
from closeloop.expr import BOOL, DATETIME, Expression, Scope, SimpleScope

RUNNING, PAUSED, MET, BREACHED, CANCELLED = "running", "paused", "met", "breached", "cancelled"

FACTS: Scope = SimpleScope({"started_at": DATETIME, "due_at": DATETIME})
"""What the steps of a rung know as `clock`."""


@dataclass(frozen=True, slots=True)
class Rung:
    """What is done at a moment relative to the due time; `do` holds the steps as they are written."""

    at: str
    offset: timedelta
    calendar: str
    do: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ClockPolicy:
    """One clock policy as it runs."""

    key: str
    object: str
    definition: Definition
    label: Label
    when: Expression | None
    start: str
    restart: str
    met: Expression | None
    cancel: Expression | None
    target: timedelta
    calendar: str
    rungs: tuple[Rung, ...]
    fields: frozenset[str]
    """The record's fields that decide whether it is met or cancelled."""

    def started(self, now: datetime, catalog: Snapshot) -> dict[str, Any]:
        """Return the row of a clock that starts now, with every step's moment worked out, but for its id and record.

        Each step keeps the version of the calendar that it is counted by. The due time's also keeps the target, and
        the runs: from when to when time has counted, of which the last one is open.
        """
        due = catalog.working_time(self.calendar).add(now, self.target)
        steps: list[dict[str, Any]] = [
            {
                "at": "0m",
                "due_at": due,
                "kind": "due",
                "do": [],
                "target": self.target.total_seconds(),
                "runs": [{"from": now, "to": None}],
                **_counted_by(self.calendar, catalog),
            }
        ]
        steps += [
            {
                "at": rung.at,
                "due_at": catalog.working_time(rung.calendar).add(due, rung.offset),
                "kind": "rung",
                "do": list(rung.do),
                **_counted_by(rung.calendar, catalog),
            }
            for rung in self.rungs
        ]
        steps.sort(key=lambda step: step["due_at"])
        return {
            "object": self.object,
            "policy": self.key,
            "definition": self.definition.id,
            "state": RUNNING,
            "started_at": now,
            "due_at": due,
            "next_at": steps[0]["due_at"],
            "step": 0,
            "steps": steps,
            "met_at": None,
            "ended_at": None,
            "paused_at": None,
            "lease_until": None,
        }


@dataclass(frozen=True, slots=True)
class ClockKind:
    """Clock policies as a kind of definition."""

    name: str = "clock"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> ClockPolicy:
        key = node.name("clock")
        object_name, what = catalog.target(node)
        calendar = _calendar(node, WALL, catalog)
        when, met, cancel = (_condition(node, name, what) for name in ("when", "met", "cancel"))
        if not node.any("met"):
            node.problems.add(node.at("met"), "required")
        used = [what.depends_on(one.paths) for one in (met, cancel) if one is not None and what is not None]
        return ClockPolicy(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            when=when,
            start=node.one_of("start", ("created", "assigned"), "created"),
            restart=node.one_of("restart", ("never", "reassigned"), "never"),
            met=met,
            cancel=cancel,
            target=_span(node, "target"),
            calendar=calendar,
            rungs=tuple(_rung(part, calendar, what, catalog) for part in node.children("rungs")),
            fields=frozenset[str]().union(*used),
        )


def _condition(node: Node, key: str, what: ObjectType | None) -> Expression | None:
    return node.expression(key, what.scope, BOOL) if what else None


def _span(node: Node, key: str) -> timedelta:
    if node.any(key) is None:
        node.problems.add(node.at(key), "required")
    return node.span(key) or timedelta(0)


def _calendar(node: Node, usual: str, catalog: Snapshot) -> str:
    name = node.take("calendar", str, usual)
    if name != WALL and catalog.business_calendar(name) is None:
        node.problems.add(node.at("calendar"), "unknown_calendar", name=name)
        return WALL
    return name


def _counted_by(calendar: str, catalog: Snapshot) -> dict[str, Any]:
    """Return what a step keeps of its calendar: the name, and the version unless it is the kernel's own."""
    found = None if calendar == WALL else catalog.business_calendar(calendar)
    version = found.definition.id if found is not None and found.definition is not None else None
    return {"calendar": calendar, "version": version}


def _rung(node: Node, calendar: str, what: ObjectType | None, catalog: Snapshot) -> Rung:
    read_steps(node, "do", what, catalog, {"clock": FACTS})  # what is wrong is told now, not when it fires
    do: list[Any] = node.take("do", list, [])
    rung = Rung(
        at=node.need("at", str, "0m"),
        offset=_span(node, "at"),
        calendar=_calendar(node, calendar, catalog),
        do=tuple(do),
    )
    node.done()
    return rung


def color_of(clock: Mapping[str, Any], now: datetime) -> str:
    """Return green, amber once a step before the due time has passed, red once it is late; never stored.

    Of a paused clock it is the colour that it had when it was paused.
    """
    due: datetime = clock["due_at"]
    met: datetime | None = clock["met_at"]
    now = clock.get("paused_at") or now
    if clock["state"] == BREACHED or (met or now) > due:
        return "red"
    if clock["state"] in (MET, CANCELLED):
        return "green"
    warned = [moment_of(step) for step in clock["steps"] if step["kind"] == "rung"]
    return "amber" if any(at < due and at <= now for at in warned) else "green"


def calendar_of(step: Mapping[str, Any]) -> tuple[str, UUID | None]:
    """Return the calendar that a step is counted by, and its version; the steps of older kernels name none."""
    version = step.get("version")
    return step.get("calendar", WALL), UUID(str(version)) if version else None


def due_step(clock: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the step of a clock that is its due time."""
    return next(step for step in clock["steps"] if step["kind"] == "due")


def runs_of(clock: Mapping[str, Any]) -> list[tuple[datetime, datetime | None]]:
    """Return from when to when time has counted; what an older kernel started has counted from then on."""
    started: list[dict[str, Any]] = [{"from": clock["started_at"], "to": None}]
    runs: list[dict[str, Any]] = due_step(clock).get("runs") or started
    return [(_moment(one["from"]), _moment(one["to"]) if one["to"] else None) for one in runs]


def calendars_of(clock: Mapping[str, Any]) -> set[UUID]:
    """Return the versions of calendars that a clock is counted by."""
    return {version for _, version in map(calendar_of, clock["steps"]) if version is not None}


def moment_of(step: Mapping[str, Any]) -> datetime:
    """Return a step's moment, which is text once it has been stored."""
    return _moment(step["due_at"])


def _moment(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


CLOCKS = ClockKind()
