"""What a field type must offer, and the error that tells a caller why a value doesn't fit."""

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.types import TypeEngine

from closeloop.catalog.model import Field
from closeloop.expr import Type, Value


class Coercion(Exception):
    """A value doesn't fit its field: a stable code and what the message needs."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a field of the type can be used for; definitions are checked by it, the catalog and the documents tell it.

    `imported`: a column of a file can fill it. `unique`: no two living records need have the same value. `index`: an
    index can be kept on it.
    """

    filter: bool = True
    sort: bool = True
    group: bool = False
    search: bool = False
    imported: bool = True
    unique: bool = False
    index: bool = True


class FieldType(Protocol):
    """One type of field. Raw input is what JSON or a form gives; a Value is what expressions and psycopg take.

    A type without a column is virtual: what such a field shows stands elsewhere. A type without a type in expressions
    can't be named there.
    """

    @property
    def name(self) -> str: ...
    @property
    def can(self) -> Abilities: ...
    @property
    def settings(self) -> tuple[str, ...]:
        """What a definition may say of a field of this type alone, beside what follows from its abilities."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Those of the settings without which there is no such field."""
        ...

    def column(self) -> TypeEngine[Any] | None: ...
    def expr_type(self, field: Field) -> Type | None: ...
    def coerce(self, raw: Any, field: Field) -> Value: ...
    def normal(self, value: Value) -> str | None: ...
    def searched(self, value: Value) -> str | None: ...
    def distinct(self, value: Value) -> str | None:
        """Return the form in which the values of a unique field must differ."""
        ...


class Plain:
    """What most types share: no normal form of their own, and a search that sees the value as it is written."""

    can = Abilities()
    settings: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def normal(self, value: Value) -> str | None:
        return None if value is None else str(value)

    def searched(self, value: Value) -> str | None:
        return None if value is None else str(value)

    def distinct(self, value: Value) -> str | None:
        return None if value is None else str(value)
