"""One row of an import file becomes a Fetched, or a reason why not. Only mapped columns are ever looked at (S1)."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.errors import ImportRefused
from monitor.model import CHINA, Fetched, Kind, Reply
from monitor.ops.import_types import Cells, normal
from monitor.settings.types import ColumnRules, Source

NEEDED = ("text", "time")
_DEFAULTS = ColumnRules()
_EXCEL_ZERO = datetime(1899, 12, 30, tzinfo=CHINA)


class BadRow(StrEnum):
    UNREADABLE = "unreadable"
    TIME_MISSING = "time_missing"
    TIME_UNKNOWN = "time_unknown"
    EMPTY = "empty"
    KEY_MISSING = "key_missing"
    KEY_TWICE = "key_twice"


REASONS: Mapping[BadRow, str] = {
    BadRow.UNREADABLE: "这一行读不出来",
    BadRow.TIME_MISSING: "没有时间",
    BadRow.TIME_UNKNOWN: "时间认不出（可用 2019-02-28 11:25、2019/2/28 11:25:05、Excel 日期）",
    BadRow.EMPTY: "标题和正文都是空的",
    BadRow.KEY_MISSING: "没有编号（已指定编号列）",
    BadRow.KEY_TWICE: "编号与前面的行相同而内容不同（只收前面的）",
}


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which column of the file holds which field; fields that the file does not have are absent."""

    columns: Mapping[str, str]

    def value(self, cells: Cells, field: str) -> Any:
        column = self.columns.get(field)
        return cells.get(column) if column is not None else None


def rules_of(source: Source, overrides: Mapping[str, str]) -> dict[str, str]:
    """Field -> column name: the source's own, changed by ``--column field=name``. Raises on an unknown field."""
    known = list(ColumnRules.model_fields)
    for field in overrides:
        if field not in known:
            raise ImportRefused(f"没有名为“{field}”的字段", f"--column 可写的字段：{'、'.join(known)}")
    return {field: overrides.get(field, getattr(source.columns, field)) for field in known}


def match(rules: Mapping[str, str], present: Sequence[str], chosen: frozenset[str]) -> Mapped:
    """Finds the columns; raises ``ImportRefused`` naming what is there and what is needed.

    Needed are text and time, and every field in ``chosen`` (named by the person rather than by default).
    """
    by_name = {normal(name): name for name in reversed(present) if name}
    columns = {field: by_name[normal(name)] for field, name in rules.items() if name and normal(name) in by_name}
    missing = [field for field in rules if (field in NEEDED or field in chosen) and field not in columns]
    if not missing:
        return Mapped(columns)
    wanted = "、".join(f"{field}（{rules[field]}）" for field in missing)
    example = " ".join(f"--column {field}=列名" for field in missing)
    raise ImportRefused(
        f"缺少列：{wanted}；文件里的列：{'、'.join(told_names(present)) or '无'}",
        f"加 --preview 看建议的对应；用 {example} 指定，或在 sources.toml 该信源的 [source.columns] 中写明",
    )


def chosen_fields(source: Source, overrides: Mapping[str, str]) -> frozenset[str]:
    """Fields whose column someone wrote down: they must be there, a typing error shall not lose a column silently."""
    changed = {f for f in ColumnRules.model_fields if getattr(source.columns, f) != getattr(_DEFAULTS, f)}
    return frozenset(f for f in changed | set(overrides) if overrides.get(f, getattr(source.columns, f)))


def fetched(cells: Cells, mapped: Mapped, source: Source, now: datetime) -> Fetched | BadRow:
    """The row as the intake takes it. A time without an offset is China Standard Time."""
    title, text = (plain(mapped.value(cells, field)) for field in ("title", "text"))
    if not title and not text:
        return BadRow.EMPTY
    raw_time = mapped.value(cells, "time")
    if plain(raw_time) == "":
        return BadRow.TIME_MISSING
    published = moment(raw_time)
    if published is None:
        return BadRow.TIME_UNKNOWN
    url = plain(mapped.value(cells, "url"))
    key = plain(mapped.value(cells, "key"))
    if "key" in mapped.columns and not key:
        return BadRow.KEY_MISSING
    return Fetched(
        source=source.id,
        kind=source.kind,
        key=f"row:{key}" if key else url or _content_key(title, text, published),
        title=title,
        text=text or title,
        fetched_at=now,
        published=published,
        url=url if url.startswith(("http://", "https://")) else "",
        outlet=source.outlet,
        category=plain(mapped.value(cells, "category")) or None,
        reply=_reply(cells, mapped),
        street=plain(mapped.value(cells, "street"))[:40] if source.kind is Kind.BOARD else "",
    )


