"""What a page could be read as: sources that its bytes suggest, likeliest first. Pure; nothing is fetched here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawlers.adapters.links import absolute, same_site
from crawlers.page.charset import decode
from crawlers.page.tree import Element, parse, select
from monitor.settings.api_rules import FEED_MARK, names_person

FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
NEXT_WORDS = ("下一页", "下页", "后一页", "下一頁", "Next")
_BOARD = re.compile(r"留言|信箱|来信|写信|咨询投诉|诉求|问政|答复|12345")
_FORUM = re.compile(r"discuz|phpwind|discourse|flarum|论坛|社区交流|bbs", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
# Which field of a JSON item is which, by what sites call it; the first that fits and points to no person.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "subject", "headline", "name", "bt", "biaoti", "标题"),
    "text": ("content", "body", "text", "excerpt", "summary", "description", "desc", "intro", "nr", "neirong", "内容"),
    "time": ("published_at", "publish_time", "publishtime", "pubdate", "pub_date", "date_published", "created_at",
             "createtime", "create_time", "time", "date", "fbsj", "发布时间", "时间"),
    "url": ("url", "link", "href", "permalink", "web_url"),
    "id": ("id", "uuid", "guid", "no", "编号"),
    "category": ("category", "type_name", "channel", "column", "类别"),
    "reply": ("reply", "answer", "reply_content", "hf", "答复"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source as it would stand in sources.toml (without id and name) and why it is proposed, in Chinese."""

    source: dict[str, Any]
    why: str


def propose(url: str, body: bytes, content_type: str = "") -> list[Proposal]:
    """What the page at ``url`` could be read as; empty where it is nothing that can be read."""
    text = decode(body, content_type)
    head = text.lstrip("\ufeff \t\r\n")[:3000]
    if head[:1] in "{[" and head:
        return list(_json(url, text, head))
    if re.search(r"<(?:rss|feed|rdf:RDF)[\s>]", head):
        return [Proposal(_source(url, text, "rss"), "这是 RSS 或 Atom 订阅")]
    if re.search(r"<(?:urlset|sitemapindex)[\s>]", head) or body[:2] == b"\x1f\x8b":
        return [Proposal(_source(url, text, "sitemap"), "这是网站地图")]
    root = parse(text)
    return [] if root is None else [*_feeds(url, text, root), *_discourse(url, root), _list(url, text, root)]


def name_of(url: str, body: bytes, content_type: str = "") -> str:
    """What the page calls itself, at most 30 characters; its host where it says nothing."""
    text = decode(body, content_type)
    found = re.search(r"<title[^>]*>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</title>", text[:20_000], re.DOTALL | re.IGNORECASE)
    words = _SPACE.sub(" ", re.sub(r"<[^>]*>|&[#\w]+;", " ", found.group(1))).strip() if found else ""
    return words[:30] or (urlsplit(url).hostname or url)[:60]


def id_of(url: str, taken: frozenset[str]) -> str:
    """An id for a source: from its host, with a number where that is taken."""
    host = (urlsplit(url).hostname or "source").lower()
    parts = [p for p in host.split(".") if p not in ("www", "com", "cn", "gov", "net", "org")] or [host]
    named = re.search(r"[a-z]", host)
    base = (re.sub(r"[^a-z0-9]+", "-", "-".join(parts)).strip("-")[:40] if named else "") or "source"
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found


def kind_of(url: str, text: str) -> str:
    """news, official, board or post, by address and words; a person decides."""
    told = f"{url} {text[:3000]}"
    if len(_BOARD.findall(told)) >= 2:
        return "board"
    if _FORUM.search(told):
        return "post"
    return "official" if (urlsplit(url).hostname or "").endswith(".gov.cn") else "news"


def _source(url: str, text: str, adapter: str, **more: Any) -> dict[str, Any]:
    kind = kind_of(url, text)
    # A forum's pages hold names all over: what the feed says is all that is read.
    quiet = {"follow": False} if kind == "post" and adapter in ("rss", "json") else {}
    return {"kind": kind, "adapter": adapter, "url": url, **quiet, **more}


