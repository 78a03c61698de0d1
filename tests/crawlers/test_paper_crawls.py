"""A newspaper of several days and a front page that changes, through the real crawl, store and coverage."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from monitor import coverage
from monitor.model import CHINA, Article
from monitor.settings import load
from tests.crawlers.desk import Desk
from tests.crawlers.paper_pages import SHEETS, WHO, founder_article, founder_sheet, front
from tests.site import Reply, Site, article, feed


def today() -> date:
    return datetime.now(CHINA).date()


def publish(site: Site, day: date) -> None:
    """One issue: its pages and their articles, the addresses without the query that its links carry too."""
    folder = f"/html/{day:%Y-%m}/{day:%d}"
    for sheet in range(1, len(SHEETS) + 1):
        site.pages[f"{folder}/node_{sheet}.htm"] = Reply(founder_sheet(day, sheet).encode("gbk"), "text/html")
        for n in range(3):
            site.pages[f"{folder}/content_{sheet}0{n}.htm?div=-1"] = Reply(
                founder_article(day, sheet, n).encode("gbk"), "text/html"
            )


def landing(site: Site, day: date) -> None:
    site.pages["/"] = Reply(f"<html><script>location.href='html/{day:%Y-%m}/{day:%d}/node_1.htm'</script></html>")


def paper(site: Site, **more: object) -> dict[str, object]:
    return {"id": "paper", "adapter": "epaper", "url": site.url("/"), "outlet": "示例日报", **more}


def by_sheet(desk: Desk) -> dict[str, int]:
    found: dict[str, int] = {}
    for record in desk.records():
        assert isinstance(record, Article)
        found[record.outlet] = found.get(record.outlet, 0) + 1
    return found


STORIES = [(f"/2026/1122/{n}.html", f"示例区第{n}件供水民生实事有了最新进展") for n in range(6)]


def portal(site: Site, order: list[int]) -> None:
    site.pages["/home"] = Reply(front("示例新闻网", [STORIES[n] for n in order]))
    for n, (path, title) in enumerate(STORIES):
        text = f"青石街道第{n}处供水管网完成改造，居民反映水压明显改善，{n}号楼不再停水。" * 4
        site.pages[path] = article(title, text)


def test_newspapers_and_front_pages_are_read_day_after_day(site: Site, desk: Desk) -> None:
    day, settled = today(), today() - timedelta(days=2)
    publish(site, settled)  # none appeared yesterday, and today's is not out yet
    landing(site, day)
    portal(site, [0, 1, 2, 3, 4, 5])
    home = {"id": "front", "adapter": "frontpage", "url": site.url("/home"), "outlet": "示例新闻网"}
    desk.configure([paper(site), home])
    runs = desk.crawl().runs
    assert {id: (run["state"], run["new"], run["failures"]) for id, run in runs.items()} == {
        "paper": ("ok", 9, {}), "front": ("ok", 6, {}),
    }  # fmt: skip
    assert by_sheet(desk) == {
        "示例日报（第01版：要闻）": 3,
        "示例日报（第02版：民生）": 3,
        "示例日报（第03版：文化）": 3,
        "示例新闻网": 6,
    }
    before = places(desk)
    assert before["0.html"] == 1 and sorted(before.values()) == [1, 2, 3, 4, 5, 6]

    # Today's issue comes out although the landing page is as it was; a story rises on the front page.
    publish(site, day)
    portal(site, [3, 0, 1, 2, 4, 5])
    asked = len(site.log)
    runs = desk.crawl().runs
    assert {id: (run["state"], run["new"], run["dropped"]) for id, run in runs.items()} == {
        "paper": ("ok", 9, {}), "front": ("ok", 0, {}),
    }  # fmt: skip
    records = [r for r in desk.records() if isinstance(r, Article)]
    assert sorted(r.rank or 0 for r in records if "第01版" in r.outlet) == [1, 1, 2, 2, 3, 3]
    assert {r.published.astimezone(CHINA).date() for r in records if r.source == "paper"} == {day, settled}
    assert not any(a.path.startswith(f"/html/{settled:%Y-%m}/{settled:%d}/") for a in site.log[asked:])
    after = places(desk)
    assert (after["3.html"], after["0.html"]) == (1, 1), "a new headline, and the old one stays what it was"
    assert all(after[path] <= place for path, place in before.items())
    assert not any(r.revisions for r in records), "a place is no change of the text"
    assert not any(WHO in str(r) for r in records)
    assert not any(WHO.encode() in body for body in desk.written().values())


def places(desk: Desk) -> dict[str, int]:
    found = (r for r in desk.records() if isinstance(r, Article) and r.rank and "/2026/1122/" in r.url)
    return {r.url.rpartition("/")[2]: r.rank or 0 for r in found}


def test_a_story_of_the_feed_and_of_the_front_page_is_one_article_with_its_place(site: Site, desk: Desk) -> None:
    portal(site, [0, 1, 2, 3, 4, 5])
    site.pages["/rss.xml"] = feed(site, [(path, title, "2026-11-20 08:30") for path, title in STORIES])
    desk.configure([
        {"id": "feed", "url": site.url("/rss.xml"), "outlet": "示例新闻网"},
        {"id": "front", "adapter": "frontpage", "url": site.url("/home"), "outlet": "示例新闻网"},
    ])  # fmt: skip
    runs = desk.crawl().runs
    assert {run["state"] for run in runs.values()} == {"ok"}
    assert sum(run["new"] for run in runs.values()) == 6 == sum(run["duplicate"] for run in runs.values())
    assert len(desk.records()) == 6 and places(desk)["0.html"] == 1
    portal(site, [4, 0, 1, 2, 3, 5])
    assert desk.crawl("front").only()["dropped"] == {}
    assert places(desk)["4.html"] == 1, "it rises whichever source brought it"
    day = date(2026, 11, 20)
    with desk.store() as store:
        found = coverage.span(store, load(desk.config), day, day)
    assert (found.news, found.news_reprints) == (6, 0)
    assert [(o.outlet, o.articles, o.reprints) for o in found.news_outlets] == [("示例新闻网", 6, 0)]
    assert all(s.reprints == 0 for s in found.stories)
    assert {f.article.title for f in found.fronts if f.words == "首页头条"} == {STORIES[0][1], STORIES[4][1]}
