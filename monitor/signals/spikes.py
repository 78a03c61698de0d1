"""The spike rule: is this hour of a topic far above what is usual? Pure: values in, a Decision with a reason out.

Several clocks at once (an hour to a day for bursts, days for a slow rise), all kinds of source together and each alone,
one probability paid for all of them; how it is computed is told in docs/detector.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.disclosure import BASE, THRESHOLD, release
from monitor.model import Decision, ExactCount, Kind, Verdict, hour_of
from monitor.settings.spikes import SpikeSettings
from monitor.signals.figures import Shown, counted
from monitor.signals.scan import Column, Scan, scan
from monitor.signals.series import HOUR, Measure, Pattern, Reason, Series, Spike, window_end

if TYPE_CHECKING:
    from monitor.signals.rhythm import Floats
    from monitor.signals.surprise import Window

__all__ = ["HOUR", "Measure", "Pattern", "Reason", "Series", "Spike", "explained", "judge", "judge_in", "window_end"]

FEWEST_H = 72
"""Below three days of history nothing can be called unusual."""
THIN_P = 0.1
"""With a thin history the tail probability must be ten times smaller,"""
THIN_MINIMUM = 1.5
"""and the minimum half as large again."""
BAND = (0.05, 0.95)
SURE = 0.4
"""Of the windows at least so surprising as the most surprising one, the one that holds the event best is told."""
WHOLE = 0.6
"""A window holds the event when it has so much of the greatest excess."""
SIGMA_95 = 1.645
ONE_PART = 0.8
TAIL_H = 3
TAIL_TEXTS = 6
"""So many texts the newest part of a window should hold at the pace of the whole."""
ELEVATED_P = 0.02
"""Not usual, though no alarm."""


@dataclass(frozen=True, slots=True)
class _Found:
    """One window of one column that is an alarm."""

    column: Column
    window: int
    surprise: float
    excess: float
    """Texts shown above the upper end of what is usual: greatest in the window that holds the event and no more."""


def judge(series: Series, now: datetime, rule: SpikeSettings) -> Decision[Spike]:
    """Judges one series alone; see :func:`judge_in`."""
    return judge_in(_scan_of([series], now, rule), series, now, rule)


def judge_in(
    found: Scan | None, series: Series, now: datetime, rule: SpikeSettings, causes: Sequence[Series] = ()
) -> Decision[Spike]:
    """Judges every clock up to the end of the running hour, using only what lies before each window.

    While an hour runs, its window is compared with what a whole one usually brings: an alarm can only be too late,
    never too early, and asking every minute asks one question an hour, not sixty.
    A broken source does not hush an alarm that the others raise (missing texts only lower the count); it turns calm
    into SOURCE_BROKEN, on which nothing recovers. ``causes``: series of the same scan whose texts are taken away from
    the windows (not from the past: a smaller baseline must not make the rest unusual).
    """
    end = window_end(now)
    first = max(series.start, hour_of(series.known_from)) if series.known_from else end
    history_h = (end - first) // HOUR - 1
    if found is None or history_h < FEWEST_H:
        return _calm(Reason.NO_HISTORY, history_h=max(history_h, 0))
    thin = history_h < rule.history_days * 24
    alarms, best, most = _look(found, series, found.row(end), rule, thin, causes)
    quiet = Reason.SOURCE_BROKEN if series.broken else None
    if not alarms:
        if most < rule.minimum * (THIN_MINIMUM if thin else 1.0):
            return _calm(quiet or Reason.BELOW_MINIMUM)
        return _calm(quiet or (Reason.ELEVATED if best > -math.log(ELEVATED_P) else Reason.WITHIN_BAND))
    spike = _spike(found, series, end, _told(found, alarms), thin, causes)
    facts = {"low": spike.low, "high": spike.high, "thin_history": thin, "window_h": spike.window_h}
    return Decision(Verdict.ALARM, Reason.ABOVE_BAND, spike, facts)


def _told(found: Scan, alarms: Sequence[_Found]) -> _Found:
    """The alarm that people are told of: the shortest window that holds the event. A slow rise only where no shorter
    clock alarms, or every burst would be told once more as a rise when it is over."""
    sure = max(a.surprise for a in alarms) * SURE
    bursts = [a for a in alarms if not found.windows[a.window].rise]
    likely = [a for a in bursts or alarms if a.surprise >= sure] or bursts or list(alarms)
    enough = WHOLE * max(a.excess for a in likely)
    holding = [a for a in likely if a.excess >= enough]
    return min(holding, key=lambda a: (found.windows[a.window].rows, -a.excess))


def explained(parent: Series, causes: Sequence[Series], now: datetime, rule: SpikeSettings) -> bool:
    """Whether a parent topic's alarm goes away when the texts of its alarming sub-topics are taken from the windows."""
    return not judge_in(_scan_of([parent, *causes], now, rule), parent, now, rule, causes).kept


def _scan_of(series: Sequence[Series], now: datetime, rule: SpikeSettings) -> Scan | None:
    end = window_end(now)
    start = end - timedelta(days=rule.baseline_days) - HOUR
    if series[0].known_from is None or end <= series[0].start:
        return None
    return scan([replace(s, known_from=max(start, series[0].known_from)) for s in series], end, rule)


