"""What a page could be read as: sources that its bytes suggest, likeliest first. Pure; nothing is fetched here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from crawlers import fields, forms
from crawlers.adapters import Meta, Role, adapter
from crawlers.adapters.jsonapi import unwrapped
from crawlers.adapters.links import absolute, same_site
from crawlers.failures import AdapterError
from crawlers.hindrance import is_article
from crawlers.page.charset import decode
from crawlers.page.tree import Element, parse, select
from monitor.settings.api_rules import FEED_MARK
from monitor.settings.presets import Preset, of_host
from monitor.settings.types import Source

FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_LIST = 25
"""So many links make a list even around an article."""
NEXT_WORDS = ("下一页", "下页", "后一页", "下一頁", "Next")
_BOARD = re.compile(
    r"留言|信箱|来信|写信|咨询投诉|诉求|问政|12345|(?<![a-z])(?:liuyan|lyb|mailbox|xinxiang)", re.IGNORECASE
)
_FORUM = re.compile(
    r"discuz|phpwind|discourse|flarum|论坛|社区交流|(?<![a-z])bbs(?![a-z])|/forum\.php|forumdisplay|viewthread",
    re.IGNORECASE,
)
_HOT = re.compile(r"热榜|热搜|热点榜|/(?:hot|rebang|resou)(?:[/._?-]|list|\s|$)", re.IGNORECASE)
_GENERATOR = re.compile(r"<generator>([^<]{1,80})", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_POWERED = re.compile(r"[\s\-–|_]*Powered by .*$", re.IGNORECASE)
_FEED_ADDRESS = re.compile(
    r"(?:/(?:rss|feed|atom)(?:\.xml|/|$)|[/_.-](?:rss|atom)\.xml$|[?&](?:mod|type|format)=rss)", re.IGNORECASE
)
_FEED_WORDS = re.compile(r"^\W*(?:RSS|ATOM)(?:订阅|源)?\W*$|^订阅$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source as it would stand in sources.toml (without id and name) and why it is proposed, in Chinese."""

    source: dict[str, Any]
    why: str


def propose(
    url: str,
    body: bytes,
    content_type: str = "",
    *,
    presets: tuple[Preset, ...] = (),
    sitemaps: Sequence[str] = (),
) -> list[Proposal]:
    """What the page at ``url`` could be read as; empty where it is nothing that can be read.

    ``presets``: entries for known sites; ``sitemaps``: what the site's robots.txt names.
    """
    text = decode(body, content_type)
    head = text.lstrip("\ufeff \t\r\n")[:3000]
    bare = unwrapped(text)
    if bare[:1] in "{[" and bare:
        return list(_json(url, text, bare))
    if re.search(r"<(?:rss|feed|rdf:RDF)[\s>]", head):
        return [Proposal(_source(url, text, "rss"), "这是 RSS 或 Atom 订阅")]
    if re.search(r"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", head) or body[:2] == b"\x1f\x8b":
        return [Proposal(_source(url, text, "sitemap"), "这是网站地图")]
    root = parse(text)
    if root is None:
        return []
    own = [Proposal(source, why) for source, why in forms.of(url, body, content_type)]
    fronts = [p for p in own if p.source["adapter"] == "frontpage"]
    found = [
        *_known(url, presets), *(p for p in own if p not in fronts), *_feeds(url, text, root), *fronts,
        *_list(url, body, content_type, text, root), *_maps(url, text, sitemaps),
    ]  # fmt: skip
    # One address read in one way is one proposal, whoever made it.
    first: dict[tuple[str, str], Proposal] = {}
    for proposal in found:
        first.setdefault((proposal.source["adapter"], proposal.source["url"]), proposal)
    return list(first.values())


def name_of(url: str, body: bytes, content_type: str = "") -> str:
    """What the page calls itself, at most 30 characters; its host where it says nothing."""
    return _POWERED.sub("", title_of(decode(body, content_type)))[:30] or (urlsplit(url).hostname or url)[:60]


def title_of(text: str) -> str:
    """What a page or feed calls itself, in one line."""
    found = re.search(r"<title[^>]*>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</title>", text[:20_000], re.DOTALL | re.IGNORECASE)
    return _SPACE.sub(" ", re.sub(r"<[^>]*>|&[#\w]+;", " ", found.group(1))).strip() if found else ""


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
    """news, official, board, post or hotlist, by address and words; a person decides."""
    # What the page calls itself: its navigation names every other page of the site too.
    told = f"{url} {title_of(text) or text[:200]}"
    if _BOARD.search(told):
        return "board"
    made = _GENERATOR.search(text[:3000])
    if _FORUM.search(f"{told} {made[1] if made else ''}"):
        return "post"
    if _HOT.search(told):
        return "hotlist"
    return "official" if (urlsplit(url).hostname or "").endswith(".gov.cn") else "news"


