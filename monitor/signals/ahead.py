"""The forecast of every topic as it may be shown: of posts rounded and suppressed (S3), of public kinds exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.disclosure import BASE, THRESHOLD, release
from monitor.model import ExactCount, Kind, day_of, day_span
from monitor.settings import Settings
from monitor.signals.figures import Shown
from monitor.signals.forecast import HORIZON, Forecast, forecasts
from monitor.signals.series import configured_days, exact
from monitor.store import Bucket, CellQuery, Store

HISTORY_DAYS = 400
KINDS = (Kind.POST, Kind.BOARD, Kind.NEWS)


@dataclass(frozen=True, slots=True)
class DayAhead:
    """One day: the mean as it may be shown, and the interval (of posts rounded outward to base 5)."""

    day: date
    mean: Shown
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class TopicForecast:
    """The next days of the originals of one topic and kind of source. ``days`` is empty where history is too short."""

    topic: str
    kind: Kind
    days: tuple[DayAhead, ...]


def forecast_topics(settings: Settings, store: Store, now: datetime, horizon: int = HORIZON) -> list[TopicForecast]:
    """Forecasts from today on, by topic and kind, from the whole days before today."""
    return forecast_named(settings, store, day_of(now), tuple(t.name for t in settings.topics.topic), horizon=horizon)


def forecast_named(
    settings: Settings, store: Store, first_day: date, names: Sequence[str], *, kinds: Sequence[Kind] = KINDS,
    horizon: int = HORIZON,
) -> list[TopicForecast]:  # fmt: skip
    """Forecasts from ``first_day`` on, from the whole days before it, by topic (``*``: all texts) and kind."""
    since, until = day_span(first_day - timedelta(days=HISTORY_DAYS), first_day - timedelta(days=1))
    if not names:
        return []
    counts: dict[tuple[str, Kind], dict[date, int]] = {}
    query = CellQuery(since=since, until=until, bucket=Bucket.DAY, kinds=tuple(kinds), topics=tuple(names))
    for cell in store.cells(query):
        if not cell.reprint:
            days = counts.setdefault((cell.topic, cell.kind), {})
            day = day_of(cell.start)
            days[day] = days.get(day, 0) + exact(cell.n)
    first = min((day for days in counts.values() for day in days), default=first_day)
    extra = configured_days(settings.alerts.spike)
    days_before = [first + timedelta(days=i) for i in range((first_day - first).days)]
    wanted = [(name, kind) for name in names for kind in kinds]
    told = [key for key in wanted if any(counts.get(key, {}).values())]
    histories = [[counts[key].get(day, 0) for day in days_before] for key in told]
    found = dict(zip(told, forecasts(histories, first_day, horizon, extra), strict=True))
    return [TopicForecast(name, kind, _shown(found.get((name, kind), []), kind)) for name, kind in wanted]


def _shown(ahead: Sequence[Forecast], kind: Kind) -> tuple[DayAhead, ...]:
    if kind is not Kind.POST:
        return tuple(DayAhead(f.day, round(f.mean), f.low, f.high) for f in ahead)
    shown = []
    for f in ahead:
        low, high = f.low // BASE * BASE, max(THRESHOLD, -(-f.high // BASE) * BASE)
        shown.append(DayAhead(f.day, release(ExactCount(round(f.mean))), low if low >= THRESHOLD else 0, high))
    return tuple(shown)
