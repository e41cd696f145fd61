"""A playbook's texts as they are read out: the record's values in the place of its fields' names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from closeloop.access.org import Org
from closeloop.access.sight import Sight
from closeloop.catalog.model import Label, text_of
from closeloop.engine.steps.telling import shown

_GAP: Label = {"zh-CN": "【{name}】", "en-US": "[{name}]"}
"""What stands where the record has no value, so that who reads it out sees what to fill in."""
_HIDDEN = "…"


class Words:
    """Writes texts about one record for one reader, who reads the values of no field that is hidden from them."""

    def __init__(self, sight: Sight, row: Mapping[str, Any], org: Org, locale: str, zone: ZoneInfo) -> None:
        self._filled = _Filled(sight, row, org, locale, zone)
        self._locale = locale

    def write(self, text: Label) -> str:
        return text_of(text, self._locale).format_map(self._filled)


class _Filled(dict[str, str]):
    """What stands for each field, worked out when a text first names it."""

    def __init__(self, sight: Sight, row: Mapping[str, Any], org: Org, locale: str, zone: ZoneInfo) -> None:
        super().__init__()
        self._of = (sight, row, org, locale, zone)

    def __missing__(self, name: str) -> str:
        sight, row, org, locale, zone = self._of
        field = sight.fields.get(name)
        if field is None:
            return _HIDDEN
        value = shown(row.get(name), field, org)
        if isinstance(value, dict):
            label: Label = value  # pyright: ignore[reportUnknownVariableType]
            moment = label.get("at")
            value = _local(moment, zone) if moment else label.get(locale) or label.get("zh-CN")
        if value in (None, ""):
            value = text_of(_GAP, locale).format(name=text_of(field.label, locale))
        self[name] = value
        return value


def _local(moment: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(moment).astimezone(zone).strftime("%m-%d %H:%M")
