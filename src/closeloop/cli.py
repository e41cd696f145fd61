"""The command line: run the whole system, or one of its processes."""

import asyncio
import fcntl
import http.client
import os
import shutil
import socket
import sys
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn, TypeVar

import typer
import uvicorn
from fastapi import FastAPI

from closeloop.api.app import create_app
from closeloop.apps.demos import DEMOS
from closeloop.base.clock import SystemClock
from closeloop.base.collector import rarely_collect
from closeloop.base.errors import CloseloopError, NotFound
from closeloop.base.logs import configure_logging
from closeloop.base.messages import message
from closeloop.base.settings import Settings, get_settings
from closeloop.catalog.companies import load_companies
from closeloop.catalog.model import Company
from closeloop.connect.store import open_store
from closeloop.db.engine import Database
from closeloop.runtime import backup as backups
from closeloop.runtime import history
from closeloop.runtime import worker as worker_process
from closeloop.runtime.app_files import demo_of, read_yaml, shipped_apps
from closeloop.runtime.demo import People, sign_ins
from closeloop.runtime.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from closeloop.runtime.host import Host
from closeloop.runtime.install import DEMO_PASSWORD, prepare
from closeloop.runtime.mend import drift_of
from closeloop.runtime.new_company import NewCompany, make_company
from closeloop.runtime.supervisor import ProcessSpec, StartError, Supervisor
from closeloop.runtime.trash import purge as empty_trash

T = TypeVar("T")

STREAMS_END_WITHIN = 2

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
database_app = typer.Typer(help="The embedded database alone.", no_args_is_help=True)
app.add_typer(database_app, name="database")
demo_app = typer.Typer(help="The demo company.", no_args_is_help=True)
app.add_typer(demo_app, name="demo")
company_app = typer.Typer(help="The companies of this installation.", no_args_is_help=True)
app.add_typer(company_app, name="company")


class _Server(uvicorn.Server):
    """Collects garbage seldom once everything is loaded, and ends the open streams when it is told to stop.

    uvicorn by itself would wait for the streams, then cut them off.
    """

    def __init__(self, config: uvicorn.Config, application: FastAPI) -> None:
        super().__init__(config)
        self._application = application

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        rarely_collect()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        host: Host | None = getattr(self._application.state, "host", None)
        if host is not None:
            host.hub.end_streams()


@app.command()
def run() -> None:
    """Run everything: database, web and worker, and start again what dies."""
    settings = _begin("supervisor")
    with _only_one(settings.home):
        _check_port(settings)
        _share_figures(settings.home / "figures")
        supervisor = Supervisor(
            [ProcessSpec(name, [sys.executable, "-m", "closeloop.cli", name]) for name in ("web", "worker")],
            database=None if settings.database_url else EmbeddedPostgres(settings.home),
            prepare=lambda: asyncio.run(prepare(settings, _database_url(settings))),
            ready=lambda: _answers(settings),
            announce=lambda: _announce(settings),
        )
        try:
            supervisor.run()
        except (StartError, EmbeddedPostgresError) as error:
            _fail(f"Closeloop did not start: {error}")


@app.command()
def web() -> None:
    """Run one web process."""
    settings = _begin("web")
    application = create_app(settings, _database_url(settings))
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        timeout_graceful_shutdown=STREAMS_END_WITHIN,
        access_log=False,
        log_config=None,
        log_level="warning",
    )
    _Server(config, application).run()


@app.command()
def worker() -> None:
    """Run one worker: clocks and deliveries that are due."""
    settings = _begin("worker")
    asyncio.run(_work(settings, _database_url(settings)))


async def _work(settings: Settings, url: str) -> None:
    begins = {app_name: demo.begin for app_name, demo in DEMOS.items()}
    await history.fill(settings, url, begins, history.teller(typer.echo))
    await worker_process.run(settings, url)


@app.command()
def install() -> None:
    """Bring the database and the installed apps up to this version; the first time, make the demo company."""
    settings = _begin("install")
    asyncio.run(prepare(settings, _database_url(settings)))


