"""Many series walked through once, so that each hour of each can be judged cheaply. Exact counts: stays in signals/.

A column is one measure of a topic over some kinds of source: all together, and posts, board messages and news each
alone where there are several. Whatever a column raises is tested on figures that may be shown (S3): of posts the
released count, and never more than the exact one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from monitor.disclosure import BASE, THRESHOLD
from monitor.model import CHINA, Kind, hour_of
from monitor.settings.spikes import SpikeSettings
from monitor.signals.series import HOUR, Measure, Series, configured_days

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from monitor.signals.rhythm import Floats
    from monitor.signals.surprise import Window


class Column(NamedTuple):
    topic: str
    measure: Measure
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """``first``: the hour of row 0. ``sums``: running exact sums ``[rows + 1, columns]``; ``factor`` and ``level`` of
    the filter, ``[rows, columns]``. ``at``: where a column is. ``only``: columns of one kind that make up another."""

    first: datetime
    windows: tuple[Window, ...]
    sums: Floats
    factor: Floats
    level: Floats
    at: dict[Column, int]
    only: tuple[tuple[int, ...], ...]
    posts: NDArray[np.bool_]
    looked: dict[int, list[tuple[Floats, Floats, Floats]]] = field(default_factory=dict, repr=False)

    def columns_of(self, series: Series) -> list[Column]:
        return [c for c in _columns(series) if c in self.at]

    def row(self, end: datetime) -> int:
        """The row of the hour that ends at ``end``."""
        return (end - self.first) // HOUR - 1

    def exact(self, row: int, width: int) -> Floats:
        """Exact counts of the ``width`` rows up to ``row``, by column."""
        import numpy as np

        counts: Floats = self.sums[np.maximum(row + 1, 0)] - self.sums[np.maximum(row + 1 - width, 0)]
        return counts

    def shown(self, exact: Floats) -> Floats:
        """What may be shown of exact counts ``[..., columns]``: posts released, one kind at a time, then summed."""
        import numpy as np

        released = np.where(exact < THRESHOLD, 0.0, np.floor((2 * exact + BASE) / (2 * BASE)) * BASE)
        single = np.where(self.posts, released, exact)
        result: Floats = np.stack([single[..., list(parts)].sum(axis=-1) for parts in self.only], axis=-1)
        return result

    def look(self, row: int) -> list[tuple[Floats, Floats, Floats]]:
        """Per window the exact and the shown counts and the surprise of every column at a row; computed once a row."""
        if row not in self.looked:
            found = []
            for window in self.windows:
                exact = self.exact(row, window.rows)
                shown = self.shown(exact)
                found.append((exact, shown, self.surprise(window, row, exact, shown)))
            self.looked[row] = found
        return self.looked[row]

    def surprise(self, window: Window, row: int, exact: Floats, shown: Floats) -> Floats:
        """-ln p of a window at a row by column, all clocks and the columns of a topic paid for; from what is shown."""
        import numpy as np

        seen = np.minimum(window.seen[row] - np.maximum(exact - shown, 0.0), shown)
        found: Floats = window.surprise(slice(row, row + 1), np.maximum(seen, 0.0)[None, :])[0]
        return found - math.log(len(self.windows) * 2.0)


def scan(series: Sequence[Series], until: datetime, rule: SpikeSettings) -> Scan | None:
    """Walks through series that share their start, up to ``until``; None where there is no history at all."""
    import numpy as np

    known = series[0].known_from if series else None
    if known is None:
        return None
    first = max(series[0].start, hour_of(known))
    rows, skip = (until - first) // HOUR, (first - series[0].start) // HOUR
    if rows < 2:
        return None
    columns = [(c, s) for s in series for c in _columns(s)]
    values = np.array([_values(c, s, skip, rows) for c, s in columns], dtype=np.float64).T
    at = {c: i for i, (c, _) in enumerate(columns)}
    shapes = np.array([s.shape if len(s.shape) else [1.0] * 24 for _, s in columns], dtype=np.float64).T
    down = _down(columns, skip, rows)
    seen, sums, factor, level = _walked(
        rule, first, values.shape, values.tobytes(), shapes.tobytes(), None if down is None else down.tobytes()
    )
    only = tuple(tuple(at[Column(c.topic, c.measure, (k,))] for k in c.kinds) for c, _ in columns)
    posts = np.array([c.kinds == (Kind.POST,) for c, _ in columns])
    return Scan(first, seen, sums, factor, level, at, only, posts)


@lru_cache(maxsize=2)
def _walked(
    rule: SpikeSettings, first: datetime, shape: tuple[int, int], values: bytes, shapes: bytes, down: bytes | None
) -> tuple[tuple[Window, ...], Floats, Floats, Floats]:
    """Windows, running sums, factors and levels. Remembered, because most minutes bring no new text."""
    import numpy as np

    from monitor.signals.level import follow
    from monitor.signals.rhythm import HOURLY, slots
    from monitor.signals.surprise import windows

    counts = np.frombuffer(values).reshape(shape)
    prior = np.frombuffer(shapes).reshape(24, shape[1])
    absent = None if down is None else np.frombuffer(down, dtype=bool).reshape(shape)
    rhythm = HOURLY.with_clocks(rule.clocks_h, rule.rise_h)
    where = slots([(first + i * HOUR).astimezone(CHINA) for i in range(shape[0])], rhythm, configured_days(rule))
    track = follow(counts, where, rhythm, prior, absent)
    sums = np.concatenate([np.zeros((1, shape[1])), np.cumsum(counts, axis=0)])
    return windows(counts, track, rhythm), sums, track.factor, track.level


def _columns(series: Series) -> list[Column]:
    kinds = tuple(k for k in series.measure.kinds if k in series.parts)
    each = [Column(series.topic, series.measure, (k,)) for k in kinds]
    return each if len(kinds) == 1 else [Column(series.topic, series.measure, kinds), *each]


def _values(column: Column, series: Series, skip: int, rows: int) -> Floats:
    import numpy as np

    total = np.zeros(rows)
    for kind in column.kinds:
        part = np.asarray(series.parts[kind][skip : skip + rows], dtype=np.float64)
        total[: len(part)] += part
    return total


def _down(columns: Sequence[tuple[Column, Series]], skip: int, rows: int) -> NDArray[np.bool_] | None:
    import numpy as np

    if not any(s.down for _, s in columns):
        return None
    marks = np.zeros((rows, len(columns)), dtype=bool)
    for i, (_, s) in enumerate(columns):
        hours = [h - skip for h in s.down if 0 <= h - skip < rows]
        marks[hours, i] = True
    return marks
