"""Build the Python environment and the web client, each only where its inputs have changed.

Runs on the system's Python before anything is installed: standard library only.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WEB = ROOT / "web"
STAMPS = ROOT / ".build"

LOCKS = {
    "build": ROOT / "requirements-build.lock",
    "run": ROOT / "requirements.lock",
    "dev": ROOT / "requirements-dev.lock",
}
NOT_BUILT_FROM = {"node_modules", "dist", "e2e", "test-results", "playwright-report"}


def main() -> None:
    """Build what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="+", choices=["environment", "dev-environment", "packages", "web"])
    parts = parser.parse_args().parts
    STAMPS.mkdir(exist_ok=True)
    if "environment" in parts:
        build_environment(dev=False)
    if "dev-environment" in parts:
        build_environment(dev=True)
    if "packages" in parts or "web" in parts:
        build_packages()
    if "web" in parts:
        build_web()


def build_environment(*, dev: bool) -> None:
    """Make `.venv` and fill it with what the locks name; one that has the developer's tools keeps them."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs on whatever the system has
        sys.exit(f"Closeloop needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    python = str(VENV / "bin" / "python")
    interpreter = Path(sys.executable).resolve()
    # Scripts and links in the environment name its folder and its interpreter.
    made = when_changed(
        STAMPS / "venv",
        digest([], str(ROOT), str(interpreter), sys.version),
        VENV / "bin" / "pip",
        "Python environment",
        lambda: call(
            str(interpreter),
            "-m",
            "venv",
            "--clear",
            str(VENV),
            hint="on Debian: apt-get install python3-venv",
        ),
    )
    stamp, with_dev = STAMPS / "environment", STAMPS / "environment.dev"
    if made:
        stamp.unlink(missing_ok=True)
        with_dev.unlink(missing_ok=True)
    if dev:
        with_dev.touch()
    locks = [LOCKS["build"], LOCKS["dev" if with_dev.exists() else "run"]]

    def install() -> None:
        quiet = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
        call(python, "-m", "pip", "install", *quiet, "-r", str(LOCKS["build"]))
        uv = [str(VENV / "bin" / "uv"), "pip"]
        call(*uv, "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", python, *map(str, locks))
        offline = ["--no-deps", "--no-build-isolation", "--no-index"]
        call(*uv, "install", "--quiet", *offline, "--python", python, "--editable", str(ROOT))

    inputs = digest([*locks, ROOT / "pyproject.toml"])
    when_changed(stamp, inputs, VENV / "bin" / "closeloop", "Python packages", install)


def build_packages() -> None:
    """Install the web client's npm packages."""
    inputs = digest([WEB / "package.json", WEB / "package-lock.json", WEB / ".npmrc"], str(ROOT))
    when_changed(
        STAMPS / "packages",
        inputs,
        WEB / "node_modules",
        "packages of the web client",
        # not `npm ci`: it refuses a lock that lacks other platforms' binaries
        lambda: call("npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", cwd=WEB),
    )


def build_web() -> None:
    """Build the web client into `web/dist`."""
    sources = [path for path in WEB.iterdir() if path.name not in NOT_BUILT_FROM]
    when_changed(
        STAMPS / "web",
        digest(sources),
        WEB / "dist" / "index.html",
        "web client",
        lambda: call("npm", "run", "--silent", "build", cwd=WEB),
    )


def when_changed(stamp: Path, inputs: str, output: Path, name: str, build: Callable[[], None]) -> bool:
    """Build unless `output` is there, made from these inputs as `stamp` tells; say whether it was built."""
    if output.exists() and stamp.exists() and stamp.read_text() == inputs:
        return False
    print(f"building: {name} ...", flush=True)
    started = time.monotonic()
    stamp.unlink(missing_ok=True)
    build()
    stamp.write_text(inputs)
    print(f"built: {name}, {time.monotonic() - started:.1f} s", flush=True)
    return True


def digest(paths: Iterable[Path], *more: str) -> str:
    """Hash the names and contents of files, and of all files in folders."""
    total = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                total.update(f"\0{file.relative_to(ROOT)}\0{file.stat().st_size}\0".encode())
                total.update(file.read_bytes())
    return total.hexdigest()


def call(*command: str, cwd: Path = ROOT, hint: str = "") -> None:
    """Run a program of the environment or end the build with its exit status."""
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, cwd=cwd, env={**os.environ, "PATH": path}, check=False)
    if done.returncode:
        print(f"failed ({done.returncode}): {' '.join(command)}", file=sys.stderr)
        if hint:
            print(hint, file=sys.stderr)
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
