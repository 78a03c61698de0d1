"""What was read is read again: corrected, answered and withdrawn pages, with the real crawler on a moved clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model import CHINA, Article, BoardMessage, Kind, Post
from monitor.store import RecordQuery
from tests.crawlers.desk import Crawled, Desk
from tests.crawlers.test_crawl import BOARD, BODY, message
from tests.site import Reply, Site, article, feed

START = datetime.now(CHINA)
"""Moved on from: record times are those of the moved clock, so nothing lies in its future."""
DAY = f"{START - timedelta(hours=3):%Y-%m-%d %H:%M}"


def after(desk: Desk, **ago: float) -> Crawled:
    """One pass, so much later than the start."""
    return desk.crawl("--now", (START + timedelta(**ago)).isoformat())


def page(n: int, text: str = BODY, title: str = "") -> Reply:
    return article(title or f"青石街道第{n}次排查供水管网", text, date=DAY)


def listing(site: Site, count: int, path: str = "/list") -> dict[str, Any]:
    """A list page of so many articles, and its source."""
    rows = "".join(f"<li><a href='/a/{n}.html'>青石街道第{n}次排查供水管网</a></li>" for n in range(count))
    for n in range(count):
        site.pages.setdefault(f"/a/{n}.html", page(n))
    site.pages[path] = Reply(f"<ul class=l>{rows}</ul>")
    return {"id": "news", "adapter": "html", "url": site.url(path), "list": {"link": ".l a"}}


def asked(site: Site) -> list[tuple[str, int]]:
    """What was asked since the last look, robots.txt left out."""
    told = [(a.path, a.status) for a in site.log if a.path != "/robots.txt"]
    site.log.clear()
    return told


def withdrawn(desk: Desk) -> list[str]:
    with desk.store() as store:
        found = store.find(RecordQuery(withdrawn=True)).records
    assert all(isinstance(r, Article | BoardMessage) and not r.text and r.withdrawn for r in found)
    return sorted(getattr(r, "title", "") for r in found)


def titles(desk: Desk) -> list[str]:
    return sorted(getattr(r, "title", "") for r in desk.records())


def test_pages_are_asked_again_at_growing_ages_and_conditionally(site: Site, desk: Desk) -> None:
    desk.configure([listing(site, 2)])
    after(desk)
    asked(site)
    seen = []
    for hours in (0.5, 1.5, 2, 3.5, 4.5, 12, 25, 48, 73, 24 * 6, 24 * 8, 24 * 20, 24 * 31, 24 * 60):
        run = after(desk, hours=hours).only()
        told = [one for one in asked(site) if one[0].startswith("/a/")]
        assert {status for _, status in told} <= {304}
        assert (run["revisited"], run["edited"], run["withdrawn"]) == (len(told), 0, 0)
        if told:
            seen.append(hours)
    assert seen == [1.5, 4.5, 25, 73, 24 * 8, 24 * 31]


def test_an_article_that_its_publisher_corrects_is_corrected(site: Site, desk: Desk) -> None:
    desk.configure([listing(site, 3)])
    after(desk)
    better = BODY.replace("十二个小区", "十五个小区")
    site.pages["/a/1.html"] = page(1, better, "更正：青石街道第1次排查供水管网")
    site.pages["/a/2.html"] = page(2, BODY.replace("月底前", "下月底前"))
    run = after(desk, hours=2).only()
    assert (run["edited"], run["revisited"], run["new"], run["state"]) == (2, 3, 0, "ok")
    found = {r.url.rpartition("/")[2]: r for r in desk.records() if isinstance(r, Article)}
    assert len(found) == 3 and found["0.html"].revisions == ()
    assert (found["1.html"].title, found["1.html"].text) == ("更正：青石街道第1次排查供水管网", better)
    assert [r.title for r in found["1.html"].revisions] == ["青石街道第1次排查供水管网"]
    assert [r.title for r in found["2.html"].revisions] == [None]
    assert after(desk, hours=5).only()["edited"] == 0, "the corrected page is as it was"


def test_a_counter_of_readers_and_a_feeds_other_title_are_no_correction(site: Site, desk: Desk) -> None:
    site.pages["/a/0.html"] = page(0, BODY + "\n阅读：17 次")
    site.pages["/feed.xml"] = feed(site, [("/a/0.html", "快讯｜管网排查", "")])
    desk.configure([{"id": "news", "url": site.url("/feed.xml")}])
    after(desk)
    site.pages["/a/0.html"] = page(0, BODY + "\n阅读：2230 次")
    run = after(desk, hours=2).only()
    assert (run["revisited"], run["edited"]) == (1, 0)
    assert titles(desk) == ["快讯｜管网排查"]


def test_an_article_that_is_gone_twice_is_withdrawn(site: Site, desk: Desk) -> None:
    desk.configure([listing(site, 5)])
    after(desk)
    kept = site.pages["/a/1.html"]
    del site.pages["/a/1.html"]
    assert after(desk, hours=1.5).only()["withdrawn"] == 0, "once may be a hiccup"
    assert after(desk, hours=2).only()["withdrawn"] == 0, "and so may twice within the hour"
    run = after(desk, hours=3).only()
    assert (run["withdrawn"], run["state"], run["failures"]) == (1, "ok", {})
    assert withdrawn(desk) == ["青石街道第1次排查供水管网"] and len(desk.records()) == 4
    site.pages["/a/1.html"] = kept
    after(desk, hours=30)
    assert len(desk.records()) == 4, "what was taken back is not collected again"


def test_an_article_that_comes_back_is_not_withdrawn(site: Site, desk: Desk) -> None:
    desk.configure([listing(site, 5)])
    after(desk)
    kept = site.pages.pop("/a/1.html")
    after(desk, hours=1.5)
    site.pages["/a/1.html"] = kept
    after(desk, hours=3)
    del site.pages["/a/1.html"]
    assert after(desk, hours=5).only()["withdrawn"] == 0, "it is gone for the first time again"


@pytest.mark.parametrize("way", ["410", "home", "words"])
def test_a_page_may_say_in_other_ways_that_it_is_gone(site: Site, desk: Desk, way: str) -> None:
    source = listing(site, 5)
    desk.configure([source])
    site.pages["/"] = Reply("<html><title>示例区</title><body><a href='/list'>新闻</a></body></html>")
    after(desk)
    site.pages["/a/2.html"] = {
        "410": Reply("", status=410),
        "home": Reply("", status=302, headers={"Location": "/"}),
        "words": Reply("<html><head><title>提示信息</title></head><body><p>该文章已被删除</p></body></html>"),
    }[way]
    for hours in (1.5, 3):
        after(desk, hours=hours)
    assert withdrawn(desk) == ["青石街道第2次排查供水管网"]


def test_a_site_that_moved_withdraws_nothing_and_says_so(site: Site, desk: Desk) -> None:
    desk.configure([listing(site, 8)])
    after(desk)
    for n in range(8):
        del site.pages[f"/a/{n}.html"]
    for hours in (1.5, 3, 5, 25):
        run = after(desk, hours=hours).only()
        assert run["withdrawn"] == 0
        if run["revisited"]:
            assert "网站可能搬家" in run["message"] and run["state"] == "partial"
    assert len(desk.records()) == 8 and withdrawn(desk) == []


def test_a_small_site_that_moved_withdraws_nothing(site: Site, desk: Desk) -> None:
    desk.configure([listing(site, 2)])
    after(desk)
    del site.pages["/a/0.html"], site.pages["/a/1.html"]
    for hours in (1.5, 3, 5, 25):
        assert after(desk, hours=hours).only()["withdrawn"] == 0
    assert withdrawn(desk) == []


@pytest.mark.parametrize("answer", [Reply("", status=403), Reply("", status=500), "robots"])
def test_a_site_that_forbids_or_breaks_withdraws_nothing(site: Site, desk: Desk, answer: Reply | str) -> None:
    desk.configure([listing(site, 4)])
    after(desk)
    if isinstance(answer, Reply):
        site.pages["/a/1.html"] = answer
    else:
        site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /a/1.html", "text/plain")
    for hours in (1.5, 3, 5):
        run = after(desk, hours=hours).only()
        assert (run["withdrawn"], run["failures"], run["state"]) == (0, {}, "ok")
    assert len(desk.records()) == 4


def test_re_visits_are_bounded_and_the_rest_stays_due(site: Site, desk: Desk) -> None:
    desk.configure([listing(site, 20)], crawl={"max_pages": 32})
    after(desk)
    asked(site)
    times = []
    for minutes in (70, 80, 90, 100):
        after(desk, minutes=minutes)
        times.append([path for path, _ in asked(site) if path.startswith("/a/")])
    assert [len(t) for t in times] == [8, 8, 4, 0]
    assert len(set(sum(times, []))) == 20


def test_new_articles_come_before_re_visits(site: Site, desk: Desk) -> None:
    desk.configure([listing(site, 6)], crawl={"per_site": 1})
    after(desk)
    asked(site)
    listing(site, 9)
    after(desk, hours=2)
    paths = [path for path, _ in asked(site)]
    assert paths[:4] == ["/list", "/a/6.html", "/a/7.html", "/a/8.html"]
    assert len(paths) == 10


def board(site: Site, count: int, **more: Any) -> dict[str, Any]:
    rows = "".join(f"<li><a href='/m/{n}'>小区停水两天</a></li>" for n in range(count))
    site.pages["/board"] = Reply(f"<ul class=l>{rows}</ul>")
    source = {"id": "board", "kind": "board", "adapter": "html", "url": site.url("/board"), "list": {"link": ".l a"}}
    return {**source, "page": BOARD, **more}


def test_messages_without_an_answer_are_asked_ever_more_rarely(site: Site, desk: Desk) -> None:
    desk.configure([board(site, 1)])
    sent = START - timedelta(hours=3)
    site.pages["/m/0"] = Reply(message().body.replace(BOARD_DAY, f"{sent:%Y-%m-%d %H:%M}"))  # type: ignore[union-attr]
    after(desk)
    asked(site)
    days = []
    for step in range(1, 4 * 70):
        after_days = step / 4
        if after_days > 3 and after_days % 1:
            continue
        if after_days > 12 and after_days % 3:
            continue
        after(desk, days=after_days)
        if any(path == "/m/0" for path, _ in asked(site)):
            days.append(after_days)
    assert days[:7] == [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75]
    assert days[7:] == [2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 21.0, 30.0, 45.0, 60.0]


BOARD_DAY = f"{START - timedelta(days=1):%Y-%m-%d %H:%M}"


def test_a_late_answer_is_recorded_and_then_left_alone_for_a_while(site: Site, desk: Desk) -> None:
    desk.configure([board(site, 1)])
    site.pages["/m/0"] = message()
    after(desk)
    site.pages["/m/0"] = message("您好，供水管网已抢修完毕，今天上午恢复供水。")
    after(desk, hours=3)
    (record,) = desk.records()
    assert isinstance(record, BoardMessage) and record.reply is not None and record.reply.text.startswith("您好")
    asked(site)
    after(desk, hours=4)
    assert [path for path, _ in asked(site)] == ["/board"]
    site.pages["/m/0"] = message("更正：恢复供水的时间为明天上午。")
    after(desk, days=2)
    (record,) = desk.records()
    assert isinstance(record, BoardMessage) and record.reply is not None and record.reply.text.startswith("更正")


def entries(site: Site, numbers: list[int], **changed: str) -> None:
    told = "".join(
        f"<item><title>第{n}号帖</title><guid>g{n}</guid><link>{site.url(f'/t/{n}')}</link>"
        f"<description>{changed.get(f'n{n}', f'示例区青石街道第{n}号小区今天又停水了，什么时候恢复供水？')}</description>"
        f"<pubDate>{START - timedelta(minutes=5 * (100 - n)):%a, %d %b %Y %H:%M:%S %z}</pubDate></item>"
        for n in numbers
    )
    site.pages["/feed.xml"] = Reply(f"<rss version='2.0'><channel>{told}</channel></rss>", "application/rss+xml")


def test_a_post_that_vanished_from_between_others_is_removed_at_the_next_look(site: Site, desk: Desk) -> None:
    desk.configure([{"id": "bbs", "kind": "post", "url": site.url("/feed.xml"), "follow": False}])
    entries(site, [9, 8, 7, 6, 5, 4])
    after(desk)
    assert len(desk.records()) == 6
    entries(site, [10, 9, 8, 6, 5])
    run = after(desk, hours=0.5).only()
    assert len(desk.records()) == 7, "seven is suspected; four rolled off and stays"
    assert after(desk, hours=2).only()["withdrawn"]
    kept = desk.records()
    assert len(kept) == 6 and all(isinstance(r, Post) and "第7号" not in r.text for r in kept), run


def test_an_entry_that_a_list_itself_carries_is_corrected(site: Site, desk: Desk) -> None:
    desk.configure(
        [
            {"id": "bbs", "kind": "post", "url": site.url("/feed.xml"), "follow": False},
            {"id": "news", "kind": "news", "url": site.url("/feed.xml"), "follow": False},
        ]
    )
    entries(site, [9, 8, 7])
    after(desk)
    entries(site, [9, 8, 7], n8="更正：示例区青石街道第8号小区已经恢复供水，停水原因是管网抢修。")
    done = after(desk, minutes=20)
    assert done.runs["news"]["edited"] == 1
    found = desk.records()
    assert len(found) == 6
    assert sum("已经恢复供水" in r.text for r in found) == 2
    assert {r.kind for r in found} == {Kind.POST, Kind.NEWS}
