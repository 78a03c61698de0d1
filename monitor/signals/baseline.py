"""What is usual: the expected count of a window of hours, and how widely it scatters.

The model is the usual one of statistical surveillance: counts are negative binomial around a level times an
hour-of-day shape times a weekday factor, past outbreaks are down-weighted and the baseline is refitted.

- P. Farrington et al. (1996), J. R. Stat. Soc. A 159: baseline from like periods, over-dispersion, past outbreaks
  down-weighted.
- A. Noufaily et al. (2013), Statistics in Medicine 32: re-weighting by residuals, negative binomial limits in place of
  the normal ones, which alarm far too often at low counts.

Hour shape and weekday factors are shrunk (empirical Bayes with fixed pseudo-counts) towards the shape of all topics
together and towards 1, because a topic of two texts a day says nothing about its Tuesdays at three in the morning.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HOUR_PSEUDO = 24.0
"""Pseudo-texts behind the pooled hour shape."""
WEEKDAY_PSEUDO = 30.0
"""Pseudo-texts behind a weekday factor of 1."""
RECENT_H = 7 * 24
RECENT_PSEUDO = 12.0
RECENT_RANGE = (0.8, 4.0)
"""How far the last week may move the level: a shift upwards is followed sooner than one downwards."""
DISPERSION_PRIOR = 0.15
DISPERSION_WEIGHT = 30.0
DISPERSION_RANGE = (0.02, 4.0)
CAP_SIGMA = 3.0
"""Counts further out than this are past outbreaks and are cut back to it (winsorised)."""
START_QUANTILE = 0.975
CAP_DISPERSION = 0.5
"""The scatter used for cutting is bounded, or an outbreak would raise the cap that is to cut it."""
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Expected:
    """Negative binomial: ``mean``, and ``dispersion`` a where the variance is mean + a * mean**2."""

    mean: float
    dispersion: float

    def tail(self, count: float) -> float:
        """P(X >= count): how likely a usual window holds so many or more."""
        from scipy.special import betainc

        if count <= 0:
            return 1.0
        size = 1.0 / self.dispersion
        return float(betainc(count, size, self.mean / (self.mean + size)))

    def quantile(self, probability: float) -> int:
        """The smallest count k with P(X <= k) >= probability."""
        below, above = -1, 1
        while 1.0 - self.tail(above + 1) < probability:
            below, above = above, above * 2
        while above - below > 1:
            middle = (below + above) // 2
            if 1.0 - self.tail(middle + 1) >= probability:
                above = middle
            else:
                below = middle
        return above


@dataclass(frozen=True, slots=True)
class Baseline:
    """A fitted baseline. ``hours``: the mean of each hour of the target window; ``window``: their sum."""

    hours: tuple[float, ...]
    window: Expected

    def hour(self, index: int) -> Expected:
        return Expected(max(self.hours[index], 1e-9), self.window.dispersion)


def shape(counts: Ints, hour: Ints, prior: Floats | None = None) -> Floats:
    """The shrunk, lightly smoothed share of each hour of the day (24 values, mean 1)."""
    import numpy as np

    pooled = np.ones(24) if prior is None else prior
    per_hour = np.bincount(hour, weights=counts, minlength=24)
    days = np.maximum(np.bincount(hour, minlength=24), 1)
    rate = per_hour / days
    pseudo = HOUR_PSEUDO / 24.0 * pooled
    weight = per_hour.sum()
    mean = rate.mean()
    if weight <= 0 or mean <= 0:
        return pooled
    result = (rate / mean * weight / 24.0 + pseudo) / ((weight + HOUR_PSEUDO) / 24.0)
    smooth: Floats = 0.5 * result + 0.25 * np.roll(result, 1) + 0.25 * np.roll(result, -1)
    shares: Floats = smooth / smooth.mean()
    return shares


def fit(counts: Ints, first_hour: int, first_weekday: int, width: int, prior: Floats | None = None) -> Baseline:
    """Fits the hours just before a window and expects the window of ``width`` hours that follows them.

    ``counts`` is the history, oldest first; ``first_hour`` (0-23) and ``first_weekday`` (0 Monday) are those of
    ``counts[0]``. ``prior`` is the hour shape of all topics together.
    """
    import numpy as np

    n = len(counts)
    index = np.arange(n + width)
    hour = (first_hour + index) % 24
    weekday = (first_weekday + (first_hour + index) // 24) % 7
    # A start that no outbreak of less than seventeen hours in four weeks can lift; the rounds below let peaks back in.
    cut = np.minimum(counts, np.quantile(counts, START_QUANTILE) + 1.0)
    dispersion = DISPERSION_PRIOR
    mean = np.zeros(n + width)
    for _ in range(ROUNDS):
        mean = _means(cut, hour, weekday, prior)
        past = mean[:n]
        # An hour is cut back at CAP_SIGMA of its own scatter, plus one so that a lone text is never an outbreak.
        cap = past + CAP_SIGMA * np.sqrt(past + min(dispersion, CAP_DISPERSION) * past**2) + 1.0
        cut = np.minimum(counts, cap)
        dispersion = _dispersion(cut, past, width)
    target = mean[n:]
    total = float(max(target.sum(), 1e-6))
    # How uncertain the mean itself is: as many texts as the target hours have shown, and as many days.
    days = max(n / 24.0, 1.0)
    doubt = 1.0 / (total * days + HOUR_PSEUDO * width / 24.0) + dispersion / days
    return Baseline(tuple(float(m) for m in target), Expected(total, dispersion + doubt))


def _means(cut: Floats, hour: Ints, weekday: Ints, prior: Floats | None) -> Floats:
    import numpy as np

    n = len(cut)
    shares = shape(cut, hour[:n], prior)  # type: ignore[arg-type]
    by_hour = shares[hour]
    level = cut.sum() / max(float(by_hour[:n].sum()), 1e-9)
    flat = level * by_hour
    seen = np.bincount(weekday[:n], weights=cut, minlength=7)
    usual = np.bincount(weekday[:n], weights=flat[:n], minlength=7)
    factors = (seen + WEEKDAY_PSEUDO) / (usual + WEEKDAY_PSEUDO)
    mean: Floats = flat * factors[weekday]
    recent = slice(max(0, n - RECENT_H), n)
    ratio = (float(cut[recent].sum()) + RECENT_PSEUDO) / (float(mean[recent].sum()) + RECENT_PSEUDO)
    return mean * min(max(ratio, RECENT_RANGE[0]), RECENT_RANGE[1])


def _dispersion(cut: Floats, mean: Floats, width: int) -> float:
    """Moment estimate over blocks as long as the window, shrunk towards a prior where counts say little."""
    import numpy as np

    blocks = len(cut) // width
    if blocks == 0:
        return DISPERSION_PRIOR
    seen = cut[len(cut) - blocks * width :].reshape(blocks, width).sum(axis=1)
    usual = mean[len(mean) - blocks * width :].reshape(blocks, width).sum(axis=1)
    # Hours in a row that are each within their own limit can still be an outbreak together.
    seen = np.minimum(seen, usual + CAP_SIGMA * np.sqrt(usual + CAP_DISPERSION * usual**2))
    information = float((usual**2).sum())
    excess = float(((seen - usual) ** 2 - usual).sum())
    estimate = (max(excess, 0.0) + DISPERSION_WEIGHT * DISPERSION_PRIOR) / (information + DISPERSION_WEIGHT)
    low, high = DISPERSION_RANGE
    return min(max(estimate, low), high) if math.isfinite(estimate) else DISPERSION_PRIOR


def pooled_shape(all_counts: list[Any], first_hour: int) -> Floats:
    """The hour shape of many series together, each weighing at most as much as the others (its own share)."""
    import numpy as np

    total = np.zeros(0)
    for counts in all_counts:
        values = np.asarray(counts, dtype=np.float64)
        if values.sum() > 0:
            share = values / values.sum()
            total = share if total.size == 0 else total + share
    if total.size == 0:
        return np.ones(24)
    hour = (first_hour + np.arange(total.size)) % 24
    rate = np.bincount(hour, weights=total, minlength=24) / np.maximum(np.bincount(hour, minlength=24), 1)
    if rate.mean() <= 0:
        return np.ones(24)
    smooth: Floats = 0.5 * rate + 0.25 * np.roll(rate, 1) + 0.25 * np.roll(rate, -1)
    # Never so sure of a quiet hour that a single text in it is a wonder.
    floored: Floats = 0.9 * smooth / smooth.mean() + 0.1
    return floored
