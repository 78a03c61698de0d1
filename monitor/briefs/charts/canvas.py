"""What every chart draws with: SVG elements as text, and how much room words take.

Units are CSS pixels of the drawing. A hatch is drawn as lines and not as an SVG pattern: patterns need ids, which
collide where several drawings share a page, and not every reader of SVG has them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

SIZE = 12
"""Height of the letters."""
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What XML cannot hold, and marks that would turn the direction of what follows."""


def escaped(words: str) -> str:
    """Words as they may stand in an element or an attribute."""
    fit = " ".join(_UNFIT.sub("", words).split())
    return fit.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def n(value: float) -> str:
    """A coordinate: one decimal, none where it is whole."""
    return f"{value:.1f}".removesuffix(".0")


def text(x: float, y: float, words: str, kind: str = "c-text", anchor: str = "start") -> str:
    """Words whose base line is at ``y``; ``anchor`` is start, middle or end."""
    return f'<text class="{kind}" x="{n(x)}" y="{n(y)}" text-anchor="{anchor}">{escaped(words)}</text>'


def rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{n(x)}" y="{n(y)}" width="{n(max(0.0, width))}" height="{n(max(0.0, height))}"/>'


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}"/>'


def path(kind: str, commands: str) -> str:
    return f'<path class="{kind}" d="{commands}"/>' if commands else ""


def hatch(x: float, y: float, width: float, height: float, step: float, way: str) -> str:
    """Path commands of parallel lines within a rectangle, ``step`` apart: ``way`` is /, \\, | or -."""
    return "".join(f"M{n(a)} {n(b)}L{n(c)} {n(d)}" for a, b, c, d in _strokes(x, y, width, height, step, way))


def _strokes(
    x: float, y: float, width: float, height: float, step: float, way: str
) -> Iterator[tuple[float, float, float, float]]:
    right, bottom = x + width, y + height
    if way == "-":
        at = y + step / 2
        while at < bottom:
            yield x, at, right, at
            at += step
        return
    if way == "|":
        at = x + step / 2
        while at < right:
            yield at, y, at, bottom
            at += step
        return
    # Lines x + y = c (/) or x - y = c (\); counted from 0, so that neighbouring rectangles continue each other.
    low, high = (x + y, right + bottom) if way == "/" else (x - bottom, right - y)
    c = (low // step + 1) * step
    while c < high:
        if way == "/":
            yield max(x, c - bottom), min(bottom, c - x), min(right, c - y), max(y, c - right)
        else:
            yield max(x, c + y), max(y, x - c), min(right, c + bottom), min(bottom, right - c)
        c += step


def room(words: str, size: float = SIZE) -> float:
    """About how wide words are, never less than they turn out: full-width characters 1 em, capitals .72, others .6."""
    ems = 0.0
    for c in words:
        if unicodedata.combining(c) or unicodedata.category(c) in ("Cf", "Mn"):
            continue
        ems += _ems(c)
    return ems * size


def _ems(c: str) -> float:
    if unicodedata.east_asian_width(c) in "WFA":
        return 1.0
    return 0.92 if c in "%MWmw@" else 0.72 if c.isupper() else 0.6


def fit(words: str, width: float, size: float = SIZE) -> str:
    """Words that take at most ``width``, cut with … where they would take more."""
    if room(words, size) <= width:
        return words
    kept = words
    while kept and room(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(words: str, width: float, lines: int, size: float = SIZE) -> list[str]:
    """Words on at most ``lines`` lines of ``width``; what does not fit is cut with …."""
    found: list[str] = []
    rest = " ".join(words.split())
    while rest and len(found) < lines - 1 and room(rest, size) > width:
        count = len(rest)
        while count > 1 and room(rest[:count], size) > width:
            count -= 1
        found.append(rest[:count])
        rest = rest[count:].lstrip()
    return [*found, fit(rest, width, size)] if rest or not found else found


def picture(width: float, height: float, alt: str, parts: list[str], kind: str = "") -> str:
    """The whole drawing. ``alt`` says in words what it shows; ``kind`` is one more class."""
    name, said = f"chart {kind}".strip(), escaped(alt)
    return (
        f'<svg class="{name}" viewBox="0 0 {n(width)} {n(height)}" role="img" aria-label="{said}">'
        f"<title>{said}</title>{''.join(parts)}</svg>"
    )
