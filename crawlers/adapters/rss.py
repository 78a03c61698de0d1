"""RSS, RDF and Atom feeds. The one file that knows feedparser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crawlers.adapters import moments
from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.links import absolute
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page import blocks as reading
from crawlers.page.byline import without_bylines
from crawlers.page.charset import decode
from crawlers.page.title import without_site
from crawlers.page.tree import parse
from monitor.model import Fetched, Kind
from monitor.settings.types import Source

_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HTML = re.compile(r"^\s*(?:<!--.*?-->\s*)*<(?:html|head|body|!doctype\s+html)", re.DOTALL | re.IGNORECASE)
_TAIL = re.compile(
    r"^The post .{1,200} (?:first )?appeared first on |最先出现在|首先出现在|^[（(]?本文来自.{0,40}RSS", re.IGNORECASE
)
MAX_ENTRIES = 2000


def read(body: bytes, meta: Meta, source: Source) -> Parsed:
    """The entries of a feed as items, or as links to their pages where ``source.follow`` asks for the full text.

    Never who wrote an entry: feedparser's author fields are not looked at. Dates without a zone are China time.
    """
    if meta.role is Role.ITEM:
        from crawlers.adapters.html import read_item

        return read_item(body, meta, source)
    from crawlers.adapters.jsonapi import read_feed

    feed = read_feed(body, meta, source)
    if feed is not None:
        return feed
    entries = [_entry(e, meta, source) for e in _parse(body, meta)[:MAX_ENTRIES]]
    known = [e for e in entries if e is not None]
    # A forum's pages hold names all over: they are read only with a rule for the text.
    if source.follow and not (source.kind is Kind.POST and not source.page.text):
        followed = tuple(Link(e.url, Role.ITEM, e) for e in known if e.url)
        return Parsed(tuple(e for e in known if not e.url), followed)
    return Parsed(tuple(known))


def _parse(body: bytes, meta: Meta) -> list[Mapping[str, Any]]:
    import feedparser

    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    text = decode(body, meta.content_type)
    if _HTML.match(_DECLARATION.sub("", text)):
        raise AdapterError(FetchFailure.NOT_A_FEED)
    # No document type, no entities: an entity bomb has nothing left to expand.
    text = _DOCTYPE.sub("", _DECLARATION.sub("", text), count=1)
    parsed = feedparser.parse(
        text.encode("utf-8", "replace"),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": meta.url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.get("version"):
        raise AdapterError(FetchFailure.NOT_A_FEED)
    return list(parsed.entries)


def _entry(entry: Mapping[str, Any], meta: Meta, source: Source) -> Fetched | None:
    title = without_site(plain(entry.get("title", "")).replace("\n", " "))
    content = max((c.get("value", "") for c in entry.get("content") or ()), key=len, default="")
    text = _without_tail(plain(max(content, entry.get("summary", ""), key=len)))
    # Feedburner's own addresses count clicks and go away; what it calls the original is the page.
    address = entry.get("feedburner_origlink") or entry.get("link") or ""
    # An entry without an address has none: not that of the feed.
    url = absolute(meta.url, address) if address.strip() else ""
    key = url or str(entry.get("id") or "")
    if not key or not (title or text or url):
        return None
    tags = [t.get("term") for t in entry.get("tags") or () if t.get("term")]
    return Fetched(
        source=source.id, kind=source.kind, key=key, url=url, title=title, text=text, fetched_at=meta.fetched_at,
        published=_published(entry), outlet=source.outlet, category=str(tags[0])[:60] if tags else None,
    )  # fmt: skip


def _without_tail(text: str) -> str:
    """A text without the line that WordPress adds below: where it first appeared."""
    first, _, last = text.rpartition("\n")
    return first if first and len(last) <= 300 and _TAIL.search(last) else text


def plain(value: str) -> str:
    """The text of an HTML or plain value, a paragraph a line, without bylines."""
    if "<" not in value and "&" not in value:
        return "\n".join(without_bylines([line.strip() for line in value.splitlines() if line.strip()]))
    root = parse(f"<div>{value}</div>")
    return "" if root is None else "\n".join(without_bylines(list(reading.lines(root))))


def _published(entry: Mapping[str, Any]) -> datetime | None:
    # Read here and not by feedparser, which takes a time without a zone for UTC and 2026年11月21日 for November 1st.
    for name in ("published", "updated", "created"):
        # Asked with "in" first: feedparser otherwise warns and answers with another of its dates.
        written = str(entry[name] or "") if name in entry else ""
        if moment := moments.written(written):
            return moment
    return None
