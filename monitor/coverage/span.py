"""What was published about the district in a span: own releases, news by outlet, and who carried whose text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitor.model import Article, Kind, day_span
from monitor.store import Order, RecordQuery, Store

_PAGE = 500


@dataclass(frozen=True, slots=True)
class OutletCount:
    """Articles of one outlet in the span; ``reprints`` of them carried a text that another had first."""

    outlet: str
    articles: int
    reprints: int


@dataclass(frozen=True, slots=True)
class Story:
    """A text and who carried it. ``reprints`` counts news articles of the span that carry the text of ``article``.

    ``article`` is the original, or where that lies before the span, the first reprint within it.
    """

    article: Article
    reprints: int
    outlets: tuple[str, ...]
    own: bool
    """Whether an official source of the district published it first, as far as the span shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """News and own releases of the local days ``first`` to ``last``. All of it is public: counts are exact."""

    first: date
    last: date
    releases: int
    releases_carried: int
    """Own releases of the span that at least one news article of the span reprinted."""
    news: int
    news_reprints: int
    own_outlets: tuple[OutletCount, ...]
    news_outlets: tuple[OutletCount, ...]
    stories: tuple[Story, ...]
    """Most reprinted first, then oldest first."""


def span(store: Store, first: date, last: date) -> Coverage:
    """Reads the news and official releases of a span and groups reprints under what they reprint."""
    since, until = day_span(first, last)
    query = RecordQuery(kinds=(Kind.NEWS, Kind.OFFICIAL), since=since, until=until, order=Order.OLDEST, limit=_PAGE)
    articles = list(_articles(store, query))
    news = [a for a in articles if a.kind is Kind.NEWS]
    own = [a for a in articles if a.kind is Kind.OFFICIAL]
    stories = _stories(articles)
    return Coverage(
        first=first,
        last=last,
        releases=len(own),
        releases_carried=sum(1 for s in stories if s.own and s.reprints),
        news=len(news),
        news_reprints=sum(1 for a in news if a.labels.reprint_of),
        own_outlets=_outlets(own),
        news_outlets=_outlets(news),
        stories=stories,
    )


def _articles(store: Store, query: RecordQuery) -> Iterator[Article]:
    while True:
        page = store.find(query)
        for record in page.records:
            if isinstance(record, Article):
                yield record
        if not page.cursor:
            return
        query = replace(query, cursor=page.cursor)


def _outlets(articles: Sequence[Article]) -> tuple[OutletCount, ...]:
    all_of = Counter(a.outlet or a.source for a in articles)
    reprints = Counter(a.outlet or a.source for a in articles if a.labels.reprint_of)
    rows = [OutletCount(outlet, n, reprints[outlet]) for outlet, n in all_of.items()]
    return tuple(sorted(rows, key=lambda row: (-row.articles, row.outlet)))


def _stories(articles: Sequence[Article]) -> tuple[Story, ...]:
    groups: dict[str, list[Article]] = {}
    for article in articles:
        groups.setdefault(article.labels.reprint_of or article.id, []).append(article)
    stories = []
    for id, members in groups.items():
        head = next((a for a in members if a.id == id), members[0])
        others = [a for a in members if a is not head and a.kind is Kind.NEWS]
        outlets = tuple(dict.fromkeys(a.outlet or a.source for a in others))
        stories.append(Story(head, len(others), outlets, head.kind is Kind.OFFICIAL))
    return tuple(sorted(stories, key=lambda s: (-s.reprints, s.article.published, s.article.id)))
