"""The colour of a clock in SQL, as `color_of` gives it of a row."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from closeloop.engine.clocks.model import BREACHED


def color_sql(clock: sa.FromClause, now: datetime) -> sa.ColumnElement[str]:
    """Return the colour of a clock that waits: red once it is late, amber once its first warning has passed.

    A clock's steps stand in the order of their moments, so its first step is its first warning, if it has one.
    """
    moment = sa.func.coalesce(clock.c.paused_at, sa.literal(now, sa.DateTime(timezone=True)))
    first = sa.type_coerce(clock.c.steps, JSONB)[0]
    warned = sa.cast(first["due_at"].astext, sa.DateTime(timezone=True))
    return sa.case(
        (sa.or_(clock.c.state == BREACHED, moment > clock.c.due_at), sa.literal_column("'red'", sa.Text())),
        (
            sa.and_(first["kind"].astext == "rung", warned < clock.c.due_at, warned <= moment),
            sa.literal_column("'amber'", sa.Text()),
        ),
        else_=sa.literal_column("'green'", sa.Text()),
    )
