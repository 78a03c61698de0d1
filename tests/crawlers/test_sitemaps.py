"""Sitemaps as sites really write them: news, images, indexes of indexes, dates of every form, texts and feeds."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from crawlers.adapters import Meta, Parsed, Role, adapter
from crawlers.failures import AdapterError, FetchFailure
from monitor.model import CHINA
from monitor.settings.types import Source

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
URL = "https://www.qingshi.example.cn/sitemap.xml"
HEAD = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)


def read(body: str | bytes) -> Parsed:
    source = Source.model_validate({"id": "s", "name": "源", "kind": "news", "adapter": "sitemap", "url": URL})
    data = body.encode() if isinstance(body, str) else body
    return adapter("sitemap")(data, Meta(URL, URL, Role.INDEX, NOW), source)


def names(parsed: Parsed) -> list[str]:
    return [link.url.rsplit("/", 1)[1] for link in parsed.links]


def urlset(*entries: str) -> str:
    return f"<urlset {HEAD}>{''.join(f'<url>{e}</url>' for e in entries)}</urlset>"


def page(name: str, more: str = "") -> str:
    return f"<loc>https://www.qingshi.example.cn/{name}</loc>{more}"


def test_a_picture_is_neither_the_address_nor_the_title_of_a_page() -> None:
    image = "<image:image><image:loc>https://www.qingshi.example.cn/x.jpg</image:loc><image:title>图一</image:title></image:image>"
    video = "<video:video><video:title>视频</video:title><video:publication_date>2020-01-01</video:publication_date></video:video>"
    for parsed in (read(urlset(image + page("a.html") + video)), read(urlset(page("a.html", video + image)))):
        (link,) = parsed.links
        assert (link.url, link.entry) == ("https://www.qingshi.example.cn/a.html", None)


def test_news_tell_their_titles_and_times() -> None:
    told = (
        "<news:news><news:publication><news:name>青石报</news:name><news:language>zh-cn</news:language></news:publication>"
        "<news:publication_date>2026-11-21T08:30+08:00</news:publication_date><news:title>停水通知_青石报</news:title>"
        "<news:keywords>停水</news:keywords></news:news>"
    )
    (link,) = read(urlset(page("a.html", told))).links
    assert link.entry is not None
    assert (link.entry.title, link.entry.published) == ("停水通知", datetime(2026, 11, 21, 8, 30, tzinfo=CHINA))


def test_the_newest_come_first_however_the_dates_are_written() -> None:
    dates = ["2026", "2026-03", "2026-05-01", "2026-06-01T08:00:00Z", "2026-07-01T08:00:00.123+08:00", "2026-08-01 08:00:00",
             "Tue, 01 Sep 2026 08:00:00 GMT", "2026年10月1日"]  # fmt: skip
    entries = [page(f"{n}.html", f"<lastmod>{d}</lastmod>") for n, d in enumerate(dates)]
    assert names(read(urlset(*entries))) == [f"{n}.html" for n in reversed(range(len(dates)))]


def test_without_dates_the_days_in_the_addresses_count() -> None:
    days = ("20260101", "20261120", "20260605")
    assert names(read(urlset(*(page(f"{d}/t{d}_1.html") for d in days)))) == [
        "t20261120_1.html", "t20260605_1.html", "t20260101_1.html",
    ]  # fmt: skip


def test_other_languages_of_a_page_are_not_other_pages() -> None:
    more = '<xhtml:link rel="alternate" hreflang="en" href="https://www.qingshi.example.cn/en/a.html"/>'
    assert names(read(urlset(page("a.html", more)))) == ["a.html"]


def test_a_text_of_addresses_is_a_sitemap() -> None:
    text = "https://www.qingshi.example.cn/20260101/a.html\r\nhttps://www.qingshi.example.cn/20261101/b.html\nhttps://elsewhere.example.com/c\n"
    for body in (text.encode(), b"\xef\xbb\xbf" + text.encode(), gzip.compress(text.encode())):
        assert names(read(body)) == ["b.html", "a.html"]


def test_a_feed_may_stand_for_a_sitemap() -> None:
    feed = "<rss version='2.0'><channel><item><title>停水通知</title><link>/a.html</link></item></channel></rss>"
    assert names(read(feed)) == ["a.html"]


def test_an_index_of_indexes_leads_on_and_leads_to_itself_only_once() -> None:
    index = f"<sitemapindex {HEAD}>" + "".join(f"<sitemap><loc>{u}</loc></sitemap>" for u in (URL, "/b.xml", "/b.xml"))
    links = read(index + "</sitemapindex>").links
    assert [(link.url, link.role) for link in links] == [
        (URL, Role.INDEX), ("https://www.qingshi.example.cn/b.xml", Role.INDEX),
    ]  # fmt: skip


@pytest.mark.parametrize("head", ["", "<?xml version='1.0' encoding='utf-8'?>", "\n\n", "<!-- 由某系统生成 -->"])
def test_what_stands_before_a_sitemap_does_not_matter(head: str) -> None:
    assert names(read(head + urlset(page("a.html")))) == ["a.html"]
    plain = read(head + "<urlset><url><loc> https://www.qingshi.example.cn/a.html\n</loc></url></urlset>")
    assert names(plain) == ["a.html"], "without a namespace, with white space"


def test_ampersands_that_nobody_escaped_cost_only_their_own_entry() -> None:
    assert "b.html" in names(read(urlset(page("a.html?x=1&y=2"), page("b.html"))))


def test_a_page_that_says_there_is_no_sitemap_is_none() -> None:
    with pytest.raises(AdapterError) as error:
        read("<!DOCTYPE html><html><head><title>404</title></head><body>https://www.example.cn/</body></html>")
    assert error.value.failure is FetchFailure.NOT_A_FEED
