"""The immutable catalog of one company at one release: objects, tables, definitions; replaced whole, never patched."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from closeloop.base.errors import FieldError, Invalid, NotFound
from closeloop.catalog.calendars import CALENDARS, COMPANY, china
from closeloop.catalog.convert import convert
from closeloop.catalog.expressions import object_scope
from closeloop.catalog.field_types import FIELD_TYPES
from closeloop.catalog.manifest import read_field, read_object, read_pipeline, read_view, system_fields
from closeloop.catalog.model import Company, Definition, Field, Label, ObjectDef, Option, Pipeline, View
from closeloop.catalog.reading import Node, Problems, read_options
from closeloop.catalog.search import tokens
from closeloop.catalog.store import Conversion
from closeloop.db.naming import UNFINISHED
from closeloop.db.system_tables import SystemTables, system_tables
from closeloop.expr import BOOL, Calendar, Expression, Scope, SimpleScope

SEARCH = "sys_search"
"""The column of a record's search tokens."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A duplicate rule with its compiled condition."""

    field: Field
    then: str
    when: Expression | None

    @property
    def column(self) -> str:
        """The column that holds the normal form."""
        return f"sys_norm_{self.field.name}"


class ObjectType:
    """One object as the kernel works with it: its fields, its table and the scope of its expressions."""

    def __init__(
        self, definition: Definition, body: ObjectDef, schema: str, problems: Problems, becoming: Mapping[str, Field]
    ) -> None:
        self._schema = schema
        self.becoming = becoming
        """The fields that are becoming another type, as they will be."""
        self.definition = definition
        self.name = body.name
        self.label: Label = body.label
        self.title = body.title
        self.icon = body.icon
        self.own_fields: Mapping[str, Field] = body.fields
        self.fields: Mapping[str, Field] = MappingProxyType({**body.fields, **system_fields(body.name)})
        self.stored: Mapping[str, Field] = {n: f for n, f in body.fields.items() if _has_column(f)}
        """The own fields that have a column."""
        self.virtual: Mapping[str, Field] = {n: f for n, f in body.fields.items() if n not in self.stored}
        """The own fields that have none: what they show stands elsewhere."""
        self.scope: SimpleScope = object_scope(self.fields)
        self.stage_field = next((f for f in body.fields.values() if f.type == "stage"), None)
        duplicates: list[Duplicate] = []
        for i, rule in enumerate(body.duplicates):
            when = None
            if rule.when and rule.field in body.fields:
                when = Node({}, "", problems).compile(rule.when, f"duplicates[{i}].when", self.scope, BOOL)
            if rule.field in body.fields:
                duplicates.append(Duplicate(body.fields[rule.field], rule.then, when))
        self.duplicates = tuple(duplicates)
        self.search: tuple[str, ...] = body.search
        self.normed: Mapping[str, Field] = {rule.column: rule.field for rule in self.duplicates}

    @cached_property
    def table(self) -> sa.Table:
        """The object's table, described when somebody first asks: most objects wait long for that."""
        return _table(self, sa.MetaData(schema=self._schema))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return tuple(str(column.name) for column in self.table.columns)

    def derive(self, row: dict[str, Any], changed: Container[str]) -> list[str]:
        """Work out the columns that follow from changed ones, normal forms and search tokens; return their names."""
        derived: list[str] = []
        for column, field in self.normed.items():
            if field.name in changed:
                row[column] = FIELD_TYPES[field.type].normal(row[field.name])
                derived.append(column)
        if any(name in changed for name in self.search):
            row[SEARCH] = tokens(FIELD_TYPES[self.fields[name].type].searched(row[name]) for name in self.search)
            derived.append(SEARCH)
        for name, field in self.becoming.items():
            if name in changed:
                row[UNFINISHED + name] = convert(row[name], field)
                derived.append(UNFINISHED + name)
        return derived

    def field(self, name: str) -> Field:
        found = self.fields.get(name)
        if found is None:
            raise Invalid(errors=[FieldError(name, "unknown_field", {"name": name})])
        return found


