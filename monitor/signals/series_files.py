"""Reads a table of counts for ``yuqing detect``: CSV, plain or gzipped, UTF-8 or GBK; errors name the row."""

from __future__ import annotations

import csv
import gzip
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

from monitor.errors import YuqingError
from monitor.model import CHINA
from monitor.signals.rhythm import Rhythm

LONGEST = 2_000_000
"""Rows, gaps included: more is a wrong --every."""
WEEK_ZERO = date(2000, 1, 3)
"""A Monday: the day of week number 0 where a column only counts weeks."""


@dataclass(frozen=True, slots=True)
class Table:
    """An equally spaced series, oldest first. ``labels``: the times as the file writes them (ISO where a row is
    missing); ``counts``: None where the file has no row. ``gaps``: how many rows were missing."""

    labels: list[str]
    times: list[datetime]
    counts: list[float | None]
    gaps: int


def read_table(path: Path, time: str, count: str, rhythm: Rhythm) -> Table:
    """The series of two columns. Rows need not be sorted; missing steps become None.

    Times are ISO 8601, ``2026/11/22 08:00`` or whole numbers that count steps. A time with an offset is brought to
    China Standard Time. Raises ``YuqingError`` on a missing column, a bad time or count, or a time that comes twice.
    """
    rows = list(csv.reader(io.StringIO(_text(path))))
    if not rows:
        raise YuqingError(f"{path} 是空文件", "第一行应为列名，如 time,count")
    header = [name.strip() for name in rows[0]]
    at_time, at_count = _column(path, header, time, "--time"), _column(path, header, count, "--count")
    found: dict[int, tuple[int, str, datetime, float]] = {}
    first: datetime | None = None
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(at_time, at_count):
            raise YuqingError(f"{path} 第{number}行缺少列", f"这一行只有{len(row)}列，应有{len(header)}列")
        label = row[at_time].strip()
        moment = _moment(path, number, label, rhythm)
        first = moment if first is None else first
        step = round((moment - first) / rhythm.step)
        if step in found:
            before = found[step][0]
            raise YuqingError(
                f"{path} 第{number}行与第{before}行的时间重复（{label}）",
                f"按 --every {rhythm.name} 每段时间只能有一行；请先合并，或换一个 --every",
            )
        found[step] = (number, label, moment, _count(path, number, row[at_count]))
    if not found:
        raise YuqingError(f"{path} 只有列名，没有数据")
    return _spaced(path, found, rhythm)


def _spaced(path: Path, found: dict[int, tuple[int, str, datetime, float]], rhythm: Rhythm) -> Table:
    low, high = min(found), max(found)
    if high - low >= LONGEST:
        raise YuqingError(f"{path} 首尾相隔 {high - low} 段", f"--every {rhythm.name} 与数据的间隔不符")
    start = found[low][2]
    table = Table([], [], [], high - low + 1 - len(found))
    for step in range(low, high + 1):
        moment = start + (step - low) * rhythm.step
        _, label, time, value = found.get(step, (0, moment.isoformat(), moment, None))
        table.labels.append(label)
        table.times.append(time)
        table.counts.append(value)
    return table


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if path.suffix == ".gz" or data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except (OSError, EOFError) as error:
        raise YuqingError(f"读不了 {path}：{getattr(error, 'strerror', None) or '文件不完整或已损坏'}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise YuqingError(f"{path} 既不是 UTF-8 也不是 GBK 编码", "请在表格软件中另存为“CSV UTF-8”")


def _column(path: Path, header: Sequence[str], name: str, option: str) -> int:
    if name in header:
        return header.index(name)
    near = get_close_matches(name, header, n=1, cutoff=0.5)
    meant = f"；是不是“{near[0]}”？" if near else ""
    raise YuqingError(f"{path} 没有名为“{name}”的列{meant}", f"用 {option} 写列名；文件里的列：{'、'.join(header)}")


def _moment(path: Path, number: int, text: str, rhythm: Rhythm) -> datetime:
    try:
        if text.lstrip("-").isdigit() and len(text) < 8:
            start = datetime(WEEK_ZERO.year, WEEK_ZERO.month, WEEK_ZERO.day, tzinfo=CHINA)
            return start + int(text) * rhythm.step
        moment = datetime.fromisoformat(text.replace("/", "-") if "/" in text else text)
    except (ValueError, OverflowError):
        try:
            moment = datetime.strptime(text.split(".", maxsplit=1)[0], "%Y/%m/%d %H:%M").replace(tzinfo=CHINA)
        except ValueError:
            raise YuqingError(
                f"{path} 第{number}行的时间“{text[:40]}”看不懂", "应写成 2026-11-22T08:00 或 2026-11-22 这样"
            ) from None
    return moment.astimezone(CHINA) if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _count(path: Path, number: int, text: str) -> float:
    cleaned = text.strip()
    if not cleaned:
        raise YuqingError(f"{path} 第{number}行没有数量", "没有数据的时段请删去整行；确实为零请写 0")
    try:
        value = float(cleaned)
    except ValueError:
        raise YuqingError(f"{path} 第{number}行的数量“{cleaned[:40]}”不是数字") from None
    if not math.isfinite(value) or value < 0:
        raise YuqingError(f"{path} 第{number}行的数量是 {cleaned}", "数量不能为负，也不能是无穷")
    return value
