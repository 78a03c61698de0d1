"""The realistic web: a district's outlets of every sort, and what changes between visits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.crawlers.sites import texts
from tests.crawlers.sites.boards import Board, BoardApi, Forum
from tests.crawlers.sites.feeds import Atom, DiscuzFeed, JsonFeed, Rss, RssHub, WordPress
from tests.crawlers.sites.forums import Discourse
from tests.crawlers.sites.interfaces import HotList, Mastodon, NewsApi
from tests.crawlers.sites.outlet import Changes, Outlet
from tests.crawlers.sites.pages import Sections, Sitemap
from tests.crawlers.sites.papers import EPaper, FrontPage
from tests.crawlers.sites.server import Web

QUICK = timedelta(minutes=9)
_ROBOTS = "User-agent: *\nDisallow: /search\nDisallow: /u/\nCrawl-delay: 0\n"


def build(web: Web, copy: int = 0) -> list[Outlet]:
    """Opens every outlet on ``web``; a ``copy`` has the same outlets under other names, with items of its own."""

    at = 100 * copy

    def name(told: str) -> str:
        return f"{told}-{copy}" if copy else told

    some = {1: Changes(new=5, late=2, edited=3, withdrawn=2)}
    residents: dict[str, Any] = {"make": texts.complaint, "every": QUICK}
    return [
        Rss(web, name("rss"), at + 11, 40, changes=some),
        RssHub(web, name("rsshub"), at + 12, 20, changes={1: Changes(new=4, late=1)}),
        WordPress(web, name("wordpress"), at + 13, 10, kind="official", changes={1: Changes(new=4)}),
        DiscuzFeed(web, name("discuz-feed"), at + 14, 20, kind="post", changes={1: Changes(new=6, late=1)}, **residents),
        Atom(web, name("atom"), at + 15, 20, changes=some),
        JsonFeed(web, name("json-feed"), at + 16, 30, changes={1: Changes(new=12, late=1)}),
        Sections(web, name("sections"), at + 17, 60, kind="official", robots=_ROBOTS, forbidden=["/search/", "/u/"], reach=50,
                 changes={1: Changes(new=25, late=2, edited=3, withdrawn=2)}),
        Sections(web, name("sections-auto"), at + 18, 30, rule=False, changes=some),
        Sitemap(web, name("sitemap"), at + 19, 30, changes=some),
        NewsApi(web, name("news-api"), at + 20, 40, changes={1: Changes(new=20, late=1)}),
        Mastodon(web, name("mastodon"), at + 21, 20, kind="post", changes={1: Changes(new=5)}, **residents),
        HotList(web, name("hot"), at + 22, 20, kind="hotlist", changes={1: Changes(new=5)}),
        Board(web, name("board"), at + 23, 30, kind="board", changes={1: Changes(new=4), 2: Changes()}, **residents),
        BoardApi(web, name("board-api"), at + 24, 24, kind="board", changes={1: Changes(new=4), 2: Changes()}, **residents),
        Forum(web, name("forum"), at + 25, 110, kind="post", every=timedelta(minutes=3), make=texts.complaint,
              changes={1: Changes(new=20)}),
        Discourse(web, name("discourse"), at + 26, 70, kind="post", every=timedelta(minutes=3), make=texts.complaint,
                  changes={1: Changes(new=20)}),
        FrontPage(web, name("front-page"), at + 27, 16, changes={1: Changes(new=3)}),
        EPaper(web, name("e-paper"), at + 28, 36),
    ]  # fmt: skip
