"""Make ids: uuid version 7 (RFC 9562, section 5.7), so that keys sort by the time they were made."""

import os
import threading
from uuid import UUID

from closeloop.base.clock import Clock

_lock = threading.Lock()
_last = 0


def new_id(clock: Clock) -> UUID:
    """Return a new uuid7 for the clock's present millisecond.

    Within a process ids rise strictly, also inside one millisecond and when the clock steps back:
    the 74 random bits are then counted up instead of drawn again.
    """
    global _last  # noqa: PLW0603 - the one counter that makes ids rise within a process
    millis = int(clock.now().timestamp() * 1000)
    with _lock:
        if millis > _last >> 74:
            _last = (millis << 74) | int.from_bytes(os.urandom(10)) >> 7
        else:
            _last += 1 + (int.from_bytes(os.urandom(4)) | 1)
        value = _last
    rand_b = value & ((1 << 62) - 1)
    rand_a = (value >> 62) & 0xFFF
    return UUID(int=(value >> 74) << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def first_id_at(millis: int) -> UUID:
    """Return the smallest uuid7 of a millisecond since 1970: the lower bound of all ids made from then on."""
    return UUID(int=millis << 80 | 0x7 << 76 | 0b10 << 62)
