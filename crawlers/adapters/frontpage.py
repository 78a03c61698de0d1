"""Front pages of outlets: which story stands where. Rank 1 is the headline (头条), the others follow the page's order.

The headline is what the page itself sets apart: a block that it calls 头条, a heading, the largest letters; where
nothing is set apart, the first story. Navigation, click rankings, advertisements and links to other sites have no rank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from crawlers.adapters.anchors import Anchor, anchors, base_of, within
from crawlers.adapters.contract import Link, Meta, Parsed, Role
from crawlers.adapters.links import same_site
from crawlers.adapters.lists import NEAR, is_around, listed, way_on
from crawlers.failures import AdapterError, FetchFailure
from crawlers.page.charset import decode
from crawlers.page.tree import Element, RuleError, parse, select
from monitor.model import Kind
from monitor.settings.types import Source

MOST = 200
"""Stories of a front page; what stands below has no place that anybody would quote."""
_SHORTEST, _SHORT_HEAD = 8, 4
_HEAD_NAME = re.compile(
    r"头条|tou-?tiao|headline|(?:^|[-_\s])(?:tt\d?|lead(?:-?story)?|top[-_]?(?:news|story|line|title)|first-?news|main-?title|"
    r"big-?(?:title|news)|h-?title|yaowen-?top|news-?top|hot-?title)(?:$|[-_\s\d])", re.IGNORECASE,
)  # fmt: skip
_HEAD_LABEL = re.compile(r"^\W*(?:今日|新闻|要闻|本区|区内|每日)?头条\W*(?:[:：|｜]|$)")
_RANKED = re.compile(
    r"(?:^|[-_\s])(?:rank\w*|paihang\w*|click\w*|hot-?(?:rank|list|words)|ads?|advert\w*|guanggao|weather|vote|survey|special-?link|"
    r"service|fuwu|bianmin|zhuanti-?nav|ticker)s?(?:$|[-_\s\d])", re.IGNORECASE,
)  # fmt: skip
_SLIDE = re.compile(r"focus|slide|swiper|carousel|lunbo|banner|flash|roll", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_NAME = re.compile(r"(?:^|[-_\s])(?:hidden|hide|invisible|display-?none|d-?none)(?:$|\s)", re.IGNORECASE)
_SIZE = re.compile(r"font-size\s*:\s*(\d{1,3})(?:\.\d+)?\s*(px|pt)", re.IGNORECASE)
_SECTION = re.compile(r"^/?(?:[^/.]*/)*(?:(?:index|default|list|main|home|node_\d+)[\w-]*\.\w{2,5})?$", re.IGNORECASE)
_APART = 3
"""What sets a link apart enough for a headline of a few characters."""
_BLOCKS = frozenset(("ul", "ol", "table", "div", "section"))
_BLOCK = 8
"""Links in a block up to which its name speaks of each of them."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A story, how much the page sets it apart, and whether a visitor sees it only after a click."""

    anchor: Anchor
    score: float = 0.0
    hidden: bool = False


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
    # The elements themselves, not their ids: what is not held is made anew, with an id that was another's before.
    around = (next((e for e in a.element.iterancestors() if e.tag in _BLOCKS), root) for a in stories)
    blocks = set(around)
    return len({a.url for a in stories}) >= 20 and len(blocks) >= 3


def _ranked(root: Element, meta: Meta, source: Source) -> list[Anchor]:
    """The stories in the order of their places, each address once."""
    base = base_of(root, meta.url)
    heads = within(select(root, source.list.head), base)
    if source.list.link:
        stories = [_Placed(a) for a in within(select(root, source.list.link), base)]
    else:
        stories = list(_stories(root, base))
    if not heads:
        heads = _heads(stories)
    return _once([*heads, *(s.anchor for s in sorted(stories, key=lambda s: s.hidden))], meta)


def _stories(root: Element, base: str) -> Iterator[_Placed]:
    for anchor in anchors(root, base):
        score = _prominence(anchor)
        least = _SHORT_HEAD if score >= _APART else _SHORTEST
        if len(anchor.text) >= least and _is_story(anchor, base, least):
            yield _Placed(anchor, score, any(_is_hidden(e) for e in _near(anchor.element, NEAR)))


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


def _prominence(anchor: Anchor) -> float:
    """How much the page sets a link apart."""
    around = list(_near(anchor.element, 6))
    if any(_SLIDE.search(_names(e)) for e in around):
        return 0.0  # pictures in turn: each is shown for some seconds, none is the headline
    inside = islice(anchor.element.iterdescendants(), 10)
    elements = [(e, n < 4) for n, e in enumerate(around)] + [(e, True) for e in inside]
    gained = (
        (_set_apart(e, near), e) for e, near in elements if isinstance(e.tag, str) and e.tag not in ("body", "html")
    )
    return max((gain for gain, e in gained if gain and _few(e)), default=0.0)


def _is_hidden(element: Element) -> bool:
    return (
        element.get("hidden") is not None
        or _HIDDEN_STYLE.search(element.get("style") or "") is not None
        or _HIDDEN_NAME.search(element.get("class") or "") is not None
    )


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
    return len({a.get("href") for a in islice(element.iter("a"), 4 * _BLOCK)}) <= _BLOCK


def _near(element: Element, most: int) -> Iterator[Element]:
    """An element and those around it."""
    return islice(chain((element,), element.iterancestors()), most)


def _heads(stories: Sequence[_Placed]) -> list[Anchor]:
    """The headline, and what stands with it in its block."""
    shown = [s for s in stories if not s.hidden] or list(stories)
    if not shown:
        return []
    best = max(shown, key=lambda s: s.score)
    if best.score < 2:
        # Nothing is set apart: the first story that is not one of several pictures in turn.
        around = ([*s.anchor.element.iterancestors()][:6] for s in shown)
        plain = (s for s, above in zip(shown, around, strict=True) if not any(_SLIDE.search(_names(e)) for e in above))
        best = next(plain, shown[0])
    return [best.anchor, *_beside(best, shown)]


def _beside(head: _Placed, stories: Sequence[_Placed]) -> list[Anchor]:
    """The stories of the smallest element around the headline that holds any other."""
    for above in islice(head.anchor.element.iterancestors(), NEAR):
        inside = [s.anchor for s in stories if any(e is above for e in islice(s.anchor.element.iterancestors(), NEAR))]
        others = {a.url for a in inside} - {head.anchor.url}
        if others:
            return inside if len(others) < 2 * _BLOCK else []
    return []


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
