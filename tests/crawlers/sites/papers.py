"""Outlets of a newspaper: the front page with its headline, and the digital paper of several days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from monitor.model import CHINA
from tests.crawlers.sites import authors, texts
from tests.crawlers.sites.feeds import article
from tests.crawlers.sites.outlet import Outlet, html, number_in
from tests.crawlers.sites.server import Answer, Ask
from tests.crawlers.sites.texts import Item


@dataclass
class FrontPage(Outlet):
    """A home page: the headline set apart, stories below, and around them what has no place: rankings, services."""

    def start(self) -> str:
        return "/"

    def rules(self) -> dict[str, Any]:
        return {"adapter": "frontpage"}

    def answer(self, ask: Ask) -> Answer:
        if ask.place != "/":
            item = self.item(number_in(ask.place))
            return html(article(self.name, item)) if item else self.gone()
        first, *rest = self.items()
        one = authors.who(f"{self.name}: beside a story")
        rows = "".join(
            f"<li><a href='/a/{i.n}.html'>{i.title}</a><span class='by'>{one.name}</span></li>" for i in rest
        )
        hot = "".join(f"<li><a href='/a/{i.n}.html'>{i.title}</a></li>" for i in reversed(rest[-5:]))
        return html(
            f"<html><head><title>示例区新闻网</title>{authors.head(f'{self.name} page')}</head><body><div class='nav'><a href='/'>首页</a>"
            f"<a href='/c/1/'>要闻</a><a href='/c/2/'>民生</a></div><div class='toutiao'><h1><a href='/a/{first.n}.html'>{first.title}</a></h1>"
            f"</div><div class='focus-list'><ul class='news'>{rows}</ul></div><div class='rank'><h3>点击排行</h3><ul>{hot}</ul></div>"
            "<div class='footer'><a href='/about.html'>关于我们与联系方式</a></div></body></html>"
        )


@dataclass
class EPaper(Outlet):
    """Issues by day, three pages each; the next day's issue is there at the third visit."""

    per_day: int = 12
    per_page: int = 4
    _PAGES = ("要闻", "民生", "综合")

    def __post_init__(self) -> None:
        self.today = self.web.now.astimezone(CHINA).date()
        self.make = self._printed
        super().__post_init__()

    def _printed(self, n: int, published: datetime) -> Item:
        """Numbers run back from today's first article; tomorrow's come after the last."""
        place = n - self.number * 1000
        day = (
            self.today - timedelta(days=place // self.per_day) if place < self.count else self.today + timedelta(days=1)
        )
        return texts.news(n, datetime.combine(day, time(), CHINA))

    def _changed(self, visit: int) -> list[Item]:
        items = list(self._shown[-1])
        if visit != 2:
            return items
        first = self.number * 1000 + self.count
        return [self._printed(first + k, self.web.now) for k in range(self.per_day)] + items

    def start(self) -> str:
        return "/index.htm"

    def rules(self) -> dict[str, Any]:
        return {"adapter": "epaper", "outlet": "示例日报"}

    def issue(self, day: date) -> list[Item]:
        found = [i for i in self.items() if i.published.astimezone(CHINA).date() == day]
        return sorted(found, key=lambda i: i.n)

    def answer(self, ask: Ask) -> Answer:
        newest = self.items()[0].published.astimezone(CHINA).date()
        if ask.place == "/index.htm":
            return html(
                f"<html><head><meta http-equiv='refresh' content='0; url=html/{self._folder(newest)}/node_1.htm'></head></html>"
            )
        parts = ask.place.strip("/").split("/")
        if len(parts) != 4 or parts[0] != "html":
            return self.gone()
        day = date.fromisoformat(f"{parts[1]}-{parts[2]}")
        if parts[3].startswith("node_"):
            return self._sheet(day, number_in(ask.place))
        item = self.item(number_in(ask.place))
        return html(self._article(item)) if item and item in self.issue(day) else self.gone()

    @staticmethod
    def _folder(day: date) -> str:
        return f"{day:%Y-%m}/{day:%d}"

    def _sheet(self, day: date, page: int) -> Answer:
        issue = self.issue(day)
        if not issue or not 1 <= page <= len(self._PAGES):
            return self.gone()
        sheets = "".join(
            f"<a id='pageLink' href='node_{n}.htm'>第{n:02d}版：{name}</a>" for n, name in enumerate(self._PAGES, 1)
        )
        one = authors.who(f"{self.name}: list of a page")
        rows = "".join(
            f"<li><a href='content_{i.n}.htm'>{i.title}</a><!-- {one.name} --></li>"
            for i in issue[(page - 1) * self.per_page : page * self.per_page]
        )
        return html(
            f"<html><head><title>示例日报 {day:%Y年%m月%d日} 第{page:02d}版：{self._PAGES[page - 1]}</title></head><body>"
            f"<div>{day:%Y年%m月%d日}</div><div class='pages'>{sheets}</div><ul class='titles'>{rows}</ul></body></html>"
        )

    def _article(self, item: Item) -> str:
        one = authors.who(f"{self.name} page: founder-author")
        return (
            f"<html><head><title>{item.title}-示例日报</title>{authors.head(f'{self.name} page')}</head><body><founder-date>"
            f"{item.published:%Y年%m月%d日}</founder-date><founder-author>{one.name}</founder-author><h1 class='founder-title'>"
            f"<founder-title>{item.title}</founder-title></h1><p>□ 记者 {one.name}</p><div id='ozoom'><founder-content>"
            + "".join(f"<P>{line}</P>" for line in item.lines) + f"<P>（记者 {one.name}）</P></founder-content></div></body></html>"
        )  # fmt: skip
