"""Metric definitions: what is measured of which records, by what it may be told apart, and which line is good."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from closeloop.catalog.field_types import abilities, has_column
from closeloop.catalog.messages import DEPARTMENT
from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.expr import BOOL, DURATION, NUMBER, Expression, ExpressionError, Measure, compile_measure
from closeloop.expr.spans import parse_span

OF_OWNER = "department"
"""A dimension that no field has: the main department of the owner, unless the object has a field of the name."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a good value is at most and at least, in the unit of the metric; a span counts in seconds."""

    at_most: Decimal | None = None
    at_least: Decimal | None = None

    def crossed(self, value: Decimal) -> bool:
        """Tell whether a value lies beyond the line."""
        above = self.at_most is not None and value > self.at_most
        return above or (self.at_least is not None and value < self.at_least)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric as it runs. `at` is the moment or day by which a record belongs to a period."""

    key: str
    on: str
    definition: Definition
    label: Label
    position: int
    of: Measure
    when: Expression | None
    at: str
    by: tuple[str, ...]
    good: Line | None
    look: Label | None
    """Where to look when the line is crossed."""

    @property
    def unit(self) -> str:
        """Return what its values are: `share` of 1, `duration` in seconds, `number`, `date` or `datetime`."""
        return "share" if self.of.is_share else self.of.type.kind


@dataclass(frozen=True, slots=True)
class MetricKind:
    """Metrics as a kind of definition."""

    name: str = "metric"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Metric | None:
        key = node.name("metric")
        object_name, what = catalog.target(node)
        source = node.need("of", str, "count()")
        at = node.take("at", str, "created_at")
        by = node.words("by")
        label, look = node.label(fallback=key), node.any("look")
        position = node.take("position", int, 100)
        when = node.expression("when", what.scope, BOOL) if what else None
        of = _measure(node, source, what)
        good = _line(node, of)
        if look is not None:
            look = node.label(key="look")
        if what is None or of is None:
            return None
        if at not in what.fields or not has_column(what.fields[at]) or what.fields[at].kind not in ("date", "datetime"):
            node.problems.add(node.at("at"), "unknown_field", name=at)
        for name in by:
            known = name == OF_OWNER if name not in what.fields else abilities(what.fields[name]).group
            if not known:
                node.problems.add(node.at("by"), "unknown_field", name=name)
        return Metric(key, object_name, definition, label, position, of, when, at, by, good, look)


def dimension_label(what: ObjectType, name: str) -> Label:
    """Return what a dimension is called."""
    return what.fields[name].label if name in what.fields else DEPARTMENT


def _measure(node: Node, source: str, what: ObjectType | None) -> Measure | None:
    if what is None:
        return None
    try:
        return compile_measure(source, what.scope)
    except ExpressionError as error:
        node.problems.add(node.at("of"), "bad_expression", **error.params)
        return None


def _line(node: Node, of: Measure | None) -> Line | None:
    part = node.child("good")
    if part is None:
        return None
    at_most, at_least = (_bound(part, key, of) for key in ("at_most", "at_least"))
    part.done()
    if at_most is None and at_least is None:
        node.problems.add(node.at("good"), "required")
    return Line(at_most, at_least)


def _bound(part: Node, key: str, of: Measure | None) -> Decimal | None:
    raw: Any = part.any(key)
    if raw is None or of is None:
        return None
    if of.type == DURATION:
        span: timedelta | None = parse_span(raw) if isinstance(raw, str) else None
        if span is None:
            part.problems.add(part.at(key), "not_a_span", text=str(raw))
        return None if span is None else Decimal(str(span.total_seconds()))
    if of.type != NUMBER or isinstance(raw, bool) or not isinstance(raw, int | float):
        part.problems.add(part.at(key), "not_number")
        return None
    return Decimal(str(raw))


METRICS = MetricKind()
