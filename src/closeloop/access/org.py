"""The organisation of a company as one immutable picture: people, the tree of departments, who has which role."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from closeloop.access.preferences import USUAL, Preferences
from closeloop.catalog.profiles import Profile

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    """One person; a quota that is None has no limit."""

    id: UUID
    login: str
    name: str
    active: bool
    on_duty: bool
    quota_open: int | None
    quota_daily: int | None
    city: str | None
    locale: str
    roles: tuple[str, ...]
    departments: tuple[UUID, ...]
    """The main department first."""
    must_change: bool = False
    """Whether the password was set by an administrator and is good for one thing only: to set another."""
    second_factor: bool = False
    """Whether the person signs in with a one-time code too."""
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the company says of the person beyond this, as it is stored: see `catalog.profiles`."""
    calendar: str | None = None
    """The calendar of the person's duty; None is every hour of every day."""
    leave: tuple[tuple[datetime, datetime], ...] = ()
    """When the person is away, from and until, as far as it isn't over."""
    email: str | None = None
    preferences: Preferences = USUAL

    def as_candidate(self, profile: Profile) -> dict[str, Any]:
        """Return what an assignment policy's expressions see as `candidate`."""
        own = {f"candidate.{name}": value for name, value in profile.values(self.attributes).items()}
        return {
            **own,
            "candidate.id": self.id,
            "candidate.city": self.city,
            "candidate.quota_open": self.quota_open,
            "candidate.quota_daily": self.quota_daily,
            "candidate.roles": list(self.roles),
            "candidate.departments": list(self.departments),
        }


@dataclass(frozen=True, slots=True)
class Department:
    """One department; `parent` None is the root."""

    id: UUID
    key: str
    name: str
    parent: UUID | None
    head: UUID | None


class Org:
    """All people and departments at one version; it is loaded whole and replaced when the version moves on."""

    def __init__(
        self,
        version: int,
        people: Iterable[Person],
        departments: Iterable[Department],
        by_hand: Iterable[str] = (),
    ) -> None:
        self.version = version
        self.by_hand = frozenset(by_hand)
        """The objects whose records people assign, and no policy by itself, for the time being."""
        self.people: Mapping[UUID, Person] = {p.id: p for p in people}
        self.departments: Mapping[UUID, Department] = {d.id: d for d in departments}
        self._kept: dict[object, Any] = {}

    def keep(self, key: object, make: Callable[[], T]) -> T:
        """Return what `make` gives, made once for this version of the organisation."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    @cached_property
    def _children(self) -> Mapping[UUID | None, list[UUID]]:
        children: dict[UUID | None, list[UUID]] = {}
        for department in self.departments.values():
            children.setdefault(department.parent, []).append(department.id)
        return children

    @cached_property
    def _members(self) -> Mapping[UUID, list[UUID]]:
        members: dict[UUID, list[UUID]] = {}
        for person in self.people.values():
            for department in person.departments:
                members.setdefault(department, []).append(person.id)
        return members

    def below(self, department: UUID) -> set[UUID]:
        """Return the department and all under it."""
        found: set[UUID] = set()
        open_ = [department]
        while open_:
            one = open_.pop()
            if one not in found:
                found.add(one)
                open_ += self._children.get(one, [])
        return found

    def by_key(self, key: str) -> Department | None:
        return next((d for d in self.departments.values() if d.key == key), None)

    def members(self, departments: Iterable[UUID]) -> set[UUID]:
        return {person for one in departments for person in self._members.get(one, [])}

    def colleagues(self, person: Person) -> tuple[UUID, ...]:
        """Return the people of the person's departments and the person."""
        return tuple(sorted(self.members(person.departments) | {person.id}))

    def subtree(self, person: Person) -> tuple[UUID, ...]:
        """Return the people of the person's departments and of all below them, and the person."""
        departments = {below for one in person.departments for below in self.below(one)}
        return tuple(sorted(self.members(departments) | {person.id}))

    def superior(self, person_id: UUID) -> UUID | None:
        """Return the head of the person's main department, then up the tree, never the person."""
        person = self.people.get(person_id)
        at = person.departments[0] if person and person.departments else None
        seen: set[UUID] = set()
        while at is not None and at not in seen:
            seen.add(at)
            department = self.departments[at]
            head = self.people.get(department.head) if department.head else None
            if head and head.active and head.id != person_id:
                return head.id
            at = department.parent
        return None

    def chain(self, person: Person) -> Iterable[str]:
        """Yield the keys of the person's main department and of those above it, from below."""
        at = person.departments[0] if person.departments else None
        seen: set[UUID] = set()
        while at is not None and at not in seen:
            seen.add(at)
            yield self.departments[at].key
            at = self.departments[at].parent

    def heads_over(self, person: Person) -> set[UUID]:
        """Return the heads of the person's departments and of all above them, without the person."""
        found: set[UUID] = set()
        seen: set[UUID] = set()
        open_ = list(person.departments)
        while open_:
            at = open_.pop()
            if at not in seen:
                seen.add(at)
                department = self.departments[at]
                found |= {department.head} if department.head else set()
                open_ += [department.parent] if department.parent else []
        return found - {person.id}

    def namesakes(self, person: Person) -> bool:
        """Tell whether others have the person's name."""
        names = self.keep("names", lambda: Counter(one.name.casefold() for one in self.people.values()))
        return names[person.name.casefold()] > 1

    def with_role(self, role: str) -> tuple[UUID, ...]:
        return tuple(sorted(p.id for p in self.people.values() if role in p.roles and p.active))
