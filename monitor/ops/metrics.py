"""Prometheus exposition. Everything here may be read by anybody who reaches the port, as often as they like (S3):
figures about posts stand still for a day (``tally.steady``) or an hour (:class:`Hourly`) and are released ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from monitor.disclosure import release
from monitor.errors import StoreUnavailable
from monitor.model import ExactCount, Kind, hour_of
from monitor.ops import latency, pace, retention, runs, tally
from monitor.ops.exposition import PREFIX, families
from monitor.settings import Settings
from monitor.store import Spool, Store

CONTENT_TYPE = CONTENT_TYPE_LATEST
_LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
Clock = Callable[[], datetime]


class Metrics:
    """The registry of one process: what this process measures itself, and what is read from the store when asked."""

    def __init__(self, settings: Settings, store: Store, spool: Spool, clock: Clock) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            f"{PREFIX}http_request_seconds", "Time to answer a request", ("method", "endpoint", "status"),
            buckets=_LATENCY, registry=self._registry,
        )  # fmt: skip
        self._calls = Histogram(
            f"{PREFIX}store_call_seconds", "Time the store takes to answer a call of the API's process",
            ("operation", "outcome"), buckets=latency.WRITES, registry=self._registry,
        )  # fmt: skip
        ProcessCollector(registry=self._registry)
        self.add(_Build())
        self.add(_Service(settings, store, spool, clock))

    def add(self, collector: Collector) -> None:
        """Shows what another room measures, too."""
        self._registry.register(collector)

    def observe(self, method: str, endpoint: str, status: int, seconds: float) -> None:
        """Notes one answered request. ``endpoint`` is a route's name, never a path somebody typed."""
        self._requests.labels(method, endpoint, f"{status // 100}xx").observe(seconds)

    def observe_call(self, operation: str, seconds: float, well: bool) -> None:
        """Notes one call of the store; ``operation`` is the method's name."""
        self._calls.labels(operation, "ok" if well else "error").observe(seconds)

    def exposition(self) -> bytes:
        """All metrics as Prometheus text; when the store is away, those that do not need it."""
        return generate_latest(self._registry)


class Hourly:
    """A count about posts that is looked at once an hour: whoever asks in between gets the same released value."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hour: datetime | None = None
        self._shown: dict[str, float] = {}

    def shown(self, look: Callable[[], dict[str, ExactCount]]) -> dict[str, float]:
        """Released values by name, suppressed ones 0."""
        hour = hour_of(self._clock())
        if hour != self._hour:
            self._shown = {name: float(release(n).value or 0) for name, n in look().items()}
            self._hour = hour
        return self._shown


class _Build(Collector):
    def collect(self) -> Iterator[Metric]:
        try:
            number = version("yuqing")
        except PackageNotFoundError:
            number = "unknown"
        yield InfoMetricFamily(f"{PREFIX}build", "The running version", value={"version": number})


class _Service(Collector):
    def __init__(self, settings: Settings, store: Store, spool: Spool, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._spool = spool
        self._clock = clock
        self._posts = Hourly(clock)

    def describe(self) -> list[Metric]:
        return []  # asked for at registration, when the store may be away

    def collect(self) -> Iterator[Metric]:
        yield from self._spooled()
        sources = self._settings.sources.source
        try:
            samples, marks = tally.steady(self._store), tally.marks(self._store)
            states = runs.states(self._store, sources)
            pruned = retention.last_prune(self._store)
        except StoreUnavailable:
            yield _store_up(False)
            return
        yield _store_up(True)
        yield from families(samples, marks, {s.id for s in sources} | {latency.POSTS_TOGETHER})
        yield from self._sources(states)
        prune = GaugeMetricFamily(f"{PREFIX}prune_last_timestamp_seconds", "When old post texts were last removed")
        if pruned is not None:
            prune.add_metric([], datetime.fromisoformat(str(pruned["now"])).timestamp())
        yield prune

    def _spooled(self) -> Iterator[Metric]:
        """The spool is a local file: it can be read while the store is away."""
        try:
            standing, full = self._spool.standing(), self._spool.refused
        except StoreUnavailable:
            return  # the file cannot be read just now
        posts = self._posts.shown(
            lambda: {
                "waiting": standing.posts, "doubtful": standing.doubtful_posts,
                # Refused were texts of any kind, so the number may be one of posts.
                "refused": ExactCount(full),
            }
        )  # fmt: skip
        depth = GaugeMetricFamily(
            f"{PREFIX}spool_depth", "Texts and answers that wait for the store; posts released, once an hour",
            labels=["posts"],
        )  # fmt: skip
        depth.add_metric(["no"], standing.public)
        depth.add_metric(["yes"], posts["waiting"])
        doubtful = GaugeMetricFamily(
            f"{PREFIX}spool_doubtful",
            "Texts that the store refused for their content and that wait for an operator; posts as above",
            labels=["posts"],
        )  # fmt: skip
        doubtful.add_metric(["no"], standing.doubtful_public)
        doubtful.add_metric(["yes"], posts["doubtful"])
        oldest = GaugeMetricFamily(
            f"{PREFIX}spool_oldest_timestamp_seconds", "When the longest waiting text was fetched (posts apart)"
        )
        if standing.oldest is not None:
            oldest.add_metric([], standing.oldest.timestamp())
        refused = CounterMetricFamily(
            f"{PREFIX}spool_refused", "Texts turned away because the spool was full; released, once an hour",
            value=posts["refused"],
        )  # fmt: skip
        yield from (depth, doubtful, oldest, refused)

    def _sources(self, states: dict[str, runs.SourceState]) -> Iterator[Metric]:
        def gauge(name: str, help: str) -> GaugeMetricFamily:
            return GaugeMetricFamily(PREFIX + name, help, labels=["source"])

        failing = gauge("source_failures_in_row", "Passes over a source that failed in a row")
        interval = gauge("source_interval_seconds", "How often a source is to be read; imports have none")
        ran = gauge("source_last_run_timestamp_seconds", "When the last pass over a source began")
        well = gauge("source_last_success_timestamp_seconds", "When the last good pass over a source began")
        fresh = gauge("source_last_new_timestamp_seconds", "When a source last brought something new; posts left out")
        for source in self._settings.sources.source:
            if not source.enabled:
                continue
            state, label = states[source.id], [source.id]
            failing.add_metric(label, state.failures_in_row)
            if source.adapter != "import":
                # How the interval follows the rate of a source would tell of single posts.
                factor = 1.0 if source.kind is Kind.POST else state.factor
                interval.add_metric(label, pace.interval(source, factor).total_seconds())
            if state.last_run:
                ran.add_metric(label, state.last_run.timestamp())
            if state.last_ok:
                well.add_metric(label, state.last_ok.timestamp())
            # The very moment of a single post could point at it; other kinds are public anyway.
            if state.last_new and source.kind is not Kind.POST:
                fresh.add_metric(label, state.last_new.timestamp())
        yield from (failing, interval, ran, well, fresh)


def _store_up(up: bool) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}store_up", "1 if the store answers", value=float(up))
