"""Parameters that several operations share, as pydantic models that refuse what they do not know."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from api import context
from api.validation import problem_of
from monitor.model import CHINA, day_span, hour_of
from monitor.store import Bucket

MAX_LIMIT = 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# A "+" that was not escaped arrives as a space: 2026-11-22T08:00:00 08:00.
_UNESCAPED_PLUS = re.compile(r"(?<=[:\d]) (?=\d{2}:?\d{2}$)", re.ASCII)


class Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _moment(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("应为一个时刻，如 2026-11-22T08:00:00+08:00")
    try:
        moment = datetime.fromisoformat(_UNESCAPED_PLUS.sub("+", value))
    except ValueError:
        raise ValueError("应为 ISO 8601 时刻，如 2026-11-22T08:00:00+08:00 或 2026-11-22") from None
    if not 2000 <= moment.year <= 2100:
        raise ValueError("年份须在 2000 至 2100 之间")
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _until(value: Any) -> datetime:
    moment = _moment(value)
    return moment + timedelta(days=1) if isinstance(value, str) and _DAY.fullmatch(value) else moment


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("应为日期，如 2026-11-22")
    return _moment(value).date()


def plain(value: str) -> str:
    """White space at the ends goes; characters that no one can see or type are refused."""
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
        raise ValueError("不能含控制字符")
    return value.strip()


def plain_lines(value: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(plain(line) for line in value.replace("\t", " ").splitlines()).strip()


# The schema promises less than is accepted (days 29 to 31, fractions of a second), so that it promises no 31 February.
_DAY_PATTERN = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$"
_MOMENT_SCHEMA = {
    "type": "string",
    "pattern": _DAY_PATTERN[:-1] + r"(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-]0[0-9]:[0-5]0)?)?$",
    "description": "ISO 8601 时刻或日期；不带时区时按北京时间",
}
Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema(_MOMENT_SCHEMA)]
Until = Annotated[
    datetime,
    BeforeValidator(_until),
    WithJsonSchema(_MOMENT_SCHEMA | {"description": "ISO 8601 时刻（不含）；只写日期时含这一整天"}),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY_PATTERN, "description": "日期（北京时间）"}),
]
SearchText = Annotated[str, Field(max_length=100), AfterValidator(plain)]
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="每页条数")]
Cursor = Annotated[
    str, Field(max_length=500, pattern=r"^[!-~]*$", description="上一页给出的 next；其余参数须与上一页相同")
]


def known_topic(value: str) -> str:
    """The name of a configured topic, or nothing."""
    known = [t.name for t in context.settings().topics.topic]
    if value and value not in known:
        raise ValueError(f"没有这个专题；现有专题：{'、'.join(known) or '无'}")
    return value


def _topics(values: Sequence[str]) -> Sequence[str]:
    if "" in values:
        raise ValueError("专题名称不能为空")
    return [known_topic(value) for value in values]


def _sources(values: Sequence[str]) -> Sequence[str]:
    known = [s.id for s in context.settings().sources.source]
    for value in values:
        if value not in known:
            raise ValueError("没有这个信源；现有信源见 /api/v1/sources")
    return values


def _span_days(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value in ("1", "7", "30") else value


SpanDays = Annotated[Literal[1, 7, 30], BeforeValidator(_span_days)]
"""The spans of days that may be asked for where posts are counted (S3)."""
Topics = Annotated[tuple[str, ...], Field(max_length=20, description="专题名称"), AfterValidator(_topics)]
Sources = Annotated[tuple[str, ...], Field(max_length=50, description="信源编号"), AfterValidator(_sources)]


def span_of(
    since: datetime | None, until: datetime | None, bucket: Bucket, *, default: timedelta, longest: timedelta
) -> tuple[datetime, datetime]:
    """The half-open span a chart asks for, both ends moved outward to whole buckets.

    A bucket cut short would differ from the whole one by a few posts and tell them apart (safeguard S3), so part of
    an hour or a day is never counted. Refuses a span that is empty or longer than ``longest``.
    """
    end = until or context.now()
    begin = since or end - default
    if begin >= end:
        raise problem_of({"since": "开始须早于结束（until，默认当前时刻）"})
    if end - begin > longest:
        raise problem_of({"since": f"跨度太长，按{_bucket_name(bucket)}最多 {longest.days} 天"})
    return floor(begin, bucket), ceil(end, bucket)


def floor(moment: datetime, bucket: Bucket) -> datetime:
    return hour_of(moment) if bucket is Bucket.HOUR else day_span(moment.astimezone(CHINA).date())[0]


def ceil(moment: datetime, bucket: Bucket) -> datetime:
    begin = floor(moment, bucket)
    if begin == moment:
        return begin
    return begin + (timedelta(hours=1) if bucket is Bucket.HOUR else timedelta(days=1))


def last_days(days: int) -> tuple[date, date]:
    """The last ``days`` local days, today included."""
    today = context.now().astimezone(CHINA).date()
    return today - timedelta(days=days - 1), today


def _bucket_name(bucket: Bucket) -> str:
    return "小时" if bucket is Bucket.HOUR else "天"
