"""Load the records that commands are about, locked, together with what the actor may do with them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.decide import Actor, ActorKey, Predicate
from closeloop.catalog.field_types import FIELD_TYPES, Coercion
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.records.batch import Batch, Work
from closeloop.records.columns import Columns
from closeloop.records.commands import Command, RecordCommand
from closeloop.records.parts import Handler, Load
from closeloop.records.within import within

Titles = dict[tuple[str, UUID], str | None]


class RecordLoader:
    """Loads each record once a batch; whether the actor may read it and act on it is decided in the same SQL."""

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        groups: dict[tuple[ActorKey, str, str], tuple[Actor, list[UUID]]] = {}
        for work in works:
            command = work.command
            if isinstance(command, RecordCommand):
                group = (work.actor.key, command.object, command.access_action())
                groups.setdefault(group, (work.actor, []))[1].extend(command.records())
        for (_, object_name, action), (actor, ids) in groups.items():
            what = batch.catalog.objects.get(object_name)
            if what is not None:
                yield self._load(what, action, actor, ids, batch)

    def _load(self, what: ObjectType, action: str, actor: Actor, ids: list[UUID], batch: Batch) -> Load:
        env = batch.env(actor)
        columns = Columns(batch.catalog, what, env)
        readable = within(what, actor, "read", env, columns, "read")
        allowed = within(what, actor, action, env, columns, "act")
        statement = _statement(batch.catalog, columns, readable, allowed)
        names = statement.names
        params = {"ids": ids, **readable.params(names), **allowed.params(names)}

        def receive(result: Result) -> None:
            width = len(what.columns)
            for values in result.rows:
                row = dict(zip(what.columns, values, strict=False))
                batch.take(what, row)
                if values[width]:
                    batch.allowed.add((actor.key, what.name, "read", row["id"]))
                if values[width + 1]:
                    batch.allowed.add((actor.key, what.name, action, row["id"]))

        return Load(statement, params, receive)


def _statement(catalog: Snapshot, columns: Columns, readable: Predicate, allowed: Predicate) -> Statement:
    what = readable.what
    key = ("load", what.name, readable.key, allowed.key)
    found = catalog.statements.get(key)
    if found is None:
        table = what.table
        query = (
            sa.select(
                *table.columns,
                sa.func.coalesce(readable.element, sa.false()).label("sys_readable"),
                sa.func.coalesce(allowed.element, sa.false()).label("sys_allowed"),
            )
            .where(
                table.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))),
                table.c.deleted_at.is_(None),
            )
            .order_by(table.c.id)
            .with_for_update(key_share=True, of=table)
        )
        found, _ = compile_statement(query.select_from(columns.source), f"load {what.name}")
        catalog.statements[key] = found
    return found


def related_ids(work: Work, batch: Batch, handlers: Mapping[type[Command], Handler]) -> Iterator[tuple[Field, UUID]]:
    """Yield the relations that a command sets, each with the record that it is to point to."""
    values, fields = handlers[type(work.command)].inputs(work.command, batch.catalog)
    for name, raw in values.items():
        field = fields.get(name)
        if field is not None and field.type == "relation" and field.object and raw:
            with suppress(Coercion):  # what is no id is told when the value is coerced
                record = FIELD_TYPES["relation"].coerce(raw, field)
                if isinstance(record, UUID):
                    yield field, record


def rows_at_hand(
    works: Sequence[Work], batch: Batch, handlers: Mapping[type[Command], Handler]
) -> Iterator[tuple[ObjectType, Mapping[str, Any]]]:
    """Yield the records that were loaded, and of each command the relations that it sets."""
    for state in batch.records.values():
        yield state.what, state.row
    for work in works:
        what = batch.catalog.objects.get(work.command.object)
        if what is not None:
            yield what, {field.name: record for field, record in related_ids(work, batch, handlers)}


class RelationLoader:
    """Loads the titles of the records that commands point to, as far as the actor may read them."""

    def __init__(self, handlers: Mapping[type[Command], Handler]) -> None:
        self._handlers = handlers

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        groups: dict[tuple[ActorKey, str], tuple[Actor, list[UUID]]] = {}
        for work in works:
            for field, record in related_ids(work, batch, self._handlers):
                groups.setdefault((work.actor.key, field.object or ""), (work.actor, []))[1].append(record)
        titles: Titles = batch.loaded.setdefault("titles", {})
        for (actor_key, object_name), (actor, ids) in groups.items():
            what = batch.catalog.objects.get(object_name)
            if what is None:
                continue

            def receive(result: Result, name: str = object_name, who: ActorKey = actor_key) -> None:
                for record, title in result.rows:
                    titles[name, record] = title
                    batch.allowed.add((who, name, "read", record))

            env = batch.env(actor)
            columns = Columns(batch.catalog, what, env)
            readable = within(what, actor, "read", env, columns)
            yield Load(*titles_query(batch.catalog, columns, readable, ids), receive)


def titles_query(
    catalog: Snapshot, columns: Columns, readable: Predicate, ids: Sequence[UUID]
) -> tuple[Statement, Mapping[str, Any]]:
    """Return the query of (id, title) of those of the records that an actor may read."""
    what = readable.what
    key = ("titles", what.name, readable.key)
    found = catalog.statements.get(key)
    if found is None:
        table = what.table
        query = sa.select(table.c.id, columns(what.title)).where(
            table.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))),
            table.c.deleted_at.is_(None),
            readable.element,
        )
        found, _ = compile_statement(query.select_from(columns.source), f"titles {what.name}")
        catalog.statements[key] = found
    return found, {"ids": list(ids), **readable.params(found.names)}
