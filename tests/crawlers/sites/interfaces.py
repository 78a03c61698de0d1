"""Outlets that answer in JSON: a news interface, Discourse, Mastodon's public tag timeline; and a hot list."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.crawlers.sites import authors
from tests.crawlers.sites.feeds import article
from tests.crawlers.sites.outlet import Outlet, cut, html, number_in, paragraphs
from tests.crawlers.sites.server import Answer, Ask


def answer_of(value: Any) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=utf-8")


def person(place: str) -> dict[str, Any]:
    """A person as interfaces describe one, in every field that they have for it."""
    one = authors.who(place)
    return {
        "id": one.handle, "username": one.handle, "acct": f"{one.handle}@x.example", "display_name": one.name,
        "nickname": one.name, "avatar": f"/face/{one.handle}.png", "url": f"/@{one.handle}", "note": f"<p>{one.name}</p>",
        "followers_count": 12, "ip": one.name,
    }  # fmt: skip


@dataclass
class NewsApi(Outlet):
    """A news interface: pages by number, milliseconds since 1970, items two levels down, full text in the answer."""

    size: int = 12

    def start(self) -> str:
        return "/api/news?channel=1&page=1"

    def rules(self) -> dict[str, Any]:
        api = {
            "items": "data.list", "id": "meta.id", "title": "meta.title", "text": "body", "time": "meta.ctime",
            "url_template": f"{self.url('/a/')}{{meta.id}}.html", "page_param": "page",
        }  # fmt: skip
        api["url_template"] = ""
        api["url"] = "meta.link"
        return {"adapter": "json", "follow": False, "list": {"pages": 12}, "api": api}

    def answer(self, ask: Ask) -> Answer:
        if ask.place != "/api/news":
            item = self.item(number_in(ask.place))
            return html(article(self.name, item)) if item else self.gone()
        page = int(ask.query.get("page", "1"))
        someone = person(f"{self.name}: user")
        listed = [
            {"meta": {"id": i.n, "title": i.title, "ctime": int(i.published.timestamp() * 1000),
                      "link": f"/a/{i.n}.html?from=app&timestamp={ask.nth}", "author": someone["display_name"]},
             "body": paragraphs(i) + authors.byline(self.name), "user": someone, "creator": someone["username"]}
            for i in cut(self.items(), page, self.size)
        ]  # fmt: skip
        return answer_of({"code": 0, "data": {"list": listed, "total": len(self.items()), "editor": someone}})


@dataclass
class Mastodon(Outlet):
    """The public timeline of a tag: accounts, mentions, a boost's account, links that hold the handle; a page by Link."""

    def start(self) -> str:
        return "/api/v1/timelines/tag/shili?local=true&limit=40"

    def rules(self) -> dict[str, Any]:
        return {"adapter": "mastodon"}

    def answer(self, ask: Ask) -> Answer:
        if not ask.place.startswith("/api/v1/timelines/tag/"):
            return self.gone()
        one, named = person(f"{self.name}: account"), authors.who(f"{self.name}: mention in the text")
        oldest = int(ask.query.get("max_id", "0")) or 10**9
        shown = [i for i in self.items() if i.n < oldest or not ask.query.get("max_id")][:40]
        return answer_of(
            [
                {"id": str(i.n), "created_at": i.published.isoformat(), "url": f"https://x.example/@{one['username']}/{i.n}",
                 "uri": f"https://x.example/users/{one['username']}/statuses/{i.n}", "account": one,
                 "visibility": "public", "spoiler_text": "", "language": "zh", "in_reply_to_account_id": one["id"], "reblog": None, "application": {"name": named.name},
                 "content": f'<p>{i.text} <span class="h-card"><a href="https://x.example/@{named.handle}" '
                            f'class="u-url mention">@<span>{named.handle}</span></a></span> #示例区</p>',
                 "mentions": [{"username": named.handle, "acct": named.handle}], "media_attachments": []}
                for i in shown
            ]
        )  # fmt: skip


@dataclass
class HotList(Outlet):
    """Titles by rank; who put them there is beside."""

    def start(self) -> str:
        return "/hot"

    def rules(self) -> dict[str, Any]:
        return {"adapter": "html", "list": {"link": ".hot a"}}

    def answer(self, ask: Ask) -> Answer:
        if ask.place != "/hot":
            return self.gone()
        one = authors.who(f"{self.name}: beside a title")
        rows = "".join(
            f"<li><em>{rank}</em><a href='/t/{i.n}?u={one.handle}'>{i.title}</a><b>{one.name}</b></li>"
            for rank, i in enumerate(self.items(), 1)
        )
        return html(f"<html><body><ol class='hot'>{rows}</ol>{authors.card(self.name)}</body></html>")
