"""Prometheus exposition. Everything here may be shown: counters about posts come rounded from ``tally.read`` (S3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from monitor.errors import StoreUnavailable
from monitor.model import Kind
from monitor.ops import runs, tally
from monitor.settings import Settings
from monitor.store import Spool, Store

CONTENT_TYPE = CONTENT_TYPE_LATEST
PREFIX = "yuqing_"
_LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The registry of one process. ``request_seconds`` is the API's own latency; the rest is read when asked for."""

    def __init__(self, settings: Settings, store: Store, spool: Spool, clock: Callable[[], datetime]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            f"{PREFIX}http_request_seconds", "Time to answer a request", ("method", "endpoint", "status"),
            buckets=_LATENCY, registry=self._registry,
        )  # fmt: skip
        self._registry.register(_Service(settings, store, spool, clock))

    def observe(self, method: str, endpoint: str, status: int, seconds: float) -> None:
        """Notes one answered request. ``endpoint`` is a route's name, never a path somebody typed."""
        self._requests.labels(method, endpoint, f"{status // 100}xx").observe(seconds)

    def exposition(self) -> bytes:
        """All metrics as Prometheus text; when the store is away, those that do not need it."""
        return generate_latest(self._registry)


class _Service(Collector):
    def __init__(self, settings: Settings, store: Store, spool: Spool, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._store = store
        self._spool = spool
        self._clock = clock

    def describe(self) -> list[Metric]:
        return []  # asked for at registration, when the store may be away

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(f"{PREFIX}spool_depth", "Records waiting for the store", value=self._depth())
        try:
            samples = tally.read(self._store)
            states = runs.states(self._store, self._settings.sources.source)
        except StoreUnavailable:
            yield _store_up(False)
            return
        yield _store_up(True)
        yield from _counters(samples)
        yield from self._sources(states)

    def _depth(self) -> float:
        """Rounded up to base 5: what waits may be a handful of posts."""
        return float(-(-self._spool.depth // 5) * 5)

    def _sources(self, states: dict[str, runs.SourceState]) -> Iterator[Metric]:
        now = self._clock()
        failing = GaugeMetricFamily(f"{PREFIX}source_failures_in_row", "Failed runs in a row", labels=["source"])
        age = GaugeMetricFamily(f"{PREFIX}source_ok_age_seconds", "Seconds since the last good run", labels=["source"])
        fresh = GaugeMetricFamily(
            f"{PREFIX}source_new_age_seconds", "Seconds since a run found something new", labels=["source"]
        )
        for source in self._settings.sources.source:
            state = states[source.id]
            failing.add_metric([source.id], state.failures_in_row)
            if state.last_ok:
                age.add_metric([source.id], (now - state.last_ok).total_seconds())
            # The very moment of a single post could point at it; other kinds are public anyway.
            if state.last_new and source.kind is not Kind.POST:
                fresh.add_metric([source.id], (now - state.last_new).total_seconds())
        yield from (failing, age, fresh)


def _store_up(up: bool) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}store_up", "1 if the store answers", value=float(up))


def _counters(samples: list[tally.Sample]) -> Iterator[Metric]:
    by_name: dict[str, list[tally.Sample]] = {}
    for sample in samples:
        by_name.setdefault(sample.name, []).append(sample)
    for name, group in sorted(by_name.items()):
        labels = sorted({label for sample in group for label in sample.labels})
        family = CounterMetricFamily(f"{PREFIX}{name}", f"Count of {name.replace('_', ' ')}", labels=labels)
        for sample in group:
            family.add_metric([sample.labels.get(label, "") for label in labels], sample.value)
        yield family
