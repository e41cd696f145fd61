"""`closeloop run` as it is started on a machine: processes that a test may kill."""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.runtime.waiting import eventually

from closeloop.runtime.embedded_postgres import EmbeddedPostgres


@dataclass
class System:
    """`closeloop run` with a home and a port of its own."""

    supervisor: "subprocess.Popen[bytes]"
    database: EmbeddedPostgres
    url: str
    log: Path

    def pid(self, name: str) -> int | None:
        """Return the process `web` or `worker` that the supervisor has started."""
        parent = self.supervisor.pid
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            except FileNotFoundError:
                continue
            if name.encode() in command:
                return int(child)
        return None

    def kill(self, name: str) -> None:
        """Kill web, worker or database, and wait until another one has taken the place."""
        find = self.database.pid if name == "database" else lambda: self.pid(name)
        killed = find()
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: find() not in (None, killed))

    def is_ready(self) -> bool:
        assert self.supervisor.poll() is None, self.log.read_text()
        try:
            with urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False
