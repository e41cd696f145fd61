"""What designers do with definitions: draft, compare, publish to a group or to everyone, roll back."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on, insert

from closeloop.base.errors import Conflict, FieldError, Invalid, NotFound
from closeloop.base.ids import new_id
from closeloop.catalog.calendars import CALENDARS
from closeloop.catalog.model import Definition
from closeloop.catalog.profiles import PROFILES
from closeloop.catalog.releases import Change, Removal, next_release
from closeloop.catalog.snapshot import VIEWS, Snapshot
from closeloop.catalog.store import Body, Group, Place, Present, load_present, load_versions
from closeloop.db.statement import compile_statement, upsert_rows
from closeloop.db.unit_of_work import Session, Transaction
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.kernel import KINDS
from closeloop.runtime.publish import Decide, Order

EVERY_KIND = frozenset(
    {"object", "pipeline", "options", *(kind.name for kind in (VIEWS, CALENDARS, PROFILES, *KINDS))},
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody is about to publish; `body` None means that the definition shall go."""

    kind: str
    key: str
    id: UUID
    body: Mapping[str, Any] | None
    base: UUID | None
    """The version that it was made from; None for a new definition."""
    at: datetime
    by: UUID | None

    @property
    def change(self) -> Change:
        return Removal(self.kind, self.key) if self.body is None else Body(self.kind, self.key, self.body)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a definition, without its body."""

    id: UUID
    version: int
    app: str | None
    at: datetime
    by: UUID | None


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft that was kept: its id, and what publishing it with the other drafts would break elsewhere."""

    id: UUID
    problems: Sequence[FieldError]


@dataclass(frozen=True, slots=True)
class Changed:
    """A definition with its version before and after; None where there was, or is, nothing."""

    kind: str
    key: str
    label: Any
    on: str | None
    before: int | None
    after: int | None


def well_named(kind: str, key: str, body: Mapping[str, Any]) -> Body:
    """Return a body under its name; the key inside a body is the definition's and never changes."""
    if kind not in EVERY_KIND:
        raise Invalid(errors=[FieldError("kind", "unknown_kind")])
    if body.get(kind) != key:
        raise Invalid("bad_definition", errors=[FieldError(kind, "immutable_name", {"name": key})])
    return Body(kind, key, body)


async def drafts(session: Session, runtime: CompanyRuntime) -> dict[Place, Draft]:
    """Return all drafts of the company: as many as people are at work on."""
    draft = runtime.tables.draft
    query = sa.select(
        draft.c.kind, draft.c.key, draft.c.id, draft.c.body, draft.c.base, draft.c.at, draft.c.by
    ).order_by(draft.c.kind, draft.c.key)
    rows = await session.fetch(*compile_statement(query, "drafts"))
    return {(row[0], row[1]): Draft(*row) for row in rows}


async def removed(
    session: Session, runtime: CompanyRuntime, kind: str | None, there: Collection[Place]
) -> dict[Place, Mapping[str, Any]]:
    """Return what was defined once and is not among what is there, with the label and object of its newest version."""
    definition = runtime.tables.definition
    body = definition.c.body
    query = (
        sa.select(definition.c.kind, definition.c.key, body["label"], body["on"])
        .where(definition.c.kind == kind if kind is not None else sa.true())
        .ext(distinct_on(definition.c.kind, definition.c.key))
        .order_by(definition.c.kind, definition.c.key, definition.c.version.desc())
    )
    rows = await session.fetch(*compile_statement(query, "removed definitions"))
    return {(row[0], row[1]): {"label": row[2], "on": row[3]} for row in rows if (row[0], row[1]) not in there}


async def versions(session: Session, runtime: CompanyRuntime, kind: str, key: str, most: int = 50) -> list[Version]:
    """Return the versions of a definition, the newest first."""
    definition = runtime.tables.definition
    query = (
        sa.select(
            definition.c.id, definition.c.version, definition.c.app, definition.c.created_at, definition.c.created_by
        )
        .where(definition.c.kind == kind, definition.c.key == key)
        .order_by(definition.c.version.desc())
        .limit(most)
    )
    return [Version(*row) for row in await session.fetch(*compile_statement(query, "versions of a definition"))]