def _has_column(field: Field) -> bool:
    return FIELD_TYPES[field.type].column() is not None


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
    columns += [sa.Column(f.name, FIELD_TYPES[f.type].column()) for f in what.stored.values()]
    columns += [sa.Column(UNFINISHED + f.name, FIELD_TYPES[f.type].column()) for f in what.becoming.values()]
    columns += [sa.Column(column, sa.Text()) for column in what.normed]
    if what.search:
        columns.append(sa.Column(SEARCH, ARRAY(sa.Text())))
    indexes = [
        sa.Index(f"{name}_created_at", "created_at", "id", postgresql_where=alive),
        sa.Index(f"{name}_owner", "owner", "created_at", "id", postgresql_where=alive),
    ]
    if what.search:
        indexes.append(sa.Index(f"{name}_search", SEARCH, postgresql_using="gin", postgresql_where=alive))
    if what.stage_field is not None:
        indexes.append(sa.Index(f"{name}_owner_stage", "owner", what.stage_field.name, postgresql_where=alive))
    indexes += [sa.Index(f"{name[:20]}_{column}", column, postgresql_where=alive) for column in what.normed]
    indexes += [
        sa.Index(f"{name[:20]}_{f.name}_r", f.name, postgresql_where=alive)
        for f in what.stored.values()
        if f.type == "relation"
    ]
    return sa.Table(name, tables, *columns, *indexes, sa.PrimaryKeyConstraint("id", name=f"{name}_pk"))


class Kind(Protocol, Generic[T_co]):
    """A kind of definition: its name, and how a body becomes what the kernel runs on."""

    @property
    def name(self) -> str: ...
    def compile(self, node: Node, definition: Definition, catalog: "Snapshot") -> T_co: ...


@dataclass(frozen=True, slots=True)
class ViewKind:
    """Views: their filter and columns must be fields of their object."""

    name: str = "view"

    def compile(self, node: Node, definition: Definition, catalog: "Snapshot") -> View:  # noqa: ARG002 - Kind
        view = read_view(node)
        what = catalog.objects.get(view.object)
        if what is None:
            node.problems.add(node.at("on"), "unknown_object", name=view.object)
            return view
        for column in view.columns:
            if column not in what.fields:
                node.problems.add(node.at("columns"), "unknown_field", name=column)
        if view.filter:
            node.compile(view.filter, node.at("filter"), what.scope, BOOL)
        return view


VIEWS = ViewKind()


