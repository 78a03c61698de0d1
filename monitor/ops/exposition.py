"""The counters of ``ops/tally`` as Prometheus families: their names, what they mean, which labels they bear.

A counter that is not in the catalogue is not shown: every series has a help text and labels of bounded number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from monitor.ops import latency
from monitor.ops.tally import Sample

PREFIX = "yuqing_"
_POSTS = "; of posts released once a day, in steps of ten or more"


@dataclass(frozen=True, slots=True)
class Counted:
    """A counter: what it counts, and its labels."""

    help: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timed:
    """A histogram of seconds: what it measures, its labels beside ``le``, its bounds."""

    help: str
    labels: tuple[str, ...]
    bounds: tuple[float, ...]


COUNTERS: Mapping[str, Counted] = {
    "intake_decisions": Counted(
        f"Texts that intake kept or dropped, by reason{_POSTS}", ("kind", "verdict", "reason")
    ),
    "revisions": Counted(f"Texts that were read again, by what was found{_POSTS}", ("kind", "reason")),
    "withdrawals": Counted(f"Texts taken out because their page is gone{_POSTS}", ("kind",)),
    "crawl_runs": Counted("Passes over a source (crawls and imports), by how they ended", ("source", "state")),
    "crawl_pages": Counted(f"Pages read{_POSTS}", ("source", "kind")),
    "crawl_new_texts": Counted(f"Texts that were new{_POSTS}", ("source", "kind")),
    "fetch_failures": Counted(f"Pages not read, by reason{_POSTS}", ("source", "kind", "failure")),
    "import_rows_refused": Counted(f"Rows of imported files not read, by reason{_POSTS}", ("source", "kind", "reason")),
    "import_files_refused": Counted("Imported files refused as a whole", ("source",)),
    "spike_decisions": Counted("Topics judged at a full hour, by reason", ("reason",)),
    "notifications": Counted("Tries to send a message, by channel and outcome", ("channel", "outcome")),
    "job_runs": Counted("Runs of a scheduled job, by outcome", ("job", "outcome")),
}  # fmt: skip
HISTOGRAMS: Mapping[str, Timed] = {
    "publish_to_seen_seconds": Timed(
        f"From a text's publication to its storage, texts published since the source is watched{_POSTS}",
        ("source", "kind"), latency.FRESHNESS,
    ),
    "publish_to_alert_seconds": Timed(
        "From a source's first text since the onset to the first message of the alert; one observation an alert and "
        "source, all post sources together counted from the hour of the onset",
        ("source",), latency.FRESHNESS,
    ),
    "crawl_duration_seconds": Timed(f"Length of a pass over a source{_POSTS}", ("source", "kind"), latency.RUNS),
    "store_write_seconds": Timed(
        f"Time the store takes to keep one batch of texts, in crawls and imports{_POSTS}", ("kind",), latency.WRITES
    ),
    "job_duration_seconds": Timed("Length of a scheduled job; crawls have their own", ("job",), latency.RUNS),
}  # fmt: skip
MARKS: Mapping[str, Counted] = {
    "job_last_success_timestamp_seconds": Counted("When a scheduled job last ended well", ("job",)),
    "audit_verified_timestamp_seconds": Counted("When the audit chain was last found whole", ()),
    "audit_fault_timestamp_seconds": Counted("When the audit chain was last found broken", ()),
}


def families(samples: Sequence[Sample], marks: Sequence[Sample], sources: Collection[str]) -> Iterator[Metric]:
    """All families of the catalogue. Series of sources that left the configuration are left out with them."""
    by_name: dict[str, list[Sample]] = {}
    for sample in (*samples, *marks):
        if "source" not in sample.labels or sample.labels["source"] in sources:
            by_name.setdefault(sample.name, []).append(sample)
    for name, counted in COUNTERS.items():
        counter = CounterMetricFamily(PREFIX + name, counted.help, labels=counted.labels)
        for sample in by_name.get(name, ()):
            counter.add_metric(_values(sample, counted.labels), sample.value)
        yield counter
    for name, timed in HISTOGRAMS.items():
        yield _histogram(name, timed, by_name.get(name, ()), by_name.get(name + latency.SUM, ()))
    for name, counted in MARKS.items():
        gauge = GaugeMetricFamily(PREFIX + name, counted.help, labels=counted.labels)
        for sample in by_name.get(name, ()):
            gauge.add_metric(_values(sample, counted.labels), sample.value)
        yield gauge


def _histogram(name: str, timed: Timed, buckets: Sequence[Sample], sums: Sequence[Sample]) -> Metric:
    family = HistogramMetricFamily(PREFIX + name, timed.help, labels=timed.labels)
    totals = {tuple(_values(s, timed.labels)): s.value / 1000 for s in sums}
    counts: dict[tuple[str, ...], dict[str, int]] = {}
    for sample in buckets:
        counts.setdefault(tuple(_values(sample, timed.labels)), {})[sample.labels["le"]] = sample.value
    for values, mine in sorted(counts.items()):
        running, cumulated = 0, list[tuple[str, float]]()
        for le in (*(f"{bound:g}" for bound in timed.bounds), latency.INFINITE):
            running += mine.get(le, 0)
            cumulated.append((le, running))
        # Of posts no sum is kept: a usable one is made of the middles of the released buckets.
        total = totals.get(values, _middles(mine, timed.bounds))
        family.add_metric(values, cumulated, total)
    return family


def _middles(counts: Mapping[str, int], bounds: tuple[float, ...]) -> float:
    edges = (0.0, *bounds)
    middles = {f"{high:g}": (low + high) / 2 for low, high in zip(edges, bounds, strict=False)}
    return sum(n * middles.get(le, bounds[-1]) for le, n in counts.items())


def _values(sample: Sample, labels: Sequence[str]) -> list[str]:
    return [sample.labels.get(label, "") for label in labels]
