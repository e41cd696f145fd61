"""Take a payload in: it becomes a record or joins one, is refused and kept, or is kept until it can be processed."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
import structlog

from closeloop.access.secrets import SecretBox
from closeloop.base.errors import CloseloopError, Conflict, FieldError, Invalid, Unavailable
from closeloop.base.ids import new_id
from closeloop.catalog.field_types import Coercion
from closeloop.connect.channels import CHANNELS, Channel
from closeloop.connect.inbound import DONE, KEPT, REFUSED, Receipt
from closeloop.db.statement import compile_statement, upsert_rows
from closeloop.records.coerce import coerce_value
from closeloop.records.commands import CreateRecord, Inbound, Submission
from closeloop.records.flush import dump
from closeloop.runtime.company import CompanyRuntime

_FIRST_RETRY = timedelta(seconds=10)
_LAST_RETRY = timedelta(hours=1)

_log = structlog.stdlib.get_logger()


async def take_in(runtime: CompanyRuntime, channel: Channel, payload: Mapping[str, Any], key: str | None) -> Receipt:
    """Take one payload in.

    Returns its receipt: DONE with the record, or KEPT where our own processing failed: a worker tries again.
    Raises Invalid for a payload without any contact (it is kept as REFUSED), Conflict for a key that came with
    another payload, Unavailable where nothing could be stored.
    """
    digest = sha256(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)).hexdigest()
    inbound = Inbound(new_id(runtime.clock), channel.key, key, digest, payload)
    return await _process(runtime, channel, inbound, attempts=1)


async def _process(runtime: CompanyRuntime, channel: Channel, inbound: Inbound, attempts: int) -> Receipt:
    values = channel.values(inbound.payload)
    unusable = without_contact(runtime, channel, values)
    if unusable:
        await _keep(runtime, channel, inbound, REFUSED, "no_contact", attempts)
        raise Invalid("no_contact", errors=unusable)
    extra = channel.rest(inbound.payload)
    command = CreateRecord(channel.object, values, extra, lenient=True, joins=True)
    outcome = await runtime.batcher.submit(Submission(command, runtime.channel(), inbound=inbound))
    error = outcome.error
    if error is None:
        if outcome.answer is not None:
            return outcome.answer
        record = outcome.record()["id"]
        name = outcome.what.name if outcome.what else channel.object  # one of another object may have been joined
        return Receipt(inbound.intake, DONE, name, record, outcome.joined)
    if isinstance(error, Invalid):
        await _keep(runtime, channel, inbound, REFUSED, error.code, attempts)
        raise error
    if isinstance(error, CloseloopError):
        raise error
    _log.error("intake kept for a later try", channel=channel.key, intake=str(inbound.intake), exc_info=error)
    kept = await _keep(runtime, channel, inbound, KEPT, "internal", attempts)
    return Receipt(kept, KEPT, None, None, None)


def without_contact(runtime: CompanyRuntime, channel: Channel, values: Mapping[str, Any]) -> list[FieldError]:
    """Return what is wrong with every way to reach the contact; nothing if one of them can be used."""
    fields = runtime.catalog.object(channel.object).fields
    wrong: list[FieldError] = []
    for name in channel.contact:
        try:
            if coerce_value(values.get(name), fields[name], runtime.org) is not None:
                return []
            wrong.append(FieldError(name, "no_contact"))
        except Coercion as problem:
            wrong.append(FieldError(name, problem.code, problem.params))
    return wrong


async def _keep(
    runtime: CompanyRuntime, channel: Channel, inbound: Inbound, state: str, problem: str, attempts: int
) -> UUID:
    """Store a payload that became no record, with its reason and, where it makes sense, the time of the next try.

    Returns its id: that of the payload which came in before under the same key, where there is one.
    """
    now = runtime.clock.now()
    pause = min(_FIRST_RETRY * 2 ** (attempts - 1), _LAST_RETRY)
    row = {
        "id": inbound.intake,
        "at": now,
        "channel": channel.key,
        "key": inbound.key,
        "hash": inbound.hash,
        "payload": inbound.payload,
        "state": state,
        "object": None,
        "record": None,
        "duplicate_of": None,
        "problem": {"code": problem},
        "retry_at": now + pause if state == KEPT else None,
        "attempts": attempts,
    }
    statement = upsert_rows(runtime.tables.intake, ["id"], list(row))
    async with runtime.database.autocommit() as session:
        try:
            await session.execute(statement, [dump([row])])
        except Conflict:
            intake = runtime.tables.intake
            query = sa.select(intake.c.id, intake.c.hash).where(
                intake.c.channel == channel.key, intake.c.key == inbound.key
            )
            earlier = await session.fetch_one(*compile_statement(query, "earlier intake"))
            if earlier is None or earlier[1] != inbound.hash:
                raise Conflict("idempotency_mismatch") from None
            return earlier[0]
    return inbound.intake


async def secret_of(runtime: CompanyRuntime, kind: str, channel: str, box: SecretBox) -> str | None:
    """Return what a channel signs or asks a captcha with; None where it was never given."""
    table = runtime.tables.secret
    query = sa.select(table.c.secret).where(table.c.kind == kind, table.c.key == channel)
    async with runtime.database.autocommit() as session:
        row = await session.fetch_one(*compile_statement(query, "channel secret"))
    return box.open(row[0]) if row else None


async def retry_kept(runtime: CompanyRuntime) -> int:
    """Process kept payloads whose time has come, at most fifty at once; returns how many were taken up.

    Taking one up sets the time of its next try, so that no other worker takes it and one that fails again waits.
    """
    now = runtime.clock.now()
    claim, limit = runtime.catalog.once("take up kept intakes", lambda: _claim(runtime.tables.intake))
    async with runtime.database.transaction() as tx:
        rows = await tx.fetch(claim, {**limit, "now": now, "again": now + _LAST_RETRY})
    for intake_id, channel_key, key, digest, payload, attempts in rows:
        channel = runtime.catalog.all(CHANNELS).get(channel_key)
        if channel is None:
            continue
        inbound = Inbound(intake_id, channel_key, key, digest, payload)
        try:
            await _process(runtime, channel, inbound, attempts + 1)
        except Unavailable:
            raise
        except CloseloopError as error:
            _log.warning("kept intake refused", intake=str(intake_id), code=error.code)
            await _keep(runtime, channel, inbound, REFUSED, error.code, attempts + 1)
    return len(rows)


def _claim(intake: sa.Table) -> sa.Update:
    moment = intake.c.retry_at.type
    due = (
        sa.select(intake.c.id)
        .where(intake.c.retry_at <= sa.bindparam("now", type_=moment))
        .order_by(intake.c.retry_at)
        .limit(50)
        .with_for_update(skip_locked=True)
    )
    return (
        sa.update(intake)
        .where(intake.c.id.in_(due))
        .values(retry_at=sa.bindparam("again", type_=moment))
        .returning(intake.c.id, intake.c.channel, intake.c.key, intake.c.hash, intake.c.payload, intake.c.attempts)
    )