class Snapshot:
    """All metadata of one company at one release; every transaction works with exactly one."""

    def __init__(
        self,
        company: Company,
        release: int,
        definitions: Iterable[Definition],
        kinds: Sequence[Kind[Any]],
        conversions: Sequence[Conversion] = (),
        pinned: Mapping[UUID, Definition | None] | None = None,
    ) -> None:
        """Compile everything; raises Invalid naming each wrong definition as `kind/key: place`.

        `pinned` holds versions outside the release on which something still runs, as far as they have been read.
        """
        self.company = company
        self.release = release
        self.zone = ZoneInfo(company.time_zone)
        self.system: SystemTables = system_tables(company.schema)
        self.conversions = conversions
        self._pinned: Mapping[UUID, Definition | None] = {} if pinned is None else pinned
        self._versions: dict[UUID, Any] = {}
        self.statements: dict[object, Any] = {}
        """Compiled statements by what they do; they live as long as the tables they name."""
        by_kind: dict[str, list[Definition]] = {}
        for one in sorted(definitions, key=lambda d: (d.kind, d.key)):
            by_kind.setdefault(one.kind, []).append(one)
        self.definitions: Mapping[str, Sequence[Definition]] = by_kind
        self.by_id: Mapping[UUID, Definition] = {one.id: one for same in by_kind.values() for one in same}
        errors: list[FieldError] = []

        def read(one: Definition, reader: Callable[[Node], T]) -> T:
            problems = Problems()
            node = Node(one.body, "", problems)
            result = reader(node)
            node.done()
            place = f"{one.kind}/{one.key}"
            errors.extend(FieldError(f"{place}: {e.field}", e.code, e.params) for e in problems.errors)
            return result

        lists: dict[str, tuple[Option, ...]] = {}
        self.option_lists: Mapping[str, tuple[Option, ...]] = lists
        for one in by_kind.get("options", []):
            lists[one.key] = read(one, _read_option_list)
        self.pipelines: Mapping[str, Pipeline] = {
            one.key: read(one, read_pipeline) for one in by_kind.get("pipeline", [])
        }
        objects: dict[str, ObjectType] = {}
        for one in by_kind.get("object", []):
            objects[one.key] = read(one, partial(self._object, one))
        self.objects: Mapping[str, ObjectType] = objects
        for what in objects.values():
            errors.extend(_lost_targets(what, objects))
        self._compiled: dict[str, dict[str, Any]] = {}
        known = {"options", "pipeline", "object"}
        for kind in (VIEWS, CALENDARS, *kinds):
            known.add(kind.name)
            self._compiled[kind.name] = {
                one.key: read(one, partial(kind.compile, definition=one, catalog=self))
                for one in by_kind.get(kind.name, [])
            }
        self.calendar: Calendar = self.all(CALENDARS).get(COMPANY, china())
        """The days that the company works."""
        errors.extend(FieldError(f"{kind}/", "unknown_kind") for kind in by_kind if kind not in known)
        if errors:
            raise Invalid("bad_definition", errors=errors)

    def _object(self, definition: Definition, node: Node) -> ObjectType:
        body = read_object(node, self.option_lists, self.pipelines)
        becoming = {
            one.field: read_field(Node(one.body, one.field, Problems()), one.field, {}, {})
            for one in self.conversions
            if one.object == body.name and one.field in body.fields
        }
        return ObjectType(definition, body, self.company.schema, node.problems, becoming)

    def object(self, name: str) -> ObjectType:
        found = self.objects.get(name)
        if found is None:
            raise NotFound("unknown_object", name=name)
        return found

    def target(self, node: Node) -> tuple[str, ObjectType | None]:
        """Read a definition's `on`: the name of the object it belongs to, and the object if there is one."""
        name = node.name("on")
        found = self.objects.get(name)
        if found is None:
            node.problems.add(node.at("on"), "unknown_object", name=name)
        return name, found

    def all(self, kind: Kind[T]) -> Mapping[str, T]:
        """Return the compiled definitions of a kind by key."""
        return self._compiled[kind.name]

    def on(self, kind: Kind[T], object_name: str) -> tuple[T, ...]:
        """Return the compiled definitions of a kind that belong to an object, by their position, then by key."""
        place = ("on", kind.name, object_name)
        found = self.statements.get(place)
        if found is None:
            mine = [(key, d) for key, d in self.all(kind).items() if getattr(d, "object", None) == object_name]
            found = tuple(d for _, d in sorted(mine, key=lambda one: (getattr(one[1], "position", 0), one[0])))
            self.statements[place] = found
        return found

    def tables(self) -> list[sa.Table]:
        """Return all tables that the company's schema must have: the kernel's and the objects'."""
        return [*self.system.all(), *(what.table for what in self.objects.values())]

    def definition(self, kind: str, key: str) -> Definition | None:
        """Return the version of a definition that the release holds."""
        return next((one for one in self.definitions.get(kind, ()) if one.key == key), None)

    def knows(self, definition: UUID) -> bool:
        """Tell whether a version is at hand; one that isn't is read and pinned before it is asked for."""
        return definition in self.by_id or definition in self._pinned

    def version(self, kind: Kind[T], key: str, definition: UUID) -> T | None:
        """Return a definition in the version that something runs on, whatever has been published since.

        One that can't be compiled any more, since a field that it names has gone, gives way to the present one.
        """
        present = self.all(kind).get(key)
        return self._version(definition, present, partial(self._compile_old, kind))

    def pipeline_version(self, key: str, definition: UUID) -> Pipeline | None:
        """Return a pipeline in the version under which a stay began."""
        return self._version(definition, self.pipelines.get(key), lambda one, node: read_pipeline(node))  # noqa: ARG005

    def _version(self, definition: UUID, present: T, reader: Callable[[Definition, Node], T]) -> T:
        old = None if definition in self.by_id else self._pinned.get(definition)
        if old is None:
            return present
        if definition not in self._versions:
            problems = Problems()
            made = reader(old, Node(old.body, "", problems))
            self._versions[definition] = present if problems.errors else made
        return self._versions[definition]

    def _compile_old(self, kind: Kind[T], definition: Definition, node: Node) -> T:
        return kind.compile(node, definition, self)

    def pipeline_of(self, what: ObjectType) -> Pipeline | None:
        field = what.stage_field
        return None if field is None or field.pipeline is None else self.pipelines[field.pipeline]


def _lost_targets(what: ObjectType, objects: Mapping[str, ObjectType]) -> Iterable[FieldError]:
    """Return what is wrong with fields that name other objects, which may only be asked when all have been read."""
    place = f"object/{what.name}: fields"
    for field in what.own_fields.values():
        if field.object is None or field.type not in ("relation", "children"):
            continue
        target = objects.get(field.object)
        if target is None:
            yield FieldError(f"{place}.{field.name}.object", "unknown_object", {"name": field.object})
        elif field.type == "children":
            back = target.own_fields.get(field.by or "")
            if back is None or (back.type, back.object) != ("relation", what.name):
                yield FieldError(f"{place}.{field.name}.by", "unknown_field", {"name": field.by})


def _read_option_list(node: Node) -> tuple[Option, ...]:
    node.name("options")
    node.label(fallback="")
    return read_options(node.any("values"), node.at("values"), node.problems)


def scope_with(what: ObjectType, **roots: Scope) -> SimpleScope:
    """Make a scope of an object's fields with further roots, such as `input` or `candidate`."""
    return object_scope(what.fields, roots)
