"""Settle the computed fields of all objects, each after those that it depends on; refuse circles.

A formula that reads only what stands in its own row is stored; one that reads the clock or other records is `live`,
computed when it is read. A roll-up is stored, and so may read only what is stored in the rows of the children.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from closeloop.base.errors import FieldError
from closeloop.catalog.expressions import object_scope, type_of
from closeloop.catalog.field_types import abilities, has_column
from closeloop.catalog.manifest import system_fields
from closeloop.catalog.model import Field, Formula, Lookup, ObjectDef, Rollup
from closeloop.catalog.reading import Node, Problems
from closeloop.expr import BOOL, NUMBER, Expression, ExpressionError, Type, names_in

MOST_WEIGHT = 1000
"""Operations of a formula, those of the formulas that it reads included: SQL writes them out."""

_BY_KIND: Mapping[str, str] = {
    "number": "decimal",
    "text": "text",
    "bool": "checkbox",
    "date": "date",
    "datetime": "datetime",
}
_NAMED: Mapping[str, tuple[str, ...]] = {
    "number": ("decimal", "integer", "money", "percent"),
    "text": ("text", "long_text", "choice"),
}
_ORDERED = ("number", "date", "datetime")
_PEOPLE = frozenset({"me", "my_departments", "my_subtree"})
_BY_CALENDAR = frozenset({"workdays", "add_workdays"})
"""What another calendar would give another value, without the record having changed."""

Place = tuple[str, str]
"""(object, field)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One roll-up as it is computed: of which children, over which of their columns, and at which level.

    A figure at level 2 reads figures of level 1, and so is worked out after them.
    """

    field: Field
    child: str
    by: str
    fn: str
    of: Field | None
    where: Expression | None
    level: int

    @property
    def inputs(self) -> frozenset[str]:
        """The columns of the children that it is made of."""
        return frozenset({self.by, "deleted_at"}).union(
            () if self.of is None else {self.of.name, "created_at"}, () if self.where is None else self.where.paths
        )


@dataclass
class Settled:
    """The computed fields of one object: all its fields by name, formulas in their order, and figures."""

    fields: dict[str, Field]
    formulas: dict[str, Expression] = field(default_factory=dict[str, Expression])
    figures: dict[str, Figure] = field(default_factory=dict[str, Figure])
    done: set[str] = field(default_factory=set[str])
    clocked: set[str] = field(default_factory=set[str])
    """Those that depend on the moment at which they are asked for."""
    levels: dict[str, int] = field(default_factory=dict[str, int])
    weights: dict[str, int] = field(default_factory=dict[str, int])


def settle(bodies: Mapping[str, ObjectDef]) -> tuple[Mapping[str, Settled], list[FieldError]]:
    """Return what became of every object's computed fields, and what is wrong with them."""
    settler = _Settler(bodies)
    for name, body in bodies.items():
        for one in body.fields:
            settler.settle((name, one))
    return settler.objects, settler.errors


class _Lost(Exception):
    """A field can't be settled; the reason stands among the errors."""


