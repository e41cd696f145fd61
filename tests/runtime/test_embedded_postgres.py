"""The embedded server comes up from every state that a crash can leave, and is nobody else's to reach."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from tests.runtime.waiting import eventually

from closeloop.runtime import embedded_postgres
from closeloop.runtime.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError

pytestmark = [pytest.mark.db, pytest.mark.embedded]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")


@pytest.fixture(scope="module")
def home(passable_folder: Callable[[], Path]) -> Path:
    """Return the home that the tests share, each of which leaves it in order, running or not."""
    return passable_folder() / "home"


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(home)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def place(passable_folder: Callable[[], Path]) -> Path:
    return passable_folder()


def ask(server: EmbeddedPostgres, query: str) -> object:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row and len(row) == 1 else row


def write_pid_file(home: Path, text: str) -> None:
    data = home / "postgres" / "data"
    file = data / "postmaster.pid"
    file.write_text(text)
    os.chown(file, data.stat().st_uid, data.stat().st_gid)


def test_a_new_server_is_utf8_in_the_c_locale_and_utc_and_not_on_the_network(server: EmbeddedPostgres):
    facts = (
        "SELECT pg_encoding_to_char(encoding), datcollate, current_setting('TimeZone'), "
        "current_setting('listen_addresses') FROM pg_database WHERE datname = current_database()"
    )
    assert ask(server, facts) == ("UTF8", "C", "UTC", "")


def test_the_application_is_no_superuser_but_owns_its_database(server: EmbeddedPostgres):
    assert ask(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(server, "SELECT pg_get_userbyid(datdba) = current_user FROM pg_database WHERE datname = 'closeloop'")


def test_a_second_start_adopts_the_running_server(server: EmbeddedPostgres, home: Path):
    pid = server.pid()
    other = EmbeddedPostgres(home)
    assert other.start() == server.url
    assert other.pid() == pid


def test_starts_at_the_same_time_make_one_server(server: EmbeddedPostgres, home: Path):
    server.stop()
    several = [EmbeddedPostgres(home) for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        urls = set(pool.map(EmbeddedPostgres.start, several))
    assert urls == {server.url}
    assert len({one.pid() for one in several}) == 1


def test_what_was_committed_is_there_after_a_stop_and_a_start(server: EmbeddedPostgres):
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE stopped AS SELECT 7 AS n")
    server.stop()
    assert not server.running()
    server.start()
    assert ask(server, "SELECT n FROM stopped") == 7


def test_a_killed_server_is_recovered_with_all_commits(server: EmbeddedPostgres):
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE killed (n int)")
        for n in range(20):
            connection.execute("INSERT INTO killed VALUES (%s)", [n])
        pid = server.pid()
        assert pid
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: not server.running())
    server.start()
    assert ask(server, "SELECT count(*) FROM killed") == 20


@pytest.mark.parametrize("left", ["{another}\n", "", "3f#", "-1\n"])
def test_a_pid_file_that_names_no_server_of_ours_is_no_obstacle(server: EmbeddedPostgres, home: Path, left: str):
    server.stop()
    write_pid_file(home, left.format(another=os.getpid()))
    assert not server.running()
    server.start()
    assert ask(server, "SELECT 1") == 1


def test_a_stop_ends_the_connections_that_are_open(server: EmbeddedPostgres):
    with psycopg.connect(server.url) as connection:
        connection.execute("SELECT 1")
        server.stop()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_a_stop_before_any_start_does_nothing(place: Path):
    EmbeddedPostgres(place / "never").stop()
    assert not (place / "never").exists()


def test_a_home_too_deep_for_a_socket_is_served_from_elsewhere(place: Path):
    server = EmbeddedPostgres(place / ("deep" * 30))
    try:
        server.start()
        assert ask(server, "SELECT 1") == 1
        assert str(place) not in server.url
    finally:
        server.stop()
        shutil.rmtree(embedded_postgres.Path(psycopg.conninfo.conninfo_to_dict(server.url)["host"]))


def test_a_broken_cluster_is_told_with_the_place_of_the_log(place: Path):
    server = EmbeddedPostgres(place)
    server.start()
    server.stop()
    (place / "postgres" / "data" / "global" / "pg_control").unlink()
    with pytest.raises(EmbeddedPostgresError, match=r"did not start; see .*log"):
        server.start()


@needs_root
def test_root_finds_a_place_for_a_home_that_is_closed_to_others(place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded_postgres, "FAR_FOLDER", place / "var")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "checkout" / "home")
    try:
        server.start()
        assert ask(server, "SELECT 1") == 1
        assert closed.stat().st_mode & 0o777 == 0o700
        assert (closed / "checkout" / "home" / "postgres").resolve().parent == place / "var"
    finally:
        server.stop()


@needs_root
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_other_users_can_neither_connect_nor_read_the_data(place: Path, umask: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded_postgres, "FAR_FOLDER", place / "var")
    server = EmbeddedPostgres(place / "home")
    before = os.umask(umask)
    try:
        server.start()
    finally:
        os.umask(before)
        server.stop()
    folder = (place / "home" / "postgres").resolve()
    stranger = pwd.getpwnam("daemon").pw_uid
    for private in ("data", "socket", "log"):
        listed = subprocess.run(["ls", folder / private], user=stranger, capture_output=True, check=False)
        assert b"Permission denied" in listed.stderr
