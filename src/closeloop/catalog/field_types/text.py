"""Text fields: plain, long, phone, e-mail and URL, each with the normal form under which two values are the same."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

import phonenumbers
from sqlalchemy import Text as SqlText
from sqlalchemy.types import TypeEngine

from closeloop.catalog.field_types.base import Abilities, Coercion, Plain
from closeloop.catalog.model import Field
from closeloop.catalog.same_names import same_name
from closeloop.catalog.wordlists import EXTENSION_WORDS
from closeloop.expr import TEXT, Type, Value

_EMAIL = re.compile(r"[^@\s<>\"(),:;\\]{1,64}@[^@\s<>\"(),:;\\]{1,189}\.[^@\s.<>\"(),:;\\]{2,63}")
LOCAL = "local:"
"""What a number without its area code begins with when it is compared."""
_URL = re.compile(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_MAINLAND_MOBILE = re.compile(r"(?:\+?(?:00)?86)?(1[3-9]\d{9})")
_EXTENSION = re.compile(rf"\s*(?:{'|'.join(map(re.escape, EXTENSION_WORDS))})\s*:?\s*(\d{{1,6}})$", re.IGNORECASE)
_WITHOUT_AREA = re.compile(r"[2-9]\d{6,7}|\d{3,6}")
_LANDLINE_WITH_EXTENSION = re.compile(r"(\(?0\d{2,3}\)?[\s-]?\d{7,8})\s*-\s*(\d{1,6})")


class Text(Plain):
    """One line of text, 200 characters unless the field says otherwise."""

    name = "text"
    can = Abilities(search=True, group=True, unique=True)
    settings: tuple[str, ...] = ("max", "pattern")
    longest = 200

    def column(self) -> TypeEngine[Any]:
        return SqlText()

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return TEXT

    def coerce(self, raw: Any, field: Field) -> Value:
        if isinstance(raw, bool) or not isinstance(raw, str | int | float):
            raise Coercion("not_text")
        text = self.clean(str(raw))
        if not text:
            return None
        if "\x00" in text:
            raise Coercion("bad_character")
        longest = int(field.max) if field.max is not None else self.longest
        if len(text) > longest:
            raise Coercion("too_long", max=longest)
        return self.check(text)

    def clean(self, text: str) -> str:
        return _SPACES.sub(" ", text).strip()

    def check(self, text: str) -> str:
        return text

    def normal(self, value: Value) -> str | None:
        """As names are compared: `云启(北京)科技` equals `云启（北京）科技 有限公司`."""
        return same_name(value) if isinstance(value, str) else None

    def distinct(self, value: Value) -> str | None:
        """Width and case folded: codes that differ only there would be taken for one another."""
        return unicodedata.normalize("NFKC", value).casefold() if isinstance(value, str) else None


class LongText(Text):
    """Text with line breaks, 10,000 characters unless the field says otherwise."""

    name = "long_text"
    can = Abilities(sort=False, search=True, index=False)
    settings = ("max",)
    longest = 10_000

    def clean(self, text: str) -> str:
        return text.replace("\r\n", "\n").strip()


class Phone(Text):
    """A phone number; kept as it was typed, compared in E.164 with China as the default country.

    An extension tells two people behind one switchboard apart. A number without its area code is the same as no
    other: half a country has a 65551234.
    """

    name = "phone"
    can = Abilities(search=True, unique=True)
    settings = ("max",)
    longest = 40

    def check(self, text: str) -> str:
        if _e164(text) is None:
            raise Coercion("not_phone")
        return text

    def normal(self, value: Value) -> str | None:
        form = _e164(value) if isinstance(value, str) else None
        return None if form is None or form.startswith(LOCAL) else form

    def distinct(self, value: Value) -> str | None:
        return _e164(value) if isinstance(value, str) else None

    def searched(self, value: Value) -> str | None:
        return re.sub(r"\D", "", value) if isinstance(value, str) else None


class Email(Text):
    """An e-mail address; compared without regard to case."""

    name = "email"
    can = Abilities(search=True, unique=True)
    settings = ("max",)
    longest = 254

    def check(self, text: str) -> str:
        plain = unicodedata.normalize("NFKC", text)
        if not _EMAIL.fullmatch(plain):
            raise Coercion("not_email")
        return plain

    def normal(self, value: Value) -> str | None:
        return value.casefold() if isinstance(value, str) else None

    def distinct(self, value: Value) -> str | None:
        return self.normal(value)


class Url(Text):
    """A web address with its scheme."""

    name = "url"
    can = Abilities(sort=False, index=False)
    settings = ("max",)
    longest = 2000

    def check(self, text: str) -> str:
        if not _URL.fullmatch(text):
            raise Coercion("not_url")
        return text


@lru_cache(maxsize=65536)
def _e164(text: str) -> str | None:
    """Return the number in E.164, its extension behind it as in RFC 3966; None where it is none.

    A number of seven digits or more that no numbering plan knows is still taken, digits only: a lead must not be
    lost because a plan is out of date. A local number is marked as such.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"[\s\-().]", "", plain)
    mobile = _MAINLAND_MOBILE.fullmatch(digits)
    if mobile:
        return "+86" + mobile[1]
    inner = _LANDLINE_WITH_EXTENSION.fullmatch(plain)
    behind = _EXTENSION.search(plain)
    if inner or behind:
        number = _e164(inner[1] if inner else plain[: behind.start()] if behind else "")
        extension = inner[2] if inner else behind[1] if behind else ""
        return None if number is None else f"{number};ext={extension}"
    if _WITHOUT_AREA.fullmatch(digits):
        return LOCAL + digits
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return digits if re.fullmatch(r"\+?\d{7,18}", digits) else None
