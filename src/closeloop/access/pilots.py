"""Say who works with a pilot: the group's people, and everybody in its departments and those below."""

from uuid import UUID

from closeloop.access.org import Org, Person
from closeloop.catalog.store import Group


def is_in(person: Person, group: Group, org: Org) -> bool:
    """Tell whether a person belongs to a pilot's group."""
    return person.id in group.people or not _departments(group, org).isdisjoint(person.departments)


def _departments(group: Group, org: Org) -> set[UUID]:
    return org.keep(("pilot", group), lambda: {below for one in group.departments for below in org.below(one)})
