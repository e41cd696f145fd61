"""Find what is there already under the same normal forms, and let no second intake slip in beside this one."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.catalog.field_types import Coercion, type_for
from closeloop.catalog.model import Field
from closeloop.catalog.object_type import Duplicate
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import CreateRecord
from closeloop.records.parts import Load

NAME = "dedupe"
_LOCK = Statement("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", "lock normal forms")

Place = tuple[str, str]
"""(object, column of the normal form)."""
Key = tuple[str, str, str]
"""(object, column of the normal form, normal form)."""
Index = dict[Key, list[UUID]]


def index_of(batch: Batch) -> Index:
    """Return which records of the batch have which normal form, the oldest first."""
    return batch.loaded.setdefault(NAME, {})


def places_joined(catalog: Snapshot) -> frozenset[Place]:
    """Return where a rule of whichever object joins what is there: who makes such a form waits for who looks for it."""
    found = catalog.statements.get((NAME, "joined"))
    if found is None:
        rules = [rule for what in catalog.objects.values() for rule in what.duplicates]
        found = frozenset((rule.object, rule.column) for rule in rules if rule.then == "join")
        catalog.statements[NAME, "joined"] = found
    return found


class MatchLoader:
    """Loads the records that equal those to be made; the normal forms that make a join are locked till the commit."""

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        wanted: dict[Place, set[str]] = {}
        leading: dict[tuple[Place, str], set[str]] = {}
        joining = set(places_joined(batch.catalog))
        locks: set[int] = set()
        for work in works:
            command = work.command
            what = batch.catalog.objects.get(command.object)
            if what is None or not isinstance(command, CreateRecord):
                continue
            for rule, normal in normals(what, command.values):
                place = (rule.object, rule.column)
                wanted.setdefault(place, set()).add(normal)
                if rule.to is not None:
                    leading.setdefault((place, rule.to), set()).add(normal)
                if rule.joins(command.match):
                    joining.add(place)
                if place in joining:
                    locks.add(_lock_key(batch.catalog.company.schema, *place, normal))
        if locks:
            yield Load(_LOCK, [sorted(locks)], lambda _: None)
        for place, forms in wanted.items():
            yield _load(batch, place, sorted(forms), locked=place in joining)
        for (place, to), forms in leading.items():
            yield _load_led_to(batch, place, to, sorted(forms))


def normals(what: ObjectType, values: Mapping[str, Any]) -> Iterable[tuple[Duplicate, str]]:
    """Return each rule of the object with the normal form that raw values have under it."""
    forms: dict[str, str | None] = {}  # several rules look at one field
    for rule in what.duplicates:
        name = rule.field.name
        if name not in forms:
            forms[name] = _normal(rule.field, values.get(name))
        normal = forms[name]
        if normal is not None:
            yield rule, normal


def _normal(field: Field, raw: Any) -> str | None:
    if raw is None:
        return None
    kind = type_for(field)
    try:
        return kind.normal(kind.coerce(raw, field))
    except Coercion:
        return None  # told, or put aside, when the value is coerced


def _load(batch: Batch, place: Place, forms: list[str], *, locked: bool) -> Load:
    what, column = batch.catalog.objects[place[0]], place[1]

    def receive(result: Result) -> None:
        index = index_of(batch)
        for values in result.rows:
            row = dict(zip(what.columns, values, strict=True))
            batch.take(what, row)
            there = index.setdefault((what.name, column, row[column]), [])
            if row["id"] not in there:
                there.append(row["id"])

    return Load(_statement(batch.catalog, what, column, locked=locked), {"forms": forms}, receive)


def _load_led_to(batch: Batch, place: Place, to: str, forms: list[str]) -> Load:
    """Load, locked, the records that those with a form lead to by a relation."""
    led = batch.catalog.objects[batch.catalog.objects[place[0]].fields[to].object or ""]

    def receive(result: Result) -> None:
        for values in result.rows:
            batch.take(led, dict(zip(led.columns, values, strict=True)))

    return Load(_led_to(batch.catalog, place, to, led), {"forms": forms}, receive)


def _statement(catalog: Snapshot, what: ObjectType, column: str, *, locked: bool) -> Statement:
    key = (NAME, what.name, column, locked)
    found = catalog.statements.get(key)
    if found is None:
        table = what.table
        query = sa.select(*table.columns).where(*_having(table, column)).order_by(table.c.id)
        if locked:  # the record's trail goes on, so nobody else may change it meanwhile
            query = query.with_for_update(key_share=True)
        found, _ = compile_statement(query, f"matches {what.name}.{column}")
        catalog.statements[key] = found
    return found


def _led_to(catalog: Snapshot, place: Place, to: str, led: ObjectType) -> Statement:
    key = (NAME, *place, to)
    found = catalog.statements.get(key)
    if found is None:
        source = catalog.objects[place[0]].table.alias("matched")
        ids = sa.select(source.c[to]).where(*_having(source, place[1]))
        query = (
            sa.select(*led.table.columns)
            .where(led.table.c.id.in_(ids), led.table.c.deleted_at.is_(None))
            .order_by(led.table.c.id)
            .with_for_update(key_share=True)
        )
        found, _ = compile_statement(query, f"led to by {place[0]}.{to}")
        catalog.statements[key] = found
    return found


def _having(table: sa.FromClause, column: str) -> Sequence[sa.ColumnElement[bool]]:
    forms = sa.bindparam("forms", type_=sa.ARRAY(sa.Text()))
    return table.c[column] == sa.any_(forms), table.c.deleted_at.is_(None)


def _lock_key(*parts: str) -> int:
    digest = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
