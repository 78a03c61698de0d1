"""Front pages of outlets: which story stands where. Rank 1 is the headline (头条), the others follow the page's order.

The headline is what the page itself sets apart: a block that it calls 头条, a heading, the largest letters; where
nothing is set apart, the first story. Navigation, click rankings, advertisements and links to other sites have no rank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from crawlers.adapters.anchors import Anchor, anchors, base_of, within
from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.links import same_site
from crawlers.adapters.lists import is_around, listed, way_on
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page.charset import decode
from crawlers.page.tree import Element, RuleError, find_all, parse, select
from monitor.model import Kind
from monitor.settings.types import Source

MOST = 200
"""Stories of a front page; what stands below has no place that anybody would quote."""
_SHORTEST, _SHORT_HEAD = 8, 4
_HEAD_NAME = re.compile(
    r"头条|tou-?tiao|headline|(?:^|[-_\s])(?:tt\d?|lead(?:-?story)?|top-?(?:news|story|line|title)|first-?news|main-?title|"
    r"big-?(?:title|news)|h-?title|yaowen-?top|news-?top|hot-?title)(?:$|[-_\s\d])", re.IGNORECASE,
)  # fmt: skip
_HEAD_LABEL = re.compile(r"^\W*(?:今日|新闻|要闻|本区|区内|每日)?头条\W*(?:[:：|｜]|$)")
_RANKED = re.compile(
    r"(?:^|[-_\s])(?:rank\w*|paihang\w*|click\w*|hot-?(?:rank|list|words)|ads?|advert\w*|guanggao|weather|vote|survey|special-?link|"
    r"service|fuwu|bianmin|zhuanti-?nav|ticker)s?(?:$|[-_\s\d])", re.IGNORECASE,
)  # fmt: skip
_SLIDE = re.compile(r"focus|slide|swiper|carousel|lunbo|banner|flash|roll", re.IGNORECASE)
_SIZE = re.compile(r"font-size\s*:\s*(\d{1,3})(?:\.\d+)?\s*(px|pt)", re.IGNORECASE)
_SECTION = re.compile(r"^/?(?:[^/.]*/)*(?:(?:index|default|list|main|home|node_\d+)[\w-]*\.\w{2,5})?$", re.IGNORECASE)
_BLOCK = 8
"""Links in a block up to which its name speaks of each of them."""


@dataclass(frozen=True, slots=True)
class _Placed:
    anchor: Anchor
    score: float
    head: Element | None
    """The block that sets the headline apart."""


def read(body: bytes, meta: Meta, source: Source) -> Parsed:
    """Links to the stories of a front page, each with an entry that carries its rank; for a hot list the entries."""
    if meta.role is Role.ITEM:
        from crawlers.adapters.html import read_item

        return read_item(body, meta, source)
    if not body.strip():
        raise AdapterError(FetchFailure.EMPTY)
    root = parse(decode(body, meta.content_type))
    if root is None:
        raise AdapterError(FetchFailure.NOT_TEXT)
    try:
        ranked = _ranked(root, meta, source)
    except RuleError as error:
        raise AdapterError(FetchFailure.BAD_RULE) from error
    if not ranked:
        if further := way_on(root, meta, source):
            return Parsed(links=(further,))
        raise AdapterError(FetchFailure.NO_LINKS)
    told = [replace(listed(a, meta, source), rank=rank) for rank, a in enumerate(ranked[:MOST], 1)]
    if source.kind is Kind.HOTLIST:
        return Parsed(tuple(replace(e, published=e.published or meta.fetched_at) for e in told))
    return Parsed(links=tuple(Link(e.url, Role.ITEM, e) for e in told))


def looks_like(body: bytes, url: str) -> bool:
    """Whether a page is the front page of an outlet: at the top of its site, many stories in several blocks."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.query or not re.fullmatch(r"/?(?:(?:index|default|main|home)\.\w{2,5})?", parts.path):
        return False
    root = parse(decode(body))
    if root is None:
        return False
    stories = [a for a in anchors(root, base_of(root, url)) if _is_story(a, url)]
    blocks = {
        next((id(e) for e in a.element.iterancestors() if e.tag in ("ul", "ol", "table", "div", "section")), 0)
        for a in stories
    }
    return len({a.url for a in stories}) >= 20 and len(blocks) >= 3


