"""One object as the kernel works with it: its fields, its table, and what is worked out of a record's values."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.convert import convert
from closeloop.catalog.dependencies import Figure, Settled
from closeloop.catalog.expressions import Related, object_scope, type_of
from closeloop.catalog.field_types import FILES, has_column, type_for
from closeloop.catalog.fitted import fitted
from closeloop.catalog.model import Definition, Field, Label, Lookup, ObjectDef
from closeloop.catalog.pinyin import order_key
from closeloop.catalog.reading import Node, Problems
from closeloop.catalog.search import tokens
from closeloop.db.naming import UNFINISHED, index_name, is_good_name, unique_name
from closeloop.expr import BOOL, Env, Expression, SimpleScope

FORMS = 1
"""Raised whenever a type of field gives another normal form than before: stored ones are then made anew."""

SEARCH = "sys_search"
"""The column of a record's search tokens."""
ORDER = "sys_order"
"""The column of what a record's title is ordered by."""

_NOTHING: Mapping[str, int] = {"count": 0, "sum": 0}
"""What a figure over no records is; the others are empty then."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A duplicate rule with its compiled condition."""

    field: Field
    then: str
    when: Expression | None
    object: str
    """Whose records it looks at."""
    against: str
    """Their field that it looks at."""
    foreign: bool
    """Whether they are another object's."""
    to: str | None
    """Their relation that leads to what is joined or flagged in their place."""

    @property
    def column(self) -> str:
        """The column that holds the normal form of what is there."""
        return f"sys_norm_{self.against}"

    def normal(self, value: Any) -> str | None:
        """Return the normal form of a value of the rule's own field."""
        return type_for(self.field).normal(value)

    def joins(self, match: Container[str]) -> bool:
        """Tell whether a record that is there stands for the one to be made, which asks to match by some fields.

        Whoever names fields to match by means records of the same object.
        """
        return self.then == "join" or (not self.foreign and self.field.name in match)


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold of a record after every change; where it is null it holds."""

    holds: Expression
    fields: frozenset[str]
    """The fields that it rests on."""
    message: Label
    field: str | None


class ObjectType:
    """One object with everything that is compiled of its definition; made when all objects have been read."""

    def __init__(
        self,
        definition: Definition,
        body: ObjectDef,
        settled: Settled,
        schema: str,
        problems: Problems,
        becoming: Mapping[str, Field],
        related: Related,
        elsewhere: Mapping[str, Settled],
    ) -> None:
        """`elsewhere` are the fields of all objects, which duplicate rules may look at."""
        self._schema = schema
        self.becoming = becoming
        """The fields that are becoming another type, as they will be."""
        self.definition = definition
        self.name = body.name
        self.label, self.plural = body.label, body.plural
        self.title = body.title
        self.sections = body.sections
        self.icon, self.position = body.icon, body.position
        self.fields: Mapping[str, Field] = MappingProxyType(settled.fields)
        self.own_fields: Mapping[str, Field] = {name: settled.fields[name] for name in body.fields}
        self.stored: Mapping[str, Field] = {n: f for n, f in self.own_fields.items() if has_column(f)}
        """The own fields that have a column."""
        self.virtual: Mapping[str, Field] = {
            n: f for n, f in self.own_fields.items() if not f.live and not has_column(f)
        }
        """The own fields that are no value of a record: what they show stands elsewhere."""
        self.lookups: tuple[str, ...] = tuple(n for n, f in self.own_fields.items() if f.type == "lookup")
        self.formulas: Mapping[str, Expression] = settled.formulas
        """In the order in which they depend on each other."""
        self.clocked: frozenset[str] = frozenset(settled.clocked)
        """The formulas that depend on the moment."""
        self.leading: frozenset[str] = frozenset(n for n, one in settled.formulas.items() if one.leads_on)
        """The formulas that lead to other records."""
        self.by_sql: frozenset[str] = frozenset(n for n in self.leading if self.fields[n].live)
        """Those of them that only SQL works out; a statement that does must not be kept, since it holds the moment."""
        self.measured: frozenset[str] = frozenset(n for n, one in settled.formulas.items() if one.lists)
        """Those over lists, which are worked out when everything is written, as figures are."""
        self._rests_on = {
            name: frozenset(path.partition(".")[0] for path in one.paths) for name, one in settled.formulas.items()
        }
        self.figures: Mapping[str, Figure] = settled.figures
        self.levels: Mapping[str, int] = settled.levels
        """How many figures deep a computed field reads."""
        self.numbered: Mapping[str, Field] = {n: f for n, f in self.stored.items() if f.type == "auto_number"}
        self.related = related
        self.scope: SimpleScope = object_scope(self.fields, related=related)
        self.stage_field = next((f for f in body.fields.values() if f.type == "stage"), None)
        node = Node({}, "", problems)
        self.duplicates = self._duplicates(body, elsewhere, node)
        self.checks = tuple(
            Check(holds, self.depends_on(holds.paths), one.message, one.field)
            for i, one in enumerate(body.checks)
            if (holds := node.compile(one.check, f"checks[{i}].check", self.scope, BOOL)) is not None
        )
        self.defaults: Mapping[str, Expression] = {
            name: expression
            for name, field in body.fields.items()
            if field.default is not None
            and field.default.expression is not None
            and (expression := node.compile(
                field.default.expression, f"fields.{name}.default", self.scope, type_of(field)
            )) is not None
        }  # fmt: skip
        self.search: tuple[str, ...] = body.search
        self.filed: tuple[str, ...] = tuple(one.name for one in body.fields.values() if one.type in FILES)
        """The fields that refer to files."""
        self.normed: Mapping[str, Field] = {rule.column: rule.field for rule in self.duplicates if not rule.foreign}
        self.distinct: Mapping[str, Field] = {f"sys_uniq_{f.name}": f for f in self.stored.values() if f.unique}
        """Columns of the forms in which the values of unique fields must differ."""
        title = self.own_fields.get(self.title)
        self.is_ordered = title is not None and title.type == "text" and title.computed is None
        """Whether records are ordered by how their title is read."""
        self.taken_by: dict[str, str] = {}
        """Which field a unique index is about; known once the table has been described."""

    def _duplicates(self, body: ObjectDef, elsewhere: Mapping[str, Settled], node: Node) -> tuple["Duplicate", ...]:
        """Compile the duplicate rules: a condition is asked of the record that is there, without looking at others."""
        own = object_scope(self.fields)
        others = {rule.inside for rule in body.duplicates if rule.inside in elsewhere}
        scopes = {name: object_scope(elsewhere[name].fields) for name in others if name is not None}
        return tuple(
            Duplicate(
                self.fields[rule.field],
                rule.then,
                node.compile(rule.when, f"duplicates[{i}].when", scopes.get(rule.inside or "", own), BOOL)
                if rule.when
                else None,
                rule.inside or self.name,
                rule.against,
                rule.inside is not None,
                rule.to,
            )
            for i, rule in enumerate(body.duplicates)
            if rule.field in body.fields
        )

    @cached_property
    def table(self) -> sa.Table:
        """The object's table, described when somebody first asks: most objects wait long for that."""
        return _table(self, sa.MetaData(schema=self._schema))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return tuple(str(column.name) for column in self.table.columns)

    @cached_property
    def _watched(self) -> frozenset[str]:
        """The fields that something follows from when they change."""
        formed = (field.name for field in (*self.normed.values(), *self.distinct.values()))
        return frozenset({*formed, *self.search, self.title, *self.becoming}.union(*self._rests_on.values()))

    def derive(self, row: dict[str, Any], changed: Collection[str], env: Env) -> dict[str, Any]:
        """Work out what follows from changed columns: formulas, normal forms, search tokens.

        Returns what the columns that were set held before; live formulas are set as well, but they have no column.
        """
        before: dict[str, Any] = {}
        if self._watched.isdisjoint(changed):
            return before
        moved = set(changed)
        for name, formula in self.formulas.items():
            if moved.isdisjoint(self._rests_on[name]):
                continue
            if self.fields[name].live:
                moved.add(name)
                self._show(name, formula, row, env)
            elif name not in self.measured:
                value = self._value(name, formula, row, env)
                if row.get(name) != value:
                    moved.add(name)
                    before[name] = row.get(name)
                row[name] = value
        for column, value in self._forms(row, moved):
            before[column] = row.get(column)
            row[column] = value
        return before

    def _forms(self, row: Mapping[str, Any], moved: Container[str]) -> Iterator[tuple[str, Any]]:
        """Yield the columns that are kept beside fields, as they follow from the fields that have moved."""
        for column, field in (*self.normed.items(), *self.distinct.items()):
            if field.name in moved:
                yield column, self._form(column, field, row)
        if any(name in moved for name in self.search):
            yield SEARCH, self._tokens(row)
        if self.is_ordered and self.title in moved:
            yield ORDER, order_key(row[self.title])
        for name, field in self.becoming.items():
            if name in moved:
                yield UNFINISHED + name, convert(row[name], field)

    def think_ahead(self, texts: Mapping[str, Any]) -> None:
        """Work out the forms of texts that are about to be written: they are remembered, and found by the write.

        For whoever has time before the write: a thread that reads a table while the rows before are being stored.
        """
        row = {name: texts.get(name) for name in (*self.search, self.title, *(f.name for f in self.normed.values()))}
        for column, field in self.normed.items():
            self._form(column, field, row)
        self._tokens(row)
        if self.is_ordered:
            order_key(row[self.title])

    def work_out(self, row: Mapping[str, Any], columns: Sequence[str], env: Env) -> dict[str, Any]:
        """Return the values of columns that follow from the others of a stored row, whatever they are there."""
        now = dict(row)
        for name, formula in self.formulas.items():
            if name in columns:
                now[name] = self._value(name, formula, now, env)
        for column, field in (*self.normed.items(), *self.distinct.items()):
            if column in columns:
                now[column] = self._form(column, field, row)
        if SEARCH in columns:
            now[SEARCH] = self._tokens(row)
        if ORDER in columns:
            now[ORDER] = order_key(row[self.title])
        return {column: now[column] for column in columns}

    def _form(self, column: str, field: Field, row: Mapping[str, Any]) -> str | None:
        kind, value = type_for(field), row[field.name]
        return kind.normal(value) if column in self.normed else kind.distinct(value)

    def _tokens(self, row: Mapping[str, Any]) -> list[str]:
        return tokens(type_for(self.fields[name]).searched(row[name]) for name in self.search)

    def begin(self, row: dict[str, Any], changed: Iterable[str], env: Env) -> None:
        """Work out everything that a new record starts with: figures over no records, all formulas, and the rest."""
        for name, figure in self.figures.items():
            row[name] = fitted(_NOTHING.get(figure.fn), figure.field.kind)
        for name, formula in self.formulas.items():
            if self.fields[name].live:
                self._show(name, formula, row, env)
            elif name in self.measured and any("." in path for path in formula.paths):
                row[name] = None
            else:
                row[name] = self._value(name, formula, row, env)
        row.update(self._forms(row, {*changed, *self.formulas}))

    def complete(self, row: dict[str, Any], env: Env) -> None:
        """Add the values of live formulas to a row that was read."""
        for name, formula in self.formulas.items():
            if self.fields[name].live:
                self._show(name, formula, row, env)

    def _show(self, name: str, formula: Expression, row: dict[str, Any], env: Env) -> None:
        """Set a live formula, unless it leads to other records: SQL reads it, or the row answers when it is asked."""
        if name not in self.by_sql and formula.paths <= row.keys():
            row[name] = self._value(name, formula, row, env)

    def depends_on(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the record's own fields that the values of the paths rest on; what lies beyond them isn't watched."""
        found: set[str] = set()
        for path in paths:
            head = path.partition(".")[0]
            one = self.fields.get(head)
            if one is not None and isinstance(one.computed, Lookup):
                found.add(one.computed.via)
            elif one is not None and one.live and head in self.formulas:
                found |= self.depends_on(self.formulas[head].paths)
            else:
                found.add(head)
        return frozenset(found)

    def inputs_of(self, names: Iterable[str]) -> list[str]:
        """Return the columns and lookups that the live formulas among the names are computed of.

        Those that lead to other records are computed in SQL, and so stand for themselves.
        """
        found: dict[str, None] = {}
        for name in names:
            if name in self.by_sql:
                found[name] = None
            elif name in self.formulas and self.fields[name].live:
                for path in sorted(self.formulas[name].paths):
                    one = self.fields.get(path)
                    if one is not None and one.live and path in self.formulas:
                        found.update(dict.fromkeys(self.inputs_of([path])))
                    else:
                        found[path] = None
        return list(found)

    def _value(self, name: str, formula: Expression, row: Mapping[str, Any], env: Env) -> Any:
        return fitted(formula.evaluate(row, env), self.fields[name].kind)

    def ordered_by(self, name: str) -> str:
        """Return the column that holds what records are ordered by when they are by a field."""
        return ORDER if self.is_ordered and name == self.title else name

    def field(self, name: str) -> Field:
        found = self.fields.get(name)
        if found is None:
            raise Invalid(errors=[FieldError(name, "unknown_field", {"name": name})])
        return found


def _table(what: ObjectType, tables: sa.MetaData) -> sa.Table:
    name = what.name
    alive = sa.text("deleted_at IS NULL")
    columns: list[sa.Column[Any]] = [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid()),
        sa.Column("owner", sa.Uuid()),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("extra", JSONB()),
    ]
    columns += [sa.Column(f.name, type_for(f).column()) for f in what.stored.values()]
    columns += [sa.Column(UNFINISHED + f.name, type_for(f).column()) for f in what.becoming.values()]
    columns += [sa.Column(column, sa.Text()) for column in (*what.normed, *what.distinct)]
    if what.search:
        columns.append(sa.Column(SEARCH, ARRAY(sa.Text())))
    if what.is_ordered:
        columns.append(sa.Column(ORDER, sa.Text()))
    indexes = [
        sa.Index(f"{name}_created_at", "created_at", "id", postgresql_where=alive),
        sa.Index(f"{name}_owner", "owner", "created_at", "id", postgresql_where=alive),
    ]
    if what.search:
        indexes.append(sa.Index(f"{name}_search", SEARCH, postgresql_using="gin", postgresql_where=alive))
    if what.is_ordered:
        indexes.append(sa.Index(f"{name}_order", ORDER, "id", postgresql_where=alive))
    if what.stage_field is not None:
        indexes.append(sa.Index(f"{name}_owner_stage", "owner", what.stage_field.name, postgresql_where=alive))
    indexes += [
        sa.Index(_index(f"{name[:20]}_{column}", name, column), column, postgresql_where=alive)
        for column in what.normed
    ]
    indexes += [
        sa.Index(_index(f"{name[:20]}_{f.name}_r", name, f.name), f.name, postgresql_where=alive)
        for f in what.stored.values()
        if f.type == "relation"
    ]
    indexes += [
        sa.Index(index_name(name, (f.name, "id")), f.name, "id", postgresql_where=alive)
        for f in what.stored.values()
        if f.index
    ]
    for column, f in what.distinct.items():
        unique = unique_name(name, (column,))
        what.taken_by[unique] = f.name
        indexes.append(sa.Index(unique, column, unique=True, postgresql_where=alive))
    return sa.Table(name, tables, *columns, *indexes, sa.PrimaryKeyConstraint("id", name=f"{name}_pk"))


def _index(short: str, table: str, column: str) -> str:
    return short if is_good_name(short) else index_name(table, (column,))
