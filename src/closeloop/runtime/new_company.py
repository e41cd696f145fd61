"""Make a company from the command line: checked names, an app, one administrator with a password of its own."""

import re
import secrets
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from closeloop.base.clock import Clock
from closeloop.base.errors import FieldError, Invalid
from closeloop.base.messages import LOCALES
from closeloop.catalog.model import Company
from closeloop.db.engine import Database
from closeloop.runtime.app_files import APPS, read_definitions, shipped_apps
from closeloop.runtime.install import create_company

_KEY = re.compile(r"[a-z][a-z0-9-]{1,46}[a-z0-9]")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class NewCompany:
    """What is asked for: the short name, the name that people read, the administrator's login, and the rest."""

    key: str
    name: str
    admin: str
    app: str
    host: str | None = None
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    locale: str = "zh-CN"


async def make_company(database: Database, clock: Clock, asked: NewCompany) -> tuple[Company, str]:
    """Make a company with one administrator; returns it and the administrator's password, which is kept nowhere else.

    Raises Invalid naming each wrong value, Conflict where the key or the host is another company's.
    """
    _check(asked)
    password = secrets.token_urlsafe(12)
    head = {
        "key": asked.key,
        "name": asked.name,
        "time_zone": asked.time_zone,
        "currency": asked.currency,
        "locale": asked.locale,
        "host": asked.host,
    }
    content = {
        "company": head,
        "departments": [{"key": "company", "name": asked.name, "head": asked.admin}],
        "people": [{"login": asked.admin, "name": asked.admin, "roles": ["admin"], "departments": ["company"]}],
    }
    bodies = read_definitions(APPS / asked.app)
    return await create_company(database, clock, content, bodies, app=asked.app, password=password), password


def _check(asked: NewCompany) -> None:
    errors = [
        FieldError(field, code)
        for field, code, good in (
            ("key", "bad_company_key", bool(_KEY.fullmatch(asked.key))),
            ("name", "required", bool(asked.name.strip())),
            ("host", "bad_host", asked.host is None or bool(_HOST.fullmatch(asked.host))),
            ("admin", "required", bool(asked.admin.strip())),
            ("app", "unknown_app", asked.app in shipped_apps()),
            ("time_zone", "unknown_zone", _is_zone(asked.time_zone)),
            ("currency", "bad_currency", bool(re.fullmatch(r"[A-Z]{3}", asked.currency))),
            ("locale", "unknown_locale", asked.locale in LOCALES),
        )
        if not good
    ]
    if errors:
        raise Invalid(errors=errors)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
