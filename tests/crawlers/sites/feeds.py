"""Outlets with feeds: RSS of a newspaper, of RSSHub, of WordPress and of Discuz!, Atom, JSON Feed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from tests.crawlers.sites import authors
from tests.crawlers.sites.outlet import Outlet, cut, html, number_in, paragraphs, stamp, xml
from tests.crawlers.sites.server import Answer, Ask
from tests.crawlers.sites.texts import Item


def article(outlet: str, item: Item, *, charset: str = "utf-8", head: str = "", when: str | None = None) -> str:
    """The page of a report, with what stands around one, and its author wherever a page can name him."""
    around = "".join(f"<li><a href='/c/{n}/'>栏目{n}</a></li>" for n in range(8))
    return (
        f"<!DOCTYPE html><html><head><meta charset='{charset}'><title>{item.title}_示例区新闻网</title>"
        f"{head}{authors.head(f'{outlet} page', item.published.isoformat())}</head><body><ul class='nav'>{around}</ul>"
        f"<div class='main'><h1>{item.title}</h1><div class='info'>发布时间：{when or stamp(item.published)} 来源：示例区新闻网 "
        f"作者：{authors.who(f'{outlet} page: info line').name}</div><div class='article-content'>{paragraphs(item)}"
        f"{authors.byline(f'{outlet} page')}</div>{authors.card(f'{outlet} page')}</div>"
        "<div class='footer'>版权所有 示例区新闻网 <a href='/about'>关于我们</a></div></body></html>"
    )


@dataclass
class Rss(Outlet):
    """A newspaper's RSS: links with tracking parameters and a session id that is another each time, some entries listed
    twice under other parameters, pages in GBK that call themselves UTF-8, dates without a zone.
    """

    shown: int = 200

    def start(self) -> str:
        return "/rss.xml"

    def answer(self, ask: Ask) -> Answer:
        if ask.place == "/rss.xml":
            return self._feed(ask.nth)
        item = self.item(number_in(ask.place.partition(";")[0]))
        if item is None:
            return self.gone()
        page = article(self.name, item)
        tagged = authors.headers(f"{self.name} page")
        if item.n % 5 == 0:
            return Answer(page.encode("gb18030"), "text/html; charset=utf-8", headers=tagged)
        return html(page, headers=tagged)

    def _feed(self, nth: int) -> Answer:
        entries = []
        for item in self.items()[: self.shown]:
            links = [self._link(item.n, nth)]
            if item.n % 7 == 0:
                links.append(f"/a/{item.n}.html?spm=a1.b2&from=timeline")
            entries += [self._entry(item, link) for link in links]
        one = authors.who(f"{self.name} feed: managingEditor")
        return xml(
            f"<rss version='2.0'><channel><title>示例区新闻</title><managingEditor>{one.handle}@x.example ({one.name})"
            f"</managingEditor><webMaster>{one.name}</webMaster>{''.join(entries)}</channel></rss>",
            "application/rss+xml",
        )

    def _link(self, n: int, nth: int) -> str:
        way = n % 4
        if way == 1:
            return f"/a/{n}.html;jsessionid=S{nth}{n}X"
        if way == 2:
            return f"/a/{n}.html?utm_source=rss&utm_medium=feed&utm_campaign={nth}"
        return f"/a/{n}.html" + (f"?sid=s{nth}q{n}#top" if way == 3 else "")

    def _entry(self, item: Item, link: str) -> str:
        date = stamp(item.published) if item.n % 3 else format_datetime(item.published)
        return (
            f"<item><title>{item.title}</title><link>{escape(self.url(link))}</link><pubDate>{date}</pubDate>"
            f"{authors.feed_fields(f'{self.name} feed')}<description>{escape(item.lines[0][:40])}…</description></item>"
        )


@dataclass
class RssHub(Outlet):
    """A route of RSSHub: the whole text in the description, guid that is no link, the author in title and text too."""

    def start(self) -> str:
        return "/gov/shili/news"

    def rules(self) -> dict[str, Any]:
        return {"adapter": "rss", "follow": False}

    def answer(self, ask: Ask) -> Answer:
        if ask.place != self.start():
            return self.gone()
        return xml(
            "<rss xmlns:atom='http://www.w3.org/2005/Atom' version='2.0'><channel><title>示例区要闻</title>"
            "<generator>RSSHub</generator><ttl>5</ttl>" + "".join(map(self._entry, self.items())) + "</channel></rss>"
        )

    def _entry(self, item: Item) -> str:
        box = authors.card(self.name).replace("comments", "rsshub-quote-none")
        text = f"{authors.byline(self.name)}{paragraphs(item)}<img alt='{authors.who(f'{self.name}: img alt').name}' src='/x.png'>"
        one = authors.who(f"{self.name}: author")
        return (
            f"<item><title>{item.title}</title><description>{escape(text)}</description><link>{self.url(f'/a/{item.n}')}"
            f"</link><guid isPermaLink='false'>{item.n}-{one.handle}</guid><pubDate>{format_datetime(item.published)}"
            f"</pubDate><author>{one.name}</author><category>民生</category><!-- {box} --></item>"
        )


@dataclass
class WordPress(Outlet):
    """A feed of ten entries a page with ``?paged=2`` behind it; the whole text in content:encoded."""

    size: int = 10

    def start(self) -> str:
        return "/feed/"

    def rules(self) -> dict[str, Any]:
        return {"adapter": "rss", "follow": False}

    def answer(self, ask: Ask) -> Answer:
        if ask.place != self.start():
            return self.gone()
        items = cut(self.items(), int(ask.query.get("paged", "1")), self.size)
        if not items:
            return self.gone()
        return xml(
            "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
            "xmlns:wfw='http://wellformedweb.org/CommentAPI/' xmlns:slash='http://purl.org/rss/1.0/modules/slash/'>"
            "<channel><title>示例区水务</title><generator>https://wordpress.org/?v=6.4</generator>"
            + "".join(map(self._entry, items)) + "</channel></rss>", "application/rss+xml"
        )  # fmt: skip

    def _entry(self, item: Item) -> str:
        return (
            f"<item><title>{item.title}</title><link>{self.url(f'/?p={item.n}')}</link><pubDate>"
            f"{format_datetime(item.published)}</pubDate>{authors.feed_fields(self.name)}<guid isPermaLink='false'>"
            f"{self.url(f'/?p={item.n}')}</guid><description><![CDATA[{item.lines[0][:60]} [&#8230;]]]></description>"
            f"<content:encoded><![CDATA[{authors.byline(self.name)}{paragraphs(item)}]]></content:encoded>"
            f"<slash:comments>3</slash:comments></item>"
        )


@dataclass
class DiscuzFeed(Outlet):
    """forum.php?mod=rss: residents' posts with the name in author, in the link and in the title of the channel."""

    def start(self) -> str:
        return "/forum.php?mod=rss&fid=2&auth=0"

    def rules(self) -> dict[str, Any]:
        return {"adapter": "rss", "follow": False}

    def answer(self, ask: Ask) -> Answer:
        if ask.path != self.start():
            return self.gone()
        channel = authors.who(f"{self.name}: channel title")
        return xml(
            f"<rss version='2.0'><channel><title>{channel.name}的板块</title><copyright>{channel.name}</copyright>"
            + "".join(map(self._entry, self.items())) + "</channel></rss>"
        )  # fmt: skip

    def _entry(self, item: Item) -> str:
        one, link = authors.who(f"{self.name}: author"), authors.who(f"{self.name}: link")
        text = f"本帖最后由 {one.name} 于 {stamp(item.published)} 编辑<br/>{item.text}"
        return (
            f"<item><title>{item.title}</title><link>{self.url(f'/thread-{item.n}-{link.handle}.html')}</link>"
            f"<description><![CDATA[{text}]]></description><category>居民生活</category><author>{one.name}</author>"
            f"<pubDate>{format_datetime(item.published)}</pubDate></item>"
        )


