"""The spike rule: is what was written in the last hours more than these hours usually bring?

Pure. Two measures of a topic are watched, each against its own past:

- ``NEGATIVE``: negative originals (no reprints) among posts, board messages and news, together;
- ``BOARD``: all messages on official boards whatever their tone: a burst of complaints that are worded politely and
  labelled neutral is still a burst of complaints.

The decision and everything in it is made of figures that may be shown (S3): the minimum is asked of the released
total (posts under ten count nothing), and the count that is tested is never above the released one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from monitor.disclosure import BASE, ReleasedCount, release
from monitor.model import CHINA, Decision, ExactCount, Kind, Verdict, hour_of
from monitor.settings.spikes import SpikeSettings
from monitor.signals.figures import Shown

if TYPE_CHECKING:
    from monitor.signals.baseline import Baseline

HOUR = timedelta(hours=1)
FEWEST_H = 72
"""Below three days of history nothing can be called unusual."""
THIN_P = 0.1
"""With a thin history the tail probability must be ten times smaller,"""
THIN_MINIMUM = 1.5
"""and the minimum half as large again."""
BAND = (0.05, 0.95)
ONSET_QUANTILE = 0.95


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
    brought most of this series are failing now. ``shape``: hour-of-day shape of all topics together (24 values).
    """

    topic: str
    measure: Measure
    start: datetime
    parts: Mapping[Kind, Sequence[int]] = field(repr=False)
    known_from: datetime | None = None
    broken: bool = False
    shape: Sequence[float] = field(default=(), repr=False)

    @property
    def hours(self) -> int:
        return max((len(part) for part in self.parts.values()), default=0)

    def without(self, others: Sequence[Series]) -> Series:
        """What is left when the texts of other series (its sub-topics) are taken away."""
        parts = {
            kind: [max(0, n - sum(o.parts[kind][i] for o in others if kind in o.parts)) for i, n in enumerate(part)]
            for kind, part in self.parts.items()
        }
        return replace(self, parts=parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """An unusual window of a topic, in figures that may be shown.

    ``total`` sums what is shown by kind, posts under ten counting 0. ``low`` and ``high``: the 90 % band of the model
    for all kinds together, rounded outward to base 5. ``onset``: the first hour of the window that stands out.
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

    @property
    def ratio(self) -> float:
        """How many times the upper end of the usual band."""
        return self.total / self.high


def window_end(now: datetime) -> datetime:
    """The end of the hour that is running (``now`` itself on the hour, when the hour before is complete)."""
    hour = hour_of(now)
    return hour if hour == now.astimezone(CHINA) else hour + HOUR


def judge(series: Series, now: datetime, rule: SpikeSettings) -> Decision[Spike]:
    """Judges the last ``rule.window_h`` hours up to the end of the running hour, using only what lies before.

    While an hour runs, its window is compared with what a whole one usually brings: an alarm can only be too late,
    never too early, and asking every minute asks one question an hour, not sixty.
    A broken source does not hush an alarm that the others raise (missing texts only lower the count); it turns calm
    into SOURCE_BROKEN, on which nothing recovers.
    """
    end = window_end(now)
    begin = end - rule.window_h * HOUR
    first = max(series.start, end - timedelta(days=rule.baseline_days, hours=rule.window_h))
    known = max(first, hour_of(series.known_from)) if series.known_from else begin
    history_h = (begin - known) // HOUR
    if history_h < FEWEST_H:
        return _calm(Reason.NO_HISTORY, history_h=max(history_h, 0))
    thin = history_h < rule.history_days * 24
    observed, exact = _observed(series, begin, end)
    total = sum((f.value or 0) if isinstance(f, ReleasedCount) else f for f in observed.values())
    quiet = Reason.SOURCE_BROKEN if series.broken else None
    if total < rule.minimum * (THIN_MINIMUM if thin else 1.0):
        return _calm(quiet or Reason.BELOW_MINIMUM)
    usual = _baseline(series, known, begin, rule.window_h)
    low, high = _band(usual)
    tested = min(total, exact)
    if usual.window.tail(tested) > rule.p_value * (THIN_P if thin else 1.0):
        above = tested > usual.window.quantile(BAND[1])
        return _calm(quiet or (Reason.ELEVATED if above else Reason.WITHIN_BAND), low=low, high=high)
    spike = Spike(
        topic=series.topic, measure=series.measure, onset=_onset(series, begin, usual), begin=begin, end=end,
        window_h=rule.window_h, observed=observed, total=total, low=low, high=high, thin_history=thin,
    )  # fmt: skip
    return Decision(Verdict.ALARM, Reason.ABOVE_BAND, spike, {"low": low, "high": high, "thin_history": thin})


def explained(parent: Series, causes: Sequence[Series], now: datetime, rule: SpikeSettings) -> bool:
    """Whether a parent topic's alarm goes away when the texts of its alarming sub-topics are taken from the window.

    The parent's past stays whole: only the window is reduced, so that a smaller baseline cannot make the rest unusual.
    """
    begin = window_end(now) - rule.window_h * HOUR
    at = (begin - parent.start) // HOUR
    reduced = parent.without(causes)
    parts = {kind: [*part[:at], *reduced.parts[kind][at:]] for kind, part in parent.parts.items()}
    return not judge(replace(parent, parts=parts), now, rule).kept


def _calm(reason: Reason, **facts: Any) -> Decision[Spike]:
    return Decision(Verdict.CALM, reason, None, facts)


def _observed(series: Series, begin: datetime, end: datetime) -> tuple[dict[Kind, Shown], int]:
    """What the window holds by kind, as it may be shown, and the exact sum for the test."""
    lo, hi = (begin - series.start) // HOUR, (end - series.start) // HOUR
    counts = {kind: sum(part[max(lo, 0) : max(hi, 0)]) for kind, part in series.parts.items()}
    shown: dict[Kind, Shown] = {
        kind: release(ExactCount(n)) if kind is Kind.POST else n for kind, n in counts.items() if n
    }
    return shown, sum(counts.values())


def _baseline(series: Series, known: datetime, begin: datetime, width: int) -> Baseline:
    import numpy as np

    from monitor.signals.baseline import fit

    lo, hi = (known - series.start) // HOUR, (begin - series.start) // HOUR
    counts = np.sum([np.asarray(part[lo:hi], dtype=np.int64) for part in series.parts.values()], axis=0)
    local = known.astimezone(CHINA)
    prior = np.asarray(series.shape, dtype=np.float64) if len(series.shape) else None
    return fit(counts, local.hour, local.weekday(), width, prior)


def _band(usual: Baseline) -> tuple[int, int]:
    """The usual band rounded outward to base 5: it is made of counts of posts too and tells no more than they may."""
    low, high = (usual.window.quantile(p) for p in BAND)
    return low // BASE * BASE, max(BASE, -(-high // BASE) * BASE)


def _onset(series: Series, begin: datetime, usual: Baseline) -> datetime:
    """The first hour of the window above its own usual range; the fullest hour if none is."""
    at = (begin - series.start) // HOUR
    hours = [sum(part[at + i] for part in series.parts.values() if at + i < len(part)) for i in range(len(usual.hours))]
    for i, n in enumerate(hours):
        if n > usual.hour(i).quantile(ONSET_QUANTILE):
            return begin + i * HOUR
    return begin + hours.index(max(hours)) * HOUR
