"""Which articles stood on a front page or a hot list, where a source says so.

Two ways lead here. An article may itself have a rank: the place on its outlet's front page. And a source may list a
front page or a hot list as entries of kind ``hotlist``: an entry leads to the same page as an article or has its title.
The second keeps its fact even where the article was read before from a feed, because it names its own outlet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain

from monitor.coverage.outlets import Known
from monitor.coverage.places import front_of
from monitor.coverage.types import Front
from monitor.intake.pages import page_of
from monitor.model import Kind
from monitor.settings.media import OutletLevel
from monitor.store import Outline

_SHORTEST = 8
"""Characters of a title under which two pages may share it by chance."""
_OTHER = re.compile(r"[\W_]+")
_PRESS = (OutletLevel.CENTRAL, OutletLevel.PROVINCE, OutletLevel.CITY, OutletLevel.DISTRICT)


def fronts(
    articles: Sequence[Outline], entries: Sequence[Outline], known: Mapping[str, Known], own: frozenset[str]
) -> tuple[Front, ...]:
    """The best place of each article at each outlet; ``own``: ids of articles that carry a release of the district."""
    found: dict[tuple[str, str], Front] = {}

    def put(article: Outline, place: Known, rank: int, *, listed: bool) -> None:
        called = "首页" if listed else front_of(article.outlet)
        front = Front(article, place.name, place.level, rank, listed, article.id in own, called)
        held = found.get((article.id, place.name))
        if held is None or front.rank < held.rank:
            found[article.id, place.name] = front

    for article in articles:
        if article.rank is not None:
            put(article, known[article.id], article.rank, listed=False)
    for entry, article in _met(articles, [entry for entry in entries if entry.rank is not None]):
        place = known[entry.id]
        put(article, place, entry.rank or 0, listed=place.level not in _PRESS)
    return tuple(sorted(found.values(), key=lambda f: (f.listed, f.rank, f.article.at, f.article.id, f.outlet)))


def _met(articles: Sequence[Outline], entries: Sequence[Outline]) -> list[tuple[Outline, Outline]]:
    """Each entry with the article that it is about: of several that of the news, the original, the earliest."""
    if not entries:
        return []
    marks = [{("page", page_of(e.url)), ("title", _title(e.title))} - {("page", ""), ("title", "")} for e in entries]
    wanted = set(chain.from_iterable(marks))
    best: dict[tuple[str, str], Outline] = {}
    for article in articles:
        for mark in (("page", page_of(article.url)), ("title", _title(article.title))):
            if mark in wanted and (mark not in best or _order(article) < _order(best[mark])):
                best[mark] = article
    met = []
    for entry, own_marks in zip(entries, marks, strict=True):
        about = [best[mark] for mark in sorted(own_marks) if mark in best]
        if about:
            met.append((entry, about[0]))
    return met


def _order(article: Outline) -> tuple[bool, bool, int, str]:
    return article.kind is Kind.OFFICIAL, article.reprint_of is not None, article.at, article.id


def _title(title: str) -> str:
    plain = _OTHER.sub("", title)
    return plain if len(plain) >= _SHORTEST else ""
