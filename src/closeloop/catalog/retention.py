"""How long what is no record is kept, as a company says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from closeloop.catalog.model import Definition
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import Snapshot

DAYS: Mapping[str, int] = MappingProxyType(
    {"answers": 7, "deliveries": 90, "dead_deliveries": 365, "notices": 180, "jobs": 90, "payloads": 365}
)
"""Days that each is kept unless the company says otherwise."""


@dataclass(frozen=True, slots=True)
class RetentionKind:
    """How long things are kept, as a kind of definition: `{retention: company, days: {deliveries: 30}}`."""

    name: str = "retention"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Mapping[str, int]:  # noqa: ARG002 - Kind
        node.name("retention")
        given = node.child("days")
        if given is None:
            return DAYS
        days = {what: given.take(what, int, usual) for what, usual in DAYS.items()}
        for what, number in days.items():
            if number < 1:
                node.problems.add(given.at(what), "too_small", min=1)
        given.done()
        return days


RETENTION = RetentionKind()