class _Settler:
    def __init__(self, bodies: Mapping[str, ObjectDef]) -> None:
        self.objects = {name: Settled({**body.fields, **system_fields(name)}) for name, body in bodies.items()}
        self.errors: list[FieldError] = []
        self._under_way: list[Place] = []
        self._lost: set[Place] = set()
        self._labels: dict[str, dict[str, str]] = {name: _names(one.fields) for name, one in self.objects.items()}

    def settle(self, place: Place) -> Field | None:
        """Return the field with the type of its result; None where there is no such field or it is lost."""
        name, own = place
        home = self.objects.get(name)
        found = home.fields.get(own) if home else None
        if home is None or found is None or place in self._lost:
            return None
        if found.computed is None or own in home.done:
            return found
        if place in self._under_way:
            circle = [*self._under_way[self._under_way.index(place) :], place]
            self._wrong(place, "", "circle", path=" → ".join(".".join(one) for one in circle))
            self._lost.update(circle)
            return None
        self._under_way.append(place)
        try:
            match found.computed:
                case Lookup():
                    settled = self._lookup(place, home, found, found.computed)
                case Rollup():
                    settled = self._rollup(place, home, found, found.computed)
                case Formula():
                    settled = self._formula(place, home, found, found.computed)
        except _Lost:
            self._lost.add(place)
            return None
        finally:
            self._under_way.pop()
        if place in self._lost:
            return None
        if settled.index and not abilities(settled).index:
            self._wrong(place, ".index", "not_possible")
        home.fields[own] = settled
        home.done.add(own)
        return settled

    def _wrong(self, place: Place, key: str, code: str, **params: Any) -> None:
        self.errors.append(FieldError(f"object/{place[0]}: fields.{place[1]}{key}", code, params))

    def _need(self, place: Place, key: str, wanted: Place) -> Field:
        """Settle a field that another one is made of; where that fails, so does the other one."""
        found = self.settle(wanted)
        if found is None:
            if wanted not in self._lost:
                self._wrong(place, key, "unknown_field", name=wanted[1])
            raise _Lost
        return found

    def _lookup(self, place: Place, home: Settled, own: Field, lookup: Lookup) -> Field:
        via = home.fields.get(lookup.via)
        if via is None or via.type != "relation" or via.object is None:
            self._wrong(place, ".via", "unknown_field", name=lookup.via)
            raise _Lost
        target = self._need(place, ".field", (via.object, lookup.field))
        if type_of(target) is None or target.name in self.objects[via.object].clocked:
            self._wrong(place, ".field", "not_possible")
            raise _Lost
        return replace(own, result=target.kind, options=target.options, object=target.object, live=True)

    def _rollup(self, place: Place, home: Settled, own: Field, rollup: Rollup) -> Field:
        children = home.fields.get(rollup.of)
        child = self.objects.get(children.object or "") if children and children.type == "children" else None
        if child is None or children is None or children.object is None or children.by is None:
            self._wrong(place, ".of", "unknown_field", name=rollup.of)
            raise _Lost
        of: Field | None = None
        if rollup.field is not None:
            of = self._need(place, ".field", (children.object, rollup.field))
            if not has_column(of) or not _can_measure(rollup.fn, type_of(of)):
                self._wrong(place, ".field", "not_possible")
                raise _Lost
        where: Expression | None = None
        if rollup.where is not None:
            where = self._expression(place, ".where", (children.object, child), rollup.where, BOOL)
            stored = {name for name, one in child.fields.items() if has_column(one)}
            if _is_moving(where) or not where.paths <= stored:
                self._wrong(place, ".where", "not_stored")
                raise _Lost
        inputs = {of.name if of else "id"}.union(where.paths if where else ())
        level = 1 + max(child.levels.get(name, 0) for name in inputs)
        home.levels[own.name] = level
        settled = replace(own, result="integer" if of is None else of.kind)
        if of is not None:
            settled = replace(settled, options=of.options, object=of.object)
            if rollup.fn in ("sum", "avg") and of.kind == "integer":
                settled = replace(settled, result="decimal")
        home.figures[own.name] = Figure(settled, children.object, children.by, rollup.fn, of, where, level)
        return settled

    def _formula(self, place: Place, home: Settled, own: Field, formula: Formula) -> Field:
        expression = self._expression(place, ".value", (place[0], home), formula.value, None)
        kind = expression.type.kind
        result = own.result or _BY_KIND.get(kind)
        if kind == "id":
            target = expression.type.object or ""
            result = target if target in ("person", "department") else "relation"
            own = replace(own, object=target)
        if result is None or (own.result and own.result not in _NAMED.get(kind, ())):
            self._wrong(place, ".value", "bad_result", type=kind)
            raise _Lost
        reads = [(path, home.fields.get(path)) for path in expression.paths]
        live = _is_moving(expression) or any(one is None or not has_column(one) for _, one in reads)
        if expression.uses_now or any(path in home.clocked for path, _ in reads):
            home.clocked.add(own.name)
        counts = list(_paths(expression.ast))
        weight = expression.cost + sum(home.weights.get(path, 0) for path in counts)
        if weight > MOST_WEIGHT:
            self._wrong(place, ".value", "too_deep_formula")
            raise _Lost
        home.weights[own.name] = weight
        home.levels[own.name] = max((home.levels.get(path, 0) for path, _ in reads), default=0)
        home.formulas[own.name] = expression
        return replace(own, result=result, live=live)

    def _expression(
        self, place: Place, key: str, on: tuple[str, Settled], text: str, expect: Type | None
    ) -> Expression:
        """Compile an expression over an object when everything that it names is settled."""
        try:
            mentioned = names_in(text)
        except ExpressionError:
            mentioned = set[tuple[str, ...]]()  # compiling it tells what is wrong, with its place
        for path in mentioned:
            self._settle_path(on[0], path)
        if any(one in self._lost for one in self._places(on[0], mentioned)):
            raise _Lost
        problems = Problems()
        expression = Node({}, "", problems).compile(text, key, object_scope(on[1].fields), expect)
        if expression is None:
            for error in problems.errors:
                self._wrong(place, error.field, error.code, **error.params)
            raise _Lost
        if _PEOPLE.intersection(_operators(expression.ast)):
            self._wrong(place, key, "depends_on_reader")
            raise _Lost
        return expression

    def _places(self, name: str, paths: Iterable[tuple[str, ...]]) -> Iterator[Place]:
        """Yield the fields that paths lead over, as far as they lead."""
        for path in paths:
            at: str | None = name
            for part in path[1:] if path[0] == "record" else path:
                known = self._labels.get(at or "", {}).get(unicodedata.normalize("NFKC", part))
                if at is None or known is None:
                    break
                yield at, known
                at = self.objects[at].fields[known].object

    def _settle_path(self, name: str, path: tuple[str, ...]) -> None:
        for place in self._places(name, [path]):
            self.settle(place)


def _names(fields: Mapping[str, Field]) -> dict[str, str]:
    """Return names by name and label, as an object's scope knows them."""
    names = {name: name for name in fields}
    for name, one in fields.items():
        for label in one.label.values():
            names.setdefault(unicodedata.normalize("NFKC", label), name)
    return names


def _can_measure(fn: str, of: Type | None) -> bool:
    if of is None or of.kind == "list":
        return False
    if fn in ("sum", "avg"):
        return of == NUMBER
    return fn in ("first", "last") or of.kind in _ORDERED


def _is_moving(expression: Expression) -> bool:
    return expression.uses_now or not _BY_CALENDAR.isdisjoint(_operators(expression.ast))


def _paths(tree: Mapping[str, Any]) -> Iterator[str]:
    if tree["op"] == "field":
        yield tree["path"]
    for arg in tree.get("args", ()):
        yield from _paths(arg)


def _operators(tree: Mapping[str, Any]) -> Iterator[str]:
    yield tree["op"]
    for arg in tree.get("args", ()):
        yield from _operators(arg)
