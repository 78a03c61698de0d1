"""Sitemaps, sitemap indexes and news sitemaps (sitemaps.org 0.9, Google news 0.9), plain or gzipped."""

from __future__ import annotations

import re
import zlib

from lxml import etree

from crawlers.adapters import moments
from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.links import absolute, is_file, same_site
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page import dates
from crawlers.page.title import without_site
from monitor.model import Fetched
from monitor.settings.types import Source

MAX_BYTES = 50_000_000
"""The protocol's own bound of a sitemap, unpacked."""
_MONTH = re.compile(r"^\d{4}(?:-\d\d)?$")
_ADDRESSES = re.compile(rb"\s*(?:\xef\xbb\xbf)?https?://\S+(?:\s+https?://\S+)*\s*")
_FEEDS = ("rss", "feed", "RDF")
MAX_LINKS = 1000
"""The newest so many; the rest of a large site is read by its section pages."""


def read(body: bytes, meta: Meta, source: Source) -> Parsed:
    """Links to the newest pages, or of an index to the sitemaps that changed last.

    Of an index at most ``source.list.pages`` sitemaps are read in a pass. A feed may stand for a sitemap
    (sitemaps.org), and so may a text of one address a line.
    """
    if meta.role is Role.ITEM:
        from crawlers.adapters.html import read_item

        return read_item(body, meta, source)
    data = _unpacked(body)
    if _ADDRESSES.fullmatch(data[:20_000].rpartition(b"\n")[0] or data):
        return _listed(data.decode("utf-8-sig", "replace").split(), meta)
    root = _tree(data)
    if _name(root) in _FEEDS:
        from crawlers.adapters.rss import read as read_feed

        return read_feed(data, meta, source)
    if _name(root) == "sitemapindex":
        parts = sorted(_children(root, "sitemap"), key=lambda p: _seen(p, "lastmod"), reverse=True)
        addresses = [absolute(meta.url, _text(p, "loc")) for p in parts]
        known = [u for u in dict.fromkeys(addresses) if u and same_site(u, meta.url)][: source.list.pages]
        links = [Link(u, Role.INDEX, part=True) for u in known]
    elif _name(root) == "urlset":
        pages = sorted(_children(root, "url"), key=_order, reverse=True)[:MAX_LINKS]
        found = (_link(page, meta, source) for page in pages)
        links = [link for link in found if link is not None]
    else:
        raise AdapterError(FetchFailure.NOT_A_FEED)
    if not links:
        raise AdapterError(FetchFailure.NO_LINKS)
    return Parsed(links=tuple(links))


def _listed(addresses: list[str], meta: Meta) -> Parsed:
    """Addresses without a time: in doubt the day that an address tells, else the order in which they stand."""
    found = dict.fromkeys(absolute(meta.url, told) for told in addresses)
    known = [u for u in found if u and not is_file(u) and same_site(u, meta.url)]
    if not known:
        raise AdapterError(FetchFailure.NO_LINKS)
    known.sort(key=lambda u: day.timestamp() if (day := dates.from_url(u)) else 0.0, reverse=True)
    return Parsed(links=tuple(Link(u, Role.ITEM) for u in known[:MAX_LINKS]))


def _link(page: etree._Element, meta: Meta, source: Source) -> Link | None:
    url = absolute(meta.url, _text(page, "loc"))
    if not url or is_file(url) or not same_site(url, meta.url):
        return None
    # Image and video sitemaps have titles and dates too: those of a picture are not the page's.
    news = next(iter(_children(page, "news")), None)
    published = moments.written(_text(news, "publication_date")) if news is not None else None
    title = without_site(_text(news, "title")) if news is not None else ""
    if not title and published is None:
        return Link(url, Role.ITEM)
    entry = Fetched(
        source=source.id, kind=source.kind, key=url, url=url, title=title, text="", fetched_at=meta.fetched_at,
        published=published, outlet=source.outlet,
    )  # fmt: skip
    return Link(url, Role.ITEM, entry)


def _unpacked(body: bytes) -> bytes:
    """Gunzips a bounded amount: a small file that unpacks to much more than a sitemap may hold is refused."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    if body[:2] != b"\x1f\x8b":
        return body
    unzip = zlib.decompressobj(wbits=31)
    try:
        data = unzip.decompress(body, MAX_BYTES)
    except zlib.error:
        raise AdapterError(FetchFailure.NOT_A_FEED) from None
    if unzip.unconsumed_tail:
        raise AdapterError(FetchFailure.TOO_LARGE)
    return data


def _tree(data: bytes) -> etree._Element:
    # No entities, no document type from outside, no network: nothing expands and nothing is fetched.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True,
                             remove_comments=True, remove_pis=True)  # fmt: skip
    try:
        root: etree._Element | None = etree.fromstring(data.lstrip(), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:  # nothing but what the parser could not use
        raise AdapterError(FetchFailure.NOT_A_FEED)
    return root


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _children(root: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in root if _name(child) == name]


def _text(element: etree._Element, name: str) -> str:
    """The text of the first child of that name, whatever its namespace."""
    found = next(iter(_children(element, name)), None)
    return "".join(str(t) for t in found.itertext()).strip() if found is not None else ""


def _seen(element: etree._Element, name: str) -> float:
    text = _text(element, name)
    moment = moments.written(f"{text}-01-01"[:10] if _MONTH.match(text) else text)
    return moment.timestamp() if moment else 0.0


def _order(page: etree._Element) -> float:
    """When a page was published, else changed, else the day that its address tells."""
    news = next(iter(_children(page, "news")), None)
    told = (_seen(news, "publication_date") if news is not None else 0.0) or _seen(page, "lastmod")
    if told:
        return told
    day = dates.from_url(_text(page, "loc"))
    return day.timestamp() if day else 0.0
