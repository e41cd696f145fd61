"""Keep how long a record stayed in each stage: one row a stay, written with the move."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from closeloop.catalog.model import Pipeline
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.events.model import CREATED, MOVED
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import RecordCommand
from closeloop.records.effects import Effect, Insert, Patch
from closeloop.records.parts import Load

NAME = "stages"
VERSIONS = "stages: versions"
"""Beside the open stays: under which version of the pipeline they began."""


def version_of(batch: Batch, work: Work) -> Pipeline | None:
    """Return the pipeline that the record's next move is judged by: that under which its open stay began."""
    field = work.what.stage_field
    if field is None or field.pipeline is None:
        return None
    versions: dict[UUID, UUID] = batch.loaded.setdefault(VERSIONS, {})
    definition = versions.get(work.row["id"])
    if definition is None:
        return batch.catalog.pipelines[field.pipeline]
    return batch.catalog.pipeline_version(field.pipeline, definition)


class StayLoader:
    """Loads the open stays of the records that commands are about."""

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        ids = [
            work.command.record
            for work in works
            if isinstance(work.command, RecordCommand) and _has_stages(batch.catalog, work.command.object)
        ]
        if not ids:
            return
        stays: dict[UUID, UUID] = batch.loaded.setdefault(NAME, {})

        versions: dict[UUID, UUID] = batch.loaded.setdefault(VERSIONS, {})

        def receive(result: Result) -> None:
            for record, stay, definition in result.rows:
                stays.setdefault(record, stay)
                versions.setdefault(record, definition)
                batch.need(definition)

        yield Load(_open_stays(batch.catalog), {"records": ids}, receive)


class StayReactor:
    """Opens a stay when a record enters a stage, and closes the one before."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        field = work.what.stage_field
        if field is None or field.pipeline is None:
            return
        moved = [one for one in work.events if one.type == CREATED or (one.type == MOVED and field.name in one.changes)]
        if not moved:
            return
        stays: dict[UUID, UUID] = batch.loaded.setdefault(NAME, {})
        record = work.row["id"]
        before = stays.get(record)
        if before is not None:
            yield Patch("stage_stay", before, {"left_at": batch.now})
        stay = batch.new_id()
        stays[record] = stay
        definition = next(d for d in batch.catalog.definitions["pipeline"] if d.key == field.pipeline)
        batch.loaded.setdefault(VERSIONS, {})[record] = definition.id
        why = moved[-1].why or {}
        # by the event, not the row: a later command of the batch may have moved the record on
        entered = moved[-1].changes[field.name][1] if moved[-1].type == MOVED else work.row[field.name]
        yield Insert(
            "stage_stay",
            {
                "id": stay,
                "object": work.what.name,
                "record": record,
                "pipeline": field.pipeline,
                "definition": definition.id,
                "stage": entered,
                "entered_at": batch.now,
                "left_at": None,
                "by": work.actor.id,
                "skipped": why.get("skipped", []),
            },
        )


def _has_stages(catalog: Snapshot, object_name: str) -> bool:
    what = catalog.objects.get(object_name)
    return what is not None and what.stage_field is not None


def _open_stays(catalog: Snapshot) -> Statement:
    found = catalog.statements.get(NAME)
    if found is None:
        stay = catalog.system.stage_stay
        query = sa.select(stay.c.record, stay.c.id, stay.c.definition).where(
            stay.c.record == sa.any_(sa.bindparam("records", type_=sa.ARRAY(sa.Uuid()))),
            stay.c.left_at.is_(None),
        )
        found, _ = compile_statement(query, "open stays")
        catalog.statements[NAME] = found
    return found
