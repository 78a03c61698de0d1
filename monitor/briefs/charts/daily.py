"""A chart of days: bars with their usual level and band, alerts, days to come, and a line."""

from __future__ import annotations

from monitor.briefs.charts import plot, scale
from monitor.briefs.charts.canvas import SIZE, room
from monitor.briefs.charts.keys import Key
from monitor.briefs.charts.plot import LANE, Plot
from monitor.briefs.types import Chart

_APART = 3
"""Where the line's and the bars' heights differ by more than this factor, each has its own axis."""
_TALL, _DATES = 96, 23
_SHORT, _STRIP = 74, 40
"""Heights where there are two plots one above the other: a daily brief's first page holds both."""


def keys(chart: Chart) -> list[Key]:
    """The legend's entries, only of what is drawn."""
    found = []
    last = next((d for d in reversed(chart.days) if not d.ahead), None)
    if any(d.bar is not None and not d.ahead for d in chart.days):
        found.append(Key("bar", chart.bar_name))
        if last is not None and last.bar is not None:
            found.append(Key("today", f"其中{plot.day_label(last.day)}"))
    if any(d.ahead and d.bar is not None for d in chart.days):
        found.append(Key("ahead", "预测"))
    if any(d.high is not None for d in chart.days):
        found.append(Key("band", chart.band_name or "通常范围"))
    if chart.level is not None:
        found.append(Key("level", chart.level_name))
    if chart.line_name:
        found.append(Key("line", chart.line_name))
    if any(d.alert for d in chart.days):
        found.append(Key("alert", "预警（红橙黄蓝）"))
    return [key for key in found if key.words]


def draw(chart: Chart, width: float) -> tuple[list[str], float]:
    """The parts of the drawing and its height."""
    if not chart.days:
        return [], 0.0
    top = 8.0 + (LANE if any(d.alert for d in chart.days) else 0)
    bars = plot.highest(chart.days, chart.level)
    line = max([d.line for d in chart.days if d.line is not None], default=0)
    own = bool(bars and line) and not 1 / _APART <= line / bars <= _APART
    bars_top, line_top = scale.top(bars if own else max(bars, line)), scale.top(line, 2)
    left = 9 + max(room(scale.short(t)) for t in (*scale.ticks(bars_top), *(scale.ticks(line_top, 2) if own else ())))
    right = width - 6
    parts: list[str] = []
    if own:
        strip = Plot(chart.days, left, right, top, top + _STRIP, line_top, 2)
        parts += [*plot.grid(strip), *plot.now(strip), *plot.curve(strip), *plot.alerts(strip)]
        top += _STRIP + 14
    main = Plot(chart.days, left, right, top, top + (_SHORT if own else _TALL), bars_top)
    parts += [*plot.grid(main), *plot.band(main), *plot.now(main), *plot.bars(main), *plot.level(main, chart.level)]
    if not own:
        parts += [*plot.curve(main), *plot.alerts(main)]
    return [*parts, *plot.dates(main, main.bottom + SIZE + 7, width)], main.bottom + _DATES
