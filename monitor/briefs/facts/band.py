"""What was to be expected of each day's messages, by the detector that raises the alerts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from monitor.briefs.facts.counts import Counts, days_of
from monitor.briefs.facts.types import BandDay
from monitor.briefs.periods import Span
from monitor.model import Kind, start_of
from monitor.settings import Settings
from monitor.signals.figures import number
from monitor.signals.series import configured_days

LOW, HIGH = 0.05, 0.95
"""Nine usual days in ten lie within."""
FEWEST_DAYS = 28
"""History before a day without which no band is drawn for it."""


def band(settings: Settings, counts: Counts, topic: str, known: date | None, chart: Span) -> Mapping[date, BandDay]:
    """The band of each day of the chart, judged by the days before it alone; none where history is too short."""
    first = max(counts.first, known) if known is not None else None
    if first is None or (chart[1] - first).days < FEWEST_DAYS:
        return {}
    import numpy as np

    from monitor.signals.baseline import Expected
    from monitor.signals.level import follow
    from monitor.signals.rhythm import DAILY, slots
    from monitor.signals.surprise import windows

    days = list(days_of(first, chart[1]))
    seen = np.array([[float(number(counts.day(Kind.BOARD, topic, day)) or 0)] for day in days])
    if not seen.any():
        return {}
    calendar = slots([start_of(day) for day in days], DAILY, configured_days(settings.alerts.spike))
    track = follow(seen, calendar, DAILY)
    usual_day = windows(seen, track, DAILY)[0]
    found = {}
    for index, day in enumerate(days):
        if day < chart[0] or index < FEWEST_DAYS:
            continue
        usual = Expected(max(float(track.mean[index, 0]), 1e-9), float(usual_day.dispersion[index, 0]))
        found[day] = BandDay(usual.quantile(LOW), usual.quantile(HIGH))
    return found
