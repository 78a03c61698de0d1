"""How values look on a page: times, figures, kinds, levels. Template filters."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask

from api import context
from api.shapes import Released
from monitor.alerts.types import LEVEL_MARKS, LEVEL_NAMES
from monitor.coverage.places import place
from monitor.disclosure import THRESHOLD, ReleasedCount
from monitor.model import CHINA
from monitor.ops import reasons
from monitor.signals.figures import Volume

KINDS = {"news": "新闻", "official": "政务发布", "board": "留言", "post": "公开帖文", "hotlist": "热榜"}
POLARITIES = {"negative": "负面", "neutral": "中性", "positive": "正面"}
RUN_STATES = {"ok": "正常", "partial": "部分完成", "failed": "失败", "refused": "对方不允许采集"}
# Characters that reorder the text around them; a title with one could look like another title.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def install(flask: Flask) -> None:
    flask.jinja_env.filters.update(
        moment=moment, negative=negative, day=day, hours=hours, figure=figure, percent=percent, change=change,
        compared=compared, kind=kind, plain=plain, moment_s=moment_s, unquoted=unquoted,
        polarity=lambda value: POLARITIES[str(value)], run_state=lambda value: RUN_STATES.get(str(value), "未运行"),
        iso_moment=lambda value: moment(datetime.fromisoformat(value)), reason=reasons.chinese,
        web_link=web_link, lasted=lasted, place=place, told=told,
        level_mark=lambda level: LEVEL_MARKS[level], level_name=lambda level: LEVEL_NAMES[level],
    )  # fmt: skip


def moment(value: datetime | None) -> str:
    """11月22日 08:30, with the year where it is another one; China time."""
    if value is None:
        return "—"
    local = value.astimezone(CHINA)
    return f"{day(local.date())} {local:%H:%M}"


def told(value: datetime) -> str:
    """The same of what a page told: the day alone where it named no time (midnight to the second)."""
    local = value.astimezone(CHINA)
    return day(local.date()) if local.time() == time() else moment(value)


def moment_s(value: datetime) -> str:
    """The same with seconds, for records of what was done."""
    return f"{moment(value)}:{value:%S}"


def unquoted(value: str) -> str:
    """An address with its Chinese words readable."""
    return plain(unquote(value))


def day(value: date) -> str:
    year = f"{value.year}年" if value.year != context.now().astimezone(CHINA).year else ""
    return f"{year}{value.month}月{value.day}日"


def hours(value: float) -> str:
    """3小时, 2天5小时."""
    whole = round(value)
    if whole < 1:
        return "不到1小时"
    if whole < 48:
        return f"{whole}小时"
    return f"{whole // 24}天" + (f"{whole % 24}小时" if whole % 24 else "")


def lasted(seconds: float) -> str:
    """不到1分钟, 18分钟, 2小时5分, 3天."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{round(seconds)}秒" if seconds >= 1 else "不到1秒"
    if minutes < 120:
        return f"{minutes}分钟"
    if minutes < 2880:
        return f"{minutes // 60}小时" + (f"{minutes % 60}分" if minutes % 60 else "")
    return f"{minutes // 1440}天"


def figure(value: Any) -> str:
    """A figure that may be shown, for tables: 12, 25, <10. ``value`` may be the JSON form of a released count."""
    if isinstance(value, Released | ReleasedCount):
        return value.text
    return str(value["text"]) if isinstance(value, dict) else str(value)


def percent(value: float | None) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"


def change(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value * 100:+.0f}%" if abs(value) >= 0.005 else "持平"


def compared(value: float | None) -> str:
    """较前一时段 +25%, for a tile; what cannot be compared is said."""
    return "较前一时段 " + change(value) if value is not None else "前一时段太少，不作比较"


def negative(volume: Volume) -> str:
    """The negative share of a volume, where there are enough records to speak of a share."""
    total = volume.total if isinstance(volume.total, int) else (volume.total.value or 0)
    share = volume.negative_share
    return f"负面 {percent(share)}" if share is not None and total >= THRESHOLD else "样本不足"


def kind(value: object) -> str:
    return KINDS[str(value)]


def plain(value: str) -> str:
    return _BIDI.sub("", value)


def web_link(value: str) -> str:
    """The address if it is one of the web, else nothing: no ``javascript:`` and no ``data:``."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    return value if parts.scheme in ("http", "https") and parts.netloc else ""
