"""Tell administrators that deliveries were given up: once a target and day, in the app, beside what noted it."""

from datetime import datetime, time

import sqlalchemy as sa

from closeloop.access.roles import ROLES
from closeloop.base.clock import Clock
from closeloop.base.ids import first_id_at, new_id
from closeloop.base.messages import LOCALES, message
from closeloop.catalog.model import Label
from closeloop.connect.adapters.base import Company
from closeloop.connect.messages import CHANNEL_LABELS
from closeloop.connect.webhooks import WEBHOOKS
from closeloop.db.statement import compile_statement
from closeloop.db.unit_of_work import Transaction
from closeloop.events.outbox import WEBHOOK, channel_of
from closeloop.records.flush import notice_calls
from closeloop.records.notices import Told, notice_row

DEAD_NOTICE = "deliveries_dead"


async def tell_dead(tx: Transaction, company: Company, target: str, error: str, clock: Clock) -> None:
    """Write the notices of a target of which something has been given up, with the reason of the first of the day."""
    catalog, org, now = company.catalog, company.org, clock.now()
    roles = catalog.all(ROLES)
    wanted = sorted(
        one.id
        for one in org.people.values()
        if one.active and any(roles[key].everything for key in one.roles if key in roles)
    )
    if not wanted:
        return
    person, notice = catalog.system.person, catalog.system.notice
    those = sa.any_(sa.literal(wanted, sa.ARRAY(sa.Uuid())))
    # two workers that give up at once wait for each other here, so that the second sees what the first has told
    locked = sa.select(person.c.id).where(person.c.id == those).order_by(person.c.id).with_for_update(key_share=True)
    await tx.fetch(*compile_statement(locked, "administrators"))
    midnight = datetime.combine(now.astimezone(catalog.zone).date(), time(0), catalog.zone)
    told = sa.select(notice.c.person).where(
        notice.c.person == those,
        notice.c.id >= first_id_at(int(midnight.timestamp() * 1000)),
        notice.c.type == DEAD_NOTICE,
        notice.c.params["key"].astext == target,
    )
    known = {one for (one,) in await tx.fetch(*compile_statement(told, "told of the dead"))}
    params = {
        "key": target,
        "target": _label(company, target),
        "error": {locale: message(error, {}, locale) for locale in LOCALES},
    }
    told_of = Told(DEAD_NOTICE, "warning", params)
    rows = [
        {**notice_row(new_id(clock), one, told_of, now, org, catalog), "push_at": None}
        for one in wanted
        if one not in known
    ]
    if rows:
        await tx.fetch_many(notice_calls(catalog, rows))


def _label(company: Company, target: str) -> Label:
    channel = channel_of(target)
    if channel != WEBHOOK:
        return CHANNEL_LABELS[channel]
    hook = company.catalog.all(WEBHOOKS).get(target)
    return hook.label if hook is not None else {"zh-CN": target}
