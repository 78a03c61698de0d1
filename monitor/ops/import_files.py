"""Opens an import file: format, encoding and delimiter found, rows streamed as ``{column: value}``.

Values are str, numbers, dates (XLSX) or None. Nothing is ever executed: a formula cell of an XLSX gives the value that
was cached when the file was saved, and a text that begins with ``=``, ``+``, ``-`` or ``@`` is a text.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from monitor.errors import ImportRefused

Cells = Mapping[str, Any]
Progress = Callable[[int, int], None]
"""Told now and then: bytes (or sheet rows) done, and their whole number (0: not known)."""

HEADER_ROWS = 10
"""The header is looked for within this many rows: hotline exports put a title above it."""
MAX_LINE = 10_000_000
MAX_UNPACKED = 2_000_000_000
_CHUNK = 1 << 20
_DELIMITERS = ",\t;|，"
_TICK = 200
_DAMAGED = (zipfile.BadZipFile, zlib.error, ParseError, KeyError, IndexError, ValueError, OSError, EOFError)
"""What openpyxl and its parts raise on a damaged workbook."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``number`` is the line or sheet row as the person sees it; ``problem`` is set if it cannot be read."""

    number: int
    cells: Cells
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A recognised file: ``columns`` as they stand in the header (JSON Lines: those of the first object)."""

    format: str
    encoding: str
    columns: tuple[str, ...]
    rows: Iterator[Row]


def normal(name: object) -> str:
    """A column name as it is compared: full-width and upper-case forms folded, white space gone."""
    return "".join(unicodedata.normalize("NFKC", str(name or "")).casefold().split()).strip("\ufeff")


def open_rows(path: Path, wanted: Sequence[str], progress: Progress) -> Opened:
    """Recognises ``path`` and opens it; ``wanted`` are the normalised columns by which the header row is recognised.

    Raises ``ImportRefused`` for a file that is absent, empty, of an unknown kind or in no known encoding.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise ImportRefused(f"读不到文件 {path.name}：{error.strerror}", "检查路径和权限") from error
    if not head.strip():
        raise ImportRefused(f"文件 {path.name} 是空的", "请确认导出是否成功")
    if head.startswith(b"PK\x03\x04"):
        return _xlsx(path, wanted, progress)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportRefused(
            f"{path.name} 是旧版 .xls 或加了密码的工作簿", "在 Excel 或 WPS 中取消密码，另存为 .xlsx 或 CSV 后再导入"
        )
    if head.startswith((b"%PDF", b"\x1f\x8b", b"Rar!", b"\x89PNG")):
        raise ImportRefused(f"{path.name} 不是表格文件", "支持 CSV、XLSX、JSON Lines；压缩包请先解开")
    encoding = detect(path)
    first = codecs.decode(head, encoding, "ignore").lstrip("\ufeff \t\r\n")
    if first.startswith("{"):
        return _jsonl(path, encoding, progress)
    if first.startswith("[") and path.suffix.lower() in (".json", ".jsonl", ".ndjson"):
        raise ImportRefused(f"{path.name} 是 JSON 数组", "请改为 JSON Lines：每行一个对象，不要外层方括号")
    return _csv(path, encoding, wanted, progress)


def detect(path: Path) -> str:
    """The encoding: by its mark, else the first of UTF-8, UTF-16 (zero bytes) and GB18030 (which contains GBK)."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return _checked(path, "utf-8-sig")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(path, "utf-16")
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even or odd:
        return _checked(path, "utf-16-le" if odd > even else "utf-16-be")
    for encoding in ("utf-8", "gb18030"):
        if _first_bad_line(path, encoding) is None:
            return encoding
    lines = {encoding: _first_bad_line(path, encoding) for encoding in ("utf-8", "gb18030")}
    line = max(n or 0 for n in lines.values())
    raise ImportRefused(
        f"{path.name} 的编码认不出：既不是 UTF-8 也不是 GBK/GB18030，约在第 {line} 行开始出错",
        "用 Excel、WPS 或记事本打开后另存为 UTF-8 的 CSV",
    )


def _checked(path: Path, encoding: str) -> str:
    line = _first_bad_line(path, encoding)
    if line is None:
        return encoding
    raise ImportRefused(
        f"{path.name} 自称 {encoding.upper()}，但约在第 {line} 行不是该编码", "用记事本打开后另存为 UTF-8 再导入"
    )


def _first_bad_line(path: Path, encoding: str) -> int | None:
    """The line of the first byte that is not ``encoding``, or None; reads in pieces, whatever the size."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return line + bytes(error.object[: error.start]).count(b"\n")
            line += text.count("\n")
            if not chunk:
                return None


