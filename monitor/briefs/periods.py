"""Which time a brief reports on, what it is called, how it is numbered. Pure rules of dates."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum

from monitor.alerts.types import topic_hash
from monitor.errors import BadQuery
from monitor.model import day_of, day_span, start_of
from monitor.settings import Settings
from monitor.settings.types import BriefSettings
from monitor.settings.watch import Watch

TOPIC_DAYS = 30
NAMED = 12
"""Topics that a message of refusal names."""
WEEKS = 4


class BriefKind(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    TOPIC = "topic"
    WATCH = "watch"

    @classmethod
    def of(cls, name: str) -> BriefKind:
        """The kind of a name; raises ``BadQuery`` on another word."""
        try:
            return cls(name)
        except ValueError:
            known = "、".join(f"{kind.value}（{kind.chinese}）" for kind in cls)
            raise BadQuery(f"没有“{name}”这种专报", f"可用的种类：{known}") from None

    @property
    def chinese(self) -> str:
        """日报, 周报 …, as the desk calls it."""
        return {"daily": "日报", "weekly": "周报", "monthly": "月报", "topic": "专题", "watch": "重点时段"}[self.value]

    @property
    def regular(self) -> bool:
        """Whether it comes by the calendar: one a day, week or month, about everything."""
        return self in (BriefKind.DAILY, BriefKind.WEEKLY, BriefKind.MONTHLY)


Span = tuple[date, date]
"""First and last local day, both included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The local days ``first`` to ``last`` that a brief of ``kind`` reports on, and those it compares with.

    ``before``: spans of the same length, the nearest first; each is comparable by weekday where that can be had.
    ``subject``: name of the topic or of the watch window, empty for the regular kinds; ``slug``: its short ASCII name.
    ``topics``: the topics it is restricted to; empty: everything. ``now``: the span in a sentence (当日, 本周), and
    ``earlier`` what it is compared with (前四周同日).
    """

    kind: BriefKind
    title: str
    first: date
    last: date
    before: tuple[Span, ...]
    now: str
    earlier: str
    subject: str = ""
    slug: str = ""
    topics: tuple[str, ...] = ()
    watch: Watch | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def fixed(self) -> bool:
        """Whether sums of posts over the span may be told (S3): a day, week, 30 days or month, not any span."""
        return self.kind is not BriefKind.WATCH


def period_of(settings: Settings, kind: BriefKind, day: date, now: datetime, subject: str = "") -> Period:
    """The period of ``kind`` that ``day`` lies in (topic: that ends on it), as known at ``now``.

    Raises ``BadQuery`` for a period that has not begun and for an unknown topic or watch window.
    """
    made = _MADE[kind](settings, day, now, subject)
    if made.first > day_of(now):
        named = (
            f"{made.first.isoformat()} "
            if kind is BriefKind.DAILY
            else f"{made.title}的时段（{made.first.isoformat()} 起）"
        )
        raise BadQuery(f"{named}还没有开始，不能编写专报", "日期不得晚于今天")
    return made


def _daily(_: Settings, day: date, now: datetime, subject: str) -> Period:
    _no_subject(subject, BriefKind.DAILY)
    return Period(kind=BriefKind.DAILY, title="每日舆情专报", first=day, last=day, before=_weeks(day, day),
                  now="当日", earlier="同日")  # fmt: skip


def _weekly(_: Settings, day: date, now: datetime, subject: str) -> Period:
    _no_subject(subject, BriefKind.WEEKLY)
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    return Period(kind=BriefKind.WEEKLY, title="舆情周报", first=first, last=last, before=_weeks(first, last),
                  now="本周", earlier="周")  # fmt: skip


def _monthly(_: Settings, day: date, now: datetime, subject: str) -> Period:
    _no_subject(subject, BriefKind.MONTHLY)
    first, last = month_of(day)
    return Period(kind=BriefKind.MONTHLY, title="舆情月报", first=first, last=last,
                  before=(month_of(first - timedelta(days=1)),), now="本月", earlier="上月")  # fmt: skip


def _topic(settings: Settings, day: date, now: datetime, subject: str) -> Period:
    topic = settings.topic(subject)
    if topic is None:
        known = [t.name for t in settings.topics.topic]
        names = "、".join(get_close_matches(subject, known, 5, 0.3) or known[:NAMED]) or "（topics.toml 中还没有）"
        more = f"等{len(known)}个，见 topics.toml" if len(known) > NAMED else ""
        raise BadQuery(f"没有专题“{subject}”" if subject else "专题监测要指明专题", f"可用的专题：{names}{more}")
    first = day - timedelta(days=TOPIC_DAYS - 1)
    span = timedelta(days=TOPIC_DAYS)
    return Period(
        kind=BriefKind.TOPIC, title=f"{topic.name}专题监测", first=first, last=day,
        before=((first - span, day - span),), now=f"近{TOPIC_DAYS}日", earlier=f"此前{TOPIC_DAYS}日",
        subject=topic.name, slug=topic_hash(topic.name)[:8], topics=(topic.name,),
    )  # fmt: skip


def _watch(settings: Settings, day: date, now: datetime, subject: str) -> Period:
    """From the window's first day to ``day``, or to its last one."""
    window = next((w for w in settings.watch.watch if w.id == subject), None)
    if window is None:
        ids = "、".join(w.id for w in settings.watch.watch) or "（watch.toml 中还没有）"
        raise BadQuery(f"没有重点时段“{subject}”" if subject else "重点时段快报要指明时段", f"可用的时段编号：{ids}")
    first, end = day_of(window.begin), day_of(window.end - timedelta(microseconds=1))
    last = max(first, min(day, end))
    return Period(
        kind=BriefKind.WATCH, title=f"{window.name}快报", first=first, last=last,
        before=_weeks(first, last, weeks=-(-((last - first).days + 1) // 7), times=1), now="时段内",
        earlier="时段前同样天数", subject=window.name, slug=window.id, topics=window.topics, watch=window,
    )  # fmt: skip


_MADE = {
    BriefKind.DAILY: _daily, BriefKind.WEEKLY: _weekly, BriefKind.MONTHLY: _monthly, BriefKind.TOPIC: _topic,
    BriefKind.WATCH: _watch,
}  # fmt: skip


def _no_subject(subject: str, kind: BriefKind) -> None:
    if subject:
        raise BadQuery(f"{kind.chinese}不分专题或时段", "专题用 topic，重点时段用 watch")


def _weeks(first: date, last: date, weeks: int = 1, times: int = WEEKS) -> tuple[Span, ...]:
    """The same weekdays of earlier weeks, the nearest first."""
    shifts = [timedelta(days=7 * weeks * n) for n in range(1, times + 1)]
    return tuple((first - shift, last - shift) for shift in shifts)


def month_of(day: date) -> Span:
    """The calendar month of a day."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def due(period: Period, settings: Settings) -> datetime:
    """When the brief of a period is on the desk: the next morning at the hour of briefs."""
    at = settings.service.schedule.brief_at
    return start_of(period.last + timedelta(days=1)) + timedelta(hours=at.hour, minutes=at.minute)


def moments(period: Period) -> tuple[datetime, datetime]:
    """The half-open span of the period."""
    return day_span(period.first, period.last)


def number_of(last: date, settings: BriefSettings, kind: BriefKind = BriefKind.DAILY) -> int | None:
    """The number of the issue whose period ends on ``last`` in its year: by date and without gaps, whenever it is made.

    The count begins on January 1st, or in the year of ``first_issue`` on that day: days, weeks by the Sunday on which
    they end, months by their last day. None before it, and for topic and watch briefs, which are numbered as they are
    issued.
    """
    if not kind.regular:
        return None
    start = date(last.year, 1, 1)
    if settings.first_issue:
        first = date.fromisoformat(settings.first_issue)
        if last < first:
            return None
        start = max(start, first)
    if kind is BriefKind.MONTHLY:
        return last.month - start.month + 1
    if kind is BriefKind.WEEKLY:
        return (last - start).days // 7 + 1
    return (last - start).days + 1


def usual_day(kind: BriefKind, now: datetime) -> date:
    """A day of the period that a brief of ``kind`` made at ``now`` is about: the last one that is over; of a watch
    window, today."""
    today = day_of(now)
    if kind is BriefKind.WATCH:
        return today
    if kind is BriefKind.WEEKLY:
        return today - timedelta(days=7)
    return today.replace(day=1) - timedelta(days=1) if kind is BriefKind.MONTHLY else today - timedelta(days=1)
