"""The chart of a brief as inline SVG: daily bars, a line, the usual level. No script, no outside resource.

Legible in black and white: the day of the brief is solid, other days are light with an outline, the level is dashed.
Colours are CSS variables of the page, so that dark mode and print choose them.
"""

from __future__ import annotations

from monitor.briefs.types import Chart

WIDTH, HEIGHT = 640, 156
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 10, 26
_SIGNS = {"bar": "■", "level": "┅", "line": "○"}
_STEPS = (1, 2, 5, 10)


def keys(chart: Chart) -> list[tuple[str, str]]:
    """The legend as (class, words); the page sets it as text so that it wraps on a phone."""
    found = []
    if any(day.bar is not None for day in chart.days):
        found.append(("bar", f"{chart.bar_name}，实心为当日"))
    if chart.level is not None:
        found.append(("level", chart.level_name))
    if chart.line_name:
        found.append(("line", chart.line_name))
    return found


def legend(chart: Chart) -> str:
    """The legend as one line of text, for formats that print."""
    return "　　".join(f"{_SIGNS[kind]} {words}" for kind, words in keys(chart))


def svg(chart: Chart) -> str:
    """The SVG element. Every number in it is ours; words are escaped."""
    top = _top(chart)
    plot_h, plot_w = HEIGHT - TOP - BOTTOM, WIDTH - LEFT - RIGHT
    slot = plot_w / len(chart.days)

    def y(value: float) -> float:
        return TOP + plot_h * (1 - value / top)

    def x(index: int) -> float:
        return LEFT + slot * (index + 0.5)

    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{_escaped(chart.alt)}">',
        f"<title>{_escaped(chart.alt)}</title>",
    ]
    for tick in _ticks(top):
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>')
        parts.append(f'<text class="tick" x="{LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick}</text>')
    for index, day in enumerate(chart.days):
        last = index == len(chart.days) - 1
        if day.bar is not None:
            height = max(0.0, y(0) - y(day.bar))
            kind = "bar today" if last else "bar"
            parts.append(
                f'<rect class="{kind}" x="{x(index) - slot * 0.36:.1f}" y="{y(day.bar):.1f}" '
                f'width="{slot * 0.72:.1f}" height="{height:.1f}"/>'
            )
        if (len(chart.days) - 1 - index) % 7 == 0:
            anchor = "end" if last else "middle"
            place = WIDTH - RIGHT if last else x(index)
            label = f"{day.day.month}月{day.day.day}日"
            parts.append(f'<text class="tick" x="{place:.1f}" y="{HEIGHT - 8}" text-anchor="{anchor}">{label}</text>')
    if chart.level is not None:
        level = y(chart.level)
        parts.append(f'<line class="level" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{level:.1f}" y2="{level:.1f}"/>')
    parts += _line([(x(i), y(d.line)) if d.line is not None else None for i, d in enumerate(chart.days)])
    return "".join([*parts, "</svg>"])


def _line(points: list[tuple[float, float] | None]) -> list[str]:
    """The line, broken where there is no figure; single points stay visible as dots."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    parts = []
    for run in runs:
        if len(run) > 1:
            path = " ".join(f"{px:.1f},{py:.1f}" for px, py in run)
            parts.append(f'<polyline class="line" points="{path}"/>')
        parts += [f'<circle class="dot" cx="{px:.1f}" cy="{py:.1f}" r="3"/>' for px, py in run]
    return parts


def _top(chart: Chart) -> int:
    values = [v for d in chart.days for v in (d.bar, d.line) if v is not None]
    highest = max([*values, chart.level or 0, 1])
    step = _step(highest)
    return int(-(-highest // step)) * step


def _step(highest: float) -> int:
    """1, 2, 5, 10, 20 … so that there are at most five grid lines."""
    scale = 1
    while True:
        for step in _STEPS:
            if highest / (step * scale) <= 5:
                return step * scale
        scale *= 10


def _ticks(top: int) -> range:
    return range(0, top + 1, _step(top))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
