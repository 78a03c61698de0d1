"""HTML list pages, articles, message boards and forum threads: by the source's CSS rules, else by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.links import absolute, is_file, same_site
from crawlers.extract import body_lines, extract
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page import blocks as reading
from crawlers.page import dates
from crawlers.page.byline import without_bylines
from crawlers.page.charset import decode
from crawlers.page.title import without_site
from crawlers.page.tree import Element, RuleError, parse, select
from monitor.model import Fetched, Kind, Reply
from monitor.settings.types import Source

_HEADLINE = 8
"""Characters of a link's text from which it may be a headline."""
_LEAST = 3
"""Fewest links of one shape that make a list."""
MAX_LINKS = 1000


def read(body: bytes, meta: Meta, source: Source) -> Parsed:
    """Links of a list page, or the item (for a forum thread: the items) of a page."""
    return read_index(body, meta, source) if meta.role is Role.INDEX else read_item(body, meta, source)


def read_index(body: bytes, meta: Meta, source: Source) -> Parsed:
    """The article links of a list page and the link to the next one."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    root = _tree(body, meta)
    anchors = _select(root, source.list.link) if source.list.link else _headlines(root, meta.url)
    if source.kind is Kind.HOTLIST:
        return Parsed(_ranked(anchors, meta, source))
    links: dict[str, Link] = {}
    for anchor in anchors:
        for a in [anchor] if anchor.tag == "a" else anchor.iter("a"):
            url = absolute(meta.url, a.get("href") or "")
            if url and url != meta.key and not is_file(url) and len(links) < MAX_LINKS:
                links.setdefault(url, Link(url, Role.ITEM))
    if not links:
        raise AdapterError(FetchFailure.NO_LINKS)
    following = [absolute(meta.url, a.get("href") or "") for a in _select(root, source.list.next)]
    return Parsed(
        links=(*links.values(), *(Link(u, Role.INDEX) for u in following[:1] if u and same_site(u, meta.url)))
    )


def _ranked(anchors: Iterable[Element], meta: Meta, source: Source) -> tuple[Fetched, ...]:
    """A hot list is its headlines in their order; their pages are not read. What is hot is hot now."""
    titles = [" ".join(reading.lines(a)).strip() or (a.get("title") or "").strip() for a in anchors]
    told = dict.fromkeys(title for title in titles if title)
    if not told:
        raise AdapterError(FetchFailure.NO_LINKS)
    return tuple(
        Fetched(
            source=source.id, kind=source.kind, key=f"{meta.key}#{title}", url=meta.key, title=title[:200], text="",
            fetched_at=meta.fetched_at, published=meta.fetched_at, outlet=source.outlet, rank=rank,
        )
        for rank, title in enumerate(told, 1)
    )  # fmt: skip


def read_item(body: bytes, meta: Meta, source: Source) -> Parsed:
    """The item of a page; what the index told fills what the page does not say."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    rules = source.page
    if source.kind is Kind.POST and not rules.text:
        raise AdapterError(FetchFailure.RULES_NEEDED)
    if source.kind is Kind.POST:
        return Parsed(_thread(body, meta, source))
    plain = extract(body, meta.url, meta.content_type, meta.fetched_at)
    item = Fetched(
        source=source.id, kind=source.kind, key=meta.key, url=meta.key, title=plain.title, text=plain.text,
        fetched_at=meta.fetched_at, published=plain.published, outlet=source.outlet,
    )  # fmt: skip
    if any((rules.title, rules.text, rules.time, rules.category, rules.reply)):
        item = _by_rules(item, _tree(body, meta), source, meta.fetched_at)
    item = _completed(item, meta.entry)
    if not item.text and not item.title:
        raise AdapterError(FetchFailure.NO_TEXT)
    return Parsed((item,))


