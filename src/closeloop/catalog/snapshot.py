"""The immutable catalog of one company at one release: objects, tables, definitions; replaced whole, never patched."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.sql.elements import ClauseElement

from closeloop.base.errors import FieldError, Invalid, NotFound
from closeloop.catalog.calendars import CALENDARS, COMPANY, WALL, BusinessCalendar, plain_calendar
from closeloop.catalog.dependencies import settle
from closeloop.catalog.expressions import object_scope
from closeloop.catalog.field_types import abilities
from closeloop.catalog.manifest import read_field, read_object, read_pipeline, read_view
from closeloop.catalog.model import Company, Definition, Field, ObjectDef, Option, Pipeline, View
from closeloop.catalog.object_type import ObjectType
from closeloop.catalog.profiles import PERSON, PROFILES, Profile
from closeloop.catalog.reading import Node, Problems, read_options
from closeloop.catalog.store import Conversion
from closeloop.catalog.working_time import WALL_CLOCK, WorkingTime
from closeloop.db.statement import Statement, compile_statement
from closeloop.db.system_tables import SystemTables, system_tables
from closeloop.expr import BOOL, Calendar, Scope, SimpleScope

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Kind(Protocol, Generic[T_co]):
    """A kind of definition: its name, and how a body becomes what the kernel runs on."""

    @property
    def name(self) -> str: ...
    def compile(self, node: Node, definition: Definition, catalog: "Snapshot") -> T_co: ...


@dataclass(frozen=True, slots=True)
class ViewKind:
    """Views: their filter, order and columns must be fields of their object."""

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
        for part in view.sort.split(",") if view.sort else ():
            key = what.fields.get(part.strip().removeprefix("-"))
            if key is None or not abilities(key).sort:
                node.problems.add(node.at("sort"), "unknown_field", name=part.strip().removeprefix("-"))
        if view.filter:
            node.compile(view.filter, node.at("filter"), what.scope, BOOL)
        return view


VIEWS = ViewKind()
_NO_PROFILE = Profile()


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
        before: "Snapshot | None" = None,
    ) -> None:
        """Compile everything; raises Invalid naming each wrong definition as `kind/key: place`.

        `pinned` holds versions outside the release on which something still runs, as far as they have been read.
        What `before` has read of objects is not read again where neither they nor lists and pipelines have changed.
        """
        self.company = company
        self.release = release
        self.zone = ZoneInfo(company.time_zone)
        self.never = datetime(1, 1, 2, tzinfo=UTC)
        """A moment for surroundings in which nothing may depend on it."""
        self.system: SystemTables = system_tables(company.schema)
        self.conversions = conversions
        self._pinned: Mapping[UUID, Definition | None] = {} if pinned is None else pinned
        self._versions: dict[tuple[Hashable, UUID], Any] = {}
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
            one.key: read(one, partial(_pipeline, one)) for one in by_kind.get("pipeline", [])
        }
        read_before: Mapping[UUID, ObjectDef] = {} if before is None else self._known_bodies(before)
        bodies = {one.key: read_before.get(one.id) or read(one, self._object_body) for one in by_kind.get("object", [])}
        self.bodies: Mapping[UUID, ObjectDef] = {one.id: bodies[one.key] for one in by_kind.get("object", [])}
        """What each version of an object says, by the version's id."""
        settled, wrong = settle(bodies)
        self._fields: Mapping[str, Mapping[str, Field]] = {name: one.fields for name, one in settled.items()}
        lost = [
            (*_lost_targets(body, bodies), *_lost_rules(body, bodies), *_lost_stages(body, self.pipelines))
            for body in bodies.values()
        ]
        errors.extend([*wrong, *(error for of_one in lost for error in of_one)])
        objects: dict[str, ObjectType] = {}
        self.objects: Mapping[str, ObjectType] = objects
        for one in by_kind.get("object", []):
            problems = Problems()
            body = bodies[one.key]
            objects[one.key] = ObjectType(
                one, body, settled[one.key], company.schema, problems, self._becoming(body), self.fields_of, settled
            )
            errors.extend(FieldError(f"object/{one.key}: {e.field}", e.code, e.params) for e in problems.errors)
        self._usual = plain_calendar(self.zone)
        self._compiled: dict[str, dict[str, Any]] = {}
        for kind in (VIEWS, CALENDARS, PROFILES, *kinds):
            self._compiled[kind.name] = {
                one.key: read(one, partial(kind.compile, definition=one, catalog=self))
                for one in by_kind.get(kind.name, [])
            }
        known = {"options", "pipeline", "object", *self._compiled}
        errors.extend(FieldError(f"{kind}/", "unknown_kind") for kind in by_kind if kind not in known)
        if errors:
            raise Invalid("bad_definition", errors=errors)

    @cached_property
    def calendar(self) -> Calendar:
        """The days that the company works."""
        return self.all(CALENDARS).get(COMPANY, self._usual).days

    def _object_body(self, node: Node) -> ObjectDef:
        return read_object(node, self.option_lists, self.pipelines)

    def _known_bodies(self, before: "Snapshot") -> Mapping[UUID, ObjectDef]:
        """Return what an earlier release has read of objects, if lists and pipelines are those that it knew."""
        named = all(self.definitions.get(kind) == before.definitions.get(kind) for kind in ("options", "pipeline"))
        return before.bodies if named else {}

    def _becoming(self, body: ObjectDef) -> Mapping[str, Field]:
        return {
            one.field: read_field(Node(one.body, one.field, Problems()), one.field, {}, {})
            for one in self.conversions
            if one.object == body.name and one.field in body.fields
        }

    @property
    def profile(self) -> Profile:
        """What the company says of its people beyond what the kernel knows."""
        return self.all(PROFILES).get(PERSON) or _NO_PROFILE

    def is_open(self, calendar: str, moment: datetime) -> bool:
        """Tell whether a moment lies within a calendar's working time; a calendar that is gone is always open."""
        found = self.all(CALENDARS).get(calendar)
        return found is None or found.time.is_inside(moment)

    def object(self, name: str) -> ObjectType:
        found = self.objects.get(name)
        if found is None:
            raise NotFound("unknown_object", name=name)
        return found

    def fields_of(self, object_name: str) -> Mapping[str, Field] | None:
        """Return the fields of an object that paths may lead to; known before the objects themselves are made."""
        return self._fields.get(object_name)

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

    def business_calendar(self, key: str, version: UUID | None = None) -> BusinessCalendar | None:
        """Return a calendar, in the version that something runs on; that of the company is always there."""
        found = self.all(CALENDARS).get(key) if version is None else self.version(CALENDARS, key, version)
        return self._usual if found is None and key == COMPANY else found

    def working_time(self, key: str, version: UUID | None = None) -> WorkingTime:
        """Return what is counted by under a calendar's name; by one that has gone, as by the wall clock."""
        found = None if key == WALL else self.business_calendar(key, version)
        return WALL_CLOCK if found is None else found.time

    def compiled(self) -> Iterable[Any]:
        """Return the compiled definitions of every kind."""
        return (one for by_key in self._compiled.values() for one in by_key.values())

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

    def once(self, name: str, query: Callable[[], ClauseElement]) -> tuple[Statement, dict[str, Any]]:
        """Return a query compiled once a release, with its fixed parameters; what differs each time has a name in it.

        What is asked over and over is compiled once: that costs more than most answers, and a connection prepares anew
        what is compiled anew.
        """
        found = self.statements.get(("once", name))
        if found is None:
            found = self.statements["once", name] = compile_statement(query(), name)
        return found

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
        return self._version(kind, definition, present, partial(self._compile_old, kind))

    def pipeline_version(self, key: str, definition: UUID) -> Pipeline | None:
        """Return a pipeline in the version under which a stay began."""
        return self._version(read_pipeline, definition, self.pipelines.get(key), _pipeline)

    def _version(self, what: Hashable, definition: UUID, present: T, reader: Callable[[Definition, Node], T]) -> T:
        old = None if definition in self.by_id else self._pinned.get(definition)
        if old is None:
            return present
        if (what, definition) not in self._versions:
            problems = Problems()
            made = reader(old, Node(old.body, "", problems))
            self._versions[what, definition] = present if problems.errors else made
        return self._versions[what, definition]

    def _compile_old(self, kind: Kind[T], definition: Definition, node: Node) -> T:
        return kind.compile(node, definition, self)

    def pipeline_of(self, what: ObjectType) -> Pipeline | None:
        field = what.stage_field
        return None if field is None or field.pipeline is None else self.pipelines[field.pipeline]


