"""How each column that the kernel works out is made, so that two releases can be compared."""

from collections.abc import Iterator
from typing import Any

from closeloop.catalog.object_type import ORDER, SEARCH, ObjectType
from closeloop.catalog.snapshot import Snapshot

Step = tuple[int, str, tuple[str, ...]]
"""(level, object, columns): those of a lower level must be right before."""


def outdated(before: Snapshot, after: Snapshot) -> list[Step]:
    """Return the columns whose stored values may not be what the newer release makes of the records, in order."""
    steps: dict[tuple[int, str], list[str]] = {}
    for name, what in after.objects.items():
        there = before.objects.get(name)
        known = dict(_recipes(there, before)) if there else {}
        for column, recipe in _recipes(what, after):
            if known.get(column) != recipe:
                steps.setdefault((what.levels.get(column, 0), name), []).append(column)
    return [(level, name, tuple(columns)) for (level, name), columns in sorted(steps.items())]


def _recipes(what: ObjectType, catalog: Snapshot) -> Iterator[tuple[str, Any]]:
    for name in (*what.figures, *what.formulas):
        if name in what.stored:
            yield name, _computed(what, name, catalog)
    for column, field in (*what.normed.items(), *what.distinct.items()):
        yield column, (field.name, field.kind)
    if what.search:
        yield SEARCH, [(name, what.fields[name].kind) for name in what.search]
    if what.is_ordered:
        yield ORDER, what.title


def _computed(what: ObjectType, name: str, catalog: Snapshot) -> Any:
    """Return everything that a computed column depends on, those that it reads included."""
    kind = what.fields[name].kind
    figure = what.figures.get(name)
    if figure is not None:
        child = catalog.object(figure.child)
        inputs = [(one, _of(child, one, catalog)) for one in sorted(figure.inputs)]
        of, where = figure.of and figure.of.name, figure.where and figure.where.ast
        return kind, figure.child, figure.by, figure.fn, of, where, inputs
    formula = what.formulas.get(name)
    if formula is None:
        return kind
    return kind, formula.ast, [(one, _of(what, one, catalog)) for one in sorted(formula.reads)]


def _of(what: ObjectType, path: str, catalog: Snapshot) -> Any:
    """Return what a path depends on: the fields on the way, and how the last one is computed."""
    head, _, rest = path.partition(".")
    field = what.fields.get(head)
    if field is None:
        return None
    if not rest:
        return _computed(what, head, catalog)
    beyond = catalog.objects.get(field.object or "")
    return field.object, field.by, None if beyond is None else _of(beyond, rest, catalog)
