"""Times as feeds, sitemaps and interfaces write them: RFC 822 and its oddities, ISO 8601, Chinese, epochs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from crawlers.page import dates
from monitor.model import CHINA

SECONDS = (10**8, 10**11)
"""Numbers between are seconds since 1970 (1973 to 5138), larger ones milliseconds."""
_DOTNET = re.compile(r"/Date\((-?\d{9,14})(?:[+-]\d{4})?\)/")
_MONTHS = {
    name: word
    for word, names in zip(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        (("一月", "1月"), ("二月", "2月"), ("三月", "3月"), ("四月", "4月"), ("五月", "5月"), ("六月", "6月"),
         ("七月", "7月"), ("八月", "8月"), ("九月", "9月"), ("十月", "10月"), ("十一月", "11月"), ("十二月", "12月")),
        strict=True,
    )
    for name in names
}  # fmt: skip
_MONTH = re.compile(r"(?<![\d年])(十一月|十二月|1[012]月|[一二三四五六七八九十]月|[1-9]月)(?=[\s,]+\d{4})")
_WEEKDAY = re.compile(r"^\s*(?:星期|周)[一二三四五六日天]\s*[,，]?\s*")
_ZONE = re.compile(r"(?:GMT|UTC)?([+-]\d{1,2}):?(\d\d)?\s*(?:\([^)]*\))?\s*$")
_NAMED = re.compile(r"\s(?:CST|China Standard Time|Asia/Shanghai|PRC|北京时间)\b")
_HALF = re.compile(r"(\d{1,2})(:\d\d(?::\d\d)?)\s*([AP])\.?M\.?", re.IGNORECASE)
_ENGLISH = re.compile(r"[A-Za-z]{3}")


def written(text: str) -> datetime | None:
    """An aware time from what a machine wrote; without a zone, and under the name CST, it is China Standard Time."""
    text = text.strip()
    if not text:
        return None
    if moment := dates.parse_written(text):
        return moment
    text = _MONTH.sub(lambda m: _MONTHS[m[1]], _WEEKDAY.sub("", text))
    return _rfc822(text) if _ENGLISH.search(text) else dates.parse(text)


def told(value: object, seen: datetime) -> datetime | None:
    """The time of a JSON value: a date as it is written, seconds or milliseconds since 1970, 20261121 or
    20261121083000; None where it is no time that exists. ``seen``: when it was read, for ``3小时前``."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip()
        if match := _DOTNET.search(value):
            return epoch(int(match[1]))
        if re.fullmatch(r"\d{10}|\d{13}", value):
            return epoch(int(value))
        return written(value) or dates.parse_near(value, seen)
    if isinstance(value, int) and len(str(value)) in (8, 14) and str(value).startswith(("19", "20")):
        return dates.parse(str(value))
    return epoch(value) if isinstance(value, int | float) else None


def epoch(value: float) -> datetime | None:
    """Seconds or milliseconds since 1970."""
    if not value > SECONDS[0]:
        return None
    try:
        return datetime.fromtimestamp(value / (1000 if value >= SECONDS[1] else 1), UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _rfc822(text: str) -> datetime | None:
    """RFC 822 and what programs write for it: Java's order, AM and PM, +08:00, GMT+8, zones by name."""
    half = _HALF.search(text)
    text = _NAMED.sub(" +0800", text)
    if half:
        hour = int(half[1]) % 12 + (12 if half[3].upper() == "P" else 0)
        text = text.replace(half[0], f"{hour:02d}{half[2]}")
    zone = _ZONE.search(text)
    if zone:
        text = text[: zone.start()].rstrip()
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return dates.parse(text)
    if zone:
        hours, minutes = int(zone[1]), int(zone[2] or 0)
        ahead = timedelta(hours=hours, minutes=minutes if hours >= 0 and zone[1][0] != "-" else -minutes)
        return (moment.replace(tzinfo=UTC) - ahead) if abs(hours) <= 14 else None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
