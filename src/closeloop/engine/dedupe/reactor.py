"""Decide what a match does: join the record that is there, refuse the new one, or flag it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from closeloop.base.errors import Conflict
from closeloop.catalog.object_type import Duplicate
from closeloop.engine.dedupe.matches import index_of
from closeloop.events.model import CREATED, JOINED
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import CreateRecord
from closeloop.records.effects import Effect, Join, Log, Notify

FLAGGED = "record.flagged"


class DedupeReactor:
    """Runs first: what joins a record that is there is neither scored nor assigned again."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        if not isinstance(command, CreateRecord) or not work.has(CREATED):
            return
        what, row = work.what, work.row
        index = index_of(batch)
        flagged: dict[UUID, str] = {}
        for rule in what.duplicates:
            key = (what.name, rule.column, row[rule.column])
            for found in index.get(key, ()) if row[rule.column] else ():
                if not self._applies(rule, found, work, batch):
                    continue
                if rule.joins(command.match):
                    yield from self._join(found, rule, work, batch)
                    return
                flagged.setdefault(found, rule.field.name)
        for rule in what.duplicates:
            if row[rule.column]:
                index.setdefault((what.name, rule.column, row[rule.column]), []).append(row["id"])
        if flagged:
            matches = [_match(batch, what.name, found, by) for found, by in flagged.items()]
            yield Log(FLAGGED, {"duplicates": matches[:20]})

    def _applies(self, rule: Duplicate, found: UUID, work: Work, batch: Batch) -> bool:
        if rule.when is None:
            return True
        there = batch.records[work.what.name, found].row
        return rule.when.evaluate(there, batch.env(work.actor)) is True

    def _join(self, found: UUID, rule: Duplicate, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        assert isinstance(command, CreateRecord)
        match = _match(batch, work.what.name, found, rule.field.name)
        if not command.joins:
            raise Conflict("duplicate", data={"duplicates": [match]})
        came_with = {name: value for name, value in work.values.items() if value is not None}
        inbound = work.submission.inbound
        yield Join(found, rule.field.name)
        yield Log(
            JOINED,
            {"by": rule.field.name, "values": came_with, "channel": inbound.channel if inbound else None},
        )
        owner = work.row["owner"]
        if owner is not None and not command.match:
            yield Notify([owner], "joined", "warning", {"by": rule.field.name}, "joined_many")


def _match(batch: Batch, object_name: str, found: UUID, by: str) -> dict[str, Any]:
    state = batch.records[object_name, found]
    return {"id": found, "label": state.row.get(state.what.title), "owner": state.row["owner"], "by": by}
