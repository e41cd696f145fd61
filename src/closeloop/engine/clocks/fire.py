"""Fire a clock: every step whose moment has come, late rather than never, and each of them once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from closeloop.base.figures import CLOCK_LATENESS
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.clocks.model import BREACHED, CLOCKS, RUNNING, moment_of
from closeloop.engine.clocks.reactor import waiting_clocks
from closeloop.events.model import CLOCK_BREACHED, CLOCK_FIRED
from closeloop.records.batch import Batch, Row, Work
from closeloop.records.commands import AssignRecord, RecordCommand, Values
from closeloop.records.effects import Effect, Log, Notify, Patch, Then
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
    policy = batch.catalog.version(CLOCKS, clock["policy"], clock["definition"])
    label = policy.label if policy else {"zh-CN": clock["policy"]}
    late = moment_of(step) >= clock["due_at"]
    params = {"clock": label, "due_at": clock["due_at"], "at": step["at"]}
    for doing, whom in step["do"]:
        if doing == "notify":
            kind, level = ("clock_late", "danger") if late else ("clock_near", "warning")
            yield Notify(_people(whom, work, batch), kind, level, params)
        elif doing == "escalate":
            yield Notify(_people(whom, work, batch), "escalated", "danger", {**params, "owner": _name(work, batch)})
        elif doing == "reassign":
            yield Then(AssignRecord(work.what.name, work.row["id"], policy=whom, reason="clock"))


def _people(whom: str, work: Work, batch: Batch) -> list[UUID]:
    """Return who is meant: the owner, the owner's superior, or everybody with a role."""
    owner = work.row["owner"]
    if whom == "owner":
        return [owner] if owner else []
    if whom == "superior":
        superior = batch.org.superior(owner) if owner else None
        return [superior] if superior else []
    return list(batch.org.with_role(whom))


def _name(work: Work, batch: Batch) -> str | None:
    person = batch.org.people.get(work.row["owner"]) if work.row["owner"] else None
    return person.name if person else None
