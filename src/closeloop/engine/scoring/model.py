"""Scorecards: weighted factors over an object's fields, and the bands that make a grade of the total."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from closeloop.catalog.model import Definition, Field, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.expr import BOOL, NUMBER, Env, Expression

HIGHEST = 100


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: points by the value of a field, points when a condition holds, or points as an expression."""

    key: str
    label: Label
    of: str | None
    table: Mapping[str, Decimal]
    otherwise: Decimal
    when: Expression | None
    points: Expression | None
    flat: Decimal
    paths: frozenset[str]

    @property
    def most(self) -> int | float | None:
        """The most points that the factor can give, where that is known without a record."""
        if self.of is not None:
            return _short(max([self.otherwise, *self.table.values()]))
        return None if self.points is not None else _short(self.flat)

    def score(self, row: Mapping[str, Any], env: Env) -> Decimal:
        if self.of is not None:
            return self.table.get(str(row.get(self.of)), self.otherwise)
        if self.when is not None and self.when.evaluate(row, env) is not True:
            return Decimal(0)
        if self.points is None:
            return self.flat
        value = self.points.evaluate(row, env)
        return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One scorecard as it runs; `total_field` and `grade_field` are the fields that say `from` it."""

    key: str
    object: str
    definition: Definition
    label: Label
    factors: tuple[Factor, ...]
    bands: tuple[tuple[str, Decimal], ...]
    total_field: str | None
    grade_field: str | None
    fields: frozenset[str]
    """The record's fields that the score rests on."""

    def score(self, row: Mapping[str, Any], env: Env) -> tuple[int, str | None, list[dict[str, Any]]]:
        """Return total, grade, and what each factor gave with the values that it saw."""
        parts: list[dict[str, Any]] = []
        total = Decimal(0)
        for factor in self.factors:
            points = factor.score(row, env)
            total += points
            parts.append(
                {
                    "key": factor.key,
                    "points": _short(points),
                    "values": {path: _seen(row[path]) for path in sorted(factor.paths)},
                }
            )
        whole = int(min(max(total, Decimal(0)), Decimal(HIGHEST)).to_integral_value(ROUND_HALF_UP))
        grade = next((key for key, least in self.bands if whole >= least), None)
        return whole, grade, parts


def _seen(value: Any) -> Any:
    """Return a value as the log keeps it: of a list of records how many there were."""
    if not isinstance(value, list):
        return value
    items = cast("list[Any]", value)
    return len(items) if items and isinstance(items[0], dict) else items


def _short(points: Decimal) -> int | float:
    rounded = points.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


@dataclass(frozen=True, slots=True)
class ScorecardKind:
    """Scorecards as a kind of definition."""

    name: str = "scorecard"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Scorecard:
        key = node.name("scorecard")
        object_name, what = catalog.target(node)
        factors = tuple(_factor(part, what) for part in node.children("factors"))
        bands = [(band, _number(node, f"bands.{band}", raw)) for band, raw in node.entries("bands")]
        fields: Mapping[str, Field] = what.own_fields if what else {}
        sources = {field.source: name for name, field in fields.items() if field.source}
        return Scorecard(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            factors=factors,
            bands=tuple(sorted(bands, key=lambda band: -band[1])),
            total_field=sources.get(f"{key}.total"),
            grade_field=sources.get(f"{key}.grade"),
            fields=what.depends_on(path for factor in factors for path in factor.paths) if what else frozenset(),
        )


def _factor(node: Node, what: ObjectType | None) -> Factor:
    key = node.name("key")
    of = node.take("of", str, "") or None
    table: dict[str, Decimal] = {}
    flat = otherwise = Decimal(0)
    when = points = None
    if of is not None:
        if what is not None and of not in what.fields:
            node.problems.add(node.at("of"), "unknown_field", name=of)
        for value, raw in node.entries("points"):
            number = _number(node, f"points.{value}", raw)
            if value == "else":
                otherwise = number
            else:
                table[str(value)] = number
    elif what is not None:
        when = node.expression("when", what.scope, BOOL)
        raw = node.any("points")
        if isinstance(raw, str):
            points = node.compile(raw, node.at("points"), what.scope, NUMBER)
        else:
            flat = _number(node, "points", raw)
    used = [e.paths for e in (when, points) if e is not None]
    paths = frozenset({of} if of else set()).union(*used)
    factor = Factor(key, node.label(fallback=key), of, table, otherwise, when, points, flat, paths)
    node.done()
    return factor


def _number(node: Node, place: str, raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        node.problems.add(node.at(place), "wrong_kind", expected="number")
        return Decimal(0)
    return Decimal(str(cast("float", raw)))


SCORECARDS = ScorecardKind()