@app.command()
def backup(target: Annotated[Path, typer.Argument(help="the file to write")]) -> None:
    """Back everything up into one file while the system runs."""
    settings = _begin("backup")
    with _told(), _database(settings) as url:
        manifest = backups.back_up(_installation(settings, url), target.absolute(), SystemClock())
    typer.echo(f"{target}: {manifest['database']['bytes']} bytes of database")


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="a file that backup has written", exists=True)]) -> None:
    """Make an empty installation what a backup holds."""
    settings = _begin("restore")
    with _told(), _only_one(settings.home), _database(settings) as url:
        manifest = backups.restore(_installation(settings, url), source)
    typer.echo(f"Restored the backup of {manifest['created_at']}")


def _installation(settings: Settings, url: str) -> backups.Installation:
    return backups.Installation(url, open_store(settings), settings.home)


@contextmanager
def _database(settings: Settings) -> Generator[str]:
    """Give the URL of the database, started for the length of the work if it is the embedded one and doesn't run."""
    if settings.database_url:
        yield settings.database_url
        return
    embedded = EmbeddedPostgres(settings.home)
    ran = embedded.running()
    try:
        yield embedded.start()
    finally:
        if not ran:
            embedded.stop()


@contextmanager
def _told() -> Generator[None]:
    """End a command with 1 where the work raises an error of ours, and say it in words."""
    try:
        yield
    except CloseloopError as error:
        lines = [f"{one.field}: {message(one.code, one.params, 'en-US')}" for one in error.errors]
        _fail("\n".join(lines) or message(error.code, error.params, "en-US"))


@app.command()
def drift(
    company: Annotated[str | None, typer.Option(help="the key of one company; all of them if left out")] = None,
) -> None:
    """Print where tables differ from what the definitions say; change nothing; end with 1 where something does."""

    async def compare(database: Database) -> list[str]:
        return [
            f"{one.key}: {line}"
            for one in await _companies(database, company)
            for line in await drift_of(database, one)
        ]

    lines = _with_database("drift", compare)
    for line in lines:
        typer.echo(line)
    if lines:
        raise typer.Exit(1)


@app.command()
def purge(
    days: Annotated[int, typer.Option(min=0, help="destroy what went so many days ago or earlier")] = 30,
    company: Annotated[str | None, typer.Option(help="the key of one company; all of them if left out")] = None,
) -> None:
    """Destroy fields and objects that have been in the trash for long, with their values."""

    async def destroy(database: Database) -> list[str]:
        before = SystemClock().now() - timedelta(days=days)
        return [
            f"{one.key}: {name}"
            for one in await _companies(database, company)
            for name in await empty_trash(database, one, before)
        ]

    for line in _with_database("purge", destroy):
        typer.echo(line)


async def _companies(database: Database, key: str | None) -> list[Company]:
    """Return the company of a key, or all."""
    async with database.autocommit() as session:
        found = [one for one in await load_companies(session) if key in (None, one.key)]
    if key is not None and not found:
        raise NotFound("unknown_company")
    return found


@demo_app.command("live")
def play(
    url: Annotated[str | None, typer.Option(help="where the system runs; this machine if left out")] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=100, help="10 does in a minute what takes people ten")] = 1.0,
    company: Annotated[str, typer.Option(help="the key of the company")] = "demo",
    app_name: Annotated[str, typer.Option("--app", help="the app whose people are played")] = "sales",
) -> None:
    """Play a demo company's people over HTTP until Ctrl-C: they work with the app."""
    settings = _begin("demo")
    if app_name not in DEMOS:
        _fail(f"There is nobody to play in {app_name}; apps that have people: {', '.join(DEMOS)}")
    headers = {"Closeloop-Company": company}
    player = DEMOS[app_name].play(url or settings.local_url, SystemClock(), typer.echo, speed, headers)
    with suppress(KeyboardInterrupt):
        asyncio.run(player.run(_people_of(app_name), DEMO_PASSWORD))
    played = player.played
    typer.echo(
        f"\n{played.done.total()} requests done, {played.refused.total()} refused, {played.failed.total()} failed"
    )
    if played.failed:
        raise typer.Exit(1)


