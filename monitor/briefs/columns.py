"""How wide the columns of a printed table are: by what they hold, within bounds."""

from __future__ import annotations

import unicodedata

from monitor.briefs.types import Table, words

NARROW, WIDE = 3.0, 24.0
"""Fewest and most characters by which a column's share of the width is reckoned."""
PAD = 1.5
_HEADING = 5
"""A line of a heading up to this long is not broken."""
_ONE_LINE = 10
"""A cell up to this long should stand on one line: the length of 区住房和城乡建设局."""


def shares(block: Table) -> list[float]:
    """The share of the whole width of each column, summing to 1. A heading may take two lines, a short cell may not."""
    found = []
    for at, name in enumerate(block.columns):
        cells = [_width(words(row[at])) for row in block.rows]
        short = max((w for w in cells if w <= _ONE_LINE), default=0.0)
        longest = max(cells, default=0.0)
        wanted = max(short, _ONE_LINE + (longest - _ONE_LINE) * 0.6) if longest > _ONE_LINE else short
        heading = max(_width(line) for line in lines(name))
        found.append(min(max(wanted, heading if heading <= _HEADING else heading / 2, NARROW), WIDE) + PAD)
    return [w / sum(found) for w in found]


def lines(name: str) -> list[str]:
    """A column's heading as its lines: what stands in brackets goes below."""
    front, bracket, rest = name.partition("（")
    return [front, bracket + rest] if front and bracket and _width(name) > _HEADING else [name]


def _width(text: str) -> float:
    """Characters, Latin ones by half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.55 for c in text)
