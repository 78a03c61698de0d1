"""Which briefs are due, by the calendar alone: what was missed while the service was down is made up for.

A brief is due from the morning after its period on. The kinds that come by themselves are named in ``brief.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.briefs.periods import BriefKind, Period, due, moments, period_of
from monitor.model import day_of
from monitor.settings import Settings
from monitor.store import Bucket, CellQuery, Store

MADE_UP = {BriefKind.DAILY: 31, BriefKind.WEEKLY: 4, BriefKind.MONTHLY: 2, BriefKind.WATCH: 1}
"""How many periods back an issue is made up for; never one before the last that the desk has."""


@dataclass(frozen=True, slots=True)
class Due:
    """A brief that is due: what :func:`monitor.briefs.make` is to be called with."""

    kind: BriefKind
    day: date
    subject: str
    id: str


def due_briefs(settings: Settings, store: Store, now: datetime) -> list[Due]:
    """The briefs that are due at ``now`` and that the desk does not have whole, the oldest first."""
    from monitor.briefs import archive
    from monitor.briefs.desk import scheduled

    found: list[Due] = []
    for kind in map(BriefKind, settings.brief.issued):
        last = next(iter(archive.list_issued(store, kind=kind.value, limit=1)), None)
        known = last.brief.day if last is not None else None
        for index, (period, subject) in enumerate(_over(settings, kind, now)):
            if kind.regular and index and (known is None or period.last <= known):
                break  # only what came after the last issue is made up for
            id = archive.id_of(period.last, kind.value, period.slug)
            if not scheduled.done(store, id) and (known is not None or _worth(store, period, now)):
                found.append(Due(kind, period.last, subject, id))
    return sorted(found, key=lambda d: (d.day, list(BriefKind).index(d.kind), d.subject))


def _worth(store: Store, period: Period, now: datetime) -> bool:
    """The first issue of a kind: of yesterday, or of a week or month that the service has something of."""
    if period.kind is BriefKind.DAILY:
        return period.last == day_of(now) - timedelta(days=1)
    since, until = moments(period)
    return bool(store.cells(CellQuery(since=since, until=until, bucket=Bucket.DAY)))


def _over(settings: Settings, kind: BriefKind, now: datetime) -> Iterator[tuple[Period, str]]:
    """Periods of a kind whose brief is due, the newest first; of watch windows the day before, while they are open."""
    if kind is BriefKind.WATCH:
        yesterday = day_of(now) - timedelta(days=1)
        for window in settings.watch.watch:
            last = day_of(window.end - timedelta(microseconds=1))
            if day_of(window.begin) <= yesterday <= last:
                period = period_of(settings, kind, yesterday, now, window.id)
                if due(period, settings) <= now:
                    yield period, window.id
        return
    day = day_of(now)
    for _ in range(MADE_UP[kind] + 1):
        period = period_of(settings, kind, day, now)
        if due(period, settings) <= now:
            yield period, ""
        day = period.first - timedelta(days=1)
