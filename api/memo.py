"""Answers that cost more than a page may take, kept for a moment so that many readers share one reckoning.

Only for what changes slowly and is the same for every reader. A value is made once, however many ask for it at once.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flask import current_app

T = TypeVar("T")
EXTENSION = "yuqing.memo"
MOST = 256
"""Values kept; the one that was asked for longest ago goes first."""


class Memo:
    """``(made at, value)`` by key. Safe to use from many threads. An error is not kept."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, seconds: float, make: Callable[[], T]) -> T:
        """The value of ``key``, made anew if it is older than ``seconds``. Raises whatever ``make`` raises."""
        found, value = self._look(key, seconds)
        if found:
            return value  # type: ignore[no-any-return]
        with self._lock:
            mine = self._making.setdefault(key, threading.Lock())
        with mine:
            found, value = self._look(key, seconds)
            if found:
                return value  # type: ignore[no-any-return]
            made = make()
            with self._lock:
                self._kept[key] = (self._timer(), made)
                self._making.pop(key, None)
                while len(self._kept) > MOST:
                    self._kept.popitem(last=False)
            return made

    def _look(self, key: Hashable, seconds: float) -> tuple[bool, Any]:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or self._timer() - kept[0] >= seconds:
                return False, None
            self._kept.move_to_end(key)
            return True, kept[1]


def memo() -> Memo:
    """That of the application which answers this request."""
    made: Memo = current_app.extensions.setdefault(EXTENSION, Memo())
    return made
