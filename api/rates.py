"""How much one caller may ask: the generic cell rate algorithm (ITU-T I.371), one number a caller.

A caller's number is the moment at which all they asked for would have been answered at the allowed pace; a request is
refused when that moment is further ahead than the burst allows.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST = 20_000
"""Callers remembered; whoever has been quiet longest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``left``: requests that may still come at once. ``wait_s``: until the next one may; 0 where this one may."""

    allowed: bool
    left: int
    wait_s: float


class Limit:
    """``per_min`` requests a minute, ``burst`` at once. Safe to use from many threads; bounded memory."""

    def __init__(self, per_min: int, burst: int, timer: Callable[[], float] = time.monotonic) -> None:
        self.per_min = per_min
        self.burst = burst
        self._timer = timer
        self._pace = 60 / per_min if per_min else 0.0
        self._ahead: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: str) -> Verdict | None:
        """Counts one request of ``caller``; None where there is no limit. A refused one costs nothing."""
        if not self.per_min:
            return None
        now, tolerance = self._timer(), self._pace * self.burst
        with self._lock:
            due = max(self._ahead.get(caller, now), now) + self._pace
            if due - now > tolerance:
                return Verdict(False, 0, due - now - tolerance)
            self._ahead[caller] = due
            self._ahead.move_to_end(caller)
            if len(self._ahead) > MOST:
                self._ahead.popitem(last=False)
        return Verdict(True, math.floor((tolerance - (due - now)) / self._pace + 1e-9), 0.0)
