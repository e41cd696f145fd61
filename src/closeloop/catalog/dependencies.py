"""Settle the computed fields of all objects, each after those that it depends on; refuse circles.

A formula is stored if all that it reads is: in its own row, in those of records that relations lead to, in its lists
of children. One that reads the clock, a person or what is itself not stored is `live`, computed when it is read. A
roll-up is stored, and so may read only what is stored in the rows of the children.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from closeloop.base.errors import FieldError
from closeloop.catalog.expressions import MOST_STEPS, PERSON, leads_to, type_of
from closeloop.catalog.field_types import abilities, has_column
from closeloop.catalog.manifest import system_fields
from closeloop.catalog.model import UNSAID, Field, Formula, Lookup, ObjectDef, Rollup
from closeloop.catalog.reading import Node, Problems
from closeloop.expr import BOOL, NUMBER, Expression, Scope, Symbol, Type
from closeloop.expr.check import LIST_COST
from closeloop.expr.nodes import is_outside, outside
from closeloop.expr.scope import RECORD, normal

MOST_WEIGHT = 1000
"""Operations of a formula, those of the formulas that it reads included: SQL writes them out."""
MOST_DEPTH = 40
"""How many computed fields may wait for each other: each stands on the stack until the next is settled."""

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
        if len(self._under_way) == MOST_DEPTH:
            self._wrong(place, "", "too_deep_formula")
            self._lost.add(place)
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
        said = target.currency and _beside(home, lookup, target.currency)
        settled = replace(own, result=target.kind, options=target.options, object=target.object, live=True)
        return replace(settled, currency=said)

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
            where = self._expression(place, ".where", children.object, rollup.where, BOOL, 0)
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
        expression = self._expression(place, ".value", place[0], formula.value, None, MOST_STEPS)
        kind = expression.type.kind
        result = own.result or _BY_KIND.get(kind)
        if kind == "id":
            target = expression.type.object or ""
            result = target if target in ("person", "department") else "relation"
            own = replace(own, object=target)
        if result is None or (own.result and own.result not in _NAMED.get(kind, ())):
            self._wrong(place, ".value", "bad_result", type=kind)
            raise _Lost
        reads = [self._end(place[0], path) for path in expression.reads]
        live = _is_moving(expression) or None in reads
        ends = [end for end in reads if end is not None]
        live = live or any(not self._is_stored(end) for end in ends)
        if expression.uses_now or any(own_ in self.objects[of].clocked for of, own_ in ends):
            home.clocked.add(own.name)
        weight = expression.cost
        for path, times in _counted(expression.ast):
            end = self._end(place[0], path)
            weight += times * (self.objects[end[0]].weights.get(end[1], 0) if end else 0)
        if weight > MOST_WEIGHT:
            self._wrong(place, ".value", "too_deep_formula")
            raise _Lost
        home.weights[own.name] = weight
        level = max((self.objects[of].levels.get(name, 0) for of, name in ends), default=0)
        home.levels[own.name] = level + (expression.leads_on and not live)
        home.formulas[own.name] = expression
        foreign = result == "money" and any(self.objects[of].fields[name].currency for of, name in ends)
        return replace(own, result=result, live=live, currency=UNSAID if foreign else None)

    def _expression(self, place: Place, key: str, on: str, text: str, expect: Type | None, steps: int) -> Expression:
        """Compile an expression over an object; everything that it names is settled on the way."""
        problems = Problems()
        expression = Node({}, "", problems).compile(text, key, _Names(self, on, steps, own=True), expect)
        if expression is None:
            for error in problems.errors:
                self._wrong(place, error.field, error.code, **error.params)
            raise _Lost
        if _PEOPLE.intersection(_operators(expression.ast)):
            self._wrong(place, key, "depends_on_reader")
            raise _Lost
        return expression

    def _end(self, name: str, path: str) -> Place | None:
        """Return where a path ends; None where something on the way isn't stored, as what a person leads to."""
        head, _, rest = path.partition(".")
        found = self.objects[name].fields[head]
        if not rest:
            return name, head
        if found.type != "children" and (found.kind != "relation" or not has_column(found)):
            return None
        return self._end(found.object or "", rest)

    def _is_stored(self, place: Place) -> bool:
        found = self.objects[place[0]].fields[place[1]]
        return found.type == "children" or has_column(found)

    def named(self, name: str, written: str) -> Field | None:
        """Return the field of an object that a name or label stands for, settled; raises _Lost."""
        known = self._labels.get(name, {}).get(written)
        if known is None:
            return None
        found = self.settle((name, known))
        if found is None:
            raise _Lost
        return found

    def labels(self, name: str) -> Iterable[str]:
        return self._labels.get(name, {})


class _Names:
    """The names that a computed field may use of an object, each settled when it is first asked for."""

    def __init__(self, settler: _Settler, name: str, steps: int, *, lists: bool = True, own: bool = False) -> None:
        """`own` is whether the object is the computed field's, `steps` how many relations may still be followed."""
        self._settler = settler
        self._name = name
        self._steps = steps
        self._lists = lists
        self._own = own

    def resolve(self, name: str) -> Symbol | None:
        found = self._settler.named(self._name, name)
        if found is None:
            here = _Names(self._settler, self._name, self._steps, lists=self._lists)
            return Symbol("", members=here) if self._own and name == RECORD else None
        type_ = type_of(found)
        to = leads_to(found, type_) if self._steps > 0 else None
        if found.type == "children":
            return Symbol(found.name, members=self._beyond(to, lists=False), many=True) if to and self._lists else None
        if type_ is None:
            return None
        members: Scope | None = PERSON if to == "person" else self._beyond(to, lists=self._lists) if to else None
        return Symbol(found.name, type_, members)

    def names(self) -> Iterable[str]:
        return self._settler.labels(self._name)

    def _beyond(self, to: str, *, lists: bool) -> Scope:
        return _Names(self._settler, to, self._steps - 1, lists=lists)


def _beside(home: Settled, lookup: Lookup, currency: str) -> str:
    """Return the field that tells in which currency a looked-up amount is: a lookup of its choice."""
    wanted = Lookup(lookup.via, currency)
    return next((name for name, one in home.fields.items() if one.computed == wanted), UNSAID)


def _names(fields: Mapping[str, Field]) -> dict[str, str]:
    """Return names by name and label, as an object's scope knows them."""
    names = {name: name for name in fields}
    for name, one in fields.items():
        for label in one.label.values():
            names.setdefault(normal(label), name)
    return names


def _can_measure(fn: str, of: Type | None) -> bool:
    if of is None or of.kind in ("list", "place"):
        return False
    if fn in ("sum", "avg"):
        return of == NUMBER
    return fn in ("first", "last") or of.kind in _ORDERED


def _is_moving(expression: Expression) -> bool:
    return expression.uses_now or not _BY_CALENDAR.isdisjoint(_operators(expression.ast))


def _counted(tree: Mapping[str, Any], over: str = "", times: int = 1) -> Iterator[tuple[str, int]]:
    """Yield each path that a statement holds, as often as it does, and how many times a list has it."""
    if tree["op"] == "field":
        path: str = tree["path"]
        yield (outside(path), times) if is_outside(path) or not over else (f"{over}.{path}", times)
    inner = tree.get("over")
    for arg in tree.get("args", ()):
        yield from _counted(arg, inner or over, times * LIST_COST if inner else times)


def _operators(tree: Mapping[str, Any]) -> Iterator[str]:
    yield tree["op"]
    for arg in tree.get("args", ()):
        yield from _operators(arg)
