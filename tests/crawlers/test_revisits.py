"""What was read is read again: corrected, answered and withdrawn pages, with the real crawler on a moved clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from monitor.model import CHINA, Article, BoardMessage, Kind, Post
from monitor.store import RecordQuery
from tests.crawlers.desk import Desk
from tests.crawlers.many import passes
from tests.crawlers.test_crawl import BOARD, BODY, message
from tests.site import Page, Reply, Site, article, feed

START = datetime.now(CHINA)
DAY = f"{START - timedelta(hours=3):%Y-%m-%d %H:%M}"


def page(n: int, text: str = BODY, title: str = "") -> Reply:
    return article(title or f"青石街道第{n}次排查供水管网", text, date=DAY)


def listing(site: Site, count: int, path: str = "/list", folder: str = "a") -> dict[str, Any]:
    """A list page of so many articles, and its source."""
    rows = "".join(f"<li><a href='/{folder}/{n}.html'>青石街道第{n}次排查供水管网</a></li>" for n in range(count))
    for n in range(count):
        site.pages.setdefault(f"/{folder}/{n}.html", page(n))
    site.pages[path] = Reply(f"<ul class=l>{rows}</ul>")
    return {"id": folder, "adapter": "html", "url": site.url(path), "list": {"link": ".l a"}}


def asked(site: Site, under: str = "/") -> list[tuple[str, int]]:
    """What was asked for since the last look, robots.txt left out."""
    told = [(a.path, a.status) for a in site.log if a.path != "/robots.txt" and a.path.startswith(under)]
    site.log.clear()
    return told


def withdrawn(desk: Desk) -> list[str]:
    with desk.store() as store:
        found = store.find(RecordQuery(withdrawn=True)).records
    assert all(isinstance(r, Article | BoardMessage) and not r.text and r.withdrawn for r in found)
    return sorted(getattr(r, "url", "").partition("//")[2].partition("/")[2] for r in found)


def by_path(desk: Desk) -> dict[str, Article]:
    return {r.url.rpartition("/")[2]: r for r in desk.records() if isinstance(r, Article)}


def test_pages_are_asked_again_at_growing_ages_and_conditionally(site: Site, desk: Desk) -> None:
    desk.configure([listing(site, 2)])
    seen = []
    with passes(desk, START) as crawl:
        crawl.only()
        asked(site)
        for hours in (0.5, 1.5, 2, 3.5, 4.6, 12, 28, 48, 82, 24 * 6, 24 * 8, 24 * 20, 24 * 34, 24 * 60):
            run = crawl.only(hours=hours)
            told = asked(site, "/a/")
            assert {status for _, status in told} <= {304}
            assert (run["revisited"], run["edited"], run["withdrawn"]) == (len(told), 0, 0)
            if told:
                seen.append(hours)
    assert seen == [1.5, 4.6, 28, 82, 24 * 8, 24 * 34]


def test_what_its_publisher_corrects_is_corrected(site: Site, desk: Desk) -> None:
    site.pages["/b/0.html"] = page(0, BODY + "\n阅读：17 次")
    site.pages["/feed.xml"] = feed(site, [("/b/0.html", "快讯：管网排查", "")])
    desk.configure([listing(site, 3), {"id": "feed", "url": site.url("/feed.xml")}])
    better = BODY.replace("十二个小区", "十五个小区")
    with passes(desk, START) as crawl:
        crawl.after()
        site.pages["/a/1.html"] = page(1, better, "更正：青石街道第1次排查供水管网")
        site.pages["/a/2.html"] = page(2, BODY.replace("月底前", "下月底前"))
        site.pages["/b/0.html"] = page(0, BODY + "\n阅读：2230 次")
        runs = crawl.after(hours=2)
        assert (runs["a"]["edited"], runs["a"]["revisited"], runs["a"]["new"], runs["a"]["state"]) == (2, 3, 0, "ok")
        assert (runs["feed"]["edited"], runs["feed"]["revisited"]) == (0, 1), "a counter of readers is no correction"
        site.pages["/b/0.html"] = page(0, better + "\n阅读：2231 次")
        assert {id: run["edited"] for id, run in crawl.after(hours=5).items()} == {"a": 0, "feed": 1}
    found = {r.url.partition("//")[2].partition("/")[2]: r for r in desk.records() if isinstance(r, Article)}
    assert len(found) == 4 and found["a/0.html"].revisions == ()
    assert (found["a/1.html"].title, found["a/1.html"].text) == ("更正：青石街道第1次排查供水管网", better)
    assert [r.title for r in found["a/1.html"].revisions] == ["青石街道第1次排查供水管网"]
    assert [(r.title, r.text) for r in found["a/2.html"].revisions] == [(None, True)]
    assert found["b/0.html"].title == "快讯：管网排查", (
        "the title that the feed gave stays: the page's was another always"
    )


def test_an_article_that_is_gone_twice_is_withdrawn(site: Site, desk: Desk) -> None:
    desk.configure([listing(site, 6)])
    site.pages["/"] = Reply("<html><title>示例区</title><body><a href='/list'>新闻</a></body></html>")
    ways: dict[str, Page] = {
        "/a/2.html": Reply("", status=302, headers={"Location": "/"}),
        "/a/3.html": Reply("<html><head><title>提示信息</title></head><body><p>该文章已被删除</p></body></html>"),
    }
    with passes(desk, START) as crawl:
        crawl.only()
        kept = dict(site.pages)
        for path, answer in ways.items():
            site.pages[path] = answer
        assert crawl.only(hours=1.5)["withdrawn"] == 0, "once may be a hiccup"
        assert crawl.only(hours=2)["withdrawn"] == 0, "and so may twice within the hour"
        site.pages["/a/3.html"] = kept["/a/3.html"]
        run = crawl.only(hours=3)
        assert (run["withdrawn"], run["state"], run["failures"]) == (1, "ok", {})
        site.pages["/a/2.html"] = kept["/a/2.html"]
        site.pages["/a/3.html"] = ways["/a/3.html"]
        assert crawl.only(hours=4.6)["withdrawn"] == 0, "it stood again: it is gone for the first time"
        site.pages["/a/5.html"] = Reply("", status=410)
        assert crawl.only(hours=30)["withdrawn"] == 2, "the one a second time, the other in so many words"
    assert withdrawn(desk) == ["a/2.html", "a/3.html", "a/5.html"]
    assert len(desk.records()) == 3, "what was taken back is not collected again, though it is back"


def test_a_site_that_moved_or_breaks_withdraws_nothing(site: Site, desk: Desk) -> None:
    sources = [listing(site, n, f"/{name}", name) for name, n in (("many", 8), ("few", 2), ("shut", 4), ("robots", 4))]
    desk.configure(sources)
    with passes(desk, START) as crawl:
        crawl.after()
        for name, n in (("many", 8), ("few", 2)):
            for at in range(n):
                del site.pages[f"/{name}/{at}.html"]
        site.pages["/shut/1.html"] = Reply("", status=403)
        site.pages["/shut/2.html"] = Reply("", status=500)
        site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /robots/", "text/plain")
        told = []
        for hours in (1.5, 3, 5, 30):
            runs = crawl.after(hours=hours)
            assert {run["withdrawn"] for run in runs.values()} == {0}
            assert (runs["shut"]["state"], runs["shut"]["failures"]) == ("ok", {})
            told.append((runs["many"]["state"], "网站可能搬家" in runs["many"]["message"]))
    assert told[0] == ("partial", True)
    assert len(desk.records()) == 18 and withdrawn(desk) == []


def test_re_visits_are_bounded_and_come_after_what_is_new(site: Site, desk: Desk) -> None:
    desk.configure([listing(site, 20)], crawl={"max_pages": 32, "per_site": 1})
    with passes(desk, START) as crawl:
        crawl.only()
        asked(site)
        listing(site, 23)
        times = []
        for minutes in (70, 80, 90, 100):
            crawl.only(minutes=minutes)
            times.append([path for path, _ in asked(site, "/a/")])
    new = {f"/a/{n}.html" for n in (20, 21, 22)}
    assert set(times[0][:3]) == new
    again = [path for t in times for path in t if path not in new]
    assert len(again) == len(set(again)) == 20, "each once; what one pass leaves, the next one takes"
    assert all(len([p for p in t if p not in new]) <= 8 for t in times)


def test_a_board_is_asked_for_answers_ever_more_rarely(site: Site, desk: Desk) -> None:
    site.pages["/board"] = Reply(
        "<ul class=l><li><a href='/m/0'>小区停水两天</a></li><li><a href='/m/1'>路灯</a></li></ul>"
    )
    desk.configure([
        {"id": "board", "kind": "board", "adapter": "html", "url": site.url("/board"), "list": {"link": ".l a"}, "page": BOARD}
    ])  # fmt: skip
    waiting = message().body
    assert isinstance(waiting, str)
    sent = START - timedelta(hours=3)
    site.pages["/m/0"] = Reply(waiting.replace(f"{START - timedelta(days=1):%Y-%m-%d %H:%M}", f"{sent:%Y-%m-%d %H:%M}"))
    site.pages["/m/1"] = Reply(waiting)
    days, calm = [], []
    with passes(desk, START) as crawl:
        crawl.only()
        site.pages["/m/1"] = message("您好，供水管网已抢修完毕，今天上午恢复供水。")
        steps = (*(n / 4 for n in range(1, 13)), *range(4, 12), *range(12, 70, 3))
        for at in steps:
            crawl.only(days=at)
            told = [path for path, _ in asked(site, "/m/")]
            days += [at] if "/m/0" in told else []
            calm += [at] if "/m/1" in told else []
            if at == 3:
                site.pages["/m/1"] = message("更正：恢复供水的时间为明天上午。")
    assert days[:7] == [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75], "in every pass of two days"
    assert 6 <= len(days[7:]) <= 11 and max(days) <= 70
    assert calm[0] == 0.25 and len(calm) <= 5, calm
    found = {r.url.rpartition("/")[2]: r for r in desk.records() if isinstance(r, BoardMessage)}
    reply = found["1"].reply
    assert reply is not None and reply.text.startswith("更正"), "an answer that was corrected later"
    assert found["0"].reply is None


def entries(site: Site, numbers: list[int], **changed: str) -> None:
    told = "".join(
        f"<item><title>第{n}号帖</title><guid>g{n}</guid><link>{site.url(f'/t/{n}')}</link>"
        f"<description>{changed.get(f'n{n}', f'示例区青石街道第{n}号小区今天又停水了，什么时候恢复供水？')}</description>"
        f"<pubDate>{START - timedelta(minutes=5 * (100 - n)):%a, %d %b %Y %H:%M:%S %z}</pubDate></item>"
        for n in numbers
    )
    site.pages["/feed.xml"] = Reply(f"<rss version='2.0'><channel>{told}</channel></rss>", "application/rss+xml")


def test_entries_that_a_list_itself_carries_are_corrected_and_removed(site: Site, desk: Desk) -> None:
    desk.configure([
        {"id": "bbs", "kind": "post", "url": site.url("/feed.xml"), "follow": False},
        {"id": "news", "kind": "news", "url": site.url("/feed.xml"), "follow": False},
    ])  # fmt: skip
    with passes(desk, START) as crawl:
        entries(site, [9, 8, 7, 6, 5, 4])
        crawl.after()
        assert len(desk.records()) == 12
        entries(site, [10, 9, 8, 6, 5], n8="更正：示例区青石街道第8号小区已经恢复供水，停水原因是管网抢修。")
        assert crawl.after(hours=0.5)["news"]["edited"] == 1
        found = desk.records()
        assert len(found) == 14, "seven is suspected; four rolled off and stays"
        assert sum("已经恢复供水" in r.text for r in found) == 2
        crawl.after(hours=2)
    posts = [r for r in desk.records() if isinstance(r, Post)]
    assert len(posts) == 6 and all("第7号" not in r.text for r in posts)
    assert len([r for r in desk.records() if r.kind is Kind.NEWS]) == 7, "news that is not listed any more still stands"


def thread(posts: list[str], next_page: str = "") -> Reply:
    told = "".join(
        f"<div class=p><i class=d>{START - timedelta(minutes=99 - n):%Y-%m-%d %H:%M:%S}</i><div class=b>{p}</div></div>"
        for n, p in enumerate(posts)
    )
    pager = f"<div class=pg><a href='{next_page}'>2</a></div>" if next_page else ""
    return Reply(
        f"<html><head><title>滨河家园停水</title></head><body><h1>滨河家园停水</h1>{told}{pager}</body></html>"
    )


def test_a_thread_that_grew_is_read_again_with_its_further_pages(site: Site, desk: Desk) -> None:
    rows = "".join(f"<li><a href='/t?tid={n}'>滨河家园今天又停水了第{n}次</a></li>" for n in range(3))
    site.pages["/bbs"] = Reply(f"<ul class=l>{rows}</ul>")
    said = [f"示例区滨河家园第{n}天停水，请问自来水公司什么时候恢复供水？" for n in range(9)]
    for n in range(3):
        site.pages[f"/t?tid={n}"] = thread([f"示例区青石街道{'早中晚'[n]}上停水，供水什么时候恢复？"])
    rules = {"title": "h1", "text": ".b", "time": ".d"}
    desk.configure([
        {"id": "bbs", "kind": "post", "adapter": "html", "url": site.url("/bbs"), "list": {"link": ".l a"}, "page": rules}
    ])  # fmt: skip
    site.pages["/t?tid=0"] = thread(said[:2])
    with passes(desk, START) as crawl:
        crawl.only()
        assert len(desk.records()) == 4
        site.pages["/t?tid=0"] = thread(said[:3], "/t?tid=0&page=2")
        site.pages["/t?tid=0&page=2"] = thread(said[3:5])
        asked(site)
        crawl.only(minutes=20)
        assert asked(site, "/t") == [], "not before it is due"
        crawl.only(hours=2)
        assert len(asked(site, "/t")) == 4
        assert len(desk.records()) == 7
        site.pages["/t?tid=0&page=2"] = thread(said[3:6])
        crawl.only(hours=6)
    texts = [r.text for r in desk.records() if isinstance(r, Post)]
    assert len(texts) == len(set(texts)) == 8
