"""Sentiment engines: one file and one row in the table each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from monitor.analysis.sentiment.contract import SentimentEngine, joined
from monitor.errors import ModelUnavailable

__all__ = ["ENGINES", "SentimentEngine", "engine", "joined"]


def _linear() -> SentimentEngine:
    from monitor.analysis.sentiment.linear import LinearEngine

    return LinearEngine.shipped()


def _e5() -> SentimentEngine:
    from monitor.analysis.sentiment.e5 import E5Engine

    return E5Engine.shipped()


def _snow() -> SentimentEngine:
    from monitor.analysis.sentiment.snow import SnowEngine

    return SnowEngine()


ENGINES: dict[str, Callable[[], SentimentEngine]] = {"linear": _linear, "e5": _e5, "snow": _snow}


@cache
def engine(name: str) -> SentimentEngine:
    """The engine of that name, loaded once per process. Raises ``ModelUnavailable``."""
    make = ENGINES.get(name)
    if make is None:
        raise ModelUnavailable(f"没有名为“{name}”的情感引擎", f"可用：{'、'.join(ENGINES)}")
    return make()
