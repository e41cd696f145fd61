"""Read one field of a definition into the model, and check what its type needs and what it can do."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from closeloop.catalog.field_types import FIELD_TYPES, FILES, Coercion
from closeloop.catalog.field_types.computed import Computed
from closeloop.catalog.field_types.counted import is_format
from closeloop.catalog.model import (
    Default,
    Field,
    Formula,
    Label,
    Lookup,
    Option,
    Pattern,
    Pipeline,
    Rollup,
)
from closeloop.catalog.reading import Node, read_options

OptionLists = Mapping[str, tuple[Option, ...]]
Pipelines = Mapping[str, Pipeline]

LONGEST_DERIVED = 39
"""A field of which a form is kept has a second column, `sys_norm_` or `sys_uniq_` and its name, within 48 bytes."""
ROLLUPS = ("count", "sum", "avg", "min", "max", "first", "last")
RESULTS = ("text", "long_text", "choice", "integer", "decimal", "money", "percent")
"""The types that a formula may name for its result; the others follow from the expression."""

_WITHOUT_DEFAULT = frozenset({"relation", *FILES})
_LONGEST_INDEXED = 500
"""Characters of a text that an index still holds."""
_FROM_ELSEWHERE = ("options", "items", "pipeline")
"""What may be there in another way, and is looked at when the options are read."""
_LONGEST_PATTERN = 200
_REPEATS = re.compile(r"[*+]|\{\d*,\d*\}")
_CHOICES = re.compile(r"[?|]")
_MOST_REPEATS, _MOST_CHOICES = 2, 6
_PLAIN_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")


def read_field(node: Node, name: str, lists: OptionLists, pipelines: Pipelines) -> Field:
    """Read one field: of an object or of an operation's input."""
    type_ = node.one_of("type", tuple(FIELD_TYPES), "text")
    for key in FIELD_TYPES[type_].needs:
        if key not in _FROM_ELSEWHERE and not node.any(key):
            node.problems.add(node.at(key), "required")
    pipeline = node.take("pipeline", str, "") or None
    field = Field(
        name=name,
        label=node.label(fallback=name),
        type=type_,
        core=node.take("core", bool, default=False),
        required=node.take("required", bool, default=False),
        max=_number(node, "max"),
        min=_number(node, "min"),
        options=_options(node, type_, lists, pipelines, pipeline),
        object=node.take("object", str, "") or None,
        by=node.take("by", str, "") or None,
        pipeline=pipeline,
        source=node.take("from", str, "") or None,
        unique=node.take("unique", bool, default=False) or type_ == "auto_number",
        index=node.take("index", bool, default=False),
        pattern=_pattern(node, type_),
        format=_format(node) if type_ == "auto_number" else None,
        computed=_computed(node, type_),
        result=node.one_of("result", RESULTS, "text") if type_ == "formula" and node.any("result") else None,
    )
    _check_abilities(node, field)
    field = replace(field, default=_default(node, field))
    node.done()
    return field


def settings_of(type_: str) -> tuple[str, ...]:
    """Return what a definition may say of a field of a type, beside its label and type; `options` may be a list's."""
    kind = FIELD_TYPES[type_]
    kept = Field(type_, {}, type_).readonly or isinstance(kind, Computed)
    follows = {
        "core": type_ != "children",
        "required": not kept,
        "unique": kind.can.unique and not kept,
        "index": kind.can.index,
        "default": not kept and type_ not in _WITHOUT_DEFAULT,
    }
    return (*(name for name, may in follows.items() if may), *kind.settings)


def _options(
    node: Node, type_: str, lists: OptionLists, pipelines: Pipelines, pipeline: str | None
) -> tuple[Option, ...]:
    options: tuple[Option, ...] = ()
    key = "items" if type_ == "checklist" else "options"
    list_name = node.take("options_from", str, "")
    if list_name:
        if list_name not in lists:
            node.problems.add(node.at("options_from"), "unknown_options", name=list_name)
        options = lists.get(list_name, ())
    elif node.any(key) is not None:
        options = read_options(node.any(key), node.at(key), node.problems)
    if type_ == "stage":
        found = pipelines.get(pipeline or "")
        if found is None:
            node.problems.add(node.at("pipeline"), "unknown_pipeline", name=pipeline)
            return ()
        return tuple(Option(stage.key, stage.label) for stage in found.stages)
    if type_ in ("choice", "multi_choice", "checklist") and all(one.retired for one in options):
        node.problems.add(node.at(key), "required")
    return options


