"""Files that records refer to: who may attach which, and the note of each use, which keeps a file and opens it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.base.errors import FieldError
from closeloop.catalog.field_types import FILES, type_for
from closeloop.catalog.field_types.base import Coercion
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.connection import Result
from closeloop.db.statement import Statement, compile_statement
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import Command
from closeloop.records.effects import Effect, Patch, Upsert
from closeloop.records.parts import Handler, Load

NAME = "files"
LASTS = timedelta(hours=24)
"""How long a file is kept that nothing refers to."""
_OF = {"photo": ("image/",), "voice": ("audio/", "video/webm", "video/mp4")}
"""How the types of what a field holds begin; browsers record voices into containers of films."""

Known = dict[UUID, tuple[UUID | None, str]]
"""The uploader and the media type of files."""


class FileLoader:
    """Loads what is known of the files that commands attach, and keeps them from expiring until the commit."""

    def __init__(self, handlers: Mapping[type[Command], Handler]) -> None:
        self._handlers = handlers

    def loads(self, works: Sequence[Work], batch: Batch) -> Iterable[Load]:
        ids: dict[UUID, None] = {}
        for work in works:
            values, fields = self._handlers[type(work.command)].inputs(work.command, batch.catalog)
            for name, raw in values.items():
                field = fields.get(name)
                if field is not None and field.type in FILES and raw:
                    ids.update(dict.fromkeys(_ids(raw, field)))
        if not ids:
            return
        known: Known = batch.loaded.setdefault(NAME, {})

        def receive(result: Result) -> None:
            known.update({file: (person, kind) for file, person, kind in result.rows})

        yield Load(_statement(batch.catalog), {"ids": list(ids)}, receive)


def _ids(raw: Any, field: Field) -> Sequence[UUID]:
    try:
        return type_for(field).coerce(raw, field) or ()  # pyright: ignore[reportReturnType] - a list of ids
    except Coercion:
        return ()  # told when the value is coerced


def file_errors(work: Work, values: Mapping[str, Any], fields: Mapping[str, Field], batch: Batch) -> list[FieldError]:
    """Tell files that are not there, of another kind than the field's, or somebody else's upload.

    What the record holds already may stay, whoever has put it there; definitions may pass on what they read.
    """
    known: Known = batch.loaded.get(NAME, {})
    errors: list[FieldError] = []
    for name, value in values.items():
        field = fields[name]
        if field.type not in FILES or not value:
            continue
        before: Sequence[UUID] = (work.state.row.get(name) if work.state else None) or ()
        for file in value:
            person, kind = known.get(file, (None, ""))
            mine = person == work.actor.id or work.actor.elevated or work.actor.kind == "system"
            if file not in known or not (mine or file in before):
                errors.append(FieldError(name, "unknown_file"))
            elif not kind.startswith(_OF.get(field.type, ("",))):
                errors.append(FieldError(name, "wrong_file_type"))
    return errors


class FileUses:
    """Notes which files a record refers to by now, and which no more: those expire unless another record does."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        state = work.state
        if state is None or not state.what.filed:
            return
        for name in state.what.filed:
            before: set[UUID] = set(work.before.get(name) or ())
            after: set[UUID] = set(state.row.get(name) or ())
            for file in sorted(after - before):
                yield _use(work, name, file, None)
                yield Patch("file", file, {"expires_at": None})
            for file in sorted(before - after):
                yield _use(work, name, file, batch.now)
                yield Patch("file", file, {"expires_at": batch.now + LASTS})


def _use(work: Work, field: str, file: UUID, until: Any) -> Upsert:
    key = {"file": file, "object": work.what.name, "record": work.row["id"], "field": field}
    return Upsert("file_use", {**key, "until": until})


def _statement(catalog: Snapshot) -> Statement:
    found = catalog.statements.get(NAME)
    if found is None:
        file = catalog.system.file
        query = (
            sa.select(file.c.id, file.c.person, file.c.type)
            .where(file.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))), file.c.gone.is_(False))
            .order_by(file.c.id)
            .with_for_update(read=True)
        )
        found, _ = compile_statement(query, "files to attach")
        catalog.statements[NAME] = found
    return found
