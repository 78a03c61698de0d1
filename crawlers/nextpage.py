"""Where a list goes on, for sources that have no rule for it: by the marks that pages of lists have. Pure.

In this order: ``rel=next``; a link that says 下一页; the page number after the one shown; the template of page names
that many government sites write out by script (``createPageHTML``), which is read as text, never run. Links to the
next article, day, week or month are no continuation of a list.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawlers.adapters.contract import Meta
from crawlers.adapters.links import absolute, same_site
from crawlers.page.charset import decode
from crawlers.page.tree import Element, find_all, parse

_SAYS_NEXT = re.compile(
    r"^[\s\[【(（<《]*(?:下一?页|下翻|后页|后一页|next(?: page)?|older(?: posts)?)[\s\]】)）>》»›→]*$", re.I
)
_ARROW = re.compile(r"^\s*[>›»→]\s*$")
_OTHER = re.compile(r"下一?[篇条则期天日周月年季]|calendar|month|week", re.I)
_TEMPLATE = re.compile(
    r"createPageHTML\w*\(\s*['\"]?(\d+)['\"]?\s*,\s*['\"]?(\d+)['\"]?\s*,\s*['\"](\w+)['\"]\s*,\s*['\"](\w+)['\"]", re.I
)
_NUMBERS = frozenset(
    {"page", "p", "pn", "pageno", "pagenum", "pageindex", "page_no", "currentpage", "curpage", "paged"}
)
_NUMBERED = re.compile(r"^(.*?)(?:[_-](\d{1,4}))?(\.s?html?|\.jspx?|\.aspx?|\.php)$", re.I)
_PAGED_PATH = re.compile(r"^(.*/(?:page|p)/)(\d{1,4})(/?)$", re.I)


def next_page(body: bytes, meta: Meta) -> str:
    """The address of the page of the list after this one, on the same site; empty where none is shown."""
    text = decode(body, meta.content_type)
    root = parse(text)
    if root is None:
        return ""
    anchors = find_all(root, "//a[@href] | //link[@href]")
    told = _marked(anchors, meta) or _numbered(anchors, meta) or _templated(text, meta)
    return told if told and told != meta.url and same_site(told, meta.url) else ""


def _marked(anchors: list[Element], meta: Meta) -> str:
    for named in (_is_rel, _says_next, _is_arrow):
        for anchor in anchors:
            url = absolute(meta.url, anchor.get("href") or "")
            if url and url != meta.url and named(anchor) and not _OTHER.search(_words(anchor) + url):
                return url
    return ""


def _numbered(anchors: list[Element], meta: Meta) -> str:
    """The link to the page that bears the next number, where the links between pages differ by nothing else."""
    here = _number_of(meta.url)
    for anchor in anchors:
        words = _words(anchor).strip()
        url = absolute(meta.url, anchor.get("href") or "") if words.isdecimal() else ""
        there = _number_of(url) if url else None
        if there is None:
            continue
        same = here is not None and here[0] == there[0]
        # A list without a number is its first page: page_2 goes on from it, whatever its own address looks like.
        first = here is None and _folder(meta.url) == _folder(url)
        if (same or first) and int(words) == (here[1] if here and same else 1) + 1:
            return url
    return ""


def _folder(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[0]


def _templated(text: str, meta: Meta) -> str:
    found = _TEMPLATE.search(text)
    if found is None:
        return ""
    count, here, name, kind = int(found[1]), int(found[2]), found[3], found[4]
    return absolute(meta.url, f"{name}_{here + 1}.{kind}") if here + 1 < count else ""


def _number_of(url: str) -> tuple[str, int] | None:
    """What an address is without its page number, and that number; None where it shows none."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for name, value in pairs:
        if name.lower() in _NUMBERS and value.isdecimal():
            rest = urlencode([(n, v) for n, v in pairs if n != name])
            return urlunsplit(parts._replace(query=f"{name}&{rest}")), int(value)
    if found := _PAGED_PATH.match(parts.path):
        return urlunsplit(parts._replace(path=found[1])), int(found[2])
    found = _NUMBERED.match(parts.path)
    if found is not None and found[2]:
        return urljoin(url, f"{found[1]}{found[3]}"), int(found[2])
    return None


def _is_rel(anchor: Element) -> bool:
    return "next" in (anchor.get("rel") or "").lower().split()


def _says_next(anchor: Element) -> bool:
    return anchor.tag == "a" and bool(_SAYS_NEXT.match(_words(anchor)) or _SAYS_NEXT.match(anchor.get("title") or ""))


def _is_arrow(anchor: Element) -> bool:
    """An arrow counts only among page numbers: alone it is any slide show's."""
    if anchor.tag != "a" or not _ARROW.match(_words(anchor)):
        return False
    around = [*anchor.iterancestors()][:2]
    return any(_words(other).strip().isdecimal() for element in around for other in element.iter("a"))


def _words(anchor: Element) -> str:
    return "".join(str(t) for t in anchor.itertext())[:40]
