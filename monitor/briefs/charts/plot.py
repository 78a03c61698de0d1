"""One plot of days: grid, band, bars, level, line and alerts on a rectangle; charts and panels are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.briefs.charts import scale
from monitor.briefs.charts.canvas import SIZE, line, n, path, rect, room, text
from monitor.briefs.charts.keys import field, triangle
from monitor.briefs.types import ChartDay

LEVELS = "红橙黄蓝"
LANE = 22
"""Room above a plot for the marks of alerts."""
_GAP = 8


@dataclass(frozen=True, slots=True)
class Plot:
    """Days over ``left`` to ``right``, values from 0 to ``high`` over ``bottom`` up to ``top``."""

    days: tuple[ChartDay, ...]
    left: float
    right: float
    top: float
    bottom: float
    high: int
    lines: int = 5

    @property
    def slot(self) -> float:
        return (self.right - self.left) / len(self.days)

    def x(self, index: int) -> float:
        return self.left + self.slot * (index + 0.5)

    def y(self, value: float) -> float:
        inside = min(max(value, 0.0), float(self.high))
        return self.bottom - (self.bottom - self.top) * inside / self.high

    @property
    def last(self) -> int:
        """Index of the day that is reported on: the last that is not to come."""
        return max((i for i, d in enumerate(self.days) if not d.ahead), default=-1)


def grid(plot: Plot) -> list[str]:
    parts = []
    for tick in scale.ticks(plot.high, plot.lines):
        y = plot.y(tick)
        parts.append(line("c-grid" if tick else "c-axis", plot.left, y, plot.right, y))
        parts.append(text(plot.left - 5, y + SIZE * 0.36, scale.short(tick), "c-faint", "end"))
    return parts


def band(plot: Plot) -> list[str]:
    """Low to high of each day that has them, as steps with dotted rims; broken where a day has none."""
    fills, rims = [], []
    half = plot.slot / 2
    before: tuple[float, float] | None = None
    for index, day in enumerate(plot.days):
        if day.high is None:
            before = None
            continue
        up, down = plot.y(day.high), plot.y(day.low or 0.0)
        x0, x1 = plot.x(index) - half, plot.x(index) + half
        fills.append(f"M{n(x0)} {n(up)}H{n(x1)}V{n(down)}H{n(x0)}Z")
        starts = (f"M{n(x0)} {n(before[0])}V{n(up)}", f"M{n(x0)} {n(before[1])}V{n(down)}") if before else ("",) * 2
        first = f"M{n(x0)} {n(up)}"
        rims.append(f"{starts[0] or first}H{n(x1)}")
        if day.low:
            rims.append(f"{starts[1] or f'M{n(x0)} {n(down)}'}H{n(x1)}")
        before = (up, down)
    return [p for p in (path("c-band", "".join(fills)), path("c-rim", "".join(rims))) if p]


def bars(plot: Plot) -> list[str]:
    """The day reported on is solid, others light, days to come open and hatched with their interval as a whisker."""
    parts = []
    width = plot.slot * (0.62 if plot.slot > 4 else 0.9)
    for index, day in enumerate(plot.days):
        if day.bar is None:
            continue
        x, y = plot.x(index) - width / 2, plot.y(day.bar)
        if day.ahead:
            parts += field("ahead", x, y, width, plot.bottom - y)
            parts += _whisker(plot, index, day, width)
        else:
            parts.append(rect("c-today" if index == plot.last else "c-bar", x, y, width, plot.bottom - y))
    return parts


def _whisker(plot: Plot, index: int, day: ChartDay, width: float) -> list[str]:
    if day.low is None or day.high is None:
        return []
    x, half = plot.x(index), min(4.0, width / 2)
    up, down = n(plot.y(day.high)), n(plot.y(day.low))
    ends = f"M{n(x - half)} {up}H{n(x + half)}M{n(x - half)} {down}H{n(x + half)}"
    return [path("c-whisker", f"M{n(x)} {up}V{down}{ends}")]


def now(plot: Plot) -> list[str]:
    """A dotted line between what was and what is to come."""
    if not any(d.ahead for d in plot.days) or plot.last < 0:
        return []
    x = plot.left + plot.slot * (plot.last + 1)
    return [line("c-now", x, plot.top, x, plot.bottom)]


def level(plot: Plot, value: float | None) -> list[str]:
    return [] if value is None else [line("c-level", plot.left, plot.y(value), plot.right, plot.y(value))]


def alerts(plot: Plot) -> list[str]:
    """A triangle above the day, with the level's colour in words where there is room for it."""
    parts: list[str] = []
    free = plot.left - 100.0
    for index, day in enumerate(plot.days):
        if not day.alert:
            continue
        x = plot.x(index)
        parts.append(triangle(day.alert, x, plot.top - 8, min(8.0, max(4.0, plot.slot))))
        if x - 5.5 >= free:
            parts.append(text(x, plot.top - 10, LEVELS[day.alert - 1], f"c-a{day.alert}", "middle"))
            free = x + 6.5
    return parts


def curve(plot: Plot) -> list[str]:
    """The line, broken where there is no figure; points stay visible as dots."""
    runs: list[list[tuple[float, float]]] = [[]]
    for index, day in enumerate(plot.days):
        if day.line is None:
            runs.append([])
        else:
            runs[-1].append((plot.x(index), plot.y(day.line)))
    parts = []
    for run in runs:
        if len(run) > 1:
            parts.append(f'<polyline class="c-line" points="{" ".join(f"{n(x)},{n(y)}" for x, y in run)}"/>')
        if plot.slot > 5 or len(run) == 1:
            parts += [f'<circle class="c-dot" cx="{n(x)}" cy="{n(y)}" r="2.6"/>' for x, y in run]
    return parts


def dates(plot: Plot, y: float, edge: float) -> list[str]:
    """Day labels that do not touch: the day reported on, the first and last, then each week back, then the others.

    ``edge`` is the drawing's right edge, beyond which no label reaches.
    """
    last = plot.last if plot.last >= 0 else len(plot.days) - 1
    order = [last, len(plot.days) - 1, 0, *range(last, -1, -7)]
    if len(plot.days) <= 16:
        order += range(len(plot.days))
    taken: list[tuple[float, float]] = []
    parts = []
    for index in dict.fromkeys(order):
        words = day_label(plot.days[index].day)
        wide = room(words)
        x = min(max(plot.x(index), wide / 2), edge - wide / 2)
        span = (x - wide / 2, x + wide / 2)
        if all(span[1] + _GAP <= a or span[0] - _GAP >= b for a, b in taken):
            taken.append(span)
            parts.append(text(x, y, words, "c-faint", "middle"))
    return parts


def day_label(day: date) -> str:
    return f"{day.month}月{day.day}日"


def highest(days: Sequence[ChartDay], level: float | None) -> float:
    """The greatest height that bars, band and level reach."""
    return max([v for d in days for v in (d.bar, d.high) if v is not None] + [level or 0, 0])
