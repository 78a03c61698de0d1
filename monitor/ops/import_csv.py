"""Text tables (CSV, TSV and their kin): lines put together into rows, so that one broken row costs that row only.

The quotes decide which lines belong together (RFC 4180). A quote that is never closed would swallow everything after
it; so a row that runs on for too long, or comes out with another number of fields, is given up at its first line and
reading goes on at its second.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor.errors import ImportRefused
from monitor.ops.import_types import HEADER_ROWS, MAX_LINE, Opened, Position, Row, header

_DELIMITERS = ",\t;|，"
_TICK = 200
_MAX_LINES = 400
"""Lines of one row: what a resident wrote may have many, but not without end."""
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_TORN = "列数多于表头（文字里的分隔符未加引号？）"
_UNCLOSED = "引号不成对"


def open_csv(path: Path, encoding: str, wanted: frozenset[str]) -> Opened:
    """Recognises delimiter and header. Raises ``ImportRefused`` for a file without one."""
    csv.field_size_limit(MAX_LINE)
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as lines:
        top = [lines.readline(MAX_LINE) for _ in range(HEADER_ROWS)]
    delimiter = _delimiter(top, wanted)
    position = Position(0, os.path.getsize(path))
    records = [values for _, _, values in _records(iter(top), delimiter, 0)]
    found = header(records, wanted)
    rows = _rows(text_lines(path, encoding, position), delimiter, found.last, found.names)
    return Opened("CSV", encoding, found.names, rows, position)


def text_lines(path: Path, encoding: str, position: Position) -> Iterator[str]:
    """Physical lines with their ends; a line beyond ``MAX_LINE`` characters refuses the file."""
    position.total = os.path.getsize(path)
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as lines:
        number = 0
        while line := lines.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
                raise ImportRefused(f"第 {number} 行超过一千万字", "检查文件是否损坏或引号是否不配对")
            if number % _TICK == 0:
                position.done = raw.tell()
            yield line
    position.done = position.total


def _delimiter(lines: Sequence[str], wanted: frozenset[str]) -> str:
    """The delimiter that finds most wanted columns in a row; of several, the one by which most rows have one width.

    Never by the longest row: a letter has more commas than a table has columns. A comma if none parts any.
    """

    def merit(delimiter: str) -> tuple[int, int, int]:
        rows = [values for _, _, values in _records(iter(lines), delimiter, 0) if any(v.strip() for v in values)]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, alike = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
        return header(rows, wanted).found if rows else 0, alike, width

    return max(_DELIMITERS, key=merit)


def _rows(lines: Iterator[str], delimiter: str, last: int, columns: Sequence[str]) -> Iterator[Row]:
    for index, (number, unclosed, values) in enumerate(_records(lines, delimiter, len(columns), last + 1)):
        if index <= last or not (unclosed or any(value.strip() for value in values)):
            continue
        problem = unclosed or (_TORN if any(value.strip() for value in values[len(columns) :]) else "")
        cells = {} if problem else {name: value for name, value in zip(columns, values, strict=False) if name}
        yield Row(number, cells, problem)


def _records(
    lines: Iterator[str], delimiter: str, width: int, before: int = 0
) -> Iterator[tuple[int, str, list[str]]]:  # fmt: skip
    """First line, problem and values of each row. ``width``: fields that a row of several lines must have (0: any);
    the first ``before`` rows are the header's and may have any number."""
    waiting: deque[str] = deque()
    number, count = 0, 0
    while True:
        taken, whole = _together(waiting, lines, delimiter)
        if not taken:
            return
        number += 1
        values = next(csv.reader(["".join(taken)], delimiter=delimiter), []) if whole else []
        if len(taken) > 1 and not (whole and (count < before or not width or len(values) == width)):
            # Not one row of several lines but a stray quote: the lines after the first are read for themselves.
            waiting.extendleft(reversed(taken[1:]))
            yield number, _UNCLOSED, []
        else:
            yield number, "" if whole else _UNCLOSED, values
            number += len(taken) - 1
        count += 1


def _together(waiting: deque[str], lines: Iterator[str], delimiter: str) -> tuple[list[str], bool]:
    """The lines of the next row, and whether its quotes are closed."""
    taken: list[str] = []
    inside = False
    while len(taken) < _MAX_LINES:
        line = waiting.popleft() if waiting else next(lines, "")
        if not line:
            break
        taken.append(line)
        inside = _inside(line, delimiter, inside)
        if not inside:
            return taken, True
    return taken, False


def _inside(line: str, delimiter: str, inside: bool) -> bool:
    """Whether a quoted field is open at the end of ``line``, given that one was at its beginning."""
    if '"' not in line:
        return inside
    # A field that is open goes on as if its quote stood here.
    text, at = ('"' + line, 0) if inside else (line, 0)
    while True:
        if text.startswith('"', at):
            closed = _QUOTED.match(text, at)
            if closed is None:
                return True
            at = closed.end()
        following = text.find(delimiter, at)
        if following < 0:
            return False
        at = following + 1
