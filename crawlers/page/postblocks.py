"""The posts of a thread whose software is not known: what repeats on the page, with a time, a name and a text each.

A page is read this way only where it is certain that the names stand outside of the texts (safeguard S1): every post
has a mark of its writer (a link to a member's page, an element called author or avatar) beside its text, and no text
begins with that name. The method is the repeated-sibling search of data-record mining (Liu, Grossman, Zhai: "Mining
Data Records in Web Pages", KDD 2003), with the parts of a record told apart by what they hold.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawlers.page import blocks as reading
from crawlers.page.posts import When, is_person, names_in, said, when
from crawlers.page.tree import Element, find_all

MAX_POSTS = 200
_MAX_ELEMENTS = 20_000
_MAX_INSIDE = 400
_PATH = tuple[tuple[str, str], ...]
_STAMP = re.compile(
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|(?<!\d)\d{1,2}[-/月]\d{1,2}日?\s+\d{1,2}:\d\d|\d+\s*个?(?:秒钟?|分钟|小时|天|周|月)前|"
    r"(?:今天|昨天|前天)\s*\d{1,2}:\d\d|刚刚|(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d"
)
_WHO = re.compile(
    r"(?:^|[-_\s])(?:author|user|usr|username|uname|nick|nickname|avatar|member|poster|profile|person|face|louzhu|writer|who)"
    r"(?:$|[-_\s\d]|info|name|card|box|pic|img|link)", re.IGNORECASE,
)  # fmt: skip
_TEXT_NAME = re.compile(r"content|body|text|message|post|topic|article|detail|main", re.IGNORECASE)
_NUMBER = re.compile(
    r"^(?:post|pid|p|reply|r|floor|comment|cmt|msg|message|topic|item|id|article)?[-_]?(\d{2,19})$", re.IGNORECASE
)
_ID_ATTRIBUTES = ("id", "data-pid", "data-post-id", "data-id", "data-reply-id", "data-cid", "name")
# What one can do with a post, and how many did.
_TOOLS = re.compile(
    r"\+?\d*\s*(?:顶|踩|赞|回复|收藏|举报|分享|支持|反对|评论|引用|点评|评分|转发|查看)\s*\(?\d*\)?|[|｜()（）\[\]\s]"
)
_LABEL = 60
"""Characters up to which a line is a label: a time beside a post, not one told in it."""
_MOST = 0.8
"""Share of the posts that must agree."""
_LEAST_TEXT = 4
_LEAST_OPENING = 12
_PROSE = re.compile(r"[，。！？,!?]")
_LINKED = 0.5
_NAMED = 0.2
_MAIN = 0.4
_DEEP = 0.85
_EVEN = frozenset(("odd", "even", "alt", "first", "last", "active", "current", "new", "hot", "best", "cl", "clearfix"))


@dataclass(frozen=True, slots=True)
class FoundPost:
    text: str
    when: When
    number: str


@dataclass(frozen=True, slots=True)
class _Group:
    blocks: Sequence[Element]
    texts: Sequence[Element | None]
    """The element that holds each block's text; None where a block has none there."""
    way: _PATH
    size: int


def found_posts(root: Element, seen: datetime) -> list[FoundPost]:
    """The posts of a page in order; none where it is not certain which part of them is the text."""
    groups = [g for blocks in _repeated(root) if (g := _told_apart(blocks)) is not None and _certain(g)]
    if not groups:
        return _opening(root, None, names_in(root), seen)
    best = max(groups, key=lambda g: g.size)
    pairs = list(_alike(root, best))
    names = set().union(*(_names(block) for block, _ in pairs))
    posts = []
    for (block, text), number in zip(pairs, _numbers([block for block, _ in pairs]), strict=True):
        if words := said(text, names):
            posts.append(FoundPost(words, _time(block, text, seen), number))
    return [*_opening(root, pairs[0][0], names, seen), *posts] if pairs else []


