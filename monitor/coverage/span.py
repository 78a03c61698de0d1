"""What was published about the district in a span: own releases, news by outlet and level, who carried whose text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.coverage import counting
from monitor.coverage.families import Family, families, level_order, outlets_of, release_of, story
from monitor.coverage.fronts import fronts
from monitor.coverage.outlets import Known, table_of
from monitor.coverage.twins import once
from monitor.coverage.types import Coverage, Front, Story
from monitor.model import Article, Kind, day_span, start_of
from monitor.settings import Settings
from monitor.settings.media import Own, own_of
from monitor.store import Outline, RecordQuery, Store
from monitor.store.rules import micros, outline

EARLIER = timedelta(days=31)
"""How far before the span a release may lie that news of the span still carries."""
PLAIN = 40
"""Stories nobody carried that are kept of a span."""
_Days = tuple[date, date]
_NO_FRONT = 1_000_000


def span(
    store: Store, settings: Settings, first: date, last: date, *, topics: tuple[str, ...] = (),
    before: _Days | None = None,
) -> Coverage:  # fmt: skip
    """Reads the outlines of news and releases of some local days and groups reprints under what they reprint.

    ``topics``: only what is about any of these. ``before``: an earlier span to compare with.
    """
    since, until = day_span(first, last)
    begin = min(since, start_of(before[0])) if before else since

    def outlines(kind: Kind, since: datetime) -> Sequence[Outline]:
        return store.outlines(RecordQuery(kinds=(kind,), topics=topics, since=since, until=until))

    articles = [*outlines(Kind.NEWS, begin), *outlines(Kind.OFFICIAL, begin - EARLIER)]
    heads = _had_before(store, articles)
    entries = outlines(Kind.HOTLIST, since)
    known = outlets_of([*heads, *articles, *entries], table_of(settings))
    found = _covered(settings, (first, last), articles, heads, entries, known)
    return replace(found, before=_covered(settings, before, articles, heads, (), known)) if before else found


def month(store: Store, settings: Settings, day: date, *, topics: tuple[str, ...] = ()) -> Coverage:
    """The coverage of the calendar month that ``day`` lies in, with the month before to compare."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    previous = (first - timedelta(days=1)).replace(day=1)
    return span(
        store, settings, first, following - timedelta(days=1), topics=topics,
        before=(previous, first - timedelta(days=1)),
    )  # fmt: skip


def reprints_of(store: Store, settings: Settings, ids: Collection[str]) -> dict[str, list[tuple[Outline, Known]]]:
    """The articles that carry the text of each of some records, oldest first, each with its outlet."""
    if not ids:
        return {}
    query = RecordQuery(kinds=(Kind.NEWS, Kind.OFFICIAL), reprints_of=tuple(sorted(ids)))
    found = store.outlines(query)
    known = outlets_of(found, table_of(settings))
    by_original: dict[str, list[tuple[Outline, Known]]] = {}
    for article in found:
        by_original.setdefault(article.reprint_of or "", []).append((article, known[article.id]))
    return by_original


def _had_before(store: Store, found: Sequence[Outline]) -> list[Outline]:
    """The originals of releases that are labelled reprints: they tell whether news had the text first."""
    there = {a.id: a for a in found}
    wanted = sorted({a.reprint_of for a in found if a.kind is Kind.OFFICIAL and a.reprint_of})
    records = (store.get_record(id) for id in wanted if id not in there)
    return [
        *(there[id] for id in wanted if id in there),
        *(outline(record) for record in records if isinstance(record, Article) and record.withdrawn is None),
    ]


def _covered(
    settings: Settings, days: _Days, articles: Sequence[Outline], heads: Sequence[Outline],
    entries: Sequence[Outline], known: Mapping[str, Known],
) -> Coverage:  # fmt: skip
    """The coverage of some days; ``articles`` may hold others, too."""
    since, until = (micros(moment) for moment in day_span(*days))
    own = own_of(settings)
    articles = once(articles, known)
    inside = [a for a in articles if since <= a.at < until]
    early = since - EARLIER // timedelta(microseconds=1)
    earlier = {a.id: a for a in articles if a.kind is Kind.OFFICIAL and early <= a.at < since and a.source in own}
    earlier |= {a.id: a for a in heads if a.at < since}
    grouped = _told(families([*earlier.values(), *inside]), since, own)
    releases = {f.id: release for f in grouped if (release := release_of(f, own))}
    of_own = {a.id for f in grouped if f.id in releases for a in f.members if a.kind is Kind.NEWS}
    # What stands on the district's own home page is no publicity that somebody else gave it.
    elsewhere = [a if a.kind is Kind.NEWS or a.source not in own else replace(a, rank=None) for a in inside]
    places = fronts(elsewhere, entries, known, frozenset(of_own | {r.id for r in releases.values()}))
    best = {f.article.id: f for f in reversed(places) if not f.listed}
    stories = _stories(grouped, releases, known, best, since)
    mine = [r for r in releases.values() if r.at >= since]
    return replace(
        counting.counted(settings, days, inside, known, of_own, own),
        originals=len(mine),
        releases_carried=sum(1 for s in stories if s.own and s.reprints and s.article.at >= since),
        stories=stories,
        fronts=places,
        accounts=counting.accounts(own, inside, [f for f in grouped if f.id in releases]),
    )


def _told(found: Sequence[Family], since: int, own: Own) -> list[Family]:
    """The families that have news or a release in the span itself; what other offices publish is not coverage."""
    return [f for f in found if any(a.at >= since and (a.kind is Kind.NEWS or a.source in own) for a in f.members)]


def _stories(
    grouped: Sequence[Family], releases: Mapping[str, Outline], known: Mapping[str, Known], best: Mapping[str, Front],
    since: int,
) -> tuple[Story, ...]:  # fmt: skip
    """Every text that was carried, and the first ``PLAIN`` that were not: news before releases, by level."""
    single = [f for f in grouped if len(f.members) == 1]
    single.sort(key=lambda f: (f.id in releases, level_order(known[f.members[0].id].level), f.members[0].at, f.id))
    told = [*(f for f in grouped if len(f.members) > 1), *single[:PLAIN]]
    found = [story(_within(f, releases, since), releases.get(f.id), known, best) for f in told]
    return tuple(sorted(found, key=_weight))


def _weight(story: Story) -> tuple[int, int, int, int, str]:
    article = story.article
    return -story.reprints, level_order(story.level), story.front or _NO_FRONT, article.at, article.id


def _within(family: Family, releases: Mapping[str, Outline], since: int) -> Family:
    """Without the members before the span, but for the release that those of the span carry."""
    if family.members[0].at >= since:
        return family
    release = releases.get(family.id)
    return Family(family.id, tuple(a for a in family.members if a.at >= since or a is release))