async def offers(session: Session, runtime: CompanyRuntime, present: Sequence[Definition]) -> dict[Place, int]:
    """Return the app's newer versions of definitions that the company has changed: they wait to be chosen."""
    definition = runtime.tables.definition
    newest = sa.func.max(definition.c.version)
    query = (
        sa.select(definition.c.kind, definition.c.key, newest)
        .where(definition.c.key.in_([one.key for one in present]), definition.c.app.is_not(None))
        .group_by(definition.c.kind, definition.c.key)
    )
    found = await session.fetch(*compile_statement(query, "offers of apps"))
    here = {(one.kind, one.key): one.version for one in present}
    return {(kind, key): number for kind, key, number in found if number > here.get((kind, key), number)}


async def changed_by_release(runtime: CompanyRuntime, release: int) -> list[Place]:
    """Return which definitions going back to a release would change."""
    item = runtime.tables.release_item
    query = sa.select(item.c.kind, item.c.key, item.c.definition).where(item.c.release == release)
    async with runtime.database.autocommit() as session:
        rows = await session.fetch(*compile_statement(query, "an earlier release"))
    then = {(kind, key): one for kind, key, one in rows}
    now = {(one.kind, one.key): one.id for one in runtime.catalog.by_id.values()}
    return [place for place in {**then, **now} if then.get(place) != now.get(place)]


async def release_changes(runtime: CompanyRuntime, number: int) -> tuple[list[Changed], list[Changed]] | None:
    """Return what a release changed, and what going back to it would; None where there is no such release."""
    release, item, definition = runtime.tables.release, runtime.tables.release_item, runtime.tables.definition
    earlier = sa.select(sa.func.max(release.c.number)).where(release.c.number < number, release.c.people.is_(None))
    head = sa.select(release.c.people.is_not(None), earlier.scalar_subquery()).where(release.c.number == number)
    label, on = definition.c.body["label"], definition.c.body["on"]
    async with runtime.database.autocommit() as session:
        found = await session.fetch_one(*compile_statement(head, "a release"))
        if found is None:
            return None
        is_pilot, before = found
        present = runtime.catalog.release
        query = (
            sa.select(item.c.release, item.c.kind, item.c.key, definition.c.version, label, on)
            .join(definition, definition.c.id == item.c.definition)
            .where(item.c.release.in_({number, before or 0, present}))
            .order_by(item.c.kind, item.c.key)
        )
        rows = await session.fetch(*compile_statement(query, "what releases hold"))
    held: dict[int, dict[Place, _Held]] = {}
    for of, kind, key, version_, label_, on_ in rows:
        held.setdefault(of, {})[kind, key] = (version_, label_, on_ if isinstance(on_, str) else None)
    then, now = held.get(number, {}), held.get(present, {})
    if is_pilot:
        return _changes({place: one for place, one in now.items() if place in then}, then), []
    return _changes(held.get(before, {}), then), _changes(now, then)


_Held = tuple[int, Any, str | None]
"""What a release holds of a definition: its version, its label, and its object."""
_NOTHING = (None, None, None)


def _changes(old: Mapping[Place, _Held], new: Mapping[Place, _Held]) -> list[Changed]:
    pairs = ((place, old.get(place, _NOTHING), new.get(place, _NOTHING)) for place in sorted({**old, **new}))
    return [
        Changed(*place, after[1] or before[1], after[2] or before[2], before[0], after[0])
        for place, before, after in pairs
        if before[0] != after[0]
    ]


