"""A Discourse forum: topics in JSON, posts twenty at a time, people in every answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.crawlers.sites import authors
from tests.crawlers.sites.boards import Forum
from tests.crawlers.sites.interfaces import answer_of, person
from tests.crawlers.sites.outlet import paragraphs
from tests.crawlers.sites.server import Answer, Ask
from tests.crawlers.sites.texts import Item

_CHUNK = 20


@dataclass
class Discourse(Forum):
    """``/c/…/l/latest.json`` in pages, ``/t/ID.json`` with twenty posts, ``posts.json?post_ids[]`` for the others."""

    per_thread: int = 26
    listed: int = 2

    def start(self) -> str:
        return "/c/local/5/l/latest.json"

    def rules(self) -> dict[str, Any]:
        return {"adapter": "forum", "list": {"pages": 10}}

    def gone(self) -> Answer:
        return Answer(b'{"errors": ["not found"], "error_type": "not_found"}', "application/json", status=404)

    def answer(self, ask: Ask) -> Answer:
        if ask.place == self.start():
            return self._topics(int(ask.query.get("page", "0")))
        parts = ask.place.removesuffix(".json").strip("/").split("/")
        if parts[0] != "t" or not parts[-1 if len(parts) == 2 else 1].isdecimal():
            return self.gone()
        posts = self.threads().get(int(parts[1]))
        if posts is None:
            return self.gone()
        if parts[-1] != "posts":
            return self._topic(int(parts[1]), posts)
        wanted = {int(v) for k, v in parse_qsl(urlsplit(ask.path).query) if k == "post_ids[]"}
        return answer_of(
            {
                "post_stream": {"posts": [self._one(p, k) for k, p in enumerate(posts, 1) if p.n in wanted]},
                "id": int(parts[1]),
            }
        )

    def _topics(self, page: int) -> Answer:
        one = person(f"{self.name} list: user")
        numbers = sorted(self.threads(), reverse=True)
        shown = numbers[page * self.listed : (page + 1) * self.listed]
        topics = [
            {"id": n, "title": self.threads()[n][0].title, "slug": "topic", "posts_count": len(self.threads()[n]),
             "created_at": self.threads()[n][0].published.isoformat(), "last_posted_at": self.threads()[n][-1].published.isoformat(),
             "last_poster_username": one["username"], "visible": True, "archetype": "regular", "pinned": False,
             "posters": [{"user_id": one["id"], "description": one["nickname"]}]}
            for n in shown
        ]  # fmt: skip
        told: dict[str, Any] = {"topics": topics, "can_create_topic": False}
        if (page + 1) * self.listed < len(numbers):
            told["more_topics_url"] = f"/c/local/5/l/latest?page={page + 1}"
        return answer_of({"users": [one], "topic_list": told})

    def _topic(self, n: int, posts: list[Item]) -> Answer:
        one = person(f"{self.name} topic: details")
        return answer_of(
            {"id": n, "title": posts[0].title, "posts_count": len(posts), "details": {"created_by": one, "participants": [one]},
             "post_stream": {"posts": [self._one(p, k) for k, p in enumerate(posts[:_CHUNK], 1)], "stream": [p.n for p in posts]}}
        )  # fmt: skip

    def _one(self, item: Item, number: int) -> dict[str, Any]:
        one, quoted = person(f"{self.name} post: user"), authors.who(f"{self.name} post: quote and mention")
        quote = f'<aside class="quote" data-username="{quoted.handle}"><div class="title">{quoted.name}:</div><blockquote><p>说得对</p></blockquote></aside>'
        return {
            "id": item.n, "post_number": number, "post_type": 1, "created_at": item.published.isoformat(),
            "cooked": f'{quote}{paragraphs(item)}<p><a class="mention" href="/u/{quoted.handle}">@{quoted.handle}</a></p>',
            "name": one["display_name"], "username": one["username"], "avatar_template": one["avatar"], "user_id": one["id"],
            "display_username": one["nickname"], "user_title": one["nickname"], "reply_to_user": one, "actions_summary": [],
        }  # fmt: skip
