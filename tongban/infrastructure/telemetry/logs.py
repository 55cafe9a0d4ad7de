"""Structured logs: one JSON object a line for machines, or short lines for a person at a terminal.

No personal data: requests are named by their view, never by path, query or body; addresses are shortened.
"""

import json
import logging
import logging.config
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import structlog
from django.conf import settings

from tongban.infrastructure.telemetry import rules

request_id: ContextVar[str] = ContextVar("request_id", default="")

LogLine = MutableMapping[str, Any]


class StderrLogger:
    """Writes lines where standard error is by then. One that cannot be written is lost; what it was about goes on.

    A disk may be full, or standard error closed (ValueError).
    """

    def __init__(self, name: str = "") -> None:
        self.name = name

    def msg(self, message: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{message}\n")
            sys.stderr.flush()

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


def configure() -> None:
    """Send our own and the libraries' lines through the same steps to standard error."""
    level = logging.getLevelNamesMapping()[settings.TELEMETRY_LEVEL.upper()]
    shared: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=settings.TELEMETRY_LOG == "json"),
        _with_request,
        structlog.processors.format_exc_info,
        _without_personal_data,
    ]
    endings: list[Any] = [_json()] if settings.TELEMETRY_LOG == "json" else [_within_its_line, _console()]
    structlog.configure(
        processors=[*shared, *endings],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=StderrLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [_named_by_view, *shared],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *endings],
    }
    logging.captureWarnings(True)  # they quote strangers too
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"lines": formatter},
            "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["out"], "level": "WARNING"},
            "loggers": {
                "django": {"handlers": [], "propagate": True, "level": "WARNING"},
                # Refused and missing pages are counted, not logged; their paths would carry tokens.
                "django.request": {"level": "ERROR"},
                "django.server": {"handlers": [], "propagate": False, "level": "CRITICAL"},
                "tongban": {"level": level},
            },
        }
    )


def _json() -> Any:
    encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
    return lambda _logger, _method, line: rules.escaped(encode(line))


def _console() -> Any:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)


def _within_its_line(_logger: Any, _method: str, line: LogLine) -> LogLine:
    """Let no text of strangers, such as a certificate's name, look like a line of ours."""
    for name, value in line.items():
        if isinstance(value, str):
            line[name] = rules.indented(value) if name == "exception" else rules.escaped(value)
    return line


def _with_request(_logger: Any, _method: str, line: LogLine) -> LogLine:
    if known := request_id.get():
        line["request"] = known
    return line


def _without_personal_data(_logger: Any, _method: str, line: LogLine) -> LogLine:
    for name in ("event", "exception", "error"):
        if isinstance(text := line.get(name), str):
            line[name] = rules.without_personal_data(text)
    return line


def _named_by_view(_logger: Any, _method: str, line: LogLine) -> LogLine:
    """Replace Django's "Internal Server Error: /path/with/token/" by the view's name."""
    record = line.get("_record")
    request = getattr(record, "request", None)
    if request is not None:
        match = getattr(request, "resolver_match", None)
        refused = record is not None and record.name == "django.security.csrf"
        line["event"] = (
            "a form was refused: its token is missing or stale" if refused else "a request failed unexpectedly"
        )
        line["view"] = match.view_name if match else ""
    return line