def _alike(root: Element, group: _Group) -> Iterator[tuple[Element, Element]]:
    """Every block of the page that is made like those of the group, with its text: best answers first, all below them.

    One block whose text begins with its writer's name, or that shows no writer, is left out.
    """
    shape = _shape(group.blocks[0])
    taken: set[Element] = set()
    for block in root.iter(shape[0]):
        if _shape(block) != shape or len(taken) >= MAX_POSTS or any(a in taken for a in block.iterancestors()):
            continue
        texts = [element for way, element in _ways(block) if way == group.way]
        if len(texts) != 1 or not any(not _inside(mark, texts[0]) for mark in _marks(block)):
            continue
        if not any(name in _plain(texts[0])[:_LABEL] for name in _names_beside(block, texts[0])):
            taken.add(block)
            yield block, texts[0]


def _repeated(root: Element) -> Iterator[list[Element]]:
    """Siblings of one shape of which most carry a time."""
    for count, parent in enumerate(root.iter()):
        if count > _MAX_ELEMENTS:
            return
        if not isinstance(parent.tag, str) or len(parent) < 2:
            continue
        shapes: dict[tuple[str, str], list[Element]] = defaultdict(list)
        for child in parent:
            if isinstance(child.tag, str) and child.tag not in ("script", "style", "br", "p", "option", "a", "span"):
                shapes[_shape(child)].append(child)
        for blocks in shapes.values():
            if 2 <= len(blocks) <= MAX_POSTS and sum(bool(_stamps(b)) for b in blocks) >= _MOST * len(blocks):
                yield blocks


def _told_apart(blocks: Sequence[Element]) -> _Group | None:
    """The part of each block that is its text: the same way down in most blocks, without times and names in it."""
    places: dict[_PATH, dict[int, Element]] = defaultdict(dict)
    doubled: set[_PATH] = set()
    for number, block in enumerate(blocks):
        for way, element in _ways(block):
            if number in places[way]:
                doubled.add(way)
            places[way][number] = element
    fit = []
    for way, found in places.items():
        clean = [e for e in found.values() if not _stamps(e) and not _marks(e)]
        if way in doubled or len(found) < _MOST * len(blocks) or len(clean) < 0.6 * len(found):
            continue
        size = sum(len(_TOOLS.sub("", _plain(e))) for e in found.values())
        if size >= _LEAST_TEXT * len(found) and sum(_linked(e) for e in found.values()) <= _LINKED * size:
            fit.append((size, way, found))
    if not fit:
        return None
    most = max(size for size, _, _ in fit)
    size, way, found = max((f for f in fit if f[0] >= _DEEP * most), key=lambda f: len(f[1]))
    return _Group(blocks, [found.get(n) for n in range(len(blocks))], way, size)


def _certain(group: _Group) -> bool:
    """Whether the writers' marks are seen, stand outside of the texts, and what is left beside them is mostly text."""
    beside = named = whole = 0
    for block, text in zip(group.blocks, group.texts, strict=True):
        marks = _outer([mark for mark in _marks(block) if not _inside(mark, text)])
        beside += bool(marks)
        told = _plain(text) if text is not None else ""
        names = [name for name in _names_beside(block, text) if name in told]
        if any(told.startswith(name) for name in names):
            return False
        named += bool(names)
        apart = [*marks, *(s for s in _stamps(block) if s is not block and not _inside(text, s))]
        whole += len(_plain(block)) - sum(len(_plain(one)) for one in _outer(apart))
    # People do not write their own name: where it stands in several texts, the software put it there.
    return beside >= _MOST * len(group.blocks) and named <= _NAMED * len(group.blocks) and group.size >= _MAIN * whole


def _opening(root: Element, first: Element | None, names: set[str], seen: datetime) -> list[FoundPost]:
    """The post that opened the thread where it stands apart from the answers (``first`` is the first of these), or
    alone: clean prose with a time and a writer beside it.
    """
    above = set(first.iterancestors()) if first is not None else set(root.iter("body", "html"))
    best, most = None, 0
    for element in _candidates(root, first, above):
        text = _plain(element)
        fits = len(text) >= _LEAST_OPENING and _PROSE.search(text) and _linked(element) <= 0.3 * len(text)
        if fits and len(text) > most and not _stamps(element) and not _marks(element):
            best, most = element, len(text)
    for holder in best.iterancestors() if best is not None else ():
        if holder in above:
            break  # no time and no writer beside it: it may be anything
        marks = _outer([mark for mark in _marks(holder) if not _inside(mark, best)])
        if marks and _stamps(holder):
            beside = len(_plain(holder)) - sum(len(_plain(mark)) for mark in marks)
            named = any(name in _plain(best) for name in _names_beside(holder, best))
            words = said(best, names | _names(holder)) if most >= _MAIN * beside and not named else ""
            return [FoundPost(words, _time(holder, best, seen), "")] if words else []
    return []


