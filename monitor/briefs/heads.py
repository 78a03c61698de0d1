"""What stands at the head of a brief, for every format: masthead, issue, period, what a 更正 changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from monitor.briefs.types import Brief
from monitor.model import CHINA

NUMERALS = "一二三四五六七八九十"
CHANGES = "更正内容："
NOTE = "编者按："


def masthead(brief: Brief) -> tuple[str, str]:
    """District and title, which stand on one line where there is room; the title names the brief's one matter."""
    title = brief.title
    if brief.subject and brief.subject not in title:
        title = f"{title}（{brief.subject}）"
    return brief.district, title


def name(brief: Brief) -> str:
    """The whole name, for a file's title: 示例区舆情周报〔2026〕第 47 期（更正）."""
    return f"{''.join(masthead(brief))}{issue(brief)}"


def issue(brief: Brief) -> str:
    """〔2026〕第 47 期, with （更正） or （第2次更正） where an issued brief was issued again."""
    if brief.revision <= 1:
        return brief.issue
    again = brief.revision - 1
    return f"{brief.issue}（{'' if again == 1 else f'第{again}次'}更正）"


def ordinal(at: int) -> str:
    """一, 二 … 十, 十一 …, 二十 …, of a place counted from 0."""
    tens, ones = divmod(at + 1, 10)
    last = NUMERALS[ones - 1] if ones else ""
    return last if not tens else f"{NUMERALS[tens - 1] if tens > 1 else ''}十{last}"


def period(brief: Brief) -> str:
    """监测时段：2026年11月16日至22日；预警与办理情况截至11月23日7时30分。"""
    as_of = "" if brief.partial else f"；预警与办理情况截至{_moment(brief.as_of, brief.day.year)}"
    return f"监测时段：{_span(brief)}{as_of}。"


def _span(brief: Brief) -> str:
    """One day with its hours, whole days as days, else from hour to hour."""
    begin, end = brief.begin.astimezone(CHINA), brief.end.astimezone(CHINA)
    first, last = begin.date(), (end - timedelta(microseconds=1)).date()
    unfinished = "（当日尚未结束）" if first == last else "（时段尚未结束）"
    if first == last and not begin.hour:
        until = "24时" if end.date() > last else hour(end)
        return f"{whole_day(first)}0时至{until}{unfinished if brief.partial else ''}"
    if _midnight(begin) and _midnight(end):
        return f"{whole_day(first)}至{_later(last, first)}{unfinished if brief.partial else ''}"
    to = f"{_later(end.date(), first)}{hour(end)}" if end.date() > first else hour(end)
    return f"{whole_day(first)}{hour(begin)}至{to}{unfinished if brief.partial else ''}"


def whole_day(day: date) -> str:
    """2026年11月22日."""
    return f"{day.year}年{day.month}月{day.day}日"


def hour(moment: datetime) -> str:
    """7时, 7时30分."""
    return f"{moment.hour}时{f'{moment.minute:02d}分' if moment.minute else ''}"


def _later(day: date, first: date) -> str:
    """A later day after ``first``: without what both have in common."""
    if day.year != first.year:
        return whole_day(day)
    return f"{day.day}日" if day.month == first.month else f"{day.month}月{day.day}日"


def _moment(moment: datetime, year: int) -> str:
    local = moment.astimezone(CHINA)
    day = f"{local.month}月{local.day}日" if local.year == year else whole_day(local.date())
    return f"{day}{hour(local)}"


def _midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
