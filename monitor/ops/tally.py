"""Counters that survive processes: each process adds up in memory and merges into the store now and then.

They are what /metrics and the transparency page show: crawl and intake outcomes by reason, notifications, refusals.
Counts about posts leave only rounded (S3): ``read`` releases every sample labelled ``kind="post"``.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.disclosure import release
from monitor.errors import StoreConflict
from monitor.model import ExactCount, Kind
from monitor.store import Store

STATE = "tally"
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

    def add(self, name: str, n: int = 1, **labels: str) -> None:
        """Counts ``n`` events. Label values are enumerations or source ids, never free text."""
        with self._lock:
            self._counts.setdefault(name, Counter())[_key(labels)] += n

    def flush(self, store: Store) -> None:
        """Merges what has been counted since the last flush; on failure nothing counted is lost."""
        with self._lock:
            counts, self._counts = self._counts, {}
        for name in list(counts):
            try:
                _merge(store, name, counts[name])
            except BaseException:
                self._give_back(counts)
                raise
            del counts[name]

    def _give_back(self, counts: dict[str, Counter[str]]) -> None:
        with self._lock:
            for name, counter in counts.items():
                self._counts.setdefault(name, Counter()).update(counter)


def read(store: Store) -> list[Sample]:
    """Every counter as it may be shown; suppressed ones (posts under ten) are left out."""
    samples = []
    for state in store.list_states(STATE):
        for key, n in sorted(dict(state.doc["values"]).items()):
            labels = _labels(key)
            if labels.get("kind") == Kind.POST:
                released = release(ExactCount(n))
                if released.value is not None:
                    samples.append(Sample(state.id, labels, released.value, rounded=True))
            else:
                samples.append(Sample(state.id, labels, n, rounded=False))
    return samples


def _merge(store: Store, name: str, counter: Counter[str]) -> None:
    for _ in range(_TRIES):
        state = store.get(STATE, name)
        try:
            if state is None:
                store.create(STATE, name, {"values": dict(counter)})
            else:
                merged = Counter(dict(state.doc["values"]))
                merged.update(counter)
                store.replace(STATE, name, {"values": dict(merged)}, state.version)
            return
        except StoreConflict:
            continue
    raise StoreConflict("计数器合并多次冲突", "稍后会自动重试")


def _key(labels: Mapping[str, str]) -> str:
    return "|".join(f"{name}={value}" for name, value in sorted(labels.items()))


def _labels(key: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in key.split("|") if part)
