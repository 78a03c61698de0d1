"""Drawings as PNG for formats that cannot carry SVG: the same drawing, in print colours, with its legend within.

Needs a font with Chinese letters on the machine; :mod:`monitor.briefs.fonts` tells whether there is one.
"""

from __future__ import annotations

from monitor.briefs import charts
from monitor.briefs.types import Drawing

SCALE = 4
"""Pixels a unit of the drawing: 560 units on 156 mm are then 365 dots an inch."""


def png(block: Drawing) -> list[tuple[bytes, float]]:
    """PNG bytes on white, each with its height as a share of its width; the same for the same drawing on one machine.

    More than one where the drawing would not stand on a page.
    """
    from resvg_py import svg_to_bytes

    return [
        (bytes(svg_to_bytes(svg_string=drawn, zoom=SCALE, background="#ffffff")), height / charts.WIDE)
        for drawn, height in charts.printed(block)
    ]