def _computed(node: Node, type_: str) -> Lookup | Rollup | Formula | None:
    if type_ == "lookup":
        return Lookup(node.take("via", str, ""), node.take("field", str, ""))
    if type_ == "rollup":
        fn = node.one_of("fn", ROLLUPS, "count")
        field = node.take("field", str, "") or None
        if (field is None) != (fn == "count"):
            node.problems.add(node.at("field"), "required" if field is None else "unknown_key")
        return Rollup(node.take("of", str, ""), fn, field, node.take("where", str, "") or None)
    if type_ == "formula":
        return Formula(node.take("value", str, ""))
    return None


def _check_abilities(node: Node, field: Field) -> None:
    can = FIELD_TYPES[field.type].can
    too_long = field.type == "text" and field.max is not None and field.max > _LONGEST_INDEXED
    if field.unique and (not can.unique or too_long):
        node.problems.add(node.at("unique"), "not_possible")
    if field.unique and len(field.name) > LONGEST_DERIVED:
        node.problems.add(node.place, "bad_name", name=field.name)
    if field.index and (not can.index or too_long):
        node.problems.add(node.at("index"), "not_possible")
    if field.required and field.readonly:
        node.problems.add(node.at("required"), "not_possible")


def _default(node: Node, field: Field) -> Default | None:
    """Read `default: a value` or `default: {value: "an expression"}`."""
    raw = node.any("default")
    if raw is None:
        return None
    if field.readonly or field.type in _WITHOUT_DEFAULT:
        node.problems.add(node.at("default"), "not_possible")
        return None
    if isinstance(raw, Mapping) and set(cast("Mapping[str, Any]", raw)) == {"value"}:
        return Default(expression=str(cast("Mapping[str, Any]", raw)["value"]))
    offered = replace(field, options=tuple(one for one in field.options if not one.retired))
    try:
        return Default(FIELD_TYPES[field.type].coerce(raw, offered))
    except Coercion as problem:
        node.problems.add(node.at("default"), problem.code, **problem.params)
        return None


def _pattern(node: Node, type_: str) -> Pattern | None:
    """Read `pattern: {match, hint}`; a pattern that could take long on some text is refused."""
    part = node.child("pattern")
    if part is None:
        return None
    if type_ != "text":
        node.problems.add(part.place, "not_possible")
    written = part.need("match", str, "")
    hint: Label = part.label(key="hint")
    part.done()
    try:
        match = re.compile(written) if _is_quick(written) else None
    except (re.error, OverflowError):  # a repetition may be of too large a number
        match = None
    if match is None:
        node.problems.add(part.at("match"), "bad_pattern")
        return None
    return Pattern(match, hint)


def _is_quick(pattern: str) -> bool:
    """Tell whether matching a line of text is always short work: few places where a match could go either way."""
    bare = _PLAIN_PARTS.sub("x", pattern)
    return (
        len(pattern) <= _LONGEST_PATTERN
        and not re.search(r"\)[*+{]|\(\?(?!:)|\\\d", bare)
        and not re.search(r"\\\d", pattern)
        and len(_REPEATS.findall(bare)) <= _MOST_REPEATS
        and len(_CHOICES.findall(bare.replace("(?:", "("))) <= _MOST_CHOICES
    )


def _format(node: Node) -> str:
    written = node.take("format", str, "")
    if written and not is_format(written):
        node.problems.add(node.at("format"), "bad_format")
    return written


def _number(node: Node, key: str) -> Decimal | None:
    raw = node.any(key)
    if raw is None:
        return None
    try:
        number = None if isinstance(raw, bool) else Decimal(str(raw))
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        node.problems.add(node.at(key), "wrong_kind", expected="number")
        return None
    return number
