"""Typed values of people and departments out of raw input, or one error for each that is wrong."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from closeloop.access.org import Org, Person
from closeloop.access.roles import Role
from closeloop.base.errors import FieldError, Invalid
from closeloop.base.messages import LOCALES
from closeloop.catalog.profiles import Misfit, Profile
from closeloop.catalog.reading import NAME

_LOGIN = re.compile(r"[\w.@+-]{1,60}")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_LONGEST = 100
_MOST_QUOTA = 1_000_000


class _Wrong(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Around:
    """What a value is judged by; `about` is the person it is for, if there is one already."""

    org: Org
    roles: Mapping[str, Role]
    about: Person | None = None
    profile: Profile = field(default_factory=Profile)


Reader = Callable[[Any, Around], Any]


def _text(raw: Any, _around: Around) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise _Wrong("required")
    if len(raw) > _LONGEST:
        raise _Wrong("too_long", max=_LONGEST)
    return raw.strip()


def _optional_text(raw: Any, around: Around) -> str | None:
    return None if raw is None else _text(raw, around)


def _email(raw: Any, around: Around) -> str | None:
    address = _optional_text(raw, around)
    if address is not None and not _ADDRESS.fullmatch(address):
        raise _Wrong("not_email")
    return address


def _login(raw: Any, around: Around) -> str:
    login = _text(raw, around)
    if not _LOGIN.fullmatch(login):
        raise _Wrong("bad_login")
    taken = (one.id for one in around.org.people.values() if one.login.casefold() == login.casefold())
    if any(around.about is None or one != around.about.id for one in taken):
        raise _Wrong("taken")
    return login


def _quota(raw: Any, _around: Around) -> int | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise _Wrong("not_integer")
    if not 0 <= raw <= _MOST_QUOTA:
        raise _Wrong("out_of_range", min=0, max=_MOST_QUOTA)
    return raw


def _yes_or_no(raw: Any, _around: Around) -> bool:
    if not isinstance(raw, bool):
        raise _Wrong("not_boolean")
    return raw


def _locale(raw: Any, _around: Around) -> str:
    if raw not in LOCALES:
        raise _Wrong("not_an_option", options=list(LOCALES))
    return str(raw)


def _id(raw: Any) -> UUID:
    try:
        return UUID(str(raw))
    except ValueError:
        raise _Wrong("not_an_id") from None


def _list(raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise _Wrong("not_a_list")
    return list(dict.fromkeys(str(one) for one in cast("list[Any]", raw)))


def _departments(raw: Any, around: Around) -> list[UUID]:
    ids = [_id(one) for one in _list(raw)]
    if any(one not in around.org.departments for one in ids):
        raise _Wrong("unknown_department")
    return ids


def _roles(raw: Any, around: Around) -> list[str]:
    """Read the keys of roles; one that is no longer defined may stay where it is."""
    keys: list[str] = _list(raw)
    for key in keys:
        if key not in around.roles and not (around.about and key in around.about.roles):
            raise _Wrong("unknown_role", name=key)
    return keys


def _key(raw: Any, around: Around) -> str:
    if not isinstance(raw, str) or not NAME.fullmatch(raw):
        raise _Wrong("bad_name", name=raw)
    if around.org.by_key(raw) is not None:
        raise _Wrong("taken")
    return raw


def _parent(raw: Any, around: Around) -> UUID | None:
    if raw is None:
        return None
    parent = _id(raw)
    if parent not in around.org.departments:
        raise _Wrong("unknown_department")
    return parent


def _head(raw: Any, around: Around) -> UUID | None:
    if raw is None:
        return None
    head = around.org.people.get(_id(raw))
    if head is None or not head.active:
        raise _Wrong("unknown_person")
    return head.id


def _attributes(raw: Any, around: Around) -> dict[str, Any]:
    """Read what is said of a person beside what is said already; null takes an attribute away."""
    if not isinstance(raw, dict):
        raise _Wrong("not_a_mapping")
    kept = dict(around.about.attributes) if around.about else {}
    wrong: list[FieldError] = []
    for name, one in cast("dict[str, Any]", raw).items():
        attribute = around.profile.attributes.get(name)
        if attribute is None:
            wrong.append(FieldError(f"attributes.{name}", "unknown_field", {"name": name}))
            continue
        try:
            value = None if one is None else attribute.read(one)
        except Misfit as misfit:
            wrong.append(FieldError(f"attributes.{name}", misfit.code, misfit.params))
            continue
        kept[name] = str(value) if isinstance(value, Decimal) else value
    if wrong:
        raise Invalid(errors=wrong)
    return {name: value for name, value in kept.items() if value is not None}


PERSON: Mapping[str, Reader] = {
    "login": _login,
    "name": _text,
    "city": _optional_text,
    "email": _email,
    "quota_open": _quota,
    "quota_daily": _quota,
    "on_duty": _yes_or_no,
    "locale": _locale,
    "departments": _departments,
    "roles": _roles,
    "attributes": _attributes,
}
DEPARTMENT: Mapping[str, Reader] = {"key": _key, "name": _text, "parent": _parent, "head": _head}


def read_values(
    body: Mapping[str, Any], readers: Mapping[str, Reader], around: Around, required: Sequence[str] = ()
) -> dict[str, Any]:
    """Return typed values; raises Invalid naming each that is missing, unknown or wrong."""
    errors = [FieldError(name, "required") for name in required if name not in body]
    values: dict[str, Any] = {}
    for name, raw in body.items():
        reader = readers.get(name)
        if reader is None:
            errors.append(FieldError(name, "unknown_parameter", {"name": name}))
            continue
        try:
            values[name] = reader(raw, around)
        except _Wrong as wrong:
            errors.append(FieldError(name, wrong.code, wrong.params))
        except Invalid as wrong:
            errors += wrong.errors
    if errors:
        raise Invalid(errors=errors)
    return values
