"""Figures of use: how often a playbook was at hand, and each of its items used, on records that one may read."""

from collections import Counter
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from closeloop.catalog.snapshot import Snapshot
from closeloop.db.statement import compile_statement
from closeloop.db.unit_of_work import Session
from closeloop.engine.playbooks.model import Playbook
from closeloop.records.query import Reader


async def uses(
    session: Session, reader: Reader, catalog: Snapshot, playbook: Playbook, since: datetime, until: datetime | None
) -> tuple[int, Counter[tuple[str, str]]]:
    """Return how often a playbook was at hand, and how often each (contact, item) used, from `since` to before `until`.

    Cost: one statement, which reads the playbook's uses in that time by their index and each record by its key.
    """
    what = catalog.object(playbook.object)
    columns = reader.columns(what)
    readable = reader.within(what, columns)
    use = catalog.system.playbook_use
    # one row for the playbook itself, which no item's key can be, beside one for each item
    items = sa.func.array_append(use.c.used, "", type_=ARRAY(sa.Text()))
    each = (
        sa.select(use.c.contact, sa.func.unnest(items, type_=sa.Text()).label("item"))
        .select_from(columns.source)
        .join(use, use.c.record == what.table.c.id)
        .where(use.c.playbook == playbook.key, use.c.at >= since, *([] if until is None else [use.c.at < until]))
        .where(what.table.c.deleted_at.is_(None), readable.element)
        .subquery()
    )
    query = sa.select(each.c.contact, each.c.item, sa.func.count()).group_by(each.c.contact, each.c.item)
    statement, params = compile_statement(query, "uses of a playbook")
    rows = await session.fetch(statement, {**params, **readable.params(statement.names)})
    counted = Counter({(contact, key): number for contact, key, number in rows})
    return sum(number for (_, key), number in counted.items() if not key), counted
