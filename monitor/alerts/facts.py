"""What may explain an alert: terms, places, and the news and board messages of its hours. Only released ones (S3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from monitor.alerts.types import Alert
from monitor.model import Article, BoardMessage, Facet, Kind, Polarity, day_of
from monitor.signals.figures import facets
from monitor.store import RecordQuery, Store

KINDS = (Kind.POST, Kind.BOARD, Kind.NEWS)
TERMS = 8
PLACES = 5
RELATED = 6
_BEFORE_H = 3
"""News that set a matter off may be some hours older than the window."""


def explain(store: Store, alert: Alert) -> Alert:
    """The alert with what its days and hours show; of posts only terms and places that at least ten carry."""
    return replace(
        alert,
        terms=_facet(store, alert, Facet.TERM, TERMS),
        places=_facet(store, alert, Facet.PLACE, PLACES),
        related=_related(store, alert),
    )


def _facet(store: Store, alert: Alert, facet: Facet, limit: int) -> tuple[str, ...]:
    """The most frequent values of the window's days: by the best rank that any kind gives them, then by name."""
    first, last = day_of(alert.window_begin), day_of(alert.window_end - timedelta(seconds=1))
    ranks: dict[str, int] = {}
    for kind in KINDS:
        for rank, (value, _) in enumerate(facets(store, facet, first, last, kind, alert.topic, limit)):
            ranks[value] = min(rank, ranks.get(value, rank))
    return tuple(sorted(ranks, key=lambda value: (ranks[value], value))[:limit])


def _related(store: Store, alert: Alert) -> tuple[tuple[str, str, str], ...]:
    """News and board messages of the topic in the window and shortly before; negative ones first, then the newest."""
    page = store.find(
        RecordQuery(
            kinds=(Kind.BOARD, Kind.NEWS, Kind.OFFICIAL),
            topics=(alert.topic,),
            since=alert.window_begin - timedelta(hours=_BEFORE_H),
            until=alert.window_end,
            limit=50,
        )
    )
    shown = [r for r in page.records if isinstance(r, Article | BoardMessage) and r.labels.reprint_of is None]
    shown.sort(key=lambda r: r.labels.sentiment.polarity is not Polarity.NEGATIVE)
    return tuple((r.id, r.title or "（无标题）", _link(r.url)) for r in _mixed(shown))


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
