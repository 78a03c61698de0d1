"""Forums: lists of threads and the posts of a thread, whichever software wrote them. Text and time, never who.

A page is read by the source's own rules where there are some, else by what the software is (Discuz!, phpBB, XenForo,
vBulletin, NodeBB, phpwind as HTML; Discourse, Flarum as JSON), else by what repeats on the page, and only if it is
certain where the names stand.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from crawlers.adapters import discourse, flarum
from crawlers.adapters.anchors import base_of
from crawlers.adapters.contract import Meta, Parsed, Role
from crawlers.adapters.forum_lists import read_list
from crawlers.adapters.markup import hrefs, is_closed, page, select, text_of, without
from crawlers.adapters.threads import Said, further, further_pages, parsed
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page.forums import Software, post_number, software_of
from crawlers.page.postblocks import found_posts
from crawlers.page.posts import names_in, said, when
from crawlers.page.tree import Element, find_all
from monitor.settings.types import Source

_LABEL = re.compile(r"(?:^|[\s_-])(?:label|prefix|micon|badge)")
_BLOCKED = re.compile(r"屏蔽|已?被.{0,8}(?:删除|禁止)|has been (?:deleted|removed)")


def read(body: bytes, meta: Meta, source: Source) -> Parsed:
    """Threads of a list, or posts of a thread. Raises ``AdapterError`` as the contract says."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    answer = _json(body, meta)
    if answer is not None:
        return _read_json(answer, meta, source)
    return read_list(body, meta, source) if meta.role is Role.INDEX else read_page(body, meta, source)


def read_page(body: bytes, meta: Meta, source: Source) -> Parsed:
    """The posts of a thread's page, where the list is of another sort (a feed, a sitemap, a list read by rules)."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    text, root = page(body, meta)
    return _thread(text, root, meta, source)


def _thread(text: str, root: Element, meta: Meta, source: Source) -> Parsed:
    """The posts of a thread's page and the thread's further pages."""
    software = software_of(text, root)
    readable = software is not None and select(root, software.post)
    if not readable and is_closed(root):
        return Parsed()  # for members only: nothing of it is public, and nothing is wrong
    if source.page.text:
        return _by_rules(root, meta, source, software)
    if software is not None and select(root, software.post):
        return _by_software(root, meta, source, software)
    if software is not None and select(root, software.row):
        raise AdapterError(FetchFailure.NO_TEXT)  # a list of threads, not one of them
    base = base_of(root, meta.url)
    found = found_posts(root, meta.fetched_at)
    if not found:
        raise AdapterError(FetchFailure.RULES_NEEDED)
    title = (root.findtext(".//h1") or root.findtext(".//title") or "").strip()
    links = further_pages(hrefs(root, "a"), base, meta)
    told = [Said(p.text, p.when, p.number) for p in found]
    return _with_own_key(parsed(told, title, meta, source, links), meta)


def _by_software(root: Element, meta: Meta, source: Source, software: Software) -> Parsed:
    posts = select(root, software.post)
    names = set().union(*(names_in(post) for post in posts))
    told, gone = [], []
    for post in posts:
        number = post_number(post, software.id)
        bodies = select(post, software.text)
        words = said(bodies[0], names, keep_indent=software.keep_indent) if bodies else ""
        # A post that the forum hides keeps its place and its number, and loses its text.
        if not words and number and _BLOCKED.search(text_of(post)):
            gone.append(number)
        elif bodies:
            told.append(Said(words, when(select(post, software.time), meta.fetched_at), number))
    if not told and not gone:
        raise AdapterError(FetchFailure.NO_TEXT)
    opens = not gone or min(map(_order, gone)) > min((_order(one.number) for one in told), default=0)
    title = _title(root, software.title)
    links = further_pages(hrefs(root, software.pager), base_of(root, meta.url), meta)
    return parsed(told, title, meta, source, links, gone, opens=opens)


def _order(number: str) -> int:
    """Numbers only grow; the opening post of phpwind has a word for one (tpc)."""
    return int(number) if number.isdecimal() else 0


def _by_rules(root: Element, meta: Meta, source: Source, software: Software | None) -> Parsed:
    """By the source's own selectors: ``text`` and ``time`` name the parts of every post, in the same order."""
    rules = source.page
    bodies = select(root, rules.text)
    times = [when([e], meta.fetched_at) for e in select(root, rules.time)]
    names = set().union(*(names_in(e) for e in find_all(root, ".//body")))
    told = []
    for place, body in enumerate(bodies):
        words = said(body, names)
        if words:
            number = _number_of(body, software)
            told.append(Said(words, times[place], number) if place < len(times) else Said(words, number=number))
    if not told:
        raise AdapterError(FetchFailure.NO_TEXT)
    title = _title(root, rules.title) or (root.findtext(".//title") or "").strip()
    pager = software.pager if software else "a"
    return _with_own_key(
        parsed(told, title, meta, source, further_pages(hrefs(root, pager), base_of(root, meta.url), meta)), meta
    )


def _with_own_key(read: Parsed, meta: Meta) -> Parsed:
    """The opening post of a thread whose software is not known is the thread: numbers may be seen only once there are
    answers, so the thread's own address is its key.
    """
    if further(meta) or not read.items:
        return read
    opening = next((i for i in read.items if i.title), read.items[0])
    return replace(read, items=tuple(replace(i, key=meta.key) if i is opening else i for i in read.items))


def _number_of(body: Element, software: Software | None) -> str:
    if software is None:
        return ""
    for element in [body, *body.iterancestors()]:
        for name in ("id", "data-pid", "data-post-id", "data-content"):
            told = element.get(name) or ""
            if match := software.id.match(told) or re.match(
                r"^(?:postmessage_|post_content_|post_message_|read_)(\d+)$", told
            ):
                return match.group(1)
    return ""


def _title(root: Element, rule: str) -> str:
    """The thread's title without its class ([求助]) and without links beside it."""
    found = select(root, rule)[:1]
    return (
        without(
            found[0], lambda e: e.tag == "em" or e.get("rel") == "nofollow" or bool(_LABEL.search(e.get("class") or ""))
        )
        if found
        else ""
    )


def _json(body: bytes, meta: Meta) -> Any:
    """The answer where the bytes are JSON; None where they are a page."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return None
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise AdapterError(FetchFailure.NOT_JSON) from None


def _read_json(answer: Any, meta: Meta, source: Source) -> Parsed:
    if discourse.recognises(answer):
        return discourse.read_answer(answer, meta, source)
    if flarum.recognises(answer):
        return flarum.read_answer(answer, meta, source)
    raise AdapterError(FetchFailure.NO_LINKS if meta.role is Role.INDEX else FetchFailure.NO_TEXT)
