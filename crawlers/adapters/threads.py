"""What forum adapters share: posts as items, addresses of threads, the further pages of a thread. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import gcd
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.links import absolute, same_site
from crawlers.page.posts import When, is_person_page
from crawlers.page.title import without_site
from monitor.model import Fetched
from monitor.settings.types import Source

MAX_PAGES = 50
"""Further pages of one thread that are named; how many are read is ``source.page.pages``."""
_STATIC = re.compile(r"(thread-\d+-)(\d+)(-)\d+(?=\.html?)")
_START = re.compile(r"([?&]start=)(\d+)")
"""Counts posts, not pages (phpBB)."""
_NUMBER = (
    re.compile(r"(thread-\d+-)(\d+)(?=-\d+\.html?)"),
    re.compile(r"([?&](?:page|p|pn)=)(\d+)"),
    re.compile(r"(/page[-/]?)(\d+)(?=/?(?:$|[?#]))"),
    re.compile(r"(-page-)(\d+)(?=\.html?|$)"),
    _START,
)
_MOST_PAGES = 10**6
# How a visitor came there, or how the thread is shown: the thread is the same.
_WAYS = frozenset(
    ("sid", "extra", "highlight", "fromuid", "fromguid", "mobile", "from", "ordertype", "goto", "lastpost", "hilit",
     "sort", "lang")
)  # fmt: skip
_OTHER_VIEW = re.compile(r"(?:^|[?&])(?:(?:authorid|uid|filter_author)=|mod=redirect)", re.IGNORECASE)
"""One member's posts of a thread, or a way to its last post: the thread has an address of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """One post: its words, its time, and the forum's number of it (empty where the page does not tell)."""

    text: str
    when: When = field(default_factory=When)
    number: str = ""


def parsed(
    said: Sequence[Said], title: str, meta: Meta, source: Source, links: Iterable[Link] = (), gone: Iterable[str] = (),
    *, opens: bool = True,
) -> Parsed:  # fmt: skip
    """Posts as items. The thread's title goes with its first post, if this is the page that opens the thread."""
    opening = first_of(said) if opens and not further(meta) else -1
    items: dict[str, Fetched] = {}
    for index, one in enumerate(said):
        first = index == opening
        entry = meta.entry if first else None
        item = Fetched(
            source=source.id, kind=source.kind, key=key_of(one, meta, first=first), text=one.text,
            title=(without_site(title)[:200] or (entry.title if entry else "")) if first else "",
            fetched_at=meta.fetched_at, published=one.when.moment or (entry.published if entry else None),
            outlet=source.outlet,
        )  # fmt: skip
        # A picture without words is no post, unless it is what its title says.
        if item.text or item.title:
            items.setdefault(item.key, item)
    return Parsed(tuple(items.values()), tuple(links), tuple(number_key(n, meta) for n in gone))


def first_of(said: Sequence[Said]) -> int:
    """Which of a page's posts opened the thread: numbers only grow; without numbers it is the one that stands first."""
    if said and all(one.number.isdecimal() for one in said):
        return min(range(len(said)), key=lambda i: int(said[i].number))
    return 0


def key_of(one: Said, meta: Meta, *, first: bool) -> str:
    """By the forum's own number; else by when it was written and what it says. Never by its place, never by who wrote.

    A relative time ("3 小时前") is another one tomorrow: it is not part of the key.
    """
    if one.number:
        return number_key(one.number, meta)
    return meta.key if first else f"{one.when.moment if one.when.exact else ''} {one.text[:200]} @ {meta.key}"


def number_key(number: str, meta: Meta) -> str:
    return f"{urlsplit(meta.key).netloc.lower()}#post{number}"


def without_members(read: Parsed) -> Parsed:
    """A list's links without those to members' own pages, which are called by names."""
    return replace(
        read, links=tuple(link for link in read.links if link.role is Role.INDEX or not is_person_page(link.url))
    )


def thread_address(base: str, href: str) -> str:
    """The address of a thread's first page, in one spelling; empty where it is none that may be read.

    Views of a thread that show one member's posts only are never read.
    """
    url = absolute(base, href)
    if not url or not same_site(url, base) or _OTHER_VIEW.search(urlsplit(url).query):
        return ""
    parts = urlsplit(_STATIC.sub(r"\g<1>1\g<3>1", url))
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k.lower() not in _WAYS and v != ""]
    query = [
        (k, v) for k, v in query if not (k in ("page", "p", "pn") and v == "1") and not (k == "start" and v == "0")
    ]
    # An address without parameters of these kinds stays exactly as the site wrote it.
    kept = parts.query if len(query) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(query)
    return urlunsplit(parts._replace(query=kept))


def page_of(url: str) -> int:
    """Which page of a thread an address names, or which post it begins with; 1 where it names none."""
    return max(1, _numbered(url)[1] + (_numbered(url)[0] is _START))


def further(meta: Meta) -> bool:
    """Whether a page is a later page of the thread that ``meta.key`` names."""
    return page_of(meta.url) > page_of(meta.key)


def further_pages(hrefs: Iterable[str], base: str, meta: Meta) -> tuple[Link, ...]:
    """Links to the other pages of the thread, also to those that a long pager leaves out (1 2 3 … 35)."""
    own = _identity(thread_address(base, meta.url))
    seen: dict[int, str] = {}
    for href in hrefs:
        url = absolute(base, href)
        pattern, number = _numbered(url)
        if page_of(url) > 1 and not _OTHER_VIEW.search(urlsplit(url).query) and _identity(url) == own:
            seen.setdefault(number, _tidy(url))
    if not seen:
        return ()
    last = max(seen)
    pattern, _ = _numbered(seen[last])
    step = gcd(*seen) if pattern is _START else 1
    wanted = range(step if pattern is _START else 2, last + 1, step)
    here = _numbered(meta.url)[1]
    urls = {n: seen.get(n) or pattern.sub(rf"\g<1>{n}", seen[last], count=1) for n in wanted[-MAX_PAGES:] if n != here}
    # The newest first: of a thread with more pages than are read, the old end is left out. Full pages do not change.
    return tuple(Link(urls[n], Role.ITEM, of=meta.key, once=n != last) for n in sorted(urls, reverse=True))


def _numbered(url: str) -> tuple[re.Pattern[str], int]:
    """How an address counts and which number it has; 0 where it has none."""
    for pattern in _NUMBER:
        if (match := pattern.search(url)) and int(match.group(2)) < _MOST_PAGES:
            return pattern, int(match.group(2))
    return _NUMBER[0], 0


def _tidy(url: str) -> str:
    """A page's address without what says only how a visitor came there; its page number stays."""
    parts = urlsplit(re.sub(r"(thread-\d+-\d+-)\d+(?=\.html?)", r"\g<1>1", url))
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(k, v) for k, v in pairs if k.lower() not in _WAYS]
    return urlunsplit(parts._replace(query=parts.query if len(kept) == len(pairs) else urlencode(kept)))


def _identity(url: str) -> str:
    """What is the same for all pages of one thread."""
    if match := re.search(r"(?:thread-|[?&]tid=)(\d+)", url):
        return f"tid {match.group(1)}"
    for pattern in _NUMBER:
        url = pattern.sub("", url)
    return url.rstrip("/?&")
