"""Drawings as PNG for formats that cannot carry SVG: the same drawing, in print colours, with its legend within.

Without a font with Chinese letters on the machine there are no pictures (:mod:`monitor.briefs.fonts`).
"""

from __future__ import annotations

from functools import lru_cache

from monitor.briefs import charts, fonts
from monitor.briefs.types import Drawing

SCALE = 3.4
"""Pixels a unit of the drawing: 560 units on 156 mm are then 310 dots an inch."""


@lru_cache(maxsize=16)
def png(block: Drawing) -> tuple[tuple[bytes, float], ...]:
    """PNG bytes on white, each with its height as a share of its width; the same for the same drawing on one machine.

    More than one where the drawing would not stand on a page; none where the machine has no Chinese font, which is told
    to the log once: a drawing would have boxes for words.
    """
    from resvg_py import svg_to_bytes

    font = fonts.chinese()
    if font is None:
        fonts.log_missing()
        return ()
    family = font.family.split("\n", 1)[0]
    return tuple(
        (
            bytes(svg_to_bytes(svg_string=drawn, zoom=SCALE, background="#ffffff", sans_serif_family=family)),
            height / charts.WIDE,
        )
        for drawn, height in charts.printed(block)
    )
