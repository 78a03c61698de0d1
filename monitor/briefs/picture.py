"""A chart as a PNG for formats that cannot carry SVG with CJK text: the same drawing, in print colours.

Legible in black and white: solid, light with outline, dashed. Needs a font with Chinese letters on the machine; without
one the axis has boxes.
"""

from __future__ import annotations

from monitor.briefs import chart
from monitor.briefs.types import Chart

SCALE = 3
"""Pixels a unit of the drawing: 640 units on 156 mm are then 312 dots an inch."""
_STYLE = (
    "text{font-family:'Noto Sans CJK SC','Source Han Sans SC','WenQuanYi Zen Hei','SimHei',sans-serif;font-size:12px;"
    "fill:#333}.grid{stroke:#ccc;stroke-width:.6}.bar{fill:#d9dde2;stroke:#444;stroke-width:.8}"
    ".today{fill:#333;stroke:#333}.level{stroke:#000;stroke-width:1.2;stroke-dasharray:6 4}"
    ".line{fill:none;stroke:#000;stroke-width:1.6}.dot{fill:#fff;stroke:#000;stroke-width:1.4}"
)


def drawing(block: Chart) -> str:
    """The chart as an SVG document of its own."""
    body = chart.svg(block)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{chart.WIDTH}" height="{chart.HEIGHT}"'
    return body.replace("<svg", head, 1).replace("</title>", f"</title><style>{_STYLE}</style>", 1)


def png(block: Chart) -> bytes:
    """PNG bytes on white, ``SCALE`` pixels a unit; the same for the same chart on one machine."""
    from resvg_py import svg_to_bytes

    return bytes(svg_to_bytes(svg_string=drawing(block), zoom=SCALE, background="#ffffff"))
