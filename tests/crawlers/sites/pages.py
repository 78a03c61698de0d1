"""Outlets of web pages: section lists by rules and without, sitemaps."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.crawlers.sites import authors
from tests.crawlers.sites.feeds import article
from tests.crawlers.sites.outlet import Outlet, cut, html, number_in, stamp, xml
from tests.crawlers.sites.server import Answer, Ask
from tests.crawlers.sites.texts import Item


@dataclass
class Sections(Outlet):
    """A government site: lists of ten with a link to the next page; session ids in links; a page that is withdrawn says
    so with status 200, as many such sites do. ``/search`` and ``/u/`` are forbidden to robots and linked to all the same.
    """

    size: int = 10
    rule: bool = True
    """Whether its source names where the links are; else the list is found by itself."""

    def start(self) -> str:
        return "/xwzx/index.html"

    def rules(self) -> dict[str, Any]:
        found = {"link": "ul.news a"} if self.rule else {}
        return {"adapter": "html", "list": {**found, "next": "a.next", "pages": 12}}

    def answer(self, ask: Ask) -> Answer:
        if ask.place.startswith("/xwzx/index"):
            page = max(1, number_in(ask.place))
            items = cut(self.items(), page, self.size)
            return html(self._list(items, page, ask.nth)) if items else self.gone()
        if any(ask.path.startswith(f) for f in self.forbidden):
            return html("<h1>内部页面</h1>")
        item = self.item(number_in(ask.place.partition(";")[0]))
        if item is None:
            return self.gone()
        # A moment's work, so that requests at the same time are seen as such.
        return html(article(self.name, item), headers=authors.headers(f"{self.name} page"), wait_s=0.01)

    def gone(self) -> Answer:
        return html(
            "<html><head><title>页面不存在</title></head><body><p>您访问的页面不存在或已被删除</p><a href='/'>返回首页</a></body></html>"
        )

    def _list(self, items: Sequence[Item], page: int, nth: int) -> str:
        one = authors.who(f"{self.name} list: beside a link")
        rows = "".join(
            f"<li><a href='{self._href(i.n, nth)}' title='{i.title}'>{i.title}</a> <i>{one.name}</i> <span>{stamp(i.published)[:10]}"
            "</span></li>"
            for i in items
        )
        traps = "".join(f"<a href='{path}index.html'>站内查询与个人主页的入口</a>" for path in self.forbidden)
        more = (
            f"<a class='next' href='index_{page + 1}.html'>下一页</a>" if page * self.size < len(self.items()) else ""
        )
        side = "".join(f"<li><a href='/c/{n}/'>政务公开栏目{n}</a></li>" for n in range(6))
        return (
            f"<html><head><meta charset='utf-8'><title>新闻中心_示例区人民政府</title>{authors.head(f'{self.name} list')}"
            f"</head><body><ul class='side'>{side}</ul><ul class='news'>{rows}</ul><div class='page'>{more}</div>"
            f"<div class='foot'>{traps}</div></body></html>"
        )

    @staticmethod
    def _href(n: int, nth: int) -> str:
        return f"/xwzx/a/{n}.html" + (f";jsessionid={nth}A{n}" if n % 3 == 0 else "")


@dataclass
class Sitemap(Outlet):
    """A sitemap index: two gzipped sitemaps and a news sitemap that repeats the newest pages."""

    def start(self) -> str:
        return "/sitemap.xml"

    def rules(self) -> dict[str, Any]:
        return {"adapter": "sitemap", "list": {"pages": 5}}

    def answer(self, ask: Ask) -> Answer:
        items, half = self.items(), self.count // 2
        if ask.place == "/sitemap.xml":
            parts = [("/news.xml", items[0]), ("/map1.xml.gz", items[0]), ("/map2.xml.gz", items[half])]
            return xml(
                "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
                + "".join(f"<sitemap><loc>{self.url(p)}</loc><lastmod>{i.published.isoformat()}</lastmod></sitemap>" for p, i in parts)
                + "</sitemapindex>"
            )  # fmt: skip
        if ask.place == "/news.xml":
            return self._urlset(items[:8], news=True)
        if ask.place.startswith("/map"):
            part = items[:half] if ask.place == "/map1.xml.gz" else items[half:]
            return Answer(gzip.compress(self._urlset(part).body, mtime=0), "application/gzip")
        item = self.item(number_in(ask.place))
        return html(article(self.name, item)) if item else self.gone()

    def _urlset(self, items: Sequence[Item], *, news: bool = False) -> Answer:
        one = authors.who(f"{self.name}: news sitemap")

        def told(item: Item) -> str:
            if not news:
                return f"<lastmod>{item.published.isoformat()}</lastmod>"
            return (
                f"<n:news><n:publication><n:name>示例区新闻网</n:name><n:language>zh-cn</n:language></n:publication>"
                f"<n:author>{one.name}</n:author><n:publication_date>{item.published.isoformat()}</n:publication_date>"
                f"<n:title>{item.title}</n:title></n:news>"
            )

        return xml(
            "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
            "xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
            + "".join(f"<url><loc>{self.url(f'/a/{i.n}.html')}</loc>{told(i)}</url>" for i in items) + "</urlset>"
        )  # fmt: skip
