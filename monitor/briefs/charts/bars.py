"""Horizontal bars: a name, a bar with its value, what stands behind it, and a mark for what is new or growing."""

from __future__ import annotations

from monitor.briefs.charts.canvas import SIZE, fit, line, n, rect, room, text, wrapped
from monitor.briefs.types import Bar, Bars, words

_PITCH, _PAD, _THICK = 15, 7, 13


def draw(block: Bars, width: float, longest: float | None = None) -> tuple[list[str], float]:
    """The parts of the drawing and its height. ``longest`` is the value of a whole bar, for one that is continued."""
    if not block.bars:
        return [], 0.0
    names, values, changes = _columns(block, width)
    left, right = names + 8, width - (changes + 10 if changes else 0)
    end = longest or highest(block)
    full = right - left - values - 8
    y = 4.0
    parts: list[str] = []
    for bar in block.bars:
        lines = wrapped(bar.name, names - _mark_room(bar), 2)
        high = _PITCH * len(lines) + _PAD
        middle = y + high / 2
        parts += _name(bar, lines, names, middle)
        length = full * (bar.value.value or 0.0) / end
        if bar.value.value:
            kind = "c-today" if bar.mark else "c-bar"
            parts.append(rect(kind, left, middle - _THICK / 2, max(length, 1.0), _THICK))
        parts.append(text(left + length + 6, middle + SIZE * 0.36, shown(bar)))
        if changes:
            change = fit(words(bar.change), changes)
            parts.append(text(width - 2, middle + SIZE * 0.36, change, "c-faint", "end"))
        y += high
    return [line("c-axis", left, 2, left, y + 2), *parts], y + 6


def highest(block: Bars) -> float:
    """The greatest value, at least one: an axis of nothing has no length."""
    return max([float(bar.value.value or 0) for bar in block.bars] + [1.0])


def pieces(block: Bars, width: float, high: float) -> list[tuple[Bar, ...]]:
    """The bars in runs that are drawn no higher than ``high``, for paper."""
    names, _, _ = _columns(block, width)
    found: list[tuple[Bar, ...]] = []
    run: list[Bar] = []
    used = 10.0
    for bar in block.bars:
        need = _PITCH * len(wrapped(bar.name, names - _mark_room(bar), 2)) + _PAD
        if run and used + need > high:
            found.append(tuple(run))
            run, used = [], 10.0
        run.append(bar)
        used += need
    return [*found, tuple(run)] if run else found


def shown(bar: Bar) -> str:
    """The value as it is shown: 1,000,000 stays 1000000; 不足10 has no bar."""
    return f"{bar.value.text}{bar.value.unit}"


def _columns(block: Bars, width: float) -> tuple[float, float, float]:
    """Room of the names, of the values and of what stands behind them."""
    wanted = max((room(bar.name) + _mark_room(bar) for bar in block.bars), default=0.0)
    names = min(wanted, width * 0.38)
    values = max((room(shown(bar)) for bar in block.bars), default=0.0)
    changes = max((room(words(bar.change)) for bar in block.bars), default=0.0)
    return names, values, min(changes, width * 0.26)


def _mark_room(bar: Bar) -> float:
    return room(bar.mark) + 10 if bar.mark else 0.0


def _name(bar: Bar, lines: list[str], right: float, middle: float) -> list[str]:
    """The name, right against the bars, its mark in a frame before it."""
    parts = []
    y = middle - _PITCH * (len(lines) - 1) / 2 + SIZE * 0.36
    for at, words_ in enumerate(lines):
        parts.append(text(right, y + _PITCH * at, words_, "c-name", "end"))
    if bar.mark:
        x = right - max(room(w) for w in lines) - 5
        wide = room(bar.mark)
        parts.append(text(x - 1.5, middle + SIZE * 0.36, bar.mark, "c-mark", "end"))
        frame = f"M{n(x - wide - 3)} {n(middle - 7)}H{n(x)}V{n(middle + 7)}H{n(x - wide - 3)}Z"
        parts.append(f'<path class="c-whisker" d="{frame}"/>')
    return parts