def _pipeline(definition: Definition, node: Node) -> Pipeline:
    return replace(read_pipeline(node), definition=definition.id)


def _lost_targets(body: ObjectDef, bodies: Mapping[str, ObjectDef]) -> Iterable[FieldError]:
    """Return what is wrong with fields that name other objects, which may only be asked when all have been read."""
    place = f"object/{body.name}: fields"
    for field in body.fields.values():
        if field.object is None or field.type not in ("relation", "children"):
            continue
        target = bodies.get(field.object)
        if target is None:
            yield FieldError(f"{place}.{field.name}.object", "unknown_object", {"name": field.object})
        elif field.type == "children":
            back = target.fields.get(field.by or "")
            if back is None or (back.type, back.object) != ("relation", body.name):
                yield FieldError(f"{place}.{field.name}.by", "unknown_field", {"name": field.by})


def _lost_stages(body: ObjectDef, pipelines: Mapping[str, Pipeline]) -> Iterable[FieldError]:
    """Return what is wrong with stages: a record goes through one pipeline, which is its own object's."""
    first, *others = [field for field in body.fields.values() if field.type == "stage"] or [None]
    found = None if first is None else pipelines.get(first.pipeline or "")
    if first is not None and found is not None and found.object != body.name:
        yield FieldError(
            f"object/{body.name}: fields.{first.name}.pipeline", "unknown_pipeline", {"name": first.pipeline}
        )
    for field in others:
        if field is not None:
            yield FieldError(f"object/{body.name}: fields.{field.name}.type", "twice", {"name": "stage"})


