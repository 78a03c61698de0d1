"""Structured logs: JSON lines on standard error (plain lines on a terminal); events, ids and reasons, never texts."""

from __future__ import annotations

import logging
import sys

import structlog

REFUSED_KEYS = frozenset({"text", "title", "body", "content", "reply"})
"""Keys that would carry what a resident wrote; dropped from every event (safeguard S2)."""


def _no_texts(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: value for key, value in event.items() if key not in REFUSED_KEYS}


def configure(level: str = "INFO") -> None:
    """Sets up logging for this process; harmless to call twice."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _no_texts,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        # The stream of the moment, not that of the first call: whoever redirects standard error gets the log.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries that log by the standard module: warnings and worse only.
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s", force=True
    )


def get(room: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a room."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(room=room)
    return logger
