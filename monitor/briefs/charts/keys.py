"""Legends: what each mark of a chart means, as rows of swatch and words."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.briefs.charts.canvas import SIZE, hatch, line, path, rect, room, text, wrapped

SWATCH_W, SWATCH_H = 22, 12
_GAP, _PITCH = 16, 17


@dataclass(frozen=True, slots=True)
class Key:
    """One entry: ``kind`` names the swatch (bar, today, ahead, band, level, line, alert, s0 …, h0 …)."""

    kind: str
    words: str


HATCHES = {"s2": ("/",), "s3": ("/", "\\"), "s4": ("-",), "s5": ("|",), "h0": ("/",), "ahead": ("/",)}
"""How the open fields are hatched; the others are told apart by lightness."""


def field(kind: str, x: float, y: float, width: float, height: float, step: float = 5) -> list[str]:
    """A filled rectangle with the hatch of its kind."""
    ways = HATCHES.get(kind, ())
    strokes = "".join(hatch(x, y, width, height, step, way) for way in ways)
    return [rect(f"c-{kind}", x, y, width, height), *([path("c-hatch", strokes)] if strokes else [])]


def swatch(kind: str, x: float = 0, y: float = 0) -> list[str]:
    """The mark itself, ``SWATCH_W`` by ``SWATCH_H``."""
    middle = y + SWATCH_H / 2
    if kind == "level":
        return [line("c-level", x, middle, x + SWATCH_W, middle)]
    if kind == "line":
        return [
            line("c-line", x, middle, x + SWATCH_W, middle),
            f'<circle class="c-dot" cx="{x + SWATCH_W / 2:g}" cy="{middle:g}" r="3"/>',
        ]
    if kind == "alert":
        return [triangle(1, x + SWATCH_W / 2, y + 2, 8)]
    if kind == "band":
        edges = f"M{x:g} {y + 1:g}H{x + SWATCH_W:g}M{x:g} {y + SWATCH_H - 1:g}H{x + SWATCH_W:g}"
        return [rect("c-band", x, y + 1, SWATCH_W, SWATCH_H - 2), path("c-rim", edges)]
    return field(kind, x + 1, y + 1, SWATCH_W - 2, SWATCH_H - 2, 4)


def triangle(level: int, x: float, y: float, side: float) -> str:
    """A triangle that points down to ``x``, its upper edge at ``y``."""
    half = side / 2
    return path(f"c-a{level}", f"M{x - half:.1f} {y:.1f}L{x + half:.1f} {y:.1f}L{x:.1f} {y + side * 0.8:.1f}Z")


def inline(kind: str) -> str:
    """The mark as a small drawing of its own beside words of a page; it says nothing that the words do not."""
    drawn = "".join(swatch(kind))
    return f'<svg class="key" viewBox="0 0 {SWATCH_W} {SWATCH_H}" aria-hidden="true" focusable="false">{drawn}</svg>'


def rows(keys: list[Key], width: float, top: float) -> tuple[list[str], float]:
    """The legend in a drawing, centred, on as many rows as it takes; with the height that it used."""
    lines: list[list[tuple[Key, list[str], float]]] = [[]]
    used = 0.0
    for key in keys:
        words = wrapped(key.words, width - SWATCH_W - 6, 2)
        need = SWATCH_W + 6 + max(room(w) for w in words)
        if lines[-1] and used + _GAP + need > width:
            lines.append([])
            used = 0.0
        used += need + (_GAP if lines[-1] else 0)
        lines[-1].append((key, words, need))
    parts: list[str] = []
    y = top
    for entries in lines:
        x = (width - sum(e[2] for e in entries) - _GAP * (len(entries) - 1)) / 2
        for key, words, need in entries:
            parts += swatch(key.kind, x, y + 2)
            parts += [text(x + SWATCH_W + 6, y + SIZE + _PITCH * at, w) for at, w in enumerate(words)]
            x += need + _GAP
        y += _PITCH * max((len(e[1]) for e in entries), default=0)
    return parts, y - top
