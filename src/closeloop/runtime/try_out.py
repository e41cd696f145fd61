"""Try a channel out: one message to whoever asks, sent while they wait, and kept among the deliveries."""

import asyncio
from datetime import timedelta
from typing import Any

from closeloop.access.org import Person
from closeloop.base.ids import new_id
from closeloop.connect.adapters.base import Adapter, Answer
from closeloop.connect.limits import Limit, count
from closeloop.connect.messages import TEST
from closeloop.connect.outbound import TIMEOUT
from closeloop.db.statement import insert_rows
from closeloop.events.outbox import DEAD, DONE, Delivery, outbox_row
from closeloop.records.flush import dump
from closeloop.records.present import moment
from closeloop.runtime.company import CompanyRuntime

KIND = "test"
"""The type of such a delivery."""
LIMIT = Limit(3, timedelta(minutes=1))
"""How often one person may ask."""


async def try_out(runtime: CompanyRuntime, adapter: Adapter, target: str, person: Person, address: str) -> Answer:
    """Send a person a test message by a channel; returns what became of it. It is not tried again.

    `address` is where people reach the installation. No connection is held while the other side is waited for.
    """
    now = runtime.clock.now()
    await count(runtime.database, runtime.catalog, f"{KIND}:{person.id}", LIMIT, now)
    words = {name: text[person.locale] for name, text in TEST.items()}
    item: dict[str, Any] = {
        "title": words["title"],
        "body": words["body"],
        "level": "info",
        "at": moment(now),
        "link": None,
        "facts": [],
    }
    payload: dict[str, Any] = {
        "person": str(person.id),
        "locale": person.locale,
        "subject": words["title"],
        "items": [item],
        "link": f"{address}/notices",
    }
    delivery = Delivery(new_id(runtime.clock), new_id(runtime.clock), target, KIND, payload, 1)
    try:
        async with asyncio.timeout(TIMEOUT):
            answer = await (await adapter.opened(runtime, target))(delivery)
    except TimeoutError:
        answer = Answer(error="delivery_timeout")
    row = {
        **outbox_row(delivery.id, delivery.event, target, KIND, payload, now, (None, None)),
        "state": DONE if answer.error is None else DEAD,
        "attempts": 1,
        "next_at": None,
        "done_at": runtime.clock.now(),
        "status": answer.status,
        "error": answer.error,
    }
    async with runtime.database.transaction() as tx:
        await tx.commit_with([(insert_rows(runtime.tables.outbox, list(row)), [dump([row])])])
    return answer
