"""Small multiples: one small chart a topic, side by side, of one span of days."""

from __future__ import annotations

from monitor.briefs.charts import daily, plot, scale
from monitor.briefs.charts.canvas import SIZE, fit, room, text
from monitor.briefs.charts.keys import Key
from monitor.briefs.charts.plot import LANE, Plot
from monitor.briefs.types import Chart, Panels

_FLAT = 5
"""A panel lower than this part of the highest would be flat: then each has its own axis."""
_HIGH, _TITLE, _DATES, _GAP, _LEAST = 54, 21, 23, 14, 165


def keys(block: Panels) -> list[Key]:
    """Entries of all panels, each once; the line is not drawn."""
    found = [k for chart in block.charts for k in daily.keys(chart) if k.kind not in ("line", "today")]
    unique = {k.kind: k for k in reversed(found)}
    return [unique[kind] for kind in dict.fromkeys(k.kind for k in found)]


def shared(block: Panels) -> bool:
    """Whether all panels have one axis."""
    tops = [plot.highest(chart.days, chart.level) for chart in block.charts]
    return not tops or min(tops) * _FLAT >= max(tops)


def axis(block: Panels) -> float | None:
    """The height of all panels' axis; None where each has its own."""
    return max((plot.highest(c.days, c.level) for c in block.charts), default=0.0) if shared(block) else None


def pieces(block: Panels, width: float, high: float) -> list[tuple[Chart, ...]]:
    """The panels in runs that are drawn no higher than ``high``, for paper."""
    run = _across(width) * max(1, int(high // _row(LANE)))
    return [block.charts[at : at + run] for at in range(0, len(block.charts), run)]


def draw(block: Panels, width: float, high: float | None = None) -> tuple[list[str], float]:
    """Rows of panels, as many beside each other as have room to be read; ``high`` is the height of their one axis."""
    charts = [chart for chart in block.charts if chart.days]
    if not charts:
        return [], 0.0
    across = min(_across(width), len(charts))
    column = (width - _GAP * (across - 1)) / across
    lane = LANE if any(d.alert for c in charts for d in c.days) else 2
    row = _row(lane)
    parts: list[str] = []
    for at, chart in enumerate(charts):
        x, y = (at % across) * (column + _GAP), (at // across) * row
        parts += _panel(chart, high, (x, x + column), y, lane)
    return parts, row * -(-len(charts) // across)


def _across(width: float) -> int:
    return max(1, min(3, int((width + _GAP) // (_LEAST + _GAP))))


def _row(lane: float) -> float:
    return _TITLE + lane + _HIGH + _DATES + 8


def _panel(chart: Chart, high: float | None, span: tuple[float, float], y: float, lane: float) -> list[str]:
    """Title, axis of zero and top, bars, first and last day."""
    left, right = span
    end = scale.top(plot.highest(chart.days, chart.level) if high is None else high, 2)
    margin = max(room(scale.short(t)) for t in scale.ticks(end, 2)) + 7
    top = y + _TITLE + lane
    one = Plot(chart.days, left + margin, right, top, top + _HIGH, end, 2)
    parts = [text(left, y + SIZE + 1, fit(chart.title, right - left), "c-name")]
    parts += [*plot.grid(one), *plot.band(one), *plot.now(one), *plot.bars(one), *plot.level(one, chart.level)]
    parts += plot.alerts(one)
    first, last = plot.day_label(chart.days[0].day), plot.day_label(chart.days[-1].day)
    below = one.bottom + SIZE + 7
    if len(chart.days) > 1 and room(first) + room(last) + 8 <= right - one.left:
        parts.append(text(one.left, below, first, "c-faint"))
    return [*parts, text(right, below, last, "c-faint", "end")]
