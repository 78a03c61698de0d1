"""How long a store takes to answer: a store like the one given, whose calls are timed by operation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any, cast

from monitor.store import Store

Observe = Callable[[str, float, bool], None]
"""Called with the operation's name, the seconds it took and whether it ended without an error."""


def timed(store: Store, observe: Observe) -> Store:
    """``store`` itself in every respect but that each call of a method is reported; what it raises passes through."""
    return cast("Store", _Timed(store, observe))


class _Timed:
    """Stands in by attribute, not method by method: the contract may grow without this file."""

    def __init__(self, store: Store, observe: Observe) -> None:
        self._store = store
        self._observe = observe

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found
        watched = self._watched(name, found)
        setattr(self, name, watched)  # looked up once
        return watched

    def _watched(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            began, well = perf_counter(), False
            try:
                answer = method(*args, **kwargs)
                well = True
                return answer
            finally:
                self._observe(name, perf_counter() - began, well)

        return call
