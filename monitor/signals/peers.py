"""Rules that others use, for comparison side by side: never what an alert is raised by.

Each takes hourly counts ``[rows, series]`` and gives a score that grows with unusualness, causal, 0 below ``least``
texts in the window. Thresholds as their makers ship them stand beside.

- EARS C2, C3: L. Hutwagner et al. (2003), J. Urban Health 80 (suppl 1): mean and deviation of like windows of the past
  seven days, two days left out; the alarm is at 3 (C2), the summed excess over three days at 2 (C3).
- elastalert2's ``spike`` rule: the window against the one just before, alarm at ``spike_height`` times (3 here).
- Farrington Flexible: A. Noufaily et al. (2013), Statistics in Medicine 32: like windows of past weeks, past outbreaks
  weighed down by Anscombe residuals, a negative binomial limit. Simplified: no trend, four weeks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.signals.rhythm import Floats

C2_AT = 3.0
RATIO_AT = 3.0
_DAYS, _GUARD = 7, 2


def ears_c2(counts: Floats, width: int = 3, period: int = 24, least: float = 10.0) -> Floats:
    """Standard deviations above the mean of the same windows of days 3 to 9 before."""
    import numpy as np

    from monitor.signals.surprise import rolled

    seen = rolled(counts, width)
    past = np.stack([_before(seen, k * period) for k in range(1 + _GUARD, 1 + _GUARD + _DAYS)])
    score = (seen - past.mean(axis=0)) / np.maximum(past.std(axis=0, ddof=1), 0.5)
    result: Floats = np.where(seen >= least, score, 0.0)
    return result


def ears_c3(counts: Floats, width: int = 3, period: int = 24, least: float = 10.0) -> Floats:
    """C2's excess over 1, summed over this window and the two before."""
    import numpy as np

    from monitor.signals.surprise import rolled

    over = np.maximum(ears_c2(counts, width, period, 0.0) - 1.0, 0.0)
    total = over + _before(over, width) + _before(over, 2 * width)
    result: Floats = np.where(rolled(counts, width) >= least, total, 0.0)
    return result


def spike_ratio(counts: Floats, width: int = 3, least: float = 10.0) -> Floats:
    """How many times the window just before (elastalert2's spike rule)."""
    import numpy as np

    from monitor.signals.surprise import rolled

    seen = rolled(counts, width)
    result: Floats = np.where(seen >= least, seen / np.maximum(_before(seen, width), 1.0), 0.0)
    return result


def farrington(counts: Floats, width: int = 3, week: int = 168, weeks: int = 4, least: float = 10.0) -> Floats:
    """-ln of the tail probability by Farrington Flexible, simplified."""
    import numpy as np

    from monitor.signals.baseline import log_tail
    from monitor.signals.surprise import rolled

    seen = rolled(counts, width)
    past = np.stack([_before(seen, k * week - shift * width) for k in range(1, weeks + 1) for shift in (-1, 0, 1)])
    weight = np.ones_like(past)
    mean = phi = np.ones_like(seen)
    for _ in range(3):
        mean = np.maximum((past * weight).sum(axis=0) / weight.sum(axis=0), 0.05)
        phi = np.maximum(1.0, (weight * (past - mean) ** 2 / mean).sum(axis=0) / (weight.sum(axis=0) - 1.0 + 1e-9))
        anscombe = 1.5 * (past ** (2 / 3) - mean ** (2 / 3)) / (mean ** (1 / 6) * np.sqrt(phi))
        weight = np.where(anscombe > 2.58, np.maximum(anscombe, 2.58) ** -2.0, 1.0)
    spread = np.maximum((phi - 1.0) / mean, 0.001) + 1.0 / len(past)
    result: Floats = np.where(seen >= least, -log_tail(seen, mean, spread), 0.0)
    return result


def _before(values: Floats, rows: int) -> Floats:
    import numpy as np

    result = np.zeros_like(values)
    result[rows:] = values[: len(values) - rows]
    return result
