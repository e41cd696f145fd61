"""Read the bodies of objects, pipelines, option lists and views into the model."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from closeloop.catalog.field_reader import LONGEST_DERIVED, OptionLists, Pipelines, read_field
from closeloop.catalog.field_types import FIELD_TYPES, has_column
from closeloop.catalog.messages import SYSTEM_LABELS
from closeloop.catalog.model import (
    CheckDef,
    DuplicateRule,
    Field,
    Label,
    ObjectDef,
    Pipeline,
    Stage,
    View,
)
from closeloop.catalog.reading import NAME, Node
from closeloop.db.naming import is_free_name

_THEN = ("join", "flag")
_CURRENCY = re.compile(r"[A-Z]{3}")
_OUTCOMES = ("open", "won", "lost")
_SHORTEST_DWELL = timedelta(minutes=1)
_SYSTEM_TYPES = {
    "id": "relation",
    "owner": "person",
    "created_at": "datetime",
    "updated_at": "datetime",
    "created_by": "person",
    "updated_by": "person",
    "version": "integer",
}
KEPT_NAMES = frozenset({*SYSTEM_LABELS, "extra", "deleted_at"})
"""Names that every object has already."""


def system_fields(object_name: str) -> dict[str, Field]:
    """Return the fields that every object has, as lists and expressions see them."""
    return {
        name: Field(name, label, _SYSTEM_TYPES[name], object=object_name if name == "id" else None, system=True)
        for name, label in SYSTEM_LABELS.items()
    }


def read_object(node: Node, lists: OptionLists, pipelines: Pipelines) -> ObjectDef:
    """Read an object; its `fields` are those of its own, the system's are added by the snapshot."""
    name = node.name("object")
    if NAME.fullmatch(name) and not is_free_name(name):
        node.problems.add(node.at("object"), "bad_name", name=name)
    fields: dict[str, Field] = {}
    sections = _sections(node)
    for key, raw in node.entries("fields"):
        place = node.at(f"fields.{key}")
        if not NAME.fullmatch(key) or not is_free_name(key):
            node.problems.add(place, "bad_name", name=key)
        elif key in KEPT_NAMES:
            node.problems.add(place, "name_taken", name=key)
            continue
        part = Node(raw, place, node.problems)
        section, currency = _section(part, sections), _currency(part)
        fields[key] = replace(read_field(part, key, lists, pipelines), section=section, currency=currency)
    _check_currencies(node, fields)
    if not fields:
        node.problems.add(node.at("fields"), "required")
    title = node.need("title", str, "")
    if fields and (title not in fields or not has_column(fields[title])):
        node.problems.add(node.at("title"), "unknown_field", name=title)
    search = node.words("search")
    for name_ in search:
        if name_ not in fields or not FIELD_TYPES[fields[name_].type].can.search:
            node.problems.add(node.at("search"), "unknown_field", name=name_)
    duplicates: list[DuplicateRule] = []
    for rule in node.children("duplicates"):
        duplicates += _duplicate(rule, fields)
    label = node.label()
    return ObjectDef(
        name=name,
        label=label,
        plural=label if node.any("plural") is None else node.label(key="plural"),
        title=title,
        fields=fields,
        duplicates=tuple(duplicates),
        checks=tuple(_check(one, fields) for one in node.children("checks")),
        search=search,
        sections=sections,
        icon=node.take("icon", str, "") or None,
        position=node.take("position", int, 100),
    )


def _sections(node: Node) -> dict[str, Label]:
    sections: dict[str, Label] = {}
    for key, raw in node.entries("sections"):
        part = Node(raw, node.at(f"sections.{key}"), node.problems)
        if not NAME.fullmatch(key):
            node.problems.add(part.place, "bad_name", name=key)
        sections[key] = part.label()
        part.done()
    return sections


def _section(field: Node, sections: Mapping[str, Label]) -> str | None:
    """Return the section that a field names; an operation's input has none, so `read_field` knows nothing of it."""
    key = field.take("section", str, "") or None
    if key is not None and key not in sections:
        field.problems.add(field.at("section"), "unknown_section", name=key, words=list(sections) or ["–"])
        return None
    return key


def _currency(field: Node) -> str | None:
    """Return the field beside an amount that says its currency; an operation's input has none, as with sections."""
    return field.take("currency", str, "") or None if field.any("type") == "money" else None


def _check_currencies(node: Node, fields: Mapping[str, Field]) -> None:
    for field in fields.values():
        if field.currency is None:
            continue
        place, beside = node.at(f"fields.{field.name}.currency"), fields.get(field.currency)
        if beside is None:
            node.problems.add(place, "unknown_field", name=field.currency)
        elif beside.type != "choice" or not all(_CURRENCY.fullmatch(option.key) for option in beside.options):
            node.problems.add(place, "not_currencies", name=field.currency)


def _duplicate(rule: Node, fields: Mapping[str, Field]) -> list[DuplicateRule]:
    names = rule.words("match")
    then = rule.one_of("then", _THEN, "flag")
    when = rule.take("when", str, "") or None
    for name in names:
        if name not in fields or len(name) > LONGEST_DERIVED:
            rule.problems.add(rule.at("match"), "unknown_field", name=name)
    if len(names) != 1:
        rule.problems.add(rule.at("match"), "one_field")
    inside = rule.take("in", str, "") or None
    against, to = (rule.take(key, str, "") if inside else "" for key in ("against", "to"))
    rule.done()
    return [DuplicateRule(name, then, when, inside, against or name, to or None) for name in names]


def _check(node: Node, fields: Mapping[str, Field]) -> CheckDef:
    field = node.take("field", str, "") or None
    if field is not None and field not in fields:
        node.problems.add(node.at("field"), "unknown_field", name=field)
    check = CheckDef(node.need("check", str, "true"), node.label(key="message"), field)
    node.done()
    return check


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
                dwell=_dwell(part) if outcome == "open" else None,  # nobody waits where a record ends
            )
        )
        if stages[-1].key in {stage.key for stage in stages[:-1]}:
            part.problems.add(part.at("key"), "twice", name=stages[-1].key)
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


def _dwell(stage: Node) -> timedelta | None:
    dwell = stage.span("dwell")
    if dwell is not None and dwell < _SHORTEST_DWELL:
        stage.problems.add(stage.at("dwell"), "too_small", min="1m")
        return None
    return dwell


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