def _feeds(url: str, text: str, root: Element) -> Iterator[Proposal]:
    """Feeds that the page names."""
    seen = set()
    for link in select(root, "link[rel~=alternate][href]"):
        address = absolute(url, link.get("href") or "")
        if (link.get("type") or "").lower() in FEEDS and address and same_site(address, url) and address not in seen:
            seen.add(address)
            if len(seen) <= 3:
                yield Proposal(_source(address, text, "rss"), "网页声明了订阅：比读栏目页更稳、更省")


def _discourse(url: str, root: Element) -> Iterator[Proposal]:
    generator = " ".join(e.get("content") or "" for e in select(root, "meta[name=generator]"))
    if "discourse" in generator.lower():
        api = {"items": "topic_list.topics", "id": "id", "title": "title", "text": "excerpt", "time": "created_at",
               "next": "topic_list.more_topics_url"}  # fmt: skip
        source = {"kind": "post", "adapter": "json", "url": absolute(url, "latest.json"), "follow": False, "api": api}
        yield Proposal(source, "Discourse 论坛：读其公开的最新主题列表，不取发帖人")


def _list(url: str, text: str, root: Element) -> Proposal:
    rules = {"next": found} if (found := next_rule(root)) else {}
    more = {"list": rules} if rules else {}
    why = "栏目页：自动识别文章链接" + ("，并跟随“下一页”" if rules else "")
    return Proposal(_source(url, text, "html", **more), why)


def next_rule(root: Element) -> str:
    """A CSS selector of the link to the following page; empty where none is seen."""
    if select(root, "a[rel~=next][href]"):
        return "a[rel~=next]"
    for word in NEXT_WORDS:
        for anchor in select(root, f'a:contains("{word}")'):
            href = anchor.get("href") or ""
            if href and not href.startswith(("javascript:", "#")):
                return f'a:contains("{word}")'
    return ""


def _json(url: str, text: str, head: str) -> Iterator[Proposal]:
    if FEED_MARK in head:
        yield Proposal(_source(url, text, "rss"), "这是 JSON Feed 订阅")
        return
    try:
        answer = json.loads(text)
    except ValueError:
        return
    found = sorted(lists_in(answer), key=lambda one: -_size(one[1]))
    for path, items in found[:1]:
        rules = {"items": path, **_rules(items[0])}
        if "title" in rules or "text" in rules:
            source = _source(url, text, "json", follow=False, api=rules)
            yield Proposal(source, f"JSON 接口：列表在 {path}，字段按名称推测，请核对")


def lists_in(answer: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(JMESPath, items) of every list of objects in an answer, down to four levels."""
    if isinstance(answer, list):
        items = [i for i in answer if isinstance(i, dict)]
        if items and len(items) == len(answer):
            yield path or "@", items
    elif isinstance(answer, dict) and depth < 4:
        for key, value in answer.items():
            if not names_person(key):
                step = _name(key)
                yield from lists_in(value, f"{path}.{step}" if path else step, depth + 1)


def _name(key: str) -> str:
    """A field as JMESPath names it."""
    return key if re.fullmatch(r"[A-Za-z_]\w*", key) else json.dumps(key, ensure_ascii=False)


def _rules(item: Mapping[str, Any]) -> dict[str, str]:
    """Which field of an item is which; fields that say who wrote are never taken (S1)."""
    plain = {key.lower(): key for key, value in item.items() if isinstance(value, str | int | float)}
    rules = {}
    for field, names in _FIELDS.items():
        key = next((plain[name] for name in names if name in plain and not names_person(name)), None)
        if key is not None:
            rules[field] = _name(key)
    return rules


def _size(items: list[dict[str, Any]]) -> int:
    return sum(len(value) for item in items[:50] for value in item.values() if isinstance(value, str))
