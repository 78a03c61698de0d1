"""Pages that one software or one sort of site makes: forums, timelines, newspapers, front pages. Each of the adapters
that reads only such pages says whether a page is one of its own; pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from crawlers.adapters import Meta, Role, adapter, discourse, epaper, flarum, frontpage, mastodon
from crawlers.adapters.links import absolute
from crawlers.failures import AdapterError
from crawlers.page.charset import decode
from crawlers.page.forums import software_of
from crawlers.page.tree import parse, select
from monitor.settings.types import Source

Found = tuple[dict[str, Any], str]
"""A source as in sources.toml, without id and name, and why in Chinese."""
_TAG = re.compile(r"/tags/([^/?#]+)$")
_TIMELINE = re.compile(r"/api/v1/timelines/")


def of(url: str, body: bytes, content_type: str = "") -> Iterator[Found]:
    """Every form that an HTML page has."""
    root = parse(text := decode(body, content_type))
    if root is None:
        return
    generator = " ".join(e.get("content") or "" for e in select(root, "meta[name=generator]")).lower()
    software = software_of(text, root)
    if "discourse" in generator:
        yield _forum(discourse.list_address(url)), "Discourse 论坛：读其公开的最新主题和帖文，不取发帖人"
    elif "flarum" in text[:20_000].lower() and select(root, "#flarum-content, #flarum-loading"):
        yield _forum(absolute(url, "/api/discussions")), "Flarum 论坛：读其公开的最新主题和帖文，不取发帖人"
    elif software is not None and _lists_threads(url, body, content_type):
        yield _forum(url), f"{software.name} 论坛的版块：读主题和各楼正文、时间，不取发帖人"
    if select(root, "#mastodon") and (tag := _TAG.search(urlsplit(url).path)):
        address = absolute(url, f"/api/v1/timelines/tag/{quote(unquote(tag[1]), safe='')}?limit=40")
        yield _timeline(address), "Mastodon 公开话题：读该话题的公开时间线，不取账号"
    if epaper.looks_like(body, url):
        yield {"kind": "news", "adapter": "epaper", "url": url}, "数字报：按日期逐版读报，记下版次"
    if frontpage.looks_like(body, url):
        kind = "official" if (urlsplit(url).hostname or "").endswith(".gov.cn") else "news"
        yield {"kind": kind, "adapter": "frontpage", "url": url}, "首页：读首页上的稿件，并记下头条和位置"


def of_answer(url: str, bare: str) -> Iterator[Found]:
    """The same for a JSON answer."""
    try:
        answer = json.loads(bare)
    except (ValueError, RecursionError):
        return
    if discourse.recognises(answer) or flarum.recognises(answer):
        yield _forum(url), "论坛的公开接口：读主题和帖文，不取发帖人"
    elif mastodon.looks_like(answer) or (_TIMELINE.search(urlsplit(url).path) and answer == []):
        yield _timeline(url), "Mastodon 公开话题：读该话题的公开时间线，不取账号"


def _forum(url: str) -> dict[str, Any]:
    return {"kind": "post", "adapter": "forum", "url": url}


def _timeline(url: str) -> dict[str, Any]:
    return {"kind": "post", "adapter": "mastodon", "url": url}


def _lists_threads(url: str, body: bytes, content_type: str) -> bool:
    draft = Source.model_validate({"id": "look", "name": "look", **_forum(url)})
    try:
        links = adapter("forum")(body, Meta(url, url, Role.INDEX, datetime.now(UTC), content_type), draft).links
    except AdapterError:
        return False
    return any(link.role is Role.ITEM for link in links)
