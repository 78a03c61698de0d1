"""Every public item once, whatever the addresses: sessions, tracking, calendars, downtime, a rebuilt site."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from monitor.model import Article
from tests.crawlers.desk import Desk
from tests.crawlers.many import passes
from tests.crawlers.test_crawl import BODY
from tests.crawlers.test_revisits import START, asked, listing, page
from tests.site import Reply, Site, article


def rows(site: Site, numbers: range, link: str = "/a/{n}.html", more: str = "") -> Reply:
    told = "".join(f"<li><a href='{link.format(n=n)}'>青石街道第{n}次排查供水管网</a></li>" for n in numbers)
    return Reply(f"<ul class=l>{told}</ul>{more}")


def source(site: Site, id: str, path: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "adapter": "html", "url": site.url(path), "list": {"link": ".l a"}, **more}


def test_addresses_that_change_with_every_visit_give_each_article_once(site: Site, desk: Desk) -> None:
    visit = itertools.count(10_000_000_000_000_000)

    def changing(link: str) -> Any:
        return lambda: rows(site, range(6), link.replace("TOKEN", f"a{next(visit)}"))

    links = {
        "session": "/s/{n}.html;jsessionid=TOKEN",
        "tracking": "/t/{n}.html?utm_source=TOKEN&from=timeline",
        "unknown": "/u/{n}.html?x=TOKEN",
        "query": "/q?id={n}&session_id=TOKEN",
    }
    for id, link in links.items():
        site.pages[f"/{id}"] = changing(link)

    class Any_(dict):  # type: ignore[type-arg]
        def get(self, path: str, default: Any = None) -> Any:
            if path in self or not path.startswith(("/s/", "/t/", "/u/", "/q?")):
                return super().get(path, default)
            number = int(path.partition("id=")[2].partition("&")[0] if "id=" in path else path[3])
            return page(number)

    site.pages = Any_(site.pages)
    desk.configure([source(site, id, f"/{id}") for id in links])
    with passes(desk, START) as crawl:
        first = crawl.after()
        assert {id: run["new"] for id, run in first.items()} == dict.fromkeys(links, 6)
        asked(site)
        second = crawl.after(minutes=30)
        pages = [path for path, _ in asked(site) if path[1] in "stuq" and path[2] in "/?"]
        third = crawl.after(minutes=40)
    assert {id: (run["new"], run["edited"]) for id, run in second.items()} == dict.fromkeys(links, (0, 0))
    assert all(path.startswith("/u/") for path in pages), "only what no rule can know is read to be recognised"
    assert third["unknown"]["new"] == 0
    assert len(desk.records()) == 24


def test_a_calendar_and_a_folder_within_itself_have_an_end(site: Site, desk: Desk) -> None:
    asked_for = itertools.count()

    class Endless(dict):  # type: ignore[type-arg]
        def get(self, path: str, default: Any = None) -> Any:
            if path.startswith("/day/"):
                n = int(path.rpartition("/")[2])
                more = f"<a class=n href='/day/{n + 1}'>下一天</a>"
                links = "".join(
                    f"<li><a href='/day/{n}/{i}/x/x/x/'>青石街道日程安排第{n}天第{i}项</a></li>" for i in range(3)
                )
                return Reply(
                    f"<ul class=l>{links}<li><a href='/e/{next(asked_for)}'>青石街道日程安排今天的事项</a></li></ul>{more}"
                )
            return Reply("<html><body></body></html>") if path.startswith("/e/") else super().get(path, default)

    site.pages = Endless(site.pages)
    rules = {"link": ".l a", "next": "a.n", "pages": 12}
    desk.configure([source(site, "calendar", "/day/0", list=rules)], crawl={"max_pages": 100})
    with passes(desk, START) as crawl:
        run = crawl.only()
        told = asked(site)
        again = crawl.only(hours=2)
        more = [path for path, _ in asked(site, "/day/")]
    assert len([path for path, _ in told if path.startswith("/day/")]) == 12, "as far as list.pages and no further"
    assert not any("/x/x/x" in path for path, _ in told)
    assert run["new"] < 10 and "list.link" in run["message"] and run["state"] == "partial"
    assert again["new"] == 0 and more == ["/day/0"], "from then on no further than the first page"


def test_after_days_of_downtime_a_list_is_followed_back_to_what_is_known(site: Site, desk: Desk) -> None:
    def publish(last: int) -> None:
        for at in range(12):
            newest = last - 5 * at
            more = f"<a href='/list_{at + 1}.html'>下一页</a>"
            site.pages["/list.html" if not at else f"/list_{at}.html"] = rows(
                site, range(newest, max(-1, newest - 5), -1), more=more
            )
        for n in range(last + 1):
            site.pages.setdefault(f"/a/{n}.html", page(n))

    auto = {"id": "news", "adapter": "html", "url": site.url("/list.html"), "list": {"link": ".l a", "pages": 3}}
    desk.configure([auto])
    with passes(desk, START) as crawl:
        publish(14)
        assert crawl.only()["new"] == 15, "the first reading finds the next pages by itself"
        asked(site)
        publish(16)
        assert crawl.only(hours=1)["new"] == 2
        assert [p for p, _ in asked(site, "/list")] == ["/list.html"], "something known on the page: no need to go on"
        publish(50)
        caught = crawl.only(days=4)
        assert (caught["new"], caught["message"], caught["state"]) == (34, "", "ok")
        publish(50 + 40)
        behind = crawl.only(days=4, hours=2)
    assert behind["new"] == 15 and "可能漏采" in behind["message"], "between two usual passes the usual bound holds"


def test_a_late_article_on_the_second_page_is_found_within_a_day(site: Site, desk: Desk) -> None:
    desk.configure([source(site, "news", "/p1", list={"link": ".l a", "next": "a.n"})])
    for n in range(20):
        site.pages[f"/a/{n}.html"] = page(n)
    site.pages["/p1"] = rows(site, range(0, 6), more="<a class=n href='/p2'>下一页</a>")
    site.pages["/p2"] = rows(site, range(6, 12))
    with passes(desk, START) as crawl:
        assert crawl.only()["new"] == 12
        site.pages["/p2"] = rows(site, range(6, 13))
        assert crawl.only(hours=2)["new"] == 0
        assert crawl.only(hours=25)["new"] == 1


def test_a_rebuilt_site_goes_on_being_read_and_somebody_is_told(site: Site, desk: Desk) -> None:
    news = listing(site, 4)
    ruled = {**news, "page": {"text": ".article-content"}}
    desk.configure([ruled])
    with passes(desk, START) as crawl:
        assert crawl.only()["new"] == 4
        for n in range(4, 8):
            body = article(
                f"青石街道第{n}次排查供水管网", BODY, date=f"{START - timedelta(hours=1):%Y-%m-%d %H:%M}"
            ).body
            assert isinstance(body, str)
            site.pages[f"/b/{n}.html"] = Reply(body.replace("article-content", "tpl-rich"))
        told = "".join(
            f"<div class=item><a href='/b/{n}.html'>青石街道第{n}次排查供水管网</a></div>" for n in range(4, 8)
        )
        site.pages["/list"] = Reply(f"<div class=stream>{told}</div>")
        run = crawl.only(hours=3)
    assert run["new"] == 4 and run["state"] == "partial"
    assert "list.link 规则找不到文章" in run["message"] and "page.text 规则找不到正文" in run["message"]
    assert all(isinstance(r, Article) and r.text == BODY for r in desk.records())


def test_a_sitemap_index_is_followed_again_when_it_changes(site: Site, desk: Desk) -> None:
    def maps(*counts: int) -> None:
        for m, count in enumerate(counts):
            urls = "".join(f"<url><loc>{site.url(f'/m{m}/{n}.html')}</loc></url>" for n in range(count))
            site.pages[f"/map{m}.xml"] = Reply(f"<urlset>{urls}</urlset>", "application/xml")
            for n in range(count):
                site.pages[f"/m{m}/{n}.html"] = page(10 * m + n)
        told = "".join(
            f"<sitemap><loc>{site.url(f'/map{m}.xml')}</loc><lastmod>2026-11-{20 - m}</lastmod></sitemap>"
            for m in range(len(counts))
        )
        site.pages["/sitemap.xml"] = Reply(f"<sitemapindex>{told}<!-- {counts} --></sitemapindex>", "application/xml")

    desk.configure([{"id": "map", "adapter": "sitemap", "url": site.url("/sitemap.xml")}])
    with passes(desk, START) as crawl:
        maps(3, 2)
        assert crawl.only()["new"] == 5
        maps(4, 2)
        assert crawl.only(minutes=30)["new"] == 1
