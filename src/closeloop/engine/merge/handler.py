"""Merge two records: the survivor takes values and all that points to the other one, which goes into the trash."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.sight import sight_of
from closeloop.base.errors import Conflict, FieldError, Invalid
from closeloop.catalog.field_types import FILES
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.events.model import MERGED
from closeloop.records.batch import Batch, Row, Work
from closeloop.records.commands import DeleteRecord, RecordCommand, UpdateRecord, Values
from closeloop.records.effects import Effect, Insert, SetFields, Then
from closeloop.records.handlers import begin_change, check_relations, coerce_seen, permitted, require_record
from closeloop.records.parts import Load

NAME = "merge"
FULL = "too much to merge"
MOST = 1000
"""So many records that point to the other one are moved with it; more would hold the tables for too long."""
_BY = "merge"
_NONE = UUID(int=0)

Found = dict[UUID, dict[tuple[str, UUID], list[str]]]
"""By the record that goes: (object, id) of what points to it, and by which relations."""


@dataclass(frozen=True, slots=True)
class MergeRecord(RecordCommand):
    """Make one record of two: `other` goes, `values` are those that were chosen for what remains."""

    other: UUID = _NONE
    other_version: int | None = None
    values: Values = field(default_factory=dict[str, Any])
    action: ClassVar[str] = "merge"

    def records(self) -> tuple[UUID, ...]:
        return self.record, self.other


class PointerLoader:
    """Loads which records point to those that go: one indexed read for each relation that leads to the object."""

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        going: dict[str, list[UUID]] = {}
        for work in works:
            if isinstance(work.command, MergeRecord):
                going.setdefault(work.command.object, []).append(work.command.other)
        found: Found = batch.loaded.setdefault(NAME, {})
        full: set[UUID] = batch.loaded.setdefault(FULL, set())
        for name, records in going.items():
            for what, relation in _relations_to(name, batch.catalog):

                def receive(
                    result: Result, child: str = what.name, by: str = relation, ids: Sequence[UUID] = records
                ) -> None:
                    if len(result.rows) > MOST:
                        full.update(ids)  # more than was read may point to any of them
                    for record, target in result.rows:
                        found.setdefault(target, {}).setdefault((child, record), []).append(by)

                yield Load(_pointers(batch.catalog, what, relation), {"ids": records, "most": MOST + 1}, receive)


class MergeHandler:
    """Carries out a merge. What points to the other record is moved by commands of its own, caused by the merge."""

    def inputs(self, command: MergeRecord, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:
        return command.values, catalog.object(command.object).fields

    def check(self, work: Work, batch: Batch) -> None:
        command = work.command
        assert isinstance(command, MergeRecord)
        require_record(work, batch)
        if command.other == command.record:
            raise Invalid(errors=[FieldError("other", "same_record")])
        other = permitted(work, command, command.other, batch)
        if command.other_version is not None and command.other_version != other.row["version"]:
            raise Conflict("version_conflict", data={"row": dict(other.row)})
        found: Found = batch.loaded.get(NAME, {})
        if command.other in batch.loaded.get(FULL, ()) or len(found.get(command.other, {})) > MOST:
            raise Invalid(errors=[FieldError("other", "too_much_to_move", {"max": MOST})])
        work.values = coerce_seen(command.values, sight_of(batch.catalog, work.what, work.actor), batch)
        chosen = {name: value for name, value in work.values.items() if value != other.row.get(name)}
        check_relations(work, chosen, work.what.fields, batch)

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        assert isinstance(command, MergeRecord)
        other = batch.records[work.what.name, command.other]
        if other.row["deleted_at"] is not None:  # another command of the batch has merged or deleted it
            raise Conflict("version_conflict", data={"row": dict(other.row)})
        begin_change(work)
        values = {**_filled_up(work.what, work.row, other.row), **work.values}
        found: Found = batch.loaded.get(NAME, {})
        moved: dict[str, int] = {}
        for (child, _), relations in found.get(command.other, {}).items():
            for relation in relations:
                moved[f"{child}.{relation}"] = moved.get(f"{child}.{relation}", 0) + 1
        gone = {name: other.row[name] for name in work.what.stored if other.row[name] not in (None, values.get(name))}
        told = {"id": command.other, "label": other.row.get(work.what.title), "moved": moved}
        yield SetFields(values, MERGED, {"merged": told, "values": gone})
        row = {"record": command.other, "object": work.what.name, "into": command.record, "at": batch.now}
        yield Insert("merged", {**row, "by": work.actor.id})
        for (child, record), relations in found.get(command.other, {}).items():
            if record == command.other:
                continue
            target = None if record == command.record else command.record  # nothing belongs to itself
            yield Then(UpdateRecord(child, record, values=dict.fromkeys(relations, target)), _BY)
        yield Then(DeleteRecord(command.object, command.other), _BY)


def _filled_up(what: ObjectType, row: Mapping[str, Any], other: Mapping[str, Any]) -> Row:
    """Return what the survivor takes without being asked: values where it has none, and the files of both."""
    values: Row = {}
    for name, one in what.stored.items():
        if one.readonly or name not in what.own_fields or other[name] in (None, []):
            continue
        if one.type in FILES:
            most = int(one.max) if one.max is not None else 20
            values[name] = list(dict.fromkeys([*(row[name] or ()), *other[name]]))[:most]
        elif row[name] is None and not one.unique:
            values[name] = other[name]
    return values


def _relations_to(name: str, catalog: Snapshot) -> Iterable[tuple[ObjectType, str]]:
    for what in catalog.objects.values():
        for one in what.stored.values():
            if one.type == "relation" and one.object == name:
                yield what, one.name


def _pointers(catalog: Snapshot, what: ObjectType, relation: str) -> Statement:
    key = (NAME, what.name, relation)
    found = catalog.statements.get(key)
    if found is None:
        table = what.table
        query = (
            sa.select(table.c.id, table.c[relation])
            .where(
                table.c[relation] == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))),
                table.c.deleted_at.is_(None),
            )
            .order_by(table.c.id)
            .limit(sa.bindparam("most", type_=sa.BigInteger()))
        )
        found, _ = compile_statement(query, f"{what.name} by {relation}")
        catalog.statements[key] = found
    return found