def _lost_rules(body: ObjectDef, bodies: Mapping[str, ObjectDef]) -> Iterable[FieldError]:
    """Return what is wrong with duplicate rules that look at other objects: there must be such a form to look for."""
    for i, rule in enumerate(body.duplicates):
        if rule.inside is None or rule.field not in body.fields:
            continue
        place = f"object/{body.name}: duplicates[{i}]"
        target = bodies.get(rule.inside)
        if target is None or target is body:
            yield FieldError(f"{place}.in", "unknown_object", {"name": rule.inside})
            continue
        there = target.fields.get(rule.against)
        if there is None or there.type != body.fields[rule.field].type:
            yield FieldError(f"{place}.against", "unknown_field", {"name": rule.against})
        elif rule.against not in {one.field for one in target.duplicates if one.inside is None}:
            yield FieldError(f"{place}.against", "no_duplicate_rule", {"name": rule.against})
        if rule.to is not None and getattr(target.fields.get(rule.to), "type", None) != "relation":
            yield FieldError(f"{place}.to", "not_a_relation", {"name": rule.to})


def _read_option_list(node: Node) -> tuple[Option, ...]:
    node.name("options")
    node.label(fallback="")
    return read_options(node.any("values"), node.at("values"), node.problems)


def scope_with(what: ObjectType, **roots: Scope) -> SimpleScope:
    """Make a scope of an object's fields with further roots, such as `input` or `candidate`."""
    return object_scope(what.fields, roots, what.related)
