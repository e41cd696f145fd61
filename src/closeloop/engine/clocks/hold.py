"""Start, stop, pause and resume a record's clock, as a rule, an operation or another clock says."""

from collections.abc import Iterable, Mapping

from closeloop.base.errors import NotFound
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.clocks.model import CANCELLED, CLOCKS, PAUSED, RUNNING, moment_of
from closeloop.engine.clocks.reactor import clocks_of, end, waiting_clocks
from closeloop.engine.steps.commands import NO_VALUES, HoldClock
from closeloop.events.model import CLOCK_PAUSED, CLOCK_RESUMED
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
        if command.policy not in batch.catalog.all(CLOCKS):
            raise NotFound("unknown_clock", name=command.policy)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        assert isinstance(command, HoldClock)
        begin_change(work)
        waiting = [one for one in waiting_clocks(batch, command.record) if one["policy"] == command.policy]
        if command.doing == "start":
            if not waiting:
                row = batch.catalog.all(CLOCKS)[command.policy].new_row(batch.new_id(), command.record, batch.now)
                clocks_of(batch, command.record).append(row)
                yield Insert("clock", row)
            return
        for clock in waiting:
            if command.doing == "stop":
                yield from end(clock, CANCELLED, batch)
            elif command.doing == "pause" and clock["state"] == RUNNING and clock["due_at"] > batch.now:
                yield from _pause(clock, batch)
            elif command.doing == "resume" and clock["state"] == PAUSED:
                yield from _resume(clock, batch)


def _pause(clock: Row, batch: Batch) -> Iterable[Effect]:
    values = {"state": PAUSED, "paused_at": batch.now, "next_at": None}
    clock.update(values)
    yield Patch("clock", clock["id"], values)
    yield Log(CLOCK_PAUSED, {"clock": {"policy": clock["policy"], "due_at": clock["due_at"]}})


def _resume(clock: Row, batch: Batch) -> Iterable[Effect]:
    """Go on: what was still to come when the clock was paused comes later by as long as it was."""
    away = batch.now - clock["paused_at"]
    loaded: list[Row] = clock["steps"]
    steps: list[Row] = [{**step} for step in loaded]
    at: int = clock["step"]
    for step in steps[at:]:
        step["due_at"] = moment_of(step) + away
    values = {
        "state": RUNNING,
        "paused_at": None,
        "due_at": clock["due_at"] + away,
        "steps": steps,
        "next_at": moment_of(steps[at]),
    }
    clock.update(values)
    yield Patch("clock", clock["id"], values)
    yield Log(CLOCK_RESUMED, {"clock": {"policy": clock["policy"], "due_at": values["due_at"]}})
