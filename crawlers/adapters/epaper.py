"""Digital newspapers: issues by day, their pages (版面), the articles of a page, and what page each stood on.

Read without rules: 方正 (``html/2026-11/22/node_1.htm`` and ``content_7.htm``, ``nbs.D110000_01.htm`` and ``nw.…``),
``layout/202611/22/node_01.html`` with ``content/…``, and any page whose links are called 第02版：要闻 or A02 民生. The
page goes into the outlet as papers cite themselves, 示例日报（第02版：要闻）; an article of the first page has a rank,
the place in the list of that page (1: the headline).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from crawlers.adapters.anchors import Anchor, anchor_of, anchors, base_of, hop
from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.issues import issue_address, of_day
from crawlers.adapters.links import absolute, same_site
from crawlers.adapters.lists import completed
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page import dates
from crawlers.page.charset import decode
from crawlers.page.sheets import ARTICLE_FILE, HERE, NO_ARTICLE, SHEET_FILE, Sheet, called, without_signatures
from crawlers.page.title import without_site
from crawlers.page.tree import Element, RuleError, find_all, parse, select
from monitor.model import CHINA, Fetched, start_of
from monitor.settings.types import Source

MAX_PAGES, MAX_ARTICLES = 120, 120
"""Pages of an issue, articles of a page."""
_SETTLED = timedelta(days=2)
"""An issue so old does not change any more; what is not there by now never appeared."""
_TITLE = "founder-title, .founder-title"
_TEXT = (
    "founder-content, .founder-content, #ozoom, #articleContent, #contentText, #ContentText, .article-content, "
    "#content-box"
)


def read(body: bytes, meta: Meta, source: Source) -> Parsed:
    """Of an index page links to issues, pages and articles; of an article's page its item."""
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    if meta.role is Role.ITEM:
        return _item(body, meta, source)
    root = parse(decode(body, meta.content_type))
    if root is None:
        raise AdapterError(FetchFailure.NOT_TEXT)
    own = meta.key == source.url
    sheets = dict(_sheets(root, meta.url))
    found: list[Link] = [*_issues(root, sheets, meta, source)] if own else []
    day = _day(meta.url) or _day(next(iter(sheets), "")) or _day_told(root)
    try:
        articles = _articles(root, sheets, day, meta, source)
    except RuleError as error:
        raise AdapterError(FetchFailure.BAD_RULE) from error
    is_issue = bool(articles) or len(sheets) >= 2
    if is_issue:
        once = _is_settled(day, meta.fetched_at)
        found += [
            Link(url, Role.INDEX, _labelled(url, sheet, meta, source), part=True, once=once)
            for url, sheet in list(sheets.items())[:MAX_PAGES]
        ]
        found += articles
    elif own and (way := hop(root, meta.url)) and same_site(way, meta.url):
        found.insert(0, Link(way, Role.INDEX, part=True))
    links = {link.url: link for link in reversed(found) if link.url not in (meta.key, meta.url)}
    if not links and own and not is_issue:
        raise AdapterError(FetchFailure.NO_LINKS)
    return Parsed(links=tuple(link for link in found if links.get(link.url) is link))


def looks_like(body: bytes, url: str) -> bool:
    """Whether a page is one of a digital newspaper: links to several of its pages, or a way to an issue of a day."""
    root = parse(decode(body))
    if root is None:
        return False
    if sum(1 for _, sheet in _sheets(root, url) if sheet.number) >= 2:
        return True
    way = hop(root, url)
    return bool(way) and _day(way) is not None and SHEET_FILE.search(way) is not None


# Issues.


def _issues(root: Element, sheets: dict[str, Sheet], meta: Meta, source: Source) -> Iterator[Link]:
    """The issues of the last days, the newest first: by the configured address, else by the one that the page shows."""
    shown = next((u for u in (meta.url, hop(root, meta.url), *sheets) if u and _day(u) and same_site(u, meta.url)), "")
    if not shown and not source.paper.issue:
        shown = _newest(root, meta)
        if shown:
            yield Link(shown, Role.INDEX, part=True)
    today = meta.fetched_at.astimezone(CHINA).date()
    for back in range(source.paper.days):
        day = today - timedelta(days=back)
        url = issue_address(source.paper.issue, day) if source.paper.issue else of_day(shown, day)
        if url:
            yield Link(absolute(meta.url, url), Role.INDEX, part=True, once=_is_settled(day, meta.fetched_at))


def _newest(root: Element, meta: Meta) -> str:
    """The link of a landing page (several papers, a calendar) that leads to the newest issue."""
    today = meta.fetched_at.astimezone(CHINA).date()
    dated = [
        (day, a.url)
        for a in anchors(root, base_of(root, meta.url))
        if (day := _day(a.url)) and day <= today and same_site(a.url, meta.url)
    ]
    newest = max((day for day, _ in dated), default=None)
    return next((url for day, url in dated if day == newest), "")


def _is_settled(day: date | None, now: datetime) -> bool:
    return day is not None and now.astimezone(CHINA).date() - day >= _SETTLED


def _day(url: str) -> date | None:
    moment = dates.from_url(url) if url else None
    return moment.astimezone(CHINA).date() if moment else None


def _day_told(root: Element) -> date | None:
    title = without_site(root.findtext(".//title") or "")
    words = " ".join(
        "".join(str(t) for t in e.itertext())[:60] for e in find_all(root, ".//*[contains(text(),'年')]")[:5]
    )
    moment = dates.parse_written(f"{title} {words}")
    return moment.astimezone(CHINA).date() if moment else None


# Pages and articles.