async def body_of(session: Session, runtime: CompanyRuntime, kind: str, key: str, which: str) -> Mapping[str, Any]:
    """Return the body that `which` names: a version's number, `present` or `draft`; empty where there is nothing."""
    if which == "present":
        present = runtime.catalog.definition(kind, key)
        return present.body if present else {}
    if which == "draft":
        found = (await drafts(session, runtime)).get((kind, key))
        return (found.body if found else None) or {}
    return (await version(session, runtime, kind, key, which)).body


async def version(session: Session, runtime: CompanyRuntime, kind: str, key: str, number: str | int) -> Definition:
    """Return a version by its number."""
    definition = runtime.tables.definition
    if not str(number).isascii() or not str(number).isdigit() or len(str(number)) > 15:
        raise NotFound("unknown_version", name=str(number)[:20])
    query = sa.select(definition.c.id).where(
        definition.c.kind == kind, definition.c.key == key, definition.c.version == int(number)
    )
    found = await session.fetch_one(*compile_statement(query, "version by number"))
    if found is None:
        raise NotFound("unknown_version", name=str(number))
    return (await load_versions(session, runtime.tables, [found[0]]))[found[0]]


async def save_draft(
    runtime: CompanyRuntime, kind: str, key: str, body: Mapping[str, Any] | None, *, by: UUID | None, seen: str | None
) -> Saved:
    """Keep a draft, or with no body one that removes.

    `seen` names the draft or version that it was made from; raises Conflict where somebody has been faster, Invalid
    with each place where the definition itself is wrong.
    """
    changed = None if body is None else well_named(kind, key, body)
    async with runtime.database.transaction() as tx:
        there = await load_present(tx, runtime.tables, runtime.catalog.by_id)
        waiting = await drafts(tx, runtime)
        present, earlier = there.by_place.get((kind, key)), waiting.get((kind, key))
        if present is None and changed is None:
            raise NotFound("unknown_definition", name=f"{kind}/{key}")
        _require_seen(seen, earlier, present)
        change = Removal(kind, key) if changed is None else changed
        others = [one.change for place, one in waiting.items() if place != (kind, key)]
        found = await asyncio.to_thread(problems, runtime, there, [*others, change])
        mine = f"{kind}/{key}: "
        wrong = [FieldError(one.field.removeprefix(mine), one.code, one.params) for one in found if mine in one.field]
        if wrong:
            raise Invalid("bad_definition", errors=wrong)
        saved = new_id(runtime.clock)
        row: dict[str, Any] = {
            "kind": kind, "key": key, "id": saved, "body": body,
            "base": present.id if present else None, "at": runtime.clock.now(), "by": by,
        }  # fmt: skip
        if not await _keep(tx, runtime.tables.draft, row, earlier, only_then=seen is not None):
            _require_seen(seen, (await drafts(tx, runtime)).get((kind, key)), present)
            raise Conflict("draft_moved_on")  # what it was made from has been published meanwhile
    return Saved(saved, found)


def _require_seen(seen: str | None, draft: Draft | None, present: Definition | None) -> None:
    """Raise Conflict where `seen` isn't the draft, or without one the version, that is there."""
    tag = str(draft.id) if draft else str(present.id) if present else "new"
    if seen is not None and seen != tag:
        raise Conflict("draft_moved_on", data={"current": {"tag": tag}})


async def _keep(
    tx: Transaction, table: sa.Table, row: dict[str, Any], earlier: Draft | None, *, only_then: bool
) -> bool:
    """Write a draft over the earlier one; `only_then` where nobody has written another meanwhile. Tells whether."""
    if not only_then:
        change = upsert_rows(table, ["kind", "key"], list(row)), [orjson.dumps([row]).decode()]
    elif earlier is not None:
        change = compile_statement(sa.update(table).where(table.c.id == earlier.id).values(**row), "draft again")
    else:
        change = compile_statement(insert(table).values(**row).on_conflict_do_nothing(), "first draft")
    return await tx.execute(*change) > 0


