"""Board definitions: which records, a lane for each person of a field, and the lights that tell how each stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from closeloop.access.sight import Sight
from closeloop.base.errors import Invalid
from closeloop.catalog.field_types import abilities
from closeloop.catalog.model import Definition, Field, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.expr import BOOL, ExpressionError

COLORS = ("red", "amber", "green")
"""From the gravest to the best."""
FORMS = ("count", "share")


@dataclass(frozen=True, slots=True)
class Light:
    """One light; it is on where its condition holds, or where the record's waiting clock has the light's colour.

    One with neither takes all that no light before it took.
    """

    key: str
    label: Label
    color: str
    when: str | None
    clock: str | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of each lane: how many of its records the condition holds for, or which share of them."""

    key: str
    label: Label
    when: str
    share: bool


@dataclass(frozen=True, slots=True)
class Board:
    """One board as it is read; a record stands under the first of its lights that is on, and not at all without."""

    key: str
    object: str
    definition: Definition
    label: Label
    position: int
    group: str
    """The field whose person's lane a record stands in."""
    filter: str | None
    roles: tuple[str, ...]
    """Whose people have a lane even when nothing stands in it."""
    lights: tuple[Light, ...]
    measures: tuple[Measure, ...]
    columns: tuple[str, ...]
    sort: str | None

    def sources(self) -> Iterable[str]:
        """Yield every condition that the board rests on."""
        if self.filter:
            yield self.filter
        yield from (light.when for light in self.lights if light.when)
        yield from (measure.when for measure in self.measures)

    def shown_to(self, sight: Sight) -> bool:
        """Tell whether somebody sees every field that the board rests on; else it would tell what is hidden."""
        named = [part.strip().removeprefix("-") for part in (self.sort or "").split(",") if part.strip()]
        if any(name not in sight.fields for name in (self.group, *named)):
            return False
        try:
            for source in self.sources():
                sight.filter(source)
        except (ExpressionError, Invalid):
            return False
        return True


@dataclass(frozen=True, slots=True)
class BoardKind:
    """Boards as a kind of definition."""

    name: str = "board"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Board:
        key = node.name("board")
        object_name, what = catalog.target(node)
        fields: Mapping[str, Field] = what.fields if what else {}
        group = node.take("group", str, "owner")
        if what is not None and (group not in fields or fields[group].kind != "person" or fields[group].live):
            node.problems.add(node.at("group"), "not_a_person_field", name=group)
        lights = tuple(_light(part, what, catalog) for part in node.children("lights"))
        if not lights:
            node.problems.add(node.at("lights"), "required")
        for i, light in enumerate(lights[:-1]):
            if light.when is None and light.clock is None:  # what comes after it could never be on
                node.problems.add(node.at(f"lights[{i}].when"), "required")
        measures = tuple(_measure(part, what) for part in node.children("figures"))
        for name, keys in (("lights", [one.key for one in lights]), ("figures", [one.key for one in measures])):
            for i, one in enumerate(keys):
                if one in keys[:i]:
                    node.problems.add(node.at(f"{name}[{i}].key"), "taken")
        return Board(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            position=node.take("position", int, 100),
            group=group,
            filter=_condition(node, "filter", what),
            roles=_roles(node, catalog),
            lights=lights,
            measures=measures,
            columns=_columns(node, what),
            sort=_sort(node, what),
        )


def _light(node: Node, what: ObjectType | None, catalog: Snapshot) -> Light:
    clock = node.take("clock", str, "") or None
    when = _condition(node, "when", what)
    if clock is not None:
        known = next((one for one in catalog.definitions.get("clock", ()) if one.key == clock), None)
        if known is None or (what is not None and known.body.get("on") != what.name):
            node.problems.add(node.at("clock"), "unknown_clock", name=clock)
        if when is not None:
            node.problems.add(node.place, "one_of", words=["when", "clock"])
    key = node.name("key")
    light = Light(key, node.label(fallback=key), node.one_of("color", COLORS, COLORS[0]), when, clock)
    node.done()
    return light


def _measure(node: Node, what: ObjectType | None) -> Measure:
    key = node.name("key")
    when = _condition(node, "when", what)
    if when is None and not node.any("when"):
        node.problems.add(node.at("when"), "required")
    measure = Measure(key, node.label(fallback=key), when or "true", node.one_of("as", FORMS, "count") == "share")
    node.done()
    return measure


def _condition(node: Node, key: str, what: ObjectType | None) -> str | None:
    """Check a condition and keep its text: it is compiled for whoever looks, over the fields that they see."""
    source = node.take(key, str, "") or None
    if source is not None and what is not None:
        node.compile(source, node.at(key), what.scope, BOOL)
    return source


def _roles(node: Node, catalog: Snapshot) -> tuple[str, ...]:
    names = node.words("people")
    known = {one.key for one in catalog.definitions.get("role", ())}
    for name in names:
        if name not in known:
            node.problems.add(node.at("people"), "unknown_role", name=name)
    return names


def _columns(node: Node, what: ObjectType | None) -> tuple[str, ...]:
    names = node.words("columns")
    for name in names:
        if what is not None and (name not in what.fields or name in what.virtual):
            node.problems.add(node.at("columns"), "unknown_field", name=name)
    return names


def _sort(node: Node, what: ObjectType | None) -> str | None:
    sort = node.take("sort", str, "") or None
    for part in (sort or "").split(",") if sort else ():
        name = part.strip().removeprefix("-")
        if what is not None and (name not in what.fields or not abilities(what.fields[name]).sort):
            node.problems.add(node.at("sort"), "unknown_field", name=name)
    return sort


BOARDS = BoardKind()
