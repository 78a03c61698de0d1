"""How long things take, in buckets: from published to seen, from published to alert, a crawl, a write.

A latency is counted in one of a few fixed buckets, never kept by itself. Of posts even the buckets are released
(``tally.steady``, or :func:`shown` for a page), and no sum is kept, because a sum tells the latest one exactly.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from monitor.disclosure import release
from monitor.model import ExactCount, Kind
from monitor.ops.tally import Tally

FRESHNESS = (30, 60, 120, 300, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 10800, 14400, 21600, 43200, 86400, 172800)
"""Upper bounds in seconds, from half a minute to two days; beyond is one more bucket."""
RUNS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600)
WRITES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
INFINITE = "+Inf"
POSTS_TOGETHER = "(posts)"
"""Value of the label ``source`` where no single post source may be named."""
SUM = "_sum_ms"
"""Counter beside a histogram's buckets: its sum in whole milliseconds; absent for posts."""


def bucket(seconds: float, bounds: tuple[float, ...] = FRESHNESS) -> str:
    """The upper bound of the bucket that a latency falls into, as Prometheus writes it; ``+Inf`` beyond the last."""
    place = bisect_left(bounds, seconds)
    return f"{bounds[place]:g}" if place < len(bounds) else INFINITE


def observe(tally: Tally, name: str, seconds: float, bounds: tuple[float, ...], **labels: str) -> None:
    """Counts one latency; a negative one (a clock that ran ahead) counts as none at all."""
    tally.add(name, 1, le=bucket(max(0.0, seconds), bounds), **labels)
    if labels.get("kind") != Kind.POST:
        tally.add(name + SUM, round(max(0.0, seconds) * 1000), **labels)


def shown(kind: Kind, counts: Mapping[str, int]) -> dict[str, int]:
    """Counts by bucket as they may be shown: of posts released, buckets under ten left out."""
    if kind is not Kind.POST:
        return dict(counts)
    released = ((le, release(ExactCount(n)).value) for le, n in counts.items())
    return {le: n for le, n in released if n is not None}


def quantile(counts: Mapping[str, int], q: float) -> float | None:
    """The ``q``-quantile in seconds of counts by bucket, interpolated as PromQL's ``histogram_quantile`` does.

    None without any; the last bound where it lies beyond (the true value is then at least that).
    """
    ordered = sorted((float(le), n) for le, n in counts.items() if n)
    rank, before = q * sum(n for _, n in ordered), 0
    bounds = (0.0, *(float(b) for b in FRESHNESS))
    for upper, n in ordered:
        if before + n >= rank:
            lower = max((b for b in bounds if b < upper), default=0.0)
            return lower if upper == float("inf") else lower + (upper - lower) * (rank - before) / n
        before += n
    return None
