"""Hourly series of a topic, and what an alarm about them says: the types between the store, the detector and alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from monitor.model import CHINA, Count, ExactCount, Kind, hour_of
from monitor.settings.spikes import SpikeSettings
from monitor.signals.calendar import DayType, spans
from monitor.signals.figures import Shown

HOUR = timedelta(hours=1)


class Measure(StrEnum):
    NEGATIVE = "negative"
    BOARD = "board"

    @property
    def chinese(self) -> str:
        return {"negative": "群众反映", "board": "收到留言"}[self.value]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (Kind.POST, Kind.BOARD, Kind.NEWS) if self is Measure.NEGATIVE else (Kind.BOARD,)


class Pattern(StrEnum):
    BURST = "burst"
    """Far above what these hours usually bring."""
    RISE = "rise"
    """A slow rise over days, each hour of which looks usual: an early sign (苗头)."""


class Reason(StrEnum):
    ABOVE_BAND = "above_band"
    WITHIN_BAND = "within_band"
    ELEVATED = "elevated"
    """Above the usual band but not so far that it is an alarm; an open alert does not recover on it."""
    BELOW_MINIMUM = "below_minimum"
    SOURCE_BROKEN = "source_broken"
    """The sources that mainly feed the topic are failing: quiet means nothing."""
    NO_HISTORY = "no_history"
    EXPLAINED_BY_SUBTOPIC = "explained_by_subtopic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Hourly counts of one measure of a topic, from ``start`` on without gaps; exact, so never shown (no repr).

    ``known_from``: since when the service has watched (earlier zeros mean nothing). ``broken``: the sources that
    brought most of this series are failing now; ``down``: hours, counted from ``start``, in which they did.
    ``shape``: hour-of-day shape of all topics together (24 values).
    """

    topic: str
    measure: Measure
    start: datetime
    parts: Mapping[Kind, Sequence[int]] = field(repr=False)
    known_from: datetime | None = None
    broken: bool = False
    shape: Sequence[float] = field(default=(), repr=False)
    down: frozenset[int] = field(default=frozenset(), repr=False)

    @property
    def hours(self) -> int:
        return max((len(part) for part in self.parts.values()), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """An unusual window of a topic, in figures that may be shown.

    ``observed``: the kinds of source that stand out, together or one alone. ``total`` sums what is shown of them,
    posts under ten counting 0. ``low`` and ``high``: the 90 % band of the model for these kinds, rounded outward to
    base 5. ``onset``: the hour of the window at which it most probably began. ``p_value``: of all clocks together.
    """

    topic: str
    measure: Measure
    onset: datetime
    begin: datetime
    end: datetime
    window_h: int
    observed: Mapping[Kind, Shown]
    total: int
    low: int
    high: int
    thin_history: bool
    pattern: Pattern = Pattern.BURST
    growth: float = 1.0
    """How many times the released total of the window just before; 1 where that one held too little to be shown."""
    p_value: float = 0.0
    """Computed from what is shown, so it tells no more than that."""
    going_on: bool = True
    """Whether the newest hours by themselves are above what is usual; a long window alarms for hours after the end."""

    @property
    def ratio(self) -> float:
        """How many times the upper end of the usual band."""
        return self.total / self.high


def exact(count: Count) -> int:
    """The plain number of a cell, for arithmetic that stays in this room."""
    return count.for_rules() if isinstance(count, ExactCount) else count


def window_end(now: datetime) -> datetime:
    """The end of the hour that is running (``now`` itself on the hour, when the hour before is complete)."""
    hour = hour_of(now)
    return hour if hour == now.astimezone(CHINA) else hour + HOUR


def configured_days(rule: SpikeSettings) -> Mapping[date, DayType]:
    """The holidays and moved workdays of the configuration, which go before the program's own table."""
    days = {day: DayType.HOLIDAY for text in rule.holidays for day in spans(text)}
    return days | {day: DayType.WORKDAY for text in rule.workdays for day in spans(text)}
