"""Move a record to another stage: the gate is asked with the values that come along."""

from collections.abc import Iterable, Mapping

from closeloop.access.sight import sight_of
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.model import Field, Pipeline
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.stages.gates import missing_at
from closeloop.engine.stages.stays import version_of
from closeloop.events.model import MOVED, UPDATED
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import MoveRecord, Values
from closeloop.records.effects import Effect
from closeloop.records.handlers import begin_change, check_relations, coerce_seen, require_record


class MoveHandler:
    """Carries out a move, whoever asks: a drag, the API, an operation or a rule."""

    def inputs(self, command: MoveRecord, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:
        return command.values, catalog.object(command.object).fields

    def check(self, work: Work, batch: Batch) -> None:
        command = work.command
        assert isinstance(command, MoveRecord)
        require_record(work, batch)
        pipeline = batch.catalog.pipeline_of(work.what)
        if pipeline is None or pipeline.stage(command.to) is None:
            keys = [stage.key for stage in pipeline.stages] if pipeline else []
            raise Invalid(errors=[FieldError("to", "not_an_option", {"options": keys})])
        sight = sight_of(batch.catalog, work.what, work.actor)
        field = work.what.stage_field
        if field is not None and not sight.writable(field.name):
            raise Invalid(errors=[FieldError("to", "readonly")])
        work.values = coerce_seen(command.values, sight, batch)
        check_relations(work, work.values, work.what.fields, batch)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        assert isinstance(command, MoveRecord)
        begin_change(work)
        field = work.what.stage_field
        pipeline = batch.catalog.pipeline_of(work.what)
        assert field is not None
        assert pipeline is not None
        if work.values:
            batch.set_fields(work, work.values, UPDATED)
        if work.row[field.name] == command.to:
            return ()
        began = version_of(batch, work)
        judged = began if began is not None and began.stage(command.to) else pipeline
        skipped = _skipped(judged, work.row[field.name], command.to)
        stage = judged.stage(command.to)
        assert stage is not None
        missing = missing_at(batch.catalog, work.what, judged, stage.key, work.row, batch.env(work.actor))
        if missing:
            raise Invalid("gate_unmet", data={"unmet": missing}, stage=stage.label)
        why = {key: value for key, value in (("note", command.note), ("skipped", skipped)) if value}
        batch.set_fields(work, {field.name: command.to}, MOVED, why or None)
        return ()


def _skipped(pipeline: Pipeline, at: str | None, to: str) -> list[str]:
    """Return the stages that a move passes over; raises where the pipeline allows no skip or no way back."""
    here = pipeline.position(at) if at and pipeline.stage(at) else 0
    there = pipeline.position(to)
    target = pipeline.stages[there]
    if target.outcome is not None:
        return []
    if there < here and not pipeline.back:
        raise Invalid("no_way_back", errors=[FieldError("to", "no_way_back")])
    skipped = [stage.key for stage in pipeline.stages[here + 1 : there] if stage.outcome is None]
    if skipped and not pipeline.skip:
        raise Invalid("no_skipping", errors=[FieldError("to", "no_skipping", {"stages": skipped})])
    return skipped
