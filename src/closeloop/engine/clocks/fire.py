"""Fire a clock: every step whose moment has come, late rather than never, and each of them once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from closeloop.base.figures import CLOCK_LATENESS
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.clocks.model import BREACHED, CLOCKS, FACTS, RUNNING, calendar_of, moment_of
from closeloop.engine.clocks.reactor import waiting_clocks
from closeloop.engine.steps.commands import CarryOn
from closeloop.engine.steps.model import Step, read_stored
from closeloop.engine.steps.run import Context
from closeloop.events.model import CLOCK_BREACHED, CLOCK_FAILED, CLOCK_FIRED
from closeloop.records.batch import Batch, Row, Work
from closeloop.records.commands import RecordCommand, Values
from closeloop.records.effects import Effect, Log, Patch, Then
from closeloop.records.flush import dump
from closeloop.records.handlers import begin_change, require_record


@dataclass(frozen=True, slots=True)
class FireClock(RecordCommand):
    """Do what is due of one clock of a record."""

    clock: UUID | None = None
    action: ClassVar[str] = "update"


class FireHandler:
    """Reads the clock again under its lock: a step that another worker has done is not done twice."""

    def inputs(self, command: FireClock, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:  # noqa: ARG002
        return {}, {}

    def check(self, work: Work, batch: Batch) -> None:
        require_record(work, batch)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        assert isinstance(command, FireClock)
        begin_change(work)
        clock: Row | None = next((c for c in waiting_clocks(batch, command.record) if c["id"] == command.clock), None)
        if clock is None:
            return
        loaded: list[Row] = clock["steps"]
        steps: list[Row] = [{**step} for step in loaded]
        at: int = clock["step"]
        state = clock["state"]
        while at < len(steps) and moment_of(steps[at]) <= batch.now:
            step = steps[at]
            step["fired_at"] = batch.now
            CLOCK_LATENESS.observe((batch.now - moment_of(step)).total_seconds())
            why = {
                "clock": {
                    "policy": clock["policy"],
                    "at": step["at"],
                    "due_at": clock["due_at"],
                    "calendar": calendar_of(step)[0],
                    "do": step["do"],
                }
            }
            if step["kind"] == "due":
                state = BREACHED if state == RUNNING else state
                yield Log(CLOCK_BREACHED, why)
            else:
                yield Log(CLOCK_FIRED, why)
                yield from _do(step, clock, work, batch)
            at += 1
        if at == clock["step"]:
            return
        values = {
            "step": at,
            "steps": steps,
            "state": state,
            "next_at": moment_of(steps[at]) if at < len(steps) else None,
            "lease_until": None,
        }
        clock.update(values)
        yield Patch("clock", clock["id"], values)


def _do(step: Mapping[str, Any], clock: Row, work: Work, batch: Batch) -> Iterable[Effect]:
    """Set off what a rung does: by itself, so that a step that can't be done doesn't keep the clock from its time."""
    if not step["do"]:
        return
    policy = batch.catalog.version(CLOCKS, clock["policy"], clock["definition"])
    late = moment_of(step) >= clock["due_at"]
    context = Context(
        asked_by=f"clock/{clock['policy']}",
        reason="clock",
        row={},
        roots={"clock": {"started_at": clock["started_at"], "due_at": clock["due_at"]}},
        notices={
            "notify": ("clock_late", "danger") if late else ("clock_near", "warning"),
            "escalate": ("escalated", "danger"),
        },
        params={
            "clock": policy.label if policy else {"zh-CN": clock["policy"]},
            "due_at": clock["due_at"],
            "at": step["at"],
            "owner": _name(work, batch),
        },
        failed=CLOCK_FAILED,
    )
    steps = _steps(step["do"], work, batch)
    if steps is None:
        yield Log(CLOCK_FAILED, {"failed": {"by": context.asked_by, "code": "bad_definition"}})
        return
    yield Then(CarryOn(work.what.name, work.row["id"], steps=steps, context=context), context.asked_by, optional=True)


def _steps(raw: Sequence[Any], work: Work, batch: Batch) -> tuple[Step, ...] | None:
    """Return what a running clock was started with, read under the present definitions."""
    key = ("rung", work.what.name, dump(raw))
    if key not in batch.catalog.statements:
        batch.catalog.statements[key] = read_stored(raw, work.what, batch.catalog, {"clock": FACTS})
    return batch.catalog.statements[key]


def _name(work: Work, batch: Batch) -> str | None:
    person = batch.org.people.get(work.row["owner"]) if work.row["owner"] else None
    return person.name if person else None
