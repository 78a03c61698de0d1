"""A calendar: one field a day, weeks as rows from Monday, darker where there was more."""

from __future__ import annotations

from datetime import date, timedelta

from monitor.briefs.charts.canvas import SIZE, fit, room, text
from monitor.briefs.charts.keys import Key, field
from monitor.briefs.types import HeatMap

_DAYS = "一二三四五六日"
_STEPS = 5
_ROW = 36


def keys(block: HeatMap) -> list[Key]:
    """The classes with their bounds, and the hatch where a day has no figure."""
    bounds, values = classes(block), [v for _, v in block.days if v is not None]
    found = []
    if values:
        starts = [min(values), *(b + 1 for b in bounds)]
        for at, (low, high) in enumerate(zip(starts, [*bounds, max(values)], strict=True), 1):
            words = f"{low}" if low == high else f"{low}至{high}"
            found.append(Key(_shade(at, len(starts)), f"{words}{block.unit}"))
    if any(value is None for _, value in block.days):
        found.append(Key("h0", "无数据或不列数"))
    return found


def classes(block: HeatMap) -> list[int]:
    """Upper bounds of all classes but the last: as even as the values allow, at most five classes."""
    values = sorted({v for _, v in block.days if v is not None})
    count = min(_STEPS, len(values))
    if count < 2:
        return []
    low, high = values[0], values[-1]
    if high - low < count:
        return values[:-1]
    cuts = [low + (high - low) * at / count for at in range(1, count)]
    bounds = sorted({max(v for v in values if v <= cut) for cut in cuts})
    return [b for b in bounds if b < high]


def _shade(at: int, count: int) -> str:
    """Class ``at`` (from 1) of ``count`` as one of five shades: the first the lightest, the last the darkest."""
    if count == 1:
        return "h2"
    return f"h{1 + round((at - 1) * (_STEPS - 1) / (count - 1))}"


def draw(block: HeatMap, width: float) -> tuple[list[str], float]:
    """The parts of the drawing and its height."""
    if not block.days:
        return [], 0.0
    first = min(day for day, _ in block.days)
    monday = first - timedelta(days=first.weekday())
    left = room("12月") + 8
    column = (width - left - 2) / 7
    bounds = classes(block)
    parts = [
        text(left + column * (at + 0.5), SIZE + 1, f"周{name}", "c-faint", "middle") for at, name in enumerate(_DAYS)
    ]
    named: set[tuple[int, int]] = set()
    last = 0
    for day, value in sorted(block.days):
        week = (day - monday).days // 7
        x, y = left + column * day.weekday(), 20 + _ROW * week
        # A month is named at its first whole row, so that two names never share one.
        if (day.year, day.month) not in named and (day == first or day.weekday() == 0):
            named.add((day.year, day.month))
            parts.append(text(left - 6, y + _ROW / 2 + SIZE * 0.36, f"{day.month}月", "c-faint", "end"))
        parts += _cell(day, value, bounds, (x, y, column))
        last = max(last, week)
    return parts, 20 + _ROW * (last + 1) + 4


def _cell(day: date, value: int | None, bounds: list[int], place: tuple[float, float, float]) -> list[str]:
    x, y, wide = place
    shade = "h0" if value is None else _shade(1 + sum(value > bound for bound in bounds), len(bounds) + 1)
    ink = "c-pale" if shade in ("h4", "h5") else "c-text"
    parts = field(shade, x, y, wide, _ROW, 6)
    parts.append(text(x + 4, y + SIZE + 1, str(day.day), "c-text" if value is None else ink))
    if value is not None:
        parts.append(text(x + wide - 5, y + _ROW - 5, fit(_count(value, wide - 9), wide - 9), ink, "end"))
    return parts


def _count(value: int, width: float) -> str:
    """The count, in 万 with one decimal where its digits have no room."""
    return str(value) if room(str(value)) <= width else f"{value / 10_000:.1f}万"
