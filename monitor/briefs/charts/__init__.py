"""The pictures of a brief, drawn by ourselves as SVG: no script, no outside resource, the same look on page and paper.

Legible in black and white: what differs in colour differs in shape, hatch, dash or lightness too (:mod:`.palette`).
"""

from __future__ import annotations

from dataclasses import replace

from monitor.briefs.charts import bars, daily, heat, keys, panels, stack
from monitor.briefs.charts.canvas import picture
from monitor.briefs.charts.keys import Key
from monitor.briefs.charts.palette import page_rules, print_rules
from monitor.briefs.types import Bars, Drawing, HeatMap, Panels, Stack

WIDE, NARROW = 560, 350
"""Widths of the drawing on paper and on a phone, in CSS pixels: letters are 12 high in both."""
PAGE = 700
"""Height that a drawing on paper may take: 156 mm of width are 560, so this is 195 mm."""

__all__ = ["NARROW", "WIDE", "entries", "page_rules", "print_rules", "printed", "svg"]


def svg(block: Drawing, width: float = WIDE, kind: str = "") -> str:
    """The SVG element, without its legend. ``kind`` is one more class of it."""
    parts, height = _draw(block, width)
    return picture(width, max(height, 1), block.alt, parts, kind)


def entries(block: Drawing) -> list[Key]:
    """The legend: what each mark means. Bars need none."""
    if isinstance(block, Bars):
        return []
    if isinstance(block, Stack):
        return stack.keys(block)
    if isinstance(block, HeatMap):
        return heat.keys(block)
    return panels.keys(block) if isinstance(block, Panels) else daily.keys(block)


def printed(block: Drawing) -> list[tuple[str, float]]:
    """Documents of their own with the legend within, each with its height at a width of ``WIDE``.

    More than one where the drawing would not stand on a page.
    """
    found = []
    for piece, longest in _pieces(block):
        parts, height = _draw(piece, WIDE, longest)
        legend, more = keys.rows(entries(piece), WIDE, height + 4) if entries(piece) else ([], 0.0)
        high = max(1.0, height + (more + 6 if more else 0))
        element = picture(WIDE, high, block.alt, [f"<style>{print_rules()}</style>", *parts, *legend])
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{high:g}"'
        found.append((element.replace("<svg", head, 1), high))
    return found


def _draw(block: Drawing, width: float, end: float | None = None) -> tuple[list[str], float]:
    """Parts and height; ``end`` is the end of the axis where the block is a piece of a larger one."""
    if isinstance(block, Bars):
        return bars.draw(block, width, end)
    if isinstance(block, Stack):
        return stack.draw(block, width)
    if isinstance(block, HeatMap):
        return heat.draw(block, width)
    if isinstance(block, Panels):
        return panels.draw(block, width, end or panels.axis(block))
    return daily.draw(block, width)


def _pieces(block: Drawing) -> list[tuple[Drawing, float | None]]:
    """The block, or blocks that each stand on a page; bars and panels keep one scale."""
    high = PAGE - 10 - keys.rows(entries(block), WIDE, 0)[1]
    if isinstance(block, Bars):
        end = bars.highest(block)
        return [(replace(block, bars=run), end) for run in bars.pieces(block, WIDE, high)] or [(block, None)]
    if isinstance(block, Stack):
        return [(replace(block, rows=run), None) for run in stack.pieces(block, WIDE, high)] or [(block, None)]
    if isinstance(block, Panels):
        axis = panels.axis(block)
        return [(replace(block, charts=run), axis) for run in panels.pieces(block, WIDE, high)] or [(block, None)]
    return [(block, None)]
