"""Ask a metric: one statement over the records that the reader may read, in groups and periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from closeloop.access.sight import Sight
from closeloop.base.errors import FieldError, Invalid, NotFound
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.unit_of_work import Session
from closeloop.engine.metrics.model import METRICS, OF_OWNER, Metric
from closeloop.expr import Expression, ExpressionError, Measure
from closeloop.records.query import EXACT, Reader

GRAINS = ("day", "week", "month", "quarter", "year")
"""Periods of the company's calendar; a week begins on Monday."""

_DATE = sa.Date()
_WALL = sa.DateTime()


@dataclass(frozen=True, slots=True)
class Slice:
    """What is asked of a metric: by what, of which records, from a moment up to another, in periods, which page."""

    by: tuple[str, ...] = ()
    filter: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    grain: str | None = None
    limit: int = 50
    page: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its values by dimension, the first day of its period, how many records it holds, and the figure."""

    key: tuple[Any, ...]
    period: date | None
    records: int
    value: Any


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a metric asks, over the fields that one sees."""

    of: Measure
    when: Expression | None


def _seen(sight: Sight, metric: Metric) -> _Seen | None:
    try:
        when = sight.filter(metric.when.source) if metric.when else None
        return _Seen(sight.measure(metric.of.source), when)
    except ExpressionError:
        return None


def metrics_seen(catalog: Snapshot, reader: Reader) -> list[Metric]:
    """Return the metrics that a reader may ask; one that rests on a hidden field isn't there."""
    found = [one for one in catalog.all(METRICS).values() if one is not None and _of(one, reader) is not None]
    return sorted(found, key=lambda one: (one.position, one.key))


def dimensions_seen(metric: Metric, sight: Sight) -> tuple[str, ...]:
    """Return by what a reader may tell a metric's records apart."""
    return tuple(name for name in metric.by if name in sight.fields or name not in sight.what.fields)


def _of(metric: Metric, reader: Reader) -> tuple[ObjectType, Sight, _Seen] | None:
    try:
        what = reader.require_readable(metric.on)
    except NotFound:
        return None
    sight = reader.sight(what)
    seen = _seen(sight, metric)
    return None if seen is None or metric.at not in sight.fields else (what, sight, seen)


async def measured(
    session: Session, catalog: Snapshot, reader: Reader, metric: Metric, asked: Slice
) -> tuple[list[Group], bool]:
    """Return the groups, by period and then the largest first, and whether there are more.

    Periods and days are those of the company's zone. Cost: one statement; the index on creation, or on the owner for
    somebody who reads their own, gives the records of the period, which are read once each.
    """
    found = _of(metric, reader)
    if found is None:
        raise NotFound("unknown_metric", name=metric.key)
    what, sight, seen = found
    _check(metric, sight, asked)
    columns = reader.columns(what)
    table, moment = what.table, columns(metric.at)
    source_of_department = _departments(catalog) if OF_OWNER in asked.by and OF_OWNER not in what.fields else None
    keys = [
        source_of_department.c.department
        if name not in what.fields and source_of_department is not None
        else columns(name)
        for name in asked.by
    ]
    period = _period(asked.grain, moment, catalog) if asked.grain else None
    value = seen.of.sql(columns, reader.env)
    conditions = [table.c.deleted_at.is_(None), reader.within(what, columns).element]
    conditions += [seen.when.sql(columns, reader.env)] if seen.when is not None else []
    conditions += [reader.condition(what, columns, asked.filter)] if asked.filter else []
    conditions += _within(moment, asked, catalog)
    groups = [*([] if period is None else [period]), *keys]
    # by place: an expression written twice would have two sets of parameters
    places: list[sa.ColumnElement[Any]] = [sa.literal_column(str(i + 1)) for i in range(len(groups))]
    source = columns.source
    if source_of_department is not None:
        source = source.outerjoin(source_of_department, source_of_department.c.person == table.c.owner)
    first = places[:1] if period is not None else []
    query = (
        sa.select(*groups, sa.func.count(), value)
        .select_from(source)
        .where(*conditions)
        .group_by(*places)
        .order_by(*first, sa.func.count().desc(), *places[len(first) :])
        .limit(asked.limit + 1)
        .offset((asked.page - 1) * asked.limit)
    )
    rows = await session.fetch(*reader.compile(what, query, f"metric {metric.key}"))
    start = len(first)
    made = [Group(tuple(row[start:-2]), row[0] if start else None, row[-2], _plain(row[-1])) for row in rows]
    return made[: asked.limit], len(made) > asked.limit


def _check(metric: Metric, sight: Sight, asked: Slice) -> None:
    errors: list[FieldError] = []
    known = dimensions_seen(metric, sight)
    errors += [FieldError("by", "not_one_of", {"words": list(known)}) for name in asked.by if name not in known]
    if len(set(asked.by)) != len(asked.by):
        errors.append(FieldError("by", "said_twice", {"name": "by"}))
    if asked.grain is not None and asked.grain not in GRAINS:
        errors.append(FieldError("grain", "not_one_of", {"words": list(GRAINS)}))
    if asked.since is not None and asked.until is not None and asked.until <= asked.since:
        errors.append(FieldError("to", "not_after", {"name": "from"}))
    if (asked.page - 1) * asked.limit >= EXACT:
        errors.append(FieldError("page", "out_of_range", {"min": 1, "max": EXACT // asked.limit}))
    if errors:
        raise Invalid(errors=errors)
    if asked.filter:
        sight.filter(asked.filter)


def _departments(catalog: Snapshot) -> sa.Subquery:
    """Return the main department of each person."""
    member = catalog.system.membership
    main = sa.select(member.c.person, member.c.department).where(member.c.main)
    return main.ext(distinct_on(member.c.person)).subquery("d")


def _period(grain: str, moment: sa.ColumnElement[Any], catalog: Snapshot) -> sa.ColumnElement[Any]:
    """Return the first day of the period that a moment or a day lies in."""
    if isinstance(moment.type, sa.Date):
        local: sa.ColumnElement[Any] = sa.cast(moment, _WALL)
    else:
        local = sa.func.timezone(catalog.zone.key, moment, type_=_WALL)
    return sa.cast(sa.func.date_trunc(sa.literal_column(f"'{grain}'"), local), _DATE)


def _within(moment: sa.ColumnElement[Any], asked: Slice, catalog: Snapshot) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the period; a day lies in it if its beginning does."""
    since, until = asked.since, asked.until
    if isinstance(moment.type, sa.Date):
        days = [one and _first_day(one, catalog) for one in (since, until)]
        bounds: Sequence[Any] = [None if one is None else sa.literal(one, _DATE) for one in days]
    else:
        bounds = [None if one is None else sa.literal(one, moment.type) for one in (since, until)]
    low, high = bounds
    return [*([] if low is None else [moment >= low]), *([] if high is None else [moment < high])]


def _first_day(moment: datetime, catalog: Snapshot) -> date:
    """Return the first day that doesn't begin before a moment."""
    local = moment.astimezone(catalog.zone)
    whole = local.time() == datetime.min.time()
    return local.date() if whole else local.date() + timedelta(days=1)


def _plain(value: Any) -> Any:
    """Return spans in seconds."""
    return Decimal(value // timedelta(microseconds=1)) / 1_000_000 if isinstance(value, timedelta) else value
