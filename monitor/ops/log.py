"""Structured logs: JSON lines on standard error (plain lines on a terminal); events, ids and reasons, never texts.

One line is one event: ``timestamp`` (UTC), ``level``, ``room``, ``event`` and its fields; ``request_id`` through a
request, ``run_id`` and ``job`` through a job and the crawl it starts. docs/operation.md lists every event. What
libraries say, and what ends a process, is told by kind and place: their messages quote addresses and pages (S2).
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Mapping
from types import TracebackType

import structlog

from monitor.settings.logs import LogSettings

REFUSED_KEYS = frozenset({"text", "title", "body", "content", "reply", "author", "exception", "exc_info", "stack_info"})
"""Keys that would carry what a resident wrote or who it was; dropped from every event (safeguards S1, S2)."""
ENVIRONMENT = "YUQING_RUN_ID"
"""How a child process learns the run it belongs to."""
_LINE = 500
"""Longest string value; what staff are told is shorter."""


def _no_texts(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: _short(value) for key, value in event.items() if key not in REFUSED_KEYS}


def _of_run(run: str) -> structlog.typing.Processor:
    """Adds the run that started this process; by itself, because threads do not inherit what is bound."""

    def add(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {"run_id": run, **event} if run else event

    return add


def _short(value: object) -> object:
    return value[:_LINE] if isinstance(value, str) else value


def configure(level: str = "INFO", style: str = "auto", *, process: bool = False) -> None:
    """Sets up logging; harmless to call again. ``style``: json, plain, or auto (plain on a terminal).

    Loggers of the standard library become events, too. ``process``: so do warnings and whatever ends a thread or the
    process uncaught; for processes of our own, not for a command whose user wants to see what happened.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _of_run(os.environ.get(ENVIRONMENT, "") if process else ""),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _no_texts,
    ]
    plain = style == "plain" or (style == "auto" and sys.stderr.isatty())
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if plain else structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        # The stream of the moment, not that of the first call: whoever redirects standard error gets the log.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Library()], force=True)
    if process:
        logging.captureWarnings(True)
        sys.excepthook = _crashed
        threading.excepthook = lambda args: _crashed(args.exc_type, args.exc_value, args.exc_traceback)


def follow(settings: LogSettings) -> None:
    """Sets up logging of a process of our own as the configuration wants it."""
    configure(settings.level, settings.style, process=True)


def get(room: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a room."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(room=room)
    return logger


def bind(**fields: str) -> None:
    """Adds fields to every event of this thread (or task) until :func:`unbind`."""
    structlog.contextvars.bind_contextvars(**fields)


def unbind() -> None:
    structlog.contextvars.clear_contextvars()


def bound(**fields: str) -> contextlib.AbstractContextManager[None]:
    """Adds fields to every event of this thread (or task) inside a ``with``."""
    return structlog.contextvars.bound_contextvars(**fields)


def handed_on() -> Mapping[str, str]:
    """Environment of a child process, so that its events bear the run that started it."""
    run = structlog.contextvars.get_contextvars().get("run_id")
    return {ENVIRONMENT: str(run)} if run else {}


class _Library(logging.Handler):
    """Warnings and errors of libraries, without their words."""

    def emit(self, record: logging.LogRecord) -> None:
        kind, place = "", f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[0] is not None:
            kind, place = record.exc_info[0].__name__, _place(record.exc_info[2])
        told = get("library").error if record.levelno >= logging.ERROR else get("library").warning
        told("library", library=record.name, error=kind, place=place)


def _crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """An uncaught exception: by kind and place, because its message may quote a text."""
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    get("process").critical("crashed", error=kind.__name__, place=_place(trace))


def _place(trace: TracebackType | None) -> str:
    """Function and line where an exception was raised."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
