"""Claim rows that are due, a batch at a time, by any number of workers: none is done twice at once, none is lost."""

from collections.abc import Sequence

import sqlalchemy as sa

from closeloop.db.statement import Statement, compile_statement

_MOMENT = sa.DateTime(timezone=True)


def claim_statement(
    table: sa.Table, due: str, columns: Sequence[str], name: str, *only: sa.ColumnElement[bool]
) -> Statement:
    """Return the statement that leases due rows and gives their `columns`.

    The table has an `id`, a column `lease_until`, and the column `due` (empty: nothing to do), which an index holds.
    `only` narrows what may be taken. Parameters: `now`, `lease` (until when other workers keep away; who dies delays
    the row no further) and `most`.
    """
    now = sa.bindparam("now", type_=_MOMENT)
    waiting = (
        sa.select(table.c.id)
        .where(table.c[due] <= now, sa.or_(table.c.lease_until.is_(None), table.c.lease_until <= now), *only)
        .order_by(table.c[due])
        .limit(sa.bindparam("most", type_=sa.BigInteger()))
        .with_for_update(skip_locked=True)
    )
    query = (
        sa.update(table)
        .where(table.c.id.in_(waiting))
        .values(lease_until=sa.bindparam("lease", type_=_MOMENT))
        .returning(*(table.c[column] for column in columns))
    )
    statement, _ = compile_statement(query, name)
    return statement
