"""The metadata of objects and pipelines as frozen dataclasses; what a definition's body becomes when it is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

Label = Mapping[str, str]
"""A text for people in each language: {"zh-CN": …, "en-US": …}; zh-CN is always there."""


def text_of(label: Label, locale: str) -> str:
    """Return the label in the locale, else in Chinese."""
    return label.get(locale) or label["zh-CN"]


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice: the key that is stored, and its label."""

    key: str
    label: Label
    color: str | None = None
    retired: bool = False
    """Not to be chosen any more; records that have it are read as before."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A field of the record that the relation `via` points to; it is read there whenever it is asked for."""

    via: str
    field: str


@dataclass(frozen=True, slots=True)
class Rollup:
    """What the records of the list `of` come to: their number, or `fn` of a field; only those that fit `where`."""

    of: str
    fn: str
    field: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression over the record."""

    value: str


@dataclass(frozen=True, slots=True)
class Default:
    """What a new record gets where nothing is said: a typed value, or what an expression gives at that moment."""

    value: Any = None
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a text must look like as a whole, and how a person is told."""

    match: re.Pattern[str]
    hint: Label


UNSAID = "?"
"""Stands for a field that says a currency where there is none: nobody can tell in which the amount is."""

_KEPT_BY_THE_KERNEL = frozenset({"stage", "children", "auto_number"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object; `name` is its column and never changes, the label may."""

    name: str
    label: Label
    type: str
    core: bool = False
    required: bool = False
    max: Decimal | None = None
    min: Decimal | None = None
    options: tuple[Option, ...] = ()
    object: str | None = None
    """The object that a relation points to, or whose records a list of children holds."""
    by: str | None = None
    """The relation of the children's object that points here."""
    pipeline: str | None = None
    source: str | None = None
    """The definition that computes it, such as `lead_score.total`; such a field is read-only for everyone."""
    system: bool = False
    unique: bool = False
    """Whether no two living records may have the same value."""
    index: bool = False
    default: Default | None = None
    pattern: Pattern | None = None
    format: str | None = None
    """How an automatic number is written."""
    computed: Lookup | Rollup | Formula | None = None
    result: str | None = None
    """The type that the values of a computed field have; known when all objects have been read."""
    live: bool = False
    """Whether it is computed when it is read and has no column."""
    section: str | None = None
    """Under which of the object's sections a form draws it; None before all of them."""
    currency: str | None = None
    """The field beside an amount that says in which currency it is; None is the company's."""

    @property
    def kind(self) -> str:
        """The type of the field's values: its own, or of a computed field that of its result."""
        return self.result or self.type

    @property
    def readonly(self) -> bool:
        return self.system or self.computed is not None or self.source is not None or self.type in _KEPT_BY_THE_KERNEL


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """Records are the same when their normal forms of `field` are equal; `when` is asked of the one that is there.

    Those of another object are looked at where `inside` names it, by its field `against`; `to` is a relation of theirs
    that leads to the record which is joined or flagged in their place.
    """

    field: str
    then: str
    when: str | None = None
    inside: str | None = None
    against: str = ""
    to: str | None = None


@dataclass(frozen=True, slots=True)
class CheckDef:
    """What must hold of every record, unless it can't be told; the message stands at `field`."""

    check: str
    message: Label
    field: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectDef:
    """An object: its fields in order, what names a record, and what makes two records the same."""

    name: str
    label: Label
    plural: Label
    """What several of them are called: the same word in Chinese, another one in English."""
    title: str
    fields: Mapping[str, Field]
    duplicates: tuple[DuplicateRule, ...] = ()
    checks: tuple[CheckDef, ...] = ()
    search: tuple[str, ...] = ()
    """The fields that a search looks into."""
    sections: Mapping[str, Label] = field(default_factory=dict[str, Label])
    """What a form's fields are grouped under, in order; a field names its own."""
    icon: str | None = None
    position: int = 100
    """Where it stands among the objects; the first is what a client opens with."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a pipeline; `outcome` says that the record ends there, won or lost."""

    key: str
    label: Label
    outcome: str | None = None
    dwell: timedelta | None = None
    """How long a record is expected to stay at most."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The ordered stages of an object; the first is where a record starts."""

    key: str
    object: str
    stages: tuple[Stage, ...]
    skip: bool = True
    back: bool = True
    definition: UUID | None = None
    """The version that it was read from."""

    def stage(self, key: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.key == key), None)

    def position(self, key: str) -> int:
        return next(i for i, stage in enumerate(self.stages) if stage.key == key)


@dataclass(frozen=True, slots=True)
class View:
    """A saved way to look at an object: filter, order and columns."""

    key: str
    object: str
    label: Label
    columns: tuple[str, ...]
    filter: str | None = None
    sort: str | None = None
    position: int = 100


@dataclass(frozen=True, slots=True)
class Definition:
    """One immutable version of a definition as it is stored."""

    id: UUID
    kind: str
    key: str
    version: int
    body: Mapping[str, object] = field(default_factory=dict[str, object])
    app: str | None = None
    """The app that brought this version; None for one of the company's own."""


@dataclass(frozen=True, slots=True)
class Company:
    """The registry's row of a company: where its data is and what its people expect."""

    id: UUID
    key: str
    name: str
    schema: str
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    locale: str = "zh-CN"
    host: str | None = None
