"""The next days of a series of daily counts, with an interval that held eight times in ten in the recent past.

The level is the one the detector follows, drawn back to the long-run level by DAMPING a day (E. Gardner and E. McKenzie
1985, Management Science 31: damped trends), times weekday and holiday factors. Counts are negative binomial; their
scatter is learnt from past forecasts of the same horizon. The width is then set by adaptive conformal inference
(I. Gibbs and E. Candès 2021, NeurIPS): each past miss widens the interval, each hit narrows it, so that four in five
hold whatever the model gets wrong, small whole numbers included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.model import CHINA
from monitor.signals.baseline import Expected
from monitor.signals.calendar import DayType

if TYPE_CHECKING:
    from monitor.signals.rhythm import Floats

COVERAGE = 0.8
HORIZON = 7
FEWEST_DAYS = 14
"""Below two weeks of history nothing is forecast."""
DAMPING = 0.93
LEARNING = 0.08
"""How much one miss widens the interval that follows."""
WIDEST, NARROWEST = 0.01, 0.7
"""Bounds of the share of days that may lie outside."""
PRIOR_DISPERSION, PRIOR_WEIGHT, SCATTER_HALF = 0.2, 15.0, 60.0
CUT_SIGMA = 4.0
AROUND, OUTLIER = 14, 2.5
"""Days to either side, and how many times their median a day may count for in the level."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """One day ahead: the mean, and the whole numbers between which four days in five lie (both ends included)."""

    day: date
    mean: float
    low: int
    high: int


def forecast(
    history: Sequence[float | None], first_day: date, horizon: int = HORIZON,
    extra: Mapping[date, DayType] | None = None,
) -> list[Forecast]:  # fmt: skip
    """Forecasts ``horizon`` days from ``first_day`` on, given one count a day up to the day before (None: not known).

    Empty where the history is shorter than two weeks.
    """
    return forecasts([history], first_day, horizon, extra)[0]


def forecasts(
    histories: Sequence[Sequence[float | None]], first_day: date, horizon: int = HORIZON,
    extra: Mapping[date, DayType] | None = None,
) -> list[list[Forecast]]:  # fmt: skip
    """:func:`forecast` of several series of the same length at once, each by itself: one walk through the days."""
    n = len(histories[0]) if histories else 0
    if n < FEWEST_DAYS:
        return [[] for _ in histories]
    days = [first_day + timedelta(days=i - n) for i in range(n + horizon)]
    return [_ahead(followed, days, n, horizon) for followed in _followed(histories, days, extra)]


_Followed = tuple["Floats", "Floats", "Floats", "Floats"]
"""Level and long-run level before each day, the factor of each day, and the counts (nan where not known)."""


def _ahead(followed: _Followed, days: Sequence[date], n: int, horizon: int) -> list[Forecast]:
    import numpy as np

    level, usual, factor, counts = followed
    result = []
    for ahead in range(1, horizon + 1):
        damped = usual + (level - usual) * DAMPING**ahead
        # The forecast of day t made ``ahead`` days before: level as known then, factor of the day itself.
        means = np.maximum(damped[: n + 1] * factor[ahead - 1 : n + ahead], 1e-3)
        past, seen = means[: n + 1 - ahead], counts[ahead - 1 : n]
        scatter = _scatter(past, seen, ahead)
        outside = _outside(past, seen, scatter, ahead)
        mean = float(means[n])
        low, high = interval(Expected(mean, float(scatter[-1])), outside)
        result.append(Forecast(days[n + ahead - 1], mean, low, high))
    return result


def _followed(
    histories: Sequence[Sequence[float | None]], days: Sequence[date], extra: Mapping[date, DayType] | None
) -> list[_Followed]:
    import numpy as np

    from monitor.signals.level import follow
    from monitor.signals.rhythm import DAILY, slots

    n, later = len(histories[0]), len(days) - len(histories[0])
    counts = np.array([[np.nan if c is None else float(c) for c in history] for history in histories]).T
    absent = np.vstack([np.isnan(counts), np.ones((later, counts.shape[1]), dtype=bool)])
    times = [datetime(d.year, d.month, d.day, tzinfo=CHINA) for d in days]
    filled = np.where(absent, 0.0, np.vstack([counts, np.zeros((later, counts.shape[1]))]))
    quiet = np.column_stack([_quiet(filled[:, i], n) for i in range(filled.shape[1])])
    track = follow(quiet, slots(times, DAILY, extra), DAILY, absent=absent)
    return [(track.level[:, i], track.usual[:, i], track.factor[:, i], counts[:, i]) for i in range(counts.shape[1])]


def _quiet(counts: Floats, n: int) -> Floats:
    """Days far above the month around them are cut back: an event of last week says little about the next."""
    import numpy as np

    result = counts.copy()
    for t in range(n):
        around = counts[max(0, t - AROUND) : min(n, t + AROUND)]
        result[t] = min(counts[t], OUTLIER * float(np.median(around)) + 10.0)
    return result


def _scatter(past: Floats, seen: Floats, ahead: int) -> Floats:
    """Dispersion before each forecast, from the forecasts of this horizon whose day was over by then."""
    import numpy as np

    from monitor.signals.surprise import forgetting

    known = np.isfinite(seen)
    off = np.where(known, seen - past, 0.0)
    off = np.minimum(off, CUT_SIGMA * np.sqrt(past + 0.5 * past**2))
    weight = known / (1 + PRIOR_DISPERSION * past) ** 2
    excess = forgetting((off * off - past) * weight, SCATTER_HALF) + PRIOR_WEIGHT * PRIOR_DISPERSION
    square = forgetting(past * past * weight, SCATTER_HALF) + PRIOR_WEIGHT
    found = np.clip(excess / square, 0.01, 3.0)
    before: Floats = np.concatenate([np.full(ahead, PRIOR_DISPERSION), found])
    return before[: len(past) + 1] if len(before) > len(past) else before


def _outside(past: Floats, seen: Floats, scatter: Floats, ahead: int) -> float:
    """The share that may lie outside now, adapted over the past: a miss makes it smaller, a hit greater."""
    import numpy as np

    known = np.flatnonzero(np.isfinite(seen))
    known = known[known >= FEWEST_DAYS]
    places = _place(seen[known], past[known], scatter[known])
    outside = 1 - COVERAGE
    waiting: list[bool] = []
    for place in places:
        waiting.append(not outside / 2 <= place <= 1 - outside / 2)
        if len(waiting) >= ahead:  # a forecast is only judged when its day is over
            missed = waiting.pop(0)
            outside = min(NARROWEST, max(WIDEST, outside + LEARNING * (1 - COVERAGE - missed)))
    return outside


def _place(count: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """Where a count lies in its distribution, 0 to 1: half its own probability counts as below it, so that intervals
    of small whole numbers hold as often as they say on average."""
    import numpy as np

    from monitor.signals.baseline import log_tail

    at_least, more = (np.exp(log_tail(count + k, mean, dispersion)) for k in (0.0, 1.0))
    result: Floats = 1.0 - (at_least + more) / 2
    return result


def interval(expected: Expected, outside: float) -> tuple[int, int]:
    """The whole numbers whose place is between ``outside`` / 2 and 1 - ``outside`` / 2, one at least."""
    low, high = expected.quantile(outside / 2), expected.quantile(1 - outside / 2)
    if 1 - (expected.tail(low) + expected.tail(low + 1)) / 2 < outside / 2:
        low += 1
    if high > low and 1 - (expected.tail(high) + expected.tail(high + 1)) / 2 > 1 - outside / 2:
        high -= 1
    return low, max(low, high)
