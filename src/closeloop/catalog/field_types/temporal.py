"""Date and time fields; a moment is kept in UTC."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date as SqlDate
from sqlalchemy import DateTime as SqlDateTime
from sqlalchemy.types import TypeEngine

from closeloop.catalog.field_types.base import Abilities, Coercion, Plain
from closeloop.catalog.model import Field
from closeloop.expr import DATE, DATETIME, Type, Value


class Date(Plain):
    """A day of the calendar, without a time or a zone."""

    name = "date"
    can = Abilities(group=True)

    def column(self) -> TypeEngine[Any]:
        return SqlDate()

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return DATE

    def coerce(self, raw: Any, field: Field) -> Value:  # noqa: ARG002 - the protocol's shape
        if isinstance(raw, datetime):
            raise Coercion("not_date")
        if isinstance(raw, date):
            return raw
        if not isinstance(raw, str):
            raise Coercion("not_date")
        text = raw.strip()
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Coercion("not_date") from None


class DateTime(Plain):
    """A moment, RFC 3339 with its zone."""

    name = "datetime"

    def column(self) -> TypeEngine[Any]:
        return SqlDateTime(timezone=True)

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return DATETIME

    def coerce(self, raw: Any, field: Field) -> Value:  # noqa: ARG002 - the protocol's shape
        if isinstance(raw, str):
            text = raw.strip()
            if not text:
                return None
            try:
                raw = datetime.fromisoformat(text)
            except ValueError:
                raise Coercion("not_datetime") from None
        if not isinstance(raw, datetime):
            raise Coercion("not_datetime")
        if raw.tzinfo is None:
            raise Coercion("no_zone")
        try:
            return raw.astimezone(UTC)
        except OverflowError:
            raise Coercion("not_datetime") from None
