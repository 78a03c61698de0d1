"""Everything a brief is written from, read once. Figures about posts come released, as do their comparisons (S3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor import coverage
from monitor.alerts import snapshots
from monitor.alerts.book import AlertBook
from monitor.alerts.types import Alert
from monitor.briefs import health
from monitor.briefs.facts.answering import answering
from monitor.briefs.facts.band import band
from monitor.briefs.facts.counts import Counts, days_of
from monitor.briefs.facts.focus import Focus, focus
from monitor.briefs.facts.topics import matter, worded
from monitor.briefs.facts.types import HISTORY_DAYS, BandDay, KindFacts, Matter, PeriodFacts
from monitor.briefs.periods import BriefKind, Period, Span, due, moments
from monitor.coverage import Coverage
from monitor.model import ALL_TOPICS, Article, Kind, day_of
from monitor.settings import Settings
from monitor.settings.types import Topic
from monitor.signals.figures import number
from monitor.store import Order, RecordQuery, Store

CHART_DAYS = 29
"""Four weeks and the day itself: the least that a chart shows."""
TOP_MATTERS = 8
ALERTS_SINCE = timedelta(days=60)
HOTLIST_SHOWN = 5
SNAPSHOT_H = 6
"""Hours told of a running watch window that asks for no snapshots of its own."""


def gather(settings: Settings, store: Store, period: Period, now: datetime) -> PeriodFacts:
    """Reads the store for one period as known at ``now`` (at the latest: at the hour when its brief is due)."""
    begin, end = moments(period)
    as_of = min(now, due(period, settings)).astimezone(begin.tzinfo)
    upto = min(period.last, day_of(as_of))
    chart = _chart(period)
    main = period.topics[0] if len(period.topics) == 1 else ALL_TOPICS
    scope = tuple(t for t in settings.topics.topic if not period.topics or t.name in period.topics)
    counts = _counts(store, period, scope, main, upto)
    kinds = {kind: counts.kind(kind, main, period, upto) for kind in Kind}
    answers = answering(store, settings, period, as_of)
    matters = [matter(t, period, kinds, counts, answers.answered.get(t.name, 0), upto) for t in scope]
    known = _alerts(store, begin - ALERTS_SINCE, as_of, period)
    dropped, rounded = health.dropped(store)
    hours = _hours(period, as_of)
    facts = PeriodFacts(
        period=period,
        begin=begin,
        end=min(end, as_of),
        as_of=as_of,
        partial=as_of < end,
        kinds=kinds,
        board_days=_series(counts, Kind.BOARD, main, kinds, chart),
        post_days=_series(counts, Kind.POST, main, kinds, chart),
        band=_band(settings, counts, main, kinds[Kind.BOARD].known_from, period),
        classes=(),
        matters=(),
        further=(),
        every=tuple(m for m in matters if not _official(m) or period.topics),
        alerts=tuple(a for a in known if _within(a, begin)),
        alert_days=_alert_days(known, chart),
        media=_media(store, settings, period),
        hotlist=_hotlist(store, begin, end, period),
        responses_day=answers.of_day,
        responses_month=answers.of_month,
        responses_before=answers.before,
        overdue=answers.ever,
        overdue_month=answers.late,
        sources=health.sources(settings, store),
        dropped=dropped,
        dropped_rounded=rounded,
        focus=_focus(store, settings, period, upto, as_of),
        now_rows=tuple(snapshots.rows(settings, store, period.topics, as_of, hours)) if hours else (),
        now_hours=hours,
    )
    return _ranked(store, facts, matters)


def _ranked(store: Store, facts: PeriodFacts, matters: Sequence[Matter]) -> PeriodFacts:
    """The matters put in order: the concentrated ones with their words; the official classes where nothing is finer."""
    seen = sorted((m for m in matters if m.volume), key=lambda m: (-m.score, m.topic.name))
    finer = [m for m in seen if not _official(m)]
    sub = finer or seen
    listed = [m for m in sub if m.concentrated][:TOP_MATTERS]
    return replace(
        facts,
        classes=tuple(m for m in seen if _official(m)),
        matters=worded(store, listed, (facts.first, facts.upto), facts.whole),
        further=tuple(m for m in sub if m not in listed) if listed or finer else (),
    )


def _official(found: Matter) -> bool:
    return found.topic.name == found.topic.official.value


def _counts(store: Store, period: Period, scope: Sequence[Topic], main: str, upto: date) -> Counts:
    """The cells of the period, of what it is compared with and of sixty days before it at the least."""
    first = min([period.first - timedelta(days=HISTORY_DAYS), *(span[0] for span in period.before)])
    whole = period.fixed and upto == period.last
    return Counts(store, first, period.last, tuple(t.name for t in scope), exact_sums=whole, main=main)


def _hours(period: Period, as_of: datetime) -> int:
    """The last hours that are told of a running watch window; 0 where none is running."""
    window = period.watch
    return (window.snapshot_h or SNAPSHOT_H) if window is not None and window.open_at(as_of) else 0


def _band(
    settings: Settings, counts: Counts, main: str, known: date | None, period: Period
) -> Mapping[date, BandDay]:  # fmt: skip
    """Of the kinds whose chart shows one."""
    if period.kind is BriefKind.MONTHLY or len(period.topics) > 1:
        return {}
    return band(settings, counts, main, known, _chart(period))


def _media(store: Store, settings: Settings, period: Period) -> Coverage:
    before = None if period.kind is BriefKind.DAILY else period.before[0]
    return coverage.span(store, settings, period.first, period.last, topics=period.topics, before=before)


def _focus(store: Store, settings: Settings, period: Period, upto: date, as_of: datetime) -> Focus | None:
    if period.kind is not BriefKind.TOPIC:
        return None
    return focus(store, settings, period, (period.first, upto), as_of, upto == period.last)


def _chart(period: Period) -> Span:
    """The days of the chart: the period, and as many days before it as make four weeks and a day."""
    return min(period.first, period.last - timedelta(days=CHART_DAYS - 1)), period.last


def _series(
    counts: Counts, kind: Kind, topic: str, kinds: dict[Kind, KindFacts], chart: Span
) -> tuple[tuple[date, int | None], ...]:
    known = kinds[kind].known_from
    days = list(days_of(*chart))
    return tuple((d, number(counts.day(kind, topic, d)) if known is not None and d >= known else None) for d in days)


def _alerts(store: Store, since: datetime, as_of: datetime, period: Period) -> tuple[Alert, ...]:
    """Alerts known at ``as_of`` that began after ``since``; those still open first, gravest first, then newest."""
    found = AlertBook(store).list(topics=period.topics, since=since, until=as_of, limit=1000)
    shown = [a for a in found if a.opened_at <= as_of]
    return tuple(sorted(shown, key=lambda a: (not open_at(a, as_of), a.level, -a.onset.timestamp(), a.id)))


def _within(alert: Alert, begin: datetime) -> bool:
    """Whether it was still open when the period began."""
    return all(end is None or end >= begin for end in (alert.recovered_at, alert.closed_at))


def _alert_days(alerts: Sequence[Alert], chart: Span) -> dict[date, int]:
    """The gravest level that began on each day of the chart."""
    found: dict[date, int] = {}
    for alert in alerts:
        day = day_of(alert.onset)
        if chart[0] <= day <= chart[1]:
            found[day] = min(found.get(day, alert.level), alert.level)
    return dict(sorted(found.items()))


def open_at(alert: Alert, moment: datetime) -> bool:
    """Whether the alert had neither recovered nor been closed by a moment."""
    ends = [end for end in (alert.recovered_at, alert.closed_at) if end is not None]
    return not ends or min(ends) > moment


def _hotlist(store: Store, begin: datetime, end: datetime, period: Period) -> tuple[Article, ...]:
    query = RecordQuery(
        kinds=(Kind.HOTLIST,), topics=period.topics, since=begin, until=end, order=Order.OLDEST, limit=200
    )
    entries = [r for r in store.find(query).records if isinstance(r, Article)]
    return tuple(sorted(entries, key=lambda a: (a.rank or 10_000, a.published, a.id))[:HOTLIST_SHOWN])
