"""Which articles stood on a front page or a hot list, where a source says so.

Two ways lead here. An article may itself have a rank: the place on its outlet's front page. And a source may list a
front page or a hot list as entries of kind ``hotlist``: an entry leads to the same page as an article or has its title.
The second keeps its fact even where the article was read before from a feed, because a record never changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from monitor.coverage.outlets import Known
from monitor.coverage.types import Front
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
        front = Front(article, place.name, place.level, rank, listed, article.id in own)
        held = found.get((article.id, place.name))
        if held is None or front.rank < held.rank:
            found[article.id, place.name] = front

    for article in articles:
        if article.rank is not None:
            put(article, known[article.id], article.rank, listed=False)
    by_page, by_title = _index(articles)
    for entry in entries:
        article_ = by_page.get(_page(entry.url)) or by_title.get(_title(entry.title))
        if article_ is not None and entry.rank is not None:
            place = known[entry.id]
            put(article_, place, entry.rank, listed=place.level not in _PRESS)
    return tuple(sorted(found.values(), key=lambda f: (f.listed, f.rank, f.article.published, f.article.id, f.outlet)))


def _index(articles: Sequence[Outline]) -> tuple[dict[str, Outline], dict[str, Outline]]:
    by_page: dict[str, Outline] = {}
    by_title: dict[str, Outline] = {}
    # The original before its reprints: what is on the list is the story.
    for article in sorted(
        articles, key=lambda a: (a.kind is Kind.OFFICIAL, a.reprint_of is not None, a.published, a.id)
    ):
        if page := _page(article.url):
            by_page.setdefault(page, article)
        if title := _title(article.title):
            by_title.setdefault(title, article)
    return by_page, by_title


def _page(url: str) -> str:
    return re.sub(r"^https?://(?:www\.|m\.)?|[?#].*$|/$", "", url)


def _title(title: str) -> str:
    plain = _OTHER.sub("", title)
    return plain if len(plain) >= _SHORTEST else ""
