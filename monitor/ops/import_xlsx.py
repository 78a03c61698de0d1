"""Workbooks: the worksheet with the table, streamed row by row.

Nothing is ever executed: a formula cell gives the value that was cached when the file was saved, links to other
workbooks are not followed.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from monitor.errors import ImportRefused
from monitor.ops.import_types import HEADER_ROWS, Header, Opened, Position, Row, header

MAX_UNPACKED = 2_000_000_000
MAX_SHEETS = 50
_DAMAGED = (zipfile.BadZipFile, zlib.error, ParseError, KeyError, IndexError, ValueError, OSError, EOFError)
"""What openpyxl and its parts raise on a damaged workbook."""
_ROW = re.compile(rb"<(?:\w+:)?row[ >/]")
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
"""What a formula that went wrong shows: no text of anybody's."""
_TICK = 200


def open_xlsx(path: Path, wanted: frozenset[str], sheet_name: str = "") -> Opened:
    """The worksheet named, else the one whose header has most wanted columns (the first of equals).

    Raises ``ImportRefused`` for a damaged workbook, one without that worksheet, and one in which nothing is written.
    """
    book = _book(path)
    try:
        sheets = [s for s in book.worksheets if not sheet_name or s.title == sheet_name][:MAX_SHEETS]
        if not sheets:
            names = "、".join(s.title for s in book.worksheets[:MAX_SHEETS])
            raise ImportRefused(f"{path.name} 里没有工作表“{sheet_name}”", f"有：{names}")
        heads = [(sheet, head) for sheet in sheets if (head := _head(sheet, wanted)) is not None]
        if not heads:
            raise ImportRefused("文件里没有表头", "第一行应为列名")
        sheet, head = max(heads, key=lambda pair: pair[1].found)
        position = Position(0, _row_count(path, sheet))
    except _DAMAGED as error:
        book.close()
        raise _damaged(path) from error
    except ImportRefused:
        book.close()
        raise
    others = tuple(s.title for s, _ in heads if s is not sheet)
    return Opened("XLSX", "", head.names, _rows(path, book, sheet, head, position), position, sheet.title, others)


def _book(path: Path) -> Any:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise ImportRefused(f"{path.name} 解开后超过 2 GB", "请分成几个文件导入")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            # data_only: cached values of formulas, never the formulas.
            return openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, *_DAMAGED) as error:
        raise _damaged(path) from error


def _head(sheet: Any, wanted: frozenset[str]) -> Header | None:
    sheet.reset_dimensions()  # some exporters write a wrong size, which would cut rows off
    top = [list(values) for values in sheet.iter_rows(max_row=HEADER_ROWS, values_only=True)]
    return header(top, wanted) if any(value is not None for row in top for value in row) else None


def _row_count(path: Path, sheet: Any) -> int:
    """Rows written in the sheet, counted in its XML without reading them: the size it claims may be wrong."""
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as part:
        count, rest = 0, b""
        while piece := part.read(1 << 20):
            text = rest + piece
            count += len(_ROW.findall(text))
            rest = _tail(text)
        return count


def _tail(text: bytes) -> bytes:
    """What may be the beginning of a tag that goes on in the next piece."""
    at = text.rfind(b"<")
    return text[at:] if at >= 0 and b">" not in text[at:] and not _ROW.match(text, at) else b""


def _damaged(path: Path) -> ImportRefused:
    return ImportRefused(f"{path.name} 不是完好的 XLSX 工作簿", "用 Excel 或 WPS 打开后另存为 .xlsx 再导入")


def _rows(path: Path, book: Any, sheet: Any, head: Header, position: Position) -> Iterator[Row]:
    try:
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number % _TICK == 0:
                position.done = min(number, position.total)
            if number <= head.last + 1 or not any(value not in (None, "") for value in values):
                continue
            pairs = zip(head.names, values, strict=False)
            yield Row(number, {name: None if value in _ERRORS else value for name, value in pairs if name})
        position.done = position.total
    except _DAMAGED as error:
        raise _damaged(path) from error
    finally:
        book.close()
