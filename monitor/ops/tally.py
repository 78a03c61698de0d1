"""Counters that survive processes: each process adds up in memory and merges into the store now and then.

They are what /metrics and the transparency page show: crawl and intake outcomes by reason, latencies, notifications.
Counts about posts leave only rounded (S3): every sample labelled ``kind="post"`` is released. What anybody may read
again and again (/metrics, the public page) comes from :func:`steady`, where such a count stands still all day and
then moves by released steps, so that no two readings can be subtracted to see a few posts arrive.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.disclosure import release
from monitor.errors import StoreConflict
from monitor.model import ExactCount, Kind, day_of
from monitor.store import Doc, Store

STATE = "tally"
_LATEST = "latest"
"""Name under which the moments of :meth:`Tally.mark` are kept, beside the counters."""
_TRIES = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """One counter value that may be shown. ``rounded`` tells that it is a released count about posts."""

    name: str
    labels: Mapping[str, str]
    value: int
    rounded: bool


class Tally:
    """Adds up counters in memory; ``flush`` merges them into the store. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, Counter[str]] = {}
        self._marks: dict[str, int] = {}

    def add(self, name: str, n: int = 1, **labels: str) -> None:
        """Counts ``n`` events. Label values are enumerations or source ids, never free text."""
        with self._lock:
            self._counts.setdefault(name, Counter())[_key(labels)] += n

    def mark(self, name: str, moment: datetime, **labels: str) -> None:
        """Notes when something was last done; of several processes the latest moment stays (whole seconds)."""
        key = f"{name}|{_key(labels)}".rstrip("|")
        with self._lock:
            self._marks[key] = max(int(moment.timestamp()), self._marks.get(key, 0))

    def flush(self, store: Store, now: datetime) -> None:
        """Merges what has been counted since the last flush; on failure nothing counted is lost."""
        with self._lock:
            counts, self._counts = self._counts, {}
            marks, self._marks = self._marks, {}
        try:
            for name in list(counts):
                _merge(store, name, lambda doc, name=name: _added(doc, counts[name], now))  # type: ignore[misc]
                del counts[name]
            if marks:
                _merge(store, _LATEST, lambda doc: _later(doc, marks))
        except BaseException:
            self._give_back(counts, marks)
            raise

    def _give_back(self, counts: dict[str, Counter[str]], marks: dict[str, int]) -> None:
        with self._lock:
            for name, counter in counts.items():
                self._counts.setdefault(name, Counter()).update(counter)
            for key, moment in marks.items():
                self._marks[key] = max(moment, self._marks.get(key, 0))


def read(store: Store) -> list[Sample]:
    """Every counter as it may be shown now; suppressed ones (posts under ten) are left out.

    For what is written once, such as a brief. What is read again and again takes :func:`steady`.
    """
    samples = []
    for state, key, n in _values(store):
        labels = _labels(key)
        if labels.get("kind") != Kind.POST:
            samples.append(Sample(state, labels, n, rounded=False))
        elif (released := release(ExactCount(n)).value) is not None:
            samples.append(Sample(state, labels, released, rounded=True))
    return samples


def steady(store: Store) -> list[Sample]:
    """Every counter for readers who come again: counts about posts change once a day and never by less than ten.

    At the first flush of a local day, what had been counted before and was not shown yet is released as one step
    (suppressed: carried over to the next day). The total is thus monotone and loses nothing in the long run.
    """
    samples = []
    for state in store.list_states(STATE):
        if state.id == _LATEST:
            continue
        shown = dict(state.doc.get("shown", {}))
        for key, n in sorted(dict(state.doc["values"]).items()):
            labels = _labels(key)
            if labels.get("kind") != Kind.POST:
                samples.append(Sample(state.id, labels, n, rounded=False))
            elif key in shown:
                samples.append(Sample(state.id, labels, shown[key], rounded=True))
    return samples


def marks(store: Store) -> list[Sample]:
    """When things were last done (:meth:`Tally.mark`), in seconds since 1970."""
    state = store.get(STATE, _LATEST)
    values = sorted(dict(state.doc["values"]).items()) if state else []
    found = ((key.partition("|"), seconds) for key, seconds in values)
    return [Sample(name, _labels(rest), seconds, rounded=False) for (name, _, rest), seconds in found]


def _values(store: Store) -> Iterator[tuple[str, str, int]]:
    for state in store.list_states(STATE):
        if state.id != _LATEST:
            for key, n in sorted(dict(state.doc["values"]).items()):
                yield state.id, key, n


def _added(doc: Doc, counter: Counter[str], now: datetime) -> dict[str, Any]:
    values, shown, today = dict(doc.get("values", {})), dict(doc.get("shown", {})), day_of(now).isoformat()
    day = str(doc.get("day", "")) or (today if not values else "")
    if day < today:
        shown, day = _closed(values, shown), today
    merged = Counter(values)
    merged.update(counter)
    return {"values": dict(merged), "shown": shown, "day": day}


def _closed(values: Mapping[str, int], shown: Mapping[str, int]) -> dict[str, int]:
    """What is shown of posts after the days that have ended: each step is itself a released count."""
    after = dict(shown)
    for key, n in values.items():
        if _labels(key).get("kind") == Kind.POST:
            known = after.get(key, 0)
            step = release(ExactCount(max(0, n - known))).value
            if step is not None:
                after[key] = known + step
    return after


def _later(doc: Doc, marks: Mapping[str, int]) -> dict[str, Any]:
    values = dict(doc.get("values", {}))
    return {"values": values | {key: max(moment, values.get(key, 0)) for key, moment in marks.items()}}


def _merge(store: Store, name: str, change: Callable[[Doc], dict[str, Any]]) -> None:
    for _ in range(_TRIES):
        state = store.get(STATE, name)
        try:
            if state is None:
                store.create(STATE, name, change({}))
            else:
                store.replace(STATE, name, change(state.doc), state.version)
            return
        except StoreConflict:
            continue
    raise StoreConflict("计数器合并多次冲突", "稍后会自动重试")


def _key(labels: Mapping[str, str]) -> str:
    return "|".join(f"{name}={value}" for name, value in sorted(labels.items()))


def _labels(key: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in key.split("|") if part)