def problems(runtime: CompanyRuntime, present: Present, changes: Sequence[Change]) -> list[FieldError]:
    """Return what would be wrong after changes, each as `kind/key: place`."""
    definitions, _ = next_release(present.definitions, changes, runtime.clock)
    try:
        Snapshot(runtime.company, present.release, definitions, KINDS)
    except Invalid as error:
        return list(error.errors)
    return []


async def discard_draft(runtime: CompanyRuntime, kind: str, key: str) -> bool:
    """Forget a draft; returns whether there was one."""
    draft = runtime.tables.draft
    async with runtime.database.autocommit() as session:
        gone = sa.delete(draft).where(draft.c.kind == kind, draft.c.key == key)
        return bool(await session.execute(*compile_statement(gone, "discard a draft")))


def drafts_order(
    runtime: CompanyRuntime,
    wanted: Sequence[Place] | None,
    may: Callable[[str, str], bool],
    *,
    by: UUID | None,
    note: str,
    group: Group | None,
) -> Decide:
    """Decide to publish drafts: those wanted, or all that the person may define. They are drafts no more then."""

    async def decide(tx: Transaction, present: Present) -> Order:  # noqa: ARG001 - Decide
        waiting = await drafts(tx, runtime)
        places = [place for place in waiting if may(*place)] if wanted is None else list(wanted)
        errors = [FieldError(f"items.{kind}/{key}", "no_draft") for kind, key in places if (kind, key) not in waiting]
        if not places:
            errors.append(FieldError("items", "nothing_to_publish"))
        if errors:
            raise Invalid(errors=errors)
        chosen = [waiting[place] for place in places]
        return Order([one.change for one in chosen], by, note, group=group, drafts=[one.id for one in chosen])

    return decide


def promotion_order(pilot: int, *, by: UUID | None, note: str) -> Decide:
    """Decide to give everyone what a group has tried; the pilot is over with that."""

    async def decide(tx: Transaction, present: Present) -> Order:  # noqa: ARG001 - Decide
        found = next((one for one in present.pilots if one.number == pilot), None)
        if found is None:
            raise NotFound("unknown_release", name=pilot)
        return Order(list(found.definitions), by, note, ends=frozenset({pilot}))

    return decide


def end_order(pilot: int, *, by: UUID | None) -> Decide:
    """Decide to take a pilot back: its people work with the present release again."""

    async def decide(tx: Transaction, present: Present) -> Order:  # noqa: ARG001 - Decide
        if all(one.number != pilot for one in present.pilots):
            raise NotFound("unknown_release", name=pilot)
        return Order([], by, ends=frozenset({pilot}))

    return decide


def release_order(runtime: CompanyRuntime, release: int, *, by: UUID | None, note: str) -> Decide:
    """Decide to go back to what was in force with an earlier release."""

    async def decide(tx: Transaction, present: Present) -> Order:
        item, table = runtime.tables.release_item, runtime.tables.release
        query = (
            sa.select(item.c.definition)
            .join(table, table.c.number == item.c.release)
            .where(item.c.release == release, table.c.people.is_(None))
        )
        rows = await tx.fetch(*compile_statement(query, "an earlier release"))
        if not rows:
            raise NotFound("unknown_release", name=release)
        known = {one.id: one for one in present.definitions}
        ids = [row[0] for row in rows]
        known.update(await load_versions(tx, runtime.tables, [one for one in ids if one not in known]))
        kept = {(known[one].kind, known[one].key) for one in ids}
        gone = [Removal(*place) for place in present.by_place if place not in kept]
        return Order([*(known[one] for one in ids), *gone], by, note)

    return decide


def version_order(runtime: CompanyRuntime, kind: str, key: str, number: int, *, by: UUID | None, note: str) -> Decide:
    """Decide to put an earlier version of one definition in force again."""

    async def decide(tx: Transaction, present: Present) -> Order:  # noqa: ARG001 - Decide
        return Order([await version(tx, runtime, kind, key, number)], by, note)

    return decide