def _reply(cells: Cells, mapped: Mapped) -> Reply | None:
    text = plain(mapped.value(cells, "reply"))
    if not text:
        return None
    time = moment(mapped.value(cells, "reply_time"))
    return Reply(text, time, plain(mapped.value(cells, "department")) or None)


def _content_key(title: str, text: str, published: datetime) -> str:
    words = "\x1f".join((title, text, published.astimezone(UTC).isoformat()))
    return "content:" + hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def plain(value: object) -> str:
    """A cell as text: whole numbers without ``.0``, dates in ISO form; lists and objects are not text."""
    if value is None or isinstance(value, dict | list | bool):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    # A lone surrogate (JSON "\ud83d") cannot be stored in any encoding.
    return str(value).encode("utf-8", "replace").decode("utf-8").strip()


_SEPARATED = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(上午|下午|AM|PM)?\s*(\d{1,2})\s*[::时點点]\s*(\d{1,2})?\s*分?(?:[::]?\s*(\d{1,2})(?:[.,]\d+)?\s*秒?)?)?"
    r"\s*(AM|PM)?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T\s]?(\d{2}):?(\d{2}):?(\d{2})?)?")


def moment(value: object) -> datetime | None:
    """The time a cell means, aware; None if it means none.

    Reads 2019/2/28 11:25:05, 2019-02-28, 2019年2月28日11时25分, 20190228(112505), ISO 8601 with offset, Excel serial
    days (in numbers or text), Unix seconds and milliseconds.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=CHINA)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=CHINA)
    return _written(value)


def _written(value: object) -> datetime | None:
    text = plain(value).translate(str.maketrans("：／－．０１２３４５６７８９　", ":/-.0123456789 "))
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return _number(text)
    if match_ := _SEPARATED.fullmatch(text):
        return _separated(match_)
    if match_ := _PACKED.fullmatch(text):
        return _made([int(part or 0) for part in match_.groups()])
    return None


def _number(text: str) -> datetime | None:
    digits = len(text.split(".", maxsplit=1)[0])
    if digits in (8, 14) and "." not in text:
        found = _PACKED.fullmatch(text)
        return _made([int(part or 0) for part in found.groups()]) if found else None
    number = float(text)
    if not math.isfinite(number):
        return None
    if digits == 5:
        # A serial carries no more than seconds; rounding takes the binary error of the fraction away.
        return _EXCEL_ZERO + timedelta(seconds=round(number * 86_400))
    if digits in (10, 13):
        return datetime.fromtimestamp(number / (1000 if digits == 13 else 1), UTC)
    return None


def _separated(found: re.Match[str]) -> datetime | None:
    year, month, day, before, hour, minute, second, after, offset = found.groups()
    half = (before or after or "").upper()
    hours = int(hour or 0)
    if half in ("下午", "PM") and hours < 12:
        hours += 12
    if half in ("上午", "AM") and hours == 12:
        hours = 0
    made = _made([int(year), int(month), int(day), hours, int(minute or 0), int(second or 0)])
    if made is None or not offset:
        return made
    return made.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00:00{offset.upper()}").tzinfo)


def _made(parts: Sequence[int]) -> datetime | None:
    year, month, day, hour, minute, second = parts
    extra = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta(0)
    try:
        return datetime(year, month, day, 0 if extra else hour, minute, second, tzinfo=CHINA) + extra
    except ValueError:
        return None


def told_names(present: Sequence[str]) -> list[str]:
    """Column names for a message."""
    return [told_name(name, index) for index, name in enumerate((n for n in present if n), start=1)][:30]


def told_name(name: str, index: int) -> str:
    """A column's name as it may be shown. What looks like a resident's words (a file without header) is not (S2)."""
    harmless = len(name) <= 16 and not re.search(r"\d{4}|[。，！？@]", name)
    return name if harmless else f"〔第{index}列，不像列名〕"
