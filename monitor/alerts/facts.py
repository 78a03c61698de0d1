"""What may explain an alert: terms, places, and the news and board messages of its hours. Only released ones (S3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.alerts.course import course
from monitor.alerts.levels import Surroundings
from monitor.alerts.types import Alert
from monitor.analysis.terms import burst
from monitor.model import Article, BoardMessage, Facet, Kind, Polarity, day_of
from monitor.settings import Settings
from monitor.signals.figures import counted, facets
from monitor.signals.matters import matters
from monitor.signals.spikes import Spike
from monitor.store import RecordQuery, Store
from monitor.store.revising import stands

KINDS = (Kind.POST, Kind.BOARD, Kind.NEWS)
TERMS = 8
PLACES = 5
RELATED = 6
MATTERS = 3
MATTER_DAYS = 7
USUAL_DAYS = 14
_OFTEN = 2
_LOOKED_AT = 100
_BEFORE_H = 3
"""News that set a matter off may be some hours older than the window."""


def surroundings(settings: Settings, store: Store, spike: Spike) -> Surroundings:
    """News and words around a spike, for its level. Terms of posts only where at least ten carry them."""
    known = settings.topic(spike.topic)
    titles = [r.title for r in _public(store, spike.topic, spike.begin, spike.end)]
    return Surroundings(
        news=_news(store, spike.topic, spike.begin, spike.end),
        words=(*titles, *_terms(store, spike.topic, spike.begin, spike.end)),
        own=known.terms if known else (),
    )


def explain(store: Store, alert: Alert, until: datetime | None = None) -> Alert:
    """The alert with what its days and hours show, up to ``until`` where it still goes on after its fullest window."""
    begin, end = alert.window_begin, max(alert.window_end, until or alert.window_end)
    return replace(
        alert,
        terms=_terms(store, alert.topic, begin, end),
        places=_places(store, alert.topic, begin, end),
        related=_related(store, alert.topic, begin, end),
        news=max(alert.news, _news(store, alert.topic, begin, end)),
        course=course(store, alert.topic, alert.measure, end),
        matters=_matters(store, alert.topic, end),
    )


def _terms(store: Store, topic: str, begin: datetime, end: datetime) -> tuple[str, ...]:
    """What these days talk of more than the weeks before do; of posts only what at least ten carry."""
    first, last = day_of(begin), day_of(end - timedelta(seconds=1))
    window = _said(store, topic, first, last)
    usual = _said(store, topic, first - timedelta(days=USUAL_DAYS), first - timedelta(days=1))
    often = {term: n for term, n in window.items() if n >= _OFTEN}
    return tuple(term for term, _ in burst(often or window, usual)[:TERMS])


def _said(store: Store, topic: str, first: date, last: date) -> dict[str, int]:
    """How often each term was said on some days, all kinds together, in figures that may be shown."""
    said: Counter[str] = Counter()
    for kind in KINDS:
        for term, n in facets(store, Facet.TERM, first, last, kind, topic, _LOOKED_AT):
            said[term] += counted(n)
    return dict(said)


def _places(store: Store, topic: str, begin: datetime, end: datetime) -> tuple[str, ...]:
    """The most frequent places of the window's days: by the best rank that any kind gives them, then by name."""
    first, last = day_of(begin), day_of(end - timedelta(seconds=1))
    ranks: dict[str, int] = {}
    for kind in KINDS:
        for rank, (value, _) in enumerate(facets(store, Facet.PLACE, first, last, kind, topic, PLACES)):
            ranks[value] = min(rank, ranks.get(value, rank))
    return tuple(sorted(ranks, key=lambda value: (ranks[value], value))[:PLACES])


def _matters(store: Store, topic: str, end: datetime) -> tuple[str, ...]:
    last = day_of(end - timedelta(seconds=1))
    # A fixed span of whole days that ends with the window's last one (S3).
    found = matters(store, last - timedelta(days=MATTER_DAYS - 1), last, topic=topic, limit=MATTERS)
    return tuple(dict.fromkeys(m.name for m in found))


def _news(store: Store, topic: str, begin: datetime, end: datetime) -> int:
    """News reports of the topic in the window and shortly before, reprints included: how far a matter has spread."""
    since = begin - timedelta(hours=_BEFORE_H)
    found = store.count(RecordQuery(kinds=(Kind.NEWS,), topics=(topic,), since=since, until=end))
    return found if isinstance(found, int) else 0


def _public(store: Store, topic: str, begin: datetime, end: datetime) -> list[Article | BoardMessage]:
    page = store.find(
        RecordQuery(
            kinds=(Kind.BOARD, Kind.NEWS, Kind.OFFICIAL),
            topics=(topic,),
            since=begin - timedelta(hours=_BEFORE_H),
            until=end,
            limit=50,
        )
    )
    return [r for r in page.records if isinstance(r, Article | BoardMessage) and r.labels.reprint_of is None]


def _related(store: Store, topic: str, begin: datetime, end: datetime) -> tuple[tuple[str, str, str], ...]:
    """News and board messages of the topic in the window and shortly before; negative ones first, then the newest."""
    shown = _public(store, topic, begin, end)
    shown.sort(key=lambda r: r.labels.sentiment.polarity is not Polarity.NEGATIVE)
    return tuple((r.id, r.title or "（无标题）", _link(r.url)) for r in _mixed(shown))


def standing(store: Store, related: Iterable[tuple[str, str, str]]) -> tuple[tuple[str, str, str], ...]:
    """Of the texts that an alert names those that have not been withdrawn since."""
    gone = {id for id, _, _ in related if (record := store.get_record(id)) is not None and not stands(record)}
    return tuple(item for item in related if item[0] not in gone)


def _mixed(records: Iterable[Article | BoardMessage]) -> list[Article | BoardMessage]:
    """At most ``RELATED``, and news not crowded out by many messages: half of the places are kept for each."""
    board = [r for r in records if isinstance(r, BoardMessage)]
    news = [r for r in records if isinstance(r, Article)]
    half = RELATED // 2
    take_board = min(len(board), max(half, RELATED - len(news)))
    return [*board[:take_board], *news[: RELATED - take_board]]


def _link(url: str) -> str:
    """Only web addresses become links: a feed may say ``javascript:``."""
    return url if url.startswith(("http://", "https://")) else ""
