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

AUDIT, AUDIT_AT_LEAST = "audit", 180
"""The audit trail is kept for good unless the company says for how long, and then no shorter than this: six months is
what China's Cybersecurity Law asks for of logs."""
_AT_MOST = 18_250
"""Fifty years: how old a row is is told by its id, and those know no moment before 1970."""


@dataclass(frozen=True, slots=True)
class RetentionKind:
    """How long things are kept, as a kind of definition: `{retention: company, days: {deliveries: 30}}`.

    Compiles to days by what is kept; `audit` is among them only if the company has given it.
    """

    name: str = "retention"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Mapping[str, int]:  # noqa: ARG002 - Kind
        node.name("retention")
        given = node.child("days")
        if given is None:
            return DAYS
        days = {what: given.take(what, int, usual) for what, usual in DAYS.items()}
        if given.any(AUDIT) is not None:
            days[AUDIT] = given.take(AUDIT, int, AUDIT_AT_LEAST)
        for what, number in days.items():
            least = AUDIT_AT_LEAST if what == AUDIT else 1
            if number < least:
                node.problems.add(given.at(what), "too_small", min=least)
            if number > _AT_MOST:
                node.problems.add(given.at(what), "too_large", max=_AT_MOST)
        given.done()
        return days


RETENTION = RetentionKind()
