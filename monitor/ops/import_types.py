"""What every reader of an import file gives: its columns, and its rows one after the other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.errors import ImportRefused

Cells = Mapping[str, Any]

HEADER_ROWS = 10
"""The header is looked for within this many rows: hotline exports put a title above it."""
MAX_LINE = 10_000_000
"""Characters of one line of a text file; a longer one is a damaged file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``number`` is the line or sheet row as the person sees it; ``problem`` is set if it cannot be read."""

    number: int
    cells: Cells
    problem: str = ""


@dataclass(slots=True)
class Position:
    """How far a file has been read, in its own unit (bytes, or rows of a sheet); ``total`` is 0 where not known."""

    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A recognised file: ``columns`` as they stand in the header (JSON Lines: those of its first objects).

    ``sheet`` is the worksheet that is read and ``others`` those of the workbook that are not.
    """

    format: str
    encoding: str
    columns: tuple[str, ...]
    rows: Iterator[Row]
    position: Position = field(default_factory=Position)
    sheet: str = ""
    others: tuple[str, ...] = ()


def normal(name: object) -> str:
    """A column name as it is compared: full-width and upper-case forms folded, white space and outer signs gone."""
    folded = "".join(unicodedata.normalize("NFKC", str(name or "")).casefold().split())
    return folded.strip("\ufeff").strip("*:_")


@dataclass(frozen=True, slots=True)
class Header:
    """Which rows (from 0) a header takes, and the names in it; a column without a name has an empty one."""

    last: int
    names: tuple[str, ...]
    found: int


def header(rows: Sequence[Sequence[object]], wanted: frozenset[str]) -> Header:
    """The header among the first rows: the one with most wanted columns, else the first that is not empty.

    A header of two rows (groups above, merged downwards) counts as one if it has more of them than either row alone.
    Raises ``ImportRefused`` where nothing is written.
    """
    best: Header | None = None
    for index, row in enumerate(rows):
        below = rows[index + 1] if index + 1 < len(rows) else ()
        for last, names in ((index, _names(row)), (index + 1, _two(row, below))):
            found = len({normal(name) for name in names} & wanted)
            if any(names) and (best is None or found > best.found):
                best = Header(last, names, found)
    if best is None:
        raise ImportRefused("文件里没有表头", "第一行应为列名")
    return best


def _names(row: Sequence[object]) -> tuple[str, ...]:
    return tuple(re.sub(r"\s*\n\s*", "", str(v)).strip().strip("\ufeff") if v is not None else "" for v in row)


def _two(upper: Sequence[object], lower: Sequence[object]) -> tuple[str, ...]:
    """The lower name of each column, and the upper one where it is merged down to it."""
    above, under = _names(upper), _names(lower)
    if not any(under):
        return ()
    width = max(len(above), len(under))
    pairs = zip(above + ("",) * (width - len(above)), under + ("",) * (width - len(under)), strict=True)
    return tuple(low or up for up, low in pairs)
