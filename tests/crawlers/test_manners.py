"""Manners and bounds of the real crawler: robots.txt, pauses, delays, addresses, limits."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from monitor.model import Kind
from tests.crawlers.desk import Desk
from tests.crawlers.test_crawl import BODY, DAY, news
from tests.site import Reply, Site, article


def test_hostile_links_cost_only_themselves(site: Site, desk: Desk) -> None:
    source = news(site, 1)
    hostile = (
        "http://127.0.0.1:99999999/x",
        "http://a b/",
        "http://[::1/",
        "javascript:alert(1)",
        "http:///x",
        "http://x:y@/",
        "file:///etc/passwd",
        "http://" + "a" * 300 + ".cn/",
    )
    entries = "".join(
        f"<item><title>坏链接</title><link>{link}</link></item>" for link in (*hostile, site.url("/a/0.html"))
    )
    site.pages["/feed.xml"] = Reply(f"<rss version='2.0'><channel>{entries}</channel></rss>", "application/rss+xml")
    desk.configure([source])
    done = desk.crawl(timeout=30)
    assert done.code == 0, done.log
    assert done.only()["state"] == "partial"
    assert any(r.kind is Kind.NEWS and getattr(r, "text", "") == BODY for r in desk.records())


def test_robots_txt_is_obeyed(site: Site, desk: Desk) -> None:
    site.pages["/robots.txt"] = Reply(
        "User-agent: *\nDisallow: /a/1.html\n\nUser-agent: yuqing\nDisallow: /a/2.html", "text/plain"
    )
    source = news(site)
    desk.configure([{**source, "follow": True}])
    run = desk.crawl().only()
    assert (run["new"], run["failures"]) == (2, {"robots": 1})
    assert site.asked("/a/2.html") == []
    site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /", "text/plain")
    desk.configure([{**source, "id": "other"}])
    site.log.clear()
    run = desk.crawl().only()
    assert (run["state"], [a.path for a in site.log]) == ("refused", ["/robots.txt"])


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_site_whose_robots_txt_is_away_is_left_alone(site: Site, desk: Desk, status: int) -> None:
    source = news(site)
    site.pages["/robots.txt"] = Reply("坏了", status=status)
    desk.configure([source])
    run = desk.crawl().only()
    assert (run["state"], list(run["failures"])) == ("failed", ["robots_away"])
    assert [a.path for a in site.log] == ["/robots.txt"]


def test_a_short_retry_after_is_waited_for(site: Site, desk: Desk) -> None:
    source = news(site, 1)
    good = site.pages["/a/0.html"]
    assert isinstance(good, Reply)
    site.pages["/a/0.html"] = lambda: (
        good if len(site.asked("/a/0.html")) else Reply(status=429, headers={"Retry-After": "1"})
    )
    desk.configure([source])
    run = desk.crawl().only()
    assert run["new"] == 1
    first, second = site.asked("/a/0.html")
    assert second.time - first.time >= 1.0


def test_a_long_retry_after_ends_the_pass_and_the_rest_comes_next_time(site: Site, desk: Desk) -> None:
    source = news(site)
    pages = {path: site.pages[path] for path in site.pages if path.startswith("/a/")}
    for path in pages:
        site.pages[path] = Reply(status=503, headers={"Retry-After": "3600"})
    desk.configure([source], crawl={"per_site": 1})
    run = desk.crawl(timeout=20).only()
    assert (run["new"], list(run["failures"])) == (0, ["rate_limited"])
    assert len([a for a in site.log if a.path in pages]) <= 3
    site.pages.update(pages)
    assert desk.crawl().only()["new"] == 3


def test_the_delay_between_requests_is_kept(site: Site, desk: Desk) -> None:
    desk.configure([{**news(site), "delay_s": 0.3}])
    desk.crawl()
    times = sorted(a.time for a in site.log)
    assert min(b - a for a, b in pairwise(times)) >= 0.25


def test_a_slow_page_times_out_and_delays_no_other_site(site: Site, desk: Desk) -> None:
    with Site() as slow:
        slow.pages["/feed.xml"] = Reply("<rss/>", hold=threading.Event())
        desk.configure([{"id": "slow", "url": slow.url("/feed.xml")}, news(site)], crawl={"timeout_s": 2})
        done = desk.crawl()
    assert list(done.runs["slow"]["failures"]) == ["timeout"]
    ended = {name: datetime.fromisoformat(run["finished"]) for name, run in done.runs.items()}
    assert ended["news"] < ended["slow"]
    assert ended["slow"] - datetime.fromisoformat(done.runs["slow"]["started"]) < timedelta(seconds=4)


def test_a_public_source_cannot_reach_a_private_address(site: Site, desk: Desk) -> None:
    source = news(site)
    public = {**source, "id": "public", "local": False, "delay_s": 1}
    named = {**public, "id": "named", "url": source["url"].replace("127.0.0.1", "localhost")}
    desk.configure([public, named], crawl={"contact": "office@example.cn"})
    done = desk.crawl()
    assert {tuple(r["failures"]) for r in done.runs.values()} == {("private_address",)}
    assert site.log == []


def test_the_page_limit_leaves_the_rest_to_the_next_pass(site: Site, desk: Desk) -> None:
    desk.configure([news(site, 6)], crawl={"max_pages": 4})
    first = desk.crawl().only()
    assert (first["new"], list(first["failures"]), first["state"]) == (3, ["page_limit"], "partial")
    second = desk.crawl().only()
    assert (second["new"], second["state"]) == (3, "ok")


def test_the_time_limit_ends_a_pass_and_nothing_is_lost(site: Site, desk: Desk) -> None:
    desk.configure([{**news(site, 60), "delay_s": 0.25}], crawl={"run_limit_s": 10})
    first = desk.crawl().only()
    assert list(first["failures"]) == ["time_limit"]
    desk.configure([news(site, 60)])
    desk.crawl()
    assert len(desk.records()) == 60


def test_what_neither_store_nor_spool_takes_is_told_and_read_again(site: Site, desk: Desk) -> None:
    source = news(site, 20)
    long = "\n".join(f"青石街道第{n}个小区的供水管网已经排查完毕，发现的漏点当天修复。" for n in range(750))
    for n in range(20):
        site.pages[f"/a/{n}.html"] = article(f"青石街道第{n}次排查供水管网", f"第{n}次。" + long, date=DAY)
    small = "spool = {max_mb = 1}\n"
    limits = {"max_bytes": 2_000_000}
    desk.configure([source], limits, service=small, engine="elastic", url="http://127.0.0.1:9", timeout_s=1)
    run = desk.crawl().only()
    assert run["failures"].get("not_kept", 0) > 0
    assert "磁盘空间" in run["message"]
    desk.configure([source], limits)
    desk.crawl()
    assert len(desk.records()) == 20
