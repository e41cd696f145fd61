"""The errors that a caller may see: a stable code, an HTTP status, and the fields that are wrong.

A message is a key of the message catalog with its parameters (closeloop.base.messages); the text is made when
the language of the reader is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that is wrong: its name (dotted inside lists), a stable code and what the message needs."""

    field: str
    code: str
    params: Mapping[str, Any] = dataclass_field(default_factory=dict[str, Any])


class CloseloopError(Exception):
    """The root of every error that has a meaning for a caller."""

    status: ClassVar[int] = 500
    code: str = "internal"

    def __init__(
        self,
        code: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        data: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(code or type(self).code)
        self.code = code or type(self).code
        self.errors = tuple(errors)
        self.data: Mapping[str, Any] = data or {}
        self.params: Mapping[str, Any] = params

    def __str__(self) -> str:
        fields = "; ".join(f"{e.field}: {e.code} {dict(e.params) or ''}".rstrip() for e in self.errors)
        return f"{self.code} {dict(self.params) or ''} {fields}".strip()


class NotSignedIn(CloseloopError):
    """Nobody is signed in, or the session has ended."""

    status = 401
    code = "not_signed_in"


class Forbidden(CloseloopError):
    """The person is known and may not do this."""

    status = 403
    code = "forbidden"


class NotFound(CloseloopError):
    """It is not there, or not the caller's to see: the two are not told apart."""

    status = 404
    code = "not_found"


class Conflict(CloseloopError):
    """The record has moved on, or the key is taken; `data` holds the present values where the caller may see them."""

    status = 409
    code = "conflict"


class Invalid(CloseloopError):
    """The input is wrong; `errors` says where."""

    status = 422
    code = "invalid"


class Locked(CloseloopError):
    """The account or record is locked for now."""

    status = 423
    code = "locked"


class TooMany(CloseloopError):
    """Too many calls in too short a time; `retry_after` says how many seconds to wait."""

    status = 429
    code = "too_often"


class Unavailable(CloseloopError):
    """The database can't be reached at the moment; nothing was changed."""

    status = 503
    code = "unavailable"


def codes_of(error: BaseException) -> str:
    """Say what went wrong as a log may: codes and the names of fields, without the values that somebody has typed."""
    if not isinstance(error, CloseloopError):
        return type(error).__name__
    return "; ".join([error.code, *(f"{one.field}: {one.code}" for one in error.errors)])
