"""Say what is wrong with an expression, and where."""

from typing import Any

from closeloop.base.errors import Invalid


class ExpressionError(Invalid):
    """An expression that can't be taken.

    `params` holds `reason` (a key of `messages`), `at` and `length` (the place, in characters from the
    beginning of the source), `suggestion` (what may have been meant, or None) and what the message needs.
    """

    code = "bad_expression"

    def __init__(
        self, reason: str, at: int = 0, length: int = 0, *, suggestion: str | None = None, **needs: Any
    ) -> None:
        super().__init__(reason=reason, at=at, length=length, suggestion=suggestion, **needs)
        self.reason = reason
        self.at = at
        self.length = length
        self.suggestion = suggestion