def _sheets(root: Element, url: str) -> Iterator[tuple[str, Sheet]]:
    """The pages of the issue by address, in their order."""
    told: dict[str, Sheet] = {}
    for anchor in anchors(root, base_of(root, url)):
        if not same_site(anchor.url, url) or NO_ARTICLE.match(anchor.text):
            continue
        sheet = called(anchor.text)
        if sheet is None and SHEET_FILE.search(anchor.url.split("?")[0]) and not ARTICLE_FILE.search(anchor.url):
            sheet = Sheet("", anchor.text[:12])
        if sheet is not None and (not told.get(anchor.url) or not told[anchor.url].number):
            told[anchor.url] = sheet
    yield from told.items()


def _labelled(url: str, sheet: Sheet, meta: Meta, source: Source) -> Fetched:
    """What the issue says of a page, for the articles on it."""
    return Fetched(
        source=source.id, kind=source.kind, key=url, url=url, title=sheet.name, text="", fetched_at=meta.fetched_at,
        outlet=sheet.of(source.outlet or source.name), category=sheet.number or None,
    )  # fmt: skip


def _articles(root: Element, sheets: dict[str, Sheet], day: date | None, meta: Meta, source: Source) -> list[Link]:
    """The articles of the page, each with its place if the page is the first of the issue."""
    base = base_of(root, meta.url)
    here = _here(root, sheets, meta)
    chosen = select(root, source.list.link) if source.list.link else find_all(root, ".//a | .//area")
    links = [e for c in chosen for e in ([c] if c.tag in ("a", "area") else find_all(c, ".//a | .//area"))]
    told: dict[str, str] = {}
    for anchor in (a for e in links if (a := anchor_of(e, base))):
        if anchor.url in sheets or anchor.url in (meta.key, meta.url):
            continue
        if source.list.link or _is_article(anchor, day, meta):
            words = "" if NO_ARTICLE.match(anchor.text) else anchor.text
            if words and not told.get(anchor.url):
                # Areas of the page's picture come as they were drawn, the list of headlines as the editors set it.
                told.pop(anchor.url, None)
            told[anchor.url] = max(told.get(anchor.url, ""), words, key=len)
    ordered = sorted(told.items(), key=lambda one: not one[1])[:MAX_ARTICLES]
    outlet = here.of(source.outlet or source.name)
    published = start_of(day) if day else None
    return [
        Link(url, Role.ITEM, Fetched(
            source=source.id, kind=source.kind, key=url, url=url, title=title[:200], text="",
            fetched_at=meta.fetched_at, published=published, outlet=outlet, rank=place if here.is_front else None,
        )) for place, (url, title) in enumerate(ordered, 1)
    ]  # fmt: skip


def _is_article(anchor: Anchor, day: date | None, meta: Meta) -> bool:
    if not same_site(anchor.url, meta.url) or NO_ARTICLE.match(anchor.text) or called(anchor.text):
        return False
    there = _day(anchor.url)
    if there is not None and day is not None and there != day:
        return False  # another issue
    if ARTICLE_FILE.search(anchor.url.split("?")[0]):
        return True
    return there is not None and there == day and len(anchor.text) >= 4 and not SHEET_FILE.search(anchor.url)


def _here(root: Element, sheets: dict[str, Sheet], meta: Meta) -> Sheet:
    """Which page of the issue this is: as the issue called it, as its own link calls it, or as it says itself."""
    if meta.entry is not None and meta.entry.category:
        return Sheet(meta.entry.category, meta.entry.title)
    named = sheets.get(meta.url) or sheets.get(meta.key)
    if named is not None and named.number:
        return named
    title = root.findtext(".//title") or ""
    for words in (title, *("".join(str(t) for t in e.itertext())[:40] for e in find_all(root, _HEADINGS)[:20])):
        if match := HERE.search(words):
            return Sheet(
                re.sub(r"\s", "", match["no"]).upper(), (match["name"] or (named.name if named else "")).strip()
            )
    if meta.entry is None and next(iter(sheets), "") in (meta.url, meta.key):
        return Sheet("01", named.name if named else "")
    return named or Sheet()


_HEADINGS = (
    ".//h1|.//h2|.//h3|.//*[(self::strong or self::b or self::span or self::p or self::div or self::td) and "
    "not(.//a) and contains(.,'版') and string-length(normalize-space(.))<40]"
)


def _item(body: bytes, meta: Meta, source: Source) -> Parsed:
    """An article: its title and text by the usual places of such papers, else as of any page."""
    from crawlers.adapters.html import read_item

    found = read_item(body, replace(meta, entry=None), _with_rules(body, meta, source))
    entry = meta.entry
    items = tuple(_unsigned(item) for item in found.items)
    found = replace(found, items=items, own=_unsigned(found.own) if found.own else None)
    if entry is None:
        return found
    items = tuple(_dated(completed(item, entry), entry) for item in items)
    return replace(found, items=items, links=tuple(replace(link, entry=entry) for link in found.links))


def _unsigned(item: Fetched) -> Fetched:
    return replace(item, text="\n".join(without_signatures(item.text.splitlines())))


def _dated(item: Fetched, entry: Fetched) -> Fetched:
    """A paper appears on the day of its issue; a page that tells a time of that day is more exact."""
    day, told = entry.published, item.published
    if day is None or (told is not None and told.astimezone(CHINA).date() == day.astimezone(CHINA).date()):
        return item
    return replace(item, published=day)


def _with_rules(body: bytes, meta: Meta, source: Source) -> Source:
    """The source with the rules of the paper's software where the page is of that make and the source has none."""
    if source.page.text:
        return source
    root = parse(decode(body, meta.content_type))
    if root is None or not any("".join(str(t) for t in e.itertext()).strip() for e in select(root, _TEXT)[:1]):
        return source
    title = source.page.title or (_TITLE if select(root, _TITLE) else "")
    return source.model_copy(update={"page": source.page.model_copy(update={"text": _TEXT, "title": title})})
