"""Measure what the README promises: python -m bench [--json FILE]."""

import signal
from pathlib import Path
from typing import Annotated

import orjson
import typer
from bench.intake import Size, WrongResult, measure

from closeloop.base.logs import configure_logging


def main(
    json: Annotated[Path | None, typer.Option(help="write all figures to this file")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="rounds of each server, in turns")] = 5,
    leads: Annotated[int, typer.Option(min=400, help="leads of a round at c=32; a tenth of it at c=1")] = 4000,
) -> None:
    """Measure intake; fails on wrong results only, never on slow ones."""
    configure_logging("warning", "bench")
    try:
        report = measure(Size(rounds, several=leads, one=leads // 10))
    except WrongResult as wrong:
        typer.echo(f"wrong: {wrong}", err=True)
        raise typer.Exit(1) from None
    if json is not None:
        json.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was started is stopped then, too
    typer.run(main)
