"""How wide the columns of a printed table are: by what they hold, within the width of the page."""

from __future__ import annotations

import unicodedata

from monitor.briefs.types import Figure, Mark, Parts, Table, words

ROOM = 42.0
"""Characters of a table's size (五号) on the whole width."""
PAD = 0.9
"""What the cell's margins and lines take, in characters."""
_LEAST, _MOST = 2.0, 24.0
_HEADING = 5
"""A line of a heading up to this long is not broken."""
_SHORT = 5
"""Words up to this long are not broken: 11月22日, 未分派."""
_MANY = 6
"""Columns from which every heading is kept narrow."""
_ONE_LINE = 10
"""A cell up to this long should stand on one line: the length of 区住房和城乡建设局."""


def shares(block: Table) -> list[float]:
    """The share of the whole width of each column, summing to 1.

    Every column first gets what it cannot do without (a line of its heading, a number); what is left goes to those
    that want more, in proportion.
    """
    least, wanted = [], []
    for at, heads in enumerate(headings(block)):
        heading = max(_width(line) for line in heads)
        low = max(heading if heading <= _HEADING else heading / 2, _LEAST)
        low = max([low, *(_unbroken(row[at]) for row in block.rows)]) + PAD
        least.append(low)
        wanted.append(max(low, min(_wish([_width(_shown(row[at])) for row in block.rows]), _MOST) + PAD))
    spare = ROOM - sum(least)
    asked = sum(w - low for w, low in zip(wanted, least, strict=True))
    if spare <= 0 or not asked:
        return [w / sum(least) for w in least]
    given = [low + (w - low) * min(1.0, spare / asked) for w, low in zip(wanted, least, strict=True)]
    return [w / sum(given) for w in given]


def headings(block: Table) -> list[list[str]]:
    """The columns' headings as their lines: what stands in brackets goes below where there are many columns."""
    return [_lines(name, _HEADING if len(block.columns) < _MANY else 0) for name in block.columns]


def _lines(name: str, most: float) -> list[str]:
    front, bracket, rest = name.partition("（")
    return [front, bracket + rest] if front and bracket and _width(name) > most else [name]


def _wish(cells: list[float]) -> float:
    """The width at which short cells stand on one line and the longest takes about two."""
    short = max((w for w in cells if w <= _ONE_LINE), default=0.0)
    longest = max(cells, default=0.0)
    return max(short, _ONE_LINE + (longest - _ONE_LINE) * 0.6) if longest > _ONE_LINE else short


def _unbroken(cell: Parts) -> float:
    """The width of what must not be broken: a number, words with their mark, a date, as far as these are short."""
    wide = _width(_shown(cell))
    if cell and isinstance(cell[-1], Figure | Mark):
        return wide if wide <= _ONE_LINE else 0.0
    return wide if len(cell) == 1 and isinstance(cell[0], str) and wide <= _SHORT else 0.0


def _shown(parts: Parts) -> str:
    """A cell as it is printed, marks in brackets."""
    return "".join(f"〔{part.text}〕" if isinstance(part, Mark) else words((part,)) for part in parts)


def _width(text: str) -> float:
    """Characters; Latin ones by a little more than half, as some word processors put room beside them."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.62 for c in text)
