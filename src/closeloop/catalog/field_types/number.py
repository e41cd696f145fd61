"""Number fields: integer, decimal, money, percent and the checkbox."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sqlalchemy import BigInteger, Boolean, Numeric
from sqlalchemy.types import TypeEngine

from closeloop.catalog.field_types.base import Abilities, Coercion, Plain
from closeloop.catalog.messages import NO, YES
from closeloop.catalog.model import Field
from closeloop.expr import BOOL, NUMBER, Type, Value

_BIGINT = 2**63 - 1


def _decimal(raw: Any) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise Coercion("not_number")
    text = str(raw).replace(",", "").strip()
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Coercion("not_number") from None
    if not number.is_finite():
        raise Coercion("not_number")
    return number


def _bounded(number: Decimal, field: Field) -> Decimal:
    if field.min is not None and number < field.min:
        raise Coercion("too_small", min=field.min)
    if field.max is not None and number > field.max:
        raise Coercion("too_large", max=field.max)
    return number


class Integer(Plain):
    """A whole number of at most 63 bits."""

    name = "integer"
    can = Abilities(unique=True)
    settings = ("min", "max")

    def column(self) -> TypeEngine[Any]:
        return BigInteger()

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return NUMBER

    def coerce(self, raw: Any, field: Field) -> Value:
        number = _decimal(raw)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise Coercion("not_integer")
        if abs(number) > _BIGINT:
            raise Coercion("too_large", max=_BIGINT)
        return int(_bounded(number, field))


class Number(Plain):
    """A decimal number of at most 16 digits before and 4 after the point, rounded half up."""

    name = "decimal"
    settings = ("min", "max")
    _step = Decimal("0.0001")
    _limit = Decimal(10) ** 16

    def column(self) -> TypeEngine[Any]:
        return Numeric(20, 4)

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return NUMBER

    def coerce(self, raw: Any, field: Field) -> Value:
        number = _decimal(raw)
        if number is None:
            return None
        if abs(number) < self._limit:
            number = number.quantize(self._step, rounding=ROUND_HALF_UP)
        if abs(number) >= self._limit:
            raise Coercion("too_large", max=self._limit)
        return _bounded(number, field)


class Money(Number):
    """An amount in the company's currency, or in the one that a choice beside it says."""

    name = "money"
    settings = ("min", "max", "currency")


class Percent(Number):
    """A share as a fraction: 0.25 is 25 %."""

    name = "percent"


class Checkbox(Plain):
    """Yes or no; nothing is no answer."""

    name = "checkbox"
    can = Abilities(group=True)

    def column(self) -> TypeEngine[Any]:
        return Boolean()

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return BOOL

    def coerce(self, raw: Any, field: Field) -> Value:  # noqa: ARG002 - the protocol's shape
        if isinstance(raw, bool):
            return raw
        word = str(raw).strip().lower()
        if word in YES:
            return True
        if word in NO:
            return False
        if not word:
            return None
        raise Coercion("not_boolean")
