"""Channel definitions: who may post, which object a payload becomes, and which fields a contact needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import Snapshot
from closeloop.connect.forms import Form, read_form
from closeloop.connect.limits import Limit, read_limit
from closeloop.connect.payload import Path, Source, at, read_map, read_path, without
from closeloop.connect.signature import Signature, read_signature


@dataclass(frozen=True, slots=True)
class Channel:
    """One intake channel; a payload must fill at least one of `contact`, else it is refused and kept.

    Whoever posts shows the key, or signs where the channel has a `signature`. `form` is the hosted form's.
    """

    key: str
    object: str
    definition: Definition
    label: Label
    key_hash: str
    defaults: Mapping[str, Any]
    contact: tuple[str, ...]
    map: Mapping[str, Source] = field(default_factory=dict[str, Source])
    """Where each field's value stands in the payload; without a map the names are the fields'."""
    once: Path = ()
    """Where the payload says which message it is: one that comes again happens once."""
    signature: Signature | None = None
    limit: Limit | None = None
    """How much its senders may post together, the form not counted."""
    form: Form | None = None

    def accepts(self, secret: str) -> bool:
        """Compare a caller's key with the channel's without telling how much of it was right."""
        return compare_digest(sha256(secret.encode()).hexdigest(), self.key_hash)

    def values(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Map a payload to the object's fields; defaults fill what is missing."""
        given = {name: source.of(payload) for name, source in self.map.items()} if self.map else payload
        return {**self.defaults, **{name: value for name, value in given.items() if value not in (None, "")}}

    def rest(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the map leaves; without a map what names no field comes with the values."""
        return without(payload, self.map) if self.map else {}

    def message_key(self, payload: Mapping[str, Any]) -> str | None:
        """Return the key under which the payload says that it happens once."""
        found = at(payload, self.once) if self.once else None
        return f"once:{found}"[:200] if isinstance(found, str | int) and found != "" else None


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """Channels as a kind of definition. Keys and secrets are no part of it: a definition can be read."""

    name: str = "channel"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Channel:
        key = node.name("channel")
        object_name, what = catalog.target(node)
        defaults = dict(node.entries("defaults"))
        contact = node.words("contact")
        for name in (*defaults, *contact):
            if what is not None and name not in what.own_fields:
                node.problems.add(node.place, "unknown_field", name=name)
        once = node.take("once", str, "")
        path = read_path(once) if once else ()
        if path is None:
            node.problems.add(node.at("once"), "bad_path")
        signed, form = node.child("signature"), node.child("form")
        key_hash = node.take("key_hash", str, "")
        if not key_hash and signed is None and form is None:
            node.problems.add(node.at("key_hash"), "required")
        sources = read_map(node, what.own_fields if what is not None else None)
        if sources and form is not None:
            node.problems.add(node.at("map"), "form_or_map")
        return Channel(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            key_hash=key_hash,
            defaults=defaults,
            contact=contact,
            map=sources,
            once=path or (),
            signature=read_signature(signed) if signed is not None else None,
            limit=read_limit(node, "limit"),
            form=read_form(form, what.own_fields if what is not None else {}, contact) if form is not None else None,
        )


CHANNELS = ChannelKind()
