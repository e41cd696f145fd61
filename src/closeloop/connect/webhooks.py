"""Webhook definitions, what is sent to them, and how it is signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import new as hmac
from typing import Any
from urllib.parse import urlsplit

from closeloop.catalog.expressions import row_for
from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import Snapshot
from closeloop.events.model import Event
from closeloop.events.outbox import Delivery, outbox_row
from closeloop.expr import BOOL, Expression
from closeloop.records.batch import Batch, Work
from closeloop.records.effects import Effect, Insert
from closeloop.records.present import moment, person, present
from closeloop.records.triggers import Trigger, read_triggers


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address that is told of an object's records: of `events` by itself, of anything by a step that names it."""

    key: str
    object: str
    definition: Definition
    label: Label
    url: str
    events: tuple[Trigger, ...]
    where: Expression | None
    fields: tuple[str, ...]
    """What is sent of the record; empty is everything."""
    active: bool


@dataclass(frozen=True, slots=True)
class WebhookKind:
    """Webhooks as a kind of definition. Its secret is no part of it: a definition can be read."""

    name: str = "webhook"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Webhook:
        key = node.name("webhook")
        object_name, what = catalog.target(node)
        url = node.need("url", str, "")
        if url and not _is_address(url):
            node.problems.add(node.at("url"), "not_url")
        fields = node.words("fields")
        for name in fields:
            if what is not None and name not in what.fields:
                node.problems.add(node.at("fields"), "unknown_field", name=name)
        return Webhook(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            url=url,
            events=read_triggers(node, "events", object_name, catalog),
            where=node.expression("filter", what.scope, BOOL) if what else None,
            fields=fields,
            active=node.take("active", bool, default=True),
        )


WEBHOOKS = WebhookKind()


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
        )
    except ValueError:
        return False


class WebhookReactor:
    """Stands last: what goes out is the record after everything that one command did."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        if not work.events and not work.deliver:
            return
        hooks = [one for one in batch.catalog.on(WEBHOOKS, work.what.name) if one.active]
        for hook in hooks:
            asked = [one.type for one in work.deliver if one.webhook == hook.key]
            if asked:
                event = work.events[0].id if work.events else batch.new_id()
                yield _delivery(hook, event, asked[0], work, batch)
            for event, kind in _subscribed(hook, work, batch).items():
                yield _delivery(hook, event, kind, work, batch)


def _subscribed(hook: Webhook, work: Work, batch: Batch) -> Mapping[Any, str]:
    """Return the events that the webhook wants to be told of, each once, with what they are called."""
    found: dict[Any, str] = {}
    for trigger in hook.events:
        event: Event | None = trigger.cause(work.events)
        if event is not None:
            found.setdefault(event.id, trigger.event)
    if found and hook.where is not None:
        row = row_for(hook.where, work.row)
        if hook.where.evaluate(row, batch.env(work.actor)) is not True:
            return {}
    return found


def _delivery(hook: Webhook, event: Any, kind: str, work: Work, batch: Batch) -> Insert:
    what = work.what
    sent = set(hook.fields or what.fields)
    changes = {
        name: [one if isinstance(one, str | int | None) else str(one) for one in pair]
        for logged in work.events
        for name, pair in logged.changes.items()
        if name in sent
    }
    payload = {
        "id": str(event),
        "type": kind,
        "at": moment(batch.now),
        "company": batch.catalog.company.key,
        "object": what.name,
        "record": present(what, work.row, batch.org, hook.fields or None),
        "changes": changes,
        "actor": person(work.actor.id, batch.org),
    }
    about = (what.name, str(work.row["id"]))
    return Insert("outbox", outbox_row(batch.new_id(), event, hook.key, kind, payload, batch.now, about))


def headers_of(delivery: Delivery, secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return what goes with the body: who can make the signature knows the secret, and that the moment is its own."""
    stamp = int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "Closeloop",
        "Closeloop-Event-Id": str(delivery.event),
        "Closeloop-Event-Type": delivery.type,
        "Closeloop-Signature": f"t={stamp},v1={sign(secret, stamp, body)}",
    }


def sign(secret: str, stamp: int, body: bytes) -> str:
    """Return the HMAC-SHA256 of the moment and the body, in hexadecimal digits."""
    return hmac(secret.encode(), f"{stamp}.".encode() + body, sha256).hexdigest()
