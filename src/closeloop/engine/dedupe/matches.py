"""Find what is there already under the same normal forms, and let no second intake slip in beside this one."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.catalog.field_types import FIELD_TYPES, Coercion
from closeloop.catalog.object_type import Duplicate
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import CreateRecord
from closeloop.records.parts import Load

NAME = "dedupe"
_LOCK = Statement("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", "lock normal forms")

Key = tuple[str, str, str]
"""(object, column of the normal form, normal form)."""
Index = dict[Key, list[UUID]]


def index_of(batch: Batch) -> Index:
    """Return which records of the batch have which normal form, the oldest first."""
    return batch.loaded.setdefault(NAME, {})


class MatchLoader:
    """Loads the records that equal those to be made; the normal forms that make a join are locked till the commit."""

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        wanted: dict[tuple[str, str], set[str]] = {}
        joining: set[tuple[str, str]] = set()
        locks: set[int] = set()
        rules: dict[tuple[str, str], Duplicate] = {}
        for work in works:
            command = work.command
            what = batch.catalog.objects.get(command.object)
            if what is None or not isinstance(command, CreateRecord):
                continue
            for rule, normal in normals(what, command.values):
                place = (what.name, rule.column)
                wanted.setdefault(place, set()).add(normal)
                rules[place] = rule
                if rule.joins(command.match):
                    joining.add(place)
                    locks.add(_lock_key(batch.catalog.company.schema, *place, normal))
        if locks:
            yield Load(_LOCK, [sorted(locks)], lambda _: None)
        for place, forms in wanted.items():
            what = batch.catalog.objects[place[0]]
            yield _load(batch, what, rules[place], sorted(forms), locked=place in joining)


def normals(what: ObjectType, values: Mapping[str, Any]) -> Iterable[tuple[Duplicate, str]]:
    """Return each rule of the object with the normal form that raw values have under it."""
    for rule in what.duplicates:
        raw = values.get(rule.field.name)
        if raw is None:
            continue
        kind = FIELD_TYPES[rule.field.type]
        try:
            normal = kind.normal(kind.coerce(raw, rule.field))
        except Coercion:
            continue  # told, or put aside, when the value is coerced
        if normal is not None:
            yield rule, normal


def _load(batch: Batch, what: ObjectType, rule: Duplicate, forms: list[str], *, locked: bool) -> Load:
    def receive(result: Result) -> None:
        index = index_of(batch)
        for values in result.rows:
            row = dict(zip(what.columns, values, strict=True))
            batch.take(what, row)
            index.setdefault((what.name, rule.column, row[rule.column]), []).append(row["id"])

    return Load(_statement(batch.catalog, what, rule, locked=locked), {"forms": forms}, receive)


def _statement(catalog: Snapshot, what: ObjectType, rule: Duplicate, *, locked: bool) -> Statement:
    key = (NAME, what.name, rule.column, locked)
    found = catalog.statements.get(key)
    if found is None:
        table = what.table
        query = (
            sa.select(*table.columns)
            .where(
                table.c[rule.column] == sa.any_(sa.bindparam("forms", type_=sa.ARRAY(sa.Text()))),
                table.c.deleted_at.is_(None),
            )
            .order_by(table.c.id)
        )
        if locked:  # the record's trail goes on, so nobody else may change it meanwhile
            query = query.with_for_update(key_share=True)
        found, _ = compile_statement(query, f"matches {what.name}.{rule.field.name}")
        catalog.statements[key] = found
    return found


def _lock_key(*parts: str) -> int:
    digest = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