def _source(url: str, text: str, adapter: str, **more: Any) -> dict[str, Any]:
    kind = kind_of(url, text)
    # A forum's pages hold names all over: what the feed says is all that is read.
    quiet = {"follow": False} if kind == "post" and adapter in ("rss", "json") else {}
    return {"kind": kind, "adapter": adapter, "url": url, **quiet, **more}


def _known(url: str, presets: tuple[Preset, ...]) -> Iterator[Proposal]:
    """The entry that the house has for this site."""
    preset = of_host(presets, url)
    if preset is not None and preset.source["adapter"] != "rss":
        yield Proposal(preset.at(url), f"本站有样例 {preset.name}：{preset.mark.chinese}")


def _feeds(url: str, text: str, root: Element) -> Iterator[Proposal]:
    """Feeds that the page declares, and one that it merely links to."""
    seen: set[str] = set()
    for link in select(root, "link[rel~=alternate][href]"):
        address = absolute(url, link.get("href") or "")
        # Feeds of the comments below articles (WordPress) hold what readers write.
        comments = re.search(r"/comments/feed|评论", f"{address} {link.get('title') or ''}")
        if (link.get("type") or "").strip().lower() in FEEDS and address and same_site(address, url) and not comments:
            if address not in seen and len(seen) < 3:
                yield Proposal(_source(address, text, "rss"), "网页声明了订阅：比读栏目页更稳、更省")
            seen.add(address)
    for anchor in select(root, "a[href]"):
        address = absolute(url, anchor.get("href") or "")
        words = "".join(str(t) for t in anchor.itertext())
        told = _FEED_WORDS.match(words) or _FEED_ADDRESS.search(anchor.get("href") or "")
        if told and address and address not in seen and address != url and same_site(address, url):
            yield Proposal(_source(address, text, "rss"), "网页上有“RSS”链接，读出来是订阅才算数")
            return


def _maps(url: str, text: str, sitemaps: Sequence[str]) -> Iterator[Proposal]:
    """Sitemaps of the site's robots.txt: they show the whole site, so they come last."""
    addresses = dict.fromkeys(absolute(url, told) for told in sitemaps)
    for address in [a for a in addresses if a and same_site(a, url)][:2]:
        yield Proposal(_source(address, text, "sitemap"), "robots.txt 写明的网站地图：整个网站最近改动的网页")


def _list(url: str, body: bytes, content_type: str, text: str, root: Element) -> Iterator[Proposal]:
    rules = {"next": found} if (found := next_rule(root)) else {}
    # The pages of a forum are only read by what knows where their names stand (S1).
    kind = kind_of(url, text)
    reader = "forum" if kind == "post" else "html"
    more = {"list": rules} if rules and kind not in ("hotlist", "post") else {}
    source = {"kind": kind, "adapter": reader, "url": url, **more}
    try:
        draft = Source.model_validate({"id": "look", "name": "look", **source})
        parsed = adapter(reader)(body, Meta(url, url, Role.INDEX, datetime.now(UTC), content_type), draft)
    except AdapterError:
        return
    count = len(parsed.items) + sum(link.role is Role.ITEM for link in parsed.links)
    if not count or (count < _LIST and is_article(url, body, content_type)):
        return  # what is listed there is other articles beside this one
    what = {"post": "个主题", "hotlist": "个热点"}.get(kind, "条文章链接")
    yield Proposal(source, f"自动识别出 {count} {what}" + ("，并跟随“下一页”" if more else ""))


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


def _json(url: str, text: str, bare: str) -> Iterator[Proposal]:
    if FEED_MARK in bare[:3000]:
        yield Proposal(_source(url, text, "rss"), "这是 JSON Feed 订阅")
        return
    if known := [Proposal(source, why) for source, why in forms.of_answer(url, bare)]:
        yield from known
        return
    if (told := fields.mapped(url, bare)) is not None:
        source, why = told
        kind = "board" if "reply" in source["api"] else kind_of(url, text)
        # Of posts and hot lists only the answer itself is read.
        quiet = {"follow": False} if kind in ("post", "hotlist") else {}
        yield Proposal({"kind": kind, **source, **quiet}, why)
