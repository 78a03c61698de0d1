"""An XLSX file written as a stream (ECMA-376, one worksheet, texts in line): nothing is held but the row at hand.

Numbers are numbers, times are times of China, shares are percentages; every text is stored as a text and formatted as
one, so that it stays a text when somebody edits its cell. There are no document properties: the file names nobody.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, Any, cast
from xml.sax.saxutils import escape

from monitor.model import CHINA
from monitor.ops.sheets import Cell, Percent, fitting

_HEADER, _TEXT, _TIME, _PERCENT = 1, 2, 3, 4
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_MADE = (1980, 1, 1, 0, 0, 0)
_PORTION = 64 * 1024
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}">'
        '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
        '<numFmt numFmtId="165" formatCode="0.0%"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font>'
        '<font><b/><sz val="11"/><name val="宋体"/></font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF6"/></patternFill></fill></fills>'
        "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}  # fmt: skip


class _Pipe(io.RawIOBase):
    """Takes what a zip file writes and gives it away; it can only go forward."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        # A compressor mostly gives nothing yet.
        if part := bytes(data):
            self._parts.append(part)
            self.waiting += len(part)
        return len(part)

    def taken(self) -> bytes:
        parts, self._parts, self.waiting = self._parts, [], 0
        return b"".join(parts)


def xlsx_stream(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A workbook of one sheet, its header row bold and frozen. In pieces of some 64 KB."""
    pipe = _Pipe()
    with zipfile.ZipFile(cast("IO[bytes]", pipe), "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in (*_PARTS.items(), ("xl/workbook.xml", _workbook(title))):
            book.writestr(zipfile.ZipInfo(name, _MADE), _HEAD + text, zipfile.ZIP_DEFLATED)
        info = zipfile.ZipInfo("xl/worksheets/sheet1.xml", _MADE)
        info.compress_type = zipfile.ZIP_DEFLATED
        with book.open(info, "w", force_zip64=True) as sheet:
            sheet.write(_begin(columns).encode())
            for number, row in enumerate(rows, 2):
                sheet.write(_row(number, row).encode())
                if pipe.waiting >= _PORTION:
                    yield pipe.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield pipe.taken()


def _workbook(title: str) -> str:
    name = escape(re.sub(r"[\[\]:*?/\\]", " ", fitting(title))[:31].strip("' ") or "表", {'"': "&quot;"})
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>"
    )


def _begin(columns: Sequence[str]) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{max(10, min(40, 2 * len(name) + 4))}" customWidth="1"/>'
        for n, name in enumerate(columns, 1)
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols>{widths}</cols><sheetData><row r="1">{"".join(_text(name, _HEADER) for name in columns)}</row>'
    )


def _row(number: int, row: Sequence[Cell]) -> str:
    return f'<row r="{number}">{"".join(map(_cell, row))}</row>'


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        return _text(value, _TEXT)
    if isinstance(value, datetime):
        local = value.astimezone(CHINA).replace(tzinfo=UTC, second=0, microsecond=0)
        return f'<c s="{_TIME}"><v>{(local - _DAY_ZERO).total_seconds() / 86_400!r}</v></c>'
    if isinstance(value, Percent):
        return f'<c s="{_PERCENT}"><v>{value.value!r}</v></c>'
    return f"<c><v>{value!r}</v></c>"


def _text(value: str, style: int) -> str:
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(fitting(value))}</t></is></c>'
