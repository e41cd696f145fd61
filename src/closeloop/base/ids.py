"""Make ids: uuid version 7 (RFC 9562, section 5.7), so that keys sort by the time they were made."""

import os
import struct
import threading
from uuid import UUID

from closeloop.base.clock import Clock

_STEPS = struct.Struct("1024I")
"""Random steps of 32 bits from one id to the next, so that none can be guessed from another."""


class _Source:
    """The state of a process's ids: the last one given, and random numbers drawn ahead: asking is a system call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self._steps: list[int] = []

    def next(self, millis: int) -> int:
        """Return 48 bits of time and 74 random bits; always more than the number before."""
        with self._lock:
            if millis > self._last >> 74:
                self._last = (millis << 74) | int.from_bytes(os.urandom(10)) >> 6
            else:
                self._last += self._step()
            return self._last

    def _step(self) -> int:
        if not self._steps:
            self._steps += _STEPS.unpack(os.urandom(_STEPS.size))
        return 1 + self._steps.pop()


_source = _Source()


def new_id(clock: Clock) -> UUID:
    """Return a new uuid7 for the clock's present millisecond.

    Within a process ids rise strictly, also inside one millisecond and when the clock steps back:
    the 74 random bits are then counted up instead of drawn again.
    """
    return new_id_at(int(clock.now().timestamp() * 1000))


def new_id_at(millis: int) -> UUID:
    """Return a new uuid7 for a millisecond since 1970, under the same rule."""
    value = _source.next(millis)
    rand_b = value & ((1 << 62) - 1)
    rand_a = (value >> 62) & 0xFFF
    return UUID(int=(value >> 74) << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def first_id_at(millis: int) -> UUID:
    """Return the smallest uuid7 of a millisecond since 1970: the lower bound of all ids made from then on."""
    return UUID(int=millis << 80 | 0x7 << 76 | 0b10 << 62)
