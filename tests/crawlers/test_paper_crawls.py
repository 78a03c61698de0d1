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
            site.pages[f"{folder}/content_{sheet}0{n}.htm?div=-1"] = Reply(founder_article(day, sheet, n).encode("gbk"), "text/html")


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


def test_a_newspaper_is_read_page_by_page_missed_days_are_made_up_for_and_old_ones_left_alone(site: Site, desk: Desk) -> None:
    day = today()
    for back in (0, 2):  # no paper yesterday
        publish(site, day - timedelta(days=back))
    landing(site, day)
    desk.configure([paper(site)])
    run = desk.crawl().only()
    assert (run["state"], run["new"], run["failures"]) == ("ok", 18, {})
    assert by_sheet(desk) == {"示例日报（第01版：要闻）": 6, "示例日报（第02版：民生）": 6, "示例日报（第03版：文化）": 6}
    records = [r for r in desk.records() if isinstance(r, Article)]
    assert sorted(r.rank or 0 for r in records if "第01版" in r.outlet) == [1, 1, 2, 2, 3, 3]
    assert {r.published.astimezone(CHINA).date() for r in records} == {day, day - timedelta(days=2)}
    assert not any(WHO in str(r) for r in records)
    assert not any(WHO.encode() in body for body in desk.written().values())

    # The next pass asks for today's pages again, and not for those of an issue that is settled.
    asked = len(site.log)
    again = desk.crawl().only()
    paths = {a.path for a in site.log[asked:]}
    assert (again["state"], again["new"]) == ("ok", 0)
    assert f"/html/{day:%Y-%m}/{day:%d}/node_1.htm" in paths
    settled = day - timedelta(days=2)
    assert not any(path.startswith(f"/html/{settled:%Y-%m}/{settled:%d}/") for path in paths)


def test_an_issue_that_comes_out_later_is_found_although_the_home_page_is_as_it_was(site: Site, desk: Desk) -> None:
    day = today()
    landing(site, day)
    publish(site, day - timedelta(days=1))
    desk.configure([paper(site)])
    first = desk.crawl().only()
    assert (first["state"], first["new"]) == ("ok", 9)
    publish(site, day)
    assert (desk.crawl().only()["new"], len(desk.records())) == (9, 18)


STORIES = [(f"/2026/1122/{n}.html", f"示例区第{n}件供水民生实事有了最新进展") for n in range(6)]


def portal(site: Site, order: list[int]) -> None:
    site.pages["/"] = Reply(front("示例新闻网", [STORIES[n] for n in order]))
    for n, (path, title) in enumerate(STORIES):
        site.pages[path] = article(title, f"青石街道第{n}处供水管网完成改造，居民反映水压明显改善，{n}号楼不再停水。" * 4)


def test_a_story_that_rises_keeps_its_best_place(site: Site, desk: Desk) -> None:
    portal(site, [0, 1, 2, 3, 4, 5])
    desk.configure([{"id": "front", "adapter": "frontpage", "url": site.url("/"), "outlet": "示例新闻网"}])
    assert desk.crawl().only()["new"] == 6
    before = places(desk)
    assert before["0.html"] == 1 and sorted(before.values()) == [1, 2, 3, 4, 5, 6]

    portal(site, [3, 0, 1, 2, 4, 5])
    run = desk.crawl().only()
    assert (run["new"], run["state"], run["dropped"]) == (0, "ok", {})
    after = places(desk)
    assert (after["3.html"], after["0.html"]) == (1, 1), "a new headline, and the old one stays what it was"
    assert all(after[path] <= place for path, place in before.items())
    assert all(not r.revisions for r in desk.records() if isinstance(r, Article)), "a place is no change of the text"


def places(desk: Desk) -> dict[str, int]:
    return {r.url.rpartition("/")[2]: r.rank for r in desk.records() if isinstance(r, Article) and r.rank}


def test_a_story_of_the_feed_and_of_the_front_page_is_one_article_with_a_place_and_no_reprint_of_itself(site: Site, desk: Desk) -> None:
    portal(site, [0, 1, 2, 3, 4, 5])
    site.pages["/rss.xml"] = feed(site, [(path, title, "2026-11-20 08:30") for path, title in STORIES])
    desk.configure([
        {"id": "feed", "url": site.url("/rss.xml"), "outlet": "示例新闻网"},
        {"id": "front", "adapter": "frontpage", "url": site.url("/"), "outlet": "示例新闻网"},
    ])  # fmt: skip
    desk.crawl("feed")
    run = desk.crawl("front").only()
    assert (run["new"], run["duplicate"], run["state"]) == (0, 6, "ok")
    assert {r.source for r in desk.records()} == {"feed"} and places(desk)["0.html"] == 1
    portal(site, [4, 0, 1, 2, 3, 5])
    desk.crawl("front")
    assert places(desk)["4.html"] == 1, "the story of the feed rises with its front page"
    day = date(2026, 11, 20)
    with desk.store() as store:
        found = coverage.span(store, load(desk.config), day, day)
    assert (found.news, found.news_reprints) == (6, 0)
    assert [(o.outlet, o.articles, o.reprints) for o in found.news_outlets] == [("示例新闻网", 6, 0)]
    assert all(s.reprints == 0 for s in found.stories)
    heads = {f.article.title for f in found.fronts if f.words == "首页头条"}
    assert heads == {STORIES[0][1], STORIES[4][1]}
