"""What goes with a notice about a record: its core fields, and how whoever has it may begin the next contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from closeloop.access.org import Person
from closeloop.access.sight import Sight
from closeloop.catalog.model import text_of
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.playbooks.model import PLAYBOOKS, Contact
from closeloop.engine.playbooks.words import Words
from closeloop.engine.steps.telling import shown
from closeloop.records.query import Reader
from closeloop.runtime.company import CompanyRuntime

_FACTS = 8


@dataclass(frozen=True, slots=True)
class About:
    """A record as its reader sees it; `opening` is `{label, lines}`, for the owner of a record with a playbook."""

    facts: Sequence[tuple[str, str]]
    opening: Mapping[str, Any] | None


async def known_of(runtime: CompanyRuntime, reader: Person, name: str, records: Sequence[UUID]) -> dict[UUID, About]:
    """Return what is told of those of an object's records that the reader may read."""
    catalog, actor = runtime.catalog_of(reader), runtime.actor_of(reader)
    what = catalog.objects.get(name)
    if what is None:
        return {}
    env = actor.env(runtime.clock.now(), catalog)
    readable = Reader(catalog, actor, env)
    sight = readable.sight(what)
    books = [one for one in catalog.on(PLAYBOOKS, name) if actor.reach(name, f"do:{one.operation}")]
    async with runtime.database.autocommit() as session:
        rows = await readable.wholes(session, what, records)
    found: dict[UUID, About] = {}
    for row in rows:
        contacts = (one.contact_now(row, env) for one in books) if row["owner"] == reader.id else ()
        contact = next((one for one in contacts if one is not None), None)
        words = Words(sight, row, runtime.org, reader.locale, catalog.zone)
        opening = None if contact is None else _opening(contact, words, reader.locale)
        found[row["id"]] = About(_core(sight, row, runtime, catalog, reader.locale), opening)
    return found


def _opening(contact: Contact, words: Words, locale: str) -> dict[str, Any]:
    """Return the first section of a contact: what is said before the other side has answered."""
    first = contact.sections[0]
    label = f"{text_of(contact.label, locale)} · {text_of(first.label, locale)}"
    return {"label": label, "lines": [words.write(item.text) for item in first.items]}


def _core(
    sight: Sight, row: Mapping[str, Any], runtime: CompanyRuntime, catalog: Snapshot, locale: str
) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    for name, field in sight.what.own_fields.items():
        hidden = name not in sight.fields
        if hidden or not field.core or field.kind in ("relation", "children") or row.get(name) is None:
            continue
        value: Any = shown(row[name], field, runtime.org)
        if isinstance(value, Mapping):
            label: dict[str, str] = dict(value)  # pyright: ignore[reportUnknownArgumentType]
            value = _local(label["at"], catalog) if "at" in label else text_of(label, locale)
        if value is not None:
            facts.append((text_of(field.label, locale), str(value)))
    return facts[:_FACTS]


def _local(text: str, catalog: Snapshot) -> str:
    return datetime.fromisoformat(text).astimezone(catalog.zone).strftime("%Y-%m-%d %H:%M")
