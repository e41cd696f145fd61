"""Who is meant by a step: the owner, those above, a role, whoever stands in a field."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from closeloop.access.org import Org
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType, Snapshot

PLAIN = ("owner", "superior", "creator")
KEYED = ("role", "field", "person", "department")
"""Written as `role:director`; a word of its own is a role. A department stands for its head."""

KEYED_WORD = re.compile(rf"({'|'.join(KEYED)}):\s*\S+")


@dataclass(frozen=True, slots=True)
class Whom:
    """One way to name people: a kind of it, and the key that belongs to it."""

    kind: str
    key: str = ""

    def people(self, row: Mapping[str, Any], org: Org) -> list[UUID]:
        """Return who is meant for a record; those who have left are left out."""
        return [one for one in self._people(row, org) if one in org.people and org.people[one].active]

    def _people(self, row: Mapping[str, Any], org: Org) -> Iterable[UUID]:
        owner: UUID | None = row["owner"]
        match self.kind:
            case "owner":
                found = owner
            case "superior":
                found = org.superior(owner) if owner else None
            case "creator":
                found = row["created_by"]
            case "field":
                found = row[self.key]
            case "department":
                department = org.by_key(self.key)
                found = department.head if department else None
            case "person":
                return [one.id for one in org.people.values() if one.login == self.key]
            case _:
                return org.with_role(self.key)
        return [found] if found else []


def read_whom(raw: object, place: str, node: Node, what: ObjectType | None, catalog: Snapshot) -> tuple[Whom, ...]:
    """Read one name of people or a list of them; what is unknown is named at its place."""
    words: list[object] = list(raw) if isinstance(raw, list) else [raw]  # pyright: ignore[reportUnknownArgumentType]
    found: list[Whom] = []
    for word in words:
        if not isinstance(word, str) or not word:
            node.problems.add(place, "not_words")
            continue
        kind, colon, key = word.partition(":")
        if word in PLAIN:
            found.append(Whom(word))
        elif not colon:
            found.append(Whom("role", word))
        elif kind in KEYED:
            found.append(Whom(kind, key.strip()))
        else:
            node.problems.add(place, "not_one_of", words=[*PLAIN, *KEYED])
    for one in found:
        _check(one, place, node, what, catalog)
    return tuple(found)


def _check(whom: Whom, place: str, node: Node, what: ObjectType | None, catalog: Snapshot) -> None:
    if whom.kind == "role" and whom.key not in {role.key for role in catalog.definitions.get("role", ())}:
        node.problems.add(place, "unknown_role", name=whom.key)
    if whom.kind == "field" and what is not None:
        field = what.fields.get(whom.key)
        if field is None or field.type != "person":
            node.problems.add(place, "unknown_field", name=whom.key)
