"""A program for the supervisor's tests: `supervised.py FOLDER WHAT [HOME]` keeps up two processes.

Each writes its pid into FOLDER; `stubborn` ignores SIGTERM; the system is ready once FOLDER/ready is there. With
a HOME its database is kept up too.
"""

import sys
from pathlib import Path

from closeloop.base.logs import configure_logging
from closeloop.runtime.embedded_postgres import EmbeddedPostgres
from closeloop.runtime.supervisor import ProcessSpec, StartError, Supervisor

CHILD = """
import os, pathlib, signal, sys, time
name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
if name == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
(folder / f"{name}.new").write_text(str(os.getpid()))
(folder / f"{name}.new").rename(folder / f"{name}.pid")
if name == "broken":
    sys.exit(3)
time.sleep(600)
"""


def main() -> None:
    """Run until a signal."""
    configure_logging("info", "supervisor")
    folder, other, *home = Path(sys.argv[1]), *sys.argv[2:]
    supervisor = Supervisor(
        [ProcessSpec(name, [sys.executable, "-c", CHILD, name, str(folder)]) for name in ("quick", other)],
        database=EmbeddedPostgres(Path(home[0])) if home else None,
        prepare=lambda: None,
        ready=(folder / "ready").exists,
        announce=(folder / "announced").touch,
    )
    try:
        supervisor.run()
    except StartError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
