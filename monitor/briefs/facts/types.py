"""What a brief is written from, as values: nothing is worded here and nothing is read here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from monitor.alerts.snapshots import Row
from monitor.alerts.types import Alert
from monitor.briefs.facts.focus import Focus
from monitor.briefs.health import SourceFacts
from monitor.briefs.outlook_types import Outlook
from monitor.briefs.periods import BriefKind, Period, Span
from monitor.briefs.ranking_types import HotMatter
from monitor.coverage import Coverage
from monitor.model import Article, Kind, day_of
from monitor.responses import Overdue, ResponseSummary
from monitor.settings.types import Topic
from monitor.signals.figures import Shown, Volume, number

HISTORY_DAYS = 60
"""Days before the period that are looked at, at least."""
RATE_DAYS = 30
"""Span of the answering rates of a daily brief: one day's messages are mostly still within their time."""
CONCENTRATED = 3
"""Fewest messages of a matter that a daily brief lists; or ten posts, the fewest that are shown at all."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of the period and those of the comparable earlier ones that were watched, the nearest first.

    ``earlier`` names what the earlier ones are: 同日 (the same weekday of the weeks before), 周, 上月, 此前30日.
    """

    now: Shown
    before: tuple[Shown, ...]
    earlier: str = "同日"

    @property
    def mean(self) -> float | None:
        """Mean of the earlier figures; None without any, or where one of them is suppressed."""
        values = [number(figure) for figure in self.before]
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known and len(known) == len(values) else None

    @property
    def change(self) -> float | None:
        """Relative change against the mean; None where it cannot be said."""
        value, mean = number(self.now), self.mean
        return None if value is None or not mean else value / mean - 1

    @property
    def nearest(self) -> Compared:
        """The comparison with the nearest earlier figure alone."""
        return Compared(self.now, self.before[:1], self.earlier)


