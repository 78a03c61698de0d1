"""Lists of forum threads: which threads there are, and what the list says of the state of each. Pure.

Sticky threads, announcements and what members only may read are left out; links to members are never followed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawlers.adapters import discourse
from crawlers.adapters.anchors import base_of
from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.markup import hrefs, is_closed, page, select, text_of, without
from crawlers.adapters.threads import thread_address, without_members
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page.forums import Software, software_of
from crawlers.page.posts import is_person_page, when
from crawlers.page.tree import Element, find_all
from monitor.model import Fetched
from monitor.settings.types import Source

MAX_THREADS = 500
_LEAST_ALIKE = 3
_BESIDE_TITLE = re.compile(r"(?:^|\s)(?:by|author|micon|mtime|num|label|prefix|y|z|mmc|threadlist_mes)(?:\s|$)")
_DIGITS = re.compile(r"\d+")


def read_list(body: bytes, meta: Meta, source: Source) -> Parsed:
    """Links to the threads of a list and to its next page. Raises ``AdapterError``: FORBIDDEN, GONE, NO_LINKS."""
    text, root = page(body, meta)
    if is_closed(root):
        raise AdapterError(FetchFailure.FORBIDDEN)
    if not source.list.link:
        if answer := discourse.embedded(text, root):
            return discourse.topics(answer, meta, source)
        software = software_of(text, root)
        if software is not None and (links := list(_threads(root, meta, source, software))):
            following = [thread_address(base_of(root, meta.url), h) for h in hrefs(root, software.following)]
            return Parsed(links=(*links[:MAX_THREADS], *(Link(u, Role.INDEX) for u in following[:1] if u)))
    from crawlers.adapters.html import read_index

    found = without_members(read_index(body, meta, source))
    return found if source.list.link else _whole_list(found, root, meta, source)


def _whole_list(found: Parsed, root: Element, meta: Meta, source: Source) -> Parsed:
    """All threads of a list of unknown software: also those whose titles are too short for a headline (求助). Their
    addresses are made like those of the others, numbers aside.
    """
    shapes = Counter(_DIGITS.sub("0", link.url) for link in found.links if link.role is Role.ITEM)
    shape, count = shapes.most_common(1)[0] if shapes else ("", 0)
    if count < _LEAST_ALIKE or "0" not in urlsplit(shape).path + urlsplit(shape).query:
        return found
    base = base_of(root, meta.url)
    titles: dict[str, str] = {}
    for anchor in find_all(root, ".//a[@href]"):
        url = thread_address(base, anchor.get("href") or "")
        if _DIGITS.sub("0", url) == shape and not is_person_page(url):
            titles[url] = max(titles.get(url, ""), _own_title(anchor), key=len)
    threads = [_link(url, title, meta, source) for url, title in titles.items() if not title.isdecimal()]
    return Parsed(links=(*threads[:MAX_THREADS], *(link for link in found.links if link.role is Role.INDEX)))


def _link(url: str, title: str, meta: Meta, source: Source, version: str = "") -> Link:
    entry = Fetched(
        source=source.id, kind=source.kind, key=url, title=title[:200], text="", fetched_at=meta.fetched_at,
        outlet=source.outlet,
    )  # fmt: skip
    return Link(url, Role.ITEM, entry, version=version)


def _threads(root: Element, meta: Meta, source: Source, software: Software) -> Iterator[Link]:
    """Threads that anyone may read, without those that are pinned, as the list orders them."""
    base, known = base_of(root, meta.url), set()
    for row in select(root, software.row):
        if select(row, software.sticky):
            continue
        for anchor in select(row, software.link):
            url = thread_address(base, anchor.get("href") or "")
            title = _own_title(anchor)
            if url and title and url not in known:
                known.add(url)
                yield _link(url, title, meta, source, _version(row, meta, software))
                break


def _version(row: Element, meta: Meta, software: Software) -> str:
    """What a list says of a thread's state: how many replies, and when the last was written if it names the moment."""
    counted = _DIGITS.search("".join(text_of(e) for e in select(row, software.replies)[:1]).replace(",", ""))
    last = when(select(row, software.last)[:1], meta.fetched_at)
    told = [counted.group() if counted else "", last.moment.isoformat() if last.moment and last.exact else ""]
    return "/".join(told) if any(told) else ""


def _own_title(anchor: Element) -> str:
    """A link's text without what stands in it beside the title: mobile lists put who wrote and marks into the link."""
    return without(anchor, lambda e: bool(_BESIDE_TITLE.search(e.get("class") or ""))) or " ".join(
        (anchor.get("title") or "").split()
    )