@dataclass
class Atom(Outlet):
    """Atom with relative links, authors and contributors at feed and entry, ids that are no addresses."""

    def start(self) -> str:
        return "/atom.xml"

    def answer(self, ask: Ask) -> Answer:
        if ask.place == self.start():
            one = authors.who(f"{self.name}: feed author")
            return xml(
                f"<feed xmlns='http://www.w3.org/2005/Atom'><title>示例区发布</title><author><name>{one.name}</name>"
                f"<uri>/u/{one.handle}</uri></author>" + "".join(map(self._entry, self.items())) + "</feed>",
                "application/atom+xml",
            )
        item = self.item(number_in(ask.place))
        return html(article(self.name, item)) if item else self.gone()

    def _entry(self, item: Item) -> str:
        one = authors.who(f"{self.name}: entry author")
        return (
            f"<entry><id>tag:shili,2026:{item.n}</id><title type='html'>{escape(item.title)}</title><link rel='alternate' "
            f"href='/a/{item.n}.html'/><published>{item.published.isoformat()}</published><updated>"
            f"{item.published.isoformat()}</updated><author><name>{one.name}</name><email>{one.handle}@x.example</email>"
            f"</author><contributor><name>{one.name}</name></contributor><summary>{item.lines[0][:30]}…</summary></entry>"
        )


@dataclass
class JsonFeed(Outlet):
    """JSON Feed 1.1 in pages of ten (next_url), with authors."""

    size: int = 10

    def start(self) -> str:
        return "/feed.json"

    def rules(self) -> dict[str, Any]:
        return {"adapter": "rss", "follow": False, "list": {"pages": 10}}

    def answer(self, ask: Ask) -> Answer:
        if ask.place != self.start():
            return self.gone()
        page = int(ask.query.get("page", "1"))
        items = cut(self.items(), page, self.size)
        one = authors.who(f"{self.name}: authors")
        feed = {
            "version": "https://jsonfeed.org/version/1.1", "title": "示例区供水", "authors": [{"name": one.name}],
            "items": [
                {"id": str(i.n), "url": self.url(f"/a/{i.n}"), "title": i.title, "content_html": paragraphs(i),
                 "date_published": self._date(i.published), "authors": [{"name": one.name, "url": f"/u/{one.handle}"}],
                 "author": {"name": one.name, "avatar": f"/{one.handle}.png"}}
                for i in items
            ],
        }  # fmt: skip
        if page * self.size < len(self.items()):
            feed["next_url"] = self.url(f"/feed.json?page={page + 1}")
        return Answer(json.dumps(feed, ensure_ascii=False).encode(), "application/feed+json")

    @staticmethod
    def _date(moment: datetime) -> str:
        return moment.isoformat()
