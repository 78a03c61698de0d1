"""The detector over one series of counts in any rhythm: what ``yuqing detect`` prints. Rows see only the past."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from monitor.signals.calendar import DayType
from monitor.signals.rhythm import Rhythm

if TYPE_CHECKING:
    from monitor.signals.level import Flags, Track
    from monitor.signals.rhythm import Floats
    from monitor.signals.surprise import Window

UPPER = 0.99
"""``upper``: the count that a usual row exceeds once in a hundred times."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row judged. ``count`` None: no row in the file (nothing can be said). ``p``: how rarely a usual stretch up
    to this row looks so, over all clocks; 1e-300 at the least. ``upper``: 99 % of usual rows hold no more."""

    time: datetime
    count: float | None
    expected: float
    upper: int
    p: float
    alarm: bool


def detect(
    times: Sequence[datetime], counts: Sequence[float | None], rhythm: Rhythm,
    level: float | None = None, minimum: int | None = None, extra: Mapping[date, DayType] | None = None,
) -> list[Row]:  # fmt: skip
    """Judges every row of an equally spaced series, oldest first, each by the rows before it alone.

    None among the counts is a row that is missing: neither learnt from nor judged. ``level``: alarms at p below it;
    ``minimum``: fewest in the window that raises one (defaults of the rhythm).
    """
    import numpy as np

    from monitor.signals.baseline import Expected

    if not times:
        return []
    level = rhythm.level if level is None else level
    minimum = rhythm.minimum if minimum is None else minimum
    absent = np.array([[c is None] for c in counts])
    filled = np.array([[0.0 if c is None else float(c)] for c in counts])
    track, found, surprise = surprises(times, filled, rhythm, absent, extra)
    shown = surprise[:, 0]
    most = np.max([w.seen[:, 0] for w in found], axis=0) if found else np.zeros(len(times))
    rows = []
    for t, (time, count) in enumerate(zip(times, counts, strict=True)):
        usual = Expected(max(float(track.mean[t, 0]), 1e-9), float(found[0].dispersion[t, 0]) if found else 0.1)
        p = 1.0 if count is None else math.exp(-float(shown[t]))
        rows.append(Row(time, count, usual.mean, usual.quantile(UPPER), p, bool(p < level and most[t] >= minimum)))
    return rows


def surprises(
    times: Sequence[datetime], counts: Floats, rhythm: Rhythm,
    absent: Flags | None = None, extra: Mapping[date, DayType] | None = None,
) -> tuple[Track, tuple[Window, ...], Floats]:  # fmt: skip
    """-ln p of every row of many series ``[rows, series]`` at once, with what they were judged by."""
    import numpy as np

    from monitor.signals.events import settled
    from monitor.signals.level import follow
    from monitor.signals.rhythm import slots
    from monitor.signals.surprise import combined, windows

    track = follow(counts, slots(times, rhythm, extra), rhythm, absent=absent)
    # What is missing is taken to have been usual, so that a window over it is neither high nor low.
    values = counts if absent is None else np.where(absent, track.mean, counts)
    found = windows(values, track, rhythm)
    surprise = combined(found, slice(None)) if found else np.zeros(counts.shape)
    surprise[: rhythm.warm] = 0.0
    shown = np.stack([settled(surprise[:, i], rhythm) for i in range(counts.shape[1])], axis=1)
    return track, found, shown
