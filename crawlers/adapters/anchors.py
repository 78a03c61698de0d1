"""The links of a page with what they are called: hrefs, links that a click's script follows, areas of a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from crawlers.adapters.links import absolute, is_file
from crawlers.page import dates
from crawlers.page.blocks import layout
from crawlers.page.posts import is_card
from crawlers.page.tree import Element, find_all

_CLICKED = ".//a | .//area | .//*[@onclick and not(self::a) and not(.//a[@href])]"
# What a click's script goes to: location.href = '/a.html', window.open("/a.html"), goto('detail.jsp?id=7').
_GOES = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\s*\(|\w+\s*\()\s*[\"']([^\"'\s<>]{2,500})[\"']",
    re.IGNORECASE,
)
_PAGE = re.compile(r"^(?:https?:)?//|/|\.(?:s?html?|jsp|aspx?|php|do)(?:[?#]|$)", re.IGNORECASE)
_REFRESH = re.compile(r"^\s*\d+(?:\.\d+)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?\s*([^\"'>\s]+)", re.IGNORECASE)
_SCRIPTED = re.compile(
    r"(?:window|self|top|parent|document)?\.?\blocation(?:\.href)?\s*=\s*[\"']([^\"'\s]{2,300})[\"']"
    r"|location\.(?:replace|assign)\s*\(\s*[\"']([^\"'\s]{2,300})[\"']\s*\)"
)
_SPACE = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")
_ROWS = frozenset(("li", "tr", "dd", "dt", "p"))
_APART = (
    re.compile(r"(?P<d>[0-3]?\d)日?\s+(?P<y>20\d\d)\s*[-/.年]\s*(?P<m>[01]?\d)(?!\s*[-/.月]?\s*\d)"),
    re.compile(r"(?P<y>20\d\d)\s*[-/.年]\s*(?P<m>[01]?\d)月?\s+(?P<d>[0-3]?\d)(?![\d:：])"),
)
"""A day and its month in two boxes: 22 over 2026-11, or the other way round."""
MOST = 5000
"""Links of a page that are looked at; the largest of the saved pages has 1,200."""
_SMALL = 400
"""Characters of a page up to which it may be nothing but a way to another one."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """``text`` is what the link is called: its own words, else its title, else those of its picture."""

    url: str
    text: str
    element: Element


def base_of(root: Element, url: str) -> str:
    """The address that links are relative to: ``<base href>`` where the page has one."""
    found = next((e.get("href") or "" for e in find_all(root, ".//base[@href]")[:1]), "")
    return absolute(url, found) or url


def anchors(root: Element, base: str) -> Iterator[Anchor]:
    """Every link to a page (no files), in document order; one address may come several times."""
    for element in find_all(root, _CLICKED)[:MOST]:
        if anchor := anchor_of(element, base):
            yield anchor


def within(elements: Iterable[Element], base: str) -> list[Anchor]:
    """The links that some elements are or hold."""
    links = (e for element in elements for e in ([element] if address(element, base) else find_all(element, _CLICKED)))
    return [anchor for e in links if (anchor := anchor_of(e, base))]


def anchor_of(element: Element, base: str) -> Anchor | None:
    url = address(element, base)
    return None if not url or is_file(url) or is_card(element) else Anchor(url, called(element), element)


def address(element: Element, base: str) -> str:
    """Where an element leads: its href, or what the script of a click goes to; empty where it leads nowhere."""
    href = (element.get("href") or "").strip()
    if href and not href.startswith("#") and not href.lower().startswith("javascript:"):
        return absolute(base, href)
    for script in (href, element.get("onclick") or ""):
        for found in _GOES.finditer(script[:1000]):
            if _PAGE.search(found[1]):
                return absolute(base, found[1])
    return absolute(base, element.get("data-href") or element.get("data-url") or "") if _has_data(element) else ""


def called(element: Element) -> str:
    """What a link is called; the title attribute where its words are cut off by dots."""
    words = _line("".join(str(t) for t in element.itertext()))
    title = _line(element.get("title") or "")
    if words and not (words.endswith(("…", "...")) and title.startswith(words.rstrip("….")[:6])):
        return words
    return title or next((t for e in find_all(element, ".//img[@alt]")[:3] if (t := _line(e.get("alt") or ""))), "")


def beside(element: Element, seen: datetime) -> datetime | None:
    """The date that stands in the same row of the list as a link, read at ``seen``; None where there is none."""
    row = _row(element)
    if row is None:
        return None
    words = _line(" ".join(str(t) for t in row.itertext())).replace(
        _line(" ".join(map(str, element.itertext()))), " ", 1
    )
    return _day_apart(words, seen) or dates.parse(words) or dates.parse_near(words, seen)


def _day_apart(words: str, seen: datetime) -> datetime | None:
    for pattern in _APART:
        if match := pattern.search(words):
            return dates.parse(f"{match['y']}-{match['m']}-{match['d']}")
    return None


def hop(root: Element, url: str) -> str:
    """Where a page that is only a way to another one leads: its refresh, its only large frame, or the address that its
    script goes to; empty for a page of its own.
    """
    base = base_of(root, url)
    refresh = find_all(root, ".//meta[translate(@http-equiv,'REFSH','refsh')='refresh'][@content]")[:3]
    told = [m[1] for e in refresh if (m := _REFRESH.match(e.get("content") or ""))]
    if not told and _is_small(root):
        told += [e.get("src") or "" for e in find_all(root, ".//frame[@src]")[:9] if _is_main(e)]
        told += [e.get("src") or "" for e in find_all(root, ".//iframe[@src]")[:9] if _is_main(e)]
        scripts = find_all(root, ".//script[not(@src)]")[:20]
        told += [m[1] or m[2] for e in scripts if (m := _SCRIPTED.search((e.text or "")[:5000]))]
    found = (absolute(base, href) for href in told if href)
    return next((to for to in found if to and to != absolute(url, url) and not is_file(to)), "")


def _is_main(frame: Element) -> bool:
    name = f"{frame.get('name') or ''} {frame.get('id') or ''} {frame.get('src') or ''}".lower()
    return not re.search(r"top|head|foot|bottom|left|menu|nav|banner|share|weather|player|map", name) and (
        frame.get("height") not in ("0", "1") and frame.get("width") not in ("0", "1")
    )


def _is_small(root: Element) -> bool:
    return sum(len(block.text) for block in layout(root, everything=True).blocks) <= _SMALL


def _row(element: Element) -> Element | None:
    """The element of the list that holds this link and no other headline."""
    row = None
    for above in islice(element.iterancestors(), 6):
        if above.tag in ("ul", "ol", "table", "tbody", "body", "dl") or _holds_several(above):
            break
        row = above
        if above.tag in _ROWS and above.tag != "p":
            break
    return row


def _holds_several(element: Element) -> bool:
    links = (e for e in islice(element.iter("a"), 8) if e.get("href"))
    return len({e.get("href") for e in links if len(_line("".join(map(str, e.itertext())))) >= 5}) > 1


def _has_data(element: Element) -> bool:
    return bool(element.get("data-href") or element.get("data-url"))


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
