"""Tables as CSV and XLSX for spreadsheets, row by row: a table of any length takes the same memory.

No cell is ever a formula, whatever stands in it, and no file says who made it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import CHINA


@dataclass(frozen=True, slots=True)
class Percent:
    """A share from 0 to 1, shown with one decimal."""

    value: float


Cell = str | int | float | datetime | Percent | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is taken for a formula by some spreadsheet (OWASP, CSV injection)."""
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold."""
LONGEST = 32_767
"""Characters (UTF-16 units) that a spreadsheet's cell holds."""
_PORTION = 64 * 1024


def csv_stream(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """RFC 4180 in UTF-8 with a byte-order mark, which Excel needs to know it; texts like formulas begin with an
    apostrophe. In pieces of some 64 KB."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow([_safe(name) for name in columns])
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
        if out.tell() >= _PORTION:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def fitting(text: str) -> str:
    """A text that a cell can hold."""
    text = UNFIT.sub("", text)
    if len(text) * 2 <= LONGEST:
        return text
    return text.encode("utf-16-le")[: LONGEST * 2].decode("utf-16-le", "ignore")


def moment_text(value: datetime) -> str:
    """2026-11-22 08:30, China Standard Time."""
    return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _safe(cell: Cell) -> str | int | float | None:
    if isinstance(cell, datetime):
        return moment_text(cell)
    if isinstance(cell, Percent):
        return f"{cell.value * 100:.1f}%"
    if not isinstance(cell, str):
        return cell
    text = fitting(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
