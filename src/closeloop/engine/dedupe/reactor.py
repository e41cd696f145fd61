"""Decide what a match does: join the record that is there, refuse the new one, or flag it."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from closeloop.base.errors import Conflict
from closeloop.catalog.object_type import Duplicate
from closeloop.engine.dedupe.matches import index_of
from closeloop.events.model import CREATED, JOINED
from closeloop.records.batch import Batch, RecordState, Work
from closeloop.records.commands import CreateRecord
from closeloop.records.effects import Effect, Join, Log, Notify

FLAGGED = "record.flagged"
_MOST_TOLD = 20


class DedupeReactor:
    """Runs first: what joins a record that is there is neither scored nor assigned again."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        if not isinstance(command, CreateRecord) or not work.has(CREATED):
            return
        what, row = work.what, work.row
        index = index_of(batch)
        flagged: dict[UUID, tuple[RecordState, Duplicate]] = {}
        for rule in what.duplicates:
            if rule.foreign and command.match:
                continue  # asked for is a record of this object
            for found in _matches(rule, work, batch):
                if rule.joins(command.match):
                    yield from _join(found, rule, work)
                    return
                flagged.setdefault(found.id, (found, rule))
        for column in what.normed:
            if row[column]:
                index.setdefault((what.name, column, row[column]), []).append(row["id"])
        if flagged:
            told = list(flagged.values())[:_MOST_TOLD]
            yield Log(FLAGGED, {"duplicates": [_match(found, rule) for found, rule in told]})
            owners = [found.row["owner"] for found, rule in told if rule.foreign]
            yield Notify([one for one in owners if one not in (None, work.actor.id)], "flagged", "warning")


def _matches(rule: Duplicate, work: Work, batch: Batch) -> Iterator[RecordState]:
    """Yield the records that are the same by a rule, or those that they lead to."""
    normal = rule.normal(work.row[rule.field.name]) if rule.foreign else work.row[rule.column]
    for found in index_of(batch).get((rule.object, rule.column, normal), ()) if normal else ():
        there = batch.records[rule.object, found]
        if rule.when is not None and rule.when.evaluate(there.row, batch.env(work.actor)) is not True:
            continue
        led = there.row[rule.to] if rule.to else None
        target = there.what.fields[rule.to].object if rule.to else None
        yield batch.records.get((target or "", led), there) if led is not None else there


def _join(found: RecordState, rule: Duplicate, work: Work) -> Iterable[Effect]:
    command = work.command
    assert isinstance(command, CreateRecord)
    if not command.joins:
        raise Conflict("duplicate", data={"duplicates": [_match(found, rule)]})
    came_as, label = work.what.name, work.row.get(work.what.title)
    came_with = {name: value for name, value in work.values.items() if value is not None}
    inbound = work.submission.inbound
    yield Join(found.what.name, found.id, rule.field.name)
    why = {"by": rule.field.name, "values": came_with, "channel": inbound.channel if inbound else None}
    if rule.foreign:
        why |= {"object": came_as, "label": label}
    yield Log(JOINED, why)
    owner = work.row["owner"]
    if owner is not None and not command.match:
        yield Notify([owner], "joined", "warning", {"by": rule.field.name}, "joined_many")


def _match(found: RecordState, rule: Duplicate) -> dict[str, Any]:
    return {
        "object": found.what.name,
        "id": found.id,
        "label": found.row.get(found.what.title),
        "owner": found.row["owner"],
        "by": rule.field.name,
    }
