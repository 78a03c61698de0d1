"""Axes: round steps, and counts written short."""

from __future__ import annotations

_STEPS = (1, 2, 5, 10)


def step(highest: float, lines: int = 5) -> int:
    """1, 2, 5, 10, 20 … so that there are at most ``lines`` grid lines above zero."""
    scale = 1
    while True:
        for one in _STEPS:
            if highest / (one * scale) <= lines:
                return one * scale
        scale *= 10


def top(highest: float, lines: int = 5) -> int:
    """The end of an axis from zero that holds ``highest``: a whole number of steps, at least one."""
    one = step(max(highest, 1), lines)
    return max(1, int(-(-highest // one))) * one


def ticks(end: int, lines: int = 5) -> range:
    """Where the grid lines are, zero and the end included."""
    return range(0, end + 1, step(end, lines))


def short(count: float) -> str:
    """An axis label: 8000, 1.5万, 100万, 3亿."""
    for size, name in ((100_000_000, "亿"), (10_000, "万")):
        if count >= size:
            return f"{count / size:.10g}{name}"
    return f"{count:g}"
