"""A list that rolled over between two visits: noticed, told, and read again sooner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from monitor.ops import pace, runs
from monitor.ops.runs import SourceState
from monitor.settings import load
from tests.crawlers.desk import Desk
from tests.crawlers.test_crawl import BODY, DAY, RFC
from tests.site import Reply, Site, article, feed


def entries(site: Site, first: int, last: int) -> None:
    """A feed of the entries ``first`` to ``last``."""
    listed = []
    for n in range(first, last):
        site.pages[f"/a/{n}.html"] = article(f"青石街道第{n}次排查供水管网", BODY, date=DAY)
        listed.append((f"/a/{n}.html", f"青石街道第{n}次排查供水管网", RFC))
    site.pages["/feed.xml"] = feed(site, listed)


def state_of(desk: Desk) -> SourceState:
    with desk.store() as store:
        settings = load(desk.config)
        return runs.states(store, settings.sources.source)["news"]


def source(site: Site, **more: Any) -> dict[str, Any]:
    return {"id": "news", "url": site.url("/feed.xml"), "interval_min": 60, **more}


def test_a_feed_that_rolled_over_is_told_and_comes_sooner(site: Site, desk: Desk) -> None:
    desk.configure([source(site)])
    entries(site, 0, 6)
    first = desk.crawl().only()
    assert (first["state"], first["new"]) == ("ok", 6), "the first reading of a source is no gap"
    entries(site, 20, 26)
    rolled = desk.crawl().only()
    assert (rolled["state"], rolled["new"]) == ("partial", 6)
    assert "可能漏采" in rolled["message"]
    assert state_of(desk).factor == 0.5
    assert pace.interval(load(desk.config).sources.source[0], 0.5) == timedelta(minutes=30)


def test_a_feed_of_which_something_is_known_has_no_gap(site: Site, desk: Desk) -> None:
    desk.configure([source(site)])
    entries(site, 0, 6)
    desk.crawl()
    entries(site, 5, 11)
    later = desk.crawl().only()
    assert (later["state"], later["new"], later["message"]) == ("ok", 5, "")
    assert state_of(desk).factor < 1, "five of six were new"


def test_an_unchanged_feed_is_read_less_often(site: Site, desk: Desk) -> None:
    desk.configure([source(site)])
    entries(site, 0, 6)
    for _ in range(5):
        desk.crawl()
    assert state_of(desk).factor == 2.0, "its bound: twice the interval"


def test_further_pages_of_a_list_close_the_gap(site: Site, desk: Desk) -> None:
    def lists(newest: int) -> None:
        for page in range(4):
            first = newest - 4 * page
            links = "".join(
                f"<li><a href='/n/{n}.html'>青石街道排查第{n}号管网</a></li>" for n in range(first, first - 4, -1)
            )
            site.pages[f"/list{page}.html"] = Reply(
                f"<ul class=l>{links}</ul><a class=n href='/list{page + 1}.html'>下页</a>"
            )
        for n in range(newest, newest - 16, -1):
            site.pages[f"/n/{n}.html"] = article(f"青石街道排查第{n}号管网", BODY, date=DAY)

    rules = {"link": ".l a", "next": "a.n", "pages": 4}
    desk.configure([{"id": "news", "adapter": "html", "url": site.url("/list0.html"), "list": rules}])
    lists(100)
    assert desk.crawl().only()["new"] == 16
    lists(106)
    healed = desk.crawl().only()
    assert (healed["state"], healed["new"], healed["message"]) == ("ok", 6, ""), "the second page reached what is known"
    lists(140)
    assert desk.crawl().only()["state"] == "partial", "four pages did not reach it"
