"""An HTML tree as a sequence of text blocks, and the part of it that is the article.

The method is maximum subsequence segmentation (Pasternack & Roth, "Extracting Article Text from the Web with Maximum
Subsequence Segmentation", WWW 2009) after a descent to the element that holds most of the page's prose: every block
is worth its prose, links and stray labels cost, and the stretch with the greatest sum is the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crawlers.page.sections import is_around, is_body
from crawlers.page.tree import Element

_SKIPPED = frozenset(
    ("script", "style", "noscript", "iframe", "template", "select", "option", "button", "textarea", "input", "svg",
     "object", "embed", "canvas", "video", "audio", "head", "nav", "footer", "aside", "dialog", "map")
)  # fmt: skip
_INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins",
     "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
     "var", "wbr", "o:p", "st1:chsdate")
)  # fmt: skip
_ALWAYS = frozenset(("body", "html", "p", "td", "tr", "table"))
_TELLING = frozenset(("class", "id", "style", "hidden"))
"""Attributes that say whether an element is read."""
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_PROSE = re.compile(r"[，。；：！？、”…,;!?]")
_SPACE = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")
_DOMINANT = 0.6
"""A child that holds this share of its parent's prose is where the article is."""
_WIDEN = 3
_LEAST = 60.0
"""Prose below which an element under the headline is no article."""
_MAX_DEPTH = 400
_MAX_ELEMENTS = 60_000
"""Elements that are read; the largest of the saved pages has 9,000."""


class Block(NamedTuple):
    """One paragraph-like run of text. ``linked`` counts its characters that are inside links.

    ``worth``: prose is worth its length, links and labels cost; a short label in the middle of prose costs little.
    Blocks of one ``home`` are children of one element. A tuple, because a page has thousands of them.
    """

    text: str
    linked: int
    tag: str
    home: int
    worth: float


def _worth(text: str, linked: int, tag: str) -> float:
    size = len(text)
    if linked > 0.5 * size:
        return -(linked + 5.0)
    plain = size - linked
    marks = len(_PROSE.findall(text))
    if marks and size >= 8:
        return min(plain, 400) * (1.0 if marks > 1 or size < 60 else 0.7)
    if plain >= 40:
        return plain * 0.3
    return -3.0 if tag in ("p", "h2", "h3", "h4", "strong") else -6.0


