"""Wait for what another process does."""

import time
from collections.abc import Callable


def eventually(holds: Callable[[], bool], within: float = 30.0) -> None:
    """Return once the condition holds, or fail."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
