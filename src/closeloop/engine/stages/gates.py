"""Say what is missing before a stage may be entered."""

from collections.abc import Mapping
from typing import Any

from closeloop.catalog.model import Label, Stage
from closeloop.catalog.snapshot import ObjectType


def is_filled(value: Any) -> bool:
    """Tell whether a field counts as filled: neither missing nor an empty text or list."""
    return value is not None and value not in ("", [])


def unmet(what: ObjectType, stage: Stage, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the stage still asks for, one entry a field: `{kind, field, label}`; empty if it may be entered."""
    missing: list[dict[str, Any]] = []
    for requirement in stage.enter:
        for name in requirement.fields:
            field = what.fields.get(name)
            if field is not None and not is_filled(row.get(name)):
                label: Label = requirement.label or field.label
                missing.append({"kind": requirement.kind, "field": name, "label": label})
    return missing
