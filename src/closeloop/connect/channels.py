"""Channel definitions: who may post, which object a payload becomes, and which fields a contact needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Channel:
    """One intake channel; a payload must fill at least one of `contact`, else it is refused and kept."""

    key: str
    object: str
    definition: Definition
    label: Label
    key_hash: str
    defaults: Mapping[str, Any]
    contact: tuple[str, ...]

    def accepts(self, secret: str) -> bool:
        """Compare a caller's key with the channel's without telling how much of it was right."""
        return compare_digest(sha256(secret.encode()).hexdigest(), self.key_hash)

    def values(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Map a payload to the object's fields: the names are the same, defaults fill what is missing."""
        return {
            **self.defaults,
            **{name: value for name, value in payload.items() if value not in (None, "")},
        }


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """Channels as a kind of definition."""

    name: str = "channel"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Channel:
        key = node.name("channel")
        object_name, what = catalog.target(node)
        defaults = dict(node.entries("defaults"))
        contact = node.words("contact")
        for name in (*defaults, *contact):
            if what is not None and name not in what.own_fields:
                node.problems.add(node.place, "unknown_field", name=name)
        return Channel(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            key_hash=node.need("key_hash", str, ""),
            defaults=defaults,
            contact=contact,
        )


CHANNELS = ChannelKind()
