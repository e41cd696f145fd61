"""Plan the changes from one shape of a schema to another: pure, and in the same order every time."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from closeloop.schema.changes import (
    AddColumn,
    AddConstraint,
    AddUnvalidated,
    AdoptColumn,
    AdoptTable,
    AlterDefault,
    AlterNullable,
    BuildIndex,
    Change,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    ValidateConstraint,
    WidenType,
)
from closeloop.schema.shape import ColumnShape, ConstraintShape, SchemaShape, TableShape

T = TypeVar("T")

Adopted = Mapping[tuple[str, str | None], str]
"""What takes a wanted name from under a hidden one: (table, column) -> hidden column, (table, None) -> hidden table."""

_ORDER: tuple[type[Change], ...] = (
    DropIndex,
    DropConstraint,
    DropTable,
    AdoptTable,
    DropColumn,
    CreateTable,
    AdoptColumn,
    AddColumn,
    WidenType,
    AlterDefault,
    AlterNullable,
    AddConstraint,
    AddUnvalidated,
    CreateIndex,
    BuildIndex,
    ValidateConstraint,
)
_WIDER = {
    ("smallint", "integer"),
    ("smallint", "bigint"),
    ("integer", "bigint"),
    ("smallint", "numeric"),
    ("integer", "numeric"),
    ("bigint", "numeric"),
}
_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
_VARCHAR = re.compile(r"character varying(?:\((\d+)\))?")


@dataclass(frozen=True, slots=True)
class Problem:
    """A difference that no safe change bridges; `kind` says why: retype, primary_key or needs_default."""

    kind: str
    table: str
    name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes in the order in which they are made, and what they can't do."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]

    @property
    def now(self) -> list[Change]:
        """Return what is done in one transaction."""
        return [change for change in self.changes if not change.late]

    @property
    def late(self) -> list[Change]:
        """Return what is done after that transaction, piece by piece."""
        return [change for change in self.changes if change.late]


def plan(current: SchemaShape, wanted: SchemaShape, adopted: Adopted | None = None) -> Plan:
    """Compare two shapes; equal ones give a plan with no changes, unless something is adopted."""
    adopts = adopted or {}
    steps: list[Change | Problem] = []
    for name, table in wanted.tables.items():
        present = current.tables.get(name)
        columns = {column: hidden for (of, column), hidden in adopts.items() if of == name and column is not None}
        trashed = current.hidden.get(adopts.get((name, None), ""))
        if present is None and trashed is not None:
            keys = {key.removeprefix(trashed.name.removesuffix(name)): key for key in _keys(trashed)}
            steps.append(AdoptTable(name, trashed.name, tuple(keys)))
            renamed = {key: replace(trashed.constraints[old], name=key) for key, old in keys.items()}
            present = replace(trashed, name=name, constraints=renamed)
        steps += _create(table) if present is None else _alter(present, table, columns)
    for name, table in current.tables.items():
        if name not in wanted.tables:
            steps += _drop(table, current.hidden)
    changes = [step for step in steps if not isinstance(step, Problem)]
    problems = [step for step in steps if isinstance(step, Problem)]
    return Plan(tuple(sorted(changes, key=_place)), tuple(problems))


def _keys(table: TableShape) -> list[str]:
    return [c.name for c in table.constraints.values() if c.kind in {"primary_key", "unique"}]


def _place(change: Change) -> tuple[int, bool, str]:
    """Drops before what may take their names; a foreign key after the unique constraint that it refers to."""
    foreign = isinstance(change, AddConstraint) and change.constraint.kind == "foreign_key"
    return _ORDER.index(type(change)), foreign, change.table


def _create(table: TableShape) -> Iterator[Change]:
    yield CreateTable(table.name, table)
    for index in table.indexes.values():
        yield CreateIndex(table.name, index)
    for constraint in table.constraints.values():
        if constraint.kind == "foreign_key":
            yield AddConstraint(table.name, constraint)


def _add(table: str, constraint: ConstraintShape) -> Iterator[Change]:
    """Add a constraint to a table that has rows."""
    if constraint.kind == "unique":
        yield AddConstraint(table, constraint)
    else:
        yield AddUnvalidated(table, constraint)
        yield ValidateConstraint(table, constraint.name)


def _drop(table: TableShape, trash: Iterable[str]) -> Iterator[Change]:
    for name in table.indexes:
        yield DropIndex(table.name, name)
    for constraint in table.constraints.values():
        if constraint.kind == "foreign_key":
            yield DropConstraint(table.name, constraint.name)
    yield DropTable(table.name, _trash_name(table.name, trash), tuple(_keys(table)))


def _trash_name(name: str, taken: Iterable[str]) -> str:
    names = set(taken)
    number = 1
    while f"trash{number}_{name}" in names:
        number += 1
    return f"trash{number}_{name}"


def _alter(present: TableShape, wanted: TableShape, adopted: Mapping[str, str]) -> Iterator[Change | Problem]:
    name = wanted.name
    yield from _columns(present, wanted, adopted)
    for old, new in _pairs(present.constraints, wanted.constraints):
        if old == new:
            if old is not None and not old.validated:
                yield ValidateConstraint(name, old.name)
            continue
        if "primary_key" in {c.kind for c in (old, new) if c is not None}:
            if new is not None:
                yield Problem("primary_key", name, new.name)
            continue
        if old is not None:
            yield DropConstraint(name, old.name)
        if new is not None:
            yield from _add(name, new)
    for old, new in _pairs(present.indexes, wanted.indexes):
        if old == new and not (old is not None and adopted.keys() & set(old.columns)):
            continue
        if old is not None:
            yield DropIndex(name, old.name)
        if new is not None:
            yield BuildIndex(name, new)


def _pairs(old: Mapping[str, T], new: Mapping[str, T]) -> Iterator[tuple[T | None, T | None]]:
    for name in sorted({*old, *new}):
        yield old.get(name), new.get(name)


def _columns(present: TableShape, wanted: TableShape, adopted: Mapping[str, str]) -> Iterator[Change | Problem]:
    for name, column in present.columns.items():
        if name not in wanted.columns or name in adopted:
            yield DropColumn(wanted.name, column, _trash_name(name, present.hidden))
    for name, column in wanted.columns.items():
        old = present.columns.get(name)
        if name in adopted:
            hidden = present.hidden[adopted[name]]
            yield AdoptColumn(wanted.name, column, hidden.name)
            yield from _change_column(wanted.name, hidden, column)
        elif old is not None:
            yield from _change_column(wanted.name, old, column)
        elif column.nullable or column.default is not None:
            yield AddColumn(wanted.name, column)
        else:
            yield Problem("needs_default", wanted.name, name)


def _change_column(table: str, old: ColumnShape, new: ColumnShape) -> Iterator[Change | Problem]:
    if old.type != new.type:
        yield (
            WidenType(table, new.name, new.type) if is_wider(old.type, new.type) else Problem("retype", table, new.name)
        )
    if old.default != new.default:
        yield AlterDefault(table, new.name, new.default)
    if old.nullable != new.nullable:
        yield AlterNullable(table, new.name, new.nullable)


def is_wider(old: str, new: str) -> bool:
    """Tell whether every value of the one type is a value of the other."""
    if (old, new) in _WIDER:
        return True
    if exact := _NUMERIC.fullmatch(old):
        other = _NUMERIC.fullmatch(new)
        return new == "numeric" or (other is not None and other[2] == exact[2] and _more(exact[1], other[1]))
    if limited := _VARCHAR.fullmatch(old):
        other = _VARCHAR.fullmatch(new)
        return new == "text" or (other is not None and _more(limited[1], other[1]))
    return False


def _more(old: str | None, new: str | None) -> bool:
    """Tell whether a limit was raised or lifted."""
    return old is not None and (new is None or int(new) > int(old))
