"""What was published about the district in a span: own releases, news by outlet and level, who carried whose text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from monitor.coverage.families import Family, families, level_order, outlets_of, release_of, story
from monitor.coverage.fronts import fronts
from monitor.coverage.outlets import Known, table_of
from monitor.coverage.types import AccountCount, Coverage, CoverageDay, LevelCount, OutletCount, Story
from monitor.model import Article, Kind, day_of, day_span, start_of
from monitor.settings import Settings
from monitor.settings.media import Own, own_of
from monitor.store import Outline, RecordQuery, Store
from monitor.store.rules import outline

EARLIER = timedelta(days=31)
"""How far before the span a release may lie that news of the span still carries."""


def span(
    store: Store, settings: Settings, first: date, last: date, *, topics: tuple[str, ...] = (),
    before: tuple[date, date] | None = None,
) -> Coverage:  # fmt: skip
    """Reads the outlines of news and releases of some local days and groups reprints under what they reprint.

    ``topics``: only what is about any of these. ``before``: another span to compare with.
    """
    since, until = day_span(first, last)
    own = own_of(settings)

    def outlines(*kinds: Kind, early: bool = False) -> Sequence[Outline]:
        begin, end = (since - EARLIER, since) if early else (since, until)
        return store.outlines(RecordQuery(kinds=kinds, topics=topics, since=begin, until=end))

    articles = outlines(Kind.NEWS, Kind.OFFICIAL)
    earlier = [a for a in outlines(Kind.OFFICIAL, early=True) if a.source in own]
    entries = outlines(Kind.HOTLIST)
    earlier += _had_before(store, [*earlier, *articles])
    known = outlets_of([*earlier, *articles, *entries], table_of(settings))
    grouped = _told(families([*earlier, *articles]), first, own)
    releases = {family.id: release_of(family, own) for family in grouped}
    of_own = {a.id for f in grouped if releases[f.id] for a in f.members if a.kind is Kind.NEWS}
    places = fronts(articles, entries, known, frozenset(of_own | {r.id for r in releases.values() if r}))
    best = {f.article.id: f.rank for f in reversed(places) if not f.listed}
    stories = [story(family, releases[family.id], known, best) for family in grouped]
    found = _counted(settings, (first, last), articles, known, of_own, own)
    return replace(
        found,
        stories=tuple(sorted(stories, key=lambda s: (-s.reprints, s.article.published, s.article.id))),
        fronts=places,
        originals=sum(1 for s in stories if s.own and s.article.published >= since),
        releases_carried=sum(1 for s in stories if s.own and s.reprints and s.article.published >= since),
        accounts=_accounts(settings, articles, stories, grouped),
        before=span(store, settings, *before, topics=topics) if before else None,
    )


def month(store: Store, settings: Settings, day: date, *, topics: tuple[str, ...] = ()) -> Coverage:
    """The coverage of the calendar month that ``day`` lies in, with the month before to compare."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    previous = (first - timedelta(days=1)).replace(day=1)
    return span(
        store, settings, first, following - timedelta(days=1), topics=topics,
        before=(previous, first - timedelta(days=1)),
    )  # fmt: skip


def reprints_of(store: Store, settings: Settings, article: Outline) -> tuple[tuple[Outline, Known], ...]:
    """The news articles that carry the text of an article, oldest first, each with its outlet."""
    found = store.outlines(RecordQuery(kinds=(Kind.NEWS, Kind.OFFICIAL), reprints_of=(article.id,)))
    known = outlets_of(found, table_of(settings))
    return tuple((a, known[a.id]) for a in found)


def _had_before(store: Store, found: Sequence[Outline]) -> list[Outline]:
    """The originals of releases that repeat what lies before the span: they tell whether news had the text first."""
    there = {a.id for a in found}
    wanted = {a.reprint_of for a in found if a.kind is Kind.OFFICIAL and a.reprint_of and a.reprint_of not in there}
    records = (store.get_record(id) for id in sorted(wanted))
    return [outline(record) for record in records if isinstance(record, Article)]


def _told(found: Sequence[Family], first: date, own: Own) -> list[Family]:
    """The families that have news or a release in the span itself; what other offices publish is not coverage."""
    begin = start_of(first)
    return [
        family
        for family in found
        if any(a.published >= begin and (a.kind is Kind.NEWS or a.source in own) for a in family.members)
    ]


def _counted(
    settings: Settings, days: tuple[date, date], articles: Sequence[Outline], known: Mapping[str, Known],
    of_own: Collection[str], own: Own,
) -> Coverage:  # fmt: skip
    """Everything that is a plain count."""
    first, last = days
    news = [a for a in articles if a.kind is Kind.NEWS]
    releases = [a for a in articles if a.kind is Kind.OFFICIAL and a.source in own]
    outlets = _outlets(news, known, of_own)
    return Coverage(
        first=first,
        last=last,
        releases=len(releases),
        originals=0,
        releases_carried=0,
        news=len(news),
        news_reprints=sum(1 for a in news if a.reprint_of),
        news_of_own=sum(1 for a in news if a.id in of_own),
        own_outlets=_outlets(releases, known, ()),
        news_outlets=outlets,
        levels=_levels(outlets),
        accounts=(),
        stories=(),
        fronts=(),
        days=_days(days, news, releases, of_own),
        own_configured=bool(own.accounts) or bool(releases),
        levels_configured=bool(settings.media.outlet),
    )


def _outlets(
    articles: Sequence[Outline], known: Mapping[str, Known], of_own: Collection[str]
) -> tuple[OutletCount, ...]:
    all_of = Counter(known[a.id] for a in articles)
    reprints = Counter(known[a.id] for a in articles if a.reprint_of)
    own = Counter(known[a.id] for a in articles if a.id in of_own)
    rows = [OutletCount(k.name, n, reprints[k], k.level, own[k]) for k, n in all_of.items()]
    return tuple(sorted(rows, key=lambda row: (-row.articles, level_order(row.level), row.outlet)))


def _levels(outlets: Sequence[OutletCount]) -> tuple[LevelCount, ...]:
    found = []
    for level in sorted({o.level for o in outlets}, key=level_order):
        rows = [o for o in outlets if o.level == level]
        found.append(LevelCount(level, len(rows), sum(o.articles for o in rows), sum(o.of_own for o in rows)))
    return tuple(found)


def _accounts(
    settings: Settings, articles: Sequence[Outline], stories: Sequence[Story], grouped: Sequence[Family]
) -> tuple[AccountCount, ...]:
    """Every own account, those that were silent too; most releases first. ``carried``: whose text news carried."""
    listed = own_of(settings).accounts
    carried = {a.id for s, family in zip(stories, grouped, strict=True) if s.own and s.reprints for a in family.members}
    releases = [a for a in articles if a.kind is Kind.OFFICIAL]
    output = Counter(a.source for a in releases)
    taken = Counter(a.source for a in releases if a.id in carried)
    rows = [AccountCount(name, platform, output[source], taken[source]) for name, platform, source in listed]
    return tuple(sorted(rows, key=lambda row: (-row.releases, row.name)))


def _days(
    days: tuple[date, date], news: Sequence[Outline], releases: Sequence[Outline], of_own: Collection[str]
) -> tuple[CoverageDay, ...]:
    first, last = days
    out, all_news = Counter(day_of(a.published) for a in releases), Counter(day_of(a.published) for a in news)
    own = Counter(day_of(a.published) for a in news if a.id in of_own)
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return tuple(CoverageDay(d, out[d], all_news[d], own[d]) for d in dates)
