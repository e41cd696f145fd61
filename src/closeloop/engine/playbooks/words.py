"""A playbook's texts as they are read out: the record's values in the place of its fields' names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from closeloop.access.org import Org
from closeloop.access.sight import Sight
from closeloop.catalog.model import Label, text_of
from closeloop.engine.playbooks.messages import GAP
from closeloop.engine.steps.telling import shown

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
            label = cast("Label", value)
            value = _local(label["at"], zone) if "at" in label else text_of(label, locale)
        text = str(value) if value not in (None, "") else text_of(GAP, locale).format(name=text_of(field.label, locale))
        self[name] = text
        return text


def _local(moment: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(moment).astimezone(zone).strftime("%m-%d %H:%M")