@dataclass(frozen=True, slots=True)
class KindFacts:
    """The records of one kind: the period's volume, comparison, and since when (as far as looked) it is known."""

    volume: Volume
    compared: Compared
    known_from: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One topic in the period.

    ``days``: of a daily brief the days in a row with messages up to the day, else the days of the period with any.
    ``month``: messages of the 28 days before the period. ``fewest``: messages from which it is more than single voices.
    """

    topic: Topic
    board: Compared
    post: Compared
    days: int
    month: int
    month_post: bool
    """Whether any of the 28 days before had a post figure of ten or more."""
    answered: int
    terms: tuple[str, ...]
    places: tuple[str, ...]
    fewest: int = CONCENTRATED
    board_days: tuple[int, ...] = ()
    """Messages of each day of the period, the first day first; empty for a daily brief."""

    @property
    def volume(self) -> int:
        return int(number(self.board.now) or 0) + int(number(self.post.now) or 0)

    @property
    def concentrated(self) -> bool:
        """Whether it is more than a few single voices."""
        return (number(self.board.now) or 0) >= self.fewest or bool(number(self.post.now))

    @property
    def score(self) -> float:
        """Volume plus what exceeds the usual: size first, growth lifts."""
        excess = (max(0.0, (number(c.now) or 0) - (c.mean or 0)) for c in (self.board, self.post) if c.before)
        return self.volume + sum(excess)


@dataclass(frozen=True, slots=True)
class BandDay:
    """What was to be expected of a day's messages: the bounds within which nine of ten days stay."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFacts:
    """Everything that a brief says, as values, whatever its kind.

    ``first`` to ``last`` are the local days reported on; ``day`` is the last of them, which names the brief. ``as_of``
    is the moment at which clocks and alerts are read. ``partial``: the period was not over then. ``previous``: the span
    compared with (of several the nearest); None for a daily brief, which compares with weekdays. Names that end in
    ``_day`` are about the period, those in ``_month`` about the span of the answering rates, which is 30 days for a
    daily brief and the period itself for the others.
    """

    period: Period
    begin: datetime
    end: datetime
    as_of: datetime
    partial: bool
    kinds: Mapping[Kind, KindFacts]
    board_days: tuple[tuple[date, int | None], ...]
    """Each day of the chart; None before the kind was known."""
    post_days: tuple[tuple[date, int | None], ...]
    classes: tuple[Matter, ...]
    matters: tuple[Matter, ...]
    """The matters that are concentrated, gravest first; the official classes only where there is nothing finer."""
    further: tuple[Matter, ...]
    """The other finer matters that had messages or shown posts."""
    alerts: tuple[Alert, ...]
    media: Coverage
    hotlist: tuple[Article, ...]
    responses_day: ResponseSummary
    responses_month: ResponseSummary
    overdue: Overdue
    overdue_month: Overdue
    sources: tuple[SourceFacts, ...]
    dropped: Mapping[str, int]
    """Texts that intake dropped since the service began, by reason; of posts only released counts are in it."""
    dropped_rounded: bool
    every: tuple[Matter, ...] = ()
    """Every matter of the brief's topics but the official classes, whether there was anything of it or not."""
    alert_days: Mapping[date, int] = field(default_factory=dict)
    """The level of the gravest alert that began on a day of the chart."""
    band: Mapping[date, BandDay] = field(default_factory=dict)
    responses_before: ResponseSummary | None = None
    """Of the messages of the previous period, as known at its own moment; None for a daily brief."""
    focus: Focus | None = None
    """Of a brief on one topic."""
    now_rows: tuple[Row, ...] = ()
    """Of a running watch window: its topics in the last hours."""
    now_hours: int = 0
    hot: tuple[HotMatter, ...] = ()
    """Hot issues, topics and grave single messages, what matters most first."""
    outlook: Outlook = field(default_factory=Outlook)

    @property
    def kind(self) -> BriefKind:
        return self.period.kind

    @property
    def first(self) -> date:
        return self.period.first

    @property
    def last(self) -> date:
        return self.period.last

    @property
    def day(self) -> date:
        return self.period.last

    @property
    def upto(self) -> date:
        """The last day of the period that had begun at ``as_of``."""
        return min(self.period.last, day_of(self.as_of))

    @property
    def whole(self) -> bool:
        """Whether sums over the period are those of one fixed span (S3), so that posts are summed before rounding."""
        return self.period.fixed and self.upto == self.period.last

    @property
    def previous(self) -> Span | None:
        return None if self.kind is BriefKind.DAILY else self.period.before[0]

    @property
    def subject(self) -> str:
        return self.period.subject

    @property
    def now(self) -> str:
        """The period in a sentence: 当日, 本周, 本月, 近30日, 时段内."""
        return self.period.now

    @property
    def usual(self) -> str:
        """What the period is compared with, in a sentence: 往期同日, 前四周, 上月, 此前30日, 时段前."""
        if self.kind is BriefKind.DAILY:
            return "往期同日"
        if not self.whole and self.kind.regular:
            return {BriefKind.WEEKLY: "前四周同期均数"}.get(self.kind, "上月同期")
        return {BriefKind.WEEKLY: "前四周周均", BriefKind.WATCH: "时段前"}.get(self.kind, self.period.earlier)

    @property
    def several(self) -> bool:
        """Whether it is about several topics and nothing else: their counts are not added up."""
        return len(self.period.topics) > 1

    @property
    def rates(self) -> str:
        """The span of the answering rates in a sentence: 近30日, 本周."""
        return f"近{RATE_DAYS}日" if self.kind is BriefKind.DAILY else self.period.now

    @property
    def fewest(self) -> int:
        """Messages from which a matter is listed."""
        return fewest_of(self.period)


DayFacts = PeriodFacts
"""The facts of a brief, by the name they had when there was only the daily one."""


def fewest_of(period: Period) -> int:
    """Messages from which a matter is more than single voices: three on a day, five in a week, ten in a month."""
    if period.days == 1:
        return CONCENTRATED
    return 5 if period.days <= 14 else 10