def _text(path: Path, encoding: str, progress: Progress) -> Iterator[str]:
    """Physical lines with their ends; a line beyond ``MAX_LINE`` characters refuses the file."""
    total = os.path.getsize(path)
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as lines:
        number = 0
        while line := lines.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
                raise ImportRefused(f"第 {number} 行超过一千万字", "检查文件是否损坏或引号是否不配对")
            if number % _TICK == 0:
                progress(raw.tell(), total)
            yield line
    progress(total, total)


def _jsonl(path: Path, encoding: str, progress: Progress) -> Opened:
    columns: tuple[str, ...] = ()
    for row in _objects(path, encoding, lambda done, total: None):
        if row.cells:
            columns = tuple(str(name) for name in row.cells)
            break
    return Opened("JSON Lines", encoding, columns, _objects(path, encoding, progress))


def _objects(path: Path, encoding: str, progress: Progress) -> Iterator[Row]:
    for number, line in enumerate(_text(path, encoding, progress), start=1):
        bare = line.strip().lstrip("\ufeff")
        if not bare:
            continue
        try:
            value = json.loads(bare)
        except (ValueError, RecursionError):
            yield Row(number, {}, "不是正确的 JSON")
            continue
        yield Row(number, value) if isinstance(value, dict) else Row(number, {}, "不是 JSON 对象")


def _csv(path: Path, encoding: str, wanted: Sequence[str], progress: Progress) -> Opened:
    csv.field_size_limit(MAX_LINE)
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as lines:
        top = [lines.readline(MAX_LINE) for _ in range(HEADER_ROWS)]
    delimiter = _delimiter(top)
    at, columns = _header(list(csv.reader(top, delimiter=delimiter)), wanted)
    return Opened("CSV", encoding, columns, _csv_rows(path, encoding, delimiter, at, columns, progress))


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter that parts the fullest of the first lines into most fields; a comma if none parts any."""
    text = [line for line in lines if line.strip()]
    return max(_DELIMITERS, key=lambda d: max((len(row) for row in csv.reader(text, delimiter=d)), default=0))


def _csv_rows(
    path: Path, encoding: str, delimiter: str, at: int, columns: Sequence[str], progress: Progress
) -> Iterator[Row]:
    reader = csv.reader(_text(path, encoding, progress), delimiter=delimiter)
    start = 0
    try:
        for index, values in enumerate(reader):
            start, number = reader.line_num, start + 1
            if index <= at or not any(value.strip() for value in values):
                continue
            if len(values) > len(columns) and any(value.strip() for value in values[len(columns) :]):
                yield Row(number, {}, "列数多于表头（文字里的分隔符未加引号？）")
                continue
            yield Row(number, dict(zip(columns, values, strict=False)))
    except csv.Error as error:
        raise ImportRefused(f"第 {start + 1} 行起不是正确的 CSV", "检查引号是否成对，或另存为 XLSX 再导入") from error


def _xlsx(path: Path, wanted: Sequence[str], progress: Progress) -> Opened:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise ImportRefused(f"{path.name} 解开后超过 2 GB", "请分成几个文件导入")
        # data_only: cached values of formulas, never the formulas; links to other workbooks are not followed.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some exporters write a wrong size, which would cut rows off
        top = [list(values) for values in sheet.iter_rows(max_row=HEADER_ROWS, values_only=True)]
    except (InvalidFileException, *_DAMAGED) as error:
        raise _damaged(path) from error
    at, columns = _header(top, wanted)
    return Opened("XLSX", "", columns, _sheet_rows(path, book, sheet, at, columns, progress))


def _damaged(path: Path) -> ImportRefused:
    return ImportRefused(f"{path.name} 不是完好的 XLSX 工作簿", "用 Excel 或 WPS 打开后另存为 .xlsx 再导入")


def _sheet_rows(
    path: Path, book: Any, sheet: Any, at: int, columns: Sequence[str], progress: Progress
) -> Iterator[Row]:
    try:
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number % _TICK == 0:
                progress(number, 0)
            if number <= at + 1 or not any(value not in (None, "") for value in values):
                continue
            yield Row(number, {name: value for name, value in zip(columns, values, strict=False) if name})
    except _DAMAGED as error:
        raise _damaged(path) from error
    finally:
        book.close()


def _header(rows: Sequence[Sequence[object]], wanted: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """Index and names of the header: of the first rows the one with most wanted columns, else the first not empty."""
    best, most = -1, -1
    for index, row in enumerate(rows):
        names = {normal(value) for value in row} - {""}
        found = len(names & set(wanted))
        if names and found > most:
            best, most = index, found
    if best < 0:
        raise ImportRefused("文件里没有表头", "第一行应为列名")
    return best, tuple(str(value).strip().lstrip("\ufeff") if value is not None else "" for value in rows[best])
