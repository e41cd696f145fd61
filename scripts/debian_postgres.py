"""Run Debian's own PostgreSQL on a socket of its own in a folder that is thrown away: the other server we promise."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = "postgresql-15"
PROGRAMS = Path("/usr/lib/postgresql/15/bin")
OPTIONS = "-c listen_addresses= -c fsync=off -c max_connections=200 -c unix_socket_directories="


@contextmanager
def server() -> Iterator[str]:
    """Yield the URL of the server's superuser."""
    folder = Path(tempfile.mkdtemp(prefix="closeloop-pg15-"))
    user = None if os.geteuid() else "postgres"  # PostgreSQL refuses to run as root
    if user:
        found = pwd.getpwnam(user)
        os.chown(folder, found.pw_uid, found.pw_gid)
    data = folder / "data"
    try:
        _run(user, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        _run(user, "pg_ctl", "start", "-w", "-D", data, "-l", folder / "log", "-o", f"{OPTIONS}{folder}")
        folder.chmod(0o711)
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        _run(user, "pg_ctl", "stop", "-w", "-m", "immediate", "-D", data, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _run(user: str | None, program: str, *arguments: str | Path, check: bool = True) -> None:
    command = [str(PROGRAMS / program), *map(str, arguments)]
    subprocess.run(command, user=user, cwd="/", check=check, stdout=subprocess.DEVNULL)