def _people_of(app_name: str) -> People:
    """Return who is in an app's demo company; nobody if it has none."""
    folder = demo_of(app_name)
    return read_yaml(folder / "company.yaml")["people"] if folder else []


@database_app.command("start")
def start_database() -> None:
    """Start the embedded database and print its URL."""
    typer.echo(EmbeddedPostgres(get_settings().home).start())


@database_app.command("stop")
def stop_database() -> None:
    """Stop the embedded database."""
    EmbeddedPostgres(get_settings().home).stop()


@company_app.command("create")
def create_company(
    key: Annotated[str, typer.Argument(help="its short name, such as acme")],
    name: Annotated[str, typer.Option(help="its name as people read it")],
    admin: Annotated[str, typer.Option(help="the login of its administrator")] = "admin",
    app_name: Annotated[str, typer.Option("--app", help="the app that it starts with: sales or blank")] = "sales",
    host: Annotated[str | None, typer.Option(help="the host name that it is found by, if it has one")] = None,
    time_zone: Annotated[str, typer.Option(help="decides what today is")] = "Asia/Shanghai",
    currency: Annotated[str, typer.Option(help="of all its money")] = "CNY",
    locale: Annotated[str, typer.Option(help="zh-CN or en-US")] = "zh-CN",
) -> None:
    """Make a company and print its administrator's password, once."""

    asked = NewCompany(key, name, admin, app_name, host, time_zone, currency, locale)
    company, password = _with_database("company", lambda database: make_company(database, SystemClock(), asked))
    typer.echo(f"Company {company.key} is there. Sign in as {admin}; the password is {password}")


@company_app.command("list")
def list_companies() -> None:
    """List the companies: key, name, host, PostgreSQL schema."""

    async def read(database: Database) -> list[Company]:
        async with database.autocommit() as session:
            return await load_companies(session)

    for company in _with_database("company", read):
        typer.echo(f"{company.key}\t{company.name}\t{company.host or '-'}\t{company.schema}")


def _with_database(process_name: str, work: Callable[[Database], Coroutine[Any, Any, T]]) -> T:
    """Run a command's work on the installation's database, which must run."""
    settings = _begin(process_name)

    async def run_it() -> T:
        url = settings.ddl_url or _database_url(settings)
        database = Database(url, min_size=1, max_size=4, application_name=f"closeloop-{process_name}")
        await database.open()
        try:
            return await work(database)
        finally:
            await database.close()

    with _told():
        return asyncio.run(run_it())


def _begin(process_name: str) -> Settings:
    settings = get_settings()
    configure_logging(settings.log_level, process_name)
    return settings


def _database_url(settings: Settings) -> str:
    return settings.database_url or EmbeddedPostgres(settings.home).url


@contextmanager
def _only_one(home: Path) -> Generator[None]:
    """Hold the home for one supervisor at a time: two would stop each other's database."""
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (home / "run.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            _fail(f"Closeloop already runs in {home.absolute()} (process {file.read().strip()})")
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _share_figures(folder: Path) -> None:
    """Let the processes to come write their figures into one folder, emptied now, so that web answers for all."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder.absolute())  # noqa: TID251 - how that library is told


def _check_port(settings: Settings) -> None:
    try:
        socket.create_server((settings.host, settings.port)).close()
    except OSError as error:
        _fail(f"Can't listen on {settings.host}:{settings.port}: {error}. Set PORT to another port.")


def _answers(settings: Settings) -> bool:
    """Ask the web process whether it is ready."""
    connection = http.client.HTTPConnection(_reachable_host(settings), settings.port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _announce(settings: Settings) -> None:
    typer.echo(f"\nCloseloop is up: http://{_reachable_host(settings)}:{settings.port}   (Ctrl-C ends it)")
    if settings.demo:
        for people in filter(None, map(_people_of, shipped_apps())):
            typer.echo(f"Sign in as {sign_ins(people)}; the password is {DEMO_PASSWORD}\n")


def _reachable_host(settings: Settings) -> str:
    """Return an address of this machine: one that listens everywhere can't be called by that name."""
    return "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104


def _fail(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(1)


def main() -> None:
    """Run a command."""
    app()


if __name__ == "__main__":
    main()
