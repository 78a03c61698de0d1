"""How unusual a window of rows is: negative binomial tails on several clocks, kept in logarithms, and made one figure.

- Tail limits of the negative binomial instead of normal ones: A. Noufaily et al. (2013), Statistics in Medicine 32.
- A window is compared with the level before it began, so that it cannot explain itself; its scatter is learnt from past
  windows of the same width, which takes in waves of several days that hours alone do not show.
- Windows of days look for a slow rise (苗头): each row is cut back, so that only many rows a little above make one.
- A window of w rows is one of fewer independent ones: its tail probability is divided by w ** OVERLAP, then multiplied
  by the number of clocks (Bonferroni). The exponent was set on simulated years (docs/detector.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.signals.baseline import log_tail

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from monitor.signals.level import Track
    from monitor.signals.rhythm import Floats, Rhythm

    Index = NDArray[np.int64]

OVERLAP = 0.6
RISE_CUT_SIGMA = 2.0
RISE_DISPERSION = 0.04
SCATTER_CUT = 3.0
GATE = 2.0
"""A long window counts for at most so many times what its last quarter says: an event that is over fades."""
GATE_FROM = 12
RARE, WEIGHT = -16.0, 2.0
"""Log probability that a source broke, from the CUSUM of :mod:`level`: nothing at 4, as good as sure at 8."""
LATE_SCATTER = 0.3
"""How much of the missing texts arrives, and when, is uncertain."""
MOST = 690.0
"""Surprises are cut here: p is never below 1e-300, which a float still holds."""


@dataclass(frozen=True, slots=True)
class Window:
    """One clock over all rows: what was seen, what was expected, and the dispersion, each ``[rows, series]``.

    ``late``: texts missing when the window began, which may arrive in it; ``doubt``: log probability that a broken
    source held them back. ``recent``: seen and expected of the last quarter, None where the window is short.
    """

    rows: int
    rise: bool
    seen: Floats
    mean: Floats
    dispersion: Floats
    late: Floats
    doubt: Floats
    recent: tuple[Floats, Floats] | None = None

    def surprise(self, at: Index | slice, seen: Floats | None = None) -> Floats:
        """-ln p of this clock at some rows, comparable between clocks. ``seen`` in place of what was seen there."""
        import numpy as np

        mine = self.seen[at] if seen is None else seen
        raw = self._mixed(at, mine)
        if self.recent is not None:
            last = -log_tail(self.recent[0][at], self.recent[1][at], self.dispersion[at])
            raw = np.minimum(raw, GATE * last)
        result: Floats = raw + OVERLAP * math.log(self.rows)
        return result

    def _mixed(self, at: Index | slice, seen: Floats) -> Floats:
        """Either all is usual, or a source was broken and what it held back may arrive: the likelier of the two."""
        import numpy as np

        mean, scatter, late, doubt = self.mean[at], self.dispersion[at], self.late[at], self.doubt[at]
        raw: Floats = -log_tail(seen, mean, scatter)
        held = (doubt > -20.0) & (late > 0) & (raw > 1.0)
        if held.any():
            more = mean[held] + late[held]
            spread = scatter[held] + LATE_SCATTER * (late[held] / more) ** 2
            raw[held] = np.minimum(raw[held], -log_tail(seen[held], more, spread) - doubt[held])
        return raw


def windows(counts: Floats, track: Track, rhythm: Rhythm) -> tuple[Window, ...]:
    """Every clock of the rhythm, bursts first."""
    clocks = [(w, False) for w in rhythm.clocks] + [(w, True) for w in rhythm.rises]
    return tuple(_window(counts, track, rhythm, w, rise) for w, rise in clocks if w < len(counts))


def _window(counts: Floats, track: Track, rhythm: Rhythm, width: int, rise: bool) -> Window:
    import numpy as np

    mean = track.mean
    if rise:
        counts = np.minimum(counts, mean + RISE_CUT_SIGMA * np.sqrt(mean + 0.2 * mean**2) + 1.0)
    start = np.maximum(np.arange(len(counts)) + 1 - width, 0)
    level = (track.usual if rise else track.level)[start]
    seen = rolled(counts, width)
    usual = np.maximum(level * rolled(track.factor, width), 1e-9)
    broken = track.broken.astype(float)
    whole = (rolled(broken, width + 3) == 0) & (np.arange(len(counts))[:, None] >= rhythm.warm + width)
    dispersion, known = _scatter(
        seen, usual, whole, rhythm, width, RISE_DISPERSION if rise else rhythm.prior_dispersion
    )
    # Until the scatter of such windows is known from the past, the doubt about the level itself is added.
    dispersion = dispersion + np.exp(-known / 200) / np.maximum(track.behind[start], 1.0)
    recent = None
    if width >= GATE_FROM:
        quarter = max(width // 4, 6)
        recent = (rolled(counts, quarter), np.maximum(level * rolled(track.factor, quarter), 1e-9))
    doubt = np.minimum(0.0, WEIGHT * track.doubt[start] + RARE)
    return Window(width, rise, seen, usual, dispersion, track.missing[start], doubt, recent)


def _scatter(
    seen: Floats, usual: Floats, whole: NDArray[np.bool_], rhythm: Rhythm, width: int, prior: float
) -> tuple[Floats, Floats]:
    """Dispersion of windows of one width, from those that ended before each began (forgetting moment estimate), and
    how much past it comes from (squared texts)."""
    import numpy as np

    start = np.maximum(np.arange(len(seen)) - width, 0)
    weight = whole / (1 + prior * usual) ** 2
    square = forgetting(usual * usual * weight, rhythm.dispersion_half)
    texts = rhythm.prior_weight * math.sqrt(width)
    found = np.full(seen.shape, 2 * prior)
    for _ in range(2):
        off = np.minimum(seen - usual, SCATTER_CUT * np.sqrt(usual + found * usual**2))
        excess = forgetting((off * off - usual) * weight, rhythm.dispersion_half)
        found = np.clip((excess + texts * prior) / (square + texts), 0.005, 3.0)[start]
    return found, square


def combined(found: tuple[Window, ...], at: Index | slice) -> Floats:
    """-ln p of all clocks together at some rows: the most surprising one, paid for by the number of clocks."""
    import numpy as np

    if not found:
        return np.zeros((0, 0))
    best: Floats = np.max([w.surprise(at) for w in found], axis=0)
    return np.clip(best - math.log(len(found)), 0.0, MOST)


def rolled(values: Floats, width: int) -> Floats:
    """The sum of the last ``width`` rows at each row (fewer at the beginning)."""
    import numpy as np

    sums = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    first = np.maximum(np.arange(len(values)) + 1 - width, 0)
    result: Floats = sums[1:] - sums[first]
    return result


def forgetting(values: Floats, half: float) -> Floats:
    """Sums of the past that halve in ``half`` rows."""
    import numpy as np

    keep = 0.5 ** (1 / half)
    result = np.empty_like(values)
    total = np.zeros(values.shape[1:])
    for t, row in enumerate(values):
        total = total * keep + row
        result[t] = total
    return result
