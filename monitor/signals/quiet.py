"""Is a source silent? Judged by how many texts should have come since the last, and by the gaps of the weeks before.

A silence is measured in hours, and in the texts that these hours of these kinds of day usually bring: an operational
time in which a Poisson source has gaps of one exponential law, so that nights, weekends and holidays weigh next to
nothing and a long holiday in the past does not make a silence on workdays look short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from monitor.model import CHINA, Decision, Verdict, hour_of
from monitor.ops.runs import SourceState
from monitor.signals.calendar import DayType, day_type
from monitor.signals.illness import HOUR, Ailment, HealthReason, Illness, Past, ill

SILENT_EXPECTED = 8.0
"""Texts that should have come: by Poisson, none of eight has a chance of 1 in 3,000, hour by hour looked at."""
SILENT_LEAST = 6 * HOUR
SILENT_GAP, SILENT_WEIGHT = 1.5, 2.0
"""and the silence is so many times the longest one of the weeks before, in hours or in texts that should have come,
since texts come in flocks."""
HISTORY_TEXTS = 20
HISTORY_MIN_DAYS = 7


def silent(state: SourceState, past: Past, now: datetime) -> Decision[Illness]:
    """Whether far more texts should have come since the last one than in any gap of the weeks before."""
    well: Decision[Illness] = Decision(Verdict.CALM, HealthReason.WELL)
    last = state.last_new
    if past.hours is None or last is None or state.last_ok is None or state.last_ok - last < SILENT_LEAST:
        return well  # nobody looked since, so nobody knows
    begin = hour_of(last)
    history = sorted((h, n) for h, n in past.hours.items() if h < begin)
    texts = sum(n for _, n in history)
    if not history or texts < HISTORY_TEXTS or begin - history[0][0] < timedelta(days=HISTORY_MIN_DAYS):
        return well
    start = history[0][0]
    counts = [past.hours.get(start + i * HOUR, 0) for i in range((begin - start) // HOUR)]
    usual = profile(start, counts)
    until = hour_of(min(state.last_ok, now))
    hours = range(1, (until - begin) // HOUR)
    expected = sum(usual(begin + i * HOUR) for i in hours)
    longest, heaviest = _gaps(start, counts, usual)
    if expected < SILENT_EXPECTED or (len(hours) < SILENT_GAP * longest and expected < SILENT_WEIGHT * heaviest):
        return well
    seen = f"自 {last.astimezone(CHINA):%m月%d日 %H:%M} 起没有新内容，远比平时长；采集本身没有报错"
    return ill(HealthReason.NOTHING_NEW, Ailment.SILENT, seen, "请打开网址看是否停更、搬家或改版")


def _gaps(start: datetime, counts: Sequence[int], usual: Callable[[datetime], float]) -> tuple[int, float]:
    """The longest gap of the past, in hours and in texts that should have come (not always the same gap)."""
    longest = length = 0
    heaviest = weight = 0.0
    for i, n in enumerate(counts):
        length, weight = (0, 0.0) if n else (length + 1, weight + usual(start + i * HOUR))
        longest, heaviest = max(longest, length), max(heaviest, weight)
    return longest, heaviest


def profile(start: datetime, counts: Sequence[int]) -> Callable[[datetime], float]:
    """Mean texts of an hour of the day, on workdays and on free days; free days fall back on no more than workdays."""
    sums: dict[tuple[bool, int], list[int]] = {}
    for i, n in enumerate(counts):
        moment = (start + i * HOUR).astimezone(CHINA)
        sums.setdefault((is_free(moment.date()), moment.hour), []).append(n)

    def usual(hour: datetime) -> float:
        local = hour.astimezone(CHINA)
        seen = sums.get((is_free(local.date()), local.hour))
        if day_type(local.date()) is DayType.HOLIDAY:
            return 0.0  # what a holiday brings is not known from ordinary days
        return sum(seen) / len(seen) if seen else 0.0

    return usual


def is_free(day: date) -> bool:
    """Whether a day is off work."""
    return day_type(day) is not DayType.WORKDAY
