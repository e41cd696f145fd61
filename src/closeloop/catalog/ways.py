"""Where the definitions on each object lead: over which relations, into which lists. Worked out once a release."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, cast

from closeloop.catalog.model import Definition, Lookup
from closeloop.catalog.object_type import ObjectType
from closeloop.catalog.snapshot import Snapshot
from closeloop.expr import Expression


@dataclass
class Way:
    """What is read beyond a record: by relation the way on from its target, by list the way on from its records."""

    relations: dict[str, "Way"] = field(default_factory=dict[str, "Way"])
    lists: dict[str, "Way"] = field(default_factory=dict[str, "Way"])

    def __bool__(self) -> bool:
        return bool(self.relations or self.lists)


def ways_of(catalog: Snapshot) -> Mapping[str, Way]:
    """Return by object what its definitions read beyond its own records; an object without is left out."""
    found: Mapping[str, Way] | None = catalog.statements.get("ways")
    if found is None:
        ways: dict[str, Way] = {}
        for what, expression in _expressions(catalog):
            for path in expression.reads:
                _add(ways.setdefault(what.name, Way()), what, path.removeprefix("before."), catalog)
        found = catalog.statements["ways"] = {name: way for name, way in ways.items() if way}
    return found


def _expressions(catalog: Snapshot) -> Iterator[tuple[ObjectType, Expression]]:
    """Yield every expression that is asked of a record that changes, with the record's object."""
    for what in catalog.objects.values():
        followed = (what.formulas[name] for name in what.leading - what.measured if name in what.stored)
        for one in (*(check.holds for check in what.checks), *what.defaults.values(), *followed):
            yield what, one
    for definition in catalog.compiled():
        what = catalog.objects.get(getattr(definition, "object", ""))
        if what is not None:
            for expression in _in(definition):
                yield what, expression


def _in(thing: object) -> Iterator[Expression]:
    """Yield the expressions that a compiled definition holds, however deep."""
    if isinstance(thing, Expression):
        yield thing
    elif isinstance(thing, Definition | str):
        return
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from _in(getattr(thing, one.name))
    elif isinstance(thing, Mapping):
        for one in cast("Mapping[Any, Any]", thing).values():
            yield from _in(one)
    elif isinstance(thing, Iterable):
        for one in cast("Iterable[Any]", thing):
            yield from _in(one)


def _add(way: Way, what: ObjectType, path: str, catalog: Snapshot) -> None:
    """Add a path, as far as it leads out of the record; a lookup or a formula leads where it reads."""
    head, _, rest = path.partition(".")
    one = what.fields.get(head)
    if one is None:
        return
    if isinstance(one.computed, Lookup):
        _add(way, what, ".".join(filter(None, (one.computed.via, one.computed.field, rest))), catalog)
        return
    if one.live and head in what.formulas:
        for inner in what.formulas[head].reads:
            _add(way, what, inner, catalog)
        return
    target = catalog.objects.get(one.object or "")
    if target is None:
        return
    if one.type == "children":
        _add(way.lists.setdefault(head, Way()), target, rest, catalog)
    elif rest and one.kind == "relation":
        _add(way.relations.setdefault(head, Way()), target, rest, catalog)
