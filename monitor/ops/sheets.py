"""Tables as CSV and XLSX for spreadsheets. No cell is ever a formula, whatever stands in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from monitor.model import CHINA

Cell = str | int | float | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A cell that begins so is taken for a formula by some spreadsheet (OWASP, CSV injection)."""
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST = 32_767
"""Characters that a spreadsheet's cell holds."""


def moment(value: datetime | None) -> str:
    """2026-11-22 08:30, China Standard Time; empty for None."""
    return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}" if value else ""


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte-order mark, which Excel needs to know it; texts like formulas begin with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet with a fixed header row; every text is stored as text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    for at, name in enumerate(columns):
        sheet.column_dimensions[_letter(at)].width = max(10, min(40, 2 * len(name) + 4))

    def made(value: Cell, *, bold: bool = False) -> Any:
        text = isinstance(value, str)
        cell = WriteOnlyCell(sheet, value=_UNFIT.sub("", value)[:LONGEST] if isinstance(value, str) else value)
        if text:
            cell.data_type = "s"  # or "=1+1" would become a formula
        if bold:
            cell.font = Font(bold=True)
        return cell

    sheet.append([made(name, bold=True) for name in columns])
    for row in rows:
        sheet.append([made(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    text = _UNFIT.sub("", cell)[:LONGEST]
    return f"'{text}" if text.startswith(FORMULA) else text


def _letter(at: int) -> str:
    return chr(65 + at) if at < 26 else f"{chr(64 + at // 26)}{chr(65 + at % 26)}"
