"""What a step tells people: texts in every language that may name the record's fields in braces."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from string import Formatter
from typing import Any

from closeloop.access.org import Org
from closeloop.catalog.model import Field, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType
from closeloop.records.present import moment, plain_decimal

LEVELS = ("info", "warning", "danger")


@dataclass(frozen=True, slots=True)
class Telling:
    """A heading, a text and how urgent they are. What they name of a record is told to whoever is named to be told."""

    heading: Label | None
    text: Label | None
    level: str
    """Empty where nothing is said: the word decides."""
    fields: tuple[str, ...]

    def params(self, what: ObjectType, row: Mapping[str, Any], org: Org) -> dict[str, Any]:
        """Return what a notice keeps of the record: the value of each field that the texts name, ready to be shown."""
        values = {name: shown(row.get(name), what.fields[name], org) for name in self.fields}
        return {"heading": self.heading, "text": self.text, "values": values}


def read_telling(node: Node, what: ObjectType | None) -> Telling:
    """Read `title`, `text` and `level`; a brace may hold the name of a field and nothing else."""
    labels = [node.label(key=key) if node.any(key) is not None else None for key in ("title", "text")]
    names: dict[str, None] = {}
    for key, label in zip(("title", "text"), labels, strict=True):
        for template in (label or {}).values():
            for name in named(template, node, key):
                if what is not None and name not in what.fields:
                    node.problems.add(node.at(key), "unknown_field", name=name)
                else:
                    names[name] = None
    level = node.one_of("level", LEVELS, "info") if node.any("level") is not None else ""
    return Telling(labels[0], labels[1], level, tuple(names))


def named(template: str, node: Node, key: str) -> Iterable[str]:
    """Yield the fields that a text names in braces; a brace that holds anything else is a problem at the key."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        node.problems.add(node.at(key), "bad_template")
        return
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            node.problems.add(node.at(key), "bad_template")
        else:
            yield name


def shown(value: Any, field: Field, org: Org) -> Any:
    """Return a value as a notice shows it: a text, or a label where it depends on the reader's language."""
    if value is None:
        return None
    if field.options:
        labels = {option.key: option.label for option in field.options}
        chosen = [labels.get(key, {"zh-CN": str(key)}) for key in (value if isinstance(value, list) else [value])]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        locales = {locale for label in chosen for locale in label}
        return {one: ", ".join(label.get(one, label["zh-CN"]) for label in chosen) for one in sorted(locales)}
    if field.type == "person":
        person = org.people.get(value)
        return person.name if person else None
    if isinstance(value, datetime):
        return {"at": moment(value)}
    return plain_decimal(value) if isinstance(value, Decimal) else str(value)
