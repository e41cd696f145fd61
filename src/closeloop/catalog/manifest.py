"""Read the bodies of objects, pipelines, option lists and views into the model."""

from collections.abc import Mapping
from decimal import Decimal

from closeloop.catalog.field_types import FIELD_TYPES
from closeloop.catalog.messages import SYSTEM_LABELS
from closeloop.catalog.model import (
    DuplicateRule,
    Field,
    ObjectDef,
    Option,
    Pipeline,
    Stage,
    View,
)
from closeloop.catalog.reading import NAME, Node, read_options

OptionLists = Mapping[str, tuple[Option, ...]]
Pipelines = Mapping[str, Pipeline]

_THEN = ("join", "flag")
_OUTCOMES = ("open", "won", "lost")
_SYSTEM_TYPES = {
    "id": "relation",
    "owner": "person",
    "created_at": "datetime",
    "updated_at": "datetime",
    "created_by": "person",
    "updated_by": "person",
    "version": "integer",
}
_LONGEST_NORMED = 39
"""A field whose normal form is kept has a second column, `sys_norm_` and its name, within 48 bytes."""


def system_fields(object_name: str) -> dict[str, Field]:
    """Return the fields that every object has, as lists and expressions see them."""
    return {
        name: Field(name, label, _SYSTEM_TYPES[name], object=object_name if name == "id" else None, system=True)
        for name, label in SYSTEM_LABELS.items()
    }


def read_field(node: Node, name: str, lists: OptionLists, pipelines: Pipelines) -> Field:
    """Read one field: of an object or of an operation's input."""
    kind = node.one_of("type", tuple(FIELD_TYPES), "text")
    options: tuple[Option, ...] = ()
    pipeline = node.take("pipeline", str, "") or None
    list_name = node.take("options_from", str, "")
    if list_name:
        if list_name not in lists:
            node.problems.add(node.at("options_from"), "unknown_options", name=list_name)
        options = lists.get(list_name, ())
    elif node.any("options") is not None:
        options = read_options(node.any("options"), node.at("options"), node.problems)
    if kind == "stage":
        found = pipelines.get(pipeline or "")
        if found is None:
            node.problems.add(node.at("pipeline"), "unknown_pipeline", name=pipeline)
        else:
            options = tuple(Option(stage.key, stage.label) for stage in found.stages)
    elif kind in ("choice", "multi_choice") and not options:
        node.problems.add(node.at("options"), "required")
    needed = {"relation": ("object",), "children": ("object", "by")}.get(kind, ())
    for key in needed:
        if not node.any(key):
            node.problems.add(node.at(key), "required")
    field = Field(
        name=name,
        label=node.label(fallback=name),
        type=kind,
        core=node.take("core", bool, default=False),
        required=node.take("required", bool, default=False),
        max=_number(node, "max"),
        min=_number(node, "min"),
        options=options,
        object=node.take("object", str, "") or None,
        by=node.take("by", str, "") or None,
        pipeline=pipeline,
        source=node.take("from", str, "") or None,
    )
    node.done()
    return field


def read_object(node: Node, lists: OptionLists, pipelines: Pipelines) -> ObjectDef:
    """Read an object; its `fields` are those of its own, the system's are added by the snapshot."""
    name = node.name("object")
    fields: dict[str, Field] = {}
    taken = system_fields(name)
    for key, raw in node.entries("fields"):
        place = node.at(f"fields.{key}")
        if not NAME.fullmatch(key) or key.startswith("sys_"):
            node.problems.add(place, "bad_name", name=key)
        elif key in taken or key in ("extra", "deleted_at"):
            node.problems.add(place, "name_taken", name=key)
            continue
        fields[key] = read_field(Node(raw, place, node.problems), key, lists, pipelines)
    if not fields:
        node.problems.add(node.at("fields"), "required")
    title = node.need("title", str, "")
    if fields and (title not in fields or FIELD_TYPES[fields[title].type].column() is None):
        node.problems.add(node.at("title"), "unknown_field", name=title)
    search = node.words("search")
    for name_ in search:
        if name_ not in fields or not FIELD_TYPES[fields[name_].type].can.search:
            node.problems.add(node.at("search"), "unknown_field", name=name_)
    duplicates: list[DuplicateRule] = []
    for rule in node.children("duplicates"):
        duplicates += _duplicate(rule, fields)
    return ObjectDef(
        name=name,
        label=node.label(),
        title=title,
        fields=fields,
        duplicates=tuple(duplicates),
        search=search,
        icon=node.take("icon", str, "") or None,
    )


def _duplicate(rule: Node, fields: Mapping[str, Field]) -> list[DuplicateRule]:
    names = rule.words("match")
    then = rule.one_of("then", _THEN, "flag")
    when = rule.take("when", str, "") or None
    for name in names:
        if name not in fields or len(name) > _LONGEST_NORMED:
            rule.problems.add(rule.at("match"), "unknown_field", name=name)
    if len(names) != 1:
        rule.problems.add(rule.at("match"), "one_field")
    rule.done()
    return [DuplicateRule(name, then, when) for name in names]


def read_pipeline(node: Node) -> Pipeline:
    """Read a pipeline with its stages."""
    key = node.name("pipeline")
    stages: list[Stage] = []
    for part in node.children("stages"):
        outcome = part.one_of("outcome", _OUTCOMES, "open")
        stages.append(
            Stage(
                key=part.name("key"),
                label=part.label(),
                outcome=None if outcome == "open" else outcome,
            )
        )
        part.any("enter")  # what a stage requires is read by the mechanism that asks it, once objects are known
        part.done()
    if not stages:
        node.problems.add(node.at("stages"), "required")
    moves = node.child("moves")
    skip, back = True, True
    if moves is not None:
        skip, back = moves.take("skip", bool, default=True), moves.take("back", bool, default=True)
        moves.done()
    return Pipeline(key, node.name("on"), tuple(stages), skip=skip, back=back)


def read_view(node: Node) -> View:
    """Read a view; its filter and columns are checked against the object by the snapshot."""
    return View(
        key=node.name("view"),
        object=node.name("on"),
        label=node.label(),
        columns=node.words("columns"),
        filter=node.take("filter", str, "") or None,
        sort=node.take("sort", str, "") or None,
        position=node.take("position", int, 100),
    )


def _number(node: Node, key: str) -> Decimal | None:
    raw = node.any(key)
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        node.problems.add(node.at(key), "wrong_kind", expected="number")
        return None
    return Decimal(str(raw))
