"""Plain counts of a span: outlets, levels, accounts, days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from monitor.coverage.families import Family, level_order
from monitor.coverage.outlets import Known
from monitor.coverage.twins import is_reprint
from monitor.coverage.types import AccountCount, Coverage, CoverageDay, LevelCount, OutletCount
from monitor.model import Kind, start_of
from monitor.settings import Settings
from monitor.settings.media import Own
from monitor.store import Outline
from monitor.store.rules import micros


def counted(
    settings: Settings, days: tuple[date, date], articles: Sequence[Outline], known: Mapping[str, Known],
    of_own: Collection[str], own: Own,
) -> Coverage:  # fmt: skip
    """A coverage with all that needs no stories. ``of_own``: ids of the news that carry a release of the district."""
    news = [a for a in articles if a.kind is Kind.NEWS]
    releases = [a for a in articles if a.kind is Kind.OFFICIAL and a.source in own]
    outlets = _outlets(news, known, of_own)
    return Coverage(
        first=days[0],
        last=days[1],
        releases=len(releases),
        originals=0,
        releases_carried=0,
        news=len(news),
        news_reprints=sum(1 for a in news if is_reprint(a, known)),
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


def accounts(own: Own, articles: Sequence[Outline], families: Sequence[Family]) -> tuple[AccountCount, ...]:
    """Every own account, those that were silent too; most releases first. ``families``: those of own releases."""
    inside = {a.id for a in articles}
    carried = {
        a.id for f in families if any(a.kind is Kind.NEWS and a.id in inside for a in f.members) for a in f.members
    }
    releases = [a for a in articles if a.kind is Kind.OFFICIAL]
    output = Counter(a.source for a in releases)
    taken = Counter(a.source for a in releases if a.id in carried)
    rows = [AccountCount(name, platform, output[source], taken[source]) for name, platform, source in own.accounts]
    return tuple(sorted(rows, key=lambda row: (-row.releases, row.name)))


def _outlets(
    articles: Sequence[Outline], known: Mapping[str, Known], of_own: Collection[str]
) -> tuple[OutletCount, ...]:
    all_of = Counter(known[a.id] for a in articles)
    reprints = Counter(known[a.id] for a in articles if is_reprint(a, known))
    own = Counter(known[a.id] for a in articles if a.id in of_own)
    rows = [OutletCount(k.name, n, reprints[k], k.level, own[k]) for k, n in all_of.items()]
    return tuple(sorted(rows, key=lambda row: (-row.articles, level_order(row.level), row.outlet)))


def _levels(outlets: Sequence[OutletCount]) -> tuple[LevelCount, ...]:
    found = []
    for level in sorted({o.level for o in outlets}, key=level_order):
        rows = [o for o in outlets if o.level == level]
        found.append(LevelCount(level, len(rows), sum(o.articles for o in rows), sum(o.of_own for o in rows)))
    return tuple(found)


def _days(
    days: tuple[date, date], news: Sequence[Outline], releases: Sequence[Outline], of_own: Collection[str]
) -> tuple[CoverageDay, ...]:
    first, last = days
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    begin, day = micros(start_of(first)), 86_400_000_000  # China has kept one offset since 1991

    def by_day(articles: Sequence[Outline]) -> Counter[int]:
        return Counter((a.at - begin) // day for a in articles)

    out, told, own = by_day(releases), by_day(news), by_day([a for a in news if a.id in of_own])
    return tuple(CoverageDay(d, out[n], told[n], own[n]) for n, d in enumerate(dates))
