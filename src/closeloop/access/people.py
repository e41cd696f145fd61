"""Plan changes of people and departments: what is wrong is named, and what is right becomes statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.access import audit
from closeloop.access.audit import Call, audit_call
from closeloop.access.decide import Actor
from closeloop.access.inputs import DEPARTMENT, PERSON, Around, read_values
from closeloop.access.org import Department, Org, Person
from closeloop.access.roles import ROLES, WRITE, Role
from closeloop.base.clock import Clock
from closeloop.base.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from closeloop.base.ids import new_id
from closeloop.base.messages import LOCALES
from closeloop.catalog.profiles import Profile
from closeloop.db.statement import compile_statement, insert_rows
from closeloop.db.system_tables import SystemTables


@dataclass(frozen=True, slots=True)
class Administration:
    """What is planned with: the organisation and the roles as they are, and who asks."""

    tables: SystemTables
    clock: Clock
    org: Org
    roles: Mapping[str, Role]
    actor: Actor
    profile: Profile = field(default_factory=Profile)

    def person(self, person: UUID) -> Person:
        found = self.org.people.get(person)
        if found is None:
            raise NotFound
        return found

    def may_touch(self, person: Person) -> None:
        """Refuse to let who only administers people change somebody who may do everything."""
        if not self.actor.everything and self._is_open(person.roles):
            raise Forbidden

    def _around(self, about: Person | None = None) -> Around:
        return Around(self.org, self.roles, about, self.profile)

    def _is_open(self, roles: Iterable[str]) -> bool:
        return any(self.roles[key].everything for key in roles if key in self.roles)

    def entry(self, kind: str, person: UUID | None, data: Mapping[str, Any] | None = None) -> Call:
        return audit_call(self.tables, self.clock, kind, actor=self.actor.id, person=person, data=data)

    def create(self, body: Mapping[str, Any], password: str) -> tuple[UUID, list[Call]]:
        """Make a person, who has to set another password at the first sign-in."""
        values = read_values(body, PERSON, self._around(), required=("login", "name"))
        self._check_grants((), values.get("roles", ()))
        person = new_id(self.clock)
        row = {
            "id": person,
            "login": values["login"],
            "name": values["name"],
            "password": password,
            "active": True,
            "on_duty": values.get("on_duty", True),
            "quota_open": values.get("quota_open"),
            "quota_daily": values.get("quota_daily"),
            "city": values.get("city"),
            "email": values.get("email"),
            "locale": values.get("locale", LOCALES[0]),
            "failures": 0,
            "created_at": self.clock.now(),
            "must_change": True,
            "attributes": values.get("attributes"),
        }
        calls = [_rows(self.tables.person, [row]), *self._belongs(person, values)]
        return person, [*calls, self.entry(audit.PERSON_MADE, person, _told(body))]

    def change(self, person_id: UUID, body: Mapping[str, Any]) -> list[Call]:
        """Change what is given of a person: departments and roles are then all that the person has."""
        person = self.person(person_id)
        self.may_touch(person)
        values = read_values(body, PERSON, self._around(person))
        if "roles" in values:
            self._check_grants(person.roles, values["roles"])
            if self._is_open(person.roles) and not self._is_open(values["roles"]):
                self._keep_one(person)
        table = self.tables.person
        own = {name: value for name, value in values.items() if name not in ("departments", "roles")}
        calls = (
            [compile_statement(sa.update(table).where(table.c.id == person_id).values(**own), "person")] if own else []
        )
        return [*calls, *self._belongs(person_id, values), self.entry(audit.PERSON_CHANGED, person_id, _told(body))]

    def _check_grants(self, held: Sequence[str], wanted: Sequence[str]) -> None:
        """Refuse to give or take a role that allows more than who gives it may do."""
        strong = [key for key in sorted(set(held) ^ set(wanted)) if key in self.roles and _is_strong(self.roles[key])]
        if strong and not self.actor.everything:
            raise Invalid(errors=[FieldError("roles", "may_not_grant", {"name": strong[0]})])

    def _keep_one(self, person: Person) -> None:
        """Refuse to leave a company without anybody who may do everything."""
        others = (one for one in self.org.people.values() if one.active and one.id != person.id)
        if person.active and not any(self._is_open(one.roles) for one in others):
            raise Conflict("last_administrator")

    def _belongs(self, person: UUID, values: Mapping[str, Any]) -> list[Call]:
        membership, grant = self.tables.membership, self.tables.grant
        calls: list[Call] = []
        if "departments" in values:
            calls.append(compile_statement(sa.delete(membership).where(membership.c.person == person), "departments"))
            rows = [
                {"person": person, "department": one, "main": i == 0} for i, one in enumerate(values["departments"])
            ]
            calls += [_rows(membership, rows)] if rows else []
        if "roles" in values:
            calls.append(compile_statement(sa.delete(grant).where(grant.c.person == person), "roles"))
            rows = [{"person": person, "role": one} for one in values["roles"]]
            calls += [_rows(grant, rows)] if rows else []
        return calls

    def reset(self, person_id: UUID, password: str) -> list[Call]:
        """Set a password that has to be changed at the next sign-in, and sign the person out everywhere."""
        person = self.person(person_id)
        self.may_touch(person)
        table = self.tables.person
        values = {"password": password, "must_change": True, "failures": 0, "locked_until": None}
        change = sa.update(table).where(table.c.id == person_id).values(**values)
        return [
            compile_statement(change, "password"),
            self._signed_out(self.tables.session, person_id),
            self.entry(audit.PASSWORD_CHANGED, person_id),
        ]

    def _signed_out(self, table: sa.Table, person: UUID) -> Call:
        return compile_statement(sa.delete(table).where(table.c.person == person), "signed out")

    def deactivate(self, person_id: UUID) -> list[Call]:
        """Take somebody out: no sign-in, no session, no token, no new records."""
        person = self.person(person_id)
        self.may_touch(person)
        if person_id == self.actor.id:
            raise Conflict("not_yourself")
        if self._is_open(person.roles):
            self._keep_one(person)
        table = self.tables.person
        change = sa.update(table).where(table.c.id == person_id).values(active=False, on_duty=False)
        return [
            compile_statement(change, "deactivate"),
            self._signed_out(self.tables.session, person_id),
            self._signed_out(self.tables.token, person_id),
            self.entry(audit.PERSON_LEFT, person_id),
        ]

    def reactivate(self, person_id: UUID) -> list[Call]:
        """Let somebody sign in again; records are dealt to the person once on duty."""
        self.may_touch(self.person(person_id))
        table = self.tables.person
        change = sa.update(table).where(table.c.id == person_id).values(active=True)
        return [compile_statement(change, "reactivate"), self.entry(audit.PERSON_BACK, person_id)]

    def create_department(self, body: Mapping[str, Any]) -> tuple[UUID, list[Call]]:
        values = read_values(body, DEPARTMENT, self._around(), required=("key", "name"))
        department = new_id(self.clock)
        row = {"id": department, "parent": None, "head": None, **values}
        entry = self.entry(audit.DEPARTMENT_MADE, None, {"department": department, **_told(body)})
        return department, [_rows(self.tables.department, [row]), entry]

    def change_department(self, department: UUID, body: Mapping[str, Any]) -> list[Call]:
        """Rename or move a department, or give it another head; the tree stays a tree."""
        if department not in self.org.departments:
            raise NotFound
        values = read_values(body, {name: one for name, one in DEPARTMENT.items() if name != "key"}, self._around())
        if values.get("parent") in self.org.below(department):
            raise Invalid(errors=[FieldError("parent", "in_a_circle")])
        table = self.tables.department
        change = sa.update(table).where(table.c.id == department).values(**values)
        entry = self.entry(audit.DEPARTMENT_CHANGED, None, {"department": department, **_told(body)})
        return [*([compile_statement(change, "department")] if values else []), entry]

    def delete_department(self, department: UUID) -> list[Call]:
        """Delete a department that has neither people nor departments below it."""
        if department not in self.org.departments:
            raise NotFound
        if self.org.members([department]) or len(self.org.below(department)) > 1:
            raise Conflict("department_in_use")
        table = self.tables.department
        gone = sa.delete(table).where(table.c.id == department)
        data = {"department": department, "key": self.org.departments[department].key}
        return [compile_statement(gone, "department"), self.entry(audit.DEPARTMENT_GONE, None, data)]


def _is_strong(role: Role) -> bool:
    """Tell whether a role lets its people change rights, their own too."""
    writes = any(level == WRITE and name.partition("/")[0] == ROLES.name for name, level in role.definitions.items())
    return role.everything or role.people or writes


def headships(org: Org, person: UUID) -> list[Department]:
    """Return the departments that a person is the head of."""
    return [one for one in org.departments.values() if one.head == person]


def _told(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the trail keeps of a change: what was asked for; no secret is ever in it."""
    return {name: value for name, value in body.items() if name in PERSON or name in DEPARTMENT}


def _rows(table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> Call:
    return insert_rows(table, list(rows[0])), [orjson.dumps(rows).decode()]
