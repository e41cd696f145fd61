"""The outbox: what is to be sent once a change is committed; rows written with it, drained by workers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.db.claims import claim_statement
from closeloop.db.statement import Statement, compile_statement, patch_rows
from closeloop.db.system_tables import SystemTables
from closeloop.db.unit_of_work import Session

WAITING, DONE, DEAD = "waiting", "done", "dead"
"""To be sent or tried again; arrived; given up after too many attempts, which a person may take up again."""
STATES = (WAITING, DONE, DEAD)
WEBHOOK, EMAIL = "webhook", "email"
"""The channels that things go out by. A target is a webhook's key, or a channel with a colon."""
CHANNELS = (WEBHOOK, EMAIL)
MAILS = f"{EMAIL}:smtp"
"""The target of all e-mail: one server is behind it, so it rests as one."""

_TAKEN = ("id", "event", "target", "type", "payload", "attempts")
_SETTLED = ("state", "attempts", "next_at", "lease_until", "done_at", "status", "error")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to be sent to one target; `event` is what a receiver knows a repetition by."""

    id: UUID
    event: UUID
    target: str
    type: str
    payload: Mapping[str, Any]
    attempts: int


def channel_of(target: str) -> str:
    """Return the channel that a target belongs to."""
    return target.partition(":")[0] if ":" in target else WEBHOOK


def outbox_row(
    delivery: UUID,
    event: UUID,
    target: str,
    kind: str,
    payload: Mapping[str, Any],
    now: datetime,
    about: tuple[str | None, UUID | str | None],
) -> dict[str, Any]:
    """Return the row of a delivery `about` an object's record; one event goes to one target once."""
    return {
        "id": delivery,
        "event": event,
        "target": target,
        "type": kind,
        "object": about[0],
        "record": about[1],
        "payload": payload,
        "state": WAITING,
        "attempts": 0,
        "next_at": now,
        "lease_until": None,
        "key": f"{target}:{event}",
        "created_at": now,
        "done_at": None,
        "status": None,
        "error": None,
    }


def claim_deliveries(tables: SystemTables) -> Statement:
    """Return the statement that leases what is due of all targets but the `busy` ones; `most` at once."""
    outbox = tables.outbox
    free = outbox.c.target != sa.all_(sa.bindparam("busy", type_=sa.ARRAY(sa.Text())))
    return claim_statement(outbox, "next_at", _TAKEN, "claim deliveries", free)


def settle_deliveries(tables: SystemTables) -> Statement:
    """Return the statement that writes what became of deliveries: their ids with the columns that `settled` gives."""
    return patch_rows(tables.outbox, _SETTLED)


def settled(delivery: Delivery, state: str, **values: Any) -> dict[str, Any]:
    """Return a row for `settle_deliveries`; what isn't given is empty."""
    row: dict[str, Any] = {"id": delivery.id, **dict.fromkeys(_SETTLED), "attempts": delivery.attempts, "state": state}
    return {**row, **values}


async def settle(session: Session, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write what became of deliveries, all in one statement."""
    await session.execute(statement, [orjson.dumps(rows).decode()])


async def deliveries(
    session: Session,
    tables: SystemTables,
    *,
    state: str | None,
    target: str | None,
    channel: str | None,
    before: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return deliveries, newest first, those before the one named `before` if it is given."""
    outbox = tables.outbox
    shown = (column for column in outbox.columns if column.name not in ("payload", "key", "lease_until"))
    told = (outbox.c.payload[name].astext.label(name) for name in ("person", "subject"))
    query = sa.select(*shown, *told)
    if state is not None:
        query = query.where(outbox.c.state == state)
    if target is not None:
        query = query.where(outbox.c.target == target)
    if channel is not None:
        mails = outbox.c.target == MAILS
        query = query.where(mails if channel == EMAIL else sa.not_(mails))
    if before is not None:
        query = query.where(outbox.c.id < before)
    return await session.fetch_dicts(*compile_statement(query.order_by(outbox.c.id.desc()).limit(limit), "deliveries"))


async def send_again(session: Session, tables: SystemTables, delivery: UUID, now: datetime) -> bool:
    """Put a delivery back among those that wait, whatever became of it; tells whether there is one."""
    outbox = tables.outbox
    values = {"state": WAITING, "attempts": 0, "next_at": now, "lease_until": None, "done_at": None}
    change = sa.update(outbox).where(outbox.c.id == delivery).values(**values)
    return await session.execute(*compile_statement(change, "send again")) > 0
