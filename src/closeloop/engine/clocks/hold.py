"""Start, stop, pause and resume a record's clock, as a rule, an operation or another clock says."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from closeloop.base.errors import Conflict, NotFound
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.clocks.model import (
    CANCELLED,
    CLOCKS,
    PAUSED,
    RUNNING,
    calendar_of,
    due_step,
    moment_of,
    runs_of,
)
from closeloop.engine.clocks.reactor import clocks_of, end, new_clock, waiting_clocks
from closeloop.engine.steps.commands import NO_VALUES, HoldClock
from closeloop.events.model import CLOCK_PAUSED, CLOCK_RESUMED
from closeloop.expr.spans import parse_span
from closeloop.records.batch import Batch, Row, Work
from closeloop.records.commands import Values
from closeloop.records.effects import Effect, Insert, Log, Patch
from closeloop.records.handlers import begin_change, require_record


class HoldHandler:
    """Does nothing where there is nothing to do: a clock that runs isn't started, one that has ended isn't stopped."""

    def inputs(self, command: HoldClock, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:  # noqa: ARG002
        return NO_VALUES, {}

    def check(self, work: Work, batch: Batch) -> None:
        command = work.command
        assert isinstance(command, HoldClock)
        require_record(work, batch)
        had = {clock["policy"] for clock in clocks_of(batch, command.record)}
        known = batch.catalog.all(CLOCKS).get(command.policy)
        if command.policy not in had and (known is None or known.object != command.object):
            raise NotFound("unknown_clock", name=command.policy)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        assert isinstance(command, HoldClock)
        begin_change(work)
        waiting = [one for one in waiting_clocks(batch, command.record) if one["policy"] == command.policy]
        if command.doing == "start":
            policy = batch.catalog.all(CLOCKS).get(command.policy)
            if not waiting and policy is not None:
                yield Insert("clock", new_clock(policy, command.record, batch))
            return
        able = [one for one in waiting if _can(command.doing, one, batch)]
        if command.by_hand and not able:
            raise Conflict(f"clock_not_{'paused' if command.doing == 'resume' else 'running'}")
        for clock in able:
            if command.doing == "stop":
                yield from end(clock, CANCELLED, batch)
            elif command.doing == "pause":
                yield from _pause(clock, command.note, batch)
            else:
                yield from _resume(clock, command.note, batch)


def _can(doing: str, clock: Row, batch: Batch) -> bool:
    """Tell whether there is something to hold; one that is late goes on being late."""
    if doing == "pause":
        return clock["state"] == RUNNING and clock["due_at"] > batch.now
    return doing == "stop" or clock["state"] == PAUSED


def _pause(clock: Row, note: str | None, batch: Batch) -> Iterable[Effect]:
    *before, (begin, _) = runs_of(clock)
    values = {
        "state": PAUSED,
        "paused_at": batch.now,
        "next_at": None,
        "steps": _with_runs(clock, [*before, (begin, batch.now)]),
    }
    clock.update(values)
    yield Patch("clock", clock["id"], values)
    yield Log(CLOCK_PAUSED, _told(clock, note))


def _resume(clock: Row, note: str | None, batch: Batch) -> Iterable[Effect]:
    """Go on: what was left when the clock was paused is counted from now, and the rungs to come from the due time."""
    catalog = batch.catalog
    at: int = clock["step"]
    steps = _with_runs(clock, [*runs_of(clock), (batch.now, None)])
    time = catalog.working_time(*calendar_of(due_step(clock)))
    due = time.add(batch.now, time.between(clock["paused_at"], clock["due_at"]))
    for step in steps[at:]:
        offset = parse_span(step["at"]) or timedelta(0)
        step["due_at"] = catalog.working_time(*calendar_of(step)).add(due, offset)
    steps[at:] = sorted(steps[at:], key=moment_of)
    values = {"state": RUNNING, "paused_at": None, "due_at": due, "steps": steps, "next_at": moment_of(steps[at])}
    clock.update(values)
    yield Patch("clock", clock["id"], values)
    yield Log(CLOCK_RESUMED, _told(clock, note))


def _with_runs(clock: Row, runs: Sequence[tuple[datetime, datetime | None]]) -> list[Row]:
    """Return a copy of a clock's steps in which the due time has these runs."""
    written = [{"from": begin, "to": end} for begin, end in runs]
    loaded: list[Row] = clock["steps"]
    return [{**step, "runs": written} if step["kind"] == "due" else {**step} for step in loaded]


def _told(clock: Row, note: str | None) -> dict[str, Any]:
    told = {"policy": clock["policy"], "due_at": clock["due_at"], "calendar": calendar_of(due_step(clock))[0]}
    return {"clock": told | ({"note": note} if note else {})}
