"""Metrics over HTTP: one defined figure, sliced by dimension, period and filter."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from closeloop.api.answers import Json
from closeloop.api.deps import Caller, Signed
from closeloop.base.errors import FieldError, Invalid, NotFound
from closeloop.catalog.model import text_of
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.metrics.model import METRICS, Metric, dimension_label
from closeloop.engine.metrics.read import Group, Slice, dimensions_seen, measured, metrics_seen
from closeloop.records.present import department, fill_titles, present
from closeloop.records.query import MOST, Reader

router = APIRouter(tags=["metrics"])


class MetricParams(BaseModel):
    """What a metric may be asked for; `from` is taken in, `to` is not; a day stands for its beginning."""

    model_config = ConfigDict(extra="forbid")

    by: str | None = Field(default=None, max_length=400)
    filter: str | None = Field(default=None, max_length=4000)
    since: str | None = Field(default=None, max_length=40, alias="from")
    until: str | None = Field(default=None, max_length=40, alias="to")
    grain: str | None = Field(default=None, max_length=20)
    limit: int = Field(default=50, ge=1, le=MOST)
    page: int = Field(default=1, ge=1)


@router.get("/metrics/{metric}")
async def get_metric(metric: str, caller: Signed, params: Annotated[MetricParams, Query()]) -> Json:
    """Return a metric over the records that the caller may read, in groups, periods in order, the largest first."""
    by = tuple(name.strip() for name in params.by.split(",")) if params.by else ()

    async def read() -> dict[str, Any]:
        reader = caller.reader()
        found = caller.catalog.all(METRICS).get(metric)
        if found is None:
            raise NotFound("unknown_metric", name=metric)
        since, until = (_moment(name, one, caller) for name, one in (("from", params.since), ("to", params.until)))
        asked = Slice(by, params.filter, since, until, params.grain, params.limit, params.page)
        async with caller.runtime.database.autocommit() as session:
            groups, more = await measured(session, caller.catalog, reader, found, asked)
            what = caller.catalog.object(found.on)
            own = [name for name in by if name in what.fields]
            keys = [present(what, dict(zip(by, one.key, strict=True)), caller.actor.org, own) for one in groups]
            await fill_titles(session, reader, what, keys)
        for key, one in zip(keys, groups, strict=True):
            values = dict(zip(by, one.key, strict=True))
            key.update({name: department(values[name], caller.actor.org) for name in by if name not in own})
        return {
            **describe_metric(found, reader, caller.locale),
            "from": since,
            "to": until,
            "grain": params.grain,
            "groups": [_group(one, {n: key[n] for n in by}, found) for key, one in zip(keys, groups, strict=True)],
            "more": more,
        }

    return Json(await caller.runtime.again(read))


def describe_metric(metric: Metric, reader: Reader, locale: str) -> dict[str, Any]:
    """Return what a metric is, with its formula as it is written."""
    what = reader.require_readable(metric.on)
    by = dimensions_seen(metric, reader.sight(what))
    good = metric.good
    bounds = {"at_most": good.at_most, "at_least": good.at_least} if good else {}
    return {
        "metric": metric.key,
        "label": text_of(metric.label, locale),
        "object": metric.on,
        "formula": metric.of.source,
        "when": metric.when.source if metric.when else None,
        "at": metric.at,
        "unit": metric.unit,
        "by": [{"key": name, "label": text_of(dimension_label(what, name), locale)} for name in by],
        "good": {key: _value(one, metric) for key, one in bounds.items() if one is not None} or None,
        "look": text_of(metric.look, locale) if metric.look else None,
    }


def describe_metrics(reader: Reader, catalog: Snapshot, locale: str) -> list[dict[str, Any]]:
    """Return all metrics that a reader may ask."""
    return [describe_metric(one, reader, locale) for one in metrics_seen(catalog, reader)]


def _group(group: Group, key: dict[str, Any], metric: Metric) -> dict[str, Any]:
    value = group.value
    crossed = None
    if metric.good is not None and isinstance(value, int | Decimal):
        crossed = metric.good.crossed(Decimal(value))
    return {
        "key": key,
        "period": group.period,
        "records": group.records,
        "value": _value(value, metric),
        "crossed": crossed,
    }


def _value(value: Any, metric: Metric) -> Any:
    """Return seconds as a number; other decimals are left to the writer of JSON."""
    if metric.unit == "duration" and isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _moment(name: str, text: str | None, caller: Caller) -> datetime | None:
    """Read a day, which is its beginning in the company's zone, or a moment with its zone."""
    if text is None:
        return None
    try:
        if len(text) == len("2026-01-31"):
            return datetime.combine(date.fromisoformat(text), time(), caller.catalog.zone).astimezone(UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise Invalid(errors=[FieldError(name, "not_datetime")]) from None
    if moment.tzinfo is None or not 1 < moment.year < 9999:
        raise Invalid(errors=[FieldError(name, "not_datetime")])
    return moment.astimezone(UTC)