def _ranked(root: Element, meta: Meta, source: Source) -> list[Anchor]:
    """The stories in the order of their places, each address once."""
    base = base_of(root, meta.url)
    heads = within(select(root, source.list.head), base)
    if source.list.link:
        stories = [_Placed(a, 0.0, None) for a in within(select(root, source.list.link), base)]
    else:
        stories = list(_stories(root, base))
    if not heads:
        heads = _heads(stories)
    return _once([*heads, *(s.anchor for s in stories)], meta)


def _stories(root: Element, base: str) -> Iterator[_Placed]:
    for anchor in anchors(root, base):
        score, head = _prominence(anchor)
        least = _SHORT_HEAD if score >= 3 else _SHORTEST
        if len(anchor.text) >= least and _is_story(anchor, base, least):
            yield _Placed(anchor, score, head)


def _is_story(anchor: Anchor, base: str, least: int = _SHORTEST) -> bool:
    from urllib.parse import urlsplit

    parts = urlsplit(anchor.url)
    return (
        len(anchor.text) >= least
        and same_site(anchor.url, base)
        and (bool(re.search(r"\d", parts.query)) or not _SECTION.match(parts.path))
        and not is_around(anchor.element)
        and not any(
            _RANKED.search(_names(e)) for e in [*anchor.element.iterancestors()][:6] if e.tag not in ("body", "html")
        )
    )


def _prominence(anchor: Anchor) -> tuple[float, Element | None]:
    """How much the page sets a link apart, and the block that does."""
    score, head = 0.0, None
    around = [anchor.element, *anchor.element.iterancestors()][:6]
    inside = find_all(anchor.element, ".//*")[:10]
    for step, element in enumerate([*around, *inside]):
        if element.tag in ("body", "html") or not isinstance(element.tag, str):
            continue
        gained = _set_apart(element, near=step < 4 or step >= len(around))
        if gained and _few(element):
            score = max(score, gained)
            head = element if gained >= 3 and (head is None or step < len(around)) else head
    if any(_SLIDE.search(_names(e)) for e in around):
        score = min(score, 1.5)  # pictures in turn: each is shown for some seconds, none is the headline
    return score, head


def _set_apart(element: Element, near: bool) -> float:
    name = _names(element)
    if name.strip() and _HEAD_NAME.search(name):
        return 5.0
    if near and element.tag == "h1":
        return 5.0
    if _HEAD_LABEL.match(_before(element)):
        return 4.0
    size = _SIZE.search(element.get("style") or "")
    points = float(size[1]) * (1.33 if size[2].lower() == "pt" else 1.0) if size else 0.0
    if near and (points >= 22 or (element.tag == "font" and (element.get("size") or "").strip("+") in ("5", "6", "7"))):
        return 3.0 + min(points, 60) / 100
    if near and element.tag == "h2":
        return 2.5
    return 1.0 if near and (element.tag in ("h3", "big", "strong", "b") or points >= 18) else 0.0


def _before(element: Element) -> str:
    """What the block says before its first link: 头条 | …"""
    previous = element.getprevious()
    told = (element.text or "").strip() or (
        "" if previous is None else "".join(str(t) for t in previous.itertext()).strip() + (previous.tail or "").strip()
    )
    first = next((str(t).strip() for t in element.itertext() if str(t).strip()), "")
    return told if 2 <= len(told) <= 8 else first if len(first) <= 8 else ""


def _few(element: Element) -> bool:
    return len({a.get("href") for a in find_all(element, ".//a[@href]")[: 4 * _BLOCK]}) <= _BLOCK


def _heads(stories: Sequence[_Placed]) -> list[Anchor]:
    """The headline, and what stands with it in its block."""
    if not stories:
        return []
    best = max(stories, key=lambda s: s.score)
    if best.score < 2:
        # Nothing is set apart: the first story that is not one of several pictures in turn.
        plain = (
            s for s in stories if not any(_SLIDE.search(_names(e)) for e in [*s.anchor.element.iterancestors()][:6])
        )
        best = next(plain, stories[0])
    with_it = [
        s.anchor for s in stories if best.head is not None and s.head is best.head and s.anchor is not best.anchor
    ]
    return [best.anchor, *with_it]


def _once(found: Iterable[Anchor], meta: Meta) -> list[Anchor]:
    """Each address at its best place, called by the longest of its words."""
    placed: dict[str, Anchor] = {}
    for anchor in found:
        if anchor.url in (meta.key, meta.url):
            continue
        held = placed.get(anchor.url)
        if held is None or len(held.text) < len(anchor.text):
            placed[anchor.url] = anchor
    return list(placed.values())


def _names(element: Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"
