"""What every test may use: a PostgreSQL database of its worker's own, closed sockets, Hypothesis profiles."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import settings

from closeloop.base import ids
from closeloop.runtime.embedded_postgres import EmbeddedPostgres

pytest_plugins = ("tests.db.guard_plugin", "tests.support.company", "tests.support.web")

HOME = "CLOSELOOP_TEST_HOME"
WORKER = os.environ.get("PYTEST_XDIST_WORKER")

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=200)
settings.load_profile("ci" if os.environ.get("CI") else "default")


class _IdsOfEachMoment(ids._Source):
    """Ids that rise within a millisecond, but begin anew for a test whose clock stands before another's."""

    def __init__(self) -> None:
        super().__init__()
        self._lasts: dict[int, int] = {}

    def next(self, millis: int) -> int:
        with self._lock:
            last = self._lasts.get(millis)
            self._lasts[millis] = (millis << 74 if last is None else last) + self._step()
            return self._lasts[millis]


def pytest_configure() -> None:
    """Name one home for the server of the whole session; whichever worker needs it first starts it there."""
    ids._source = _IdsOfEachMoment()
    if WORKER is None:
        home = Path(tempfile.mkdtemp(prefix="closeloop-test-"))
        home.chmod(0o711)  # as root the server runs as another user, who must get in
        os.environ[HOME] = str(home)


def pytest_unconfigure() -> None:
    if WORKER is None:
        home = Path(os.environ.pop(HOME))
        EmbeddedPostgres(home).stop()
        shutil.rmtree(home)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("db") or item.get_closest_marker("http"):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1"]))


@pytest.fixture(scope="session")
def passable_folder() -> Callable[[], Path]:
    """Make empty folders that every user can pass, unlike pytest's own: for embedded servers' homes."""

    def make() -> Path:
        folder = Path(tempfile.mkdtemp(dir=os.environ[HOME]))
        folder.chmod(0o711)
        return folder

    return make


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """Return the URL of a fresh, empty database that no other worker uses; its tests are marked `db`."""
    server = os.environ.get("CLOSELOOP_TEST_DATABASE_URL") or EmbeddedPostgres(Path(os.environ[HOME])).start()
    name = f"closeloop_test_{WORKER or 'main'}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
