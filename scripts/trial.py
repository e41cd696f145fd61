"""Run Closeloop in a home that is thrown away afterwards: for browser tests and for trying things out."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

ENDS_WITHIN = 10


@contextmanager
def trial(settings: Mapping[str, str], output: TextIO | None = None) -> Iterator[subprocess.Popen[str]]:
    """Yield the process of `closeloop run` with these settings in its environment."""
    home = Path(tempfile.mkdtemp(prefix="closeloop-trial-"))
    home.chmod(0o711)  # as root the database runs as another user, who must get in
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "closeloop"), "run"],
        env={**os.environ, "CLOSELOOP_HOME": str(home), **settings},
        stdout=output,
        stderr=output,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(ENDS_WITHIN)
        shutil.rmtree(home)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), trial({}) as running:
        running.wait()
