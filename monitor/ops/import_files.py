"""Opens an import file: format, encoding and delimiter found, rows streamed as ``{column: value}``.

Values are str, numbers, dates (XLSX) or None. Nothing is ever executed, and a text that begins with ``=``, ``+``, ``-``
or ``@`` is a text.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from monitor.errors import ImportRefused
from monitor.ops.import_csv import open_csv, text_lines
from monitor.ops.import_types import Opened, Position, Row
from monitor.ops.import_xlsx import open_xlsx

JSON_LINES = "JSON Lines"
_CHUNK = 1 << 20
_FIRST_OBJECTS = 20
"""Objects of a JSON Lines file whose names are its columns: the first may lack an answer that later ones have."""


def open_rows(path: Path, wanted: frozenset[str], sheet: str = "") -> Opened:
    """Recognises ``path`` and opens it; ``wanted`` are the normalised columns by which the header row is recognised.

    Raises ``ImportRefused`` for a file that is absent, empty, of an unknown kind or in no known encoding.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise ImportRefused(f"读不到文件 {path.name}：{error.strerror}", "检查路径和权限") from error
    if not head.strip(b" \t\r\n\x00"):
        raise ImportRefused(f"文件 {path.name} 是空的", "请确认导出是否成功")
    if head.startswith(b"PK\x03\x04"):
        return open_xlsx(path, wanted, sheet)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportRefused(
            f"{path.name} 是旧版 .xls 或加了密码的工作簿", "在 Excel 或 WPS 中取消密码，另存为 .xlsx 或 CSV 后再导入"
        )
    if head.startswith((b"%PDF", b"\x1f\x8b", b"Rar!", b"\x89PNG", b"7z\xbc\xaf", b"\xff\xd8\xff")):
        raise ImportRefused(f"{path.name} 不是表格文件", "支持 CSV、XLSX、JSON Lines；压缩包请先解开")
    encoding = detect(path)
    first = codecs.decode(head, encoding, "ignore").lstrip("\ufeff \t\r\n")
    if first.lower().startswith(("<html", "<!doctype html", "<table", "<?xml")):
        raise ImportRefused(
            f"{path.name} 是网页（有的系统把网页存成 .xls）", "在 Excel 或 WPS 中打开，另存为 .xlsx 再导入"
        )
    if first.startswith("{"):
        return _jsonl(path, encoding)
    if first.startswith("[") and path.suffix.lower() in (".json", ".jsonl", ".ndjson"):
        raise ImportRefused(f"{path.name} 是 JSON 数组", "请改为 JSON Lines：每行一个对象，不要外层方括号")
    return open_csv(path, encoding, wanted)


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


def _jsonl(path: Path, encoding: str) -> Opened:
    columns: dict[str, None] = {}
    for row in islice(_objects(path, encoding, Position()), _FIRST_OBJECTS):
        columns.update(dict.fromkeys(str(name) for name in row.cells))
    position = Position()
    return Opened(JSON_LINES, encoding, tuple(columns), _objects(path, encoding, position), position)


def _objects(path: Path, encoding: str, position: Position) -> Iterator[Row]:
    for number, line in enumerate(text_lines(path, encoding, position), start=1):
        bare = line.strip().lstrip("\ufeff")
        if not bare:
            continue
        try:
            value = json.loads(bare)
        except (ValueError, RecursionError):
            yield Row(number, {}, "不是正确的 JSON")
            continue
        yield Row(number, value) if isinstance(value, dict) else Row(number, {}, "不是 JSON 对象")
