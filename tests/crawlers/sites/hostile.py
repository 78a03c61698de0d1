"""The hostile web: one outlet a bad habit, each with what it may cost at most and how its run may end."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from tests.crawlers.sites import wire
from tests.crawlers.sites.feeds import article
from tests.crawlers.sites.outlet import NOT_THERE, Outlet, html, number_in, xml
from tests.crawlers.sites.server import Answer, Ask, Wire

LISTED = "/list.html"
Habit = Callable[["Trap", Ask], Answer | None]
"""The answer to a request; None: as a decent outlet would answer."""


@dataclass
class Trap(Outlet):
    """A section list of reports, with one bad habit."""

    habit: Habit = lambda trap, ask: None
    more: dict[str, Any] = field(default_factory=dict)
    """Further keys of its source."""
    most: int = 30
    """Requests that one pass may cost, robots.txt included."""
    failures: frozenset[str] = frozenset()
    """Reasons that its run may give; empty: any."""
    harmless: bool = False
    """Everything that it publishes is to be collected all the same."""
    path: str = LISTED
    about_robots: Habit | None = None
    """A bad habit of robots.txt itself."""

    def _answer(self, ask: Ask) -> Answer:
        if self.about_robots is not None and ask.place == "/robots.txt":
            return self.about_robots(self, ask) or NOT_THERE
        return super()._answer(ask)

    def start(self) -> str:
        return self.path

    def rules(self) -> dict[str, Any]:
        return {"adapter": "html", "list": {"link": "ul.news a", "next": "a.next", "pages": 5}, **self.more}

    def answer(self, ask: Ask) -> Answer:
        return self.habit(self, ask) or self.decent(ask)

    def decent(self, ask: Ask) -> Answer:
        if ask.place == LISTED:
            return self.listing(f"/a/{i.n}.html" for i in self.items())
        item = self.item(number_in(ask.place))
        return html(article(self.name, item)) if item else NOT_THERE

    @staticmethod
    def listing(paths: Any, more: str = "", head: str = "") -> Answer:
        rows = "".join(
            f"<li><a href='{escape(p, quote=True)}'>示例区供水管网工作的进展情况通报</a></li>" for p in paths
        )
        return html(f"<html><head>{head}</head><body><ul class='news'>{rows}</ul>{more}</body></html>")


def on_items(make: Callable[[Trap, Ask], Answer]) -> Habit:
    """A habit of item pages only."""
    return lambda trap, ask: make(trap, ask) if ask.place.startswith("/a/") else None


def on_list(make: Callable[[Trap, Ask], Answer]) -> Habit:
    return lambda trap, ask: make(trap, ask) if ask.place == LISTED else None


def wired(write: Wire) -> Callable[[Trap, Ask], Answer]:
    return lambda trap, ask: Answer(wire=write)


def packed(bomb: Callable[[], bytes], coding: str) -> Callable[[Trap, Ask], Answer]:
    return lambda trap, ask: Answer(bomb(), headers={"Content-Encoding": coding})


def redirect(to: str, **headers: str) -> Answer:
    return Answer(status=302, headers={"Location": to, **headers})


def feed_of(entries: str, head: str = "") -> Answer:
    return Answer(
        f'<?xml version="1.0"?>{head}<rss version="2.0"><channel>{entries}</channel></rss>'.encode(),
        "application/rss+xml",
    )


# Spaces without end.


def calendar(trap: Trap, ask: Ask) -> Answer | None:
    """Every page lists thirty days that lead to more, and a next page."""
    seed = random.Random(ask.path)
    days = (f"/cal/{seed.randrange(10**9)}/{d}.html" for d in range(30))
    return trap.listing(days, more=f"<a class='next' href='/cal/{seed.randrange(10**9)}/next.html'>下个月</a>")


def sessions(trap: Trap, ask: Ask) -> Answer | None:
    """The same five pages under another session id at every look, in a parameter and in the path."""
    if ask.place != LISTED and not ask.place.startswith("/list"):
        return None
    token = f"{ask.nth}{len(ask.path)}f0c3a9"
    paths = [
        f"/a/{i.n}.html;jsessionid={token}{k}?PHPSESSID={token}&sid={token}{k}" for k in range(8) for i in trap.items()
    ]
    return trap.listing(paths, more=f"<a class='next' href='/list.html?PHPSESSID={token}'>下一页</a>")


def tokens(trap: Trap, ask: Ask) -> Answer | None:
    """A parameter that no list of session names knows, with another value at every look."""
    if ask.place != LISTED:
        return None
    made = random.Random(f"{trap.web.visit} {ask.nth}")
    return trap.listing(f"/a/{i.n}.html?vkey={made.randbytes(12).hex()}" for i in trap.items())


def hops(trap: Trap, ask: Ask) -> Answer:
    return redirect(f"/a/{random.Random(ask.path).randrange(10**9)}.html")


def cookie_wall(trap: Trap, ask: Ask) -> Answer:
    if "cookie" in ask.headers:
        return trap.decent(ask)
    return redirect(ask.path, **{"Set-Cookie": "pass=1; path=/"})


def sitemap_of_itself(trap: Trap, ask: Ask) -> Answer:
    parts = "".join(f"<sitemap><loc>{trap.url(f'/map{n}.xml?{ask.nth}')}</loc></sitemap>" for n in range(2000))
    return xml(f"<sitemapindex><sitemap><loc>{trap.url(trap.path)}</loc></sitemap>{parts}</sitemapindex>")


def huge_feed(trap: Trap, ask: Ask) -> Answer | None:
    if ask.place != trap.path:
        return None
    return feed_of("".join(f"<item><link>{trap.url(f'/x/{n}')}</link></item>" for n in range(20_000)))


# Pages that are none.


def login(trap: Trap, ask: Ask) -> Answer | None:
    if ask.place == LISTED:
        return None
    if ask.place == "/login":
        return html(
            "<html><head><title>登录_示例区新闻网</title></head><body><h1>请登录</h1><form method='post' action='/login'>"
            "<label>用户名<input name='user'></label><label>密码<input type='password' name='password'></label>"
            "<p>登录后可查看全部内容，如无账号请先注册。请妥善保管您的密码，不要使用与其他网站相同的密码。</p>"
            "<button>登录</button></form></body></html>"
        )
    return redirect(f"/login?back={ask.place}")


def binary(trap: Trap, ask: Ask) -> Answer:
    kinds = (
        b"\x89PNG\r\n\x1a\n",
        b"\x7fELF\x02\x01\x01",
        b"PK\x03\x04\x14\x00",
        b"%PDF-1.7\n%\xe2\xe3",
        b"\xff\xd8\xff\xe0",
    )
    return Answer(kinds[number_in(ask.place) % 5] + random.Random(ask.path).randbytes(4000))


def scripts(trap: Trap, ask: Ask) -> Answer:
    item = trap.item(number_in(ask.place))
    if item is None:
        return NOT_THERE
    bad = f"<script>alert('{item.n}')</script><img src=x onerror=alert(1)>\u202e\u0000"
    page = article(trap.name, item).replace(f"<h1>{item.title}</h1>", f"<h1>{item.title}{escape(bad)}</h1>")
    return html(page.replace("<title>", f"<title>{escape(bad)}"))


def deep(trap: Trap, ask: Ask) -> Answer:
    item = trap.item(number_in(ask.place))
    return html("<div>" * 60_000 + (article(trap.name, item) if item else "") + "</div>" * 60_000)


def charset(trap: Trap, ask: Ask) -> Answer:
    """Charsets that do not exist, are dangerous, or are not what the page is in."""
    item = trap.item(number_in(ask.place))
    if item is None:
        return NOT_THERE
    declared, real = (("utf-7", "utf-8"), ("x-klingon", "utf-8"), ("iso-8859-1", "gb18030"), ("utf-16", "utf-8"),
                      ("big5", "utf-8"))[item.n % 5]  # fmt: skip
    return Answer(article(trap.name, item, charset=declared).encode(real), f"text/html; charset={declared}")


def moved(trap: Trap, ask: Ask) -> Answer | None:
    """From the second visit on the list stands elsewhere on the page, and its own class is empty."""
    if ask.place != LISTED or not trap.web.visit:
        return None
    old = trap.decent(ask).body.decode()
    return html(old.replace("<ul class='news'>", "<ul class='news'></ul><div class='fresh'>"))


def once_cut(trap: Trap, ask: Ask) -> Answer:
    """Cut off at the first visit, whole at the second."""
    whole = trap.decent(ask)
    if trap.web.visit:
        return whole
    return Answer(wire=wire.cut(whole.body, chunked=bool(number_in(ask.place) % 2)))


def lying_length(trap: Trap, ask: Ask) -> Answer:
    whole = trap.decent(ask)
    return Answer(whole.body, headers={"Content-Length": str(len(whole.body) // 2), "Connection": "close"})


# Manners.


def busy(trap: Trap, ask: Ask) -> Answer:
    """Each page wants to be asked again after a second."""
    return trap.decent(ask) if ask.nth > 1 else Answer(status=429, headers={"Retry-After": "1"})


def always_busy(trap: Trap, ask: Ask) -> Answer:
    return Answer("稍后再来".encode(), status=429)


def away(trap: Trap, ask: Ask) -> Answer:
    return Answer("维护中".encode(), status=503, headers={"Retry-After": "86400"})


BOMB = '<!DOCTYPE x [<!ENTITY a "停水停水停水停水">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + '<!ENTITY file SYSTEM "file:///etc/passwd">]>'  # fmt: skip


def entities(trap: Trap, ask: Ask) -> Answer | None:
    if ask.place != trap.path:
        return None
    items = "".join(
        f"<item><title>{i.title}&j;&file;</title><link>{trap.url(f'/a/{i.n}.html')}</link></item>" for i in trap.items()
    )
    return feed_of(items, BOMB)


def endless_digits(trap: Trap, ask: Ask) -> Answer:
    """JSON with nesting, numbers and times that no program expects."""
    rows = ",".join(
        f'{{"id": {i.n}, "title": "{i.title}", "text": "{i.lines[0]}", "time": {t}}}'
        for i, t in zip(
            trap.items(), ("1e308", "-1e30", "99999999999999999999", '"9999999-99-99"', "NaN", "Infinity"), strict=False
        )
    )
    return Answer(f'{{"list": [{rows}], "deep": {"[" * 900}{"]" * 900}}}'.encode(), "application/json")


def deep_json(trap: Trap, ask: Ask) -> Answer:
    return Answer(b'{"list": ' + b"[" * 400_000 + b"]" * 400_000 + b"}", "application/json")


def strange_links(trap: Trap, ask: Ask) -> Answer:
    return trap.listing(
        [*(f"/a/{i.n}.html" for i in trap.items()), "javascript:alert(1)", "data:text/html,<h1>x</h1>", "file:///etc/passwd",
         "gopher://127.0.0.1:70/x", "mailto:a@b.example", "//", "http://[::1/", "http://x:99999999/", "\\\\server\\share",
         "ftp://127.0.0.1/x", "http://user:pass@127.0.0.1:1/", "tel:110", "http://" + "a" * 5000]
    )  # fmt: skip
