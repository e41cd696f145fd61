"""Spans of time as definitions write them."""

import re
from datetime import timedelta

LONGEST = timedelta(days=3650)
"""A longer span is a mistake, and a moment so far away might not exist."""

_SPAN = re.compile(r"(-?)(\d{1,9})(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_span(text: str) -> timedelta | None:
    """Read a span such as `30m`, `-5m`, `24h` or `7d`, which is 7 times 24 hours; None where it is none."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return None
    sign, number, unit = match.groups()
    span = timedelta(**{_UNITS[unit]: int(number)})
    return -span if sign else span
