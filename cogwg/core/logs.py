"""The log: each line is one JSON object on standard error, whichever module or library writes it.

Line breaks, escape characters and all characters that are not ASCII are escaped, so that no text can start a new line or
control a terminal.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered, or "". The web layer sets it."""

log = logging.getLogger("cogwg")


class JsonFormatter(logging.Formatter):
    """A formatter that returns one JSON object. ``extra={"fields": {…}}`` replaces the message with these fields."""

    def format(self, record: logging.LogRecord) -> str:
        values: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": request_id.get() or None,
            **(getattr(record, "fields", None) or {"message": record.getMessage()}),
            "traceback": self.formatException(record.exc_info) if record.exc_info else record.stack_info,
        }
        return json.dumps({name: value for name, value in values.items() if value is not None}, default=str)


class StandardErrorHandler(logging.Handler):
    """A handler that writes each line at once, to the stream that ``sys.stderr`` refers to at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except (OSError, ValueError):  # a full disk or a closed stream; a request must not fail because of its log
            pass


def configure() -> None:
    """Write all log records to standard error as JSON, including warnings and the tracebacks of uncaught errors."""
    root = logging.getLogger()
    if not any(isinstance(handler, StandardErrorHandler) for handler in root.handlers):
        handler = StandardErrorHandler()
        handler.setFormatter(JsonFormatter())
        root.addHandler(handler)
    log.setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook, threading.excepthook, sys.unraisablehook = _log_uncaught, _log_thread_error, _log_unraisable


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    log.critical("The program ended with an unexpected error.", exc_info=(kind, error, traceback))


def _log_thread_error(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and failed.exc_type is not SystemExit:
        exc_info = (failed.exc_type, failed.exc_value, failed.exc_traceback)
        log.error("A thread ended with an unexpected error.", exc_info=exc_info)


def _log_unraisable(failed: sys.UnraisableHookArgs) -> None:
    if failed.exc_value is not None:
        exc_info = (failed.exc_type, failed.exc_value, failed.exc_traceback)
        log.error("An error was ignored in %r.", failed.object, exc_info=exc_info)
