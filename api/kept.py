"""What is kept for a moment: state documents that decide who may do what, and answers that are dear to make.

Nothing kept here outlives a change that this process makes (``CountedStore`` counts them); what another process
changes is seen after the seconds below. So a user who is disabled on the command line is out within ``ACCESS_S``.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from monitor.ops import people
from monitor.ops.people import Token, User
from monitor.store import StateDoc, Store

ACCESS_S = 2.0
FRESH_S = 1.0
"""Least time that an answer is kept."""
LONGEST_S = 15.0
COST = 30.0
"""A dear answer is kept for this many times as long as it took to make (at most ``LONGEST_S``), so that making it takes
a few percent of a processor however many ask."""
STALE_S = 30.0
"""While one thread makes an answer anew, the others give the old one if it is not older than this. Whoever asks alone
never gets an old one."""
_MOST_STATES = 5_000
_MOST_BYTES = 32_000_000
T = TypeVar("T")


class Access:
    """State documents as they were at most ``ACCESS_S`` ago. Only what is there is kept, so a guess costs no memory."""

    def __init__(self, store: Store, timer: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._timer = timer
        self._kept: OrderedDict[tuple[str, str], tuple[float, int, StateDoc]] = OrderedDict()
        self._tokens: OrderedDict[bytes, tuple[float, int, tuple[User, Token]]] = OrderedDict()
        self._lock = threading.Lock()

    def token(self, text: str, now: datetime) -> tuple[User, Token] | None:
        """What ``people.find_token`` found lately, if the token has not expired since."""
        mark, moment = getattr(self._store, "access", 0), self._timer()
        key = hashlib.sha256(text.encode()).digest()
        kept = self._tokens.get(key)
        if kept is not None and kept[1] == mark and moment - kept[0] < ACCESS_S:
            return kept[2] if kept[2][1].good(now) else None
        # What this reads may itself have been kept: it is not to be kept twice as long.
        found = people.find_token(self._store, text, now)
        with self._lock:
            self._tokens.pop(key, None)
            if found is not None:
                self._tokens[key] = (moment, mark, found)
                if len(self._tokens) > _MOST_STATES:
                    self._tokens.popitem(last=False)
        return found

    def get(self, kind: str, id: str) -> StateDoc | None:
        # Counted before reading: a change meanwhile makes what is read now stale at once.
        mark, now, key = getattr(self._store, "access", 0), self._timer(), (kind, id)
        kept = self._kept.get(key)
        if kept is not None and kept[1] == mark and now - kept[0] < ACCESS_S:
            return kept[2]
        found = self._store.get(kind, id)
        with self._lock:
            if found is None:
                self._kept.pop(key, None)
            else:
                self._kept[key] = (now, mark, found)
                self._kept.move_to_end(key)
                if len(self._kept) > _MOST_STATES:
                    self._kept.popitem(last=False)
        return found


@dataclass(slots=True)
class _Kept(Generic[T]):
    value: T
    made: float
    fresh_s: float
    at: datetime
    mark: int
    size: int


@dataclass(slots=True)
class _Making:
    """Held by whoever makes the answer of a key; ``users`` threads know of it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0


class Answers(Generic[T]):
    """Values by key, made once however many ask at once. ``now`` is the moment that the request is answered for."""

    def __init__(self, store: Store, timer: Callable[[], float] = time.monotonic, most: int = _MOST_BYTES) -> None:
        self._store = store
        self._timer = timer
        self._most = most
        self._kept: OrderedDict[Hashable, _Kept[T]] = OrderedDict()
        self._making: dict[Hashable, _Making] = {}
        self._lock = threading.Lock()
        self._size = 0

    def get(self, key: Hashable, now: datetime, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """The value of ``key`` as of ``now``; raises whatever ``make`` raises. ``size``: of a value in bytes."""
        kept = self._look(key, now)
        if kept is not None:
            return kept.value
        with self._lock:
            making = self._making.setdefault(key, _Making())
            making.users += 1
        try:
            old = self._look(key, now, STALE_S)
            if not making.lock.acquire(blocking=old is None):
                assert old is not None
                return old.value
            try:
                kept = self._look(key, now)
                return kept.value if kept is not None else self._make(key, now, make, size)
            finally:
                making.lock.release()
        finally:
            with self._lock:
                making.users -= 1
                if not making.users:
                    self._making.pop(key, None)

    def _make(self, key: Hashable, now: datetime, make: Callable[[], T], size: Callable[[T], int]) -> T:
        mark, begun = self._mark(), self._timer()
        value = make()
        done = self._timer()
        fresh = min(LONGEST_S, max(FRESH_S, COST * (done - begun)))
        kept = _Kept(value, done, fresh, now, mark, size(value))
        with self._lock:
            self._drop(key)
            self._kept[key] = kept
            self._size += kept.size
            while self._size > self._most and self._kept:
                self._drop(next(iter(self._kept)))
        return value

    def _look(self, key: Hashable, now: datetime, seconds: float | None = None) -> _Kept[T] | None:
        kept = self._kept.get(key)
        if kept is None or kept.mark != self._mark() or self._timer() - kept.made >= (seconds or kept.fresh_s):
            return None
        # A clock that was set: what was said of another hour is not said of this one.
        return kept if abs(now - kept.at) < timedelta(seconds=2 * STALE_S) else None

    def _drop(self, key: Hashable) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._size -= gone.size

    def _mark(self) -> int:
        return int(getattr(self._store, "changes", 0))
