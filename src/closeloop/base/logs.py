"""Write logs: one JSON object a line, or readable text where a person watches.

A log names records and people by id only. As a last guard, values under the names in SECRET are masked, and
tracebacks come without the values of variables and without the texts of the database's errors, which quote what
somebody has typed.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor

from closeloop.base.errors import CloseloopError, codes_of

SECRET = frozenset({"api_key", "authorization", "cookie", "dsn", "password", "secret", "token", "url"})


def configure_logging(level: str, process_name: str) -> None:
    """Send this process's own logs and those of its libraries to standard error."""

    def add_process(_logger: Any, _method: str, event: EventDict) -> EventDict:
        event["process"] = process_name
        return event

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_process,
        _mask,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_render()],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # it tells every address that it asks, and an address may hold a secret or what somebody searched for
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _render() -> list[Processor]:
    if sys.stderr.isatty():
        return [structlog.dev.ConsoleRenderer(exception_formatter=_to_a_terminal)]
    told = structlog.processors.ExceptionRenderer(_traceback)
    return [told, structlog.processors.JSONRenderer(serializer=_json)]


_Raised = tuple[type[BaseException], BaseException, TracebackType | None]


def _to_a_terminal(out: TextIO, raised: _Raised) -> None:
    out.write("\n" + _traceback(raised))


def _traceback(exc_info: _Raised) -> str:
    """Write a traceback with those that it came of, the first cause first."""
    return "\n".join(_causes(exc_info[1], set()))


def _causes(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    group: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    for one in (before, *group):
        if one is not None and id(one) not in seen:
            yield from _causes(one, seen)
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    kind = type(error)
    yield f"{kind.__module__}.{kind.__qualname__}: {_said(error)}"


def _said(error: BaseException) -> str:
    if isinstance(error, CloseloopError):
        return codes_of(error)
    if type(error).__module__.startswith("psycopg"):
        return str(getattr(error, "sqlstate", None) or "")
    return str(error)


def _json(event: MutableMapping[str, Any], **_options: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def _mask(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {name: "***" if name in SECRET else value for name, value in event.items()}
