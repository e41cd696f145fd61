"""Notices leave the house: those whose moment has come become deliveries, as their readers want them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from closeloop.access.org import Person
from closeloop.base.ids import new_id
from closeloop.catalog.model import text_of
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.statement import compile_statement, insert_rows
from closeloop.engine.notify.messages import DIGEST, digest_subject, write
from closeloop.events.outbox import MAILS, outbox_row
from closeloop.records.flush import dump
from closeloop.records.present import moment
from closeloop.records.query import Reader
from closeloop.runtime.about import About, known_of
from closeloop.runtime.company import CompanyRuntime

AT_ONCE = 200
"""Notices that one look takes; a digest that is cut there comes as two."""
_MOST_TOLD = 50
"""Notices that a digest writes out; of the others it says how many there are."""
_NAMES = ("id", "person", "at", "type", "level", "params", "object", "record", "read_at", "push_at")


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that is to go out now."""

    id: UUID
    person: UUID
    at: datetime
    type: str
    level: str
    params: Mapping[str, Any]
    object: str | None
    record: UUID | None
    read_at: datetime | None
    push_at: datetime

    @property
    def waited(self) -> bool:
        """Whether quiet hours or a digest have held it back."""
        return self.push_at > self.at

    @property
    def settled(self) -> bool:
        """Whether its reader has seen it meanwhile, so that there is nothing left to tell."""
        return self.waited and self.read_at is not None and self.read_at > self.at


async def push(runtime: CompanyRuntime, address: str, *, mails: bool) -> bool:
    """Turn due notices into deliveries, in one transaction; returns whether more may be waiting.

    `address` is where people reach the installation; without a mail server (`mails`) nothing is sent of them.
    """
    notice, now = runtime.tables.notice, runtime.clock.now()
    due, limit = runtime.catalog.once("due notices", lambda: _due(notice))
    async with runtime.database.autocommit() as session:
        found = [Due(*row) for row in await session.fetch(due, {**limit, "now": now})]
    if not found:
        return False
    to_mail = _by_reader(runtime, found) if mails else []
    # read before the transaction, which must not hold its locks and its connection while it waits for another
    known = {reader.id: await _known(runtime, reader, notices) for reader, notices in to_mail}
    those = sa.any_(sa.literal([one.id for one in found], sa.ARRAY(sa.Uuid())))
    take = sa.update(notice).where(notice.c.id == those, notice.c.push_at <= now).values(push_at=None)
    async with runtime.database.transaction() as tx:
        rows = await tx.fetch(*compile_statement(take.returning(notice.c.id), "take notices"))
        taken = {one for (one,) in rows}  # what another worker has taken since is its own to send
        deliveries = [
            _mail(runtime, reader, one, address, known[reader.id])
            for reader, notices in to_mail
            for one in _mails([one for one in notices if one.id in taken])
        ]
        sent = [(insert_rows(runtime.tables.outbox, list(deliveries[0])), [dump(deliveries)])] if deliveries else []
        await tx.commit_with(sent)
    return len(found) == AT_ONCE


def _due(notice: sa.Table) -> sa.Select[Any]:
    return (
        sa.select(*(notice.c[name] for name in _NAMES))
        .where(notice.c.push_at <= sa.bindparam("now", type_=notice.c.push_at.type))
        .order_by(notice.c.push_at, notice.c.person, notice.c.id)
        .limit(AT_ONCE)
    )


def _by_reader(runtime: CompanyRuntime, found: Sequence[Due]) -> list[tuple[Person, list[Due]]]:
    """Return what is still to be told to those who can be written to."""
    told: dict[UUID, list[Due]] = {}
    for one in found:
        if not one.settled:
            told.setdefault(one.person, []).append(one)
    people = runtime.org.people
    readers = [(people[person], notices) for person, notices in told.items() if person in people]
    return [(reader, notices) for reader, notices in readers if reader.active and reader.email]


def _mails(notices: Sequence[Due]) -> list[list[Due]]:
    """Return of which notices each mail is: one by itself, or all that had to wait together."""
    held = [one for one in notices if one.waited]
    return [[one] for one in notices if not one.waited] + ([held] if held else [])


def _mail(
    runtime: CompanyRuntime,
    reader: Person,
    notices: Sequence[Due],
    address: str,
    known: Mapping[UUID, About],
) -> dict[str, Any]:
    """Return the outbox row of one mail, about one notice or several."""
    catalog = runtime.catalog_of(reader)
    readable = Reader(catalog, runtime.actor_of(reader), runtime.actor_of(reader).env(runtime.clock.now(), catalog))
    items = [_item(one, reader, catalog, readable, address, known) for one in notices[:_MOST_TOLD]]
    first, alone = notices[0], len(notices) == 1
    if alone and first.record is not None and first.record in known:
        items[0]["opening"] = known[first.record].opening  # beside several the notices would be lost among the words
    payload = {
        "person": str(reader.id),
        "locale": reader.locale,
        "subject": items[0]["title"] if alone else digest_subject(len(notices), reader.locale),
        "items": items,
        "link": f"{address}/notices",
    }
    kind, about = (first.type, (first.object, first.record)) if alone else (DIGEST, (None, None))
    now = runtime.clock.now()
    return outbox_row(new_id(runtime.clock), first.id, MAILS, kind, payload, now, about)


def _item(
    one: Due,
    reader: Person,
    catalog: Snapshot,
    readable: Reader,
    address: str,
    known: Mapping[UUID, About],
) -> dict[str, Any]:
    title, body = notice_texts(one.type, one.params, one.object, catalog, readable, reader.locale)
    about = known.get(one.record) if one.record is not None else None
    return {
        "title": title,
        "body": body,
        "level": one.level,
        "at": moment(one.at),
        "link": f"{address}/o/{one.object}/records/{one.record}" if one.object and one.record else None,
        "facts": about.facts if about is not None else [],
    }


def notice_texts(
    kind: str, params: Mapping[str, Any], object_name: str | None, catalog: Snapshot, readable: Reader, locale: str
) -> tuple[str, str]:
    """Return the title and the text of a notice; a record's title that its reader may not see is left out."""
    what = catalog.objects.get(object_name or "")
    told = dict(params)
    if what is not None and what.title not in readable.sight(what).fields:
        told.pop("title", None)
    return write(kind, told, text_of(what.label, locale) if what else "", locale, catalog.zone)


async def _known(runtime: CompanyRuntime, reader: Person, notices: Iterable[Due]) -> dict[UUID, About]:
    """Return what a reader may know of the records that notices are about: one statement an object."""
    wanted: dict[str, dict[UUID, None]] = {}
    for one in notices:
        if one.object is not None and one.record is not None:
            wanted.setdefault(one.object, {})[one.record] = None
    found: dict[UUID, About] = {}
    for name, ids in wanted.items():
        found |= await known_of(runtime, reader, name, list(ids))
    return found