def _candidates(root: Element, first: Element | None, above: set[Element]) -> Iterator[Element]:
    """Elements before the answers that are called a text."""
    for count, element in enumerate(root.iter()):
        if element is first or count > _MAX_ELEMENTS:
            return
        name = f"{element.get('class') or ''} {element.get('id') or ''}" if isinstance(element.tag, str) else ""
        if _TEXT_NAME.search(name) and not _WHO.search(name) and element not in above:
            yield element


def _shape(element: Element) -> tuple[str, str]:
    named = [re.sub(r"[-_]?\d+", "", t) for t in (element.get("class") or "").split()]
    classes = [t for t in named if t and t.lower() not in _EVEN]
    return str(element.tag), classes[0] if classes else re.sub(r"[-_]?\d+.*", "", element.get("id") or "")


def _ways(block: Element) -> Iterator[tuple[_PATH, Element]]:
    """Every element of a block with the way down to it."""
    waiting: list[tuple[_PATH, Element]] = [((), block)]
    for _ in range(_MAX_INSIDE):
        if not waiting:
            return
        way, element = waiting.pop()
        for child in element:
            if isinstance(child.tag, str) and child.tag not in ("script", "style"):
                step = (*way, _shape(child))
                yield step, child
                waiting.append((step, child))


def _stamps(element: Element) -> list[Element]:
    """Elements within (or the element itself) that are labels with a time."""
    found = []
    for one in [element, *find_all(element, ".//*")[:_MAX_INSIDE]]:
        own = " ".join([str(one.text or ""), *(str(c.tail or "") for c in one)]).strip()
        told = one.get("datetime") or one.get("title") or ""
        if (len(own) <= _LABEL and _STAMP.search(own)) or (len(told) <= _LABEL and _STAMP.search(told)):
            found.append(one)
    return found


def _marks(element: Element) -> list[Element]:
    """Elements within that say who wrote, or lead there."""
    found = []
    for one in find_all(element, ".//*[@href or @class or @id]")[:_MAX_INSIDE]:
        named = _WHO.search(f"{one.get('class') or ''} {one.get('id') or ''}")
        if named or (one.tag == "a" and is_person(one.get("href") or "")):
            found.append(one)
    return found


def _names(block: Element) -> set[str]:
    marked = {_plain(mark) for mark in _marks(block)}
    return names_in(block) | {name for name in marked if 2 <= len(name) <= 30}


def _names_beside(block: Element, text: Element | None) -> set[str]:
    marked = {_plain(mark) for mark in _marks(block) if not _inside(mark, text)}
    return {name for name in marked if 2 <= len(name) <= 30}


def _time(block: Element, text: Element | None, seen: datetime) -> When:
    return when([s for s in _stamps(block) if not _inside(s, text) and (text is None or not _inside(text, s))], seen)


def _numbers(blocks: Sequence[Element]) -> list[str]:
    """The forum's own numbers of posts, if each block has one and no two have the same."""
    found = []
    for block in blocks:
        near = [block, *find_all(block, ".//*[@id or @name or @data-pid or @data-id or @data-post-id]")[:3]]
        told = (e.get(name) or "" for e in near for name in _ID_ATTRIBUTES)
        found.append(next((m.group(1) for value in told if (m := _NUMBER.match(value))), ""))
    return found if all(found) and len(set(found)) == len(found) else [""] * len(blocks)


def _outer(elements: Sequence[Element]) -> list[Element]:
    """Those that do not lie in another of them."""
    inside = set(elements)
    return [e for e in elements if not any(a in inside for a in e.iterancestors())]


def _inside(element: Element | None, holder: Element | None) -> bool:
    return (
        element is not None
        and holder is not None
        and (element is holder or any(a is holder for a in element.iterancestors()))
    )


def _plain(element: Element) -> str:
    return " ".join(line for line in reading.lines(element))


def _linked(element: Element) -> int:
    return sum(len(_plain(a)) for a in find_all(element, ".//a"))
