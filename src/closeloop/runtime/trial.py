"""Say what a sample payload would become in a channel, and write nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from closeloop.base.errors import FieldError
from closeloop.catalog.snapshot import ObjectType
from closeloop.connect.channels import Channel
from closeloop.engine.dedupe.found import found_by
from closeloop.engine.dedupe.matches import normals
from closeloop.records.coerce import coerce_lenient, missing
from closeloop.records.handlers import defaults
from closeloop.records.present import present_value
from closeloop.records.query import Reader
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.intake import without_contact

CREATED, JOINED, REFUSED = "created", "joined", "refused"
_MOST = 20
"""Duplicates that are told of one rule."""


@dataclass(frozen=True, slots=True)
class Match:
    """A record that a duplicate rule finds; which one it is, is told to whoever may read it."""

    by: str
    then: str
    object: str
    record: UUID | None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What would become of a payload: the values of fields, what goes to `extra`, and what was put aside and why."""

    outcome: str
    code: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[FieldError, ...] = ()
    errors: tuple[FieldError, ...] = ()
    duplicates: tuple[Match, ...] = ()
    once: str | None = None


async def try_post(runtime: CompanyRuntime, channel: Channel, payload: Mapping[str, Any], reader: Reader) -> Trial:
    """Map, check and compare a payload as `take_in` would; scores, places and rules are not worked out.

    `reader` is whoever asks: of records that they may not read they learn only that there is a match.
    """
    what = runtime.catalog.object(channel.object)
    raw = channel.values(payload)
    typed, aside = coerce_lenient(raw, what.fields, runtime.org)
    notes = tuple(FieldError(name, aside[name]["problem"]) for name in aside if _is_note(what, name))
    extra = {**channel.rest(payload), **aside}
    env = runtime.channel().env(runtime.clock.now(), runtime.catalog)
    values = {**defaults(what, raw, dict.fromkeys(what.columns), env), **typed}
    shown = {name: present_value(what.fields[name], value, runtime.org) for name, value in values.items()}
    told = Trial(CREATED, values=shown, extra=extra, notes=notes, once=channel.message_key(payload))
    unusable = without_contact(runtime, channel, raw)
    if unusable:
        return replace(told, outcome=REFUSED, code="no_contact", errors=tuple(unusable))
    empty = missing(values, what.own_fields)
    if empty:
        return replace(told, outcome=REFUSED, code="invalid", errors=tuple(empty))
    matches = await _matches(runtime, what, raw, reader)
    joins = any(match.then == "join" for match in matches)
    return replace(told, outcome=JOINED if joins else CREATED, duplicates=matches)


def _is_note(what: ObjectType, name: str) -> bool:
    known = what.fields.get(name)
    return known is not None and not known.readonly


async def _matches(
    runtime: CompanyRuntime, what: ObjectType, raw: Mapping[str, Any], reader: Reader
) -> tuple[Match, ...]:
    """Return the records that count as the same, as the rules see them, the first rule that joins counting alone."""
    found: list[Match] = []
    async with runtime.database.autocommit() as session:
        for rule, normal in normals(what, raw):  # a handful of rules
            there = [
                Match(rule.field.name, rule.then, one.object, one.record if one.readable else None, one.label)
                for one in await found_by(session, runtime.catalog, reader, rule, normal, _MOST)
            ]
            if there and rule.then == "join":
                return (there[0],)
            found += there
    return tuple(dict.fromkeys(found))
