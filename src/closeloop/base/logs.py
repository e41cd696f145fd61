"""Write logs: one JSON object a line, or readable text where a person watches.

A log names records and people by id only. As a last guard, values under the names in SECRET are masked, and
tracebacks come without the values of variables.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor

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
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_json)]


def _json(event: MutableMapping[str, Any], **_options: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def _mask(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {name: "***" if name in SECRET else value for name, value in event.items()}
