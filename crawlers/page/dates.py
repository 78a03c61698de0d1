"""Publication dates as Chinese pages write them. Times without a zone are China Standard Time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.model import CHINA

_DAY = r"(?P<y>(?:19|20)\d\d)\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?"
_TIME = (
    r"(?:[\sT,，]*(?:星期[一二三四五六日天]|周[一二三四五六日])?[\sT]*(?P<half>上午|下午|晚上|凌晨|中午)?\s*"
    r"(?P<H>\d{1,2})\s*[:：时点]\s*(?P<M>\d{1,2})(?:\s*[:：分]\s*(?P<S>\d{1,2}))?(?:\.\d+)?\s*秒?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
_DATE = re.compile(_DAY + _TIME)
_COMPACT = re.compile(
    r"(?<!\d)(?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?:(?P<H>[0-2]\d)(?P<M>[0-5]\d)(?P<S>[0-5]\d))?(?!\d)"
)
_CLOCK = r"(?:\s*(?P<H>\d{1,2})[:：](?P<M>\d{2})(?:[:：](?P<S>\d{2}))?)?"
# Pages also run a day and its time together: 09-3022:46.
_AFTER = r"(?:(?=\d\d[:：]\d\d)|(?![\d-]))"
_SHORT_YEAR = re.compile(r"(?<![\d-])(?P<yy>\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>[0-3]?\d)" + _AFTER + _CLOCK)
_NO_YEAR = re.compile(r"(?<![\d-])(?P<m>\d{1,2})[-/.月](?P<d>[0-3]?\d)日?" + _AFTER + _CLOCK)
_AGO = re.compile(r"(\d{1,3}|[一两二三半])\s*个?(秒钟?|分钟|小时|天|周|星期|月)前")
_JUST = re.compile(r"^\W*刚刚\W*$")
_UNITS = {"秒": 1, "秒钟": 1, "分钟": 60, "小时": 3600, "天": 86_400, "周": 604_800, "星期": 604_800, "月": 2_592_000}
_FEW = {"一": 1.0, "两": 2.0, "二": 2.0, "三": 3.0, "半": 0.5}
_NEAR_DAY = re.compile(r"(今天|今日|昨天|昨日|前天)" + _CLOCK)
_NEAR = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}
_WEEKDAY = re.compile(r"(上上|上|本|这)?个?(?:周|星期|礼拜)([一二三四五六日天])(?![年期刊报末])" + _CLOCK)
_WEEKDAYS = {day: i for i, day in enumerate("一二三四五六日")} | {"天": 6}
_NUMERALS = re.compile(
    r"([二一][〇○零Oo0一二三四五六七八九]{3})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十廿卅]{1,3})日"
)
_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("零○Oo0", "0")
_EPOCH = re.compile(r"(?<!\d)(1[0-9]{9})(?:\d{3})?(?!\d)")
_URL_DATES = (
    re.compile(r"(?<!\d)(?P<y>20\d\d)[-/_](?P<m>[01]?\d)[-/_](?P<d>[0-3]?\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>20\d\d)[-/_]?(?P<m>[01]\d)[-/_]?(?P<d>[0-3]\d)(?!\d)"),
)


def parse(text: str) -> datetime | None:
    """The first date in ``text``, with its time if it has one; None where there is none that exists."""
    return _moment(_DATE.search(text) or _COMPACT.search(text)) or _epoch(text)


def parse_written(text: str) -> datetime | None:
    """As :func:`parse`, for running text: only dates written out, no bare digits."""
    return _moment(_DATE.search(_western(text)))


def _western(text: str) -> str:
    """二〇二六年十一月二十日 -> 2026年11月20日, wherever it stands."""
    if "年" not in text or not (match := _NUMERALS.search(text)):
        return text
    year = "".join(_DIGITS[c] for c in match[1])
    return f"{text[: match.start()]}{year}年{_number(match[2])}月{_number(match[3])}日{text[match.end() :]}"


def _number(said: str) -> int:
    """十一 -> 11, 二十 -> 20, 廿三 -> 23."""
    said = said.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = said.rpartition("十")
    return (int(_DIGITS.get(tens, "1")) * 10 if ten else 0) + int(_DIGITS.get(ones, "0"))


def parse_near(text: str, seen: datetime) -> datetime | None:
    """A date that says less than a whole one, read at the moment ``seen``: 18-03-08, 11-21 08:30, 昨天 12:30, 上周三.

    A day without a year is the latest such day that is not after ``seen``.
    """
    now = seen.astimezone(CHINA)
    if match := _SHORT_YEAR.search(text):
        return _moment(match, year=2000 + int(match.group("yy")))
    return _ago(text, now) or _without_year(text, now)


def _ago(text: str, now: datetime) -> datetime | None:
    if match := _AGO.search(text):
        count = _FEW.get(match.group(1)) or float(match.group(1))
        return now - timedelta(seconds=count * _UNITS[match.group(2)])
    if match := _NEAR_DAY.search(text):
        return _on(now - timedelta(days=_NEAR[match.group(1)]), match)
    return now if _JUST.match(text) else None


def _without_year(text: str, now: datetime) -> datetime | None:
    if match := _NO_YEAR.search(text):
        this_year = _moment(match, year=now.year)
        # A day of slack: pages are sometimes a little ahead of our clock.
        return this_year if this_year and this_year <= now + timedelta(days=1) else _moment(match, year=now.year - 1)
    if match := _WEEKDAY.search(text):
        return _on(_weekday(now, match.group(1) or "", _WEEKDAYS[match.group(2)]), match)
    return None


def _on(day: datetime, match: re.Match[str]) -> datetime | None:
    """The clock time of a match on a day; midnight where it has none."""
    hour, minute = int(match.group("H") or 0), int(match.group("M") or 0)
    if hour > 23 or minute > 59:
        return None
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _weekday(now: datetime, which: str, weekday: int) -> datetime:
    """上周三 is in the calendar week before; a bare 周三 is the latest one that is not after today."""
    monday = now - timedelta(days=now.weekday())
    if which in ("上", "上上"):
        return monday + timedelta(days=weekday - 7 * len(which))
    day = monday + timedelta(days=weekday)
    return day if day.date() <= now.date() else day - timedelta(days=7)


def has_time(moment: datetime) -> bool:
    """Whether a date came with a time of day (midnight sharp counts as none)."""
    return (moment.hour, moment.minute, moment.second) != (0, 0, 0)


def from_url(url: str) -> datetime | None:
    """A day in the path of a URL, as news sites write it (/2019/11-21/, /20191121/, t20191121_...)."""
    path = urlsplit(url).path
    for pattern in _URL_DATES:
        for match in pattern.finditer(path):
            if moment := _moment(match):
                return moment
    return None


def _moment(match: re.Match[str] | None, year: int | None = None) -> datetime | None:
    if match is None:
        return None
    part = match.groupdict()
    hour = int(part.get("H") or 0)
    if part.get("half") in ("下午", "晚上") and hour < 12:
        hour += 12
    try:
        bare = datetime(
            year or int(part["y"]), int(part["m"]), int(part["d"]),
            hour, int(part.get("M") or 0), int(part.get("S") or 0), tzinfo=CHINA,
        )  # fmt: skip
        zone = part.get("zone")
        if not zone:
            return bare
        return datetime.fromisoformat(bare.replace(tzinfo=None).isoformat() + zone)
    except ValueError:
        return None


def _epoch(text: str) -> datetime | None:
    match = _EPOCH.search(text)
    return datetime.fromtimestamp(int(match.group(1)), CHINA) if match else None
