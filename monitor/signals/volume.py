"""Does a source bring far too much or too little? The last day, three days and week against the weeks before.

A day's count is compared with the like days before it (workdays with workdays, days off with days off) as a negative
binomial by moments; what is too little on one day of a small source shows over three, and a slow decay over a week.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from monitor.model import Decision, Verdict, day_of
from monitor.signals.calendar import DayType, day_type
from monitor.signals.illness import Ailment, HealthReason, Illness, Past, ill
from monitor.signals.quiet import HISTORY_TEXTS, is_free

LIKE_DAYS = 7
MANY_P = 1e-6
"""Chance of so many on a usual day,"""
FEW_P = 1e-4
"""of so few; far below the usual is asked for as well:"""
WINDOWS = ((1, 1 / 5, "昨天"), (3, 1 / 3, "最近三天"), (7, 2 / 5, "最近一周"))
"""Days, the share of the usual below which they hold too little, and what they are called."""
LEAST_DISPERSION = 0.1


def volume(past: Past, now: datetime) -> Decision[Illness]:
    """The finding of the shortest window that tells one. Days of holidays count in none."""
    yesterday = day_of(now) - timedelta(days=1)
    for days, share, name in WINDOWS:
        window = [d for d in (yesterday - timedelta(days=i) for i in range(days)) if not _holiday(d)]
        found = _window(past, window, days, share, name) if window and not _holiday(yesterday) else None
        if found is not None:
            return found
    return Decision(Verdict.CALM, HealthReason.WELL)


def _window(past: Past, window: Sequence[date], days: int, share: float, name: str) -> Decision[Illness] | None:
    from monitor.signals.baseline import Expected

    before = min(window)
    like = {free: [n for d, n in past.days.items() if d < before and is_free(d) is free and not _holiday(d)]
            for free in {is_free(d) for d in window}}  # fmt: skip
    if any(len(counts) < (LIKE_DAYS if not free else LIKE_DAYS // 2) for free, counts in like.items()):
        return None
    if sum(map(sum, like.values())) < HISTORY_TEXTS:
        return None
    n, mean, variance = sum(past.days.get(d, 0) for d in window), 0.0, 0.0
    for free, counts in like.items():
        times, usual = sum(is_free(d) is free for d in window), sum(counts) / len(counts)
        spread = _dispersion(counts) * usual**2
        mean += times * usual
        # Beside what the days vary themselves: how well their usual count is known.
        variance += times * spread + times**2 * (usual + spread) / len(counts)
    if not mean:
        return None
    expected = Expected(mean, variance / mean**2)
    if days == 1 and n > 2 * mean and expected.tail(n) < MANY_P:
        hint = "可能确有大事，也可能是改版后读入了栏目或重复内容；请抽看几篇"
        return ill(HealthReason.TOO_MANY, Ailment.VOLUME, "昨天的数量远多于平时同类日子", hint)
    if 0 < n < mean * share and 1 - expected.tail(n + 1) < FEW_P:
        hint = "可能只读到一部分，或网站正在减少更新；请核对栏目翻页和 list 规则"
        return ill(HealthReason.TOO_FEW, Ailment.VOLUME, f"{name}的数量远少于平时同类日子", hint)
    return None


def _dispersion(counts: Sequence[int]) -> float:
    """How much more than a Poisson's a day's count varies, by moments: variance = mean + dispersion * mean²."""
    mean = sum(counts) / len(counts)
    if not mean or len(counts) < 2:
        return LEAST_DISPERSION
    spread = sum((x - mean) ** 2 for x in counts) / (len(counts) - 1)
    return max(LEAST_DISPERSION, (spread - mean) / mean**2)


def _holiday(day: date) -> bool:
    return day_type(day) is DayType.HOLIDAY