def _by_rules(item: Fetched, root: Element, source: Source, seen: datetime) -> Fetched:
    rules = source.page
    title = _line(root, rules.title) if rules.title else ""
    text = item.text
    if rules.text:
        text = "\n".join(body_lines([line for e in _select(root, rules.text) for line in reading.lines(e)], title))
        if not text:
            raise AdapterError(FetchFailure.NO_TEXT)
    answer = "\n".join(without_bylines([line for e in _select(root, rules.reply) for line in reading.lines(e)]))
    reply = None
    if answer:
        reply = Reply(answer, _time(root, rules.reply_time, seen), _line(root, rules.department)[:60] or None)
    return replace(
        item,
        title=without_site(title) if title else item.title,
        text=text,
        published=(_time(root, rules.time, seen) if rules.time else None) or item.published,
        category=_line(root, rules.category)[:60] or None,
        reply=reply,
    )


def _thread(body: bytes, meta: Meta, source: Source) -> tuple[Fetched, ...]:
    """Each post of a forum thread: its text and its time, never who. The first carries the thread's title."""
    root = _tree(body, meta)
    rules = source.page
    title = without_site(_line(root, rules.title) or (root.findtext(".//title") or "").strip())
    texts = ["\n".join(without_bylines(list(reading.lines(e)))) for e in _select(root, rules.text)]
    if not any(texts):
        raise AdapterError(FetchFailure.NO_TEXT)
    times = [_moment(e, meta.fetched_at) for e in _select(root, rules.time)]
    items = []
    for index, text in enumerate(texts):
        if not text:
            continue
        when = times[index] if index < len(times) else None
        # A post is known by when and what it says: its place in the thread shifts when one before it is deleted.
        key = f"{when} {text[:200]} @ {meta.key}" if index else meta.key
        item = Fetched(
            source=source.id, kind=source.kind, key=key, text=text, title=title if index == 0 else "",
            fetched_at=meta.fetched_at, published=when, outlet=source.outlet,
        )  # fmt: skip
        items.append(_completed(item, meta.entry) if index == 0 else item)
    return tuple(items)


def _completed(item: Fetched, entry: Fetched | None) -> Fetched:
    """The page's words, with the feed's title and time (a feed knows them exactly) and its text where it has more."""
    if entry is None:
        return item
    return replace(
        item,
        title=entry.title or item.title,
        text=item.text if len(item.text) >= min(len(entry.text), 80) else entry.text,
        published=entry.published or item.published,
        category=item.category or entry.category,
    )


def _headlines(root: Element, base: str) -> list[Element]:
    """The anchors of the page's main list: the shape of link (its tags and classes upwards) with most headline text."""
    shapes: dict[str, list[Element]] = defaultdict(list)
    for anchor in root.iter("a"):
        text = "".join(str(t) for t in anchor.itertext()).strip() or (anchor.get("title") or "").strip()
        url = absolute(base, anchor.get("href") or "")
        if len(text) >= _HEADLINE and url and same_site(url, base) and not is_file(url):
            path = [anchor, *anchor.iterancestors()][:5]
            shapes[">".join(f"{e.tag}.{e.get('class') or ''}" for e in path)].append(anchor)
    lists = [found for found in shapes.values() if len({a.get("href") for a in found}) >= _LEAST]
    return max(lists, key=lambda found: sum(min(40, len((a.text_content() or "").strip())) for a in found), default=[])


def _tree(body: bytes, meta: Meta) -> Element:
    root = parse(decode(body, meta.content_type))
    if root is None:
        raise AdapterError(FetchFailure.NOT_TEXT)
    return root


def _select(root: Element, rule: str) -> list[Element]:
    try:
        return select(root, rule)
    except RuleError as error:
        raise AdapterError(FetchFailure.BAD_RULE) from error


def _line(root: Element, rule: str) -> str:
    found: Iterable[Element] = _select(root, rule)[:1]
    return " ".join(" ".join(reading.lines(e)) for e in found).strip()


def _time(root: Element, rule: str, seen: datetime) -> datetime | None:
    return next((m for e in _select(root, rule) if (m := _moment(e, seen))), None)


def _moment(element: Element, seen: datetime) -> datetime | None:
    text = f"{element.get('datetime') or element.get('title') or ''} {element.text_content()}"
    return dates.parse(text) or dates.parse_near(text, seen)