@dataclass(frozen=True, slots=True)
class Region:
    """The blocks ``first`` to ``last`` (exclusive) lie in one element; ``prose`` is the sum of their positive worth."""

    element: Element
    first: int
    last: int
    prose: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of a page in order, and the regions worth descending into (children after their parents)."""

    blocks: tuple[Block, ...]
    regions: tuple[Region, ...]
    links: int
    """Links whose text is as long as a headline."""


def layout(root: Element, *, everything: bool = False) -> Layout:
    """Reads the blocks of an element. ``everything`` also keeps sections that look like they are around the article."""
    return _Reader(everything).read(root)


@dataclass(frozen=True, slots=True)
class Body:
    """The stretch of blocks that is the article.

    ``headlines`` counts the linked headlines of its element, ``among`` those between its first and last block.
    """

    blocks: tuple[Block, ...] = ()
    headlines: int = 0
    among: int = 0


def article(page: Layout) -> Body:
    """The article of a page; empty where the page has no prose."""
    return _body(page, _descend(page)) if page.regions else Body()


def article_below(page: Layout, index: int) -> Body:
    """The article of the nearest element that holds the block ``index`` (the headline) and prose."""
    around = [r for r in page.regions if r.first <= index < r.last and r.prose >= _LEAST]
    return _body(page, min(around, key=lambda r: r.last - r.first)) if around else Body()


def _body(page: Layout, region: Region) -> Body:
    blocks = page.blocks[region.first : region.last]
    first, last = _widened(blocks, *_best_stretch([b.worth for b in blocks]))
    stretch = blocks[first:last]
    kept = tuple(b for b in stretch if b.linked <= 0.6 * len(b.text) or len(b.text) - b.linked > 30)
    return Body(kept, _headlines(blocks), _headlines(stretch))


def _widened(blocks: Sequence[Block], first: int, last: int) -> tuple[int, int]:
    """The stretch with the short paragraphs beside it in the same element: a salutation, a heading, who signs."""

    def belongs(block: Block, edge: Block) -> bool:
        return block.tag == edge.tag == "p" and block.home == edge.home and block.linked == 0 and len(block.text) <= 60

    for _ in range(_WIDEN if last > first else 0):
        first -= first > 0 and belongs(blocks[first - 1], blocks[first])
        last += last < len(blocks) and belongs(blocks[last], blocks[last - 1])
    return first, last


def _headlines(blocks: Sequence[Block]) -> int:
    return sum(1 for b in blocks if b.linked >= 8 and b.worth < 0)


def _descend(page: Layout) -> Region:
    here = page.regions[0]
    while True:
        inner = [r for r in page.regions if r is not here and here.first <= r.first and r.last <= here.last
                 and r.prose >= (_DOMINANT if r.last - r.first > 1 else 0.95) * here.prose
                 and _below(r.element, here.element)]  # fmt: skip
        if not inner:
            return here
        nearest = min(inner, key=lambda r: (-(r.last - r.first), -r.prose, _depth(r.element)))
        here = nearest


def _below(element: Element, above: Element) -> bool:
    return any(ancestor is above for ancestor in element.iterancestors())


def _depth(element: Element) -> int:
    return sum(1 for _ in element.iterancestors())


def _best_stretch(worths: list[float]) -> tuple[int, int]:
    """The half-open span with the greatest sum (Kadane)."""
    best, best_span, total, start = 0.0, (0, 0), 0.0, 0
    for index, worth in enumerate(worths):
        if total <= 0:
            total, start = 0.0, index
        total += worth
        if total > best:
            best, best_span = total, (start, index + 1)
    return best_span


class _Reader:
    """One walk over the tree that cuts it into blocks and sums their worth per element."""

    def __init__(self, everything: bool) -> None:
        self._everything = everything
        self._blocks: list[Block] = []
        self._regions: list[Region] = []
        self._parts: list[str] = []
        self._linked = 0
        self._links = 0
        self._in_links = 0
        self._seen = 0
        # Numbers of the elements that the text read now lies in: its block's parent, and its block.
        self._home = self._inner = self._count = 0

    def read(self, root: Element) -> Layout:
        self._walk(root, root.tag, "body", 0, 0)
        self._flush("body")
        regions = sorted(self._regions, key=lambda r: (r.first, -r.last, -r.prose))
        top = [r for r in regions if r.element is root]
        return Layout(tuple(self._blocks), tuple(top + [r for r in regions if r.element is not root]), self._links)

    def _walk(self, element: Element, tag: object, block_tag: str, link: int, depth: int) -> float:
        """Returns the positive worth of the blocks that ended inside ``element``."""
        self._seen += 1
        if not isinstance(tag, str) or tag in _SKIPPED or depth > _MAX_DEPTH or not self._wanted(element, tag):
            return 0.0
        inline = tag in _INLINE
        prose, first = 0.0, len(self._blocks)
        home, inner = self._home, self._inner
        if not inline:
            block_tag = tag
            self._count += 1
            self._home, self._inner = inner, self._count
        inside = link + (tag == "a")
        before = self._in_links
        if text := element.text:
            self._text(text, inside)
        for child in element:
            if self._seen > _MAX_ELEMENTS:
                break
            inner_tag = child.tag
            if self._parts and inner_tag not in _INLINE:
                prose += self._flush(block_tag)
            prose += self._walk(child, inner_tag, block_tag, inside, depth + 1)
            if text := child.tail:
                self._text(text, inside)
        if tag == "a" and self._in_links - before >= 8:
            self._links += 1
        if not inline:
            prose += self._flush(block_tag)
            self._home, self._inner = home, inner
            if prose > 60 or depth == 0:
                weighted = prose * (1.3 if is_body(_names(element)) else 1.0)
                self._regions.append(Region(element, first, len(self._blocks), weighted if depth else prose))
        return prose

    def _wanted(self, element: Element, tag: str) -> bool:
        if tag in _ALWAYS:
            return True
        if _TELLING.isdisjoint(element.keys()):
            return True
        if _HIDDEN.search(element.get("style") or "") or element.get("hidden") is not None:
            return False
        return self._everything or not is_around(_names(element)) or _holds_most(element)

    def _text(self, text: str, link: int) -> None:
        self._parts.append(text)
        if link:
            size = len(_SPACE.sub("", text))
            self._linked += size
            self._in_links += size

    def _flush(self, tag: str) -> float:
        text = "".join(self._parts)
        linked, self._parts, self._linked = self._linked, [], 0
        if not text or text.isspace():
            return 0.0
        text = _SPACE.sub(" ", text).strip()
        if not text:
            return 0.0
        linked = min(linked, len(text))
        worth = _worth(text, linked, tag)
        self._blocks.append(Block(text, linked, tag, self._home, worth))
        return max(0.0, worth)


def _names(element: Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _holds_most(element: Element) -> bool:
    """A wrapper whose name looks like a sidebar but that holds the page's only heading is no sidebar."""
    return element.find(".//h1") is not None


def lines(element: Element) -> Iterator[str]:
    """The text of one element, a line per block (for elements chosen by a CSS rule)."""
    for block in layout(element, everything=True).blocks:
        yield block.text