def _look(
    found: Scan, series: Series, row: int, rule: SpikeSettings, thin: bool, causes: Sequence[Series]
) -> tuple[list[_Found], float, float]:
    """The alarms among all windows, the greatest surprise, and the most that any window of up to a day may show."""
    columns = found.columns_of(series)
    need = rule.minimum * (THIN_MINIMUM if thin else 1.0)
    alarms: list[_Found] = []
    best = most = 0.0
    looks = found.look(row) if not causes else _look_without(found, row, series, causes)
    for i, (window, (_, shown, surprise)) in enumerate(zip(found.windows, looks, strict=True)):
        level = -math.log((rule.rise_p_value if window.rise else rule.p_value) * (THIN_P if thin else 1.0))
        for column in columns:
            at = found.at[column]
            most = most if window.rise else max(most, float(shown[at]))
            if shown[at] < need:
                continue
            best = max(best, float(surprise[at]))
            if surprise[at] > level:
                mean, scatter = float(window.mean[row, at]), float(window.dispersion[row, at])
                excess = float(shown[at]) - mean - 2.0 * math.sqrt(mean + scatter * mean * mean)
                alarms.append(_Found(column, i, float(surprise[at]), excess))
    return alarms, best, most


def _look_without(
    found: Scan, row: int, series: Series, causes: Sequence[Series]
) -> list[tuple[Floats, Floats, Floats]]:
    looks = []
    for window in found.windows:
        exact = _reduced(found.exact(row, window.rows), found, series, causes)
        shown = found.shown(exact)
        looks.append((exact, shown, found.surprise(window, row, exact, shown)))
    return looks


def _reduced(exact: Floats, found: Scan, series: Series, causes: Sequence[Series]) -> Floats:
    """Exact counts of a window with the texts of the causes taken away from the columns of a series."""
    import numpy as np

    rest = exact.copy()
    for column in found.columns_of(series):
        for cause in causes:
            theirs = found.at.get(Column(cause.topic, cause.measure, column.kinds))
            rest[found.at[column]] -= exact[theirs] if theirs is not None else 0.0
    return np.maximum(rest, 0.0)


def _calm(reason: Reason, **facts: Any) -> Decision[Spike]:
    return Decision(Verdict.CALM, reason, None, facts)


def _spike(found: Scan, series: Series, end: datetime, alarm: _Found, thin: bool, causes: Sequence[Series]) -> Spike:
    window = found.windows[alarm.window]
    row, at, width = found.row(end), found.at[alarm.column], window.rows
    exact = found.exact(row, width)
    exact = _reduced(exact, found, series, causes) if causes else exact
    observed = _observed(found, alarm.column, exact)
    total = sum(counted(f) for f in observed.values())
    before = float(found.shown(found.exact(row - width, width))[at]) if row + 1 >= 2 * width else 0.0
    low, high = _band(float(window.mean[row, at]), float(window.dispersion[row, at]))
    begin = end - width * HOUR
    return Spike(
        topic=series.topic, measure=series.measure, onset=begin + _onset(found, row, at, width) * HOUR, begin=begin,
        end=end, window_h=width, observed=observed, total=total, low=low, high=high, thin_history=thin,
        pattern=Pattern.RISE if window.rise else Pattern.BURST,
        growth=total / before if before >= THRESHOLD else 1.0, p_value=math.exp(-min(alarm.surprise, 690.0)),
        going_on=_going_on(found, row, at, window),
    )  # fmt: skip


def _going_on(found: Scan, row: int, at: int, window: Window) -> bool:
    """Whether the newest part of a window is above what is usual: three hours, more where the matter brings so few
    texts an hour that three of them may pass without one. Of a slow rise the newest third and the one before it, and
    nearly all in one third was no slow rise."""
    texts = max(float(found.exact(row, window.rows)[at]), 1.0)
    few = min(math.ceil(TAIL_TEXTS * window.rows / texts), window.rows // 4)
    tail = window.rows // 3 if window.rise else min(window.rows, max(TAIL_H, few))
    if window.rise and float(found.exact(row, tail)[at]) > ONE_PART * texts:
        return False
    parts = (row, row - tail) if window.rise else (row,)
    return all(_above(found, last, at, window, row, tail) for last in parts)


def _above(found: Scan, last: int, at: int, window: Window, row: int, width: int) -> bool:
    """Whether the ``width`` hours up to ``last`` hold more than 19 of 20 such, at the level before the window."""
    first, begin = max(last + 1 - width, 0), max(row + 1 - window.rows, 0)
    mean = float(found.level[begin, at] * found.factor[first : last + 1, at].sum())
    scatter = float(window.dispersion[row, at])
    return float(found.exact(last, width)[at]) > mean + SIGMA_95 * math.sqrt(mean + scatter * mean * mean)


def _observed(found: Scan, column: Column, exact: Floats) -> Mapping[Kind, Shown]:
    """What the window holds by kind, as it may be shown."""
    counts = {k: round(float(exact[found.at[Column(column.topic, column.measure, (k,))]])) for k in column.kinds}
    return {kind: release(ExactCount(n)) if kind is Kind.POST else n for kind, n in counts.items() if n}


def _band(mean: float, dispersion: float) -> tuple[int, int]:
    """The usual band rounded outward to base 5: it is made of counts of posts too and tells no more than they may."""
    from monitor.signals.baseline import Expected

    low, high = (Expected(max(mean, 1e-6), dispersion).quantile(p) for p in BAND)
    return low // BASE * BASE, max(BASE, -(-high // BASE) * BASE)


def _onset(found: Scan, row: int, at: int, width: int) -> int:
    """The hour of the window from which on the level has most probably been another (Poisson likelihood ratio)."""
    import numpy as np

    hours = slice(row + 1 - width, row + 1)
    counts = np.diff(found.sums[row + 1 - width : row + 2, at])
    usual = np.maximum(found.level[max(row + 1 - width, 0), at] * found.factor[hours, at], 1e-3)
    seen, expected = (np.cumsum(x[::-1])[::-1] for x in (counts, usual))
    ratio = np.where(seen > expected, seen * np.log(np.maximum(seen, 1e-9) / expected) - (seen - expected), 0.0)
    return int(np.argmax(ratio))
