"""Stacked shares: one row a department or span, its whole as long as any other's, the total behind it."""

from __future__ import annotations

from monitor.briefs.charts.canvas import SIZE, rect, room, text, wrapped
from monitor.briefs.charts.keys import Key, field
from monitor.briefs.types import Stack

KINDS = ("s0", "s1", "s2", "s3", "s4", "s6", "s5")
_PITCH, _PAD, _THICK = 15, 9, 17


def keys(block: Stack) -> list[Key]:
    return [Key(kind_of(at), name) for at, name in enumerate(block.names)]


def kind_of(at: int) -> str:
    """The field of the value at this place; beyond seven they begin anew."""
    return KINDS[at % len(KINDS)]


def draw(block: Stack, width: float) -> tuple[list[str], float]:
    """The parts of the drawing and its height."""
    if not block.rows:
        return [], 0.0
    names = _names(block, width)
    totals = max(room(_total(values)) for _, values in block.rows)
    left, full = names + 8, width - names - 8 - totals - 8
    parts: list[str] = []
    y = 2.0
    for name, values in block.rows:
        lines = wrapped(name, names, 2)
        high = max(_PITCH * len(lines) + _PAD, _THICK + 6)
        middle = y + high / 2
        base = middle - _PITCH * (len(lines) - 1) / 2 + SIZE * 0.36
        parts += [text(names, base + _PITCH * at, w, "c-name", "end") for at, w in enumerate(lines)]
        parts += _fields(values, left, full, middle)
        parts.append(text(width - 2, middle + SIZE * 0.36, _total(values), "c-faint", "end"))
        y += high
    return parts, y + 4


def pieces(block: Stack, width: float, high: float) -> list[tuple[tuple[str, tuple[int, ...]], ...]]:
    """The rows in runs that are drawn no higher than ``high``, for paper."""
    names = _names(block, width)
    found: list[tuple[tuple[str, tuple[int, ...]], ...]] = []
    run: list[tuple[str, tuple[int, ...]]] = []
    used = 6.0
    for row in block.rows:
        need = max(_PITCH * len(wrapped(row[0], names, 2)) + _PAD, _THICK + 6)
        if run and used + need > high:
            found.append(tuple(run))
            run, used = [], 6.0
        run.append(row)
        used += need
    return [*found, tuple(run)] if run else found


def _names(block: Stack, width: float) -> float:
    return min(max((room(name) for name, _ in block.rows), default=0.0), width * 0.34)


def _total(values: tuple[int, ...]) -> str:
    return f"共{sum(values)}件" if sum(values) else "无"


def _fields(values: tuple[int, ...], left: float, full: float, middle: float) -> list[str]:
    """The row's fields with their counts where there is room for them."""
    whole = sum(values)
    parts: list[str] = []
    x = left
    for at, value in enumerate(values):
        if value <= 0 or not whole:
            continue
        wide, kind = full * value / whole, kind_of(at)
        parts += field(kind, x, middle - _THICK / 2, wide, _THICK)
        need = room(str(value))
        if wide >= need + 6:
            centre = x + wide / 2
            if kind in ("s2", "s3", "s4", "s5"):
                parts.append(rect("c-plate", centre - need / 2 - 2, middle - 6.5, need + 4, 13))
            ink = "c-pale" if kind == "s0" else "c-text"
            parts.append(text(centre, middle + SIZE * 0.36, str(value), ink, "middle"))
        x += wide
    return parts
